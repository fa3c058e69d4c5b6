// Goal: every first byte goes where RFC 7983 §7 sends it, and RTCP is told from RTP as RFC 5761 §4 says.
// Method: all 65,536 pairs of first bytes against the table of the RFCs, written as ranges.
#include "dataplane/wire/demux.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace rb::wire {
namespace {

struct Range {
    unsigned first;
    unsigned last;
    Protocol protocol;
};

constexpr std::array kRanges{
    Range{0, 3, Protocol::Stun},    Range{4, 15, Protocol::Unknown},      Range{16, 19, Protocol::Zrtp},
    Range{20, 63, Protocol::Dtls},  Range{64, 79, Protocol::TurnChannel}, Range{80, 127, Protocol::Unknown},
    Range{128, 191, Protocol::Rtp}, Range{192, 255, Protocol::Unknown},
};

TEST(Demux, SendsEveryPairOfFirstBytesWhereTheRfcsSay)
{
    for (const Range& range : kRanges) {
        for (unsigned first = range.first; first <= range.last; ++first) {
            for (unsigned second = 0; second < 256; ++second) {
                const std::vector<std::uint8_t> bytes{static_cast<std::uint8_t>(first),
                                                      static_cast<std::uint8_t>(second)};
                const bool rtcp = range.protocol == Protocol::Rtp && second >= 192 && second <= 223;
                ASSERT_EQ(classify(bytes), rtcp ? Protocol::Rtcp : range.protocol) << first << ' ' << second;
            }
        }
    }
}

TEST(Demux, OneByteIsEnoughButNotNone)
{
    EXPECT_EQ(classify({}), Protocol::Unknown);
    EXPECT_EQ(classify(std::vector<std::uint8_t>{0x80}), Protocol::Rtp);
}

}  // namespace
}  // namespace rb::wire
