// Goal: a thread that stops turning is named once, and once when it turns again; nothing else is.
// Method: heartbeats by hand over a judge that is a pure function of them and the time.
#include "control/node/watchdog.h"

#include <gtest/gtest.h>

#include <map>

namespace rb::node {
namespace {

/// Judges four times a second from 100 s on; a thread beats until it is told to stop.
class WatchdogTest : public testing::Test {
protected:
    std::vector<Watchdog::Change> run(Nanos span)
    {
        std::vector<Watchdog::Change> changes;
        for (const Nanos end = now_ + span; now_ < end;) {
            now_ += 250ms;
            std::vector<Beat> beats;
            for (auto& [name, stopped_at] : stopped_at_) {
                beats.push_back({name, stopped_at == kNever ? now_ : stopped_at, 10s});
            }
            for (auto& change : watchdog_.judge(beats, now_)) {
                changes.push_back(change);
            }
        }
        return changes;
    }

    Nanos now_ = 100s;
    std::map<std::string, Nanos> stopped_at_{{"sip", kNever}, {"worker.0", kNever}};
    Watchdog watchdog_{now_};
};

TEST_F(WatchdogTest, ThreadsThatTurnAreNotMentioned)
{
    EXPECT_TRUE(run(60s).empty());
    EXPECT_TRUE(watchdog_.stuck().empty());
}

TEST_F(WatchdogTest, AStuckThreadIsNamedOnceAfterItsTimeAndOnceWhenItTurnsAgain)
{
    static_cast<void>(run(5s));
    stopped_at_["worker.0"] = now_;
    EXPECT_TRUE(run(10s).empty());
    const auto stuck = run(20s);
    ASSERT_EQ(stuck.size(), 1U);
    EXPECT_EQ(stuck[0].thread, "worker.0");
    EXPECT_TRUE(stuck[0].stuck);
    EXPECT_EQ(stuck[0].silent, Nanos{10'250ms});
    EXPECT_EQ(watchdog_.stuck(), (std::set<std::string>{"worker.0"}));
    stopped_at_["worker.0"] = kNever;
    const auto again = run(5s);
    ASSERT_EQ(again.size(), 1U);
    EXPECT_FALSE(again[0].stuck);
    EXPECT_TRUE(watchdog_.stuck().empty());
}

TEST_F(WatchdogTest, AThreadThatNeverBeganIsStuckToo)
{
    stopped_at_["sip"] = 0ns;
    EXPECT_TRUE(run(10s).empty());
    EXPECT_EQ(run(1s).size(), 1U);
}

TEST_F(WatchdogTest, AMachineThatStoodStillIsNobodysFault)
{
    static_cast<void>(run(5s));
    stopped_at_["sip"] = now_;
    now_ += 3600s;
    EXPECT_TRUE(run(9s).empty()) << "it gets its time again";
    EXPECT_EQ(run(3s).size(), 1U);
    now_ += 3600s;
    EXPECT_TRUE(run(5s).empty()) << "and stays stuck through the next pause";
    EXPECT_EQ(watchdog_.stuck().size(), 1U);
}

}  // namespace
}  // namespace rb::node
