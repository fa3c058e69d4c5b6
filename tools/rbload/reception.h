// reception.h — what one leg hears, judged: its packets, its pauses, its stamps, its tones.
#pragma once

#include "codecs/decoder.h"
#include "dataplane/wire/rtp.h"
#include "dataplane/wire/seq.h"
#include "tools/rbload/histogram.h"
#include "tools/rbload/sequence_window.h"
#include "tools/rbload/stamp.h"
#include "tools/rbload/tone_meter.h"

#include <cstdint>
#include <optional>
#include <span>

namespace rb::load {

/// Which stamps a leg is to hear: those of one sender, numbered from `first` up to but not `end`.
struct ExpectedStamps {
    std::uint32_t leg = 0;
    std::uint32_t first = 0;
    std::uint32_t end = UINT32_MAX;
};

/// Distributions over all legs.
struct MediaHistograms {
    Histogram latency;  ///< from a packet's sending to its arrival, over the server
    Histogram jitter;   ///< how far the distance between two arrivals is from the packet time
};

/// What a leg counted while it was measured.
struct ReceptionCounts {
    std::uint64_t packets = 0;
    std::uint64_t malformed = 0;       ///< not RTP
    std::uint64_t other_payload = 0;   ///< of a payload type that was not agreed upon
    std::uint64_t source_changes = 0;  ///< another SSRC than before
    std::uint64_t strangers = 0;       ///< payloads without a stamp where one was due
    std::uint64_t changed = 0;         ///< stamped payloads of which a byte is not as sent
    std::uint64_t misrouted = 0;       ///< stamps of a leg that is not ours to hear
    std::uint64_t gaps = 0;            ///< pauses longer than the packet time and 10 ms
    Nanos longest_gap{};
};

class Reception {
public:
    struct Setup {
        codecs::CodecId codec = codecs::CodecId::Pcmu;
        Nanos packet_time = kFrame;
        bool stamped = false;   ///< payloads are stamps
        std::size_t tones = 0;  ///< listen for that many of the tone plan; 0 = do not
    };

    Reception(const Setup& setup, MediaHistograms& histograms);

    /// The number the codec has been agreed to have.
    void expect(std::uint8_t payload_type) noexcept { payload_type_ = payload_type; }

    /// What was heard so far does not count; what comes from now on does.
    void begin(Nanos now, const ExpectedStamps& expected) noexcept;
    /// Pauses, numbering and tones are measured up to here; expected stamps may still arrive.
    void end(Nanos now, std::uint32_t stamps_end) noexcept;

    void on_datagram(std::span<const std::uint8_t> bytes, Nanos at) noexcept;

    [[nodiscard]] const ReceptionCounts& counts() const noexcept { return counts_; }
    [[nodiscard]] const SequenceWindow& numbering() const noexcept { return numbering_; }
    [[nodiscard]] const SequenceWindow& stamps() const noexcept { return stamps_; }
    /// Stamps sent within the measured time that never came. Only after end().
    [[nodiscard]] std::uint64_t stamps_lost() const noexcept;
    [[nodiscard]] const ToneMeter& tones() const noexcept { return tones_; }
    [[nodiscard]] std::uint32_t ssrc() const noexcept { return ssrc_; }

private:
    enum class Phase : std::uint8_t {
        Before,
        Measuring,
        Draining
    };

    void on_timing(Nanos at) noexcept;
    void on_number(std::uint16_t sequence) noexcept;
    void on_stamp(std::span<const std::uint8_t> payload, Nanos at) noexcept;
    void listen(std::span<const std::uint8_t> payload) noexcept;

    Setup setup_;
    MediaHistograms& histograms_;
    Phase phase_ = Phase::Before;
    ExpectedStamps expected_;
    ReceptionCounts counts_;
    SequenceWindow numbering_;  ///< the server's RTP sequence numbers, since its last SSRC
    std::optional<wire::ExtendedSeq> extended_;
    SequenceWindow stamps_;
    std::optional<codecs::Decoder> decoder_;  ///< of who listens
    ToneMeter tones_;
    std::uint8_t payload_type_ = 0;
    std::uint32_t ssrc_ = 0;
    Nanos last_arrival_{};
    bool heard_ = false;  ///< any packet at all
};

}  // namespace rb::load
