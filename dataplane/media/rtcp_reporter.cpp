#include "dataplane/media/rtcp_reporter.h"

#include "dataplane/wire/ntp_time.h"
#include "dataplane/wire/rtcp.h"
#include "dataplane/wire/rtcp_xr.h"

#include <array>
#include <string_view>
#include <variant>

namespace rb::media {
namespace {

/// "rb-" and the SSRC in hexadecimal: unique enough, and says nothing about the host (RFC 7022 §4.2).
std::array<char, 11> cname_of(std::uint32_t ssrc) noexcept
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::array<char, 11> name{'r', 'b', '-'};
    for (std::size_t i = 0; i < 8; ++i) {
        name[3 + i] = kDigits[ssrc >> 4U * (7 - i) & 0xfU];
    }
    return name;
}

}  // namespace

void RtcpReporter::start(Nanos now) noexcept
{
    if (due_ == kNever) {
        schedule(now);
    }
}

void RtcpReporter::schedule(Nanos now) noexcept
{
    const auto half = static_cast<std::uint64_t>(options_.interval.count()) / 2;
    due_ = now + Nanos{static_cast<std::int64_t>(half + rng_.below(half * 2 + 1))};
}

std::size_t RtcpReporter::write(std::span<std::uint8_t> out, RtpReceiver& receiver, const RtpSender& sender, Nanos now,
                                bool bye) noexcept
{
    const auto cname = cname_of(sender.ssrc());
    wire::RtcpReport report{.ssrc = sender.ssrc(), .cname = {cname.data(), cname.size()}, .bye = bye};
    if (sender.packets() != packets_reported_) {
        report.sender = sender.report(now, ntp_at(now));
        packets_reported_ = sender.packets();
    }
    wire::ReportBlock block;
    if (receiver.started()) {
        block = receiver.report();
        block.last_sr = last_sr_;
        block.delay_since_last_sr = last_sr_ == 0 ? 0 : wire::ntp_short_from(now - last_sr_at_);
        report.reports = {&block, 1};
    }
    schedule(now);
    return wire::write_rtcp(out, report);
}

tl::expected<RtcpReporter::Read, Drop> RtcpReporter::receive(std::span<const std::uint8_t> bytes,
                                                             std::uint32_t own_ssrc, Nanos now) noexcept
{
    auto reader = wire::parse_rtcp(bytes);
    if (!reader) {
        return tl::unexpected(reader.error());
    }
    Read read;
    while (const auto packet = reader->next()) {
        const wire::ReportBlocks* blocks = nullptr;
        if (const auto* sr = std::get_if<wire::SenderReport>(&*packet)) {
            last_sr_ = wire::ntp_middle(sr->sender.ntp);
            last_sr_at_ = now;
            blocks = &sr->reports;
        } else if (const auto* rr = std::get_if<wire::ReceiverReport>(&*packet)) {
            blocks = &rr->reports;
        } else if (std::holds_alternative<wire::Bye>(*packet)) {
            remote_.bye = true;
        } else if (const auto* other = std::get_if<wire::OtherRtcp>(&*packet)) {
            note(*other, own_ssrc);
            const bool feedback = other->type == wire::kTransportFeedback || other->type == wire::kPayloadFeedback;
            read.feedback += feedback ? 1U : 0U;
        }
        for (std::size_t i = 0; blocks != nullptr && i < blocks->size(); ++i) {
            if ((*blocks)[i].ssrc == own_ssrc) {
                note((*blocks)[i], now);
            }
        }
    }
    return read;
}

void RtcpReporter::note(const wire::OtherRtcp& packet, std::uint32_t own_ssrc) noexcept
{
    const auto metrics = packet.type == wire::kExtendedReport ? wire::find_voip_metrics(packet.body, own_ssrc)
                                                              : std::optional<wire::VoipMetrics>{};
    if (metrics) {
        const bool known = metrics->mos_listening != wire::VoipMetrics::kUnknown;
        remote_.mos_tenths = known ? metrics->mos_listening : std::uint8_t{0};
        remote_.discarded = metrics->discard_rate;
    }
}

void RtcpReporter::note(const wire::ReportBlock& block, Nanos now) noexcept
{
    remote_.fraction_lost = block.fraction_lost;
    remote_.jitter_ticks = block.jitter;
    const auto round_trip = wire::round_trip({.arrival = wire::ntp_middle(ntp_at(now)),
                                              .last_sr = block.last_sr,
                                              .delay_since_last_sr = block.delay_since_last_sr});
    if (round_trip) {
        remote_.round_trip = *round_trip;
    }
}

std::uint64_t RtcpReporter::ntp_at(Nanos now) const noexcept
{
    return wire::ntp_from_unix(now + options_.wall_offset);
}

}  // namespace rb::media
