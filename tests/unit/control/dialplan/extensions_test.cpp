// Goal: extensions.conf becomes the plan Asterisk would follow, and every fault in it is named with its place.
// Method: pairs of a text and what a lookup finds, or the exact messages.
#include "control/dialplan/extensions.h"

#include "control/dialplan/show.h"

#include <gtest/gtest.h>

namespace rb::dialplan {
namespace {

struct Parsed {
    DialplanPtr plan;
    std::vector<std::string> messages;
};

Parsed parse(const std::string& text)
{
    config::Problems problems;
    const auto source = config::text_source({{"extensions.conf", text}});
    const auto file = config::read_ini(*source, "extensions.conf", problems);
    Parsed parsed{.plan = parse_extensions(file, default_vocabulary(), problems)};
    for (const auto& problem : problems) {
        parsed.messages.push_back(to_string(problem));
    }
    return parsed;
}

/// "Application(arguments)" at a priority; "-" where there is none.
std::string at(const Dialplan& plan, const std::string& exten, unsigned priority = 1, const std::string& caller = "")
{
    const Step* step = plan.find({.context = "c", .exten = exten, .caller_id = caller}, priority);
    return step == nullptr ? "-" : step->application + "(" + step->arguments + ")";
}

TEST(Extensions, ReadsPrioritiesAndLabels)
{
    const auto parsed = parse(R"(
[c]
exten => 600,1,Answer()
exten => 600,n(loop),Playback(a&b,noanswer)
 same => n+3,NoOp
exten = 600,20,Wait,5
same => n,Goto(loop)
)");
    EXPECT_EQ(parsed.messages, std::vector<std::string>{});
    ASSERT_TRUE(parsed.plan);
    EXPECT_EQ(at(*parsed.plan, "600", 1), "Answer()");
    EXPECT_EQ(at(*parsed.plan, "600", 2), "Playback(a&b,noanswer)");
    EXPECT_EQ(at(*parsed.plan, "600", 5), "NoOp()");
    EXPECT_EQ(at(*parsed.plan, "600", 20), "Wait(5)");
    EXPECT_EQ(at(*parsed.plan, "600", 21), "Goto(loop)");
    EXPECT_EQ(at(*parsed.plan, "600", 3), "-");
    EXPECT_EQ(parsed.plan->find_label({"c", "600", ""}, "loop"), 2U);
    EXPECT_EQ(parsed.plan->find_label({"c", "600", ""}, "none"), std::nullopt);
    EXPECT_EQ(parsed.plan->find({"c", "600", ""}, 20)->place.line, 6U);
}

TEST(Extensions, TheMostSpecificThatHasThePriorityAnswers)
{
    const auto parsed = parse(
        "[c]\nexten => _XXX,1,Echo()\nexten => _XXX,2,Hangup()\nexten => _6XX,1,Answer()\n"
        "exten => 600,1,Busy()\n");
    ASSERT_TRUE(parsed.plan);
    EXPECT_EQ(at(*parsed.plan, "600"), "Busy()");
    EXPECT_EQ(at(*parsed.plan, "601"), "Answer()");
    EXPECT_EQ(at(*parsed.plan, "701"), "Echo()");
    EXPECT_EQ(at(*parsed.plan, "600", 2), "Hangup()");
}

TEST(Extensions, TheCallerDecidesWhereTheExtensionSaysSo)
{
    const auto parsed = parse("[c]\nexten => 600,1,Echo()\nexten => 600/_49X,1,Busy()\nexten => 600/491,1,Answer()\n");
    ASSERT_TRUE(parsed.plan);
    EXPECT_EQ(at(*parsed.plan, "600", 1, "491"), "Answer()");
    EXPECT_EQ(at(*parsed.plan, "600", 1, "492"), "Busy()");
    EXPECT_EQ(at(*parsed.plan, "600", 1, "33"), "Echo()");
}

TEST(Extensions, IncludesAreSearchedAfterTheContextInTheirOrder)
{
    const auto parsed = parse(
        "[c]\ninclude => d\ninclude => e\nexten => 1,1,NoOp(c)\n[d]\ninclude => c\n"
        "exten => _X,1,NoOp(d)\n[e]\nexten => 2,1,NoOp(e)\nexten => 33,1,NoOp(e)\n");
    ASSERT_TRUE(parsed.plan);
    EXPECT_EQ(at(*parsed.plan, "1"), "NoOp(c)");
    EXPECT_EQ(at(*parsed.plan, "2"), "NoOp(d)") << "a pattern of an earlier include hides a literal of a later one";
    EXPECT_EQ(at(*parsed.plan, "33"), "NoOp(e)");
    EXPECT_EQ(at(*parsed.plan, "44"), "-");
}

TEST(Extensions, SpecialExtensionsAreNotFoundByPatterns)
{
    const auto parsed = parse("[c]\nexten => _.,1,Echo()\nexten => h,1,NoOp()\n");
    ASSERT_TRUE(parsed.plan);
    EXPECT_EQ(at(*parsed.plan, "i"), "-");
    EXPECT_EQ(at(*parsed.plan, "t"), "-");
    EXPECT_EQ(at(*parsed.plan, "h"), "NoOp()");
    EXPECT_EQ(parsed.messages, std::vector<std::string>{"extensions.conf:2: warning: '_.' matches everything that is "
                                                        "dialled; _X. matches numbers"});
}

TEST(Extensions, DigitsAreExactOrCouldGrow)
{
    const auto parsed =
        parse("[c]\ninclude => d\nexten => 1,1,NoOp()\nexten => _2XX,1,NoOp()\n[d]\nexten => 12,1,NoOp()\n");
    ASSERT_TRUE(parsed.plan);
    const auto match = [&](const std::string& digits) { return parsed.plan->match_digits({"c", digits, ""}); };
    EXPECT_TRUE(match("1").exact && match("1").more);
    EXPECT_TRUE(match("12").exact && !match("12").more);
    EXPECT_TRUE(!match("20").exact && match("20").more);
    EXPECT_TRUE(!match("3").exact && !match("3").more);
    EXPECT_TRUE(match("").more);
}

TEST(Extensions, KeepsGlobalsInOrder)
{
    const auto parsed = parse("[general]\nstatic=yes\n[globals]\nB=1\nA=${B}2${NONE}\nC=${LEN(${B})}\nD=${B\n");
    ASSERT_TRUE(parsed.plan);
    EXPECT_EQ(parsed.plan->globals(),
              (Dialplan::Globals{{"B", "1"}, {"A", "12"}, {"C", "${LEN(${B})}"}, {"D", "${B"}}));
    EXPECT_TRUE(parsed.messages.empty());
}

TEST(Extensions, NamesEveryFaultWithItsPlace)
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {"exten => 1,1,", "2: the application is missing"},
        {"exten => 1,1,Echo(", "2: 'Echo(': the closing parenthesis is missing or not last"},
        {"exten => 1,1,Echo() x", "2: 'Echo() x': the closing parenthesis is missing or not last"},
        {"exten => 1,n,Echo()", "2: 'n' is not a priority: expected 1, 2, ..., or n after the first, or n+x"},
        {"exten => 1,0,Echo()", "2: '0' is not a priority: expected 1, 2, ..., or n after the first, or n+x"},
        {"exten => 1,x,Echo()", "2: 'x' is not a priority: expected 1, 2, ..., or n after the first, or n+x"},
        {"exten => 1,1(),Echo()", "2: '1()': a label is written n(label)"},
        {"exten => _[,1,Echo()", "2: '_[' is not an extension: [ without ]"},
        {"exten => 1/_[,1,Echo()", "2: caller id '_[' is not an extension: [ without ]"},
        {"exten => 1,1,Echo()\nexten => 1,1,Echo()", "3: priority 1 of 1 is there twice"},
        {"same => n,Echo()", "2: same => stands before the first exten => of [c]"},
        {"include => d", "2: include: there is no context [d]"},
        {"include => c,9:00-17:00,*,*,*", "2: include: times are not available; use GotoIfTime to decide"},
        {"extend => 1,1,Echo()", "2: 'extend' is not accepted in a context: expected exten, same or include"},
    };
    for (const auto& [line, message] : cases) {
        const auto parsed = parse("[c]\n" + line + "\n");
        EXPECT_EQ(parsed.messages, std::vector<std::string>{"extensions.conf:" + message}) << line;
        EXPECT_FALSE(parsed.plan) << line;
    }
}

