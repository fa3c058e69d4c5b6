// jitter_buffer.h — holds received payloads until their turn: in order, each at most once, never longer than the cap.
//
// One take() hands out the next packet, and the reader of a leg takes as many as fill a frame. When the first packet of
// a talk spurt is due is told by its timestamp: once it has aged as much as nearly all packets need to arrive (see
// delay_estimate.h). Within a spurt nothing waits; adjustment() says what would bring the delay to its target.
// Invariant: put == taken + late + duplicate + overflow + forgotten + held.
#pragma once

#include "dataplane/base/drop.h"
#include "dataplane/base/packet.h"
#include "dataplane/base/time.h"
#include "dataplane/media/delay_estimate.h"
#include "dataplane/media/jitter_options.h"

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
    std::uint64_t overflow = 0;   ///< given up to keep the delay below its cap
    std::uint64_t forgotten = 0;  ///< held when the stream began anew, or whoever listens to it
    std::uint64_t lost = 0;       ///< turns whose packet never came
    std::uint64_t underruns = 0;  ///< times the buffer ran empty while playing
};

/// Owner: whoever holds the leg. The constructor allocates; nothing else does.
class JitterBuffer {
public:
    /// The most packets held, whatever their length.
    static constexpr std::size_t kPacketsMax = 32;

    /// Storage for the payloads: `cells` pieces of `cell_bytes` each, the payload of 20 ms of the codec; a longer
    /// packet takes several.
    struct Storage {
        std::size_t cell_bytes = 160;
        std::size_t cells = 16;            ///< at most kCellsMax (asserted)
        std::uint32_t clock_rate = 8'000;  ///< of the timestamps: 8, 16, 24, 32 or 48 kHz (asserted)
    };
    static constexpr std::size_t kCellsMax = 64;

    explicit JitterBuffer(Storage storage, const JitterOptions& options = {});

    enum class Content : std::uint8_t {
        Audio,
        Noise,    ///< comfort noise (RFC 3389): takes no time of its own, whatever follows it is due by its timestamp
        NoAudio,  ///< telephone-event: holds a place in the sequence, so that it is not taken for a loss
    };

    /// One received packet.
    struct Packet {
        std::uint32_t sequence = 0;  ///< extended by the count of wraps
        std::uint32_t timestamp = 0;
        std::span<const std::uint8_t> payload{};
        Nanos duration = 20ms;  ///< of the audio in it, 1 to 255 ms (asserted); of anything else it is ignored
        Content content = Content::Audio;
    };

    /// Copies a packet in. Returns Drop::Duplicate, Drop::Late (its turn has passed), Drop::BadLength (no buffer holds
    /// it) or Drop::Overflow (no room, and older than all that is held); packets given up to make room for it count as
    /// overflow.
    [[nodiscard]] tl::expected<void, Drop> put(const Packet& packet, Nanos now) noexcept;

    enum class Verdict : std::uint8_t {
        Frame,    ///< the next packet, of audio
        Noise,    ///< the next packet says how a pause sounds
        NoAudio,  ///< the next packet, of something else
        Lost,     ///< the next packet has not come, though later ones have
        Pause,    ///< nobody speaks, or a talk spurt has begun and is not due yet
        Dry,      ///< nothing is held, though it ought to be, for less than 60 ms; after that it counts as a pause
    };
    struct Taken {
        Verdict verdict = Verdict::Pause;
        std::span<const std::uint8_t> payload{};  ///< in the scratch, or in the buffer until the next put()
        Nanos duration = 0ns;                     ///< of a lost packet as far as its neighbours tell, maybe 0
    };

    /// Room to put a payload together that lies in several cells.
    using Scratch = std::array<std::uint8_t, kDatagramBytesMax>;

    /// Hands out what is next in turn.
    [[nodiscard]] Taken take(Nanos now, Scratch& scratch) noexcept;

    /// What take() will hand out next, if it is there; empty otherwise. As Taken::payload, and nothing changes. After a
    /// loss it may carry what was lost in a coarser form.
    [[nodiscard]] std::span<const std::uint8_t> next_in_turn(Scratch& scratch) noexcept;

    enum class Adjustment : std::uint8_t {
        None,
        Shorten,   ///< the delay is more than jitter asks for, and there is audio to shorten
        Lengthen,  ///< packets are about to be late
    };
    /// What ought to be done to the audio taken last.
    [[nodiscard]] Adjustment adjustment() const noexcept;

    /// How long the next packet in turn is, if it is there and is audio; else 0.
    [[nodiscard]] Nanos next_duration() const noexcept;

    /// Forgets what is held and begins anew with the next packet.
    void reset() noexcept;

    /// New options; what is held stays. max_size is limited by what the storage holds.
    void set_options(const JitterOptions& options) noexcept;

