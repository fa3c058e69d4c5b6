// option_check.h — options of applications that Asterisk has and this node does not, named when the plan is loaded.
#pragma once

#include "control/dialplan/extensions.h"

namespace rb::dialplan {

/// Adds a Warning for each option of the step's application that has no effect here. Options that hold a variable are
/// not looked at.
void check_options(const Step& step, config::Problems& problems);

/// Times of GotoIfTime that cannot be read are warnings.
void check_times(const Step& step, config::Problems& problems);

}  // namespace rb::dialplan
