// Goal: Hangup, Busy and Congestion end a call with the cause they name, and an answered caller hears why.
// Method: whole calls on a bench, where each sound is a tone of its own.
#include "support/call_bench.h"

#include <gtest/gtest.h>

namespace rb::test {
namespace {

TEST(Hangup, TakesNumbersAndNames)
{
    struct Case {
        const char* argument;
        int cause;
    };
    for (const Case& one : {Case{"", 16}, Case{"21", 21}, Case{"USER_BUSY", 17}, Case{"AST_CAUSE_NO_ANSWER", 19},
                            Case{"128", 16}, Case{"nonsense", 16}}) {
        CallBench bench{std::string{"[c]\nexten => 1,1,Hangup("} + one.argument + ")\n"};
        BenchPhone& anna = bench.call("1");
        EXPECT_EQ(anna.cause, one.cause) << one.argument;
        EXPECT_EQ(bench.world().logged("is no cause of Q.850"),
                  std::string_view{one.argument}.size() != 0 && one.cause == 16);
        EXPECT_EQ(bench.leftovers(), "");
    }
}

TEST(Busy, RefusesACallThatWasNotAnswered)
{
    for (const bool busy : {true, false}) {
        CallBench bench{std::string{"[c]\nexten => 1,1,"} + (busy ? "Busy" : "Congestion") + "(9)\n"};
        BenchPhone& anna = bench.call("1");
        EXPECT_TRUE(anna.ended);
        EXPECT_EQ(anna.cause, busy ? 17 : 34);
        EXPECT_EQ(bench.leftovers(), "");
    }
}

TEST(Busy, IsHeardByACallerWhoWasAnswered)
{
    for (const std::string name : {"Busy", "Congestion"}) {
        CallBench bench{"[c]\nexten => 1,1,Answer()\n same => n," + name + "(3)\n"};
        bench.world().sounds[name == "Busy" ? "tone:busy" : "tone:congestion"] = {.hz = 480, .duration_ms = 1000};
        BenchPhone& anna = bench.call("1");
        bench.run(2900ms);
        EXPECT_FALSE(anna.ended);
        EXPECT_GT(anna.heard(480, 500ms), 1000) << name;
        bench.run(200ms);
        EXPECT_TRUE(anna.hung_up_by_node);
        EXPECT_EQ(anna.cause, name == "Busy" ? 17 : 34);
        EXPECT_EQ(bench.leftovers(), "");
    }
}

TEST(Busy, WithoutATimeLastsUntilTheCallerGoes)
{
    CallBench bench{"[c]\nexten => 1,1,Answer()\n same => n,Busy()\n"};
    bench.world().sounds["tone:busy"] = {.hz = 480, .duration_ms = 1000};
    BenchPhone& anna = bench.call("1");
    bench.run(20s);
    EXPECT_FALSE(anna.ended);
    bench.hang_up(anna);
    EXPECT_EQ(bench.leftovers(), "");
}

}  // namespace
}  // namespace rb::test
