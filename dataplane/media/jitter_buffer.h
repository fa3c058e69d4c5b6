// jitter_buffer.h — holds received payloads until their turn: in order, each at most once, never longer than the cap.
//
// It counts in packets, not in time: one take() hands out the next packet, and the reader of a leg takes as many as
// fill a frame. Invariant: put == taken + late + duplicate + overflow + held.
#pragma once

#include "dataplane/base/drop.h"
#include "dataplane/base/packet.h"
#include "dataplane/base/time.h"

#include <tl/expected.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace rb::media {

/// What became of the packets of one stream.
struct JitterCounters {
    std::uint64_t put = 0;
    std::uint64_t taken = 0;
    std::uint64_t late = 0;
    std::uint64_t duplicate = 0;
    std::uint64_t overflow = 0;   ///< given up to keep the delay below its cap or to bring it back to its target
    std::uint64_t lost = 0;       ///< turns whose packet never came
    std::uint64_t underruns = 0;  ///< times the buffer ran empty while playing
};

/// Owner: whoever holds the leg. The constructor allocates; nothing else does.
class JitterBuffer {
public:
    /// Longest delay by default, and the most packets held whatever their length.
    static constexpr Nanos kDelayCap = 200ms;
    static constexpr std::size_t kPacketsMax = 32;

    /// Storage for the payloads: `cells` pieces of `cell_bytes` each, the payload of 20 ms of the codec; a longer
    /// packet takes several.
    struct Storage {
        std::size_t cell_bytes = 160;
        std::size_t cells = 16;  ///< at most kCellsMax (asserted)
    };
    static constexpr std::size_t kCellsMax = 64;

    explicit JitterBuffer(Storage storage);

    /// One received packet. An empty payload holds the place of a packet that carried no audio (telephone-event,
    /// comfort noise), so that it is not taken for a loss.
    struct Packet {
        std::uint32_t sequence = 0;  ///< extended by the count of wraps
        std::span<const std::uint8_t> payload;
        Nanos duration = 20ms;  ///< of the audio in it, 1 to 255 ms (asserted)
    };

    /// Copies a packet in. Returns Drop::Duplicate, Drop::Late (its turn has passed), Drop::BadLength (no buffer holds
    /// it) or Drop::Overflow (no room, and older than all that is held); packets given up to make room for it count as
    /// overflow.
    [[nodiscard]] tl::expected<void, Drop> put(const Packet& packet, Nanos now) noexcept;

    enum class Verdict : std::uint8_t {
        Frame,  ///< the next packet
        Lost,   ///< the next packet has not come, though later ones have
        Empty,  ///< nothing to play: not begun, between talk spurts, or run dry
    };
    struct Taken {
        Verdict verdict = Verdict::Empty;
        std::span<const std::uint8_t> payload;  ///< in the scratch, or in the buffer until the next put()
        Nanos duration = 0ns;
    };

    /// Room to put a payload together that lies in several cells.
    using Scratch = std::array<std::uint8_t, kDatagramBytesMax>;

    /// Hands out what is next in turn.
    [[nodiscard]] Taken take(Nanos now, Scratch& scratch) noexcept;

    /// What take() will hand out next, if it is there; empty otherwise. As Taken::payload, and nothing changes.
    [[nodiscard]] std::span<const std::uint8_t> next_in_turn(Scratch& scratch) noexcept;

    /// Forgets what is held (counted as overflow) and begins anew with the next packet.
    void reset() noexcept;

    /// The audio held, which is the delay the buffer adds.
    [[nodiscard]] Nanos held() const noexcept { return held_; }
    [[nodiscard]] std::size_t packets_held() const noexcept { return count_; }
    [[nodiscard]] Nanos target() const noexcept { return target_; }
    [[nodiscard]] const JitterCounters& counters() const noexcept { return counters_; }

private:
    /// Bounds of the target delay, and what one underrun adds to it.
    static constexpr Nanos kTargetMin = 20ms;
    static constexpr Nanos kTargetStep = 20ms;
    /// Turns over which the least delay is observed before some is given back: 2 s of 20 ms packets.
    static constexpr unsigned kWindow = 100;

    static constexpr std::uint8_t kNoCell = 0xff;

    struct Entry {
        std::uint32_t sequence = 0;
        std::uint16_t size = 0;
        std::uint8_t first_cell = kNoCell;
        std::uint8_t duration_ms = 0;  ///< 0 = nothing here

        [[nodiscard]] bool present() const noexcept { return duration_ms != 0; }
        [[nodiscard]] Nanos duration() const noexcept { return std::chrono::milliseconds{duration_ms}; }
    };

    [[nodiscard]] Entry& entry(std::uint32_t sequence) noexcept { return entries_[sequence % kPacketsMax]; }
    [[nodiscard]] std::uint8_t* cell(std::uint8_t index) noexcept { return bytes_.get() + index * cell_bytes_; }
    [[nodiscard]] bool due(Nanos now) noexcept;
    void begin(const Packet& packet) noexcept;
    void store(const Packet& packet) noexcept;
    [[nodiscard]] std::span<const std::uint8_t> gather(const Entry& entry, Scratch& scratch) noexcept;
    void release(Entry& entry) noexcept;
    [[nodiscard]] std::uint32_t oldest() noexcept;  // of those held, at least one
    void give_up_next() noexcept;
    void run_dry() noexcept;
    void observe() noexcept;

    std::size_t cell_bytes_;
    std::size_t cells_;
    std::unique_ptr<std::uint8_t[]> bytes_;
    std::array<std::uint8_t, kCellsMax> next_cell_{};  // of a payload's chain, or of the free ones
    std::uint8_t free_cell_ = kNoCell;
    std::size_t free_cells_ = 0;
    std::array<Entry, kPacketsMax> entries_{};
    std::size_t count_ = 0;
    Nanos held_ = 0ns;
    std::uint32_t next_ = 0;  // whose turn it is
    bool started_ = false;    // a stream has begun
    bool filling_ = true;     // waiting for the target delay
    Nanos filling_since_ = 0ns;
    Nanos target_ = kTargetMin;
    Nanos least_held_ = kNever;
    unsigned turns_ = 0;
    JitterCounters counters_;
};

}  // namespace rb::media
