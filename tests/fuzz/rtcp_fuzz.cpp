// Goal: parse_rtcp and its reader survive any bytes, and a report made of what they found reads back.
#include "dataplane/base/assert.h"
#include "dataplane/wire/rtcp.h"
#include "dataplane/wire/rtcp_xr.h"

#include <algorithm>
#include <array>
#include <vector>

using namespace rb::wire;

namespace {

/// Sends the blocks and the name that were received as a report of our own.
void check_written(const ReportBlocks& received, std::string_view cname)
{
    std::vector<ReportBlock> blocks;
    for (std::size_t i = 0; i < received.size(); ++i) {
        blocks.push_back(received[i]);
    }
    const RtcpReport report{.ssrc = 1, .reports = blocks, .cname = cname.empty() ? "a" : cname, .bye = true};
    std::vector<std::uint8_t> bytes(rtcp_bytes(report));
    RB_ASSERT(write_rtcp(bytes, report) == bytes.size());
    auto reader = parse_rtcp(bytes);
    RB_ASSERT(reader.has_value());
    const auto first = reader->next();
    RB_ASSERT(first && std::get<ReceiverReport>(*first).reports.size() == received.size());
    for (std::size_t i = 0; i < received.size(); ++i) {
        const ReportBlock again = std::get<ReceiverReport>(*first).reports[i];
        RB_ASSERT(again.cumulative_lost == blocks[i].cumulative_lost);
        RB_ASSERT(again.highest_sequence == blocks[i].highest_sequence);
    }
    const auto second = reader->next();
    RB_ASSERT(second && std::get<SourceDescription>(*second).cname == report.cname);
    const auto third = reader->next();
    RB_ASSERT(third && std::get<Bye>(*third).contains(1));
    RB_ASSERT(!reader->next());
}

/// VoIP metrics that are found are found again in a packet of our own.
void check_metrics(std::span<const std::uint8_t> body)
{
    constexpr std::uint32_t kSsrc = 0;
    const auto metrics = find_voip_metrics(body, kSsrc);
    if (!metrics) {
        return;
    }
    std::array<std::uint8_t, kVoipMetricsPacketBytes> bytes{};
    write_voip_metrics(bytes, 1, *metrics);
    RB_ASSERT(find_voip_metrics(std::span{bytes}.subspan(4), kSsrc) == metrics);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    auto reader = parse_rtcp({data, size});
    if (!reader) {
        return 0;
    }
    ReportBlocks blocks;
    std::string_view cname;
    std::size_t touched = 0;  // so that every byte pointed at is read
    while (const auto packet = reader->next()) {
        if (const auto* const sender = std::get_if<SenderReport>(&*packet)) {
            blocks = sender->reports;
        } else if (const auto* const receiver = std::get_if<ReceiverReport>(&*packet)) {
            blocks = receiver->reports;
        } else if (const auto* const description = std::get_if<SourceDescription>(&*packet)) {
            cname = description->cname;
        } else if (const auto* const bye = std::get_if<Bye>(&*packet)) {
            touched += bye->contains(1) ? 1 : 0;
            touched += static_cast<std::size_t>(std::count(bye->reason.begin(), bye->reason.end(), 'x'));
        } else {
            const auto& other = std::get<OtherRtcp>(*packet);
            touched += static_cast<std::size_t>(std::count(other.body.begin(), other.body.end(), 0));
            check_metrics(other.body);
        }
    }
    RB_ASSERT(touched <= size + 1);
    check_written(blocks, cname);
    return 0;
}
