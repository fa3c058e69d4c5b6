// tone_clip.h — sounds by which a player is known when it is heard.
#pragma once

#include "bridges/clip.h"

#include <cstdint>
#include <memory>

namespace rb::sim {

/// What music on hold sounds like: far from what phones say.
inline constexpr std::uint16_t kMusicHz = 1'870;

/// hz            0 = silence
/// duration_ms   rounded up to whole frames
[[nodiscard]] std::shared_ptr<const bridges::Clip> tone_clip(codecs::CodecId codec, std::uint16_t hz,
                                                             std::uint32_t duration_ms);

}  // namespace rb::sim
