// Goal: a leg has what it takes to hear only where somebody listens to it, and then at once.
// Method: one worker with arrays for sockets, whose control lends what is asked for when it reads its events.
#include "dataplane/wire/rtp.h"
#include "sim/sim_worker.h"

#include <gtest/gtest.h>

namespace rb {
namespace {

const Address kPeer = *parse_address("192.0.2.1:4000");

class LentAudioIn : public ::testing::Test {
protected:
    media::LegRef adopt()
    {
        auto plan = std::make_unique<media::MediaPlan>();
        plan->remote_rtp = kPeer;
        plan->build_encoding();
        const media::LegRef ref = worker.reserve_leg();
        const int fd = 10 + 2 * static_cast<int>(ref.index);
        auto made = std::make_unique<media::Leg>(ref, std::array{fd, fd + 1}, std::move(plan), rng, 0ns);
        leg = made.get();
        worker.adopt(std::move(made));
        static_cast<void>(worker.step(now));  // now its sockets are open
        return ref;
    }
    /// The peer speaks for so long, while control is busy with something else.
    void speak(media::LegRef to, Nanos time)
    {
        for (const Nanos end = now + time; now < end; now += 20ms) {
            std::vector<std::uint8_t> bytes(172);
            wire::write_rtp_header(bytes, {.sequence = ++sequence, .timestamp = sequence * 160U, .ssrc = 1});
            worker.deliver(LegSlot{to.index}, {.source = kPeer, .bytes = std::move(bytes)});
            static_cast<void>(worker.step(now));
        }
    }
    /// Control reads its events. Returns how often it was asked.
    std::size_t asked()
    {
        std::size_t count = 0;
        worker.drain_events(
            [&count](const Event& event) { count += std::holds_alternative<event::AudioInWanted>(event) ? 1U : 0U; });
        static_cast<void>(worker.step(now));
        return count;
    }

    Rng rng{1};
    sim::Kernel kernel;
    Nanos now = 1s;
    std::uint16_t sequence = 0;
    media::Leg* leg = nullptr;
    sim::SimWorker worker{{.legs = 4, .bridges = 2}, kernel};
};

TEST_F(LentAudioIn, IsAskedForWhenSomebodyBeginsToListen)
{
    const auto bridge = worker.adopt({.kind = bridges::BridgeKind::Conference, .rate = 8000, .parties = 2});
    const media::LegRef ref = adopt();
    speak(ref, 100ms);
    EXPECT_EQ(asked(), 0U) << "nobody listens yet";
    worker.join(ref, bridge, {}, nullptr);
    static_cast<void>(worker.step(now));
    EXPECT_EQ(leg->plan->in, nullptr);
    EXPECT_EQ(asked(), 1U) << "before the next packet";
    ASSERT_NE(leg->plan->in, nullptr);
    speak(ref, 100ms);
    EXPECT_EQ(asked(), 0U);
    EXPECT_EQ(leg->plan->in->jitter_buffer().counters().put, 5U);
}

TEST_F(LentAudioIn, IsAskedForAgainWhereNoneComesAndHadOnce)
{
    const auto bridge = worker.adopt({.kind = bridges::BridgeKind::Conference, .rate = 8000, .parties = 2});
    const media::LegRef ref = adopt();
    worker.join(ref, bridge, {}, nullptr);
    speak(ref, 500ms);
    EXPECT_EQ(asked(), 3U);
    EXPECT_NE(leg->plan->in, nullptr);
    EXPECT_EQ(asked(), 0U);  // the two too many have come home, as asan would tell
}

TEST_F(LentAudioIn, EchoNeedsNone)
{
    const media::LegRef ref = adopt();
    worker.post(command::SetEcho{.leg = ref, .on = true});
    speak(ref, 100ms);
    EXPECT_EQ(asked(), 0U);
    EXPECT_EQ(leg->counters.forwarded, 5U);
}

TEST_F(LentAudioIn, ANewCodecHasItsOwn)
{
    const auto bridge = worker.adopt({.kind = bridges::BridgeKind::Conference, .rate = 8000, .parties = 2});
    const media::LegRef ref = adopt();
    worker.join(ref, bridge, {}, nullptr);
    speak(ref, 40ms);
    EXPECT_EQ(asked(), 1U);
    auto plan = std::make_unique<media::MediaPlan>();
    plan->codec = codecs::CodecId::Pcma;
    plan->remote_rtp = kPeer;
    plan->build_encoding();
    worker.change_media(ref, std::move(plan));
    speak(ref, 40ms);
    EXPECT_EQ(asked(), 1U);
    ASSERT_NE(leg->plan->in, nullptr);
    EXPECT_EQ(leg->plan->in->info().id, codecs::CodecId::Pcma);
}

}  // namespace
}  // namespace rb
