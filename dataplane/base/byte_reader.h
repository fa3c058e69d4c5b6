// byte_reader.h — reads network-order integers from a span, never past its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace rb {

/// A cursor over bytes. Once a read would pass the end, it and all later ones yield 0 and ok() is false: parse first,
/// test once.
class ByteReader {
public:
    explicit ByteReader(std::span<const std::uint8_t> bytes) noexcept : bytes_{bytes} {}

    std::uint8_t u8() noexcept { return static_cast<std::uint8_t>(read(1)); }
    std::uint16_t u16() noexcept { return static_cast<std::uint16_t>(read(2)); }
    std::uint32_t u24() noexcept { return static_cast<std::uint32_t>(read(3)); }
    std::uint32_t u32() noexcept { return static_cast<std::uint32_t>(read(4)); }
    std::uint64_t u64() noexcept { return read(8); }

    /// The next `count` bytes, or an empty span when there are fewer.
    std::span<const std::uint8_t> take(std::size_t count) noexcept
    {
        if (count > bytes_.size() || !ok_) {
            ok_ = false;
            return {};
        }
        const auto taken = bytes_.first(count);
        bytes_ = bytes_.subspan(count);
        return taken;
    }

    [[nodiscard]] std::span<const std::uint8_t> rest() const noexcept { return bytes_; }
    [[nodiscard]] bool ok() const noexcept { return ok_; }

private:
    std::uint64_t read(std::size_t width) noexcept
    {
        std::uint64_t value = 0;
        for (const std::uint8_t byte : take(width)) {
            value = value << 8U | byte;
        }
        return value;
    }

    std::span<const std::uint8_t> bytes_;
    bool ok_ = true;
};

}  // namespace rb
