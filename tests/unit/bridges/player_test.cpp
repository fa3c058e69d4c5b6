// Goal: clips are played frame by frame without a gap, once, in a loop, or by the common clock; and moved within them.
// Method: clips whose frames are numbered; the numbers heard are compared with those expected.
#include "bridges/player.h"

#include "codecs/encoder.h"
#include "codecs/goertzel.h"
#include "codecs/tone.h"

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

using What = PlayerStep::What;

TEST(Player, PausesAndGoesOnWhereItWas)
{
    Player player{{clip("abcd")}, {}};
    EXPECT_EQ(play(player, 2), "ab");
    EXPECT_FALSE(player.paused());
    player.carry_out({.what = What::Pause});
    EXPECT_TRUE(player.paused());
    player.carry_out({.what = What::Resume});
    EXPECT_FALSE(player.paused());
    EXPECT_EQ(play(player, 3), "cd.");
}

TEST(Player, IsMovedAcrossClipsAndNotBeyondThem)
{
    Player player{{clip("abc"), clip("def")}, {}};
    EXPECT_EQ(play(player, 1), "a");
    player.carry_out({.what = What::Skip, .by = 3});
    EXPECT_EQ(play(player, 1), "e");
    player.carry_out({.what = What::Skip, .by = -2});
    EXPECT_EQ(play(player, 1), "d");
    player.carry_out({.what = What::Skip, .by = -100});
    EXPECT_EQ(play(player, 2), "ab");
    player.carry_out({.what = What::Restart});
    EXPECT_EQ(play(player, 2), "ab");
    player.carry_out({.what = What::Skip, .by = 100});
    EXPECT_EQ(play(player, 1), ".");
    EXPECT_EQ(player.position(), 6U);
}

TEST(Player, ALoopIsMovedAroundAndEndsOnlyWhenTold)
{
    Player player{{clip("abc")}, {.loop = true}};
    player.carry_out({.what = What::Skip, .by = 7});
    EXPECT_EQ(play(player, 2), "bc");
    player.carry_out({.what = What::Skip, .by = -2});
    EXPECT_EQ(play(player, 2), "bc");
    player.carry_out({.what = What::Pause});
    player.carry_out({.what = What::End});
    EXPECT_FALSE(player.paused());
    EXPECT_EQ(play(player, 2), "..");
}

TEST(Player, MusicOnTheCommonClockStaysThere)
{
    Player player{{clip("abcd")}, {.loop = true, .common_clock = true}};
    player.carry_out({.what = What::Skip, .by = 2});
    player.carry_out({.what = What::Restart});
    EXPECT_EQ(play(player, 2, kFrame * 401), "bc");
}

TEST(Player, AnotherVolumeGoesOnWhereThePlayerBeforeWas)
{
    Player before{{clip("abcd")}, {}};
    EXPECT_EQ(play(before, 2), "ab");
    before.carry_out({.what = What::Pause});
    Player after{{clip("abcd")}, {.gain_db = 6}};
    after.succeed(before);
    EXPECT_TRUE(after.paused());
    EXPECT_EQ(play(after, 3), "cd.");
}

/// 400 ms of a tone of 400 Hz.
std::shared_ptr<const Clip> tone_in(codecs::CodecId codec)
{
    codecs::Encoder encoder{codec};
    constexpr std::array kTone{codecs::ToneSegment{.first_hz = 400}};
    codecs::ToneGenerator tone{{.segments = kTone}, encoder.rate()};
    std::vector<std::uint8_t> payload;
    std::vector<std::uint32_t> ends;
    for (int i = 0; i < 20; ++i) {
        std::vector<codecs::Sample> samples(encoder.info().samples(codecs::kFrame_ms));
        tone.generate(samples);
        std::vector<std::uint8_t> bytes(codecs::kPayloadBytesMax);
        bytes.resize(encoder.encode(samples, bytes));
        payload.insert(payload.end(), bytes.begin(), bytes.end());
        ends.push_back(static_cast<std::uint32_t>(payload.size()));
    }
    const bool varies = encoder.info().payload_bytes(codecs::kFrame_ms) == 0;
    return std::make_shared<Clip>(codec, payload, varies ? ends : std::vector<std::uint32_t>{});
}

TEST(Player, DecodesAsLoudAsItIsToBe)
{
    for (const auto codec : {codecs::CodecId::Pcmu, codecs::CodecId::G722, codecs::CodecId::Opus}) {
        const auto clip = tone_in(codec);
        Player as_it_is{{clip}, {}};
        Player quieter{{clip}, {.gain_db = -6}};
        codecs::Decoder decoder{codec};
        std::vector<codecs::Sample> heard(decoder.info().samples(codecs::kFrame_ms));
        std::vector<codecs::Sample> plain(heard.size());
        EXPECT_FALSE(as_it_is.decode(clip->frame(0), heard));
        for (int i = 0; i < 15; ++i) {
            const auto payload = quieter.next(0ns);
            ASSERT_TRUE(decoder.decode(payload, plain));
            ASSERT_TRUE(quieter.decode(payload, heard));
        }
        const double loud = codecs::tone_amplitude(plain, 400, decoder.rate());
        EXPECT_GT(loud, 1000);
        EXPECT_NEAR(codecs::tone_amplitude(heard, 400, decoder.rate()) / loud, 0.501, 0.02)
            << codecs::codec_info(codec).config_name;
    }
}

TEST(Player, DecodesWhatIsToBeEncodedAnew)
{
    const auto clip = tone_in(codecs::CodecId::Opus);
    Player player{{clip}, {.encode_anew = true}};
    std::vector<codecs::Sample> heard(codecs::frame_samples(16'000));
    for (int i = 0; i < 15; ++i) {
        ASSERT_TRUE(player.decode(player.next(0ns), heard));
    }
    EXPECT_GT(codecs::tone_amplitude(heard, 400, 16'000), 1000);
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
