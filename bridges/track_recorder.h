// track_recorder.h — collects what each participant of a room says, so that control writes every one to a file of its
// own.
//
// Only frames that are mixed are kept, each with whose it is and when it was: those who listen cost nothing, and
// whoever comes late or is silent for a while has a file that is in step with the others all the same.
#pragma once

#include "bridges/bridge.h"
#include "codecs/pcm.h"
#include "dataplane/base/time.h"
#include "dataplane/media/event_outbox.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace rb::bridges {

/// Control builds it and lends it with RecordTracks; full blocks travel back by TrackBlock and return empty by
/// BlockWritten; it comes home with TracksReturned.
/// Owner: whoever holds the bridge.
class TrackRecorder {
public:
    /// Frames in flight: 32 who talk at once may keep control waiting for 600 ms, three for 7 s.
    static constexpr std::size_t kBlocks = 16;
    static constexpr std::size_t kBlockFrames = 64;
    /// A block is handed out when it is full, or has waited so long for more.
    static constexpr std::uint32_t kBlockAge_frames = 50;

    /// The track of what is played to everybody; 0 in a leg = none of its own.
    static constexpr std::uint32_t kAnnouncements = 0;

    struct Options {
        std::uint32_t rate_max = 8000;  ///< the highest the mix may come to
        std::optional<Nanos> begin{};   ///< when frame 0 is due, the same in all parts of a room; none = the next tick
        std::uint64_t tag = 0;          ///< control's own, to know it again
        BridgeRef bridge;               ///< that it records
    };

    /// Whose 20 ms they are, and how many frames after the beginning.
    struct Frame {
        std::uint32_t track = 0;
        std::uint32_t number = 0;
    };

    explicit TrackRecorder(const Options& options);

    [[nodiscard]] const Options& options() const noexcept { return options_; }
    /// When frame 0 was due; none before the first tick.
    [[nodiscard]] std::optional<Nanos> begin() const noexcept { return options_.begin; }

    /// A tick of the mix begins, at this rate.
    void begin_tick(Nanos at, std::uint32_t rate, EventOutbox& events) noexcept;
    /// Keeps what somebody says in this tick, at the rate of the mix, before it is added to it.
    void add(std::uint32_t track, std::span<const codecs::Sample> samples, EventOutbox& events) noexcept;
    /// A block has been written and may be filled again.
    void written(std::uint8_t block) noexcept;

    /// What a block holds: frames at one rate, in order of time.
    struct View {
        std::uint32_t rate = 8000;
        std::span<const Frame> frames;
        std::span<const codecs::Sample> samples;  ///< of all frames, one after another
    };
    [[nodiscard]] View block(std::uint8_t index) const noexcept;
    /// What has not been handed out when it is over.
    [[nodiscard]] View rest() const noexcept { return stalled_ ? View{} : block(current_); }
    /// Frames lost because no block was free.
    [[nodiscard]] std::uint64_t lost_frames() const noexcept { return lost_; }

private:
    struct Block {
        std::array<Frame, kBlockFrames> frames;
        std::uint32_t count = 0;
        std::uint32_t rate = 8000;
        bool in_flight = false;
    };

    void hand_out(EventOutbox& events) noexcept;
    [[nodiscard]] bool find_block() noexcept;
    [[nodiscard]] codecs::Sample* samples_of(std::size_t block) const noexcept
    {
        return samples_.get() + block * kBlockFrames * frame_samples_max_;
    }

    Options options_;
    std::size_t frame_samples_max_;
    std::unique_ptr<codecs::Sample[]> samples_;
    std::unique_ptr<std::array<Block, kBlocks>> blocks_;
    std::uint8_t current_ = 0;
    bool stalled_ = false;                // the current block has been handed out
    std::optional<std::uint32_t> frame_;  // of the present tick; none before the beginning
    std::uint32_t rate_ = 8000;           // of the present tick
    std::uint64_t lost_ = 0;
};

}  // namespace rb::bridges
