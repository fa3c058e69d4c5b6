// Goal: the jitter buffer plays each packet at most once, in order, conserves packets and never exceeds its cap; a talk
// spurt begins when its timestamp and the jitter seen so far say so, and a pause is no loss.
// Method: scripts of arrivals and turns with the verdicts beside them, the caps by hand, conservation as a property.
#include "dataplane/media/jitter_buffer.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace rb::media {
namespace {

constexpr JitterBuffer::Storage kStorage{.cell_bytes = 160, .cells = 12};

/// Runs a script: P put the next packet, L lose it, S swap it with the one after, D put the last again, J jump 1,000
/// numbers, Z silence of 20 ms in which nothing is sent, N comfort noise, E telephone-event, R restart, G one turn, 20
/// ms after the last. The answer has a character for each step: '.' for all but G, then F frame, X lost, n noise, e
/// telephone-event, _ pause, - dry; and d, l for puts refused as duplicate or late.
class Script {
public:
    std::string run(std::string_view steps)
    {
        std::string answer;
        for (const char step : steps) {
            answer += one(step);
        }
        return answer;
    }
    JitterBuffer buffer{kStorage};

private:
    char put(std::uint32_t place, JitterBuffer::Content content = JitterBuffer::Content::Audio)
    {
        const std::array<std::uint8_t, 1> payload{static_cast<std::uint8_t>(place)};
        // It comes as fast as it was sent, unless the script puts it after its turn.
        const Nanos sent = kBegin + 20ms * (place + silent_);
        const auto put = buffer.put({.sequence = kFirst + place,
                                     .timestamp = kFirst + 160 * (place + silent_),
                                     .payload = payload,
                                     .content = content},
                                    sent);
        if (put) {
            return '.';
        }
        return put.error() == Drop::Duplicate ? 'd' : 'l';
    }

    char turn()
    {
        const auto taken = buffer.take(now_, scratch_);
        now_ += 20ms;
        switch (taken.verdict) {
            case JitterBuffer::Verdict::Frame:
                return 'F';
            case JitterBuffer::Verdict::Noise:
                return 'n';
            case JitterBuffer::Verdict::NoAudio:
                return 'e';
            case JitterBuffer::Verdict::Lost:
                return 'X';
            case JitterBuffer::Verdict::Pause:
                return '_';
            case JitterBuffer::Verdict::Dry:
                return '-';
        }
        return '?';
    }

    char one(char step)
    {
        switch (step) {
            case 'P':
                return put(next_++);
            case 'L':
                ++next_;
                return '.';
            case 'S':
                next_ += 2;
                put(next_ - 1);
                return put(next_ - 2);
            case 'D':
                return put(next_ - 1);
            case 'J':
                next_ += 1000;
                return '.';
            case 'Z':
                ++silent_;
                return '.';
            case 'N':
                --silent_;  // it describes the time that follows
                return put(next_++, JitterBuffer::Content::Noise);
            case 'E':
                --silent_;
                return put(next_++, JitterBuffer::Content::NoAudio);
            case 'R':
                buffer.reset();
                return '.';
            default:
                return turn();
        }
    }

