// substitution_check.h — what can be seen to be wrong with ${…} and $[…] when the plan is loaded.
#pragma once

#include "control/dialplan/extensions.h"

#include <string_view>

namespace rb::dialplan {

/// Adds an Error for each function that is not in the vocabulary, a Warning for each ${ or $[ that is never closed.
void check_substitutions(std::string_view text, const Vocabulary& vocabulary, const config::Place& place,
                         config::Problems& problems);

/// Reports a function on the left of Set(FUNCTION(x)=value) that is not known.
void check_assignment(std::string_view text, const Vocabulary& vocabulary, const config::Place& place,
                      config::Problems& problems);

}  // namespace rb::dialplan
