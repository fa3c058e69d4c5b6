// galois_mb.h — AES in Galois/Counter mode by intel-ipsec-mb, on x86-64: its direct functions need no batch
// (docs/decisions/0007-srtp.md).
#pragma once

#ifdef RB_IPSEC_MB

#include "dataplane/base/packet.h"
#include "dataplane/media/ipsec_mb.h"
#include "dataplane/media/srtp_cipher_type.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>

namespace rb::media {

/// As GaloisOpenSsl. What is authenticated must stay where it is until seal() or unseal().
class GaloisMb {
public:
    [[nodiscard]] static bool usable() noexcept { return ipsec_mb_has(IMB_FEATURE_AESNI | IMB_FEATURE_PCLMULQDQ); }

    GaloisMb() = default;
    ~GaloisMb() { OPENSSL_cleanse(&key_, sizeof key_); }
    GaloisMb(const GaloisMb&) = delete;
    GaloisMb& operator=(const GaloisMb&) = delete;

    bool open(std::size_t key_bytes) noexcept
    {
        wide_ = key_bytes == 32;
        return ipsec_mb() != nullptr;
    }

    bool use_key(const std::uint8_t* key) noexcept
    {
        wide_ ? IMB_AES256_GCM_PRE(ipsec_mb(), key, &key_) : IMB_AES128_GCM_PRE(ipsec_mb(), key, &key_);
        return true;
    }

    bool begin(const std::uint8_t* iv, bool /*encrypt*/) noexcept
    {
        std::memcpy(iv_.data(), iv, iv_.size());
        authenticated_ = {};
        return true;
    }

    /// The library wants it in one piece; it comes in two where RTCP has its index behind the text.
    bool authenticate(std::span<const std::uint8_t> text) noexcept
    {
        if (authenticated_.empty()) {
            authenticated_ = text;
            return true;
        }
        thread_local std::array<std::uint8_t, kDatagramBytesMax> joined;
        const std::size_t before = authenticated_.size();
        if (before + text.size() > joined.size()) {
            return false;
        }
        std::memmove(joined.data(), authenticated_.data(), before);
        std::ranges::copy(text, joined.begin() + static_cast<std::ptrdiff_t>(before));
        authenticated_ = std::span{joined}.first(before + text.size());
        return true;
    }

    bool seal(std::span<std::uint8_t> text) noexcept
    {
        const auto encrypt = wide_ ? ipsec_mb()->gcm256_enc : ipsec_mb()->gcm128_enc;
        encrypt(&key_, &context_, text.data(), text.data(), text.size(), iv_.data(), authenticated_.data(),
                authenticated_.size(), tag_.data(), tag_.size());
        return true;
    }

    bool tag(std::span<std::uint8_t> tag) noexcept
    {
        std::copy_n(tag_.begin(), tag.size(), tag.begin());
        return true;
    }

    bool unseal(std::span<std::uint8_t> text, std::span<std::uint8_t> tag) noexcept
    {
        const auto decrypt = wide_ ? ipsec_mb()->gcm256_dec : ipsec_mb()->gcm128_dec;
        decrypt(&key_, &context_, text.data(), text.data(), text.size(), iv_.data(), authenticated_.data(),
                authenticated_.size(), tag_.data(), tag_.size());
        return CRYPTO_memcmp(tag_.data(), tag.data(), tag.size()) == 0;
    }

private:
    alignas(64) gcm_key_data key_{};  // the library writes it by vectors
    gcm_context_data context_{};
    std::array<std::uint8_t, 12> iv_{};
    std::array<std::uint8_t, kAesBlock> tag_{};
    std::span<const std::uint8_t> authenticated_;
    bool wide_ = false;
};

}  // namespace rb::media

#endif
