// Goal: dashboards made for Asterisk find its figures under its names, with the values it would send.
// Method: a snapshot loaded from text, a socket that takes what is sent, the lines looked for.
#include "control/stats/asterisk_figures.h"

#include "control/config/load.h"
#include "control/stats/node_stats.h"
#include "support/udp_sink.h"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace rb::stats {
namespace {

constexpr const char* kPjsip = R"(
[6001]
type=endpoint
allow=ulaw
aors=6001
[6001]
type=aor
contact=sip:6001@10.0.0.1
[6002]
type=endpoint
allow=ulaw
aors=6002
[6002]
type=aor
max_contacts=1
[plain]
type=endpoint
allow=ulaw
)";

class AsteriskFiguresTest : public testing::Test {
protected:
    AsteriskFiguresTest()
        : stats_{*NodeStats::create(path_, {}, {.workers = 1, .legs = 1, .calls = 1, .rooms = 1})},
          statsd_{std::move(*Statsd::open({.enabled = true, .server = sink_.address()}, "", path_))},
          snapshot_{config::load(*config::text_source({{"pjsip.conf", kPjsip}})).snapshot}
    {
    }

    /// The lines of one flush.
    std::set<std::string> send(const ChannelsByEndpoint& channels)
    {
        figures_.add(*statsd_, *snapshot_, channels);
        statsd_->flush(now_ += 10s);
        std::set<std::string> lines;
        for (std::string datagram = sink_.received(); !datagram.empty(); datagram = sink_.received()) {
            std::istringstream text{datagram};
            for (std::string line; std::getline(text, line);) {
                lines.insert(line);
            }
        }
        return lines;
    }

    std::string path_ = "/dev/shm/rb_asterisk_figures_test." + std::to_string(getpid());
    test::UdpSink sink_;
    NodeStats stats_;
    std::unique_ptr<Statsd> statsd_;
    config::SnapshotPtr snapshot_;
    AsteriskFigures figures_;
    Nanos now_ = 0s;
};

TEST_F(AsteriskFiguresTest, EndpointsAreCountedByTheirStates)
{
    ASSERT_NE(snapshot_, nullptr);
    const auto lines = send({});
    for (const char* line : {"endpoints.count:3|g", "endpoints.state.online:1|g", "endpoints.state.offline:1|g",
                             "endpoints.state.unknown:1|g", "PJSIP.contacts.states.NonQualified:1|g"}) {
        EXPECT_TRUE(lines.contains(line)) << line;
    }
}

TEST_F(AsteriskFiguresTest, ChannelsAreCountedInAllAndForEachEndpoint)
{
    const auto lines = send({{"6001", 2}, {"plain", 1}});
    for (const char* line :
         {"channels.count:3|g", "endpoints.PJSIP.6001.channels:2|g", "endpoints.PJSIP.plain.channels:1|g"}) {
        EXPECT_TRUE(lines.contains(line)) << line;
    }
    EXPECT_FALSE(lines.contains("endpoints.PJSIP.6002.channels:0|g"));
}

TEST_F(AsteriskFiguresTest, AnEndpointThatHasBecomeIdleIsSetToZeroOnce)
{
    const std::string idle = "endpoints.PJSIP.6001.channels:0|g";
    EXPECT_FALSE(send({{"6001", 1}}).contains(idle));
    EXPECT_TRUE(send({}).contains(idle));
    EXPECT_FALSE(send({}).contains(idle));
}

TEST_F(AsteriskFiguresTest, ACallsTimeIsATimingInMilliseconds)
{
    statsd_->timing("channels.calltime", 12'345ms);
    EXPECT_TRUE(send({}).contains("channels.calltime:12345|ms"));
}

}  // namespace
}  // namespace rb::stats
