// pattern.h — what an extension may look like: a literal, or a `_` pattern; and which of two is the more specific.
#pragma once

#include "dataplane/base/error.h"

#include <bitset>
#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace rb::dialplan {

/// How a dialled string stands to a pattern.
enum class Match {
    None,   ///< no, and no further digits can help
    More,   ///< not yet: further digits could make it match
    Exact,  ///< yes; `_9.` stays Exact with every further digit
};

/// A literal extension ("600", "s") or a pattern ("_6XXXX", "_[1-5a]N.", "_9!").
/// X is 0-9, Z 1-9, N 2-9, [..] a set; `.` is one or more of anything, `!` none or more, both only at the end.
/// Dashes outside brackets are for the reader and match nothing, as in Asterisk. Letters of sets and literals are
/// compared as they are; the wildcards may be written in either case.
class Pattern {
public:
    /// Returns an Error for an empty pattern, a set that is open, empty or reversed, or anything after `.` or `!`.
    [[nodiscard]] static Result<Pattern> parse(std::string_view text);

    [[nodiscard]] Match match(std::string_view dialled) const;
    /// Whether some longer string that begins with `dialled` matches as well.
    [[nodiscard]] bool can_grow(std::string_view dialled) const;
    [[nodiscard]] const std::string& text() const { return text_; }

    /// Asterisk's order: of two patterns that match, the lesser one wins. Position by position: a literal before a
    /// set, a smaller set before a larger, equal sizes by their lowest character, `.` after that, `!` last.
    friend std::strong_ordering operator<=>(const Pattern& left, const Pattern& right);
    friend bool operator==(const Pattern& left, const Pattern& right) { return left.text_ == right.text_; }

private:
    using Set = std::bitset<256>;
    enum class Tail {
        None,
        OneOrMore,
        AnyNumber
    };

    std::string text_;
    std::vector<Set> positions_;
    Tail tail_ = Tail::None;
};

}  // namespace rb::dialplan
