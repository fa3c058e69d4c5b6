// player.h — plays clips to one leg, or to all of a bridge: a frame each 20 ms, without a gap between clips.
#pragma once

#include "bridges/clip.h"
#include "codecs/decoder.h"
#include "dataplane/base/time.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace rb::bridges {

/// What is done to a sound while it plays.
struct PlayerStep {
    enum class What : std::uint8_t {
        Pause,   ///< silence until Resume
        Resume,  ///< from there
        Restart,
        Skip,    ///< forward, or back; not in music on the common clock
        Volume,  ///< of what plays to a bridge
        End
    };
    What what = What::Pause;
    std::int32_t by = 0;  ///< Skip: frames of 20 ms, back where negative; Volume: dB
};

/// Control builds it and lends it with Play; it comes home with PlayerReturned.
/// Owner: whoever holds what it plays to.
class Player {
public:
    using Clips = std::vector<std::shared_ptr<const Clip>>;

    struct Options {
        bool loop = false;          ///< begin again after the last clip
        bool common_clock = false;  ///< music on hold: everybody hears the same position, given by the time alone
        bool paused = false;
        bool encode_anew = false;  ///< whom it plays to is not to be sent the clips as they are
        std::int8_t gain_db = 0;   ///< louder or quieter than the clips are
        std::uint64_t from = 0;    ///< frames passed over: another player has played them
        std::uint64_t tag = 0;     ///< control's own, to know it again
    };

    /// clips   all in one codec (asserted), at least one frame in all (asserted)
    Player(Clips clips, const Options& options);

    [[nodiscard]] codecs::CodecId codec() const noexcept { return clips_.front()->codec(); }
    [[nodiscard]] const Options& options() const noexcept { return options_; }

    /// The payload due at `at`, or an empty span when all has been played.
    [[nodiscard]] std::span<const std::uint8_t> next(Nanos at) noexcept;

    void carry_out(const PlayerStep& step) noexcept;
    /// Goes on where another one of the same clips is, which it replaces.
    void succeed(const Player& before) noexcept;

    /// Nothing is due, though not all has been played.
    [[nodiscard]] bool paused() const noexcept { return paused_; }
    [[nodiscard]] int gain_db() const noexcept { return gain_db_; }
    /// Decodes a payload of this player to as many samples as there are, as loud as it is to be. False where it cannot
    /// be: it was built to play the clips as they are.
    [[nodiscard]] bool decode(std::span<const std::uint8_t> payload, std::span<codecs::Sample> samples) noexcept;

    /// Frames played or passed over so far, loops included.
    [[nodiscard]] std::uint64_t position() const noexcept { return played_; }

private:
    [[nodiscard]] std::span<const std::uint8_t> frame(std::uint64_t index) const noexcept;
    void skip(std::int64_t frames) noexcept;

    Clips clips_;
    Options options_;
    std::uint64_t frames_ = 0;  // of all clips together
    std::uint64_t played_;
    std::unique_ptr<codecs::Decoder> decoder_;  // only where clips are not sent as they are
    bool paused_;
    bool ended_ = false;
    std::int8_t gain_db_;
};

}  // namespace rb::bridges
