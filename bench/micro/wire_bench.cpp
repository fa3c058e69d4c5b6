// wire_bench — nanoseconds for each packet in the wire layer.
#include "dataplane/wire/demux.h"
#include "dataplane/wire/dtmf.h"
#include "dataplane/wire/rtcp.h"
#include "dataplane/wire/rtp.h"

#include <benchmark/benchmark.h>

#include <array>

namespace rb::wire {
namespace {

std::array<std::uint8_t, 172> pcmu_packet()
{
    std::array<std::uint8_t, 172> packet{};
    write_rtp_header(packet, {.payload_type = 0, .sequence = 7, .timestamp = 160, .ssrc = 42});
    return packet;
}

void classify_packet(benchmark::State& state)
{
    auto packet = pcmu_packet();
    for (auto _ : state) {
        benchmark::DoNotOptimize(packet.data());
        benchmark::ClobberMemory();
        benchmark::DoNotOptimize(classify(packet));
    }
}
BENCHMARK(classify_packet);

void parse_rtp_packet(benchmark::State& state)
{
    auto packet = pcmu_packet();
    for (auto _ : state) {
        benchmark::DoNotOptimize(packet.data());
        benchmark::ClobberMemory();
        auto view = parse_rtp(packet);
        benchmark::DoNotOptimize(view);
    }
}
BENCHMARK(parse_rtp_packet);

void write_rtp_packet_header(benchmark::State& state)
{
    auto packet = pcmu_packet();
    RtpHeader header{.payload_type = 8, .ssrc = 42};
    for (auto _ : state) {
        ++header.sequence;
        header.timestamp += 160;
        write_rtp_header(packet, header);
        benchmark::DoNotOptimize(packet.data());
        benchmark::ClobberMemory();
    }
}
BENCHMARK(write_rtp_packet_header);

void parse_dtmf_payload(benchmark::State& state)
{
    auto payload = write_dtmf({.digit = '5', .duration_samples = 400});
    for (auto _ : state) {
        benchmark::DoNotOptimize(payload.data());
        benchmark::ClobberMemory();
        auto event = parse_dtmf(payload);
        benchmark::DoNotOptimize(event);
    }
}
BENCHMARK(parse_dtmf_payload);

const ReportBlock kBlock{.ssrc = 1, .highest_sequence = 1000, .jitter = 12};

void write_rtcp_report(benchmark::State& state)
{
    std::array<std::uint8_t, 256> bytes{};
    const RtcpReport report{.ssrc = 42, .sender = SenderInfo{}, .reports = {&kBlock, 1}, .cname = "leg@ringbridge"};
    for (auto _ : state) {
        benchmark::DoNotOptimize(write_rtcp(bytes, report));
        benchmark::ClobberMemory();
    }
}
BENCHMARK(write_rtcp_report);

void read_rtcp_report(benchmark::State& state)
{
    std::array<std::uint8_t, 256> bytes{};
    const RtcpReport report{.ssrc = 42, .sender = SenderInfo{}, .reports = {&kBlock, 1}, .cname = "leg@ringbridge"};
    const std::size_t size = write_rtcp(bytes, report);
    for (auto _ : state) {
        benchmark::DoNotOptimize(bytes.data());
        benchmark::ClobberMemory();
        auto reader = parse_rtcp(std::span{bytes}.first(size));
        while (auto packet = reader->next()) {
            benchmark::DoNotOptimize(packet);
        }
    }
}
BENCHMARK(read_rtcp_report);

}  // namespace
}  // namespace rb::wire
