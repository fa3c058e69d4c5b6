// prefetch.h — has the CPU fetch memory that will be touched soon.
#pragma once

#include <cstddef>

namespace rb {

inline constexpr std::size_t kCacheLine = 64;

/// Returns at once; an address that nothing lies at is harmless. Into the second cache: what a worker asks for ahead of
/// eight packets is more than the first one holds.
inline void prefetch(const void* begin, std::size_t bytes = 1) noexcept
{
    const auto* const first = static_cast<const std::byte*>(begin);
    for (std::size_t at = 0; at < bytes; at += kCacheLine) {
        __builtin_prefetch(first + at, 0, 2);
    }
    // GCC holds a function that only prefetches for one without any effect, and leaves its calls out.
    asm volatile("");
}

}  // namespace rb
