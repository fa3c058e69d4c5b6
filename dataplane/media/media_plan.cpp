#include "dataplane/media/media_plan.h"

#include "dataplane/base/packet.h"
#include "dataplane/wire/rtp.h"

namespace rb::media {

void MediaPlan::build_states()
{
    in = std::make_unique<AudioIn>(codec, jitter);
    encoder = std::make_unique<codecs::Encoder>(codec, opus);
    const bool fits =
        codecs::codec_info(codec).payload_bytes(codecs::kFrame_ms) + wire::kRtpHeaderBytes <= kDatagramBytesMade;
    if (ptime_ms != codecs::kFrame_ms || !fits) {
        packetizer = std::make_unique<Packetizer>(codec, ptime_ms);
    }
}

void MediaPlan::build_inband()
{
    inband = std::make_unique<InbandDtmf>();
}

void MediaPlan::set_rate(std::uint32_t rate) noexcept
{
    in->set_rate(rate);
    encoder->set_rate(rate);
}

}  // namespace rb::media
