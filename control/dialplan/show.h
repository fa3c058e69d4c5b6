// show.h — the plan as text, for `dialplan show`.
#pragma once

#include "control/dialplan/extensions.h"

#include <string>
#include <string_view>

namespace rb::dialplan {

/// wanted   empty for everything, "context", or "exten@context" for what answers that number there
/// returns  the text, or an Error where there is no such context or extension
[[nodiscard]] Result<std::string> show_plan(const Dialplan& plan, std::string_view wanted);

}  // namespace rb::dialplan
