#include "control/engine/translation.h"

#include "control/engine/room_rate.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

namespace rb::engine {
namespace {

std::size_t rate_index_for(codecs::CodecId one, codecs::CodecId other)
{
    ChannelMedia first;
    ChannelMedia second;
    first.codec = one;
    second.codec = other;
    return bridges::mix_rate_index(rate_for_two(first, second));
}

std::string padded(std::string text, std::size_t width)
{
    return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

}  // namespace

double TranslationCosts::between(codecs::CodecId heard, codecs::CodecId said) const
{
    if (heard == said) {
        return 0;
    }
    const std::size_t rate = rate_index_for(heard, said);
    return decode.at(static_cast<std::size_t>(heard)).at(rate) + encode.at(static_cast<std::size_t>(said)).at(rate);
}

double TranslationCosts::leg_share(codecs::CodecId codec) const
{
    constexpr double per_second = 1e6;
    const std::size_t rate = bridges::mix_rate_index(codecs::codec_info(codec).sample_rate);
    const auto index = static_cast<std::size_t>(codec);
    return (decode.at(index).at(rate) + encode.at(index).at(rate)) / per_second;
}

std::vector<std::string> TranslationCosts::lines() const
{
    std::size_t longest = 0;
    for (const auto& codec : codecs::kCodecs) {
        longest = std::max(longest, codec.config_name.size());
    }
    const auto first = [longest](std::string_view text) { return padded(std::string{text}, longest); };
    const auto below = [](const codecs::CodecInfo& said, const std::string& text) {
        constexpr std::size_t digits = 4;
        return padded(text, std::max(said.config_name.size(), digits) + 1);
    };
    std::vector<std::string> lines{"microseconds for a second of audio; down: heard, across: said", first("")};
    for (const auto& said : codecs::kCodecs) {
        lines.back() += below(said, std::string{said.config_name});
    }
    for (const auto& heard : codecs::kCodecs) {
        lines.push_back(first(heard.config_name));
        for (const auto& said : codecs::kCodecs) {
            const auto cost = std::lround(between(heard.id, said.id));
            const bool none = heard.id == said.id || heard.passed_only || said.passed_only;
            lines.back() += below(said, none ? "-" : std::to_string(std::max(cost, 1L)));
        }
    }
    return lines;
}

}  // namespace rb::engine
