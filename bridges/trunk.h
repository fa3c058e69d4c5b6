// trunk.h — joins the parts of a room that lie on two workers: each hands the other the sum of who talks with it.
//
// A frame comes to the other side with its next tick, 20 ms later at most; a part never sends on what trunks brought
// it, so that nothing goes in circles. Parts of one room are joined each with each.
#pragma once

#include "codecs/pcm.h"
#include "dataplane/base/assert.h"
#include "dataplane/media/leg.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace rb::bridges {

/// One direction of a trunk: a ring of frames with one writer and one reader, each on its own worker; neither waits.
class TrunkLine {
public:
    /// frame_samples_max   of 20 ms at the highest rate the mix may have
    explicit TrunkLine(std::size_t frame_samples_max)
        : frame_samples_max_{frame_samples_max},
          samples_{std::make_unique_for_overwrite<std::int32_t[]>(kFrames * frame_samples_max)}
    {
    }

    /// Writer. Sends a frame, an empty one for silence; false when the reader is kFrames behind: the frame is lost.
    bool send(std::span<const std::int32_t> sum) noexcept;

    /// Reader. Adds the oldest frame to `total`; false when it is silent, of another rate, or none has come. A reader
    /// that has come to lag skips what is too old, so that the delay stays one tick.
    bool add_to(std::span<std::int32_t> total) noexcept;

private:
    static constexpr std::size_t kFrames = 4;
    /// Frames that may wait: one, and another while the two workers' slots drift past each other.
    static constexpr std::uint32_t kWaitingMax = 2;

    [[nodiscard]] std::int32_t* frame(std::uint32_t number) noexcept
    {
        return samples_.get() + number % kFrames * frame_samples_max_;
    }

    std::size_t frame_samples_max_;
    std::unique_ptr<std::int32_t[]> samples_;
    std::array<std::size_t, kFrames> lengths_{};       // 0 = silent
    alignas(64) std::atomic<std::uint32_t> sent_ = 0;  // frames so far
    alignas(64) std::atomic<std::uint32_t> read_ = 0;
};

class Trunk;

/// Most ends one worker holds.
inline constexpr std::size_t kTrunkEndsMax = 16384;

/// What one part of the room holds of a trunk. Owner: whoever holds the part's bridge.
struct TrunkEnd {
    Trunk* trunk = nullptr;
    TrunkLine* out = nullptr;
    TrunkLine* in = nullptr;
    media::Holder holder = media::Holder::Control;
    TrunkEnd* next = nullptr;  ///< of the same part
};

/// Both directions. Control builds it, lends one end to each of the two workers with AddTrunk, and has either back by
/// TrunkReturned when that part of the room comes home.
class Trunk {
public:
    /// rate_max   the highest the mix may have
    explicit Trunk(std::uint32_t rate_max)
        : there_{codecs::frame_samples(rate_max)},
          back_{codecs::frame_samples(rate_max)},
          ends_{TrunkEnd{.trunk = this, .out = &there_, .in = &back_},
                TrunkEnd{.trunk = this, .out = &back_, .in = &there_}}
    {
    }
    Trunk(const Trunk&) = delete;
    Trunk& operator=(const Trunk&) = delete;

    [[nodiscard]] std::span<TrunkEnd, 2> ends() noexcept { return ends_; }

    /// Takes home an end that was lent; whether it is the second, so that nobody holds any of the trunk any more. Who
    /// holds the other cannot be seen from here: its worker may be about to say so.
    [[nodiscard]] bool take_home(TrunkEnd& end) noexcept
    {
        RB_ASSERT(end.holder == media::Holder::Queue);
        end.holder = media::Holder::Control;
        return ++ends_home_ == ends_.size();
    }

private:
    std::size_t ends_home_ = 0;  // control's
    TrunkLine there_;
    TrunkLine back_;
    std::array<TrunkEnd, 2> ends_;
};

}  // namespace rb::bridges
