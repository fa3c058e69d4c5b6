#include "dataplane/media/leg.h"

namespace rb::media {

tl::expected<void, Drop> Leg::hear(const SourceLock::Sight& sight, Nanos now) noexcept
{
    if (!ice.on()) {
        return lock.accept(sight, now);
    }
    if (!ice.validated(sight.source, Socket::Rtp, now)) {
        return tl::unexpected(Drop::IceUnchecked);
    }
    ice.heard(sight.source, Socket::Rtp, now);
    return {};
}

}  // namespace rb::media
