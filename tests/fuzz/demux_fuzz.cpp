// Goal: classify survives any bytes, and agrees with the parsers: what they accept was sent to them.
#include "dataplane/base/assert.h"
#include "dataplane/wire/demux.h"
#include "dataplane/wire/rtcp.h"
#include "dataplane/wire/rtp.h"

using namespace rb::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::span datagram{data, size};
    const Protocol protocol = classify(datagram);
    if (parse_rtp(datagram)) {
        RB_ASSERT(protocol == Protocol::Rtp || protocol == Protocol::Rtcp);
    }
    if (protocol == Protocol::Rtcp || protocol == Protocol::Rtp) {
        RB_ASSERT(size > 0 && data[0] >> 6U == kRtpVersion);
    }
    return 0;
}
