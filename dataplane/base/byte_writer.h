// byte_writer.h — writes network-order integers into a span the caller has sized.
#pragma once

#include "dataplane/base/assert.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace rb {

/// A cursor over bytes to fill. Writing past the end is a programmer's error (asserted): sizes of what we send are
/// known before we write.
class ByteWriter {
public:
    explicit ByteWriter(std::span<std::uint8_t> bytes) noexcept : bytes_{bytes} {}

    void u8(std::uint8_t value) noexcept { write(value, 1); }
    void u16(std::uint16_t value) noexcept { write(value, 2); }
    void u24(std::uint32_t value) noexcept { write(value, 3); }
    void u32(std::uint32_t value) noexcept { write(value, 4); }
    void u64(std::uint64_t value) noexcept { write(value, 8); }

    void copy(std::span<const std::uint8_t> source) noexcept
    {
        RB_ASSERT(source.size() <= bytes_.size() - written_);
        std::copy(source.begin(), source.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(written_));
        written_ += source.size();
    }

    [[nodiscard]] std::size_t written() const noexcept { return written_; }

private:
    void write(std::uint64_t value, std::size_t width) noexcept
    {
        RB_ASSERT(width <= bytes_.size() - written_);
        for (std::size_t i = 0; i < width; ++i) {
            bytes_[written_ + i] = static_cast<std::uint8_t>(value >> 8U * (width - 1 - i));
        }
        written_ += width;
    }

    std::span<std::uint8_t> bytes_;
    std::size_t written_ = 0;
};

}  // namespace rb
