// clip.h — a piece of audio encoded once for everybody who plays it: 20 ms frames in one codec.
#pragma once

#include "codecs/codec_info.h"
#include "dataplane/base/assert.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rb::bridges {

/// Immutable once built, by control; players hold it by shared_ptr and workers only read it.
class Clip {
public:
    /// payload   whole frames of the codec (asserted): the last one padded with silence
    Clip(codecs::CodecId codec, std::vector<std::uint8_t> payload)
        : codec_{codec},
          frame_bytes_{codecs::codec_info(codec).payload_bytes(codecs::kFrame_ms)},
          payload_{std::move(payload)}
    {
        RB_ASSERT(frame_bytes_ > 0);
        RB_ASSERT(payload_.size() % frame_bytes_ == 0);
    }

    [[nodiscard]] codecs::CodecId codec() const noexcept { return codec_; }
    [[nodiscard]] std::size_t frames() const noexcept { return payload_.size() / frame_bytes_; }
    /// index   below frames()
    [[nodiscard]] std::span<const std::uint8_t> frame(std::size_t index) const noexcept
    {
        return std::span{payload_}.subspan(index * frame_bytes_, frame_bytes_);
    }
    [[nodiscard]] std::size_t bytes() const noexcept { return payload_.size(); }

private:
    codecs::CodecId codec_;
    std::size_t frame_bytes_;
    std::vector<std::uint8_t> payload_;
};

}  // namespace rb::bridges
