// srtp_ciphers.cpp — AES in counter mode of srtp_ciphers.h, and how all of them are installed.
#include "dataplane/media/srtp_ciphers.h"

#include "dataplane/media/srtp_cipher_type.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <srtp2/auth.h>
#include <srtp2/cipher.h>
#include <srtp2/srtp.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>

// What libsrtp2 brings: exported, though in no header. A type that takes another's place must pass that one's tests.
extern "C" {
extern const srtp_cipher_type_t srtp_aes_icm_128;
extern const srtp_cipher_type_t srtp_aes_icm_256;
}

namespace rb::media {
namespace {

constexpr std::size_t kCounterSalt = SRTP_SALT_LEN;

struct FreeCipher {
    void operator()(EVP_CIPHER* cipher) const noexcept { EVP_CIPHER_free(cipher); }
    void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

/// Fetched once: EVP_aes_…() would look the implementation up, under a lock, for each context.
struct Algorithms {
    std::unique_ptr<EVP_CIPHER, FreeCipher> block_128{EVP_CIPHER_fetch(nullptr, "AES-128-ECB", nullptr)};
    std::unique_ptr<EVP_CIPHER, FreeCipher> block_256{EVP_CIPHER_fetch(nullptr, "AES-256-ECB", nullptr)};
};

const Algorithms& algorithms()
{
    static const Algorithms fetched;
    return fetched;
}

/// AES in counter mode (RFC 3711 §4.1.1). The key stream is made by encrypting counter blocks in bulk: a third of what
/// it costs to give a CTR context a new IV for each packet (docs/decisions/0007-srtp.md).
struct Counter {
    static constexpr std::size_t kBlocksAtOnce = 32;

    Context context{EVP_CIPHER_CTX_new()};
    std::array<std::uint8_t, kAesBlock> salt{};
    std::uint64_t high = 0;  // of the counter, in host order
    std::uint64_t low = 0;

    ~Counter() { OPENSSL_cleanse(salt.data(), salt.size()); }
    Counter() = default;
    Counter(const Counter&) = delete;
    Counter& operator=(const Counter&) = delete;

    bool open(srtp_cipher_type_id_t id) const
    {
        const auto& algorithm = id == SRTP_AES_ICM_128 ? algorithms().block_128 : algorithms().block_256;
        return context != nullptr &&
               EVP_EncryptInit_ex2(context.get(), algorithm.get(), nullptr, nullptr, nullptr) == 1;
    }

    bool use_key(const std::uint8_t* key)
    {
        std::memcpy(salt.data(), key + EVP_CIPHER_CTX_get_key_length(context.get()), kCounterSalt);
        return EVP_EncryptInit_ex2(context.get(), nullptr, key, nullptr, nullptr) == 1 &&
               EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1;
    }

    void begin(const std::uint8_t* iv) noexcept
    {
        std::array<std::uint64_t, 2> mixed{};
        std::array<std::uint64_t, 2> given{};
        std::memcpy(mixed.data(), salt.data(), sizeof mixed);
        std::memcpy(given.data(), iv, sizeof given);
        high = __builtin_bswap64(mixed[0] ^ given[0]);
        low = __builtin_bswap64(mixed[1] ^ given[1]);
    }

