// Goal: what the operator asks of a node is done, answered in words, and refused with what would be accepted.
// Method: requests as rbctl sends them, to the engine of a bench and a log that writes to nothing.
#include "control/node/operator.h"

#include "support/call_bench.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace rb::test {
namespace {

using Lines = std::vector<std::string>;

constexpr const char* kProfiles =
    "[host]\ntype=user\nadmin=yes\npin=4711\nannounce_user_count_all=3\n"
    "[big]\ntype=bridge\nmax_members=50\ninternal_sample_rate=16000\nsound_join=ding\n"
    "[keys]\ntype=menu\n1=toggle_mute\n2=playback(beep),leave_conference\n";

class OperatorTest : public testing::Test {
protected:
    /// The answer of the node, or "error: " and why.
    Lines ask(const std::string& line)
    {
        const auto request = cli::parse_request(line);
        const cli::Reply reply = node::carry_out(*request, bench_.engine(), log_, actions_);
        return reply ? *reply : Lines{"error: " + reply.error().message};
    }
    static bool has(const Lines& lines, const std::string& line)
    {
        return std::find(lines.begin(), lines.end(), line) != lines.end();
    }
    [[nodiscard]] bool refused(const std::string& line) { return ask(line).front().starts_with("error: "); }

    CallBench bench_{
        "[globals]\nPRICE=3\n[c]\nexten => 1,1,NoOp(price ${PRICE})\n"
        " same => n,Set(NEXT=${PRICE})\n same => n,Wait(5)\nexten => 2,1,ConfBridge(room)\n",
        {{"confbridge.conf", kProfiles}}};
    logging::Log log_{config::Logger{}};
    node::OperatorActions actions_;
};

TEST_F(OperatorTest, AGlobalVariableIsWhatCallsReadNext)
{
    EXPECT_EQ(ask("dialplan show globals"), Lines{"PRICE=3"});
    EXPECT_EQ(ask("dialplan set global PRICE 7"), Lines{"Global variable 'PRICE' set to '7'"});
    EXPECT_EQ(ask("dialplan set global NAME \"two words\""), Lines{"Global variable 'NAME' set to 'two words'"});
    EXPECT_EQ(ask("dialplan show globals"), (Lines{"NAME=two words", "PRICE=7"}));
    bench_.call("1");
    EXPECT_TRUE(bench_.world().logged("price 7"));
    EXPECT_TRUE(refused("dialplan set global PRICE"));
    EXPECT_EQ(bench_.leftovers(), "");
}

TEST_F(OperatorTest, DialplanDebugTellsEachStep)
{
    EXPECT_EQ(ask("dialplan debug"), Lines{"dialplan debug is off"});
    bench_.call("1");
    EXPECT_FALSE(bench_.world().logged("Executing"));
    EXPECT_EQ(ask("dialplan debug on"), Lines{"dialplan debug is on"});
    bench_.call("1");
    EXPECT_TRUE(bench_.world().logged("Executing [1@c:1] NoOp(price 3)"));
    EXPECT_TRUE(bench_.world().logged("Executing [1@c:2] Set(NEXT=3)"));
    EXPECT_TRUE(bench_.world().logged("Executing [1@c:3] Wait(5)"));
    EXPECT_EQ(ask("dialplan debug off"), Lines{"dialplan debug is off"});
    const auto told = [this] {
        return std::count_if(bench_.world().lines.begin(), bench_.world().lines.end(),
                             [](const std::string& line) { return line.find("Executing") != std::string::npos; });
    };
    const auto before = told();
    bench_.call("1");
    EXPECT_EQ(told(), before);
    EXPECT_TRUE(refused("dialplan debug maybe"));
    EXPECT_EQ(bench_.leftovers(), "");
}

TEST_F(OperatorTest, WhoHearsWhomIsChangedAsAWholeOrNotAtAll)
{
    std::vector<std::string> ids;
    for (int i = 0; i < 3; ++i) {
        ids.push_back(bench_.channel(bench_.call("2"))->unique_id);
    }
    bench_.run(1s);
    ASSERT_EQ(bench_.engine().rooms().find("room")->members.size(), 3U);
    const Lines nothing{"all members of room room hear each other"};
    EXPECT_TRUE(refused("whisper room " + ids[0] + " nobody"));
    EXPECT_TRUE(refused("whisper room " + ids[0] + ' ' + ids[0])) << "nobody would hear it";
    EXPECT_TRUE(refused("whisper room all " + ids[0]));
    EXPECT_TRUE(refused("unhear room " + ids[0] + ' ' + ids[0]));
    EXPECT_TRUE(refused("unhear room all all"));
    EXPECT_EQ(ask("hearing room"), nothing) << "a slip of the operator's has silenced nobody";
    EXPECT_EQ(ask("unhear room all " + ids[0]).size(), 2U);
    EXPECT_EQ(ask("hear room all " + ids[0]), nothing);
    EXPECT_EQ(ask("whisper room " + ids[0] + ' ' + ids[1]).size(), 2U);
    EXPECT_EQ(ask("whisper room " + ids[2] + " all").size(), 5U);
    EXPECT_EQ(ask("speak room all"), nothing);
}

TEST_F(OperatorTest, AWhisperToWhoCannotHearItSilencesNobody)
{
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < media::Hearing::kExceptionsMax + 2; ++i) {
        ids.push_back(bench_.channel(bench_.call("2"))->unique_id);
    }
    bench_.run(1s);
    for (std::size_t i = 2; i < ids.size(); ++i) {
        EXPECT_FALSE(refused("unhear room " + ids[0] + ' ' + ids[i]));
    }
    const Lines before = ask("hearing room");
    EXPECT_TRUE(refused("whisper room " + ids[1] + ' ' + ids[0])) << "it has all the exceptions there may be";
    EXPECT_EQ(ask("hearing room"), before);
}

