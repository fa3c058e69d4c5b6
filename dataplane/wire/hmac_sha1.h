// hmac_sha1.h — HMAC-SHA1 (RFC 2104), the signature of SRTP and STUN, under a key that is prepared once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace rb::wire {

/// Begins each time from the states after the padded key, so that a message costs two compressions less, and no
/// allocation. Forgets the key when it goes.
class HmacSha1 {
public:
    static constexpr std::size_t kDigestBytes = 20;
    using Digest = std::array<std::uint8_t, kDigestBytes>;

    /// key   any length; one beyond 64 bytes counts by its hash
    explicit HmacSha1(std::span<const std::uint8_t> key) noexcept;
    HmacSha1(const HmacSha1&) = default;
    HmacSha1& operator=(const HmacSha1&) = default;
    ~HmacSha1();

    /// Begins a message; what was added before is forgotten.
    void begin() noexcept { running_ = after_pad(inner_); }
    void add(std::span<const std::uint8_t> bytes) noexcept;
    /// The signature of what was added, and the beginning of another message.
    [[nodiscard]] Digest finish() noexcept;

private:
    /// What is left of a key's pad: 20 bytes instead of OpenSSL's 96, for sessions by the thousand share a cache.
    using Chain = std::array<std::uint32_t, 5>;
    /// OpenSSL's SHA_CTX, whose header stays out of this one.
    using State = std::array<std::uint32_t, 24>;

    [[nodiscard]] static State after_pad(const Chain& chain) noexcept;

    Chain inner_{};
    Chain outer_{};
    State running_{};
};

}  // namespace rb::wire
