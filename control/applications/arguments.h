// arguments.h — reading the arguments of dialplan applications.
#pragma once

#include "dataplane/base/time.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rb::applications {

/// The parts of an argument list; asking beyond the last gives an empty text.
class Arguments {
public:
    explicit Arguments(std::string_view text);

    [[nodiscard]] const std::string& operator[](std::size_t index) const;
    /// Seconds with an optional fraction, or `otherwise` when the part is empty or no number.
    [[nodiscard]] Nanos seconds(std::size_t index, Nanos otherwise) const;
    [[nodiscard]] long number(std::size_t index, long otherwise) const;
    /// The argument of an option letter in a part, as in "gm(jazz)": empty where it has none, nothing where the letter
    /// is not there.
    [[nodiscard]] std::optional<std::string> option(std::size_t index, char letter) const;
    /// Whether the options in a part contain this word.
    [[nodiscard]] bool has(std::size_t index, std::string_view option) const;

private:
    std::vector<std::string> parts_;
};

/// "a&b&c" as a list; empty parts are left out.
[[nodiscard]] std::vector<std::string> split_list(std::string_view text);

}  // namespace rb::applications
