// rng.h — pseudo-random numbers from a seed (SplitMix64), so that the same seed sends the same bytes.
#pragma once

#include <cstdint>

namespace rb {

/// Not for secrets. SSRCs and first sequence numbers come from a seed that main draws from the kernel at start.
class Rng {
public:
    explicit Rng(std::uint64_t seed) noexcept : state_{seed} {}

    std::uint64_t next() noexcept
    {
        state_ += 0x9e3779b97f4a7c15U;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ mixed >> 30U) * 0xbf58476d1ce4e5b9U;
        mixed = (mixed ^ mixed >> 27U) * 0x94d049bb133111ebU;
        return mixed ^ mixed >> 31U;
    }
    std::uint32_t u32() noexcept { return static_cast<std::uint32_t>(next() >> 32U); }
    std::uint16_t u16() noexcept { return static_cast<std::uint16_t>(next() >> 48U); }

    /// A number below `bound`; bound must not be 0. The bias is bound/2^64.
    std::uint64_t below(std::uint64_t bound) noexcept { return next() % bound; }

    /// True with the given probability, 0 to 1.
    bool chance(double probability) noexcept { return static_cast<double>(next() >> 11U) * 0x1.0p-53 < probability; }

private:
    std::uint64_t state_;
};

}  // namespace rb
