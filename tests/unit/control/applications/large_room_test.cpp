// Goal: ten thousand listeners in one room hear exactly those who talk, at any distance, and nothing is lost (BR-06).
// Method: whole calls on a bench of three workers with the default of room_parties_max, so that the room lies on all
// of them; the simulator's judge of who hears whom asks every ear for every talker and for one who is muted.
#include "control/applications/conference.h"
#include "sim/calls/hearing.h"
#include "support/call_bench.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <unordered_map>

namespace rb::test {
namespace {

constexpr std::size_t kListeners = 10'000;
constexpr std::size_t kArrivalsPer_ms = 50;
/// Where in the order of arrival they come who say something: in each part of the room, the last of them at its end.
constexpr std::array<std::size_t, 5> kSpeakers{0, 2'000, 4'500, 9'000, kListeners + 4};
constexpr std::size_t kMuted = 1;  // of them
constexpr std::size_t kMembers = kListeners + kSpeakers.size();

constexpr const char* kRoom = "[c]\nexten => 1,1,ConfBridge(hall)\n";
constexpr const char* kQuiet = "[default_user]\ntype=user\nquiet=yes\n";
constexpr const char* kLimits = "[limits]\ncalls_max = 10100\nlegs_max = 10100\ncpu_percent_max = 100\n";
constexpr const char* kPorts = "[general]\nrtpstart = 20000\nrtpend = 49999\n";

class LargeRoom : public testing::Test {
protected:
    void everybody_arrives()
    {
        for (std::size_t i = 0; i < kMembers; ++i) {
            const auto speaker = std::ranges::find(kSpeakers, i);
            const bool says = speaker != kSpeakers.end();
            const auto number = static_cast<unsigned>(speaker - kSpeakers.begin());
            BenchPhone& phone = bench.call("1", {.hz = says ? sim::SimClient::tone_hz(number) : 0,
                                                 .codec = i % 3 == 0 ? codecs::CodecId::Pcma : codecs::CodecId::Pcmu,
                                                 .amplitude = sim::SimClient::kAmplitude});
            members.push_back(&phone);
            if (i % kArrivalsPer_ms == 0) {
                bench.run(1ms);
            }
        }
    }

    void listen(Nanos time)
    {
        for (BenchPhone* member : members) {
            member->forget();
        }
        bench.run(time);
    }

    /// Those whose channels are up, in the order of arrival.
    [[nodiscard]] std::vector<sim::calls::Place> places()
    {
        std::unordered_map<sip::SessionId, const engine::Channel*> channels;
        bench.engine().channels().for_each(
            [&](engine::ChannelRef, const engine::Channel& channel) { channels[channel.session] = &channel; });
        std::vector<sim::calls::Place> all;
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (const auto found = channels.find(members[i]->session()); found != channels.end()) {
                all.push_back(sim::calls::place_of(bench.engine(), *found->second, *members[i]));
                all.back().name = "member " + std::to_string(i);
            }
        }
        return all;
    }

    [[nodiscard]] std::uint64_t counted(WorkerCounter which) { return bench.counted(static_cast<std::size_t>(which)); }

    CallBench bench{
        kRoom,
        {{"confbridge.conf", kQuiet}, {"ringbridge.conf", kLimits}, {"rtp.conf", kPorts}},
        BenchSize{.workers = 3, .legs = 5'000},
    };
    std::vector<BenchPhone*> members;
};

TEST_F(LargeRoom, TenThousandListenersHearExactlyWhoTalks)
{
    everybody_arrives();
    engine::Room& room = *bench.engine().rooms().find("hall");
    const auto muted = bench.channel(*members[kSpeakers[kMuted]])->ref;
    ASSERT_TRUE(applications::mute_member(bench.engine(), room, muted, true));
    bench.run(200ms);
    ASSERT_EQ(room.members.size(), kMembers);
    ASSERT_EQ(room.parts.size(), 3U);
    EXPECT_EQ(room.parts[0].members, 4'000U);
    EXPECT_EQ(room.parts[1].members, 4'000U);

    listen(840ms);
    const std::vector<sim::calls::Place> all = places();
    ASSERT_EQ(all.size(), kMembers);
    std::vector<sim::calls::Place> speakers;
    for (const std::size_t i : kSpeakers) {
        speakers.push_back(all[i]);
    }
    std::vector<std::string> problems;
    for (std::size_t i = 0; i < all.size(); ++i) {
        std::ranges::move(sim::calls::judge(all[i], speakers), std::back_inserter(problems));
        if (members[i]->longest_gap() != 20ms) {
            problems.push_back(all[i].name + " misses packets");
        }
    }
    EXPECT_EQ(problems.size(), 0U) << problems.front();

    for (std::size_t drop = 0; drop < kDropCount; ++drop) {
        EXPECT_EQ(bench.counted(drop_counter(static_cast<Drop>(drop))), 0U) << kDropNames.at(drop);
    }
    EXPECT_EQ(counted(WorkerCounter::TrunkFramesLost), 0U);
    EXPECT_EQ(counted(WorkerCounter::TxOverflow), 0U);
    EXPECT_EQ(counted(WorkerCounter::EventsDropped), 0U);
    EXPECT_EQ(bench.leftovers(), "");
}

}  // namespace
}  // namespace rb::test
