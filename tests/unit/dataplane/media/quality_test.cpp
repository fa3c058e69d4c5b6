// Goal: losses are told apart into bursts and gaps as RFC 3611 defines them, and the E-model's opinion of them is the
// published one.
// Method: patterns by script with figures counted by hand; ratings from G.107 and G.113 for known loss and delay; spans
// by hand.
#include "dataplane/media/quality.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <string_view>

namespace rb::media {
namespace {

using codecs::CodecId;

/// A script: '.' received, 'x' missed; a number before either repeats it.
LossPattern pattern_of(std::string_view script)
{
    LossPattern pattern;
    unsigned times = 0;
    for (const char step : script) {
        if (step >= '0' && step <= '9') {
            times = times * 10 + static_cast<unsigned>(step - '0');
            continue;
        }
        for (unsigned i = 0; i < std::max(times, 1U); ++i) {
            if (step == '.') {
                pattern.received();
            } else {
                pattern.missed();
            }
        }
        times = 0;
    }
    return pattern;
}

TEST(LossPattern, NothingMissedIsOneLongGap)
{
    const auto figures = pattern_of("500.").figures();
    EXPECT_EQ(figures.burst_density, 0);
    EXPECT_EQ(figures.gap_density, 0);
    EXPECT_EQ(figures.burst_packets, 0);
    EXPECT_EQ(figures.gap_packets, 500);
    EXPECT_EQ(LossPattern{}.figures().gap_packets, 0);
}

TEST(LossPattern, MissesFarApartBelongToTheGap)
{
    const auto pattern = pattern_of("99.x99.x99.x100.");
    EXPECT_EQ(pattern.runs(), 3U);
    const auto figures = pattern.figures();
    EXPECT_DOUBLE_EQ(figures.gap_density, 3.0 / 400);
    EXPECT_EQ(figures.burst_density, 0);
    EXPECT_EQ(figures.gap_packets, 400);
}

TEST(LossPattern, MissesCloseTogetherAreABurst)
{
    // A burst of 3 missed and 5 received between them, twice, in 3 gaps.
    const auto pattern = pattern_of("100.xx5.x200.x5.xx300.");
    EXPECT_EQ(pattern.runs(), 4U);
    const auto figures = pattern.figures();
    EXPECT_DOUBLE_EQ(figures.burst_density, 6.0 / 16);
    EXPECT_DOUBLE_EQ(figures.burst_packets, 8);
    EXPECT_DOUBLE_EQ(figures.gap_density, 0);
    EXPECT_DOUBLE_EQ(figures.gap_packets, 200);
}

TEST(LossPattern, SixteenReceivedEndABurst)
{
    EXPECT_EQ(pattern_of("50.x15.x50.").figures().burst_packets, 17);
    EXPECT_EQ(pattern_of("50.x16.x50.").figures().burst_packets, 0);
}

RC_GTEST_PROP(LossPatternProperty, EveryPacketIsInABurstOrAGap, ())
{
    LossPattern pattern;
    double count = 0;
    double missed = 0;
    std::uint64_t bursts = 0;
    for (const auto step : *rc::gen::container<std::vector<int>>(300, rc::gen::inRange(0, 20))) {
        ++count;
        if (step == 0) {
            pattern.missed();
            ++missed;
        } else {
            pattern.received();
        }
    }
    const auto f = pattern.figures();
    // Their numbers are not told, but lengths and densities must fit one another for some number of bursts.
    bool fits = false;
    for (bursts = 0; bursts < 150 && !fits; ++bursts) {
        const double in_bursts = f.burst_packets * static_cast<double>(bursts);
        const double in_gaps = f.gap_packets * static_cast<double>(bursts + 1);
        fits = std::abs(in_bursts + in_gaps - count) < 1e-6 &&
               std::abs(in_bursts * f.burst_density + in_gaps * f.gap_density - missed) < 1e-6;
    }
    RC_ASSERT(fits);
}

TEST(Rating, IsThatOfThePublishedModel)
{
    EXPECT_NEAR(rating_of(CodecId::Pcmu, 0, 1, 0ms), 93.2, 0.01);
    EXPECT_NEAR(rating_of(CodecId::Pcmu, 0, 1, 150ms), 89.6, 0.01);
    EXPECT_NEAR(rating_of(CodecId::Pcmu, 0, 1, 400ms), 93.2 - 9.6 - 24.497, 0.01);
    // 5 % at random: 95 · 5 / (5 + 25.1).
    EXPECT_NEAR(rating_of(CodecId::Pcmu, 0.05, 1, 0ms), 93.2 - 15.78, 0.01);
    // Twice as bursty: 95 · 5 / (2.5 + 25.1).
    EXPECT_NEAR(rating_of(CodecId::Pcmu, 0.05, 2, 0ms), 93.2 - 17.21, 0.01);
    EXPECT_EQ(rating_of(CodecId::Pcmu, 1, 100, 10s), 0);
}

TEST(Rating, BecomesAnOpinion)
{
    // G.107 annex B, table B.1.
    EXPECT_NEAR(mos_of(90), 4.34, 0.01);
    EXPECT_NEAR(mos_of(80), 4.03, 0.01);
    EXPECT_NEAR(mos_of(70), 3.60, 0.01);
    EXPECT_NEAR(mos_of(60), 3.10, 0.01);
    EXPECT_NEAR(mos_of(50), 2.58, 0.01);
    EXPECT_EQ(mos_of(0), 1);
    EXPECT_EQ(mos_of(100), 4.5);
    EXPECT_EQ(mos_of(2), 1) << "the polynomial dips below the scale";
}

TEST(Quality, KeepsTheLeastAndTheMean)
{
    Quality quality;
    EXPECT_FALSE(quality.known());
    EXPECT_TRUE(quality.due(0ns));
    Reception so_far{.expected = 100};
    quality.judge(so_far, 2s);
    EXPECT_FALSE(quality.due(3s));
    EXPECT_TRUE(quality.due(4s));
    const double best = quality.now();
    EXPECT_NEAR(best, 4.41, 0.01);
    so_far = {.expected = 200, .lost = 6, .discarded = 4, .runs = 10};
    quality.judge(so_far, 4s);
    const double worse = quality.now();
    EXPECT_LT(worse, 3.5);
    so_far.expected = 300;
    quality.judge(so_far, 6s);
    EXPECT_DOUBLE_EQ(quality.now(), best);
    EXPECT_DOUBLE_EQ(quality.least(), worse);
    EXPECT_DOUBLE_EQ(quality.mean(), (2 * best + worse) / 3);
}

TEST(Quality, KnowsWhatHasBeenMissedLately)
{
    Quality quality;
    Reception so_far{.expected = 1'000'000};
    quality.judge(so_far, 2s);
    const auto pass = [&](std::uint64_t lost, std::uint64_t discarded, int spans) {
        for (int i = 0; i < spans; ++i) {
            so_far.expected += 100;
            so_far.lost += lost;
            so_far.discarded += discarded;
            so_far.runs += lost + discarded;
            quality.judge(so_far, 4s);
        }
    };
    pass(10, 5, 10);
    EXPECT_NEAR(quality.lately().lost, 0.1, 0.015) << "however well it was before";
    EXPECT_NEAR(quality.lately().discarded, 0.05, 0.01);
    pass(0, 0, 10);
    EXPECT_LT(quality.lately().lost, 0.015) << "and it is over";
    Quality young;
    young.judge({.expected = 100, .lost = 20, .runs = 9}, 2s);
    EXPECT_DOUBLE_EQ(young.lately().lost, 0.2) << "at the beginning there is nothing else to go by";
}

TEST(Quality, TellsOnceWhatGetsBadAndOnceWhatIsWellAgain)
{
    Quality quality;
    Reception so_far;
    Nanos now = 0s;
    // The alerts of 100 packets more, of which so many are missed.
    const auto judge = [&](std::uint64_t missed, Nanos jitter) {
        so_far.expected += 100;
        so_far.lost += missed;
        so_far.runs += missed;
        so_far.jitter = jitter;
        quality.judge(so_far, now += 2s);
        std::string told;
        while (const auto alert = quality.next_alert()) {
            told += "mlj"[static_cast<std::size_t>(alert->kind)];
            told += alert->bad ? '!' : '.';
        }
        return told;
    };
    EXPECT_FALSE(quality.next_alert()) << "nothing has been judged";
    EXPECT_EQ(judge(0, 1ms), "");
    EXPECT_EQ(judge(4, 49ms), "");
    EXPECT_EQ(judge(5, 50ms), "l!j!");
    EXPECT_EQ(judge(5, 50ms), "") << "told already";
    EXPECT_EQ(judge(3, 31ms), "") << "not yet well";
    EXPECT_EQ(judge(30, 31ms), "m!");
    EXPECT_EQ(judge(0, 29ms), "m.l.j.");
    EXPECT_EQ(judge(100, 200ms), "m!l!j!");
}

TEST(Quality, APauseIsNoOpinion)
{
    Quality quality;
    quality.judge({.expected = 100}, 2s);
    const double before = quality.now();
    quality.judge({.expected = 110, .lost = 10, .runs = 1}, 4s);
    EXPECT_EQ(quality.now(), before);
    EXPECT_EQ(quality.least(), before);
    // A duplicate makes up for a loss that was counted.
    quality.judge({.expected = 210, .lost = 9, .runs = 1}, 6s);
    EXPECT_EQ(quality.now(), before);
}

TEST(Quality, LossInBurstsIsWorseThanAtRandom)
{
    Quality random;
    Quality bursts;
    random.judge({.expected = 1000, .lost = 50, .runs = 48}, 2s);
    bursts.judge({.expected = 1000, .lost = 50, .runs = 10}, 2s);
    EXPECT_GT(random.now(), bursts.now() + 0.05);
}

}  // namespace
}  // namespace rb::media
