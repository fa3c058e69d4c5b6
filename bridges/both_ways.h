// both_ways.h — one frame of what a leg says and of what it is sent, as samples of its codec's rate.
#pragma once

#include "codecs/decoder.h"
#include "codecs/resampler.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rb::bridges {

/// Built by control (the constructor allocates).
/// Owner: whoever holds the leg.
class BothWays {
public:
    explicit BothWays(codecs::CodecId codec);

    [[nodiscard]] codecs::CodecId codec() const noexcept { return decoder_.info().id; }
    [[nodiscard]] std::uint32_t rate() const noexcept { return decoder_.info().sample_rate; }
    [[nodiscard]] std::size_t frame_samples() const noexcept { return frame_samples_; }

    /// A frame of 20 ms begins, in which nothing has been sent yet.
    ///
    /// received   what the leg says, at the rate of its codec, or of a bridge where that has any rate; empty = silence
    void begin(std::span<const codecs::Sample> received) noexcept;
    /// What the leg is sent in this frame: a payload of its codec.
    void send(std::span<const std::uint8_t> payload) noexcept;
    /// The same as samples, at the rates that begin() takes.
    void send(std::span<const codecs::Sample> samples) noexcept;

    /// Empty = silence.
    [[nodiscard]] std::span<const codecs::Sample> received() const noexcept { return view(received_); }
    [[nodiscard]] std::span<const codecs::Sample> sent() const noexcept { return view(sent_); }
    /// Both together.
    [[nodiscard]] std::span<const codecs::Sample> sum(std::span<codecs::Sample> room) const noexcept;

private:
    struct Frame {
        std::array<codecs::Sample, codecs::kFrameSamplesMax> samples;
        bool any = false;
    };
    [[nodiscard]] std::span<const codecs::Sample> view(const Frame& frame) const noexcept
    {
        return std::span{frame.samples}.first(frame.any ? frame_samples_ : 0);
    }
    void take(Frame& frame, std::span<const codecs::Sample> samples) noexcept;

    codecs::Decoder decoder_;
    std::vector<std::array<codecs::Resampler, 2>> from_lower_;  // a codec of any rate; received, sent
    std::size_t frame_samples_;
    Frame received_;
    Frame sent_;
};

}  // namespace rb::bridges
