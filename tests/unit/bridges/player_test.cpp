// Goal: clips are played frame by frame without a gap, once, in a loop, or by the common clock.
// Method: clips whose frames are numbered; the numbers heard are compared with those expected.
#include "bridges/player.h"

#include <gtest/gtest.h>

#include <string>

namespace rb::bridges {
namespace {

/// A clip of PCMU frames, each filled with one character.
std::shared_ptr<const Clip> clip(const std::string& frames)
{
    std::vector<std::uint8_t> payload;
    for (const char frame : frames) {
        payload.insert(payload.end(), 160, static_cast<std::uint8_t>(frame));
    }
    return std::make_shared<Clip>(codecs::CodecId::Pcmu, std::move(payload));
}

std::string play(Player& player, int frames, Nanos from = 0ns)
{
    std::string heard;
    for (int i = 0; i < frames; ++i) {
        const auto payload = player.next(from + kFrame * i);
        heard += payload.empty() ? '.' : static_cast<char>(payload[0]);
    }
    return heard;
}

TEST(Player, PlaysClipsOneAfterAnotherAndEnds)
{
    Player player{{clip("ab"), clip("c"), clip("de")}, {}};
    EXPECT_EQ(play(player, 7), "abcde..");
    EXPECT_EQ(player.position(), 5U);
}

TEST(Player, LoopsWithoutAGap)
{
    Player player{{clip("ab"), clip("c")}, {.loop = true}};
    EXPECT_EQ(play(player, 8), "abcabcab");
    EXPECT_EQ(player.position(), 8U);
}

TEST(Player, MusicIsAtTheSamePositionForEverybody)
{
    Player early{{clip("abcd")}, {.loop = true, .common_clock = true}};
    EXPECT_EQ(play(early, 6, kFrame * 400), "abcdab");
    Player late{{clip("abcd")}, {.loop = true, .common_clock = true}};
    EXPECT_EQ(play(late, 2, kFrame * 403), "da");
}

TEST(PlayerDeath, ClipsOfTwoCodecsOrNoneAreAProgrammersError)
{
    const auto alaw = std::make_shared<Clip>(codecs::CodecId::Pcma, std::vector<std::uint8_t>(160));
    EXPECT_DEATH((Player{{clip("a"), alaw}, {}}), "assertion failed");
    EXPECT_DEATH((Player{{}, {}}), "assertion failed");
    EXPECT_DEATH((Clip{codecs::CodecId::Pcmu, std::vector<std::uint8_t>(161)}), "assertion failed");
}

}  // namespace
}  // namespace rb::bridges
