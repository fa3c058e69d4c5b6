#include "control/engine/admission.h"

#include <algorithm>
#include <array>

namespace rb::engine {
namespace {

/// Fewer legs say nothing of what one costs: an idle worker is busy too.
constexpr std::size_t kLegsToLearnFrom = 20;
/// How far what was learned may lie from what was measured at start: legs that are on hold cost nothing, but will.
constexpr double kCheapest = 0.25;
constexpr double kDearest = 16;
constexpr double kWeightOfNew = 0.1;

}  // namespace

std::string_view to_string(Refusal refusal)
{
    constexpr std::array<std::string_view, kRefusalCount> kNames{
        "",
        "the node is draining",
        "as many calls or legs as the limits allow",
        "the load average is above maxload",
        "less memory is free than minmemfree",
        "the worker would be busier than cpu_percent_max",
    };
    return kNames[static_cast<std::size_t>(refusal)];
}

std::uint8_t complexity_for(double load, std::uint8_t present)
{
    struct Step {
        double load;
        std::uint8_t complexity;
    };
    // Each step saves a good third of what Opus costs at the one before (limits.md has 288, 155, 126 and 72 µs a
    // frame).
    constexpr std::array<Step, 4> steps{{{0.9, 0}, {0.8, 3}, {0.6, 5}, {0.0, 10}}};
    constexpr double slack = 0.15;
    const auto at = [&](double busy) {
        return std::ranges::find_if(steps, [busy](const Step& step) { return busy >= step.load; })->complexity;
    };
    const std::uint8_t now = at(std::max(load, 0.0));
    return now <= present ? now : std::max(present, at(load + slack));
}

void Admission::measured(std::size_t worker, double busy, std::size_t legs)
{
    workers_[worker] = {.busy = busy, .legs = legs};
    if (legs >= kLegsToLearnFrom) {
        const double cost = busy / static_cast<double>(legs);
        leg_cost_ =
            std::clamp(leg_cost_ + kWeightOfNew * (cost - leg_cost_), start_cost_ * kCheapest, start_cost_ * kDearest);
    }
}

double Admission::predicted(std::size_t worker, std::size_t legs) const
{
    const Worker& last = workers_[worker];
    const std::size_t more = legs + 1 > last.legs ? legs + 1 - last.legs : 0;
    return last.busy + last.coming + leg_cost_ * static_cast<double>(more);
}

Refusal Admission::judge(const Situation& now, const config::Limits& limits, const config::Asterisk& asterisk) const
{
    if (now.draining) {
        return Refusal::Draining;
    }
    if (now.calls >= limits.calls_max || now.legs >= limits.legs_max ||
        (asterisk.maxcalls != 0 && now.calls >= asterisk.maxcalls)) {
        return Refusal::Limit;
    }
    if (asterisk.maxload > 0 && host_.load >= asterisk.maxload) {
        return Refusal::Load;
    }
    if (host_.free_mib < asterisk.minmemfree) {
        return Refusal::Memory;
    }
    const bool limited = limits.cpu_percent_max < 100;
    const double busy = predicted(now.worker, now.worker_legs) + translation_.leg_share(now.codec);
    return limited && busy * 100 > limits.cpu_percent_max ? Refusal::Cpu : Refusal::None;
}

}  // namespace rb::engine
