// Goal: what plays to a leg or to a room pauses, moves, changes its volume and ends when told, while the stream of
// packets goes on (BR-18, IVR-01).
// Method: one worker with arrays for sockets; clips of one byte a frame, by which each frame sent is known.
#include "bridges/player.h"
#include "codecs/decoder.h"
#include "codecs/level.h"
#include "dataplane/wire/rtp.h"
#include "sim/sim_worker.h"

#include <gtest/gtest.h>

#include <string>

namespace rb {
namespace {

using bridges::PlayerStep;
using What = PlayerStep::What;

class PlaybackOfWorker : public ::testing::Test {
protected:
    media::LegRef adopt()
    {
        auto plan = std::make_unique<media::MediaPlan>();
        plan->remote_rtp = *parse_address("192.0.2.1:4000");
        plan->rtcp_interval = 0s;
        plan->build_states();
        const media::LegRef ref = worker.reserve_leg();
        const int fd = 10 + 2 * static_cast<int>(ref.index);
        worker.adopt(std::make_unique<media::Leg>(ref, std::array{fd, fd + 1}, std::move(plan), rng, 0ns));
        return ref;
    }
    static std::unique_ptr<bridges::Player> player(const std::string& frames,
                                                   const bridges::Player::Options& options = {})
    {
        std::vector<std::uint8_t> payload;
        for (const char frame : frames) {
            payload.insert(payload.end(), 160, static_cast<std::uint8_t>(frame));
        }
        return std::make_unique<bridges::Player>(
            bridges::Player::Clips{std::make_shared<bridges::Clip>(codecs::CodecId::Pcmu, std::move(payload))},
            options);
    }
    void steer(media::LegRef leg, const PlayerStep& step)
    {
        worker.post(command::SteerPlayer{.leg = leg, .bridge = {}, .step = step});
    }
    /// The first byte of each payload sent to the leg in so many frames; '.' = silence.
    std::string hear(media::LegRef leg, int frames)
    {
        std::string heard;
        for (const Nanos end = now + kFrame * frames; now < end; now += 1ms) {
            for (const auto& sent : worker.step(now)) {
                const auto view = wire::parse_rtp(sent.bytes);
                if (view && index_of(sent.slot) == leg.index) {
                    payload.assign(view->payload.begin(), view->payload.end());
                    heard += payload[0] == 0xff ? '.' : static_cast<char>(payload[0]);
                }
            }
        }
        worker.drain_events([](const Event&) {});
        return heard;
    }

    Rng rng{1};
    sim::Kernel kernel;
    Nanos now = 10s;
    std::vector<std::uint8_t> payload;  // sent last
    sim::SimWorker worker{{.legs = 4, .bridges = 2}, kernel};
};

TEST_F(PlaybackOfWorker, OfALegIsSteered)
{
    const auto leg = adopt();
    worker.play(leg, player("abcdefgh"));
    EXPECT_EQ(hear(leg, 2), "ab");
    steer(leg, {.what = What::Pause});
    EXPECT_EQ(hear(leg, 3), "...") << "silence, in the same stream";
    steer(leg, {.what = What::Skip, .by = 2});
    steer(leg, {.what = What::Resume});
    EXPECT_EQ(hear(leg, 2), "ef");
    steer(leg, {.what = What::Skip, .by = -4});
    EXPECT_EQ(hear(leg, 1), "c");
    steer(leg, {.what = What::Restart});
    EXPECT_EQ(hear(leg, 2), "ab");
    steer(leg, {.what = What::End});
    EXPECT_EQ(hear(leg, 2), "") << "nothing plays any more";
    steer(leg, {.what = What::Restart});
    EXPECT_EQ(hear(leg, 2), "") << "and what is over cannot be steered";
    EXPECT_EQ(worker.imbalance(), "");
}

TEST_F(PlaybackOfWorker, OfALegGoesOnAtAnotherVolume)
{
    const auto leg = adopt();
    worker.play(leg, player("\x20\x20\x20\x20", {.loop = true}));
    hear(leg, 3);
    std::vector<codecs::Sample> samples(160);
    const codecs::Decoder plain{codecs::CodecId::Pcmu};
    codecs::Decoder decoder{plain.info().id};
    ASSERT_TRUE(decoder.decode(payload, samples));
    const auto loud = codecs::mean_magnitude(samples);
    worker.play(leg, player("\x20\x20\x20\x20", {.loop = true, .gain_db = -12}), true);
    EXPECT_EQ(hear(leg, 3).size(), 3U);
    ASSERT_TRUE(decoder.decode(payload, samples));
    EXPECT_NEAR(codecs::mean_magnitude(samples), loud / 4.0, loud / 40.0);
    worker.play(leg, player("abcd", {.loop = true}), true);
    EXPECT_EQ(hear(leg, 2), "cd") << "six frames have been played before";
}

TEST_F(PlaybackOfWorker, AVolumeForWhatIsOverPlaysNothingAgain)
{
    const auto leg = adopt();
    worker.play(leg, player("ab"));
    EXPECT_EQ(hear(leg, 4), "ab");
    worker.play(leg, player("ab", {.gain_db = 6}), true);
    EXPECT_EQ(hear(leg, 4), "");
    worker.post(command::ReturnLeg{.leg = leg});
    hear(leg, 2);
    EXPECT_TRUE(worker.books_closed()) << "the player that came too late is home, too";
}

TEST_F(PlaybackOfWorker, OfARoomIsSteeredAndItsMembersGoOn)
{
    const auto bridge = worker.adopt({.kind = bridges::BridgeKind::Conference, .rate = 8000, .parties = 2});
    const auto leg = adopt();
    worker.join(leg, bridge, {}, nullptr);
    std::vector<std::uint8_t> linear;
    for (int i = 0; i < 160 * 50; ++i) {
        linear.push_back(static_cast<std::uint8_t>(i / 8 % 2 == 0 ? 0x10 : 0xf0));
        linear.push_back(0);
    }
    const auto clip = std::make_shared<bridges::Clip>(codecs::CodecId::L16_8, std::move(linear));
    worker.play(bridge, std::make_unique<bridges::Player>(bridges::Player::Clips{clip}, bridges::Player::Options{}));
    const auto tell = [&](const PlayerStep& step) {
        worker.post(command::SteerPlayer{.leg = {}, .bridge = bridge, .step = step});
    };
    const auto loudness = [&] {
        EXPECT_EQ(hear(leg, 5).size(), 5U);
        std::vector<codecs::Sample> samples(160);
        EXPECT_TRUE(codecs::Decoder{codecs::CodecId::Pcmu}.decode(payload, samples));
        return codecs::mean_magnitude(samples);
    };
    EXPECT_NEAR(loudness(), 4096, 100);
    tell({.what = What::Volume, .by = -6});
    EXPECT_NEAR(loudness(), 2053, 60);
    tell({.what = What::Pause});
    EXPECT_EQ(loudness(), 0U);
    tell({.what = What::Volume});
    tell({.what = What::Resume});
    EXPECT_NEAR(loudness(), 4096, 100);
    tell({.what = What::Skip, .by = 28});  // of fifty, fifteen have been played
    EXPECT_NEAR(loudness(), 4096, 100);
    EXPECT_EQ(loudness(), 0U) << "it is over";
}

}  // namespace
}  // namespace rb
