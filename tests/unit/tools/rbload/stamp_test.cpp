// Goal: a stamp survives what a server may do to a payload, and no other change goes unseen.
// Method: round trip through both laws as a property; one changed byte, anywhere, as another.
#include "tools/rbload/stamp.h"

#include "codecs/decoder.h"
#include "codecs/encoder.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <vector>

namespace rb::load {
namespace {

constexpr std::size_t kSizes[] = {80, 160, 240, 480};

std::vector<std::uint8_t> stamped(std::size_t size, const Stamp& stamp, bool any_byte)
{
    std::vector<std::uint8_t> payload(size);
    fill_noise(payload, stamp.number, any_byte);
    write_stamp(payload, stamp);
    return payload;
}

TEST(Stamp, PassesOverWhatIsNotOurs)
{
    EXPECT_EQ(read_stamp({}).verdict, StampVerdict::Stranger);
    EXPECT_EQ(read_stamp(std::array<std::uint8_t, kStampBytes - 1>{}).verdict, StampVerdict::Stranger);
    EXPECT_EQ(read_stamp(std::vector<std::uint8_t>(160, 0xff)).verdict, StampVerdict::Stranger);
}

RC_GTEST_PROP(StampProperty, ReadsWhatWasWrittenEvenAfterG711,
              (std::uint32_t leg, std::uint32_t number, std::int64_t at))
{
    const Stamp stamp{.leg = leg, .number = number, .sent = Nanos{at}};
    for (const std::size_t size : kSizes) {
        auto payload = stamped(size, stamp, false);
        RC_ASSERT(read_stamp(payload).verdict == StampVerdict::Intact);
        RC_ASSERT(read_stamp(payload).stamp == stamp);
        for (const codecs::CodecId law : {codecs::CodecId::Pcmu, codecs::CodecId::Pcma}) {
            std::vector<codecs::Sample> samples(size);
            RC_ASSERT(codecs::Decoder{law}.decode(payload, samples) == size);
            RC_ASSERT(codecs::Encoder{law}.encode(samples, payload) == size);
            RC_ASSERT(read_stamp(payload).stamp == stamp);
        }
    }
}

RC_GTEST_PROP(StampProperty, SeesAnyChangedByte, (std::uint32_t number))
{
    auto payload = stamped(160, {.leg = 1, .number = number, .sent = 5s}, true);
    const auto at = *rc::gen::inRange<std::size_t>(0, payload.size());
    payload[at] = static_cast<std::uint8_t>(payload[at] ^ *rc::gen::inRange(1, 256));
    RC_ASSERT(read_stamp(payload).verdict != StampVerdict::Intact);
}

}  // namespace
}  // namespace rb::load
