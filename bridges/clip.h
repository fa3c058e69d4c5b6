// clip.h — a piece of audio encoded once for everybody who plays it: 20 ms frames in one codec.
#pragma once

#include "codecs/codec_info.h"
#include "dataplane/base/assert.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rb::bridges {

/// Of prompts and music in Opus, in bit/s, whoever hears them: few phones ask for less (RFC 7587 §3.1.1 has 28 to
/// 40 kbit/s for full-band speech).
inline constexpr std::uint32_t kOpusClipBitrate = 32'000;

/// Immutable once built, by control; players hold it by shared_ptr and workers only read it.
class Clip {
public:
    /// payload   whole frames of the codec (asserted): the last one padded with silence
    /// ends      where each frame ends, of a codec whose size varies; nothing for others
    Clip(codecs::CodecId codec, std::vector<std::uint8_t> payload, std::vector<std::uint32_t> ends = {})
        : codec_{codec},
          frame_bytes_{codecs::codec_info(codec).payload_bytes(codecs::kFrame_ms)},
          payload_{std::move(payload)},
          ends_{std::move(ends)}
    {
        RB_ASSERT(frame_bytes_ > 0 ? ends_.empty() && payload_.size() % frame_bytes_ == 0
                                   : !ends_.empty() && ends_.back() == payload_.size());
    }

    [[nodiscard]] codecs::CodecId codec() const noexcept { return codec_; }
    [[nodiscard]] std::size_t frames() const noexcept
    {
        return frame_bytes_ > 0 ? payload_.size() / frame_bytes_ : ends_.size();
    }
    /// index   below frames()
    [[nodiscard]] std::span<const std::uint8_t> frame(std::size_t index) const noexcept
    {
        if (frame_bytes_ > 0) {
            return std::span{payload_}.subspan(index * frame_bytes_, frame_bytes_);
        }
        const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
        return std::span{payload_}.subspan(begin, ends_[index] - begin);
    }
    [[nodiscard]] std::size_t bytes() const noexcept { return payload_.size() + ends_.size() * sizeof(std::uint32_t); }

private:
    codecs::CodecId codec_;
    std::size_t frame_bytes_;  // 0 = it varies
    std::vector<std::uint8_t> payload_;
    std::vector<std::uint32_t> ends_;
};

}  // namespace rb::bridges
