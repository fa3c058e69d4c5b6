// json_text.h — JSON put together from the inside out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rb::json {

/// The text without what could move a terminal's cursor or break JSON: control characters and bytes that are not UTF-8
/// become '?'. Callers choose their names themselves.
[[nodiscard]] std::string printable(std::string_view text);

/// A string of JSON, from which a parser makes the same text again (RFC 8259 §7); only bytes that are not UTF-8 become
/// U+FFFD. There is no control character in it.
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

}  // namespace rb::json