TEST_F(OperatorTest, AMemberIsMutedAndDeafenedByItself)
{
    BenchPhone& anna = bench_.call("2", {.hz = 440});
    BenchPhone& bert = bench_.call("2", {.hz = 620});
    const std::string id = bench_.channel(anna)->unique_id;
    // Whether the others hear Anna, and she them.
    const auto heard = [&] {
        bench_.run(1s);
        return std::pair{bert.heard(440, 500ms) > 3000, anna.heard(620, 500ms) > 3000};
    };
    bench_.run(2s);
    EXPECT_EQ(heard(), (std::pair{true, true}));
    EXPECT_EQ(ask("deafen room " + id), Lines{"1 deaf"});
    EXPECT_EQ(heard(), (std::pair{true, false}));
    EXPECT_EQ(ask("mute room " + id), Lines{"1 muted"});
    EXPECT_EQ(heard(), (std::pair{false, false}));
    EXPECT_EQ(ask("undeafen room all"), Lines{"2 hearing again"});
    EXPECT_EQ(heard(), (std::pair{false, true}));
    EXPECT_EQ(ask("unmute room " + id), Lines{"1 unmuted"});
    EXPECT_EQ(heard(), (std::pair{true, true}));
    EXPECT_TRUE(refused("deafen room nobody"));
}

TEST_F(OperatorTest, ProfilesOfRoomsAreShown)
{
    EXPECT_EQ(ask("confbridge show profile users"), (Lines{"default_user", "host"}));
    EXPECT_EQ(ask("confbridge show profile bridges"), (Lines{"big", "default_bridge"}));
    EXPECT_EQ(ask("confbridge show menus"), Lines{"keys"});
    const auto of = [](std::string name, const std::string& value) {
        name.resize(24, ' ');
        return name + value;
    };
    const Lines host = ask("confbridge show profile user host");
    EXPECT_TRUE(has(host, of("admin", "yes")));
    EXPECT_TRUE(has(host, of("pin", "4711")));
    EXPECT_TRUE(has(host, of("marked", "no")));
    EXPECT_TRUE(has(host, of("announce_user_count_all", "3")));
    EXPECT_TRUE(has(ask("confbridge show profile user default_user"), of("admin", "no"))) << "though no file has it";
    const Lines big = ask("confbridge show profile bridge big");
    EXPECT_TRUE(has(big, of("max_members", "50")));
    EXPECT_TRUE(has(big, of("internal_sample_rate", "16000")));
    EXPECT_TRUE(has(big, of("maximum_sample_rate", "none")));
    EXPECT_TRUE(has(big, of("sound_join", "ding")));
    EXPECT_TRUE(has(big, of("sound_leave", "")));
    EXPECT_EQ(ask("confbridge show menu keys"),
              (Lines{of("name", "keys"), of("1", "toggle_mute"), of("2", "playback(beep), leave_conference")}));
    EXPECT_TRUE(refused("confbridge show profile user nobody"));
    EXPECT_TRUE(refused("confbridge show profile bridge host"));
    EXPECT_TRUE(refused("confbridge show menu none"));
}

TEST_F(OperatorTest, TheLogIsAsDeepAsAsterisksCommandsSay)
{
    const auto all = [](const std::string& level) {
        return Lines{"call " + level, "config " + level, "node " + level};
    };
    EXPECT_EQ(ask("log level notice"), all("notice"));
    EXPECT_EQ(ask("core set verbose 3"), all("verbose"));
    EXPECT_EQ(ask("core set debug 1"), all("debug"));
    EXPECT_EQ(ask("core set verbose off"), all("debug"));
    EXPECT_EQ(ask("core set debug off"), all("notice"));
    EXPECT_EQ(ask("core set debug 5 call"), (Lines{"call debug", "config notice", "node notice"}));
    EXPECT_EQ(ask("core set debug 0"), all("notice"));
    EXPECT_TRUE(refused("core set verbose loud"));
    EXPECT_TRUE(refused("core set debug -1"));
    EXPECT_TRUE(refused("core set debug 1 kitchen"));
}

}  // namespace
}  // namespace rb::test
