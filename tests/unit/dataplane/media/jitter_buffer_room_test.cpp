// Goal: a jitter buffer that cannot hold what its target asks for delays less, and whoever talks is heard all the same.
// Method: phones whose packets are short, dense or late, before buffers built for packets of 20 ms; nothing is lost on
// the way, so that whatever is missing was given up.
#include "dataplane/media/jitter_buffer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace rb::media {
namespace {

constexpr JitterBuffer::Storage kAdaptive{.cells = 12};
constexpr JitterBuffer::Storage kFixed{.cells = 16};
constexpr JitterBuffer::Storage kOpus{.cell_bytes = 80, .cells = 36};
constexpr JitterBuffer::Storage kOpusLong{.cell_bytes = 80, .cells = 64};
constexpr JitterOptions kFixed200{.mode = JitterMode::Fixed};
constexpr JitterOptions kFixed500{.mode = JitterMode::Fixed, .max_size = 500ms};

/// A phone that talks for two spurts of 1.2 s with 400 ms of silence between them.
struct Talk {
    std::string_view name;
    JitterBuffer::Storage storage;
    JitterOptions options;
    Nanos each = 20ms;        ///< how long a packet is
    std::size_t bytes = 160;  ///< of its payload; of the first ten of a spurt at most first_bytes
    std::size_t first_bytes = kDatagramBytesMax;
    Nanos jitter = 0ns;  ///< every fourth packet comes that much later, and the others not before it
    std::uint64_t overflow_max = 0;
};

constexpr Nanos kSpurt = 1200ms;
constexpr Nanos kSilence = 400ms;

/// Sends all of it, and reads every 20 ms. Returns how many packets were sent.
std::uint32_t hear(const Talk& talk, JitterBuffer& buffer)
{
    const std::vector<std::uint8_t> payload(talk.bytes);
    const auto in_spurt = static_cast<std::uint32_t>(kSpurt / talk.each);
    JitterBuffer::Scratch scratch;
    std::uint32_t sent = 0;
    for (Nanos now = 1s; sent < 2 * in_spurt; now += 1ms) {
        for (; sent < 2 * in_spurt; ++sent) {
            const Nanos said = talk.each * sent + kSilence * (sent / in_spurt);
            if (now < 1s + said + (sent % 4 == 0 ? talk.jitter : 0ns)) {
                break;
            }
            const std::size_t bytes = sent % in_spurt < 10 ? std::min(talk.first_bytes, talk.bytes) : talk.bytes;
            static_cast<void>(buffer.put({.sequence = sent,
                                          .timestamp = static_cast<std::uint32_t>(to_ms(said)) * 8,
                                          .payload = std::span{payload}.first(bytes),
                                          .duration = talk.each},
                                         now));
        }
        for (Nanos filled = 0ns; now % 20ms == 0ns && filled < 20ms;) {
            const auto taken = buffer.take(now, scratch);
            filled += taken.verdict == JitterBuffer::Verdict::Frame ? taken.duration : 20ms;
        }
    }
    return sent;
}

TEST(JitterBufferRoom, WhatCannotBeDelayedForSoLongIsHeardSooner)
{
    constexpr std::array kTalks{
        Talk{.name = "a cell holds 20 ms, 10 ms take one", .storage = kFixed, .options = kFixed200, .each = 10ms},
        Talk{.name = "became fixed later", .storage = kAdaptive, .options = kFixed500, .each = 10ms},
        Talk{.name = "far target", .storage = kAdaptive, .options = {.target_extra = 120ms}, .each = 10ms},
        Talk{.name = "four cells each", .storage = kOpusLong, .options = kFixed500, .bytes = 241},
        Talk{.name = "too many", .storage = kOpusLong, .options = kFixed500, .each = 10ms, .bytes = 40},
        Talk{.name = "225 kbit/s", .storage = kOpus, .bytes = 562, .jitter = 60ms, .overflow_max = 4},
        // Eight small ones make room for one that is dense.
        Talk{.name = "grow while they wait",
             .storage = kOpusLong,
             .options = kFixed500,
             .bytes = 562,
             .first_bytes = 80,
             .overflow_max = 20},
    };
    for (const Talk& talk : kTalks) {
        JitterBuffer buffer{talk.storage, talk.options};
        const std::uint32_t sent = hear(talk, buffer);
        const JitterCounters& counters = buffer.counters();
        EXPECT_LE(counters.overflow, talk.overflow_max) << talk.name;
        EXPECT_EQ(counters.taken + counters.overflow + buffer.packets_held(), sent) << talk.name;
    }
}

TEST(JitterBufferRoom, WhatIsForgottenIsNotWhatFoundNoRoom)
{
    JitterBuffer buffer{kAdaptive};
    const std::array<std::uint8_t, 160> payload{};
    const auto put = [&](std::uint32_t sequence) {
        return buffer.put({.sequence = sequence, .timestamp = sequence * 160, .payload = payload}, 0ns).has_value();
    };
    ASSERT_TRUE(put(1) && put(2));
    buffer.reset();
    EXPECT_EQ(buffer.counters().forgotten, 2U);
    ASSERT_TRUE(put(3) && put(1000));
    EXPECT_EQ(buffer.counters().forgotten, 3U) << "the stream has jumped";
    EXPECT_EQ(buffer.counters().overflow, 0U);
}

TEST(JitterBufferRoom, ATargetThatFitsIsKept)
{
    JitterBuffer fixed{kFixed, kFixed200};
    const Talk talk{.storage = kFixed, .options = kFixed200};
    hear(talk, fixed);
    EXPECT_EQ(fixed.target(), 200ms);
    EXPECT_EQ(fixed.delay(), 200ms);
    EXPECT_EQ(fixed.counters().overflow, 0U);
}

}  // namespace
}  // namespace rb::media