TEST(Extensions, WarnsOfWhatIsNotThereAndRunsTheRest)
{
    const auto parsed = parse(
        "[c]\nexten => 1,1,Ecko()\n same => n,NoOp(${SHELL(ls)})\n same => n,NoOp(${LEN(${DB(a)})})\n"
        " same => n,Queue(support)\n same => n,Set(SHARED(adaptive)=default)\n");
    EXPECT_EQ(parsed.messages,
              (std::vector<std::string>{
                  "extensions.conf:2: warning: there is no application 'Ecko', so this is passed over; did you mean "
                  "'echo'?",
                  "extensions.conf:3: warning: there is no function 'SHELL', so this is empty",
                  "extensions.conf:4: warning: there is no function 'DB', so this is empty",
                  "extensions.conf:5: warning: there is no application 'Queue', so this is passed over",
                  "extensions.conf:6: warning: there is no function 'SHARED', so it cannot be set"}));
    EXPECT_TRUE(parsed.plan);
}

TEST(Extensions, WarnsOfWhatHasNoEffect)
{
    const auto parsed = parse(
        "[general]\nautofallthrough=no\nnonsense=1\n[c]\nignorepat => 9\nexten => 1,hint,PJSIP/1\n"
        "exten => 1,1,NoOp(${X)\nswitch => Realtime\n");
    EXPECT_EQ(parsed.messages,
              (std::vector<std::string>{
                  "extensions.conf:2: warning: autofallthrough: a call without a next priority is always cleared",
                  "extensions.conf:3: warning: unknown option 'nonsense' in [general]",
                  "extensions.conf:5: warning: ignorepat is accepted and has no effect",
                  "extensions.conf:6: warning: hint is accepted and has no effect",
                  "extensions.conf:7: warning: '${X' is never closed and will be empty",
                  "extensions.conf:8: warning: switch is accepted and has no effect: extensions are looked up in this "
                  "file only"}));
    EXPECT_TRUE(parsed.plan);
}

