// media_figures.h — legs by their codec and by the technology that joins them: the block `media` of the counter file.
#pragma once

#include "codecs/codec_info.h"
#include "dataplane/base/counters.h"
#include "dataplane/media/event.h"

#include <array>
#include <cstddef>

namespace rb::stats {

inline constexpr std::size_t kTechnologyCount = static_cast<std::size_t>(Technology::Holding) + 1;

/// Codecs in the order of CodecId, then technologies in theirs.
inline constexpr std::size_t kMediaFigureCount = codecs::kCodecCount + kTechnologyCount;

[[nodiscard]] constexpr std::size_t media_figure(codecs::CodecId codec) noexcept
{
    return static_cast<std::size_t>(codec);
}
[[nodiscard]] constexpr std::size_t media_figure(Technology technology) noexcept
{
    return codecs::kCodecCount + static_cast<std::size_t>(technology);
}

/// How many legs there are of each.
using MediaCount = std::array<std::uint64_t, kMediaFigureCount>;

/// Names and kinds, in the order of media_figure().
[[nodiscard]] const std::array<Figure, kMediaFigureCount>& media_figures();

}  // namespace rb::stats
