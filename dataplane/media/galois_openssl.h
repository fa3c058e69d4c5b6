// galois_openssl.h — AES in Galois/Counter mode by OpenSSL, wherever there is nothing faster.
#pragma once

#include "dataplane/media/srtp_cipher_type.h"

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>

namespace rb::media {

/// One key; messages one after another: begin(), authenticate() as often as needed, then seal() and tag(), or unseal().
/// open() allocates, nothing else does.
class GaloisOpenSsl {
public:
    /// key_bytes   16 or 32
    bool open(std::size_t key_bytes)
    {
        static const Algorithm narrow{EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr)};
        static const Algorithm wide{EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr)};
        const EVP_CIPHER* algorithm = key_bytes == 16 ? narrow.get() : wide.get();
        return context_ != nullptr && algorithm != nullptr &&
               EVP_CipherInit_ex2(context_.get(), algorithm, nullptr, nullptr, 1, nullptr) == 1;
    }

    bool use_key(const std::uint8_t* key) noexcept
    {
        return EVP_CipherInit_ex2(context_.get(), nullptr, key, nullptr, 1, nullptr) == 1;
    }

    bool begin(const std::uint8_t* iv, bool encrypt) noexcept
    {
        return EVP_CipherInit_ex2(context_.get(), nullptr, nullptr, iv, encrypt ? 1 : 0, nullptr) == 1;
    }

    bool authenticate(std::span<const std::uint8_t> text) noexcept
    {
        int written = 0;
        return EVP_CipherUpdate(context_.get(), nullptr, &written, text.data(), static_cast<int>(text.size())) == 1;
    }

    /// Encrypts in place.
    bool seal(std::span<std::uint8_t> text) noexcept { return apply(text); }

    bool tag(std::span<std::uint8_t> tag) noexcept
    {
        return finish() && EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag.size()),
                                               tag.data()) == 1;
    }

    /// Decrypts in place; false when the tag is not that of the text.
    bool unseal(std::span<std::uint8_t> text, std::span<std::uint8_t> tag) noexcept
    {
        return EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag.size()), tag.data()) ==
                   1 &&
               apply(text) && finish();
    }

private:
    struct Free {
        void operator()(EVP_CIPHER* cipher) const noexcept { EVP_CIPHER_free(cipher); }
        void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
    };
    /// Fetched once: EVP_aes_…() would look the implementation up, under a lock, for each context.
    using Algorithm = std::unique_ptr<EVP_CIPHER, Free>;

    bool apply(std::span<std::uint8_t> text) noexcept
    {
        int written = 0;
        return EVP_CipherUpdate(context_.get(), text.data(), &written, text.data(), static_cast<int>(text.size())) == 1;
    }

    bool finish() noexcept
    {
        std::array<std::uint8_t, kAesBlock> nothing{};
        int written = 0;
        return EVP_CipherFinal_ex(context_.get(), nothing.data(), &written) == 1;
    }

    std::unique_ptr<EVP_CIPHER_CTX, Free> context_{EVP_CIPHER_CTX_new()};
};

}  // namespace rb::media