TEST(Extensions, WarnsOfOptionsThatHaveNoEffect)
{
    const auto parsed = parse(
        "[c]\nexten => 1,1,Dial(PJSIP/a,9,gm(x)L(1000:9)T)\nexten => 2,1,Playback(a,skip,noanswer)\n"
        "exten => 3,1,Playback(a,say)\nexten => 4,1,Dial(PJSIP/a,9,${O})\nexten => 5,1,Record(a.wav,3,60,kq)\n"
        "exten => 6,1,WaitExten(3,m)\nexten => 7,1,GotoIfTime(${T}?1)\n same => n,GotoIfTime(*,mon-tues,x,*?1)\n");
    EXPECT_EQ(parsed.messages,
              (std::vector<std::string>{
                  "extensions.conf:2: warning: option 'T' of Dial is accepted and has no effect; there are g, L, m, r, "
                  "R, S",
                  "extensions.conf:4: warning: option 'say' of Playback is accepted and has no effect; there are skip, "
                  "noanswer",
                  "extensions.conf:7: warning: option 'm' of WaitExten is accepted and has no effect; it has none "
                  "here",
                  "extensions.conf:9: warning: GotoIfTime: 'x' is no range of days of the month, as 1-15; it is never "
                  "that time"}));
    EXPECT_TRUE(parsed.plan);
}

TEST(ShowPlan, ShowsAllAContextOrANumber)
{
    const auto parsed = parse("[c]\ninclude => d\nexten => _6X,1(a),Echo(x)\nexten => 1/9,1,Busy()\n[d]\n");
    ASSERT_TRUE(parsed.plan);
    const std::string context =
        "[c]\n  1/9\n    1 Busy()  extensions.conf:4\n  _6X\n    1(a) Echo(x)  "
        "extensions.conf:3\n  include d\n";
    EXPECT_EQ(*show_plan(*parsed.plan, "c"), context);
    EXPECT_EQ(*show_plan(*parsed.plan, ""), context + "[d]\n");
    EXPECT_EQ(*show_plan(*parsed.plan, "65@c"), "65@c\n    1(a) Echo(x)  extensions.conf:3\n");
    EXPECT_EQ(show_plan(*parsed.plan, "x").error().message, "there is no context 'x'");
    EXPECT_EQ(show_plan(*parsed.plan, "5@c").error().message, "there is no extension '5' in context 'c'");
}

}  // namespace
}  // namespace rb::dialplan
