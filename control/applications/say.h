// say.h — digits as the names of the sounds that say them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rb::applications {

/// "12*" → digits/1, digits/2, digits/star; characters that cannot be said are left out.
[[nodiscard]] inline std::vector<std::string> say_digits(std::string_view digits)
{
    std::vector<std::string> sounds;
    for (const char digit : digits) {
        if (digit >= '0' && digit <= '9') {
            sounds.push_back(std::string{"digits/"} + digit);
        } else if (digit == '*' || digit == '#') {
            sounds.emplace_back(digit == '*' ? "digits/star" : "digits/pound");
        } else if (digit == '-') {
            sounds.emplace_back("digits/minus");
        }
    }
    return sounds;
}

}  // namespace rb::applications
