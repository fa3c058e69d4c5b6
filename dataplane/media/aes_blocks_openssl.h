// aes_blocks_openssl.h — AES of many blocks by OpenSSL, where the CPU has no instructions of its own for it.
#pragma once

#include "dataplane/media/srtp_cipher_type.h"

#include <openssl/evp.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace rb::media {

/// Keeps its expanded key; allocates in open() and never again.
class AesBlocksOpenSsl {
public:
    /// Whether OpenSSL has it.
    [[nodiscard]] static bool usable() noexcept { return algorithms().of_128 && algorithms().of_256; }

    bool open(std::size_t key_bytes)
    {
        const auto& algorithm = key_bytes == 16 ? algorithms().of_128 : algorithms().of_256;
        return context_ != nullptr &&
               EVP_EncryptInit_ex2(context_.get(), algorithm.get(), nullptr, nullptr, nullptr) == 1;
    }

    bool use_key(const std::uint8_t* key)
    {
        return EVP_EncryptInit_ex2(context_.get(), nullptr, key, nullptr, nullptr) == 1 &&
               EVP_CIPHER_CTX_set_padding(context_.get(), 0) == 1;
    }

    /// blocks   a multiple of 16 bytes, in place
    bool encrypt(std::span<std::uint8_t> blocks) noexcept
    {
        int written = 0;
        return EVP_EncryptUpdate(context_.get(), blocks.data(), &written, blocks.data(),
                                 static_cast<int>(blocks.size())) == 1;
    }

private:
    struct Free {
        void operator()(EVP_CIPHER* cipher) const noexcept { EVP_CIPHER_free(cipher); }
        void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
    };
    /// Fetched once: EVP_aes_…() would look the implementation up, under a lock, for each context.
    struct Algorithms {
        std::unique_ptr<EVP_CIPHER, Free> of_128{EVP_CIPHER_fetch(nullptr, "AES-128-ECB", nullptr)};
        std::unique_ptr<EVP_CIPHER, Free> of_256{EVP_CIPHER_fetch(nullptr, "AES-256-ECB", nullptr)};
    };
    static const Algorithms& algorithms()
    {
        static const Algorithms fetched;
        return fetched;
    }

    std::unique_ptr<EVP_CIPHER_CTX, Free> context_{EVP_CIPHER_CTX_new()};
};

}  // namespace rb::media
