// player.h — plays clips to one leg, or to all of a bridge: a frame each 20 ms, without a gap between clips.
#pragma once

#include "bridges/clip.h"
#include "dataplane/base/time.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace rb::bridges {

/// Control builds it and lends it with Play; it comes home with PlayerReturned.
/// Owner: whoever holds what it plays to.
class Player {
public:
    using Clips = std::vector<std::shared_ptr<const Clip>>;

    struct Options {
        bool loop = false;          ///< begin again after the last clip
        bool common_clock = false;  ///< music on hold: everybody hears the same position, given by the time alone
        std::uint64_t from = 0;     ///< frames passed over: another player has played them
        std::uint64_t tag = 0;      ///< control's own, to know it again
    };

    /// clips   all in one codec (asserted), at least one frame in all (asserted)
    Player(Clips clips, const Options& options);

    [[nodiscard]] codecs::CodecId codec() const noexcept { return clips_.front()->codec(); }
    [[nodiscard]] const Options& options() const noexcept { return options_; }

    /// The payload due at `at`, or an empty span when all has been played.
    [[nodiscard]] std::span<const std::uint8_t> next(Nanos at) noexcept;

    /// Frames played or passed over so far, loops included.
    [[nodiscard]] std::uint64_t position() const noexcept { return played_; }

private:
    [[nodiscard]] std::span<const std::uint8_t> frame(std::uint64_t index) const noexcept;

    Clips clips_;
    Options options_;
    std::uint64_t frames_ = 0;  // of all clips together
    std::uint64_t played_;
};

}  // namespace rb::bridges
