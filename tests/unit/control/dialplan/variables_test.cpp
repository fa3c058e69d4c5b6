// Goal: substitution gives what Asterisk gives; faults are a warning and empty, never more.
// Method: a table of texts over one set of variables; each warning once; limits on both sides.
#include "control/dialplan/variables.h"

#include "test_channel.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace rb::dialplan {
namespace {

class Substitute : public ::testing::Test {
protected:
    Substitute()
    {
        channel_.variables().set("NAME", "Ringbridge");
        channel_.variables().set("N", "3");
        channel_.variables().set("POINTER", "NAME");
        channel_.variables().set("PATH", "a-b-c-d");
        channel_.variables().set("LIST", "x,y,z");
        channel_.globals().set("NAME", "hidden");
        channel_.globals().set("SITE", "lab");
    }

    std::string operator()(const std::string& text)
    {
        return substitute(text,
                          {.channel = channel_, .context = "demo", .exten = "600", .priority = 2, .place = place_});
    }

    TestChannel channel_;
    config::Place place_{.file = "x.conf", .line = 7};
};

TEST_F(Substitute, ReplacesVariablesFunctionsAndExpressions)
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", ""},
        {"plain $ text $5", "plain $ text $5"},
        {"${NAME}", "Ringbridge"},
        {"<${SITE}>", "<lab>"},
        {"${NOTHING}", ""},
        {"${EXTEN}@${CONTEXT},${PRIORITY}", "600@demo,2"},
        {"${UNIQUEID}", "node-1.1"},
        {"${NAME:4}", "bridge"},
        {"${NAME:0:4}", "Ring"},
        {"${NAME:-3}", "dge"},
        {"${NAME:-3:2}", "dg"},
        {"${NAME:4:-2}", "brid"},
        {"${NAME:99}", ""},
        {"${NAME:0:99}", "Ringbridge"},
        {"${${POINTER}}", "Ringbridge"},
        {"${NAME:${N}:1}", "g"},
        {"$[${N} + 1]", "4"},
        {"$[\"${NOTHING}\" = \"\"]", "1"},
        {"${NAME:$[${N} - 3]:4}", "Ring"},
        {"${CALLERID(num)}", "4930"},
        {"${callerid(num):2}", "30"},
        {"${GLOBAL(NAME)}", "hidden"},
        {"${LEN(${NAME})}", "10"},
        {"${LEN()}", "0"},
        {"${IF($[${N} > 2]?many:few)}", "many"},
        {"${IF(0?many:few)}", "few"},
        {"${IF(0?many)}", ""},
        {"${ISNULL(${NOTHING})}${ISNULL(x)}", "10"},
        {"${EXISTS(${NOTHING})}${EXISTS(x)}", "01"},
        {"${CUT(PATH,,2)}", "b"},
        {"${CUT(PATH,-,2-3)}", "b-c"},
        {"${CUT(PATH,-,1&3-)}", "a-c-d"},
        {"${CUT(PATH,-,-2)}", "a-b"},
        {"${CUT(PATH,-,9)}", ""},
    };
    for (const auto& [text, expected] : cases) {
        EXPECT_EQ((*this)(text), expected) << text;
    }
    EXPECT_TRUE(channel_.reports.empty());
}

TEST_F(Substitute, AFaultIsAWarningAndEmpty)
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {"a${NAME", "'${NAME' is never closed"},
        {"a$[1", "'$[1' is never closed"},
        {"a$[1 +]", "$[1 +]: it ends too early"},
        {"a${NAME:x}", "'NAME:x': expected NAME:offset:length"},
        {"a${NAME:1:y}", "'NAME:1:y': expected NAME:offset:length"},
        {"a${SHELL(ls)}", "there is no function SHELL"},
        {"a${LEN(x}", "'LEN(x' has no closing parenthesis"},
        {"a${CUT(PATH,-,x)}", "CUT: 'x' is not a range of fields"},
    };
    for (const auto& [text, message] : cases) {
        channel_.reports.clear();
        EXPECT_EQ((*this)(text), "a") << text;
        EXPECT_EQ(channel_.reports, std::vector<std::string>{"x.conf:7: warning: " + message}) << text;
    }
}

TEST_F(Substitute, MayBeNestedToTheLimitAndNoDeeper)
{
    const auto nested = [](unsigned depth) {
        std::string text = "NAME";
        for (unsigned level = 1; level < depth; ++level) {
            text = "${LEN(" + text + ")}";
        }
        return "${LEN(" + text + ")}";
    };
    EXPECT_EQ((*this)(nested(kNestingMax)), "1");
    EXPECT_TRUE(channel_.reports.empty());
    static_cast<void>((*this)(nested(kNestingMax + 1)));
    EXPECT_EQ(channel_.reports.size(), 1U);
}

TEST_F(Substitute, ATextCannotGrowWithoutEnd)
{
    channel_.variables().set("BIG", std::string(kSubstitutedMax, 'x'));
    EXPECT_EQ((*this)("${BIG}").size(), kSubstitutedMax);
    EXPECT_EQ((*this)("${BIG}${BIG}"), "");
    EXPECT_EQ(channel_.reports.size(), 1U);
}

TEST(Variables, AnEmptyValueRemoves)
{
    Variables variables;
    variables.set("A", "1");
    variables.set("A", "");
    EXPECT_EQ(variables.find("A"), nullptr);
}

TEST(Variables, UnderscoresSayHowFarAVariableIsPassedOn)
{
    Variables parent;
    parent.set("OWN", "1");
    parent.set("_CHILD", "2");
    parent.set("__ALL", "3");
    EXPECT_EQ(*parent.find("CHILD"), "2");
    const Variables child = parent.inherited();
    EXPECT_EQ(child.all(), (std::map<std::string, std::string>{{"CHILD", "2"}, {"ALL", "3"}}));
    EXPECT_EQ(child.inherited().all(), (std::map<std::string, std::string>{{"ALL", "3"}}));
    EXPECT_EQ(child.inherited().inherited().all(), (std::map<std::string, std::string>{{"ALL", "3"}}));
}

RC_GTEST_PROP(SubstituteProperty, ATextWithoutDollarsStaysAsItIs, (std::string text))
{
    text.erase(std::remove(text.begin(), text.end(), '$'), text.end());
    TestChannel channel;
    const config::Place place;
    RC_ASSERT(substitute(text, {.channel = channel, .context = "", .exten = "", .place = place}) == text);
}

}  // namespace
}  // namespace rb::dialplan
