// functions.h — the functions that need nothing but their arguments, the variables and the time: LEN, CUT, IF, IFTIME,
// ISNULL, EXISTS.
#pragma once

#include "control/dialplan/variables.h"

#include <optional>
#include <string>
#include <string_view>

namespace rb::dialplan {

/// The value of a function, or nothing where it is none of these. name: upper case; args: substituted already.
[[nodiscard]] std::optional<std::string> read_pure_function(std::string_view name, std::string_view args,
                                                            const Scope& scope);

}  // namespace rb::dialplan