    bool apply(std::span<std::uint8_t> text) noexcept
    {
        std::array<std::uint64_t, kBlocksAtOnce * 2> stream;  // NOLINT(cppcoreguidelines-pro-type-member-init)
        while (!text.empty()) {
            const std::size_t blocks = std::min(kBlocksAtOnce, (text.size() + kAesBlock - 1) / kAesBlock);
            for (std::size_t i = 0; i < blocks; ++i) {
                stream[2 * i] = __builtin_bswap64(high);
                stream[2 * i + 1] = __builtin_bswap64(low);
                ++low;
                high += low == 0 ? 1 : 0;
            }
            auto* bytes = reinterpret_cast<std::uint8_t*>(stream.data());
            int written = 0;
            if (EVP_EncryptUpdate(context.get(), bytes, &written, bytes, static_cast<int>(blocks * kAesBlock)) != 1) {
                return false;
            }
            const std::size_t size = std::min(blocks * kAesBlock, text.size());
            for (std::size_t i = 0; i < size; ++i) {
                text[i] ^= bytes[i];
            }
            text = text.subspan(size);
        }
        return true;
    }
};

/// libsrtp2 gives the length of key and salt together.
template <const srtp_cipher_type_t& type(), int key_bytes>
srtp_err_status_t allocate_counter(srtp_cipher_t** cipher, int wanted_bytes, int /*tag_bytes*/)
{
    return wanted_bytes == key_bytes ? SrtpCipher<Counter>::allocate(cipher, type(), wanted_bytes)
                                     : srtp_err_status_bad_param;
}

srtp_err_status_t key_counter(void* state, const std::uint8_t* key)
{
    return srtp_outcome(SrtpCipher<Counter>::state(state).use_key(key));
}

srtp_err_status_t begin_counter(void* state, std::uint8_t* iv, srtp_cipher_direction_t /*direction*/)
{
    SrtpCipher<Counter>::state(state).begin(iv);
    return srtp_err_status_ok;
}

srtp_err_status_t apply_counter(void* state, std::uint8_t* text, unsigned* bytes)
{
    return srtp_outcome(SrtpCipher<Counter>::state(state).apply({text, *bytes}));
}

template <const srtp_cipher_type_t& type(), int key_bytes>
srtp_cipher_type_t counter_type(const char* name, const srtp_cipher_type_t& replaced)
{
    return {.alloc = allocate_counter<type, key_bytes>,
            .dealloc = SrtpCipher<Counter>::deallocate,
            .init = key_counter,
            .set_aad = nullptr,
            .encrypt = apply_counter,
            .decrypt = apply_counter,
            .set_iv = begin_counter,
            .get_tag = nullptr,
            .description = name,
            .test_data = replaced.test_data,
            .id = replaced.id};
}

Result<void> install()
{
    if (!algorithms().block_128 || !algorithms().block_256) {
        return failure("OpenSSL has no AES in ECB mode: is its default provider off?");
    }
    if (const auto status = srtp_init(); status != srtp_err_status_ok) {
        return failure("libsrtp2 cannot be initialised: status " + std::to_string(status));
    }
    for (const auto* type :
         {&srtp_aes_counter_128(), &srtp_aes_counter_256(), &srtp_aes_galois_128(), &srtp_aes_galois_256()}) {
        if (const auto status = srtp_replace_cipher_type(type, type->id); status != srtp_err_status_ok) {
            return failure("SRTP cipher " + std::string{type->description} + " failed its self test: status " +
                           std::to_string(status));
        }
    }
    const srtp_auth_type_t& hmac = srtp_hmac_sha1();
    if (const auto status = srtp_replace_auth_type(&hmac, hmac.id); status != srtp_err_status_ok) {
        return failure("SRTP authentication " + std::string{hmac.description} + " failed its self test: status " +
                       std::to_string(status));
    }
    return {};
}

}  // namespace

const srtp_cipher_type_t& srtp_aes_counter_128() noexcept
{
    static const auto type = counter_type<srtp_aes_counter_128, SRTP_AES_ICM_128_KEY_LEN_WSALT>(
        "AES-128 counter mode (OpenSSL)", srtp_aes_icm_128);
    return type;
}

const srtp_cipher_type_t& srtp_aes_counter_256() noexcept
{
    static const auto type = counter_type<srtp_aes_counter_256, SRTP_AES_ICM_256_KEY_LEN_WSALT>(
        "AES-256 counter mode (OpenSSL)", srtp_aes_icm_256);
    return type;
}

Result<void> install_srtp_ciphers()
{
    static const Result<void> installed = install();
    return installed;
}

}  // namespace rb::media
