// Goal: every line says when, how important, of which node and call; levels can be set for each module; a storm is told
// in a few lines; what callers send can forge neither a line nor JSON.
// Method: files written and read again; the storm filter by itself, in time of its own.
#include "control/log/log.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <unistd.h>

namespace rb::logging {
namespace {

class LogTest : public testing::Test {
protected:
    LogTest() { options_.channels = {{.target = path_, .levels = {"notice", "warning", "error"}}}; }
    ~LogTest() override { unlink(path_.c_str()); }

    void open() { log_ = std::make_unique<Log>(options_, asterisk_); }
    /// All lines; the log is closed by it.
    std::vector<std::string> lines()
    {
        log_.reset();
        std::ifstream file{path_};
        std::vector<std::string> lines;
        for (std::string line; std::getline(file, line);) {
            lines.push_back(line);
        }
        return lines;
    }

    std::string path_ = "/tmp/rb_log_test." + std::to_string(getpid());
    config::Logger options_;
    config::Asterisk asterisk_;
    std::unique_ptr<Log> log_;
};

TEST_F(LogTest, ALineSaysItsNodeAndCall)
{
    asterisk_.systemname = "node1";
    open();
    log_->write(Level::Notice, "answered", 0s, {.module = "call", .call = "17.1"});
    log_->write(Level::Warning, "no sound", 0s);
    const auto written = lines();
    ASSERT_EQ(written.size(), 2U);
    EXPECT_TRUE(written[0].ends_with("] notice node1 [17.1] answered")) << written[0];
    EXPECT_TRUE(written[1].ends_with("] warning node1 no sound")) << written[1];
}

TEST_F(LogTest, JsonHasAMemberForEachAndEscapesWhatCallersSay)
{
    options_.channels[0].format = config::LogFormat::Json;
    asterisk_.systemname = "node1";
    open();
    log_->write(Level::Notice, "from \"Eve\" \\ \n{}", 0s, {.module = "call", .call = "17.1"});
    const auto written = lines();
    ASSERT_EQ(written.size(), 1U);
    EXPECT_NE(written[0].find(R"("level":"notice","node":"node1","module":"call","call":"17.1",)"
                              R"("message":"from \"Eve\" \\ ?{}"})"),
              std::string::npos)
        << written[0];
}

TEST_F(LogTest, CallersForgeNoLine)
{
    open();
    log_->write(Level::Notice, "from x\n[2026-01-01] error all is lost\x1b[2J", 0s);
    EXPECT_EQ(lines().size(), 1U);
}

TEST_F(LogTest, CallIdsCanBeLeftOut)
{
    options_.use_callids = false;
    open();
    log_->write(Level::Notice, "answered", 0s, {.module = "call", .call = "17.1"});
    EXPECT_EQ(lines()[0].find("17.1"), std::string::npos);
}

TEST_F(LogTest, EachModuleHasItsLevel)
{
    open();
    EXPECT_FALSE(log_->set_level("loud"));
    EXPECT_FALSE(log_->set_level("debug", "kitchen"));
    ASSERT_TRUE(log_->set_level("debug", "call"));
    EXPECT_EQ(log_->levels(), (std::vector<std::string>{"call debug", "config notice", "node notice"}));
    log_->write(Level::Debug, "of a call", 0s, {.module = "call"});
    log_->write(Level::Debug, "of the node", 0s);
    ASSERT_TRUE(log_->set_level("error"));
    log_->write(Level::Warning, "of a call", 0s, {.module = "call"});
    const auto written = lines();
    ASSERT_EQ(written.size(), 1U);
    EXPECT_TRUE(written[0].ends_with("of a call"));
}

TEST_F(LogTest, VerboseAndDebugComeAndGoEachByItself)
{
    open();
    log_->set_verbose(true);
    log_->write(Level::Verbose, "verbose", 0s);
    log_->write(Level::Debug, "not yet", 0s);
    ASSERT_TRUE(log_->set_debug(true, "node"));
    EXPECT_FALSE(log_->set_debug(true, "kitchen"));
    EXPECT_EQ(log_->levels(), (std::vector<std::string>{"call verbose", "config verbose", "node debug"}));
    log_->write(Level::Debug, "debug", 0s);
    log_->set_verbose(false);
    log_->write(Level::Verbose, "of a call", 0s, {.module = "call"});
    log_->write(Level::Verbose, "still", 0s);
    ASSERT_TRUE(log_->set_debug(false));
    log_->write(Level::Verbose, "no more", 0s);
    log_->write(Level::Notice, "notice", 0s);
    ASSERT_TRUE(log_->set_level("debug"));
    ASSERT_TRUE(log_->set_debug(false));
    EXPECT_EQ(log_->levels()[0], "call verbose") << "what was on without it goes, too";
    const auto written = lines();
    ASSERT_EQ(written.size(), 4U);
    EXPECT_TRUE(written[2].ends_with("still"));
}

TEST_F(LogTest, AReloadOpensOtherChannels)
{
    open();
    ASSERT_TRUE(log_->set_level("debug"));
    log_->use(options_, asterisk_);
    EXPECT_EQ(log_->levels()[0], "call debug") << "nothing has changed";
    options_.channels = {{.target = path_, .levels = {"verbose(3)"}}};
    asterisk_.systemname = "node2";
    log_->use(options_, asterisk_);
    log_->write(Level::Verbose, "told", 0s);
    log_->write(Level::Debug, "not told", 0s);
    const auto written = lines();
    ASSERT_EQ(written.size(), 1U);
    EXPECT_TRUE(written[0].ends_with("] verbose node2 told")) << written[0];
}

TEST_F(LogTest, AStormIsAFewLinesAndACount)
{
    open();
    for (int i = 0; i < 1000; ++i) {
        log_->write(Level::Warning, "call from 10.0.0." + std::to_string(i % 256) + " refused", 1s);
        log_->write(Level::Notice, "call " + std::to_string(i) + " ended", 1s);
    }
    log_->step(2s);
    log_->step(12s);
    const auto written = lines();
    EXPECT_EQ(written.size(), 1000U + StormFilter::kFree + 1U) << "what calls do is told of each";
    EXPECT_TRUE(written.back().ends_with("refused (seen 995 times more)")) << written.back();
}

TEST_F(LogTest, AFileIsPutWhereAsteriskConfSays)
{
    asterisk_.astlogdir = "/tmp";
    options_.channels[0].target = path_.substr(5);
    open();
    log_->write(Level::Error, "here", 0s);
    EXPECT_EQ(lines().size(), 1U);
}

TEST(StormFilter, AKindBeginsAnewAfterItsWindow)
{
    StormFilter filter;
    for (unsigned i = 0; i < StormFilter::kFree; ++i) {
        EXPECT_TRUE(filter.pass(1, "x", 0s));
    }
    EXPECT_FALSE(filter.pass(1, "x", 9s));
    EXPECT_TRUE(filter.pass(1, "y", 9s));
    EXPECT_EQ(filter.ended(10s).size(), 1U);
    EXPECT_TRUE(filter.pass(1, "x", 10s));
    EXPECT_TRUE(filter.ended(15s).empty());
}

RC_GTEST_PROP(StormFilter, EveryLineIsWrittenOrCounted, (const std::vector<std::uint8_t>& lines))
{
    StormFilter filter;
    std::uint64_t told = 0;
    Nanos now = 0s;
    const auto tell = [&] {
        for (const auto& summary : filter.ended(now)) {
            const auto at = summary.line.find("(seen ");
            told += std::stoull(summary.line.substr(at + 6));
        }
    };
    for (const std::uint8_t line : lines) {
        now += std::chrono::milliseconds{line * 4};
        told += filter.pass(1, std::string(1, static_cast<char>('a' + line % 3)), now) ? 1U : 0U;
        tell();
    }
    now += StormFilter::kWindow;
    tell();
    RC_ASSERT(told == lines.size());
}

}  // namespace
}  // namespace rb::logging
