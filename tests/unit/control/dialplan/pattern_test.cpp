// Goal: patterns match what Asterisk's match, and of two that do the more specific one comes first.
// Method: tables of pattern, number and verdict; each refusal once; matching checked against its definition as
// properties.
#include "control/dialplan/pattern.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace rb::dialplan {
namespace {

Pattern pattern(const std::string& text)
{
    return *Pattern::parse(text);
}

TEST(Pattern, MatchesWhatItSays)
{
    struct Case {
        std::string pattern;
        std::string dialled;
        Match match;
        bool can_grow;
    };
    const std::vector<Case> cases{
        {"600", "600", Match::Exact, false},
        {"600", "60", Match::More, true},
        {"600", "601", Match::None, false},
        {"600", "6000", Match::None, false},
        {"s", "s", Match::Exact, false},
        {"_6XXXX", "60001", Match::Exact, false},
        {"_6XXXX", "6000", Match::More, true},
        {"_6XXXX", "600011", Match::None, false},
        {"_6xxxx", "6000a", Match::None, false},
        {"_Z", "0", Match::None, false},
        {"_Z", "1", Match::Exact, false},
        {"_N", "1", Match::None, false},
        {"_n", "2", Match::Exact, false},
        {"_[1-5a]", "5", Match::Exact, false},
        {"_[1-5a]", "a", Match::Exact, false},
        {"_[1-5a]", "6", Match::None, false},
        {"_[15-]", "-", Match::More, true},
        {"_9.", "9", Match::More, true},
        {"_9.", "91", Match::Exact, true},
        {"_9!", "9", Match::Exact, false},
        {"_9!", "912", Match::Exact, false},
        {"_.", "", Match::More, true},
        {"_!", "", Match::Exact, false},
        {"_555-XXXX", "5551234", Match::Exact, false},
        {"_555XXXX", "555-1234", Match::Exact, false},
        {"_*8#", "*8#", Match::Exact, false},
        {"_+49.", "+4930", Match::Exact, true},
    };
    for (const auto& one : cases) {
        EXPECT_EQ(pattern(one.pattern).match(one.dialled), one.match) << one.pattern << " " << one.dialled;
        EXPECT_EQ(pattern(one.pattern).can_grow(one.dialled), one.can_grow) << one.pattern << " " << one.dialled;
    }
}

TEST(Pattern, RefusesWhatIsNoExtension)
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", "'' is not an extension: it is empty"},
        {"_", "'_' is not an extension: it is empty"},
        {"-", "'-' is not an extension: it is empty"},
        {"_[12", "'_[12' is not an extension: [ without ]"},
        {"_[]", "'_[]' is not an extension: [] is empty or has a range that runs backwards"},
        {"_[5-1]", "'_[5-1]' is not an extension: [] is empty or has a range that runs backwards"},
        {"_9.1", "'_9.1' is not an extension: nothing may follow . or !"},
        {"_9!.", "'_9!.' is not an extension: nothing may follow . or !"},
    };
    for (const auto& [text, message] : cases) {
        const auto parsed = Pattern::parse(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().message, message);
    }
}

TEST(Pattern, MayBeAsLongAsTheLimitAndNoLonger)
{
    EXPECT_TRUE(Pattern::parse(std::string(kExtensionMax, '1')));
    EXPECT_FALSE(Pattern::parse(std::string(kExtensionMax + 1, '1')));
}

TEST(Pattern, TheMoreSpecificComesFirst)
{
    const std::vector<std::string> expected{"600",   "s",      "_600X", "_60ZX", "_60XX", "_6[1-4]X",
                                            "_6NXX", "_6XX",   "_6X.",  "_6X!",  "_6X",   "_6.",
                                            "_6!",   "_[57]X", "_XX",   "_X.",   "_.",    "_!"};
    std::vector<Pattern> patterns;
    for (const auto& text : expected) {
        patterns.push_back(pattern(text));
    }
    for (std::size_t left = 0; left < patterns.size(); ++left) {
        for (std::size_t right = left + 1; right < patterns.size(); ++right) {
            EXPECT_TRUE(patterns[left] < patterns[right]) << expected[left] << " before " << expected[right];
            EXPECT_FALSE(patterns[right] < patterns[left]) << expected[left] << " before " << expected[right];
        }
    }
}

rc::Gen<std::string> pattern_text()
{
    return rc::gen::map(rc::gen::container<std::string>(rc::gen::elementOf(std::string{"XZN019"})),
                        [](const std::string& body) { return "_" + body.substr(0, 20) + "1"; });
}

RC_GTEST_PROP(PatternProperty, OrderIsTotalAndAntisymmetric, ())
{
    const auto a = pattern(*pattern_text());
    const auto b = pattern(*pattern_text());
    const auto c = pattern(*pattern_text());
    RC_ASSERT(!(a < b && b < a));
    RC_ASSERT(!(a < b && b < c) || a < c);
    RC_ASSERT((a == b) == (!(a < b) && !(b < a)));
}

RC_GTEST_PROP(PatternProperty, EveryPrefixOfAMatchWantsMore, ())
{
    const auto text = *pattern_text();
    std::string dialled;
    for (const char letter : text.substr(1)) {
        dialled.push_back(letter == 'X' ? '0' : letter == 'Z' ? '1' : letter == 'N' ? '2' : letter);
    }
    const auto one = pattern(text);
    RC_ASSERT(one.match(dialled) == Match::Exact);
    for (std::size_t length = 0; length < dialled.size(); ++length) {
        RC_ASSERT(one.match(dialled.substr(0, length)) == Match::More);
        RC_ASSERT(one.can_grow(dialled.substr(0, length)));
    }
}

}  // namespace
}  // namespace rb::dialplan
