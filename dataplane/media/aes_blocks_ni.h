// aes_blocks_ni.h — AES of many blocks by the CPU's own instructions (AES-NI), on x86-64.
#pragma once

#ifdef RB_IPSEC_MB

#include "dataplane/media/ipsec_mb.h"
#include "dataplane/media/srtp_cipher_type.h"

#include <openssl/crypto.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <immintrin.h>
#include <span>

namespace rb::media {

/// As AesBlocksOpenSsl, with the expanded key in the object itself: of a cold session a few lines next to one another
/// are fetched instead of a dozen apart (docs/decisions/0007-srtp.md).
class AesBlocksNi {
public:
    [[nodiscard]] static bool usable() noexcept { return ipsec_mb_has(IMB_FEATURE_AESNI); }

    AesBlocksNi() = default;
    ~AesBlocksNi() { OPENSSL_cleanse(keys_.data(), sizeof keys_); }
    AesBlocksNi(const AesBlocksNi&) = delete;
    AesBlocksNi& operator=(const AesBlocksNi&) = delete;

    bool open(std::size_t key_bytes) noexcept
    {
        rounds_ = key_bytes == 16 ? 10 : 14;
        return ipsec_mb() != nullptr;
    }

    bool use_key(const std::uint8_t* key) noexcept
    {
        alignas(16) Keys for_decryption;
        if (rounds_ == 10) {
            IMB_AES_KEYEXP_128(ipsec_mb(), key, keys_.data(), for_decryption.data());
        } else {
            IMB_AES_KEYEXP_256(ipsec_mb(), key, keys_.data(), for_decryption.data());
        }
        OPENSSL_cleanse(for_decryption.data(), sizeof for_decryption);
        return true;
    }

    /// blocks   a multiple of 16 bytes, in place
    bool encrypt(std::span<std::uint8_t> blocks) const noexcept
    {
        constexpr std::size_t kWide = 8;  // as many as keep the unit busy
        while (blocks.size() >= kWide * kAesBlock) {
            encrypt_at_once<kWide>(blocks.data());
            blocks = blocks.subspan(kWide * kAesBlock);
        }
        while (!blocks.empty()) {
            encrypt_at_once<1>(blocks.data());
            blocks = blocks.subspan(kAesBlock);
        }
        return true;
    }

private:
    static constexpr std::size_t kRoundsMax = 14;
    using Keys = std::array<std::uint8_t, (kRoundsMax + 1) * kAesBlock>;

    template <std::size_t count>
    __attribute__((target("aes,sse2"))) void encrypt_at_once(std::uint8_t* blocks) const noexcept
    {
        const auto* const keys = reinterpret_cast<const __m128i*>(keys_.data());
        auto* const at = reinterpret_cast<__m128i*>(blocks);
        __m128i state[count];  // NOLINT(modernize-avoid-c-arrays): registers, once unrolled
#pragma GCC unroll 8
        for (std::size_t i = 0; i < count; ++i) {
            state[i] = _mm_xor_si128(_mm_loadu_si128(at + i), _mm_load_si128(keys));
        }
        for (std::size_t round = 1; round < rounds_; ++round) {
            const __m128i key = _mm_load_si128(keys + round);
#pragma GCC unroll 8
            for (std::size_t i = 0; i < count; ++i) {
                state[i] = _mm_aesenc_si128(state[i], key);
            }
        }
#pragma GCC unroll 8
        for (std::size_t i = 0; i < count; ++i) {
            _mm_storeu_si128(at + i, _mm_aesenclast_si128(state[i], _mm_load_si128(keys + rounds_)));
        }
    }

    alignas(16) Keys keys_{};
    std::size_t rounds_ = 10;
};

}  // namespace rb::media

#endif
