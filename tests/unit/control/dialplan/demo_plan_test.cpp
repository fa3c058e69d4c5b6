// Goal: the demo configuration implements the numbering plan: what each number does, key by key.
// Method: a dialled number and how each application ends, against the expected sequence of (application, arguments).
#include "control/config/load.h"
#include "control/dialplan/interpreter.h"
#include "test_channel.h"

#include <gtest/gtest.h>

#include <deque>

namespace rb::dialplan {
namespace {

using Sequence = std::vector<std::string>;

const Finished kDone{};
const Finished kHangup{.outcome = Outcome::Hangup};
const Finished kTimeout{.outcome = Outcome::Timeout};

Finished keys(const std::string& digits)
{
    return {.outcome = Outcome::Digits, .digits = digits};
}

class Demo : public ::testing::Test {
protected:
    void SetUp() override
    {
        const auto loaded = config::load(*config::demo_source());
        ASSERT_TRUE(loaded.snapshot);
        config::Problems problems;
        plan_ = parse_extensions(loaded.snapshot->extensions, default_vocabulary(), problems);
        EXPECT_TRUE(problems.empty());
        ASSERT_TRUE(plan_);
        for (const auto& [name, value] : plan_->globals()) {
            channel_.globals().set(name, value);
        }
    }

    Sequence dial(const std::string& number, std::deque<Finished> ends)
    {
        Interpreter call{plan_, {.context = "demo", .exten = number}};
        Sequence sequence;
        for (Next next = call.next(channel_); std::holds_alternative<Invocation>(next); next = call.next(channel_)) {
            const auto& invocation = std::get<Invocation>(next);
            sequence.push_back(invocation.application + "(" + invocation.arguments + ")");
            if (ends.empty()) {
                return sequence;
            }
            call.advance(channel_, ends.front());
            ends.pop_front();
        }
        return sequence;
    }

    DialplanPtr plan_;
    TestChannel channel_;
};

TEST_F(Demo, TheSimpleNumbers)
{
    EXPECT_EQ(dial("600", {kDone}), (Sequence{"answer()", "echo()"}));
    EXPECT_EQ(dial("601", {kDone, kDone}),
              (Sequence{"answer()", "playback(demo-congrats)", "playback(demo-congrats)"}));
    EXPECT_EQ(dial("602", {kDone}), (Sequence{"answer()", "musiconhold(default)"}));
    EXPECT_EQ(dial("604", {kDone, kDone, kHangup}),
              (Sequence{"answer()", "playback(vm-enter-num-to-call)", "hangup()"}));
    EXPECT_EQ(dial("605", {kDone, kDone}), (Sequence{"answer()", "wait(3600)", "wait(3600)"}));
    EXPECT_EQ(
        dial("606", {kDone, kDone, kDone, kDone, kDone, kDone}),
        (Sequence{"ringing()", "progress()", "playtones(ring)", "wait(4)", "stopplaytones()", "answer()", "echo()"}));
    EXPECT_EQ(dial("3999", {}), Sequence{});
}

TEST_F(Demo, TheMenu)
{
    const Sequence asked{"answer()", "background(vm-press&digits/1&digits/2&digits/3&digits/9)"};
    const auto then = [&](Sequence more) {
        Sequence whole = asked;
        whole.insert(whole.end(), more.begin(), more.end());
        return whole;
    };
    EXPECT_EQ(dial("603", {kDone, keys("1")}), then({"echo()"}));
    EXPECT_EQ(dial("603", {kDone, keys("2")}), then({"confbridge(60001,room-8k,quiet)"}));
    EXPECT_EQ(dial("603", {kDone, keys("3")}), then({"playback(beep)"}));
    EXPECT_EQ(dial("603", {kDone, keys("9"), kDone}), then({"playback(vm-goodbye)", "hangup()"}));
    EXPECT_EQ(dial("603", {kDone, keys("7"), kDone}), then({"playback(invalid)", asked[1]}));
    EXPECT_EQ(
        dial("603", {kDone, kDone, kTimeout, kDone, kTimeout, kDone, kTimeout, kDone}),
        then({"waitexten(5)", asked[1], "waitexten(5)", asked[1], "waitexten(5)", "playback(vm-goodbye)", "hangup()"}));
}

TEST_F(Demo, KeysAndRecordings)
{
    channel_.variables().set("KEYS", "42");
    EXPECT_EQ(dial("607", {kDone, kDone}), (Sequence{"answer()", "read(KEYS,beep,20,,1,5)", "saydigits(42)"}));
    channel_.variables().set("RECORDED_FILE", "demo-node-1.1");
    EXPECT_EQ(dial("608", {kDone, kDone, kDone, kDone}),
              (Sequence{"answer()", "playback(beep)", "record(demo-node-1.1.wav,3,60,q)", "playback(demo-node-1.1)",
                        "hangup()"}));
}

TEST_F(Demo, RoomsAndTheFarSide)
{
    EXPECT_EQ(dial("60001", {}), Sequence{"confbridge(60001,room-8k,quiet)"});
    EXPECT_EQ(dial("71234", {}), Sequence{"confbridge(71234,room-16k,quiet)"});
    EXPECT_EQ(dial("89999", {}), Sequence{"confbridge(89999,room-48k,quiet)"});
    EXPECT_EQ(dial("91234", {}), Sequence{"dial(PJSIP/91234@peer-ulaw,30)"});
    EXPECT_EQ(dial("911234", {}), Sequence{"dial(PJSIP/911234@peer-alaw,30)"});
    EXPECT_EQ(dial("921234", {}), Sequence{"dial(PJSIP/921234@peer-opus,30)"});
    EXPECT_EQ(dial("931234", {}), Sequence{"dial(PJSIP/931234@peer-g722,30)"});
    EXPECT_EQ(dial("90001", {}), Sequence{"dial(PJSIP/90001@peer-ulaw,30)"});
    EXPECT_EQ(dial("901234", {}), Sequence{});
}

}  // namespace
}  // namespace rb::dialplan
