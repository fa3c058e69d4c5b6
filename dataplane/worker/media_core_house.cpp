// What a leg needs a few times a second: reports, timeouts, lost key releases, and who may be heard.
#include "bridges/party.h"
#include "dataplane/media/leg_quality.h"
#include "dataplane/media/transmit.h"
#include "dataplane/worker/media_core.h"

#include <algorithm>
#include <array>

namespace rb {
namespace {

/// Each leg is visited every 100 slots: often enough for timeouts of 200 ms, and 2 µs a second.
constexpr std::int64_t kHouseRound = 100;
/// Of these visits, one in so many publishes the leg's row: once a second.
constexpr std::int64_t kPublishRound = 10;

/// Whether the peer may speak: not on hold, and not while it sends a fax.
bool expects_rtp(const media::Leg& leg) noexcept
{
    return leg.plan->receive && !leg.plan->udptl;
}

}  // namespace

/// Visits the legs of all slots now due. Before anything is sent: a socket that is to hear everybody again no longer
/// knows its peer when the batch goes out.
void MediaCore::keep_house() noexcept
{
    const std::int64_t end = std::min(now_ / kSlot + 1, slot_index_ + kHouseRound);
    const auto visit = [this](std::int64_t slot, std::int64_t round, auto&& what) {
        for (auto index = static_cast<std::size_t>(slot % round); index < slots_used_;
             index += static_cast<std::size_t>(round)) {
            if (legs_[index] != nullptr) {
                what(*legs_[index]);
            }
        }
    };
    for (std::int64_t slot = slot_index_; slot < end; ++slot) {
        visit(slot, kHouseRound, [this](media::Leg& leg) { keep_house(leg); });
        if (!rows_.empty()) {
            visit(slot, kHouseRound * kPublishRound, [this](const media::Leg& leg) { publish(leg); });
        }
    }
}

void MediaCore::keep_house(media::Leg& leg) noexcept
{
    if (const auto released = leg.dtmf_in.expire(now_)) {
        static_cast<void>(key_changed(leg, *released, media::KeyWay::Event));
    }
    watch_source(leg);
    watch_consent(leg);
    if (now_ >= leg.rtcp.due() && !leg.plan->udptl) {
        send_rtcp(leg, false);
    }
    watch_silence(leg);
    if (leg.quality.due(now_)) {
        leg.quality.judge(media::reception_of(leg), now_);
        while (const auto alert = leg.quality.next_alert()) {
            outbox_.tell(event::QualityChanged{.leg = leg.ref, .alert = *alert});
        }
    }
}

/// Connects the sockets once it is settled whose packets come, and opens them again when that may change.
void MediaCore::watch_source(media::Leg& leg) noexcept
{
    if (leg.plan->ice) {
        return;  // checks may come from anywhere
    }
    const bool settled = leg.lock.locked() && !leg.lock.open(now_);
    if (settled == leg.connected || leg.plan->connected) {
        return;
    }
    leg.connected = settled;
    // The peer's RTCP port is known only where it was signalled; a learned source's may be anywhere.
    const bool rtcp_known = leg.lock.source() == leg.plan->remote_rtp && !leg.plan->rtcp_mux;
    leg.rtcp_connected = settled && rtcp_known;
    changes_.push_back({.kind = settled ? SocketChange::Kind::Connect : SocketChange::Kind::Disconnect,
                        .slot = leg.slot(),
                        .fds = leg.fds,
                        .peers = {leg.lock.source(), rtcp_known ? leg.plan->remote_rtcp : Address{}}});
}

void MediaCore::publish(const media::Leg& leg) noexcept
{
    const auto milli = [](double value) { return static_cast<std::uint64_t>(value * 1000); };
    const auto micros = [](Nanos span) { return static_cast<std::uint64_t>(span / 1us); };
    const codecs::CodecInfo& codec = codecs::codec_info(leg.plan->codec);
    const media::RemoteQuality& remote = leg.rtcp.remote();
    const media::HearingFigures hearing = media::hearing_figures(leg);
    rows_.set(leg.ref.index, {.generation = leg.ref.generation,
                              .codec = text_words<2>(codec.config_name),
                              .bridge = leg.bridge == nullptr ? 0U : std::uint64_t{leg.bridge->ref.index} + 1,
                              .talking = leg.talk.talking() ? 1U : 0U,
                              .received = leg.counters.received,
                              .sent = leg.counters.sent,
                              .forwarded = leg.counters.forwarded,
                              .dropped = leg.counters.dropped,
                              .lost = leg.receiver.lost(),
                              .concealed = hearing.concealed,
                              .late = hearing.counters.late,
                              .discarded = hearing.counters.late + hearing.counters.overflow,
                              .lost_lately_permille = milli(leg.quality.lately().lost),
                              .discarded_lately_permille = milli(leg.quality.lately().discarded),
                              .unheard_ms = expects_rtp(leg) ? static_cast<std::uint64_t>(to_ms(unheard(leg))) : 0,
                              .jitter_us = micros(leg.receiver.jitter()),
                              .jitter_buffer_us = micros(hearing.delay),
                              .round_trip_us = micros(remote.round_trip),
                              .remote_lost_percent = std::uint64_t{remote.fraction_lost} * 100 / 256,
                              .remote_jitter_us = std::uint64_t{remote.jitter_ticks} * 1'000'000 / codec.clock_rate,
                              .mos_milli = milli(leg.quality.now()),
                              .mos_min_milli = milli(leg.quality.least()),
                              .mos_mean_milli = milli(leg.quality.mean()),
                              .remote_mos_milli = std::uint64_t{remote.mos_tenths} * 100,
                              .voice_level = leg.voice.magnitude(),
                              .voice_frames = leg.voice.frames(),
                              .clipped_frames = leg.voice.clipped(),
                              .updated_ms = static_cast<std::uint64_t>(to_ms(now_))});
}

/// How long nothing has come of the peer that could be taken.
Nanos MediaCore::unheard(const media::Leg& leg) const noexcept
{
    return now_ - std::max(leg.agreed_at, leg.receiver.last_at());
}

void MediaCore::watch_silence(media::Leg& leg) noexcept
{
    const media::MediaPlan& plan = *leg.plan;
    const Nanos timeout = plan.receive ? plan.rtp_timeout : plan.rtp_timeout_hold;
    if (timeout > 0s && unheard(leg) >= timeout && !leg.reported_timeout) {
        leg.reported_timeout = true;
        outbox_.tell(event::RtpTimeout{.leg = leg.ref});
    }
    if (plan.rtp_keepalive > 0s && leg.can_send() &&
        now_ - std::max(leg.sent_at, leg.agreed_at) >= plan.rtp_keepalive) {
        bridges::TickContext context{.at = now_, .tx = tx_, .events = outbox_, .scratch = *scratch_};
        bridges::send_silence(leg, context);
    }
}

void MediaCore::send_rtcp(media::Leg& leg, bool bye) noexcept
{
    media::MediaPlan& plan = *leg.plan;
    Address to = plan.remote_rtcp;
    const Socket socket = plan.rtcp_mux ? Socket::Rtp : Socket::Rtcp;
    if (leg.plan->ice) {
        to = leg.plan->ice->destination(socket);
        if (!to) {
            return;  // it stays due until there is somebody to report to
        }
    } else if (plan.rtcp_mux) {
        to = leg.connected ? Address{} : leg.lock.destination();
    } else if (leg.rtcp_connected) {
        to = {};
    } else if (leg.lock.locked() && leg.lock.source().ip != plan.remote_rtp.ip) {
        to = leg.lock.source().with_port(static_cast<std::uint16_t>(leg.lock.source().port() + 1));
    }
    std::array<std::uint8_t, media::RtcpReporter::kReportBytesMax + wire::kVoipMetricsPacketBytes> report{};
    std::size_t size = leg.rtcp.write(report, leg.receiver, leg.sender, now_, bye);
    if (!bye && plan.voip_metrics && leg.quality.known()) {
        wire::write_voip_metrics(std::span{report}.subspan(size), leg.sender.ssrc(), media::voip_metrics_of(leg));
        size += wire::kVoipMetricsPacketBytes;
    }
    const bool nowhere = to && to.is_unspecified();
    const auto out = nowhere ? std::span<std::uint8_t>{} : tx_.reserve(size + plan.protection.trailer_max());
    if (out.empty()) {
        return;
    }
    std::copy_n(report.begin(), size, out.begin());
    if (const auto sent = plan.protection.send_rtcp(out, size)) {
        tx_.commit(leg.slot(), socket, *sent, to);
        ++leg.counters.sent;
    }
}

}  // namespace rb
