// sequence_window.h — what became of a numbered stream: how many arrived once, again, and after a later one.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>

namespace rb::load {

/// Remembers the last kDepth numbers. Whoever arrives later than that counts as late: neither new nor a duplicate.
class SequenceWindow {
public:
    enum class Arrival : std::uint8_t {
        New,
        Reordered,  ///< new, though a higher number came before
        Duplicate,
        Late,
    };

    Arrival arrive(std::uint32_t number) noexcept
    {
        const Arrival arrival = judge(number);
        switch (arrival) {
            case Arrival::New:
                ++unique_;
                break;
            case Arrival::Reordered:
                ++unique_, ++reordered_;
                break;
            case Arrival::Duplicate:
                ++duplicates_;
                break;
            case Arrival::Late:
                ++late_;
                break;
        }
        return arrival;
    }

    [[nodiscard]] std::uint64_t unique() const noexcept { return unique_; }
    [[nodiscard]] std::uint64_t reordered() const noexcept { return reordered_; }
    [[nodiscard]] std::uint64_t duplicates() const noexcept { return duplicates_; }
    [[nodiscard]] std::uint64_t late() const noexcept { return late_; }
    /// Numbers between the first and the highest that never came.
    [[nodiscard]] std::uint64_t missing() const noexcept
    {
        return any_ && highest_ - first_ + 1U > unique_ ? highest_ - first_ + 1U - unique_ : 0;
    }

private:
    static constexpr std::size_t kDepth = 256;

    Arrival judge(std::uint32_t number) noexcept
    {
        if (!any_) {
            any_ = true;
            first_ = highest_ = number;
            seen_.set(number % kDepth);
            return Arrival::New;
        }
        const auto ahead = static_cast<std::int32_t>(number - highest_);
        if (ahead > 0) {
            forget(static_cast<std::uint32_t>(ahead));
            highest_ = number;
            seen_.set(number % kDepth);
            return Arrival::New;
        }
        if (static_cast<std::uint32_t>(-ahead) >= kDepth || static_cast<std::int32_t>(number - first_) < 0) {
            return Arrival::Late;
        }
        if (seen_.test(number % kDepth)) {
            return Arrival::Duplicate;
        }
        seen_.set(number % kDepth);
        return Arrival::Reordered;
    }

    void forget(std::uint32_t ahead) noexcept
    {
        if (ahead >= kDepth) {
            seen_.reset();
            return;
        }
        for (std::uint32_t i = 1; i <= ahead; ++i) {
            seen_.reset((highest_ + i) % kDepth);
        }
    }

    std::bitset<kDepth> seen_;
    std::uint32_t first_ = 0;
    std::uint32_t highest_ = 0;
    bool any_ = false;
    std::uint64_t unique_ = 0;
    std::uint64_t reordered_ = 0;
    std::uint64_t duplicates_ = 0;
    std::uint64_t late_ = 0;
};

}  // namespace rb::load
