// privileges.h — giving up root once everything that needs it is open (runuser, rungroup of asterisk.conf).
#pragma once

#include "dataplane/base/error.h"

#include <string>

namespace rb::node {

/// Becomes another user and group, in every thread. An empty user stays; an empty group is the user's own.
///
/// returns   an Error: there is no such user or group, or this process may not become them
[[nodiscard]] Result<void> become(const std::string& user, const std::string& group);

}  // namespace rb::node
