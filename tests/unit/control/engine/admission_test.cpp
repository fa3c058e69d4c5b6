// Goal: a call is refused exactly when a limit, the host or the prediction says so, and the prediction follows what is
// measured.
// Method: each refusal at its limit and one step beyond; the cost of a leg learned from measurements.
#include "control/engine/admission.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace rb::engine {
namespace {

using Situation = Admission::Situation;

constexpr config::Limits kLimits{.calls_max = 10, .legs_max = 20, .cpu_percent_max = 80};

TEST(Admission, AnIdleNodeTakesACall)
{
    EXPECT_EQ(Admission{1}.judge({}, kLimits, {}), Refusal::None);
}

TEST(Admission, EachLimitHoldsExactly)
{
    const Admission admission{1};
    EXPECT_EQ(admission.judge({.draining = true}, kLimits, {}), Refusal::Draining);
    EXPECT_EQ(admission.judge({.calls = 9}, kLimits, {}), Refusal::None);
    EXPECT_EQ(admission.judge({.calls = 10}, kLimits, {}), Refusal::Limit);
    EXPECT_EQ(admission.judge({.legs = 19}, kLimits, {}), Refusal::None);
    EXPECT_EQ(admission.judge({.legs = 20}, kLimits, {}), Refusal::Limit);
    const config::Asterisk three{.maxcalls = 3};
    EXPECT_EQ(admission.judge({.calls = 2}, kLimits, three), Refusal::None);
    EXPECT_EQ(admission.judge({.calls = 3}, kLimits, three), Refusal::Limit);
}

TEST(Admission, TheHostsLoadAndMemoryCount)
{
    Admission admission{1};
    const config::Asterisk asterisk{.maxload = 2.5, .minmemfree = 100};
    admission.measured(Admission::Host{.load = 2.4, .free_mib = 100});
    EXPECT_EQ(admission.judge({}, kLimits, asterisk), Refusal::None);
    admission.measured(Admission::Host{.load = 2.5, .free_mib = 100});
    EXPECT_EQ(admission.judge({}, kLimits, asterisk), Refusal::Load);
    admission.measured(Admission::Host{.load = 0, .free_mib = 99});
    EXPECT_EQ(admission.judge({}, kLimits, asterisk), Refusal::Memory);
    EXPECT_EQ(admission.judge({}, kLimits, {}), Refusal::None) << "without maxload and minmemfree neither matters";
}

TEST(Admission, ACodecThatIsDearCountsUntilItHasBeenMeasured)
{
    Admission admission{1};
    TranslationCosts costs;
    costs.encode[static_cast<std::size_t>(codecs::CodecId::Opus)].fill(20'000);  // µs a second: 2 %
    costs.decode[static_cast<std::size_t>(codecs::CodecId::Opus)].fill(5'000);
    admission.set_translation(costs);
    admission.measured(0, 0.75, 0);
    EXPECT_EQ(admission.judge({.codec = codecs::CodecId::Opus}, kLimits, {}), Refusal::None);
    admission.admitted(0, codecs::CodecId::Opus);
    EXPECT_EQ(admission.judge({.codec = codecs::CodecId::Pcmu}, kLimits, {}), Refusal::None);
    EXPECT_EQ(admission.judge({.codec = codecs::CodecId::Opus}, kLimits, {}), Refusal::Cpu)
        << "75 + 2 x 2.5 %, and legs";
    admission.measured(0, 0.75, 1);
    EXPECT_EQ(admission.judge({.codec = codecs::CodecId::Opus}, kLimits, {}), Refusal::None);
}

TEST(ComplexityFor, FallsInStepsAndRisesLater)
{
    EXPECT_EQ(complexity_for(0, 10), 10);
    EXPECT_EQ(complexity_for(0.59, 10), 10);
    EXPECT_EQ(complexity_for(0.6, 10), 5);
    EXPECT_EQ(complexity_for(0.8, 10), 3);
    EXPECT_EQ(complexity_for(0.95, 5), 0);
    EXPECT_EQ(complexity_for(0.8, 0), 0) << "not yet: 0.95 would still be too much";
    EXPECT_EQ(complexity_for(0.7, 0), 3);
    EXPECT_EQ(complexity_for(0.5, 5), 5);
    EXPECT_EQ(complexity_for(0.4, 5), 10);
    EXPECT_EQ(complexity_for(0, 0), 10);
}

TEST(Admission, ABusyWorkerTakesNoCallAndAnotherDoes)
{
    Admission admission{2};
    admission.measured(0, 0.81, 10);
    EXPECT_EQ(admission.judge({.worker = 0, .worker_legs = 10}, kLimits, {}), Refusal::Cpu);
    EXPECT_EQ(admission.judge({.worker = 1}, kLimits, {}), Refusal::None);
    config::Limits none = kLimits;
    none.cpu_percent_max = 100;
    EXPECT_EQ(admission.judge({.worker = 0, .worker_legs = 10}, none, {}), Refusal::None) << "100 is no limit";
}

TEST(Admission, LegsThatCameSinceTheMeasurementCountBeforeTheyAreBusy)
{
    Admission admission{1};
    admission.set_leg_cost(0.01);
    admission.measured(0, 0.5, 10);
    EXPECT_DOUBLE_EQ(admission.predicted(0, 10), 0.51);
    EXPECT_DOUBLE_EQ(admission.predicted(0, 30), 0.71);
    EXPECT_DOUBLE_EQ(admission.predicted(0, 3), 0.5) << "those that went are still in what was measured";
    EXPECT_EQ(admission.judge({.worker_legs = 38}, kLimits, {}), Refusal::None);
    EXPECT_EQ(admission.judge({.worker_legs = 40}, {.cpu_percent_max = 80}, {}), Refusal::Cpu);
}

TEST(Admission, TheCostOfALegIsLearned)
{
    Admission admission{1};
    admission.set_leg_cost(0.001);
    for (int i = 0; i < 200; ++i) {
        admission.measured(0, 0.4, 100);
    }
    EXPECT_NEAR(admission.leg_cost(), 0.004, 1e-5);
    admission.measured(0, 0.1, 5);
    EXPECT_NEAR(admission.leg_cost(), 0.004, 1e-5) << "five legs say nothing of one";
}

RC_GTEST_PROP(Admission, WhatIsLearnedStaysWithinReasonAndThePredictionGrowsWithLegs,
              (const std::vector<std::pair<std::uint8_t, std::uint16_t>>& measurements))
{
    Admission admission{1};
    admission.set_leg_cost(0.001);
    for (const auto& [busy, legs] : measurements) {
        admission.measured(0, busy / 255.0, legs);
        RC_ASSERT(admission.leg_cost() >= 0.00025 && admission.leg_cost() <= 0.016);
        RC_ASSERT(admission.predicted(0, legs + 1U) > admission.predicted(0, legs));
    }
}

}  // namespace
}  // namespace rb::engine
