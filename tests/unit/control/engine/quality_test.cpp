// Goal: a leg whose reception gets bad is told of once, and again when it is well; and what its stay came to when it
// ends.
// Method: calls on a bench, over a network that loses packets for a while; the lines and counters of the engine.
#include "support/call_bench.h"

#include <gtest/gtest.h>

namespace rb::test {
namespace {

TEST(QualityEvents, TellOfABadSpellOnceAndOfItsEnd)
{
    CallBench bench{"[c]\nexten => 1,1,Answer()\n same => n,Wait(60)\n"};
    bench.suffer({.to_server = {.loss = 0.2, .delay = 0ms}});
    BenchPhone& anna = bench.call("1", {.hz = 440});
    bench.run(10s);
    const auto& alerts = bench.engine().counters().quality_alerts;
    EXPECT_EQ(alerts[static_cast<std::size_t>(media::QualityKind::Loss)], 1U);
    EXPECT_EQ(alerts[static_cast<std::size_t>(media::QualityKind::Mos)], 1U);
    EXPECT_EQ(alerts[static_cast<std::size_t>(media::QualityKind::Jitter)], 0U);
    EXPECT_TRUE(bench.world().logged("ChannelQualityAlert kind=mos value="));
    EXPECT_FALSE(bench.world().logged("well again"));
    bench.calm_down();
    bench.run(10s);
    EXPECT_TRUE(bench.world().logged("ChannelQualityAlert kind=loss_percent value=0.0, well again"));
    EXPECT_EQ(alerts[static_cast<std::size_t>(media::QualityKind::Mos)], 1U);
    EXPECT_FALSE(bench.world().logged("ChannelQuality mos_mean"));
    bench.hang_up(anna);
    bench.run(100ms);
    EXPECT_TRUE(bench.world().logged(": ChannelQuality mos_mean=3."));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(QualityEvents, OfACleanCallThereIsItsEnd)
{
    CallBench bench{"[c]\nexten => 1,1,Answer()\n same => n,Wait(60)\n"};
    BenchPhone& anna = bench.call("1", {.hz = 440});
    bench.run(10s);
    bench.hang_up(anna);
    bench.run(100ms);
    EXPECT_FALSE(bench.world().logged("ChannelQualityAlert"));
    EXPECT_TRUE(bench.world().logged(": ChannelQuality mos_mean=4."));
    EXPECT_TRUE(bench.world().logged(" lost_percent=0.0 discarded_percent=0.0 "));
    BenchPhone& silent = bench.call("1");
    silent.mute(true);
    bench.run(10s);
    const std::size_t before = bench.world().lines.size();
    bench.hang_up(silent);
    bench.run(100ms);
    for (std::size_t i = before; i < bench.world().lines.size(); ++i) {
        EXPECT_EQ(bench.world().lines[i].find("ChannelQuality"), std::string::npos) << "it was never judged";
    }
    EXPECT_EQ(bench.leftovers(), "");
}

}  // namespace
}  // namespace rb::test
