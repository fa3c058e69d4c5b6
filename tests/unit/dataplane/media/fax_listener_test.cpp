// Goal: a fax is noticed once, at any rate, and not after the time given to it.
// Method: the tone of a calling fax machine, after so much silence.
#include "dataplane/media/fax_listener.h"

#include "codecs/tone.h"

#include <gtest/gtest.h>

#include <vector>

namespace rb::media {
namespace {

/// When within 10 s of a tone that begins after `silence` the listener has found it, and how often.
struct Found {
    int times = 0;
    Nanos at = 0ns;
};

Found listen(FaxListener& listener, std::uint32_t rate, Nanos silence)
{
    constexpr std::array kCalling{codecs::ToneSegment{.first_hz = 1100, .duration_ms = 500},
                                  codecs::ToneSegment{.duration_ms = 3000}};
    codecs::ToneGenerator tone{{.segments = kCalling}, rate};
    std::vector<codecs::Sample> frame(codecs::frame_samples(rate));
    Found found;
    for (Nanos at = 0ns; at < 10s; at += kFrame) {
        if (at >= silence) {
            tone.generate(frame);
        }
        if (listener.hear(at < silence ? std::span<const codecs::Sample>{} : frame)) {
            ++found.times;
            found.at = at;
        }
    }
    return found;
}

TEST(FaxListener, FindsItOnceAtEachRate)
{
    for (const std::uint32_t rate : codecs::kSampleRates) {
        FaxListener listener{0ns};
        const Found found = listen(listener, rate, 1s);
        EXPECT_EQ(found.times, 1) << rate;
        EXPECT_LT(found.at, 1600ms) << rate;
        EXPECT_FALSE(listener.listening());
    }
}

TEST(FaxListener, ListensForItsTimeOnly)
{
    FaxListener in_time{5s};
    EXPECT_EQ(listen(in_time, 8000, 4s).times, 1);
    FaxListener too_late{3s};
    EXPECT_EQ(listen(too_late, 8000, 4s).times, 0);
    EXPECT_FALSE(too_late.listening());
}

}  // namespace
}  // namespace rb::media
