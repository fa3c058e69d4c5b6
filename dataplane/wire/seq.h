// seq.h — serial number arithmetic (RFC 1982) for RTP's 16-bit sequence numbers and 32-bit timestamps, which wrap.
#pragma once

#include <cstdint>

namespace rb::wire {

/// How far `to` lies after `from`: −32768 … 32767, negative when it lies before.
[[nodiscard]] constexpr std::int16_t seq_distance(std::uint16_t from, std::uint16_t to) noexcept
{
    return static_cast<std::int16_t>(static_cast<std::uint16_t>(to - from));
}

/// Whether `a` comes after `b`. Two numbers half the circle apart have no order (RFC 1982 §3.2): false both ways.
[[nodiscard]] constexpr bool seq_newer(std::uint16_t a, std::uint16_t b) noexcept
{
    return seq_distance(b, a) > 0;
}

/// How far `to` lies after `from` in clock ticks, negative when it lies before.
[[nodiscard]] constexpr std::int32_t timestamp_distance(std::uint32_t from, std::uint32_t to) noexcept
{
    return static_cast<std::int32_t>(to - from);
}

/// Whether `a` comes after `b`; as seq_newer, for timestamps.
[[nodiscard]] constexpr bool timestamp_newer(std::uint32_t a, std::uint32_t b) noexcept
{
    return timestamp_distance(b, a) > 0;
}

/// The highest sequence number of a stream with its count of wraps: `cycles + max_seq` of RFC 3550 §A.1. Deciding which
/// packets may move it (probation, jumps) is the receiver's business.
class ExtendedSeq {
public:
    /// The stream begins with `first`, in cycle 0.
    explicit constexpr ExtendedSeq(std::uint16_t first) noexcept : highest_{first} {}

    [[nodiscard]] constexpr std::uint32_t highest() const noexcept { return highest_; }

    /// The extended number of `sequence`, taken as the one nearest to the highest. Before the first cycle it wraps
    /// below 0, so compare by difference.
    [[nodiscard]] constexpr std::uint32_t extend(std::uint16_t sequence) const noexcept
    {
        const auto step = seq_distance(static_cast<std::uint16_t>(highest_), sequence);
        return highest_ + static_cast<std::uint32_t>(std::int32_t{step});
    }

    /// Notes that `sequence` has arrived; an older one changes nothing. Returns its extended number.
    constexpr std::uint32_t advance(std::uint16_t sequence) noexcept
    {
        const std::uint32_t extended = extend(sequence);
        if (static_cast<std::int32_t>(extended - highest_) > 0) {
            highest_ = extended;
        }
        return extended;
    }

private:
    std::uint32_t highest_;
};

}  // namespace rb::wire
