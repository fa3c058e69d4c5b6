#include "codecs/tone.h"

#include "dataplane/base/assert.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rb::codecs {
namespace {

// One turn of a sine, read with linear interpolation: wrong by less than 5e-6 of its amplitude ((2π/1024)²/8), and free
// of the drift of a recursive oscillator.
constexpr std::size_t kTableBits = 10;
constexpr std::size_t kTableSize = std::size_t{1} << kTableBits;
constexpr unsigned kFractionBits = 32 - kTableBits;

std::array<float, kTableSize + 1> sine_table() noexcept
{
    std::array<float, kTableSize + 1> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        table[i] = static_cast<float>(
            std::sin(2.0 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(kTableSize)));
    }
    return table;
}

const std::array<float, kTableSize + 1> kSine = sine_table();  // at start-up, before any thread

std::uint32_t phase_step(std::uint16_t frequency_hz, std::uint32_t rate) noexcept
{
    return static_cast<std::uint32_t>((std::uint64_t{frequency_hz} << 32U) / rate);
}

}  // namespace

float ToneGenerator::Oscillator::next() noexcept
{
    constexpr float per_fraction = 1.0F / static_cast<float>(1U << kFractionBits);
    const std::size_t index = phase >> kFractionBits;
    const float fraction = static_cast<float>(phase & ((1U << kFractionBits) - 1)) * per_fraction;
    phase += step;
    return kSine[index] + (kSine[index + 1] - kSine[index]) * fraction;
}

ToneGenerator::ToneGenerator(const Plan& plan, std::uint32_t rate) noexcept
    : count_{plan.segments.size()},
      loop_from_{plan.loop_from},
      rate_{rate},
      amplitude_{32768.0F * std::numbers::sqrt2_v<float> * std::pow(10.0F, plan.level_dbov / 20.0F)}
{
    RB_ASSERT(plan.segments.size() <= kToneSegmentsMax);
    RB_ASSERT(is_sample_rate(rate));
    std::copy(plan.segments.begin(), plan.segments.end(), segments_.begin());
    enter(0);
}

void ToneGenerator::enter(std::size_t segment) noexcept
{
    current_ = segment;
    if (ended()) {
        return;
    }
    const ToneSegment& entered = segments_[segment];
    left_ = std::uint64_t{entered.duration_ms} * samples_per_ms(rate_);
    first_.step = phase_step(entered.first_hz, rate_);
    second_.step = phase_step(entered.second_hz, rate_);
}

Sample ToneGenerator::next_sample() noexcept
{
    const ToneSegment& segment = segments_[current_];
    float value = 0.0F;
    if (segment.modulated) {
        constexpr float depth = 0.9F;  // ITU-T E.180 suppl. 2 gives "f1×f2" no depth; this one is never silent
        value = first_.next() * (1.0F + depth * second_.next()) / (1.0F + depth);
    } else {
        value = (segment.first_hz != 0 ? first_.next() : 0.0F) + (segment.second_hz != 0 ? second_.next() : 0.0F);
    }
    return static_cast<Sample>(std::lrint(std::clamp(value * amplitude_, -32768.0F, 32767.0F)));
}

std::size_t ToneGenerator::generate(std::span<Sample> out) noexcept
{
    std::size_t written = 0;
    while (written < out.size() && !ended()) {
        const bool endless = segments_[current_].duration_ms == 0;
        const std::size_t wanted = out.size() - written;
        const std::size_t now = endless ? wanted : static_cast<std::size_t>(std::min<std::uint64_t>(wanted, left_));
        for (std::size_t i = 0; i < now; ++i) {
            out[written++] = next_sample();
        }
        if (endless) {
            continue;
        }
        left_ -= now;
        if (left_ == 0) {
            enter(current_ + 1 < count_ ? current_ + 1 : loop_from_);
        }
    }
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(written), out.end(), Sample{0});
    return written;
}

}  // namespace rb::codecs
