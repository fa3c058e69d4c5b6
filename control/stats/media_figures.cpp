#include "control/stats/media_figures.h"

#include <string>

namespace rb::stats {
namespace {

constexpr std::array<const char*, kTechnologyCount> kTechnologyNames{
    "legs.technology.none",    "legs.technology.native_rtp",     "legs.technology.simple_bridge",
    "legs.technology.softmix", "legs.technology.holding_bridge",
};

/// "legs.codec.ulaw": the strings live as long as the program.
const std::array<std::string, codecs::kCodecCount>& codec_names()
{
    static const auto names = [] {
        std::array<std::string, codecs::kCodecCount> made;
        for (const codecs::CodecInfo& codec : codecs::kCodecs) {
            made[media_figure(codec.id)] = "legs.codec." + std::string{codec.config_name};
        }
        return made;
    }();
    return names;
}

}  // namespace

const std::array<Figure, kMediaFigureCount>& media_figures()
{
    static const auto figures = [] {
        std::array<Figure, kMediaFigureCount> made{};
        for (std::size_t i = 0; i < kMediaFigureCount; ++i) {
            const char* name =
                i < codecs::kCodecCount ? codec_names()[i].c_str() : kTechnologyNames[i - codecs::kCodecCount];
            made[i] = {name, FigureKind::Gauge};
        }
        return made;
    }();
    return figures;
}

}  // namespace rb::stats
