// say.h — digits and numbers as the names of the sounds that say them.
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

/// 121 → digits/1, digits/hundred, digits/20, digits/1: as English says numbers, up to a million.
[[nodiscard]] inline std::vector<std::string> say_number(std::size_t number)
{
    std::vector<std::string> sounds;
    const auto say = [&sounds](std::size_t part) { sounds.push_back("digits/" + std::to_string(part)); };
    const auto say_below_thousand = [&](std::size_t part) {
        if (part >= 100) {
            say(part / 100);
            sounds.emplace_back("digits/hundred");
        }
        const std::size_t rest = part % 100;
        if (rest > 20 && rest % 10 != 0) {
            say(rest / 10 * 10);
            say(rest % 10);
        } else if (rest > 0) {
            say(rest);
        }
    };
    if (number == 0) {
        say(0);
    }
    if (number >= 1000) {
        say_below_thousand(number / 1000 % 1000);
        sounds.emplace_back("digits/thousand");
    }
    say_below_thousand(number % 1000);
    return sounds;
}

}  // namespace rb::applications
