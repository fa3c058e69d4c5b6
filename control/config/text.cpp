#include "control/config/text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <numeric>

namespace rb::config {
namespace {

constexpr std::size_t kEditsMax = 3;

char lower_char(char letter)
{
    return static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
}

std::size_t edit_distance(std::string_view left, std::string_view right)
{
    std::vector<std::size_t> row(right.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= left.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::size_t replaced = diagonal + (lower_char(left[i - 1]) == lower_char(right[j - 1]) ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row.back();
}

/// Bytes of the sequence that starts here, or 0 where it is not well-formed: overlong forms, surrogates and code
/// points above U+10FFFF are not.
std::size_t sequence_length(std::string_view text)
{
    const auto byte = [&](std::size_t index) {
        return index < text.size() ? static_cast<std::uint8_t>(text[index]) : std::uint8_t{0};
    };
    const std::uint8_t first = byte(0);
    if (first < 0x80) {
        return first == 0 ? 0 : 1;
    }
    const std::size_t length = first >= 0xc2 && first <= 0xdf   ? 2
                               : first >= 0xe0 && first <= 0xef ? 3
                               : first >= 0xf0 && first <= 0xf4 ? 4
                                                                : 0;
    for (std::size_t index = 1; index < length; ++index) {
        if ((byte(index) & 0xc0U) != 0x80) {
            return 0;
        }
    }
    const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
    const bool no_character = (first == 0xed && byte(1) > 0x9f) || (first == 0xf4 && byte(1) > 0x8f);
    return overlong || no_character ? 0 : length;
}

}  // namespace

std::string_view trim(std::string_view text)
{
    constexpr std::string_view kBlanks = " \t\r\n";
    const auto first = text.find_first_not_of(kBlanks);
    return first == std::string_view::npos ? std::string_view{}
                                           : text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const auto end = std::min(text.find(separator), text.size());
        if (const auto part = trim(text.substr(0, end)); !part.empty()) {
            parts.push_back(part);
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

std::string lower(std::string_view text)
{
    std::string result{text};
    std::transform(result.begin(), result.end(), result.begin(), lower_char);
    return result;
}

bool same_word(std::string_view left, std::string_view right)
{
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return lower_char(a) == lower_char(b); });
}

std::optional<bool> read_yes_no(std::string_view text)
{
    constexpr std::array<std::string_view, 6> kYes{"yes", "true", "y", "t", "1", "on"};
    constexpr std::array<std::string_view, 6> kNo{"no", "false", "n", "f", "0", "off"};
    const auto is = [&](std::string_view word) { return same_word(word, text); };
    if (std::any_of(kYes.begin(), kYes.end(), is)) {
        return true;
    }
    return std::any_of(kNo.begin(), kNo.end(), is) ? std::optional{false} : std::nullopt;
}

std::string join(const std::vector<std::string_view>& words, std::string_view separator)
{
    std::string text;
    for (const auto word : words) {
        text.append(text.empty() ? "" : separator).append(word);
    }
    return text;
}

bool is_utf8_text(std::string_view text)
{
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        if (length == 0) {
            return false;
        }
        text.remove_prefix(length);
    }
    return true;
}

std::optional<std::string_view> nearest(std::string_view word, const std::vector<std::string_view>& candidates)
{
    std::optional<std::string_view> best;
    std::size_t best_edits = std::min(kEditsMax, word.size() / 2) + 1;
    for (const auto candidate : candidates) {
        const std::size_t edits = edit_distance(word, candidate);
        if (edits < best_edits) {
            best = candidate;
            best_edits = edits;
        }
    }
    return best;
}

}  // namespace rb::config
