#include "dataplane/media/media_plan.h"

#include "dataplane/base/assert.h"
#include "dataplane/base/packet.h"
#include "dataplane/wire/rtp.h"

#include <algorithm>

namespace rb::media {
namespace {

template <typename Fits>
const DtmfFormat* find_events(const MediaPlan& plan, Fits fits) noexcept
{
    if (plan.dtmf && fits(*plan.dtmf)) {
        return &*plan.dtmf;
    }
    const auto found = std::ranges::find_if(plan.further_dtmf, fits);
    return found == plan.further_dtmf.end() ? nullptr : &*found;
}

}  // namespace

const DtmfFormat* MediaPlan::events_of(std::uint8_t number) const noexcept
{
    return find_events(*this, [number](const DtmfFormat& events) { return events.payload_type == number; });
}

const DtmfFormat* MediaPlan::events_at(std::uint32_t rate) const noexcept
{
    return find_events(*this, [rate](const DtmfFormat& events) { return events.clock_rate == rate; });
}

std::uint8_t MediaPlan::meaning_of(std::uint8_t number) const noexcept
{
    for (const PayloadAlias& alias : aliases) {
        if (alias.heard == number) {
            return alias.means;
        }
    }
    return number;
}

void MediaPlan::build_encoding()
{
    encoder = std::make_unique<codecs::Encoder>(codec, opus);
    const bool fits =
        codecs::codec_info(codec).payload_bytes(codecs::kFrame_ms) + wire::kRtpHeaderBytes <= kDatagramBytesMade;
    if (ptime_ms != codecs::kFrame_ms || !fits) {
        packetizer = std::make_unique<Packetizer>(codec, ptime_ms);
    }
}

void MediaPlan::build_states()
{
    build_encoding();
    in = std::make_unique<AudioIn>(codec, jitter);
}

void MediaPlan::build_inband()
{
    inband = std::make_unique<InbandDtmf>();
}

void MediaPlan::take_over(MediaPlan& before, Nanos now) noexcept
{
    if (encoder == nullptr) {
        RB_ASSERT(codec == before.codec);
        in = std::move(before.in);
        encoder = std::move(before.encoder);
        packetizer = std::move(before.packetizer);
    }
    if (inband_keys && inband == nullptr) {
        inband = std::move(before.inband);
    }
    if (fax == nullptr) {
        fax = std::move(before.fax);
    }
    protection.take_over(before.protection, now);
    if (ice && before.ice) {
        ice->succeed(*before.ice, now);
    } else if (ice) {
        ice->begin(now);
    }
}

void MediaPlan::set_rate(std::uint32_t rate) noexcept
{
    if (in) {
        in->set_rate(rate);
    }
    encoder->set_rate(rate);
}

void MediaPlan::listen_by(std::unique_ptr<AudioIn> built) noexcept
{
    in = std::move(built);
    in->set_rate(encoder->rate());
}

void MediaPlan::forget_heard() noexcept
{
    if (in) {
        in->restart();
    }
}

}  // namespace rb::media
