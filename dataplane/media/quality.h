// quality.h — how one leg's caller is heard: losses in bursts and gaps (RFC 3611 §4.7), and the E-model's opinion of
// them (ITU-T G.107, simplified to loss and delay), now, at its worst and on average.
#pragma once

#include "codecs/codec_info.h"
#include "dataplane/base/time.h"

#include <array>
#include <cstdint>
#include <optional>

namespace rb::media {

/// Packets in the order of their numbers, each received, lost, or come too late to be played: told apart into bursts,
/// in which losses follow each other closely, and the gaps between them.
/// Owner: whoever holds the leg.
class LossPattern {
public:
    void received() noexcept { ++good_; }
    /// Lost on the way, or discarded by the jitter buffer.
    void missed() noexcept;

    struct Figures {
        double burst_density = 0;  ///< share of packets missed within bursts
        double gap_density = 0;    ///< … within gaps
        double burst_packets = 0;  ///< mean length of a burst
        double gap_packets = 0;
    };
    [[nodiscard]] Figures figures() const noexcept;

    /// Misses that follow a packet that was received: so many runs of misses there were.
    [[nodiscard]] std::uint64_t runs() const noexcept { return runs_; }

    /// So many packets received in a row end a burst (RFC 3611's Gmin, and its recommended value).
    static constexpr std::uint32_t kGapMin = 16;

private:
    std::uint32_t good_ = 0;        // received since the last miss
    std::uint64_t gap_good_ = 0;    // in gaps
    std::uint64_t gap_missed_ = 0;  // alone in a gap
    std::uint64_t burst_good_ = 0;
    std::uint64_t burst_missed_ = 0;
    std::uint64_t bursts_ = 0;
    std::uint64_t runs_ = 0;
    bool last_alone_ = false;  // the newest miss is counted in a gap, until another follows it closely
};

/// What has happened to a stream up to now.
struct Reception {
    codecs::CodecId codec = codecs::CodecId::Pcmu;
    std::uint64_t expected = 0;   ///< packets
    std::uint64_t lost = 0;       ///< of them, on the way
    std::uint64_t discarded = 0;  ///< of them, by the jitter buffer
    std::uint64_t runs = 0;       ///< of packets missed one after the other
    Nanos one_way = 0ns;          ///< from mouth to ear, as far as it is known
    Nanos jitter = 0ns;           ///< of its packets
};

/// What may be wrong with how a caller is heard.
enum class QualityKind : std::uint8_t {
    Mos,     ///< mean opinion score
    Loss,    ///< percent of packets missed
    Jitter,  ///< milliseconds
};
inline constexpr std::size_t kQualityKinds = 3;

/// Such a figure has got bad, or well again.
struct QualityAlert {
    QualityKind kind = QualityKind::Mos;
    bool bad = false;
    float value = 0;
};

/// The E-model's rating, 0 to 93.2, of a share of packets missed (0 to 1) that come in runs `burst_ratio` times as long
/// as chance would make them.
[[nodiscard]] double rating_of(codecs::CodecId codec, double missed, double burst_ratio, Nanos one_way) noexcept;
/// Mean opinion score of a rating, 1 to 4.5 (ITU-T G.107 annex B).
[[nodiscard]] double mos_of(double rating) noexcept;

/// Opinions of 2 s each. Spans in which next to nothing was to be heard do not count.
/// Owner: whoever holds the leg.
class Quality {
public:
    static constexpr Nanos kSpan = 2s;

    [[nodiscard]] bool due(Nanos now) const noexcept { return now >= due_; }
    /// Judges what has happened since the last call.
    void judge(const Reception& so_far, Nanos now) noexcept;

    [[nodiscard]] bool known() const noexcept { return judged_ > 0; }
    /// Mean opinion scores, 0 while none is known.
    [[nodiscard]] double now() const noexcept { return now_; }
    [[nodiscard]] double least() const noexcept { return least_; }
    [[nodiscard]] double mean() const noexcept { return known() ? sum_ / static_cast<double>(judged_) : 0; }
    [[nodiscard]] double rating() const noexcept { return rating_; }

    /// Shares of the packets of the last ten seconds or so, 0 to 1.
    struct Lately {
        double lost = 0;
        double discarded = 0;
    };
    [[nodiscard]] const Lately& lately() const noexcept { return lately_; }

    /// A figure of the last judgement that has crossed its threshold and has not been told of yet; ask until there is
    /// none. What is bad is well again only some way back, so that nothing is told over and over.
    [[nodiscard]] std::optional<QualityAlert> next_alert() noexcept;

private:
    Reception before_;
    Nanos due_ = 0ns;
    std::uint64_t judged_ = 0;
    double sum_ = 0;
    double now_ = 0;
    double least_ = 0;
    double rating_ = 0;
    Lately lately_;
    std::array<float, kQualityKinds> figures_{};
    std::array<bool, kQualityKinds> bad_{};
};

}  // namespace rb::media
