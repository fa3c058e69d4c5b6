// brackets.h — where a ${…}, $[…] or (…) ends, and the parts of a text at separators outside of such pairs.
#pragma once

#include <string_view>
#include <vector>

namespace rb::dialplan {

/// The place of the bracket that closes the one at `open` ('(', '[' or '{'), counting pairs of that kind alone, as
/// Asterisk does; npos where it is never closed.
[[nodiscard]] std::size_t find_close(std::string_view text, std::size_t open);

/// The place of the first separator outside of (), [], {} and "", at or behind `from`; npos where there is none.
[[nodiscard]] std::size_t find_outside(std::string_view text, char separator, std::size_t from = 0);

}  // namespace rb::dialplan
