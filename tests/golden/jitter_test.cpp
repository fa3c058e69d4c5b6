// Goal: what a bad path does to a voice stays what it is: its level, the delay the jitter buffer adds, and how much is
// made up. A changed number is a change to be explained.
// Method: a minute of speech over each path of loss, jitter (which reorders, too) and drift, heard through AudioIn; the
// figures of the first run are the reference.
#include "support/audio_metrics.h"
#include "support/received_stream.h"

#include <gtest/gtest.h>

#include <cmath>
#include <ostream>

namespace rb {
namespace {

struct Figures {
    double level_db = 0;      ///< heard against sent
    double delay_ms = 0;      ///< mean of what the buffer adds
    double delay_ms_max = 0;  ///< once it has settled for 2 s
    double made_up = 0;       ///< share of frames, in percent
};

struct Case {
    double loss;
    int jitter_ms;
    double drift_ppm;
    Figures expected;
};

std::ostream& operator<<(std::ostream& out, const Case& c)
{
    return out << c.loss * 100 << " % loss, " << c.jitter_ms << " ms jitter, " << c.drift_ppm << " ppm";
}

double energy_of(std::span<const codecs::Sample> samples)
{
    double sum = 0;
    for (const double sample : samples) {
        sum += sample * sample;
    }
    return sum;
}

Figures measure(codecs::CodecId codec, const Case& c)
{
    support::ReceivedStream stream{codec};
    stream.path = {.loss = c.loss, .jitter = std::chrono::milliseconds{c.jitter_ms}, .drift_ppm = c.drift_ppm};
    const auto rate = stream.in.info().sample_rate;
    const auto speech = support::make_speech(rate, 60 * rate);
    std::size_t spoken = 0;
    double sent = 0;
    double heard = 0;
    const auto speak = [&](std::span<codecs::Sample> samples) {
        for (auto& sample : samples) {
            sample = speech[spoken++ % speech.size()];
        }
        sent += energy_of(samples);
        return true;
    };
    Figures figures;
    int frames = 0;
    const auto listen = [&](const media::AudioIn::Frame& frame, std::span<const codecs::Sample> samples) {
        heard += frame.heard == media::AudioIn::Heard::Audio ? energy_of(samples) : 0;
        const double delay = std::chrono::duration<double, std::milli>(stream.in.jitter_buffer().delay()).count();
        if (++frames > 100) {
            figures.delay_ms += delay;
            figures.delay_ms_max = std::max(figures.delay_ms_max, delay);
        }
    };
    stream.run(60s, speak, listen);
    figures.level_db = 10 * std::log10(heard / sent);
    figures.delay_ms /= frames - 100;
    figures.made_up = 100.0 * static_cast<double>(stream.in.concealed()) / frames;
    const auto& counters = stream.in.jitter_buffer().counters();
    EXPECT_EQ(counters.put, counters.taken + counters.late + counters.duplicate + counters.overflow +
                                counters.forgotten + stream.in.jitter_buffer().packets_held());
    EXPECT_EQ(counters.overflow, 0U) << "the cap is far";
    return figures;
}

class GoldenJitter : public ::testing::TestWithParam<Case> {};

TEST_P(GoldenJitter, FiguresAreThoseOfTheFirstRun)
{
    const Case& c = GetParam();
    const Figures figures = measure(codecs::CodecId::Pcmu, c);
    EXPECT_NEAR(figures.level_db, c.expected.level_db, 0.1);
    EXPECT_NEAR(figures.delay_ms, c.expected.delay_ms, 1);
    EXPECT_NEAR(figures.delay_ms_max, c.expected.delay_ms_max, 3);
    EXPECT_NEAR(figures.made_up, c.expected.made_up, 0.15);
}

INSTANTIATE_TEST_SUITE_P(
    Paths, GoldenJitter,
    ::testing::Values(Case{0, 0, 0, {0, 26.7, 26.7, 0}}, Case{0, 0, 300, {0, 30.6, 40.0, 0}},
                      Case{0, 0, -300, {0, 24.2, 34.7, 0}}, Case{0.01, 10, 0, {0, 26.6, 26.7, 1}},
                      Case{0.05, 30, 0, {-0.07, 46.3, 46.7, 4.67}}, Case{0.05, 60, 300, {-0.07, 72.9, 82.7, 4.87}},
                      Case{0.10, 60, -300, {-0.21, 69.2, 79.6, 11.4}}, Case{0.20, 100, 0, {-0.49, 105.9, 126.7, 22.5}},
                      Case{0, 100, 300, {0, 108.3, 118.6, 0.07}}, Case{0.20, 0, -300, {-0.44, 24.6, 34.9, 20.4}}));

}  // namespace
}  // namespace rb
