#include "dataplane/media/quality.h"

#include <algorithm>

namespace rb::media {
namespace {

/// Spans with fewer packets than half a second of them are pauses or holds.
constexpr std::uint64_t kExpectedMin = 25;
/// ITU-T G.107: the rating of a line on which nothing is wrong.
constexpr double kRatingMax = 93.2;
/// Of a span in what happened lately: five of them, ten seconds, make up 87 % of it.
constexpr double kLatelyWeight = 1.0 / 3;
/// Beyond this the E-model's formula is not meant to be used.
constexpr double kBurstRatioMax = 8;

/// What coding costs, and how well concealment stands against loss.
struct Impairment {
    double equipment = 0;        ///< Ie
    double loss_robustness = 1;  ///< Bpl
};

Impairment impairment_of(codecs::CodecId codec) noexcept
{
    // ITU-T G.113 appendix I, of G.711 with concealment, which the other codecs without their own share.
    constexpr double concealed = 25.1;
    switch (codec) {
        case codecs::CodecId::Gsm:
            return {.equipment = 20, .loss_robustness = concealed};
        case codecs::CodecId::G726:
        case codecs::CodecId::G726Aal2:
        case codecs::CodecId::Adpcm:
            return {.equipment = 7, .loss_robustness = concealed};
        case codecs::CodecId::G726_16:
        case codecs::CodecId::G726Aal2_16:
            return {.equipment = 50, .loss_robustness = concealed};
        case codecs::CodecId::G726_24:
        case codecs::CodecId::G726Aal2_24:
            return {.equipment = 25, .loss_robustness = concealed};
        case codecs::CodecId::G729:
            return {.equipment = 10, .loss_robustness = 19};  // by its own concealment, at the peer
        // Not below G.711 in a narrow band; for Opus no figures are published, and by ear it bears loss no worse.
        case codecs::CodecId::Pcmu:
        case codecs::CodecId::Pcma:
        case codecs::CodecId::G722:
        case codecs::CodecId::L16_8:
        case codecs::CodecId::L16_16:
        case codecs::CodecId::L16_48:
        case codecs::CodecId::Opus:
        case codecs::CodecId::Count_:
            break;
    }
    return {.equipment = 0, .loss_robustness = concealed};
}

/// Where a figure gets bad, and where it is well again. "Many users dissatisfied" begins at a rating of 70 (G.107
/// annex B), which GSM does not reach without any loss; 5 % is what concealment can hide, and G.114 would have a jitter
/// buffer add no more than some 50 ms.
struct Threshold {
    float bad;
    float well;
};
constexpr std::array<Threshold, kQualityKinds> kThresholds{{
    {.bad = 3.5F, .well = 3.7F},
    {.bad = 5, .well = 2},
    {.bad = 50, .well = 30},
}};

/// Of an opinion less is worse, of all else more.
bool reaches(QualityKind kind, float value, float threshold) noexcept
{
    return kind == QualityKind::Mos ? value <= threshold : value >= threshold;
}

double share(std::uint64_t part, std::uint64_t other) noexcept
{
    return part + other == 0 ? 0 : static_cast<double>(part) / static_cast<double>(part + other);
}

double mean_length(std::uint64_t packets, std::uint64_t times) noexcept
{
    return times == 0 ? 0 : static_cast<double>(packets) / static_cast<double>(times);
}

}  // namespace

void LossPattern::missed() noexcept
{
    runs_ += good_ > 0 || (gap_missed_ + burst_missed_ == 0) ? 1U : 0U;
    const bool alone = good_ >= kGapMin || (gap_missed_ + burst_missed_ == 0);
    if (alone) {
        gap_good_ += good_;
        ++gap_missed_;
    } else {
        if (last_alone_) {  // it was the first of a burst
            --gap_missed_;
            ++burst_missed_;
            ++bursts_;
        }
        burst_good_ += good_;
        ++burst_missed_;
    }
    last_alone_ = alone;
    good_ = 0;
}

LossPattern::Figures LossPattern::figures() const noexcept
{
    const std::uint64_t gap_good = gap_good_ + good_;
    return {.burst_density = share(burst_missed_, burst_good_),
            .gap_density = share(gap_missed_, gap_good),
            .burst_packets = mean_length(burst_missed_ + burst_good_, bursts_),
            .gap_packets = mean_length(gap_missed_ + gap_good, bursts_ + 1)};
}

double rating_of(codecs::CodecId codec, double missed, double burst_ratio, Nanos one_way) noexcept
{
    // G.107 §7.4 in the form of its simplification by Cole and Rosenbluth: nothing but delay disturbs a conversation
    // below 177 ms by little and above by much.
    const double ms = std::chrono::duration<double, std::milli>(one_way).count();
    const double delay = 0.024 * ms + (ms > 177.3 ? 0.11 * (ms - 177.3) : 0);
    // G.107 §7.5, in percent.
    const Impairment impairment = impairment_of(codec);
    const double percent = 100 * std::clamp(missed, 0.0, 1.0);
    const double ratio = std::clamp(burst_ratio, 1.0, kBurstRatioMax);
    const double equipment =
        impairment.equipment + (95 - impairment.equipment) * percent / (percent / ratio + impairment.loss_robustness);
    return std::clamp(kRatingMax - delay - equipment, 0.0, kRatingMax);
}

double mos_of(double rating) noexcept
{
    if (rating <= 0) {
        return 1;
    }
    const double r = std::min(rating, 100.0);
    return std::clamp(1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6, 1.0, 4.5);
}

void Quality::judge(const Reception& so_far, Nanos now) noexcept
{
    due_ = now + kSpan;
    const Reception before = before_;
    before_ = so_far;
    // Duplicates may make what was lost before less; a new stream counts from where the last one ended.
    const auto since = [](std::uint64_t later, std::uint64_t earlier) { return later > earlier ? later - earlier : 0; };
    const std::uint64_t expected = since(so_far.expected, before.expected);
    if (expected < kExpectedMin) {
        return;
    }
    const auto share_of = [&](std::uint64_t later, std::uint64_t earlier) {
        return std::min(static_cast<double>(since(later, earlier)) / static_cast<double>(expected), 1.0);
    };
    const double weight = judged_ == 0 ? 1 : kLatelyWeight;
    lately_.lost += (share_of(so_far.lost, before.lost) - lately_.lost) * weight;
    lately_.discarded += (share_of(so_far.discarded, before.discarded) - lately_.discarded) * weight;
    const std::uint64_t missing = since(so_far.lost + so_far.discarded, before.lost + before.discarded);
    const double missed = static_cast<double>(missing) / static_cast<double>(expected);
    const double run = mean_length(missing, since(so_far.runs, before.runs));
    rating_ = rating_of(so_far.codec, missed, run * (1 - missed), so_far.one_way);
    now_ = mos_of(rating_);
    least_ = judged_ == 0 ? now_ : std::min(least_, now_);
    sum_ += now_;
    ++judged_;
    figures_ = {static_cast<float>(now_), static_cast<float>(100 * missed),
                std::chrono::duration<float, std::milli>(so_far.jitter).count()};
}

std::optional<QualityAlert> Quality::next_alert() noexcept
{
    for (std::size_t i = 0; known() && i < kQualityKinds; ++i) {
        const auto kind = static_cast<QualityKind>(i);
        const bool bad = reaches(kind, figures_[i], bad_[i] ? kThresholds[i].well : kThresholds[i].bad);
        if (bad != bad_[i]) {
            bad_[i] = bad;
            return QualityAlert{.kind = kind, .bad = bad, .value = figures_[i]};
        }
    }
    return std::nullopt;
}

}  // namespace rb::media
