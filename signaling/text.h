// text.h — the few operations on text that SIP and SDP need, without locale and without copies.
#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <string_view>

namespace rb::sip {

/// ASCII, as RFC 3261 §7.3.1 compares tokens.
[[nodiscard]] constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept
{
    const auto lower = [](char letter) { return letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter + 0; };
    if (a.size() != b.size()) {
        return false;
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (lower(a[i]) != lower(b[i])) {
            return false;
        }
    }
    return true;
}

/// Without spaces and tabs at both ends.
[[nodiscard]] constexpr std::string_view trim(std::string_view text) noexcept
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Cuts `text` at the first `separator` and returns what stood before it; all of it when there is none.
[[nodiscard]] constexpr std::string_view take_until(std::string_view& text, char separator) noexcept
{
    const auto end = text.find(separator);
    const auto head = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    return head;
}

/// Cuts the next word (spaces and tabs separate); empty at the end.
[[nodiscard]] constexpr std::string_view take_word(std::string_view& text) noexcept
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        text = {};
        return {};
    }
    text.remove_prefix(first);
    const auto end = text.find_first_of(" \t");
    const auto word = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end);
    return word;
}

/// A decimal number that fills the whole text and fits T.
template <typename T>
[[nodiscard]] std::optional<T> read_number(std::string_view text) noexcept
{
    T number{};
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

}  // namespace rb::sip
