// Goal: the technology follows from the parties alone, as the table of the design says.
// Method: the whole input space is walked; the expected answer is said again in words of its own.
#include "bridges/choose.h"

#include <gtest/gtest.h>

#include <array>
#include <tuple>
#include <utility>
#include <vector>

namespace rb::bridges {
namespace {

std::vector<PartyTraits> every_party()
{
    std::vector<PartyTraits> parties;
    for (std::size_t codec = 0; codec < codecs::kCodecCount; ++codec) {
        for (const std::uint32_t ptime : {10U, 20U, 60U}) {
            for (const std::uint32_t dtmf_rate : {0U, 8'000U, 48'000U}) {
                for (const auto& [on_hold, needs_audio, needs_frames] :
                     {std::tuple{false, false, false}, std::tuple{false, true, false}, std::tuple{true, true, false},
                      std::tuple{false, false, true}}) {
                    parties.push_back({.codec = static_cast<codecs::CodecId>(codec),
                                       .ptime_ms = ptime,
                                       .dtmf = dtmf_rate > 0,
                                       .dtmf_clock_rate = dtmf_rate,
                                       .on_hold = on_hold,
                                       .needs_frames = needs_frames,
                                       .needs_audio = needs_audio});
                }
            }
        }
    }
    return parties;
}

/// Whether a packet of one could be sent to the other as it is.
bool same_packets(const PartyTraits& a, const PartyTraits& b)
{
    return a.codec == b.codec && a.ptime_ms == b.ptime_ms &&
           (a.dtmf ? a.dtmf_clock_rate : 0) == (b.dtmf ? b.dtmf_clock_rate : 0);
}

Technology expected_of(const BridgeTraits& bridge)
{
    if (bridge.parties == 0 && !bridge.spans_workers) {
        return Technology::None;
    }
    if (bridge.kind == BridgeKind::Holding) {
        return Technology::Holding;
    }
    const bool has_work = bridge.needs_audio || bridge.spans_workers || bridge.parties > 2 || !bridge.first.on_hold ||
                          (bridge.parties == 2 && !bridge.second.on_hold);
    if (bridge.kind == BridgeKind::Conference && !has_work) {
        return Technology::None;
    }
    const bool nothing_made = !bridge.first.needs_frames && !bridge.second.needs_frames;
    if (bridge.kind == BridgeKind::Smart && bridge.parties == 2 && nothing_made &&
        bridge.first.codec == codecs::CodecId::G729 && bridge.second.codec == codecs::CodecId::G729) {
        return Technology::NativeRtp;  // or nothing at all would be heard
    }
    if (bridge.kind == BridgeKind::Conference || bridge.parties > 2 || bridge.needs_audio) {
        return Technology::Softmix;
    }
    const bool nobody_listens_in = !bridge.first.needs_audio && !bridge.second.needs_audio;
    if (bridge.parties == 2 && nobody_listens_in && nothing_made && same_packets(bridge.first, bridge.second)) {
        return Technology::NativeRtp;
    }
    return Technology::Simple;
}

TEST(ChooseBridge, AnswersTheWholeTable)
{
    const auto parties = every_party();
    std::array<std::size_t, 5> seen{};
    for (const BridgeKind kind : {BridgeKind::Smart, BridgeKind::Conference, BridgeKind::Holding}) {
        for (std::size_t count = 0; count <= 4; ++count) {
            for (const auto& [needs_audio, spans] :
                 {std::pair{false, false}, std::pair{true, false}, std::pair{false, true}}) {
                for (const PartyTraits& first : parties) {
                    for (const PartyTraits& second : parties) {
                        const BridgeTraits bridge{.kind = kind,
                                                  .parties = count,
                                                  .first = first,
                                                  .second = second,
                                                  .needs_audio = needs_audio,
                                                  .spans_workers = spans};
                        const Technology chosen = choose_bridge(bridge);
                        ASSERT_EQ(chosen, expected_of(bridge));
                        ++seen[static_cast<std::size_t>(chosen)];
                    }
                }
            }
        }
    }
    for (const std::size_t times : seen) {
        EXPECT_GT(times, 0U);
    }
}

}  // namespace
}  // namespace rb::bridges
