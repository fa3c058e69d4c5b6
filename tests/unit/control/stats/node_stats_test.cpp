// Goal: a node's counter file has the blocks every reader looks for, and the rows of calls and rooms say what was set.
// Method: a small node's file, written through each view once and read by name.
#include "control/stats/node_stats.h"

#include "dataplane/base/stats_reader.h"
#include "dataplane/worker/worker_counters.h"
#include "signaling/counters.h"

#include <gtest/gtest.h>

#include <set>
#include <unistd.h>

namespace rb::stats {
namespace {

class NodeStatsTest : public testing::Test {
protected:
    NodeStatsTest()
        : stats_{*NodeStats::create(path_, {.node = "n"}, {.workers = 2, .legs = 4, .calls = 3, .rooms = 2})}
    {
        reader_ = std::move(*StatsReader::open(path_));
    }
    std::string path_ = "/dev/shm/rb_node_stats_test." + std::to_string(getpid());
    NodeStats stats_;
    std::unique_ptr<StatsReader> reader_;
};

TEST_F(NodeStatsTest, EachThreadHasItsBlock)
{
    stats_.worker(1).add(WorkerCounter::PacketsSent, 5);
    stats_.control().set(ControlCounter::Draining, 1);
    sip::SipCounters sip{stats_.sip()};
    sip.add(sip::SipCounter::RequestInvite, 2);
    EXPECT_EQ(reader_->find("worker.1")->value("packets.sent"), 5U);
    EXPECT_EQ(reader_->find("worker.0")->value("packets.sent"), 0U);
    EXPECT_EQ(reader_->find("control")->value("draining"), 1U);
    EXPECT_EQ(reader_->find("sip")->value("request_invite"), 2U);
    EXPECT_EQ(sip.get(sip::SipCounter::RequestInvite), 2U);
}

TEST_F(NodeStatsTest, FigureNamesAreUniqueInTheirBlock)
{
    for (const BlockView& block : reader_->blocks()) {
        std::set<std::string> names;
        for (const FigureView& figure : block.figures) {
            EXPECT_FALSE(figure.name.empty()) << block.name;
            EXPECT_TRUE(names.insert(figure.name).second) << block.name << ' ' << figure.name;
        }
    }
}

TEST_F(NodeStatsTest, GaugesAreThoseThatCanFall)
{
    for (const auto& figure : reader_->find("sip")->figures) {
        const bool gauge = figure.name == "sessions_active" || figure.name == "transactions" ||
                           figure.name == "queue_depth" || figure.name == "heartbeat_ms";
        EXPECT_EQ(figure.kind == FigureKind::Gauge, gauge) << figure.name;
    }
}

TEST_F(NodeStatsTest, ACallIsReadAsItWasSet)
{
    stats_.calls().set(2, {.id = "17.1",
                           .name = "PJSIP/alice-1",
                           .state = "Up",
                           .endpoint = "alice",
                           .caller = "100",
                           .number = "600",
                           .application = "Echo",
                           .codec = "ulaw",
                           .room = "60001",
                           .keys = "dtls",
                           .suite = "AES_CM_128_HMAC_SHA1_80",
                           .ice = "[2001:db8:0:1234:5678:9abc:def0:1234]:65535",
                           .worker = 1,
                           .leg = 3,
                           .started_at = 9s,
                           .answered_at = 10s});
    const auto row = reader_->find("calls")->row(2);
    ASSERT_TRUE(row);
    std::string all;
    for (const char* name : {"id", "name", "state", "endpoint", "caller", "number", "application", "codec", "room",
                             "keys", "suite", "ice"}) {
        all += row->text(name) + ' ';
    }
    EXPECT_EQ(all,
              "17.1 PJSIP/alice-1 Up alice 100 600 Echo ulaw 60001 dtls AES_CM_128_HMAC_SHA1_80 "
              "[2001:db8:0:1234:5678:9abc:def0:1234]:65535 ");
    EXPECT_EQ(row->value("worker"), 2U);
    EXPECT_EQ(row->value("leg"), 4U);
    EXPECT_EQ(row->value("answered_at"), 10'000'000'000U);
    stats_.calls().clear(2);
    EXPECT_FALSE(reader_->find("calls")->row(2));
}

TEST_F(NodeStatsTest, ACallWithoutALegHasNone)
{
    stats_.calls().set(0, {.id = "x"});
    EXPECT_EQ(reader_->find("calls")->row(0)->value("worker"), 0U);
    EXPECT_EQ(reader_->find("calls")->row(0)->value("leg"), 0U);
}

TEST_F(NodeStatsTest, ARoomIsReadAsItWasSet)
{
    stats_.rooms().set(1, {.name = "60001",
                           .rate = 16000,
                           .members = 3,
                           .talking = 1,
                           .locked = true,
                           .worker = 1,
                           .bridge = 5,
                           .started_at = 1s,
                           .speaker = 2,
                           .speaker_changes = 7});
    const auto row = reader_->find("rooms")->row(1);
    EXPECT_EQ(row->text("name"), "60001");
    EXPECT_EQ(row->value("rate"), 16000U);
    EXPECT_EQ(row->value("members"), 3U);
    EXPECT_EQ(row->value("talking"), 1U);
    EXPECT_EQ(row->value("locked"), 1U);
    EXPECT_EQ(row->value("recorded"), 0U);
    EXPECT_EQ(row->value("worker"), 1U);
    EXPECT_EQ(row->value("bridge"), 6U);
    EXPECT_EQ(row->value("speaker"), 3U);
    EXPECT_EQ(row->value("speaker_changes"), 7U);
}

TEST_F(NodeStatsTest, ALegsRowIsItsWorkersOwn)
{
    stats_.legs(1).set(3, {.generation = 4, .codec = text_words<2>("alaw"), .lost = 2});
    EXPECT_EQ(reader_->find("legs.1")->row(3)->value("lost"), 2U);
    EXPECT_EQ(reader_->find("legs.1")->row(3)->text("codec"), "alaw");
    EXPECT_EQ(reader_->find("legs.0")->rows_used(), 0U);
    EXPECT_TRUE(LegRows{}.empty());
}

}  // namespace
}  // namespace rb::stats
