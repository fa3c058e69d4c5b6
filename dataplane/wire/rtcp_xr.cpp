#include "dataplane/wire/rtcp_xr.h"

#include "dataplane/base/assert.h"
#include "dataplane/base/byte_reader.h"
#include "dataplane/base/byte_writer.h"

namespace rb::wire {
namespace {

constexpr std::uint8_t kVoipMetrics = 7;
constexpr std::size_t kBlockHeaderBytes = 4;
constexpr std::size_t kBlockWords = 8;  // after its header (RFC 3611 §4.7)

VoipMetrics read_block(std::span<const std::uint8_t> block) noexcept
{
    ByteReader reader{block};
    VoipMetrics metrics{.ssrc = reader.u32(),
                        .loss_rate = reader.u8(),
                        .discard_rate = reader.u8(),
                        .burst_density = reader.u8(),
                        .gap_density = reader.u8(),
                        .burst_ms = reader.u16(),
                        .gap_ms = reader.u16(),
                        .round_trip_ms = reader.u16(),
                        .end_system_ms = reader.u16(),
                        .signal_dbm0 = reader.u8(),
                        .noise_dbm0 = reader.u8(),
                        .echo_return_db = reader.u8(),
                        .gap_min = reader.u8(),
                        .rating = reader.u8(),
                        .external_rating = reader.u8(),
                        .mos_listening = reader.u8(),
                        .mos_conversation = reader.u8(),
                        .receiver_config = reader.u8()};
    reader.u8();  // reserved
    metrics.buffer_ms = reader.u16();
    metrics.buffer_ms_max = reader.u16();
    metrics.buffer_ms_cap = reader.u16();
    return metrics;
}

}  // namespace

void write_voip_metrics(std::span<std::uint8_t> out, std::uint32_t reporter, const VoipMetrics& metrics) noexcept
{
    RB_ASSERT(out.size() >= kVoipMetricsPacketBytes);
    constexpr std::uint8_t version = 0x80;
    ByteWriter writer{out};
    writer.u8(version);
    writer.u8(kExtendedReport);
    writer.u16(kVoipMetricsPacketBytes / 4 - 1);
    writer.u32(reporter);
    writer.u8(kVoipMetrics);
    writer.u8(0);
    writer.u16(kBlockWords);
    writer.u32(metrics.ssrc);
    for (const std::uint8_t octet :
         {metrics.loss_rate, metrics.discard_rate, metrics.burst_density, metrics.gap_density}) {
        writer.u8(octet);
    }
    for (const std::uint16_t ms : {metrics.burst_ms, metrics.gap_ms, metrics.round_trip_ms, metrics.end_system_ms}) {
        writer.u16(ms);
    }
    for (const std::uint8_t octet : {metrics.signal_dbm0, metrics.noise_dbm0, metrics.echo_return_db, metrics.gap_min,
                                     metrics.rating, metrics.external_rating, metrics.mos_listening,
                                     metrics.mos_conversation, metrics.receiver_config, std::uint8_t{0}}) {
        writer.u8(octet);
    }
    for (const std::uint16_t ms : {metrics.buffer_ms, metrics.buffer_ms_max, metrics.buffer_ms_cap}) {
        writer.u16(ms);
    }
    RB_ASSERT(writer.written() == kVoipMetricsPacketBytes);
}

std::optional<VoipMetrics> find_voip_metrics(std::span<const std::uint8_t> body, std::uint32_t ssrc) noexcept
{
    ByteReader reader{body};
    reader.u32();  // the reporter
    while (reader.ok() && reader.rest().size() >= kBlockHeaderBytes) {
        const std::uint8_t type = reader.u8();
        reader.u8();  // specific to the type; reserved in this one
        const std::size_t words = reader.u16();
        const auto block = reader.take(words * 4);
        if (reader.ok() && type == kVoipMetrics && words == kBlockWords) {
            const VoipMetrics metrics = read_block(block);
            if (metrics.ssrc == ssrc) {
                return metrics;
            }
        }
    }
    return std::nullopt;
}

}  // namespace rb::wire
