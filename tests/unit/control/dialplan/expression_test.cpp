// Goal: $[…] computes what Asterisk's expressions do, and a faulty one is refused, whatever it holds.
// Method: tables by operator and precedence; each refusal once; integer arithmetic and comparison as properties.
#include "control/dialplan/expression.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace rb::dialplan {
namespace {

std::string value(const std::string& text)
{
    const auto result = evaluate(text);
    return result ? *result : "error: " + result.error().message;
}

TEST(Expression, Computes)
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {"1 + 2", "3"},
        {"2 + 3 * 4", "14"},
        {"(2 + 3) * 4", "20"},
        {"7 - 2 - 1", "4"},
        {"7 / 2", "3.5"},
        {"7 % 4", "3"},
        {"-3 + 1", "-2"},
        {"- - 3", "3"},
        {"0.1 + 0.2", "0.3"},
        {"1000000 * 1000000", "1000000000000"},
        {"1 = 1.0", "1"},
        {"abc = abc", "1"},
        {"\"abc\" = abc", "1"},
        {"\"\" = \"\"", "1"},
        {"abc != abd", "1"},
        {"10 > 9", "1"},
        {"abc < abd", "1"},
        {"2 >= 2", "1"},
        {"3 <= 2", "0"},
        {"2 == 2", "1"},
        {"1 & 5", "1"},
        {"0 & 5", "0"},
        {"0 | 5", "5"},
        {"0 | \"\"", "0"},
        {"!0", "1"},
        {"!abc", "0"},
        {"!\"\"", "1"},
        {"1 = 1 & 2 = 2", "1"},
        {"0 & 0 | 1", "1"},
        {"1 ? yes :: no", "yes"},
        {"0 ? yes :: no", "no"},
        {"0 ? yes : no", "no"},
        {"0 ? a :: 0 ? b :: c", "c"},
        {"abc : a", "1"},
        {"abc : b", "0"},
        {"abc123 : \"[a-z]*([0-9]+)\"", "123"},
        {"abc =~ \"b(.)\"", "c"},
        {"abc =~ x", "0"},
        {"abc =~ \"(x)\"", ""},
        {"(abc : a) + 1", "2"},
        {"1 ? (abc : ab) : no", "2"},
        {"", ""},
        {"  word  ", "word"},
    };
    for (const auto& [text, expected] : cases) {
        EXPECT_EQ(value(text), expected) << text;
    }
}

TEST(Expression, RefusesWhatItCannotUnderstand)
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {"1 +", "it ends too early"},
        {" + 1", "'+' is not expected"},
        {"(1", "a parenthesis is never closed"},
        {"1)", "')' is not expected"},
        {"a b", "'b' is not expected"},
        {"\"a", "a quotation mark is never closed"},
        {"a + 1", "'a' is not a number"},
        {"1 / 0", "division by zero"},
        {"1 % 0", "division by zero"},
        {"1 ? 2", "'?' without '::'"},
        {"a : \"(\"", "'(' is not a regular expression"},
        {"a : \"(a)\\1\"", "the regular expression is too long or too costly"},
        {"a : \"(a{9}){9}\"", "the regular expression is too long or too costly"},
        {"1e4000 * 1e4000", "the result is too large"},
    };
    for (const auto& [text, message] : cases) {
        EXPECT_EQ(value(text), "error: " + message) << text;
    }
}

TEST(Expression, MayBeNestedToTheLimitAndNoDeeper)
{
    const auto nested = [](unsigned depth) { return std::string(depth, '(') + "1" + std::string(depth, ')'); };
    EXPECT_EQ(value(nested(kExpressionDepthMax)), "1");
    EXPECT_EQ(value(nested(kExpressionDepthMax + 1)), "error: it is nested deeper than 64");
    EXPECT_EQ(value(std::string(kExpressionDepthMax + 1, '!') + "1"), "error: it is nested deeper than 64");
}

TEST(Expression, TruthIsAnythingButEmptyAndZero)
{
    EXPECT_TRUE(is_true("1"));
    EXPECT_TRUE(is_true("no"));
    EXPECT_TRUE(is_true("-1"));
    EXPECT_FALSE(is_true(""));
    EXPECT_FALSE(is_true(" 0 "));
    EXPECT_FALSE(is_true("0.0"));
}

RC_GTEST_PROP(ExpressionProperty, WholeNumbersAreComputedExactly, ())
{
    const auto a = *rc::gen::inRange<std::int64_t>(-1'000'000, 1'000'001);
    const auto b = *rc::gen::inRange<std::int64_t>(-1'000'000, 1'000'001);
    const auto text = [&](const std::string& sign) {
        return value("(" + std::to_string(a) + ") " + sign + " (" + std::to_string(b) + ")");
    };
    RC_ASSERT(text("+") == std::to_string(a + b));
    RC_ASSERT(text("-") == std::to_string(a - b));
    RC_ASSERT(text("*") == std::to_string(a * b));
    RC_ASSERT(text("<") == (a < b ? "1" : "0"));
    RC_ASSERT(text(">=") == (a >= b ? "1" : "0"));
    RC_ASSERT(text("=") == (a == b ? "1" : "0"));
}

RC_GTEST_PROP(ExpressionProperty, AnyTextIsEitherAValueOrRefused, (const std::string& text))
{
    static_cast<void>(evaluate(text));
}

}  // namespace
}  // namespace rb::dialplan
