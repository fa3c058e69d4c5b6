// Goal: parse_rtp survives any bytes, its parts make up the datagram, and a written header reads back.
#include "dataplane/base/assert.h"
#include "dataplane/wire/rtp.h"

#include <array>

using namespace rb::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto view = parse_rtp({data, size});
    if (!view) {
        return 0;
    }
    RB_ASSERT(view->head.data() == data);
    RB_ASSERT(view->extension.data() == data + view->head.size());
    RB_ASSERT(view->payload.data() == view->extension.data() + view->extension.size());
    RB_ASSERT(view->padding.data() == view->payload.data() + view->payload.size());
    RB_ASSERT(view->padding.data() + view->padding.size() == data + size);

    std::array<std::uint8_t, kRtpHeaderBytes> bytes{};
    write_rtp_header(bytes, view->header);
    const auto again = parse_rtp(bytes);
    RB_ASSERT(again.has_value());
    RB_ASSERT(again->header.payload_type == view->header.payload_type);
    RB_ASSERT(again->header.marker == view->header.marker);
    RB_ASSERT(again->header.sequence == view->header.sequence);
    RB_ASSERT(again->header.timestamp == view->header.timestamp);
    RB_ASSERT(again->header.ssrc == view->header.ssrc);
    return 0;
}