    /// The audio held.
    [[nodiscard]] Nanos held() const noexcept { return held_; }
    [[nodiscard]] std::size_t packets_held() const noexcept { return count_; }
    /// How much older audio was when it was taken than the fastest packets are on arrival.
    [[nodiscard]] Nanos delay() const noexcept;
    /// Where delay() ought to be; never more than the storage holds of such packets as come.
    [[nodiscard]] Nanos target() const noexcept;
    /// How much more, or less, the delay is than its target.
    [[nodiscard]] Nanos excess() const noexcept { return age_ - estimate_.least() - target(); }
    /// The most that may be held.
    [[nodiscard]] Nanos cap() const noexcept { return cap_; }
    /// Of the newest audio taken; 20 ms before the first.
    [[nodiscard]] Nanos packet_duration() const noexcept { return packet_duration_; }
    [[nodiscard]] const JitterCounters& counters() const noexcept { return counters_; }

private:
    static constexpr std::uint8_t kNoCell = 0xff;

    struct Entry {
        std::uint32_t sequence = 0;
        std::uint32_t timestamp = 0;
        std::uint16_t size = 0;
        std::uint8_t first_cell = kNoCell;
        std::uint8_t duration_ms = 0;  ///< of audio; of anything else 0
        Content content = Content::Audio;
        bool present = false;

        [[nodiscard]] Nanos duration() const noexcept { return std::chrono::milliseconds{duration_ms}; }
    };

    [[nodiscard]] Entry& entry(std::uint32_t sequence) noexcept { return entries_[sequence % kPacketsMax]; }
    [[nodiscard]] const Entry& entry(std::uint32_t sequence) const noexcept { return entries_[sequence % kPacketsMax]; }
    [[nodiscard]] std::uint8_t* cell(std::uint8_t index) noexcept { return bytes_.get() + index * cell_bytes_; }
    [[nodiscard]] std::size_t cells_for(std::size_t bytes) const noexcept
    {
        return (bytes + cell_bytes_ - 1) / cell_bytes_;
    }
    [[nodiscard]] Nanos room() const noexcept;
    [[nodiscard]] Nanos media_time(std::uint32_t timestamp) const noexcept;
    [[nodiscard]] std::int32_t gap_before(const Entry& entry) const noexcept;
    [[nodiscard]] bool due(const Entry& first, Nanos now) const noexcept;
    void begin(const Packet& packet) noexcept;
    void observe(const Packet& packet, Nanos now) noexcept;
    [[nodiscard]] bool make_room(const Packet& packet, std::size_t cells) noexcept;
    void store(const Packet& packet) noexcept;
    [[nodiscard]] Taken take_lost(const Entry& first) noexcept;
    [[nodiscard]] Taken take_present(Entry& turn, Nanos now, Scratch& scratch) noexcept;
    [[nodiscard]] Taken run_dry(Nanos now) noexcept;
    [[nodiscard]] std::span<const std::uint8_t> gather(const Entry& entry, Scratch& scratch) noexcept;
    void release(Entry& entry) noexcept;
    [[nodiscard]] std::uint32_t oldest() const noexcept;  // of those held, at least one
    void skip_next() noexcept;
    void forget_all() noexcept;

    std::size_t cell_bytes_;
    std::size_t cells_;
    std::int32_t ticks_per_ms_;
    std::int64_t thirds_per_tick_;  // of nanoseconds, a whole number at every clock rate there is
    std::unique_ptr<std::uint8_t[]> bytes_;
    std::array<std::uint8_t, kCellsMax> next_cell_{};  // of a payload's chain, or of the free ones
    std::uint8_t free_cell_ = kNoCell;
    std::size_t free_cells_ = 0;
    std::array<Entry, kPacketsMax> entries_{};
    std::size_t count_ = 0;
    Nanos held_ = 0ns;
    std::size_t audio_count_ = 0;       // packets of audio among those held …
    std::size_t audio_cells_ = 0;       // … and the cells they take
    std::uint32_t next_ = 0;            // whose turn it is
    std::uint32_t next_timestamp_ = 0;  // of the audio due then, if no pause comes first
    bool started_ = false;              // a stream has begun
    bool waiting_ = true;               // for a talk spurt to come and to be due
    bool full_ = false;                 // something was given up for want of room: what is held is due
    bool after_audio_ = false;          // the newest taken was audio
    Nanos dry_since_ = kNever;
    Nanos packet_duration_ = kFrame;
    DelayEstimate estimate_;
    std::uint32_t anchor_timestamp_ = 0;  // of the newest audio put …
    Nanos anchor_ = 0ns;                  // … and its time on the sender's clock, whose start is arbitrary
    Nanos age_ = 0ns;                     // when the newest audio was taken, less its time on the sender's clock
    JitterOptions options_;
    Nanos cap_ = 0ns;
    JitterCounters counters_;
};

}  // namespace rb::media
