#include "tools/rbload/leg.h"

#include "dataplane/base/clock.h"
#include "dataplane/base/rng.h"
#include "dataplane/wire/ntp_time.h"
#include "dataplane/wire/rtcp.h"
#include "dataplane/wire/rtp.h"

#include <algorithm>
#include <array>
#include <variant>

namespace rb::load {
namespace {

constexpr int kReceiveBufferBytes = 64 << 10;
constexpr unsigned kRtcpEvery_ms = 5000;
constexpr std::size_t kDatagramMax = 2048;
/// A stamp of a codec whose payloads vary: 32 kbit/s.
constexpr std::size_t kStampBytesPerMs = 4;

}  // namespace

Result<Leg> Leg::open(const Setup& setup, const Address& local, MediaHistograms& histograms)
{
    auto rtp = UdpSocket::bind(local, kReceiveBufferBytes);
    if (!rtp) {
        return tl::unexpected(std::move(rtp.error()));
    }
    UdpSocket rtcp;
    if (setup.rtcp) {
        auto bound =
            UdpSocket::bind(local.with_port(static_cast<std::uint16_t>(local.port() + 1)), kReceiveBufferBytes);
        if (!bound) {
            return tl::unexpected(std::move(bound.error()));
        }
        rtcp = std::move(*bound);
    }
    return Leg{setup, std::move(*rtp), std::move(rtcp), histograms};
}

Leg::Leg(const Setup& setup, UdpSocket rtp, UdpSocket rtcp, MediaHistograms& histograms)
    : reception{{.codec = setup.codec,
                 .packet_time = std::chrono::milliseconds{setup.ptime_ms},
                 .stamped = setup.voice == nullptr,
                 .tones = setup.tones},
                histograms},
      setup_{setup},
      rtp_{std::move(rtp)},
      rtcp_{std::move(rtcp)},
      local_{rtp_.local()},
      payload_type_{payload_type_of(setup.codec)},
      stamp_bytes_{codecs::codec_info(setup.codec).payload_bytes(setup.ptime_ms)},
      packet_(wire::kRtpHeaderBytes + codecs::kPayloadBytesMax + media::SrtpSession::kTrailerMax)
{
    Rng rng{(std::uint64_t{setup.index} << 32U) ^ static_cast<std::uint64_t>(SteadyClock::now().count())};
    ssrc_ = rng.u32();
    first_sequence_ = rng.u16() >> 1U;  // a receiver of SRTP must not miss the wrap
    first_timestamp_ = rng.u32();
    if (stamp_bytes_ == 0) {
        stamp_bytes_ = setup.ptime_ms * kStampBytesPerMs;
    }
    reception.expect(payload_type_);
    if (setup.voice == nullptr) {
        fill_noise(stamp(), rng.next(), setup.any_byte);
    }
}

std::span<std::uint8_t> Leg::stamp() noexcept
{
    return std::span{packet_}.subspan(wire::kRtpHeaderBytes, stamp_bytes_);
}

/// Returns the bytes written behind the header.
std::size_t Leg::write_payload(Nanos now) noexcept
{
    if (setup_.voice == nullptr) {
        write_stamp(stamp(), {.leg = setup_.index, .number = number_, .sent = now});
        return stamp_bytes_;
    }
    const auto said = setup_.voice->packet(number_);
    std::ranges::copy(said, packet_.begin() + wire::kRtpHeaderBytes);
    return said.size();
}

void Leg::start(const MediaDescription& peer)
{
    if (setup_.srtp) {
        use_keys(peer);
    }
    if (const PayloadFormat* format = peer.format_of(setup_.codec)) {
        payload_type_ = format->payload_type;
        reception.expect(payload_type_);
    }
    rtp_.connect(peer.address);
    if (rtcp_.fd() >= 0) {
        rtcp_.connect(peer.address.with_port(static_cast<std::uint16_t>(peer.address.port() + 1)));
    }
    sending_ = protection_.can_send();
}

/// Ours is used once; that of the peer may change.
void Leg::use_keys(const MediaDescription& peer)
{
    media::Protection::Sessions sessions;
    const CryptoLine* line = peer.crypto_of(setup_.srtp->suite);
    if (line != nullptr && peer_key_ != line->key) {
        if (!peer_key_) {
            keyed_at_ = SteadyClock::now();
            sessions.send = media::SrtpSession::sending(*setup_.srtp, ssrc_).value_or(nullptr);
        }
        sessions.receive = media::SrtpSession::receiving(line->key).value_or(nullptr);
        peer_key_ = line->key;
    }
    media::Protection next{std::move(sessions)};
    next.take_over(protection_, SteadyClock::now());
    protection_ = std::move(next);
}

void Leg::receive(std::span<std::uint8_t> datagram, Nanos at)
{
    if (awaits_key()) {
        return;
    }
    if (const auto clear = protection_.receive_rtp(datagram, at)) {
        reception.on_datagram(*clear, at);
    } else {
        refuse(at);
    }
}

/// What came before the peer's key cannot be judged: it may be of who had our port before, or the peer's own, early.
void Leg::refuse(Nanos at) noexcept
{
    not_genuine_ += at >= keyed_at_ ? 1U : 0U;
}

bool Leg::send_due(Nanos now)
{
    const std::uint32_t ticks = codecs::codec_info(setup_.codec).clock_ticks(setup_.ptime_ms);
    const wire::RtpHeader header{.payload_type = payload_type_,
                                 .marker = number_ == 0,
                                 .sequence = static_cast<std::uint16_t>(first_sequence_ + number_),
                                 .timestamp = first_timestamp_ + number_ * ticks,
                                 .ssrc = ssrc_};
    wire::write_rtp_header(packet_, header);
    const std::size_t clear = wire::kRtpHeaderBytes + write_payload(now);
    octets_ += static_cast<std::uint32_t>(clear - wire::kRtpHeaderBytes);
    ++number_;
    const std::uint32_t report_every = kRtcpEvery_ms / setup_.ptime_ms;
    if (rtcp_.fd() >= 0 && (number_ + setup_.index) % report_every == 0) {
        send_rtcp();
    }
    if (!setup_.srtp) {
        return rtp_.send(std::span{packet_}.first(clear));
    }
    protected_ = packet_;  // the noise behind a stamp is used again
    const auto size = protection_.send_rtp(protected_, clear);
    return size && rtp_.send(std::span{protected_}.first(*size));
}

void Leg::send_rtcp()
{
    const std::uint32_t ticks = codecs::codec_info(setup_.codec).clock_ticks(setup_.ptime_ms);
    const wire::ReportBlock heard{.ssrc = reception.ssrc(),
                                  .cumulative_lost = static_cast<std::int32_t>(reception.numbering().missing())};
    const wire::RtcpReport report{.ssrc = ssrc_,
                                  .sender = wire::SenderInfo{.ntp = wire::ntp_from_unix(WallClock::now()),
                                                             .rtp_timestamp = first_timestamp_ + number_ * ticks,
                                                             .packets = number_,
                                                             .octets = octets_},
                                  .reports = std::span{&heard, reception.ssrc() != 0 ? 1U : 0U},
                                  .cname = "rbload"};
    std::array<std::uint8_t, 128> bytes{};
    if (const auto size = protection_.send_rtcp(bytes, wire::write_rtcp(bytes, report))) {
        rtcp_.send(std::span{bytes}.first(*size));
    }
}

void Leg::drain_rtcp()
{
    if (awaits_key()) {
        return;
    }
    std::array<std::uint8_t, kDatagramMax> buffer;
    const Nanos offset = wall_to_steady();
    while (const auto arrival = rtcp_.fd() >= 0 ? rtcp_.receive(buffer, offset) : std::nullopt) {
        const auto clear = protection_.receive_rtcp(std::span{buffer}.first(arrival->bytes.size()), Nanos{});
        if (!clear) {
            refuse(arrival->at);
            continue;
        }
        auto reader = wire::parse_rtcp(*clear);
        if (!reader) {
            ++rtcp_counts_.malformed;
            continue;
        }
        while (const auto packet = reader->next()) {
            const auto* sr = std::get_if<wire::SenderReport>(&*packet);
            const auto* rr = std::get_if<wire::ReceiverReport>(&*packet);
            rtcp_counts_.reports += sr != nullptr || rr != nullptr ? 1U : 0U;
            const wire::ReportBlocks blocks = sr != nullptr   ? sr->reports
                                              : rr != nullptr ? rr->reports
                                                              : wire::ReportBlocks{};
            if (blocks.size() > 0) {
                rtcp_counts_.lost_by_server = blocks[0].cumulative_lost;
            }
        }
    }
}

}  // namespace rb::load
