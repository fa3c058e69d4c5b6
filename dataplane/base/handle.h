// handle.h — a reference that outlives its target safely: an index and the generation of what stood there.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace rb {

/// Names a T in the Table<T> that made it. A handle whose target has gone finds nothing. Generation 0 is never given
/// out, so a default handle is nobody's.
template <typename T>
struct Handle {
    std::uint32_t index = 0;
    std::uint32_t generation = 0;

    friend bool operator==(const Handle&, const Handle&) = default;
    friend auto operator<=>(const Handle&, const Handle&) = default;
    explicit operator bool() const noexcept { return generation != 0; }

    /// One integer for hashing, logs and user_data fields; the inverse of from_bits.
    [[nodiscard]] std::uint64_t bits() const noexcept { return std::uint64_t{generation} << 32U | index; }
    static Handle from_bits(std::uint64_t bits) noexcept
    {
        return {.index = static_cast<std::uint32_t>(bits), .generation = static_cast<std::uint32_t>(bits >> 32U)};
    }
};

}  // namespace rb

template <typename T>
struct std::hash<rb::Handle<T>> {
    std::size_t operator()(const rb::Handle<T>& handle) const noexcept
    {
        return std::hash<std::uint64_t>{}(handle.bits());
    }
};
