// tone_meter.h — how loud each of a room's tones is in one leg's audio, second by second (Goertzel, run as samples
// come).
#pragma once

#include "codecs/pcm.h"
#include "tools/rbload/tone_plan.h"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace rb::load {

/// Over whole seconds the tones of tone_plan.h do not disturb each other. Allocates at construction only.
class ToneMeter {
public:
    /// tones   how many of the plan to listen for; at most kTonesMax (asserted)
    /// rate    of the samples, in Hz
    explicit ToneMeter(std::size_t tones, std::uint32_t rate = 8000);

    /// The next samples.
    void add(std::span<const codecs::Sample> samples) noexcept;

    [[nodiscard]] std::size_t seconds() const noexcept { return seconds_; }
    /// Mean amplitude of a tone over the whole seconds heard, in sample units; 0 before the first has passed.
    [[nodiscard]] double amplitude(std::size_t tone) const noexcept;

private:
    static constexpr std::size_t kLanes = 4;  ///< tones computed side by side

    /// The state of Goertzel's recurrence for kLanes tones.
    struct Group {
        std::array<double, kLanes> coefficient{};
        std::array<double, kLanes> before{};
        std::array<double, kLanes> last{};
        std::array<double, kLanes> amplitude_sum{};
    };

    static void run(Group& group, std::span<const codecs::Sample> samples) noexcept;
    void end_second() noexcept;

    std::uint32_t rate_;
    std::vector<Group> groups_;
    std::size_t samples_ = 0;  ///< of the second under way
    std::size_t seconds_ = 0;
};

}  // namespace rb::load
