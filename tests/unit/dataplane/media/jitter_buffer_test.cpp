// Goal: the jitter buffer plays each packet at most once, in order, conserves packets and never exceeds its cap.
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
/// numbers, R restart, G one turn, 20 ms after the last. The answer has a character for each step: '.' for all but G,
/// then F frame, X lost, - empty; and d, l for puts refused as duplicate or late.
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
    char put(std::uint32_t sequence)
    {
        const std::array<std::uint8_t, 1> payload{static_cast<std::uint8_t>(sequence)};
        const auto put = buffer.put({.sequence = sequence, .payload = payload}, now_);
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
            case JitterBuffer::Verdict::Lost:
                return 'X';
            case JitterBuffer::Verdict::Empty:
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
            case 'R':
                buffer.reset();
                return '.';
            default:
                return turn();
        }
    }

    std::uint32_t next_ = 65'530;  // wraps of 16 bits are the receiver's, but a round number proves nothing
    Nanos now_ = 1s;
    JitterBuffer::Scratch scratch_{};
};

struct Case {
    std::string_view steps;
    std::string_view answer;
};

TEST(JitterBuffer, AnswersByScript)
{
    constexpr std::array kCases{
        Case{"G", "-"},                    // nothing has begun
        Case{"PG", ".-"},                  // one packet is not the target of 20 ms …
        Case{"PGG", ".-F"},                // … until its time has passed
        Case{"PPG", "..F"},                // two are
        Case{"PPGPGLGPG", "..F.F.F.X"},    // a loss shows once a later packet is there
        Case{"PPGPGLGPGG", "..F.F.F.XF"},  // and playing goes on after it
        Case{"SPGGG", "l.--F"},        // the later of two begins the stream; the earlier is late, and raises the target
        Case{"PSGGG", "..FFF"},        // swapped packets are put right
        Case{"PPDGG", "..dFF"},        // a copy of one held
        Case{"PPGGD", "..FFl"},        // a copy of one played
        Case{"PPGGGPG", "..FF-.-"},    // ran dry: waits for the target again
        Case{"PPGGGPPG", "..FF-..F"},  //
        Case{"PPGJPPG", "..F...F"},    // a gap wider than the buffer begins anew
        Case{"PPRG", "...-"},          // forgets what it held
        Case{"PPRPPG", ".....F"},      //
        Case{"PPPPPPPPPPPPGGGGGGGGGGG", "............FFFFFFFFFF-"},  // 240 ms offered, 200 ms held
    };
    for (const Case& item : kCases) {
        Script script;
        EXPECT_EQ(script.run(item.steps), item.answer) << item.steps;
    }
}

TEST(JitterBuffer, LatePacketsRaiseTheTargetAndCalmLowersIt)
{
    Script script;
    script.run("PPGG");
    EXPECT_EQ(script.buffer.target(), 20ms);
    script.run("D");
    EXPECT_EQ(script.buffer.target(), 40ms);
    std::string calm = "PPP";
    for (int i = 0; i < 400; ++i) {
        calm += "PG";
    }
    script.run(calm);
    EXPECT_EQ(script.buffer.target(), 20ms);
    EXPECT_LE(script.buffer.held(), 60ms);
}

TEST(JitterBuffer, GivesDelayBackOnceItProvesTooMuch)
{
    Script script;
    std::string steps = "PPPPPPPP";
    for (int i = 0; i < 1000; ++i) {
        steps += "GP";
    }
    script.run(steps);
    EXPECT_LE(script.buffer.held(), 40ms);
    EXPECT_EQ(script.buffer.counters().lost, 0U);
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
    const auto taken = buffer.take(0ns, scratch);
    ASSERT_EQ(taken.verdict, JitterBuffer::Verdict::Frame);
    EXPECT_EQ(taken.duration, 60ms);
    EXPECT_TRUE(std::equal(payload.begin(), payload.end(), taken.payload.begin(), taken.payload.end()));
}

TEST(JitterBuffer, AFullBufferGivesUpThePacketThatIsOldest)
{
    JitterBuffer buffer{kStorage};
    const std::array<std::uint8_t, 160> payload{};
    const auto put = [&](std::uint32_t sequence) {
        return buffer.put({.sequence = sequence, .payload = payload}, 0ns);
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
            const auto put = buffer.put(
                {.sequence = sequence, .payload = std::span{bytes}.first(frames * 160), .duration = kFrame * frames},
                now);
            refused += put ? 0U : 1U;
        } else if (step < 96) {
            const auto taken = buffer.take(now, scratch);
            if (taken.verdict == JitterBuffer::Verdict::Frame) {
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
        RC_ASSERT(c.put == c.taken + c.late + c.duplicate + c.overflow + buffer.packets_held());
        RC_ASSERT(buffer.held() <= JitterBuffer::kDelayCap);
        RC_ASSERT((buffer.packets_held() == 0) == (buffer.held() == 0ns));
    }
    RC_ASSERT(refused <= buffer.counters().put);
}

}  // namespace
}  // namespace rb::media
