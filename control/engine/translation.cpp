#include "control/engine/translation.h"

#include "control/engine/room_rate.h"

#include <algorithm>
#include <cmath>

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
    constexpr std::size_t width = 9;
    std::vector<std::string> lines{"microseconds for a second of audio; down: heard, across: said", padded("", width)};
    for (const auto& said : codecs::kCodecs) {
        lines.back() += padded(std::string{said.config_name}, width);
    }
    for (const auto& heard : codecs::kCodecs) {
        lines.push_back(padded(std::string{heard.config_name}, width));
        for (const auto& said : codecs::kCodecs) {
            const auto cost = std::lround(between(heard.id, said.id));
            lines.back() += padded(heard.id == said.id ? "-" : std::to_string(std::max(cost, 1L)), width);
        }
    }
    return lines;
}

}  // namespace rb::engine
