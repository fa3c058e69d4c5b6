#include "dataplane/media/transmit.h"

#include "dataplane/base/expect.h"

#include <array>
#include <cstring>

namespace rb::media {
namespace {

RtpSender::Format audio_format(const Leg& leg) noexcept
{
    return {.payload_type = leg.plan->payload_type, .clock_rate = codecs::codec_info(leg.plan->codec).clock_rate};
}

/// Where RTP goes: none when the socket is connected and knows by itself.
Address rtp_destination(const Leg& leg) noexcept
{
    return leg.connected ? Address{} : leg.destination();
}

void send_payload(Leg& leg, std::span<const std::uint8_t> payload, std::uint32_t ms, Nanos at, TxBatch& tx) noexcept
{
    const auto ticks = codecs::codec_info(leg.plan->codec).clock_ticks(ms);
    // Its number is new, so nothing but the end of the key's life can be in the way.
    static_cast<void>(transmit(leg, leg.sender.next(audio_format(leg), ticks, at), payload, at, tx));
}

/// The frame of a key that travels within the audio, or of the pause after it.
void send_tones(Leg& leg, Nanos at, TxBatch& tx) noexcept
{
    std::array<codecs::Sample, codecs::kFrameSamplesMax> samples{};
    const std::span frame = std::span{samples}.first(codecs::frame_samples(leg.plan->encoder->rate()));
    if (const auto press = leg.dtmf_out.next(codecs::codec_info(leg.plan->codec).clock_rate)) {
        leg.plan->inband->sound(press->payload.digit, press->first, frame);
    }
    std::array<std::uint8_t, codecs::kPayloadBytesMax> payload;
    const std::size_t size = leg.take_encoder().encode(frame, payload);
    send_frame(leg, std::span{payload}.first(size), at, tx);
}

}  // namespace

tl::expected<void, Drop> transmit(Leg& leg, const wire::RtpHeader& header, std::span<const std::uint8_t> payload,
                                  Nanos at, TxBatch& tx) noexcept
{
    const std::size_t clear = wire::kRtpHeaderBytes + payload.size();
    const auto out = tx.reserve(clear + leg.plan->protection.trailer_max());
    if (out.empty()) {
        ++tx.refused;
        return {};
    }
    wire::write_rtp_header(out, header);
    std::memcpy(out.data() + wire::kRtpHeaderBytes, payload.data(), payload.size());
    const auto size = leg.plan->protection.send_rtp(out, clear);
    if (!size) {
        return tl::unexpected(size.error());
    }
    tx.commit(leg.slot(), Socket::Rtp, *size, rtp_destination(leg));
    leg.sender.sent(payload.size());
    leg.sent_at = at;
    ++leg.counters.sent;
    return {};
}

void send_datagram(Leg& leg, std::span<const std::uint8_t> bytes, Nanos at, TxBatch& tx) noexcept
{
    const auto out = tx.reserve(bytes.size());
    if (out.empty()) {
        ++tx.refused;
        return;
    }
    std::memcpy(out.data(), bytes.data(), bytes.size());
    tx.commit(leg.slot(), Socket::Rtp, bytes.size(), rtp_destination(leg));
    leg.sent_at = at;
    ++leg.counters.sent;
}

void send_frame(Leg& leg, std::span<const std::uint8_t> payload, Nanos at, TxBatch& tx) noexcept
{
    if (!leg.can_send() || payload.empty()) {
        return;
    }
    if (leg.plan->packetizer == nullptr) {
        send_payload(leg, payload, codecs::kFrame_ms, at, tx);
        return;
    }
    Packetizer& packetizer = *leg.plan->packetizer;
    packetizer.add(payload);
    for (auto packet = packetizer.next(); packet.ms != 0; packet = packetizer.next()) {
        send_payload(leg, packet.payload, packet.ms, at, tx);
    }
}

void send_noise(Leg& leg, std::uint8_t level, Nanos at, TxBatch& tx) noexcept
{
    if (!leg.can_send() || !leg.plan->noise_payload_type) {
        return;
    }
    RtpSender::Format format = audio_format(leg);
    format.payload_type = *leg.plan->noise_payload_type;
    // As with audio, only the end of the key's life can be in the way.
    static_cast<void>(transmit(leg, leg.sender.next_of_noise(format, at), std::span{&level, 1}, at, tx));
}

bool send_dtmf(Leg& leg, Nanos at, TxBatch& tx) noexcept
{
    if (leg.dtmf_out.busy() && leg.plan->inband != nullptr) {
        send_tones(leg, at, tx);
        return true;
    }
    if (!leg.dtmf_out.busy() || !leg.plan->dtmf) {
        return false;
    }
    const auto packet = leg.dtmf_out.next(leg.plan->dtmf->clock_rate);
    if (!packet || !leg.can_send()) {
        return true;
    }
    const bool begins = packet->first || !leg.sender.in_event();  // the first may have fallen into a hold
    if (begins) {
        leg.sender.begin_event(audio_format(leg), at);
    }
    const auto payload = wire::write_dtmf(packet->payload);
    for (unsigned copy = 0; copy < packet->copies; ++copy) {
        const auto header = leg.sender.next_of_event(leg.plan->dtmf->payload_type, begins, packet->segment_at);
        static_cast<void>(transmit(leg, header, payload, at, tx));
    }
    return true;
}

tl::expected<void, Drop> forward(const Leg& from, Leg& to, const PassingPacket& packet, Nanos now, TxBatch& tx) noexcept
{
    if (!to.can_send()) {
        return {};
    }
    if (to.player != nullptr || to.dtmf_out.busy()) {
        to.sender.interrupt();  // what is made for the leg takes precedence: one stream cannot carry both
        return {};
    }
    // A new stream of the same peer is re-anchored, too: it may begin anywhere, even under its old SSRC.
    const RtpSender::Format format{.payload_type = packet.payload_type, .clock_rate = audio_format(to).clock_rate};
    const RtpSender::Passing passing{.source = from.ref.bits(),
                                     .stream = from.receiver.streams(),
                                     .sequence = packet.sequence,
                                     .header = packet.view.header};
    const auto header = to.sender.forward(passing, format, now);
    if (!header) {
        return tl::unexpected(header.error());
    }
    return transmit(to, *header, packet.view.payload, now, tx);
}

}  // namespace rb::media
