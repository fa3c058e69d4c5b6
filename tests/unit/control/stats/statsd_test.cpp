// Goal: figures reach statsd as its protocol and statsd.conf want them, in datagrams that need no fragments, and a sink
// that is not there costs nothing.
// Method: lines compared as text; any names as a property of the datagrams; a counter file read twice over a real
// socket; a port nobody listens on.
#include "control/stats/statsd.h"

#include "dataplane/base/stats_file.h"
#include "support/udp_sink.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <unistd.h>

namespace rb::stats {
namespace {

/// All that was sent, one string for each datagram.
std::vector<std::string> datagrams(const StatsdFormat& format, const std::vector<StatsdValue>& values)
{
    std::vector<std::string> sent;
    StatsdLines lines{format, [&sent](std::string_view datagram) { sent.emplace_back(datagram); }};
    for (const StatsdValue& value : values) {
        lines.add(value);
    }
    lines.flush();
    return sent;
}

TEST(StatsdLines, AreAsTheProtocolSays)
{
    const auto sent = datagrams({}, {{"calls", 3, Kind::Counter},
                                     {"channels.count", 5, Kind::Gauge},
                                     {"channels.calltime", 1500, Kind::Timing},
                                     {"failed", 1, Kind::Meter}});
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0], "calls:3|c\nchannels.count:5|g\nchannels.calltime:1500|ms\nfailed:1|m");
}

TEST(StatsdLines, APrefixComesFirst)
{
    EXPECT_EQ(datagrams({.prefix = "pbx"}, {{"calls", 1, Kind::Counter}})[0], "pbx.calls:1|c");
}

TEST(StatsdLines, ANewlineEndsTheDatagramWhereAsked)
{
    EXPECT_EQ(datagrams({.add_newline = true}, {{"a", 1, Kind::Gauge}, {"b", 2, Kind::Gauge}})[0], "a:1|g\nb:2|g\n");
}

TEST(StatsdLines, AMeterWithoutSupportIsACounterOfItsOwnName)
{
    EXPECT_EQ(datagrams({.meter_support = false}, {{"failed", 2, Kind::Meter}})[0], "failed_meter:2|c");
}

TEST(StatsdLines, AGaugeBelowZeroIsSetFromZero)
{
    EXPECT_EQ(datagrams({}, {{"g", -4, Kind::Gauge}})[0], "g:0|g\ng:-4|g");
}

TEST(StatsdLines, ALineLongerThanADatagramIsLeftOut)
{
    const std::string name(kStatsdDatagramMax, 'x');
    EXPECT_TRUE(datagrams({}, {{name, 1, Kind::Counter}}).empty());
}

TEST(StatsdLines, NothingIsNotSent)
{
    EXPECT_TRUE(datagrams({}, {}).empty());
}

TEST(StatsdName, HoldsNothingThatEndsANameOrLine)
{
    EXPECT_EQ(statsd_name("sip:a@b|c\nd e"), "sip_a_b_c_d_e");
    EXPECT_EQ(statsd_name("node.example"), "node.example");
    EXPECT_EQ(statsd_name("node.example", false), "node_example");
}

RC_GTEST_PROP(StatsdProperties, DatagramsAreWholeLinesWithinTheLimit,
              (const std::vector<std::uint16_t>& lengths, bool newline))
{
    std::vector<std::string> names;
    for (const std::uint16_t length : lengths) {
        names.emplace_back(length % 1300 + 1U, 'n');
    }
    std::vector<StatsdValue> values;
    for (const std::string& name : names) {
        values.push_back({name, 1, Kind::Counter});
    }
    std::size_t lines = 0;
    for (const std::string& datagram : datagrams({.add_newline = newline}, values)) {
        RC_ASSERT(datagram.size() <= kStatsdDatagramMax);
        lines += static_cast<std::size_t>(std::count(datagram.begin(), datagram.end(), '|'));
        RC_ASSERT(datagram.ends_with(newline ? "|c\n" : "|c"));
    }
    RC_ASSERT(lines == values.size());
}

constexpr std::array<Figure, 4> kFigures{
    {{"turns"}, {"load", FigureKind::Gauge}, {"late.8", FigureKind::Bucket}, {"late.inf", FigureKind::Bucket}}};

