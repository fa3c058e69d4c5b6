// Goal: Read, Background and WaitExten take keys, and give up, when Asterisk's do.
// Method: whole calls on a bench; the plan writes to the log what was read.
#include "dataplane/wire/dtmf.h"
#include "dataplane/wire/rtp.h"
#include "support/call_bench.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace rb::test {
namespace {

std::string reading(const std::string& arguments)
{
    return "[c]\nexten => 1,1,Answer()\n same => n,Read(" + arguments +
           ")\n same => n,NoOp(read '${DIGITS}' ${READSTATUS})\n same => n,Wait(9)\n"
           "exten => h,1,NoOp(end '${DIGITS}' ${READSTATUS})\n";
}

TEST(Read, EndsWithTheHash)
{
    CallBench bench{reading("DIGITS,beep,9,,1,3")};
    bench.world().provide({"beep"});
    BenchPhone& anna = bench.call("1");
    bench.run(500ms);
    anna.press("42#");
    bench.run(1s);
    EXPECT_TRUE(bench.world().logged("read '42' OK"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Read, EndsAtTheMostDigits)
{
    CallBench bench{reading("DIGITS,,3,,1,3")};
    BenchPhone& anna = bench.call("1");
    bench.run(100ms);
    anna.press("4242");
    bench.run(600ms);
    EXPECT_TRUE(bench.world().logged("read '424' OK"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Background, SkipsOrLeavesUnansweredWhereAsked)
{
    for (const std::string option : {"s", "n", ""}) {
        CallBench bench{"[c]\nexten => 1,1,Background(menu," + option + ")\n same => n,Wait(9)\n"};
        bench.world().sounds["menu"] = {.hz = 440, .duration_ms = 1000};
        BenchPhone& anna = bench.call("1");
        bench.run(900ms);
        EXPECT_EQ(anna.codes, option == "s"   ? std::vector<int>{}
                              : option == "n" ? std::vector<int>{183}
                                              : std::vector<int>{200});
        EXPECT_EQ(anna.heard(440, 500ms) > 1000, option != "s");
        EXPECT_EQ(bench.leftovers(), "");
    }
}

TEST(Read, AKeyEndsThePrompt)
{
    CallBench bench{reading("DIGITS,long,1")};
    bench.world().sounds["long"] = {.hz = 440, .duration_ms = 5000};
    BenchPhone& anna = bench.call("1");
    bench.run(500ms);
    EXPECT_GT(anna.heard(440, 200ms), 1000);
    anna.press("7");
    bench.run(500ms);
    EXPECT_LT(anna.heard(440, 200ms), 100);
    EXPECT_TRUE(bench.world().logged("read '7' OK"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Read, TimesOutAfterThePromptAndTriesAgain)
{
    CallBench bench{reading("DIGITS,beep,9,,2,3")};
    bench.world().provide({"beep"});  // 200 ms
    bench.call("1");
    bench.run(3300ms);
    EXPECT_EQ(bench.world().asked.size(), 2);
    bench.run(2900ms);
    EXPECT_FALSE(bench.world().logged("read '"));
    bench.run(300ms);
    EXPECT_TRUE(bench.world().logged("read '' TIMEOUT"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Read, TakesWhatCameWhenThePauseIsTooLong)
{
    CallBench bench{reading("DIGITS,,9,,1,2")};
    BenchPhone& anna = bench.call("1");
    anna.press("12");
    bench.run(2s);
    EXPECT_FALSE(bench.world().logged("read '"));
    bench.run(500ms);
    EXPECT_TRUE(bench.world().logged("read '12' OK"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Read, WithoutItsPromptWaitsAllTheSame)
{
    CallBench bench{reading("DIGITS,missing,9,,1,2")};
    BenchPhone& anna = bench.call("1");
    bench.run(1s);
    EXPECT_FALSE(bench.world().logged("read '"));
    anna.press("5#");
    bench.run(500ms);
    EXPECT_TRUE(bench.world().logged("read '5' OK"));
    EXPECT_TRUE(bench.world().complained("no sound missing"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Read, TellsAHangup)
{
    CallBench bench{reading("DIGITS,,9")};
    BenchPhone& anna = bench.call("1");
    anna.press("12");
    bench.run(1s);
    bench.hang_up(anna);
    EXPECT_TRUE(bench.world().logged("end '12' HANGUP"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Read, OptionsOfAsterisk)
{
    // s: an unanswered call is not read from; n: it is, unanswered; t(): another key ends it.
    CallBench skipping{
        "[c]\nexten => 1,1,Read(DIGITS,,9,s)\n same => n,NoOp(read ${READSTATUS})\n same => n,Wait(9)\n"};
    BenchPhone& first = skipping.call("1");
    EXPECT_TRUE(skipping.world().logged("read SKIPPED"));
    EXPECT_TRUE(first.codes.empty());
    EXPECT_EQ(skipping.leftovers(), "");

    CallBench unanswered{
        "[c]\nexten => 1,1,Progress()\n same => n,Read(DIGITS,,1,n)\n same => n,NoOp(read ${DIGITS})\n"};
    BenchPhone& second = unanswered.call("1");
    second.press("8");
    unanswered.run(500ms);
    EXPECT_TRUE(unanswered.world().logged("read 8"));
    EXPECT_EQ(second.codes, std::vector<int>{183});
    EXPECT_EQ(unanswered.leftovers(), "");

    CallBench star{reading("DIGITS,,9,t(*)")};
    BenchPhone& third = star.call("1");
    third.press("1#*");
    star.run(1s);
    EXPECT_TRUE(star.world().logged("read '1#' OK"));
    EXPECT_EQ(star.leftovers(), "");
}

constexpr const char* kMenu = R"([c]
exten => s,1,Background(menu)
 same => n,WaitExten(3)
exten => 1,1,NoOp(one)
 same => n,Wait(9)
exten => 12,1,NoOp(twelve)
 same => n,Wait(9)
exten => i,1,NoOp(invalid ${INVALID_EXTEN})
 same => n,Wait(9)
exten => t,1,NoOp(too late)
 same => n,Wait(9)
)";

TEST(Background, AKeyLeadsToItsExtension)
{
    CallBench bench{kMenu};
    bench.world().sounds["menu"] = {.hz = 440, .duration_ms = 4000};
    BenchPhone& anna = bench.call("");
    bench.run(500ms);
    anna.press("1");
    bench.run(500ms);
    EXPECT_LT(anna.heard(440, 200ms), 100);
    EXPECT_FALSE(bench.world().logged("one"));  // 12 might come
    bench.run(4s);
    EXPECT_FALSE(bench.world().logged("one"));
    bench.run(1s);
    EXPECT_TRUE(bench.world().logged(": one"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Background, WaitsForAnotherKeyAsLongAsThePlanSays)
{
    CallBench bench{"[c]\nexten => s,1,Set(TIMEOUT(digit)=1)\n same => n,Goto(menu,s,1)\n" +
                    std::string{kMenu}.replace(1, 1, "menu")};
    bench.world().provide({"menu"});
    BenchPhone& anna = bench.call("");
    bench.run(100ms);
    anna.press("1");
    bench.run(900ms);
    EXPECT_FALSE(bench.world().logged(": one"));
    bench.run(400ms);
    EXPECT_TRUE(bench.world().logged(": one"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(Background, ALongerExtensionIsTakenAtOnce)
{
    CallBench bench{kMenu};
    bench.world().sounds["menu"] = {.hz = 440, .duration_ms = 4000};
    BenchPhone& anna = bench.call("");
    anna.press("12");
    bench.run(600ms);
    EXPECT_TRUE(bench.world().logged("twelve"));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(WaitExten, AWrongKeyIsInvalidAndNoneIsTooLate)
{
    CallBench bench{kMenu};
    bench.world().provide({"menu"});
    BenchPhone& anna = bench.call("");
    BenchPhone& berta = bench.call("");
    bench.run(1s);
    anna.press("9");
    bench.run(500ms);
    EXPECT_TRUE(bench.world().logged("invalid 9"));
    EXPECT_FALSE(bench.world().logged("too late"));
    bench.run(2s);
    EXPECT_TRUE(bench.world().logged("too late"));
    EXPECT_FALSE(berta.ended);
    EXPECT_EQ(bench.leftovers(), "");
}

/// For how long a key of 50 ms is held for the other member of a room.
unsigned passed_on_for_ms(const std::string& asterisk_conf)
{
    CallBench bench{"[c]\nexten => 1,1,ConfBridge(two,,open)\n",
                    {{"confbridge.conf", "[open]\ntype=user\nquiet=yes\ndtmf_passthrough=yes\n"},
                     {"asterisk.conf", asterisk_conf}}};
    unsigned longest_ms = 0;
    bench.on_sent = [&](std::size_t /*worker*/, const sim::Sent& sent) {
        const auto packet = wire::parse_rtp(sent.bytes);
        const bool event = packet && packet->header.payload_type == sim::SimClient::kKeyPayloadType;
        if (const auto key = event ? wire::parse_dtmf(packet->payload) : tl::unexpected(Drop::TooShort)) {
            longest_ms = std::max(longest_ms, key->duration_samples / 8U);
        }
    };
    BenchPhone& anna = bench.call("1");
    BenchPhone& berta = bench.call("1");
    bench.run(500ms);
    anna.press("5", 50ms);
    bench.run(1s);
    EXPECT_EQ(berta.keys_received(), "5");
    EXPECT_EQ(bench.leftovers(), "");
    return longest_ms;
}

TEST(ShortKeys, AreHeldForWhatAsteriskConfSays)
{
    EXPECT_EQ(passed_on_for_ms(""), 80U);
    EXPECT_EQ(passed_on_for_ms("[options]\nmindtmfduration = 200\n"), 200U);
    EXPECT_NEAR(passed_on_for_ms("[options]\nmindtmfduration = 0\n"), 50, 20);
}

TEST(WaitExten, WithoutATimeWaitsAsLongAsThePlanSays)
{
    for (const bool set : {false, true}) {
        CallBench bench{std::string{"[c]\nexten => 1,1,"} + (set ? "Set(TIMEOUT(response)=2)" : "Answer()") +
                        "\n same => n,WaitExten()\nexten => t,1,NoOp(too late)\n same => n,Wait(9)\n"};
        bench.call("1");
        bench.run(set ? 1900ms : 9900ms);
        EXPECT_FALSE(bench.world().logged("too late"));
        bench.run(200ms);
        EXPECT_TRUE(bench.world().logged("too late"));
        EXPECT_EQ(bench.leftovers(), "");
    }
}

TEST(Read, WithoutATimeWaitsAsLongAsThePlanSays)
{
    CallBench bench{
        "[c]\nexten => 1,1,Set(TIMEOUT(response)=3)\n same => n,Set(TIMEOUT(digit)=1)\n"
        " same => n,Read(A)\n same => n,NoOp(first '${A}' ${READSTATUS})\n"
        " same => n,Read(B)\n same => n,NoOp(second '${B}' ${READSTATUS})\n same => n,Wait(9)\n"};
    BenchPhone& anna = bench.call("1");
    bench.run(2900ms);
    EXPECT_FALSE(bench.world().logged("first"));
    bench.run(200ms);
    EXPECT_TRUE(bench.world().logged("first '' TIMEOUT"));
    anna.press("7");
    bench.run(900ms);
    EXPECT_FALSE(bench.world().logged("second"));
    bench.run(400ms);
    EXPECT_TRUE(bench.world().logged("second '7' OK"));
    EXPECT_EQ(bench.leftovers(), "");
}

}  // namespace
}  // namespace rb::test
