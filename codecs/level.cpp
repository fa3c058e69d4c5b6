#include "codecs/level.h"

#include "codecs/g711.h"
#include "codecs/level_kernel.h"
#include "dataplane/base/assert.h"

#include <array>
#include <cmath>

namespace rb::codecs {
namespace {

/// Steps between the samples looked at, 20 in a 20 ms PCMU packet. A constant step would take every tone of twice that
/// period for silence (500 Hz at 8); the greatest common divisor of these is 1, so no tone hides.
constexpr std::array<std::size_t, 3> kSteps{5, 8, 11};

/// No voice fits into so few bytes of Opus: it speaks at 6 kbit/s at the least, which are 15 bytes in 20 ms. Silence
/// takes 1 to 8, most of it that of peers with DTX.
constexpr std::size_t kOpusQuietMax = 10;

using MagnitudeTable = std::array<std::uint16_t, 256>;

template <typename Expand>
constexpr MagnitudeTable magnitudes_of(Expand expand)
{
    MagnitudeTable table{};
    for (unsigned code = 0; code < table.size(); ++code) {
        const int sample = expand(static_cast<std::uint8_t>(code));
        table[code] = static_cast<std::uint16_t>(sample < 0 ? -sample : sample);
    }
    return table;
}

constexpr MagnitudeTable kUlawMagnitudes = magnitudes_of(expand_ulaw);
constexpr MagnitudeTable kAlawMagnitudes = magnitudes_of(expand_alaw);

std::uint32_t sampled_mean(const MagnitudeTable& table, std::span<const std::uint8_t> payload) noexcept
{
    std::uint32_t sum = 0;
    std::uint32_t count = 0;
    for (std::size_t i = 0; i < payload.size(); i += kSteps[count % kSteps.size()]) {
        sum += table[payload[i]];
        ++count;
    }
    return count != 0 ? sum / count : 0;
}

std::uint32_t sampled_mean_l16(std::span<const std::uint8_t> payload) noexcept
{
    std::uint32_t sum = 0;
    std::uint32_t count = 0;
    for (std::size_t i = 0; i + 1 < payload.size(); i += 2 * kSteps[count % kSteps.size()]) {
        const int sample = static_cast<Sample>(payload[i] << 8 | payload[i + 1]);
        sum += static_cast<std::uint32_t>(sample < 0 ? -sample : sample);
        ++count;
    }
    return count != 0 ? sum / count : 0;
}

}  // namespace

std::uint64_t sum_of_squares(std::span<const Sample> samples) noexcept
{
    return kernel::sum_of_squares(samples.data(), samples.size());
}

std::uint32_t peak(std::span<const Sample> samples) noexcept
{
    return kernel::peak(samples.data(), samples.size());
}

std::uint32_t mean_magnitude(std::span<const Sample> samples) noexcept
{
    constexpr std::size_t sum_fits_below = 65'536;
    RB_ASSERT(samples.size() <= sum_fits_below);
    const auto count = static_cast<std::uint32_t>(samples.size());
    return count != 0 ? kernel::sum_of_magnitudes(samples.data(), samples.size()) / count : 0;
}

float level_dbov(std::span<const Sample> samples) noexcept
{
    constexpr float full_scale_squared = 32768.0F * 32768.0F;
    const std::uint64_t sum = sum_of_squares(samples);
    if (sum == 0) {
        return kSilenceDbov;
    }
    const float mean_square = static_cast<float>(sum) / static_cast<float>(samples.size());
    return std::max(10.0F * std::log10(mean_square / full_scale_squared), kSilenceDbov);
}

std::optional<std::uint32_t> payload_magnitude(CodecId codec, std::span<const std::uint8_t> payload) noexcept
{
    switch (codec) {
        case CodecId::Pcmu:
            return sampled_mean(kUlawMagnitudes, payload);
        case CodecId::Pcma:
            return sampled_mean(kAlawMagnitudes, payload);
        case CodecId::L16_8:
        case CodecId::L16_16:
        case CodecId::L16_48:
            return sampled_mean_l16(payload);
        case CodecId::Opus:
            return payload.size() <= kOpusQuietMax ? std::optional{0U} : std::nullopt;
        case CodecId::G729:  // whatever it says is only passed on
            return 0;
        case CodecId::G722:
        case CodecId::Gsm:
        case CodecId::G726:
        case CodecId::G726Aal2:
        case CodecId::G726_16:
        case CodecId::G726_24:
        case CodecId::G726Aal2_16:
        case CodecId::G726Aal2_24:
        case CodecId::Adpcm:
        case CodecId::Count_:
            break;
    }
    return std::nullopt;
}

}  // namespace rb::codecs
