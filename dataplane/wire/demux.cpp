#include "dataplane/wire/demux.h"

namespace rb::wire {

Protocol classify(std::span<const std::uint8_t> datagram) noexcept
{
    if (datagram.empty()) {
        return Protocol::Unknown;
    }
    const unsigned first = datagram[0];
    if (first >= 128 && first <= 191) {
        // 192–223 is what marker and payload type of RTP would be if 64–95 were ever used as payload types, which
        // RFC 5761 §4 forbids.
        const bool rtcp = datagram.size() > 1 && datagram[1] >= 192 && datagram[1] <= 223;
        return rtcp ? Protocol::Rtcp : Protocol::Rtp;
    }
    if (first <= 3) {
        return Protocol::Stun;
    }
    if (first >= 16 && first <= 19) {
        return Protocol::Zrtp;
    }
    if (first >= 20 && first <= 63) {
        return Protocol::Dtls;
    }
    if (first >= 64 && first <= 79) {
        return Protocol::TurnChannel;
    }
    return Protocol::Unknown;
}

}  // namespace rb::wire