/// A counter file with one block, and a socket that takes what is sent.
class StatsdTest : public testing::Test {
protected:
    void SetUp() override
    {
        auto file = StatsFile::create(path_, {},
                                      std::vector<StatsBlock>{{.name = "worker.0", .figures = kFigures},
                                                              {.name = "t", .figures = kFigures, .rows = 1}});
        ASSERT_TRUE(file) << file.error().message;
        file_ = std::move(*file);
        options_ = {.enabled = true, .server = sink_->address()};
    }
    std::string received() { return sink_->received(); }

    std::string path_ = "/dev/shm/rb_statsd_test." + std::to_string(getpid());
    std::unique_ptr<StatsFile> file_;
    config::Statsd options_;
    std::optional<test::UdpSink> sink_{std::in_place};
};

TEST_F(StatsdTest, CountersGoOutAsDifferencesAndGaugesAsTheyAre)
{
    Counters counters = file_->counters("worker.0");
    counters.set(0, 10);
    counters.set(1, 7);
    const auto statsd = Statsd::open(options_, "", path_);
    ASSERT_TRUE(statsd) << statsd.error().message;
    EXPECT_TRUE((*statsd)->due(1s));
    (*statsd)->flush(1s);
    EXPECT_EQ(received(), "worker.0.turns:10|c\nworker.0.load:7|g");
    counters.set(0, 12);
    (*statsd)->flush(11s);
    EXPECT_EQ(received(), "worker.0.turns:2|c\nworker.0.load:7|g");
    EXPECT_EQ((*statsd)->counts().datagrams, 2U);
}

TEST_F(StatsdTest, AHistogramThatGrewGivesItsQuantilesOverTheInterval)
{
    Counters counters = file_->counters("worker.0");
    counters.set(2, 99);
    counters.set(3, 1);
    const auto statsd = Statsd::open(options_, "", path_);
    (*statsd)->flush(1s);
    EXPECT_EQ(received(),
              "worker.0.load:0|g\nworker.0.late.8:99|c\nworker.0.late.inf:1|c\n"
              "worker.0.late.p50:8|g\nworker.0.late.p99:8|g\nworker.0.late.p999:16|g");
    counters.set(3, 3);
    (*statsd)->flush(11s);
    EXPECT_EQ(received(),
              "worker.0.load:0|g\nworker.0.late.inf:2|c\n"
              "worker.0.late.p50:16|g\nworker.0.late.p99:16|g\nworker.0.late.p999:16|g");
    (*statsd)->flush(21s);
    EXPECT_EQ(received(), "worker.0.load:0|g");
}

TEST_F(StatsdTest, TheNodesNameFollowsThePrefix)
{
    options_.prefix = "pbx";
    const auto statsd = Statsd::open(options_, "node.1", path_);
    (*statsd)->gauge("channels.count", 2);
    (*statsd)->timing("channels.calltime", 1500ms);
    (*statsd)->flush(1s);
    EXPECT_EQ(received(),
              "pbx.node_1.channels.count:2|g\npbx.node_1.channels.calltime:1500|ms\n"
              "pbx.node_1.worker.0.load:0|g");
}

TEST_F(StatsdTest, IsDueEveryTenSeconds)
{
    const auto statsd = Statsd::open(options_, "", path_);
    (*statsd)->flush(1s);
    EXPECT_FALSE((*statsd)->due(10s));
    EXPECT_TRUE((*statsd)->due(11s));
    EXPECT_EQ((*statsd)->due_at(), Nanos{11s});
}

TEST_F(StatsdTest, SwitchedOffItDoesNothing)
{
    options_.enabled = false;
    const auto statsd = Statsd::open(options_, "", "/nowhere");
    ASSERT_TRUE(statsd);
    (*statsd)->gauge("channels.count", 2);
    (*statsd)->flush(1s);
    EXPECT_FALSE((*statsd)->due(100s));
    EXPECT_EQ(received(), "");
}

TEST_F(StatsdTest, ADeadSinkIsCountedAndNotWaitedFor)
{
    sink_.reset();
    const auto statsd = Statsd::open(options_, "", path_);
    for (int i = 0; i < 10; ++i) {
        (*statsd)->flush(i * 10s);
    }
    const auto& counts = (*statsd)->counts();
    EXPECT_EQ(counts.datagrams + counts.failed, 10U);
    EXPECT_GT(counts.failed, 0U) << "the refusal of the datagram before";
}

}  // namespace
}  // namespace rb::stats
