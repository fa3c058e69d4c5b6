// Goal: a command is found by the longest name its words begin with, completed word by word, and guessed when misspelt.
// Method: the table itself checked row by row; finds, completions and guesses by hand; any words as a property.
#include "control/cli/command_table.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace rb::cli {
namespace {

using Words = std::vector<std::string>;

TEST(CommandTable, NamesAreUniqueAndExplainedAndAliasesLeadToSomethingThatIsDone)
{
    for (const Command& command : commands()) {
        EXPECT_FALSE(command.help.empty()) << command.words;
        EXPECT_EQ(std::count_if(commands().begin(), commands().end(),
                                [&](const Command& other) { return other.words == command.words; }),
                  1)
            << command.words;
        const bool known = std::any_of(commands().begin(), commands().end(), [&](const Command& other) {
            return other.words == command.does && other.does == command.does && other.where == command.where;
        });
        EXPECT_TRUE(known || command.does == "drain off") << command.words << " leads nowhere";
    }
}

TEST(CommandTable, TheLongestNameWins)
{
    const Match all = find_command(Words{"bridge", "show", "all"});
    ASSERT_NE(all.command, nullptr);
    EXPECT_EQ(all.command->does, "rooms");
    const Match one = find_command(Words{"bridge", "show", "60001"});
    EXPECT_EQ(one.command->does, "room");
    EXPECT_EQ(one.arguments, Words{"60001"});
    EXPECT_EQ(find_command(Words{"bridge"}).command, nullptr);
    EXPECT_EQ(find_command(Words{}).command, nullptr);
}

TEST(CommandTable, ArgumentsAreCounted)
{
    const auto ok = [](const Words& words) {
        const Match match = find_command(words);
        return match.command != nullptr && takes(*match.command, match.arguments.size());
    };
    EXPECT_TRUE(ok({"kick", "60001", "all"}));
    EXPECT_FALSE(ok({"kick", "60001"}));
    EXPECT_FALSE(ok({"kick", "60001", "all", "now"}));
    EXPECT_TRUE(ok({"config", "show", "help"}));
    EXPECT_TRUE(ok({"config", "show", "help", "pjsip.conf", "endpoint", "allow"}));
    EXPECT_FALSE(ok({"calls", "today"}));
    EXPECT_TRUE(ok({"help", "a", "b", "c", "d"}));
}

TEST(CommandTable, WordsAreCompletedOneByOne)
{
    EXPECT_EQ(completions(Words{"con"}), (Words{"confbridge", "config"}));
    EXPECT_EQ(completions(Words{"config", ""}), (Words{"check", "diff", "show"}));
    EXPECT_EQ(completions(Words{"core", "stop", "g"}), Words{"gracefully"});
    EXPECT_TRUE(completions(Words{"calls", "x"}).empty());
}

TEST(CommandTable, WhatWasPerhapsMeantIsGuessed)
{
    const auto first = [](const Words& words) {
        const auto names = suggestions(words);
        return names.empty() ? std::string{} : std::string{names.front()};
    };
    EXPECT_EQ(first({"core", "show", "chanels"}), "core show channels");
    EXPECT_EQ(first({"hangpu", "17.1"}), "hangup");
    EXPECT_EQ(first({"moh", "show"}), "moh show classes");
    EXPECT_EQ(first({"xyzzyxyzzyxyzzyxyzzy"}), "");
}

TEST(CommandTable, ThePageHasTheTable)
{
    std::ifstream file{"docs/CLI.md"};
    const std::string page{std::istreambuf_iterator<char>{file}, {}};
    EXPECT_NE(page.find(commands_markdown()), std::string::npos)
        << "docs/CLI.md is out of date; put into it what build/dev/cli_reference prints";
}

RC_GTEST_PROP(CommandTable, AnyWordsAreFoundOrNotAndNothingElseHappens, (const Words& words))
{
    const Match match = find_command(words);
    RC_ASSERT(match.arguments.size() <= words.size());
    RC_ASSERT(suggestions(words).size() <= 3U);
    static_cast<void>(completions(words));
}

}  // namespace
}  // namespace rb::cli
