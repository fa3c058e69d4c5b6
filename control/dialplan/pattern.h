// pattern.h — what an extension may look like: a literal, or a `_` pattern; and which of two is the more specific.
#pragma once

#include "dataplane/base/error.h"

#include <bitset>
#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rb::dialplan {

inline constexpr std::size_t kExtensionMax = 80;  ///< characters, as in Asterisk

/// How a dialled string stands to a pattern.
enum class Match {
    None,   ///< no, and no further digits can help
    More,   ///< not yet: further digits could make it match
    Exact,  ///< yes
};

/// A literal extension ("600", "s") or a pattern ("_6XXXX", "_[1-5a]N.", "_9!").
/// X is 0-9, Z 1-9, N 2-9, [..] a set; `.` is one or more of anything, `!` none or more, both only at the end.
/// Dashes outside brackets are for the reader and match nothing, as in Asterisk; so are those of what is dialled.
class Pattern {
public:
    /// Returns an Error for an empty pattern, one longer than kExtensionMax, a set that is open, empty or reversed,
    /// and anything after `.` or `!`.
    [[nodiscard]] static Result<Pattern> parse(std::string_view text);

    [[nodiscard]] Match match(std::string_view dialled) const;
    /// Whether it is worth waiting for digits after these: some longer string matches. `!` never waits.
    [[nodiscard]] bool can_grow(std::string_view dialled) const;

    [[nodiscard]] bool is_literal() const { return literal_; }
    /// As written.
    [[nodiscard]] const std::string& text() const { return text_; }

    /// Asterisk's order: of two that match, the lesser one wins. A literal comes before every pattern. Of patterns,
    /// position by position: fewer possible characters first, then the lower character; `.` after all sets, `!` after
    /// `.`, and the shorter pattern last.
    friend std::strong_ordering operator<=>(const Pattern& left, const Pattern& right);
    friend bool operator==(const Pattern& left, const Pattern& right) { return (left <=> right) == 0; }

private:
    using Set = std::bitset<256>;
    enum class Tail {
        None,
        OneOrMore,
        AnyNumber
    };

    Result<void> parse_positions(std::string_view text);

    std::string text_;
    std::vector<Set> positions_;
    Tail tail_ = Tail::None;
    bool literal_ = true;
};

}  // namespace rb::dialplan
