// say.h — digits and numbers as the names of the sounds that say them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rb::applications {

/// "12*" → digits/1, digits/2, digits/star; characters that cannot be said are left out.
[[nodiscard]] std::vector<std::string> say_digits(std::string_view digits);

/// 121 → digits/1, digits/hundred, digits/20, digits/1.
///
/// number     below a thousand million, either way; nothing is said of others
/// language   de, es, fr, with or without a country (de_AT); any other is English
/// gender     of what is counted, f or m, where the language knows it; else none
[[nodiscard]] std::vector<std::string> say_number(long number, std::string_view language = "en", char gender = '\0');

}  // namespace rb::applications
