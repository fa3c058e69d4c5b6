#include "bridges/native_rtp.h"

namespace rb::bridges {

media::Leg* native_peer(const media::Leg& leg) noexcept
{
    if (leg.bridge == nullptr || leg.bridge->technology != Technology::NativeRtp) {
        return nullptr;
    }
    return leg.bridge->parties->legs()[1 - leg.party_index];
}

}  // namespace rb::bridges
