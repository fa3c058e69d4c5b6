// The way of one packet through a leg: straight down, and every refusal is one Drop and one counter.
#include "bridges/monitor.h"
#include "bridges/native_rtp.h"
#include "bridges/snoop.h"
#include "dataplane/media/transmit.h"
#include "dataplane/wire/demux.h"
#include "dataplane/wire/udptl.h"
#include "dataplane/worker/look_ahead.h"
#include "dataplane/worker/media_core.h"

namespace rb {
namespace {

/// Comfort noise (RFC 3389) has one static payload type, whether it was negotiated or not.
constexpr std::uint8_t kComfortNoise = 13;

/// A plan costs control tens of microseconds: a peer that mixes formats gets no more of them.
constexpr Nanos kFormatChangeEvery = 500ms;

/// How soon control is asked again for what it has not lent: it may have had no room for the question.
constexpr Nanos kAudioInWantedEvery = 200ms;

bool is_noise(const media::Leg& leg, std::uint8_t payload_type) noexcept
{
    return payload_type == kComfortNoise || payload_type == leg.plan->noise_payload_type;
}

/// Whether anybody takes out what is put into the leg's jitter buffer; else it would only fill up.
bool is_listened_to(const media::Leg& leg) noexcept
{
    if (leg.bridge != nullptr) {
        return leg.bridge->technology != Technology::None && leg.bridge->technology != Technology::NativeRtp;
    }
    return leg.recorder != nullptr || leg.monitor != nullptr || leg.snoop != nullptr || leg.plan->listens();
}

/// Whether RTCP from this address may be believed: one that ICE has checked, the signalled one, or beside a source that
/// was learned.
bool rtcp_source_ok(const media::Leg& leg, const RxPacket& packet, Nanos now) noexcept
{
    if (leg.plan->ice) {
        return leg.plan->ice->validated(packet.source, packet.socket, now);
    }
    if (packet.socket == Socket::Rtp) {
        return packet.source == (leg.lock.locked() ? leg.lock.source() : leg.plan->remote_rtp);
    }
    return packet.source == leg.plan->remote_rtcp ||
           (leg.lock.locked() && leg.lock.source() != leg.plan->remote_rtp && packet.source.ip == leg.lock.source().ip);
}

/// What the peer loses of what it is sent: who encodes for it may add redundancy.
void pass_on_loss(const media::Leg& leg, Nanos now) noexcept
{
    const auto percent = static_cast<std::uint8_t>(leg.rtcp.remote().fraction_lost * 100 / 256);
    leg.plan->encoder->expect_loss(percent);
    const std::size_t number = bridges::group_number(leg.plan->codec, leg.opus_kind);
    if (leg.bridge != nullptr && number < bridges::kGroupsMax && leg.bridge->groups[number] != nullptr) {
        leg.bridge->groups[number]->expect_loss(percent, now);
    }
}

}  // namespace

void MediaCore::on_packets(std::span<const RxPacket> packets) noexcept
{
    counters_.add(WorkerCounter::PacketsReceived, packets.size());
    for (std::ptrdiff_t i = -kLookAhead; i < std::ssize(packets); ++i) {
        look_ahead(legs_, packets, i);
        if (i >= 0) {
            on_packet(packets[static_cast<std::size_t>(i)]);
        }
    }
}

void MediaCore::on_packet(const RxPacket& packet) noexcept
{
    media::Leg* leg = legs_[index_of(packet.slot)];
    if (leg == nullptr || leg->ref.generation != packet.generation) {
        counters_.add(drop_counter(Drop::StaleLeg));
        return;
    }
    ++leg->counters.received;
    if (leg->plan->udptl && packet.socket == Socket::Rtp) {
        return on_udptl(*leg, packet);
    }
    switch (wire::classify(packet.bytes)) {
        case wire::Protocol::Rtp:
            heard_at_ = now_;
            on_rtp(*leg, packet);
            break;
        case wire::Protocol::Rtcp:
            on_rtcp(*leg, packet);
            break;
        case wire::Protocol::Unknown:
            drop(*leg, Drop::UnknownProtocol);
            break;
        case wire::Protocol::Dtls:
            on_dtls(*leg, packet);
            break;
        case wire::Protocol::Stun:
            on_stun(*leg, packet);
            break;
        case wire::Protocol::Zrtp:
        case wire::Protocol::TurnChannel:
            drop(*leg, Drop::Unsupported);
            break;
    }
}

void MediaCore::on_rtp(media::Leg& leg, const RxPacket& packet) noexcept
{
    if (packet.socket == Socket::Rtcp) {
        return drop(leg, Drop::UnknownProtocol);
    }
    // Before anything is learned from it: nobody but who has the key may say where the peer is.
    const auto clear = leg.plan->protection.receive_rtp(packet.bytes, now_);
    if (!clear) {
        return drop(leg, clear.error());
    }
    auto view = wire::parse_rtp(*clear);
    if (!view) {
        return drop(leg, view.error());
    }
    const std::uint8_t payload_type = leg.plan->meaning_of(view->header.payload_type);
    view->header.payload_type = payload_type;
    const bool other_format = leg.plan->further_formats.test(payload_type);
    if (payload_type != leg.plan->payload_type && leg.plan->events_of(payload_type) == nullptr &&
        !is_noise(leg, payload_type) && !other_format) {
        return drop(leg, Drop::UnknownPayload);
    }
    const auto heard =
        leg.hear({.source = packet.source, .ssrc = view->header.ssrc, .sequence = view->header.sequence}, now_);
    if (!heard) {
        return drop(leg, heard.error());
    }
    if (other_format) {
        return on_other_format(leg, payload_type);
    }
    on_valid_rtp(leg, *view);
}

/// The peer has changed over to another of the formats agreed: control builds a plan for it, and what comes meanwhile
/// is not heard.
void MediaCore::on_other_format(media::Leg& leg, std::uint8_t payload_type) noexcept
{
    if (now_ - leg.format_told_at >= kFormatChangeEvery) {
        leg.format_told_at = now_;
        outbox_.tell(event::FormatHeard{.leg = leg.ref, .payload_type = payload_type});
    }
    consume(leg);
}

/// What takes the leg's packets for those who listen to it. None where nobody does, and for the moment that control
/// needs to lend it.
media::AudioIn* MediaCore::audio_in(media::Leg& leg) noexcept
{
    if (!is_listened_to(leg)) {
        return nullptr;
    }
    want_audio_in(leg);
    return leg.plan->in.get();
}

void MediaCore::want_audio_in(media::Leg& leg) noexcept
{
    if (leg.plan->in == nullptr && now_ - leg.in_wanted_at >= kAudioInWantedEvery) {
        leg.in_wanted_at = now_;
        outbox_.tell(event::AudioInWanted{.leg = leg.ref});
    }
}

/// Something that is no audio, but has its place in the sequence of what is heard.
void MediaCore::keep_place(media::Leg& leg, const media::AudioIn::Packet& packet) noexcept
{
    if (media::AudioIn* in = audio_in(leg)) {
        static_cast<void>(in->put(packet, now_));
    }
}

void MediaCore::on_valid_rtp(media::Leg& leg, const wire::RtpView& view) noexcept
{
    const bool is_audio = view.header.payload_type == leg.plan->payload_type;
    const media::DtmfFormat* const events = is_audio ? nullptr : leg.plan->events_of(view.header.payload_type);
    const auto clock_rate =
        events != nullptr ? std::nullopt : std::optional{codecs::codec_info(leg.plan->codec).clock_rate};
    const auto accepted = leg.receiver.accept(view.header, clock_rate, now_);
    if (!accepted) {
        return drop(leg, accepted.error());
    }
    if (accepted->restarted) {
        leg.plan->forget_heard();
        leg.dtmf_in.restart();
    }
    if (!leg.plan->receive) {
        return drop(leg, Drop::NotReceiving);
    }
    if (is_audio) {
        return on_audio(leg, view, accepted->sequence);
    }
    if (events != nullptr) {
        return on_dtmf(leg, *events, view, accepted->sequence);
    }
    on_noise(leg, view, accepted->sequence);
}

/// How a pause of the peer sounds: passed on to who has agreed to be told, else heard where the leg is mixed.
void MediaCore::on_noise(media::Leg& leg, const wire::RtpView& view, std::uint32_t sequence) noexcept
{
    media::Leg* const to = leg.echo ? &leg : bridges::native_peer(leg);
    if (to != nullptr && to->plan->noise_payload_type) {
        return pass_on(leg, *to, {.view = view, .sequence = sequence, .payload_type = *to->plan->noise_payload_type});
    }
    if (to != nullptr) {
        to->sender.interrupt();  // the number that is not passed on is no loss
    }
    keep_place(leg, {.sequence = sequence,
                     .timestamp = view.header.timestamp,
                     .payload = view.payload,
                     .content = media::JitterBuffer::Content::Noise});
    consume(leg);
}

void MediaCore::on_audio(media::Leg& leg, const wire::RtpView& view, std::uint32_t sequence) noexcept
{
    const media::AudioIn::Packet packet{
        .sequence = sequence, .timestamp = view.header.timestamp, .payload = view.payload};
    if (leg.echo) {
        if (leg.monitor != nullptr) {
            leg.monitor->sent(view.payload);
        }
        for (bridges::Snoop* snoop = leg.snoop; snoop != nullptr; snoop = snoop->next) {
            snoop->sent(view.payload);
        }
        keep_place(leg, packet);
        return pass_on(leg, leg, {.view = view, .sequence = sequence, .payload_type = leg.plan->payload_type});
    }
    if (media::Leg* peer = bridges::native_peer(leg)) {
        return pass_on(leg, *peer, {.view = view, .sequence = sequence, .payload_type = peer->plan->payload_type});
    }
    media::AudioIn* const in = audio_in(leg);
    if (in == nullptr) {
        return consume(leg);
    }
    if (const auto put = in->put(packet, now_); !put) {
        return drop(leg, put.error());
    }
    ++leg.counters.buffered;
    counters_.add(WorkerCounter::PacketsBuffered);
}

void MediaCore::on_dtmf(media::Leg& leg, const media::DtmfFormat& events, const wire::RtpView& view,
                        std::uint32_t sequence) noexcept
{
    const auto event = wire::parse_dtmf(view.payload);
    if (!event) {
        return drop(leg, event.error());
    }
    const auto changes = leg.dtmf_in.receive(
        {.event = *event, .sequence = sequence, .timestamp = view.header.timestamp, .clock_rate = events.clock_rate},
        now_);
    for (const auto& change : {changes.ended, changes.pressed, changes.released}) {
        if (change && !key_changed(leg, *change, media::KeyWay::Event) && !change->released) {
            leg.doubled_event = changes.press;
        }
    }
    if (leg.doubled_event == changes.press) {
        return consume(leg);  // the other party has had the key already
    }
    if (leg.echo) {
        return pass_on(leg, leg, {.view = view, .sequence = sequence, .payload_type = events.payload_type});
    }
    media::Leg* const peer = bridges::native_peer(leg);
    const auto* theirs = peer == nullptr ? nullptr : peer->plan->events_at(events.clock_rate);
    if (theirs != nullptr) {
        return pass_on(leg, *peer, {.view = view, .sequence = sequence, .payload_type = theirs->payload_type});
    }
    keep_place(
        leg,
        {.sequence = sequence, .timestamp = view.header.timestamp, .content = media::JitterBuffer::Content::NoAudio});
    consume(leg);
}

void MediaCore::pass_on(media::Leg& from, media::Leg& to, const media::PassingPacket& packet) noexcept
{
    const auto passed = media::forward(from, to, packet, now_, tx_);
    if (!passed) {
        return drop(from, passed.error());
    }
    ++from.counters.forwarded;
    counters_.add(WorkerCounter::PacketsForwarded);
}

/// A fax by T.38: as it came, to the other party of a native bridge where that has one, too.
void MediaCore::on_udptl(media::Leg& leg, const RxPacket& packet) noexcept
{
    heard_at_ = now_;
    const auto sequence = wire::udptl_sequence(packet.bytes);
    if (!sequence) {
        return drop(leg, sequence.error());
    }
    const auto late = wire::parse_rtp(packet.bytes);
    if (late && leg.receiver.started() && late->header.ssrc == leg.receiver.ssrc()) {
        return drop(leg, Drop::NotReceiving);  // audio that was on its way when the fax began
    }
    if (const auto heard = leg.hear({.source = packet.source, .ssrc = 0, .sequence = *sequence}, now_); !heard) {
        return drop(leg, heard.error());
    }
    media::Leg* const to = bridges::native_peer(leg);
    if (to == nullptr || !to->plan->udptl || to->destination().is_unspecified()) {
        return consume(leg);
    }
    media::send_datagram(*to, packet.bytes, now_, tx_);
    ++leg.counters.forwarded;
    counters_.add(WorkerCounter::PacketsForwarded);
}

void MediaCore::on_rtcp(media::Leg& leg, const RxPacket& packet) noexcept
{
    if (packet.socket == Socket::Rtp && !leg.plan->rtcp_mux) {
        return drop(leg, Drop::Unsupported);
    }
    if (!rtcp_source_ok(leg, packet, now_)) {
        return drop(leg, leg.plan->ice ? Drop::IceUnchecked : Drop::WrongSource);
    }
    const auto clear = leg.plan->protection.receive_rtcp(packet.bytes, now_);
    if (!clear) {
        return drop(leg, clear.error());
    }
    const auto read = leg.rtcp.receive(*clear, leg.sender.ssrc(), now_);
    if (!read) {
        return drop(leg, read.error());
    }
    counters_.add(WorkerCounter::RtcpFeedback, read->feedback);
    pass_on_loss(leg, now_);
    consume(leg);
}

void MediaCore::drop(media::Leg& leg, Drop reason) noexcept
{
    ++leg.counters.dropped;
    counters_.add(drop_counter(reason));
}

void MediaCore::consume(media::Leg& leg) noexcept
{
    ++leg.counters.consumed;
    counters_.add(WorkerCounter::PacketsConsumed);
}

}  // namespace rb
