// Goal: the matrix says what two phones with these codecs cost when they are bridged, at the rate of their bridge.
// Method: costs by hand, read back by pair, and as text.
#include "control/engine/translation.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace rb::engine {
namespace {

using codecs::CodecId;

TranslationCosts costs_by_hand()
{
    TranslationCosts costs;
    costs.decode[static_cast<std::size_t>(CodecId::Pcmu)] = {1, 10, 100};
    costs.encode[static_cast<std::size_t>(CodecId::Pcmu)] = {2, 20, 200};
    costs.decode[static_cast<std::size_t>(CodecId::Opus)] = {1'000, 2'000, 3'000};
    costs.encode[static_cast<std::size_t>(CodecId::Opus)] = {4'000, 5'000, 6'000};
    return costs;
}

TEST(TranslationCosts, AreThoseAtTheRateOfTheBridge)
{
    const auto costs = costs_by_hand();
    EXPECT_EQ(costs.between(CodecId::Pcmu, CodecId::Opus), 4'001) << "at 8 kHz, which is all that Opus has to carry";
    EXPECT_EQ(costs.between(CodecId::Opus, CodecId::Pcmu), 1'002);
    EXPECT_EQ(costs.between(CodecId::Opus, CodecId::L16_48), 3'000) << "at 48 kHz";
    EXPECT_EQ(costs.between(CodecId::Opus, CodecId::Opus), 0) << "passed on as it is";
}

TEST(TranslationCosts, OfALegAreThoseAtTheBestRateOfItsCodec)
{
    EXPECT_DOUBLE_EQ(costs_by_hand().leg_share(CodecId::Opus), 0.009);
    EXPECT_DOUBLE_EQ(costs_by_hand().leg_share(CodecId::Pcmu), 0.000003);
}

TEST(TranslationCosts, AreALineForEachCodecHeard)
{
    const auto lines = costs_by_hand().lines();
    ASSERT_EQ(lines.size(), codecs::kCodecCount + 2);
    std::istringstream names{lines[1]};
    for (const auto& codec : codecs::kCodecs) {
        std::string name;
        names >> name;
        EXPECT_EQ(name, codec.config_name) << "one column each";
    }
    EXPECT_NE(lines[2].find("4001"), std::string::npos) << lines[2];
    EXPECT_TRUE(lines[2].ends_with(" -")) << "there is no path to G.729: " << lines[2];
    EXPECT_EQ(lines.back().find_first_not_of("g729 -"), std::string::npos) << lines.back();
    for (const auto& line : lines) {
        EXPECT_LE(line.size(), 120U);
    }
}

}  // namespace
}  // namespace rb::engine
