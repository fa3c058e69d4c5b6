#include "control/node/privileges.h"

#include <cerrno>
#include <cstring>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace rb::node {

Result<void> become(const std::string& user, const std::string& group)
{
    if (user.empty() && group.empty()) {
        return {};
    }
    // The threads there are by now look up no users.
    const passwd* const account = user.empty() ? nullptr : getpwnam(user.c_str());  // NOLINT(concurrency-mt-unsafe)
    if (!user.empty() && account == nullptr) {
        return failure("there is no user " + user + "; correct runuser in asterisk.conf");
    }
    const struct group* const named =
        group.empty() ? nullptr : getgrnam(group.c_str());  // NOLINT(concurrency-mt-unsafe)
    if (!group.empty() && named == nullptr) {
        return failure("there is no group " + group + "; correct rungroup in asterisk.conf");
    }
    const gid_t gid = named != nullptr ? named->gr_gid : account->pw_gid;
    const bool other_groups = account != nullptr && geteuid() == 0;
    const bool done = (!other_groups || initgroups(user.c_str(), gid) == 0) && setgid(gid) == 0 &&
                      (account == nullptr || setuid(account->pw_uid) == 0);
    if (!done) {
        return failure("cannot become " + user + ":" + group + ": " + std::strerror(errno) +
                       "; start as root, or take runuser and rungroup out of asterisk.conf");
    }
    // A core of a node that was root is still wanted.
    static_cast<void>(prctl(PR_SET_DUMPABLE, 1));
    return {};
}

}  // namespace rb::node
