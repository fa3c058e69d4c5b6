// text.h — the few things done to text everywhere here: trim, split, compare without case, read yes or no.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rb::config {

/// Without the spaces and tabs at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);
/// The parts between separators, trimmed; empty parts are left out.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] bool same_word(std::string_view left, std::string_view right);
/// yes, true, y, t, on, 1 and their opposites, in any case, as Asterisk reads them.
[[nodiscard]] std::optional<bool> read_yes_no(std::string_view text);
/// "a, b and c"-like list for messages: "a, b, c".
[[nodiscard]] std::string join(const std::vector<std::string_view>& words, std::string_view separator = ", ");
/// Whether every byte belongs to a well-formed UTF-8 sequence (RFC 3629 §4) and none is NUL.
[[nodiscard]] bool is_utf8_text(std::string_view text);
/// The word that needs the fewest single-letter edits to become `word`; nothing if it needs more than three, or more
/// than half of its letters.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view word,
                                                      const std::vector<std::string_view>& candidates);

}  // namespace rb::config