    /// Both wrap in the middle of a test.
    static constexpr std::uint32_t kFirst = 0xffffff00U;
    std::uint32_t next_ = 0;
    std::uint32_t silent_ = 0;
    static constexpr Nanos kBegin = 1s;
    Nanos now_ = kBegin + 20ms;
    JitterBuffer::Scratch scratch_{};
};

struct Case {
    std::string_view steps;
    std::string_view answer;
};

TEST(JitterBuffer, AnswersByScript)
{
    constexpr std::array kCases{
        Case{"G", "_"},                        // nothing has begun
        Case{"PG", ".F"},                      // a packet is due 20 ms after its arrival …
        Case{"PPG", "..F"},                    // … whatever has come with it
        Case{"PPGPGLGPG", "..F.F.F.X"},        // a loss shows once a later packet is there
        Case{"PPGPGLGPGG", "..F.F.F.XF"},      // and playing goes on after it
        Case{"SPGGGG", "l._FF-"},              // the later of two begins the stream; the earlier is late
        Case{"PSGGGG", "..FFF-"},              // swapped packets are put right
        Case{"PPDGG", "..dFF"},                // a copy of one held
        Case{"PPGGD", "..FFl"},                // a copy of one played
        Case{"PPGGGPG", "..FF-.F"},            // ran dry: what comes goes on at once
        Case{"PPGGGLPG", "..FF-..X"},          // unless its turn is another's
        Case{"PPGGGGGG", "..FF---_"},          // dry for 60 ms: somebody has ceased to speak
        Case{"PPGGZZGGPPGG", "..FF..--..FF"},  // a pause; its time has passed
        Case{"PPZZPPGGGGG", "......FF__F"},    // a pause within what is held is no loss
        Case{"PPNGGGGGG", "...FFn___"},        // after noise nothing is missing
        Case{"PPNZZPPGGGGG", ".......FFn_F"},  // and the next spurt is due by its timestamp
        Case{"PPEGGGPPGG", "...FFe..FF"},      // an event takes no time
        Case{"PPGJPPG", "..F..._"},            // a gap wider than the buffer begins anew
        Case{"PPRG", "..._"},                  // forgets what it held
        Case{"PPRPPGGG", ".....__F"},          // and waits until what comes next is due
        Case{"PPPPPPPPPPPPGGGGGGGGGGG", "............FFFFFFFFFF-"},  // 200 of 240 ms held; it is full, so due
    };
    for (const Case& item : kCases) {
        Script script;
        EXPECT_EQ(script.run(item.steps), item.answer) << item.steps;
    }
}

TEST(JitterBuffer, AsksForLessDelayOnceTheWayIsFaster)
{
    using Adjustment = JitterBuffer::Adjustment;
    JitterBuffer buffer{kStorage};
    JitterBuffer::Scratch scratch;
    const std::array<std::uint8_t, 160> payload{};
    Nanos now = 1s;
    for (std::uint32_t i = 0; i < 200; ++i, now += 20ms) {
        const Nanos sooner = i >= 50 ? 60ms : 0ms;
        static_cast<void>(buffer.put({.sequence = i, .timestamp = i * 160, .payload = payload}, now - sooner));
        if (i == 49) {
            EXPECT_EQ(buffer.delay(), 20ms);
            EXPECT_EQ(buffer.target(), 20ms);
            EXPECT_EQ(buffer.adjustment(), Adjustment::None);
        }
        static_cast<void>(buffer.take(now + 20ms, scratch));
    }
    EXPECT_EQ(buffer.delay(), 80ms);
    EXPECT_EQ(buffer.excess(), 60ms);
    EXPECT_EQ(buffer.adjustment(), Adjustment::None) << "there is nothing to shorten";
    static_cast<void>(buffer.put({.sequence = 200, .timestamp = 200 * 160, .payload = payload}, now - 60ms));
    EXPECT_EQ(buffer.adjustment(), Adjustment::Shorten);
    EXPECT_EQ(buffer.next_duration(), 20ms);
}

TEST(JitterBuffer, AsksForMoreDelayBeforePacketsAreLate)
{
    JitterBuffer buffer{kStorage};
    JitterBuffer::Scratch scratch;
    const std::array<std::uint8_t, 160> payload{};
    Nanos now = 1s;
    bool asked = false;
    for (std::uint32_t i = 0; i < 40; ++i, now += 20ms) {
        // From the tenth on every other packet comes 35 ms late.
        const Nanos late = i >= 10 && i % 2 == 1 ? 35ms : 0ms;
        static_cast<void>(buffer.put({.sequence = i, .timestamp = i * 160, .payload = payload}, now + late));
        static_cast<void>(buffer.take(now, scratch));
        asked = asked || buffer.adjustment() == JitterBuffer::Adjustment::Lengthen;
    }
    EXPECT_TRUE(asked);
    EXPECT_GE(buffer.target(), 35ms);
}

TEST(JitterBuffer, AFixedOneHoldsItsSizeAndADisabledOneNothing)
{
    const std::array<std::uint8_t, 160> payload{};
    JitterBuffer::Scratch scratch;
    const auto first_heard = [&](const JitterOptions& options) {
        JitterBuffer buffer{kStorage, options};
        for (std::uint32_t i = 0; i < 20; ++i) {
            const Nanos now = 1s + 20ms * i;
            static_cast<void>(buffer.put({.sequence = i, .timestamp = i * 160, .payload = payload}, now));
            if (buffer.take(now, scratch).verdict == JitterBuffer::Verdict::Frame) {
                return Nanos{20ms} * i;
            }
        }
        return kNever;
    };
    EXPECT_EQ(first_heard({.mode = JitterMode::Fixed, .max_size = 100ms}), 100ms);
    EXPECT_EQ(first_heard({.mode = JitterMode::Disabled}), 0ms);
    EXPECT_EQ(first_heard({}), 20ms);
    EXPECT_EQ(first_heard({.target_extra = 40ms}), 60ms);
}

TEST(JitterBuffer, TimestampsThatJumpBeginAnew)
{
    Script script;
    script.run("PPPGPGPG");
    const Nanos before = script.buffer.delay();
    JitterBuffer::Scratch scratch;
    const std::array<std::uint8_t, 160> payload{};
    Nanos now = 2s;
    std::uint32_t heard = 0;
    for (std::uint32_t i = 0; i < 10; ++i, now += 20ms) {
        // An hour ahead, sequence unbroken.
        const std::uint32_t sequence = 0xffffff00U + 5 + i;
        ASSERT_TRUE(script.buffer.put(
            {.sequence = sequence, .timestamp = sequence * 160 + 8000 * 3600, .payload = payload}, now));
        heard += script.buffer.take(now, scratch).verdict == JitterBuffer::Verdict::Frame ? 1U : 0U;
    }
    EXPECT_GE(heard, 9U);
    EXPECT_LE(script.buffer.delay(), before + 20ms);
}

TEST(JitterBuffer, ShowsWhatFollowsALostPacket)
{
    JitterBuffer buffer{kStorage};
    JitterBuffer::Scratch scratch;
    const auto put = [&](std::uint32_t sequence) {
        const std::array<std::uint8_t, 2> payload{static_cast<std::uint8_t>(sequence), 0};
        return buffer.put({.sequence = sequence, .timestamp = sequence * 160, .payload = payload}, 0ns).has_value();
    };
    ASSERT_TRUE(put(1) && put(4));
    EXPECT_EQ(buffer.take(20ms, scratch).verdict, JitterBuffer::Verdict::Frame);
    auto taken = buffer.take(40ms, scratch);
    EXPECT_EQ(taken.verdict, JitterBuffer::Verdict::Lost);
    EXPECT_EQ(taken.duration, 20ms);
    EXPECT_TRUE(buffer.next_in_turn(scratch).empty()) << "two are missing";
    taken = buffer.take(60ms, scratch);
    EXPECT_EQ(taken.verdict, JitterBuffer::Verdict::Lost);
    const auto following = buffer.next_in_turn(scratch);
    ASSERT_EQ(following.size(), 2U);
    EXPECT_EQ(following[0], 4);
}

TEST(JitterBuffer, RefusesWhatNoBufferHolds)
{
    JitterBuffer small{{.cell_bytes = 160, .cells = 2}};
    const std::vector<std::uint8_t> payload(321);
    EXPECT_EQ(small.put({.sequence = 1, .payload = payload}, 0ns).error(), Drop::BadLength);
    const std::vector<std::uint8_t> jumbo(kDatagramBytesMax + 1);
    JitterBuffer large{{.cell_bytes = 1600, .cells = 2}};
    EXPECT_EQ(large.put({.sequence = 1, .payload = jumbo}, 0ns).error(), Drop::BadLength);
    EXPECT_EQ(large.counters().put, 0U);
}

TEST(JitterBuffer, ALongPayloadComesBackWhole)
{
    JitterBuffer buffer{kStorage};
    std::vector<std::uint8_t> payload(480);
    for (std::size_t i = 0; i < payload.size(); ++i) {
        payload[i] = static_cast<std::uint8_t>(i * 7);
    }
    ASSERT_TRUE(buffer.put({.sequence = 1, .payload = payload, .duration = 60ms}, 0ns));
    JitterBuffer::Scratch scratch;
    const auto taken = buffer.take(20ms, scratch);
    ASSERT_EQ(taken.verdict, JitterBuffer::Verdict::Frame);
    EXPECT_EQ(taken.duration, 60ms);
    EXPECT_TRUE(std::equal(payload.begin(), payload.end(), taken.payload.begin(), taken.payload.end()));
}

TEST(JitterBuffer, AFullBufferGivesUpThePacketThatIsOldest)
{
    JitterBuffer buffer{kStorage};
    const std::array<std::uint8_t, 160> payload{};
    const auto put = [&](std::uint32_t sequence) {
        return buffer.put({.sequence = sequence, .timestamp = sequence * 160, .payload = payload}, 0ns);
    };
    ASSERT_TRUE(put(100));
    JitterBuffer::Scratch scratch;
    EXPECT_EQ(buffer.take(20ms, scratch).verdict, JitterBuffer::Verdict::Frame);
    // 101 is missing while ten later packets fill the buffer to its cap; then it comes after all.
    for (std::uint32_t sequence = 102; sequence < 112; ++sequence) {
        ASSERT_TRUE(put(sequence));
    }
    const auto filler = put(101);
    ASSERT_FALSE(filler);
    EXPECT_EQ(filler.error(), Drop::Overflow);
    EXPECT_EQ(buffer.packets_held(), 10U);
    EXPECT_EQ(buffer.take(40ms, scratch).verdict, JitterBuffer::Verdict::Lost);
    EXPECT_EQ(buffer.take(40ms, scratch).verdict, JitterBuffer::Verdict::Frame);
}

RC_GTEST_PROP(JitterBufferProperty, ConservesPacketsAndPlaysEachOnceInOrder, ())
{
    JitterBuffer buffer{kStorage};
    JitterBuffer::Scratch scratch;
    Nanos now = 1s;
    std::uint32_t front = *rc::gen::arbitrary<std::uint32_t>();
    std::uint32_t refused = 0;
    bool any = false;
    std::uint32_t last = 0;
    for (const auto step : *rc::gen::container<std::vector<int>>(200, rc::gen::inRange(0, 100))) {
        if (step < 45) {
            const std::uint32_t frames = 1 + static_cast<std::uint32_t>(step) % 3;
            // Mostly the next one, sometimes up to 15 back or 40 ahead.
            front += step % 11 == 0 ? static_cast<std::uint32_t>(step) : 1;
            const std::uint32_t sequence = front - (step % 5 == 0 ? static_cast<std::uint32_t>(step) / 3 : 0);
            std::array<std::uint8_t, 480> bytes{};
            std::memcpy(bytes.data(), &sequence, sizeof sequence);
            constexpr std::array kContents{JitterBuffer::Content::Audio, JitterBuffer::Content::Audio,
                                           JitterBuffer::Content::Noise, JitterBuffer::Content::NoAudio};
            const auto put = buffer.put({.sequence = sequence,
                                         .timestamp = sequence * 160 + static_cast<std::uint32_t>(step) * 40,
                                         .payload = std::span{bytes}.first(frames * 160),
                                         .duration = kFrame * frames,
                                         .content = kContents[static_cast<std::size_t>(step) % kContents.size()]},
                                        now);
            refused += put ? 0U : 1U;
        } else if (step < 96) {
            const auto taken = buffer.take(now, scratch);
            if (!taken.payload.empty()) {
                std::uint32_t sequence = 0;
                std::memcpy(&sequence, taken.payload.data(), sizeof sequence);
                RC_ASSERT(!any || static_cast<std::int32_t>(sequence - last) > 0);
                last = sequence;
                any = true;
            }
            now += taken.duration > 0ns ? taken.duration : 20ms;
        } else if (step == 99) {
            buffer.reset();
            any = false;
        }
        const auto& c = buffer.counters();
        RC_ASSERT(c.put == c.taken + c.late + c.duplicate + c.overflow + c.forgotten + buffer.packets_held());
        RC_ASSERT(buffer.held() <= buffer.cap());
        RC_ASSERT(buffer.packets_held() > 0 || buffer.held() == 0ns);
    }
    RC_ASSERT(refused <= buffer.counters().put);
}

}  // namespace
}  // namespace rb::media
