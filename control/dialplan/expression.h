// expression.h — the inside of $[…]: Asterisk's arithmetic, comparison, logic and regular expressions on texts.
//
// From loose to tight:  a ? b :: c   |   &   = == != < > <= >=   + -   * / %   !a  -a   a : regex  a =~ regex
#pragma once

#include "dataplane/base/error.h"

#include <string>
#include <string_view>

namespace rb::dialplan {

inline constexpr unsigned kExpressionDepthMax = 64;  ///< parentheses and signs within each other

/// Evaluates an expression whose variables have been replaced already.
///
/// returns  the value as text: numbers without needless digits, truth as "1" and "0"; for `:` the part that the first
///          group matched, or how many characters matched. An Error for anything that cannot be understood, for
///          arithmetic on what is no number, and for division by zero.
///
/// Words need no quotes; a quoted text loses them. Two numbers compare as numbers, anything else as texts. Where the
/// middle of `a ? b : c` has no regular expression, one colon does for two.
[[nodiscard]] Result<std::string> evaluate(std::string_view expression);

/// Whether a condition counts as met: not empty, and not a number that is 0.
[[nodiscard]] bool is_true(std::string_view value);

}  // namespace rb::dialplan
