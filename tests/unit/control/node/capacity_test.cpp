// Goal: the node says how much it can carry on this host, and complains exactly when descriptors are short of what the
// ports and limits ask for.
// Method: demands by hand, at the limit and one below; any demand as a property.
#include "control/node/capacity.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace rb::node {
namespace {

constexpr Demand kDemo{
    .legs_max = 10'000, .calls_max = 10'000, .rooms_max = 100'000, .port_pairs = 5'000, .workers = 1};

TEST(Capacity, TheDemoFitsIntoTwentyThousandDescriptors)
{
    const Capacity capacity = capacity_for(kDemo, 20'000);
    EXPECT_FALSE(capacity.descriptors_short);
    EXPECT_EQ(capacity.legs, 5'000U) << "as many as there are ports";
    EXPECT_EQ(capacity.legs_per_worker, 7'564U);
    EXPECT_EQ(capacity.resting_sockets, 4'744U);
}

TEST(Capacity, DescriptorsAreShortBelowWhatTheLegsNeedAndNotAtIt)
{
    EXPECT_FALSE(capacity_for(kDemo, 10'512).descriptors_short);
    const Capacity scarce = capacity_for(kDemo, 10'511);
    EXPECT_TRUE(scarce.descriptors_short);
    EXPECT_EQ(scarce.legs, 4'999U);
    EXPECT_EQ(scarce.resting_sockets, 0U);
}

TEST(Capacity, LegsAreLimitedByTheConfigurationWherePortsAreMany)
{
    Demand demand = kDemo;
    demand.legs_max = 100;
    EXPECT_EQ(capacity_for(demand, 20'000).legs, 100U);
}

TEST(Capacity, IsToldInOneLineWithTheReasonWhereLegsAreFewer)
{
    const std::string line = describe(kDemo, capacity_for(kDemo, 20'000), 20U << 20U);
    EXPECT_NE(line.find("5000 legs (as rtp.conf has ports)"), std::string::npos) << line;
    EXPECT_NE(line.find("counters 20 MB"), std::string::npos) << line;
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_NE(describe(kDemo, capacity_for(kDemo, 2'000), 0).find("(as descriptors allow)"), std::string::npos);
}

TEST(Capacity, PortsTheKernelGivesAwayAreNamedWithTheRemedy)
{
    const config::Rtp rtp{.rtpstart = 30'000, .rtpend = 33'000};
    EXPECT_EQ(port_range_problem(rtp, "33001\t60999", ""), "");
    const std::string problem = port_range_problem(rtp, "32768\t60999\n", "\n");
    EXPECT_NE(problem.find("ports 32768-33000 of rtp.conf"), std::string::npos) << problem;
    EXPECT_NE(problem.find("ip_local_reserved_ports=32768-33000"), std::string::npos) << problem;
    EXPECT_EQ(port_range_problem(rtp, "32768\t60999\n", "5060,30000-33000\n"), "");
    EXPECT_NE(port_range_problem(rtp, "32768\t60999\n", "32768-32999"), "") << "one port is missing";
    EXPECT_EQ(port_range_problem(rtp, "", ""), "") << "no such file";
}

RC_GTEST_PROP(Capacity, NeverPromisesMoreThanThereIs, (std::uint16_t legs, std::uint16_t pairs, std::uint16_t limit))
{
    const std::size_t workers = *rc::gen::inRange<std::size_t>(1, 64);
    const Demand demand{.legs_max = legs, .calls_max = 1, .rooms_max = 1, .port_pairs = pairs, .workers = workers};
    const Capacity capacity = capacity_for(demand, limit);
    RC_ASSERT(capacity.legs <= legs && capacity.legs <= pairs);
    RC_ASSERT((capacity.legs + capacity.resting_sockets) * 2 <= limit);
    RC_ASSERT(capacity.legs_per_worker * 2 <= limit);
    RC_ASSERT(capacity.descriptors_short == (capacity.legs < std::min(legs, pairs)));
}

}  // namespace
}  // namespace rb::node
