// text.h — what is printed: safe for a terminal, aligned in columns, or as JSON.
#pragma once

#include "dataplane/base/time.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rb::rbctl {

/// The text without what could move a terminal's cursor or break JSON: control characters and bytes that are not UTF-8
/// become '?'. Callers choose their names themselves.
[[nodiscard]] std::string printable(std::string_view text);

/// Columns as wide as their widest cell, the first line their titles; numbers to the right.
[[nodiscard]] std::string columns(const std::vector<std::vector<std::string>>& lines);

/// "1d 02:03:04" or "02:03:04".
[[nodiscard]] std::string duration(Nanos span);
/// Local time, "2026-01-31 12:00:00".
[[nodiscard]] std::string wall_time(Nanos since_1970);

/// JSON put together from the inside out.
namespace json {

[[nodiscard]] std::string quote(std::string_view text);

/// Members in the order given; each value is JSON already.
class Object {
public:
    Object& add(std::string_view key, std::string_view value);
    Object& add_text(std::string_view key, std::string_view value) { return add(key, quote(value)); }
    Object& add_number(std::string_view key, std::uint64_t value) { return add(key, std::to_string(value)); }
    [[nodiscard]] std::string str() const { return '{' + members_ + '}'; }

private:
    std::string members_;
};

[[nodiscard]] std::string array(const std::vector<std::string>& values);

}  // namespace json
}  // namespace rb::rbctl
