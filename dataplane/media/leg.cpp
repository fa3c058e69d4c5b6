#include "dataplane/media/leg.h"

namespace rb::media {

tl::expected<void, Drop> Leg::hear(const SourceLock::Sight& sight, Nanos now) noexcept
{
    if (!plan->ice) {
        return lock.accept(sight, now);
    }
    if (!plan->ice->validated(sight.source, Socket::Rtp, now)) {
        return tl::unexpected(Drop::IceUnchecked);
    }
    plan->ice->heard(sight.source, Socket::Rtp, now);
    return {};
}

}  // namespace rb::media
