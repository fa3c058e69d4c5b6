// srtp_counter.cpp — AES in counter mode (RFC 3711 §4.1.1) of srtp_ciphers.h, with OpenSSL or the CPU's instructions.
#include "dataplane/media/aes_blocks_ni.h"
#include "dataplane/media/aes_blocks_openssl.h"
#include "dataplane/media/srtp_cipher_type.h"
#include "dataplane/media/srtp_ciphers.h"

#include <openssl/crypto.h>
#include <srtp2/srtp.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

// What libsrtp2 brings: exported, though in no header. A type that takes another's place must pass that one's tests.
extern "C" {
extern const srtp_cipher_type_t srtp_aes_icm_128;
extern const srtp_cipher_type_t srtp_aes_icm_256;
}

namespace rb::media {
namespace {

/// The key stream is made by encrypting counter blocks in bulk: a third of what it costs to give a CTR context of
/// OpenSSL a new IV for each packet (docs/decisions/0007-srtp.md).
template <typename Blocks>
struct Counter {
    static constexpr std::size_t kBlocksAtOnce = 32;

    Blocks blocks;
    std::array<std::uint8_t, kAesBlock> salt{};
    std::uint64_t high = 0;  // of the counter, in host order
    std::uint64_t low = 0;
    std::size_t key_bytes = 0;

    ~Counter() { OPENSSL_cleanse(salt.data(), salt.size()); }
    Counter() = default;
    Counter(const Counter&) = delete;
    Counter& operator=(const Counter&) = delete;

    bool open(srtp_cipher_type_id_t id)
    {
        key_bytes = id == SRTP_AES_ICM_128 ? 16 : 32;
        return blocks.open(key_bytes);
    }

    bool use_key(const std::uint8_t* key)
    {
        std::memcpy(salt.data(), key + key_bytes, SRTP_SALT_LEN);
        return blocks.use_key(key);
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
            const std::size_t count = std::min(kBlocksAtOnce, (text.size() + kAesBlock - 1) / kAesBlock);
            for (std::size_t i = 0; i < count; ++i) {
                stream[2 * i] = __builtin_bswap64(high);
                stream[2 * i + 1] = __builtin_bswap64(low);
                ++low;
                high += low == 0 ? 1 : 0;
            }
            auto* bytes = reinterpret_cast<std::uint8_t*>(stream.data());
            if (!blocks.encrypt({bytes, count * kAesBlock})) {
                return false;
            }
            const std::size_t size = std::min(count * kAesBlock, text.size());
            for (std::size_t i = 0; i < size; ++i) {
                text[i] ^= bytes[i];
            }
            text = text.subspan(size);
        }
        return true;
    }
};

/// What libsrtp2 asks of a cipher, put to a Counter of either make.
template <typename Blocks>
struct CounterType {
    using Cipher = SrtpCipher<Counter<Blocks>>;

    static srtp_err_status_t key(void* state, const std::uint8_t* bytes)
    {
        return srtp_outcome(Cipher::state(state).use_key(bytes));
    }

    static srtp_err_status_t begin(void* state, std::uint8_t* iv, srtp_cipher_direction_t /*direction*/)
    {
        Cipher::state(state).begin(iv);
        return srtp_err_status_ok;
    }

    static srtp_err_status_t apply(void* state, std::uint8_t* text, unsigned* bytes)
    {
        return srtp_outcome(Cipher::state(state).apply({text, *bytes}));
    }

    /// libsrtp2 gives the length of key and salt together.
    template <const srtp_cipher_type_t& type(), int key_bytes>
    static srtp_err_status_t allocate(srtp_cipher_t** cipher, int wanted_bytes, int /*tag_bytes*/)
    {
        return wanted_bytes == key_bytes ? Cipher::allocate(cipher, type(), wanted_bytes) : srtp_err_status_bad_param;
    }

    template <const srtp_cipher_type_t& type(), int key_bytes>
    static srtp_cipher_type_t make(const char* name, const srtp_cipher_type_t& replaced)
    {
        return {.alloc = allocate<type, key_bytes>,
                .dealloc = Cipher::deallocate,
                .init = key,
                .set_aad = nullptr,
                .encrypt = apply,
                .decrypt = apply,
                .set_iv = begin,
                .get_tag = nullptr,
                .description = name,
                .test_data = replaced.test_data,
                .id = replaced.id};
    }
};

}  // namespace

const srtp_cipher_type_t& srtp_aes_counter_128_openssl() noexcept
{
    static const auto type =
        CounterType<AesBlocksOpenSsl>::make<srtp_aes_counter_128_openssl, SRTP_AES_ICM_128_KEY_LEN_WSALT>(
            "AES-128 counter mode (OpenSSL)", srtp_aes_icm_128);
    return type;
}

const srtp_cipher_type_t& srtp_aes_counter_256_openssl() noexcept
{
    static const auto type =
        CounterType<AesBlocksOpenSsl>::make<srtp_aes_counter_256_openssl, SRTP_AES_ICM_256_KEY_LEN_WSALT>(
            "AES-256 counter mode (OpenSSL)", srtp_aes_icm_256);
    return type;
}

#ifdef RB_IPSEC_MB

const srtp_cipher_type_t& srtp_aes_counter_128() noexcept
{
    static const auto type = CounterType<AesBlocksNi>::make<srtp_aes_counter_128, SRTP_AES_ICM_128_KEY_LEN_WSALT>(
        "AES-128 counter mode (AES-NI)", srtp_aes_icm_128);
    return AesBlocksNi::usable() ? type : srtp_aes_counter_128_openssl();
}

const srtp_cipher_type_t& srtp_aes_counter_256() noexcept
{
    static const auto type = CounterType<AesBlocksNi>::make<srtp_aes_counter_256, SRTP_AES_ICM_256_KEY_LEN_WSALT>(
        "AES-256 counter mode (AES-NI)", srtp_aes_icm_256);
    return AesBlocksNi::usable() ? type : srtp_aes_counter_256_openssl();
}

#else

const srtp_cipher_type_t& srtp_aes_counter_128() noexcept
{
    return srtp_aes_counter_128_openssl();
}

const srtp_cipher_type_t& srtp_aes_counter_256() noexcept
{
    return srtp_aes_counter_256_openssl();
}

#endif

}  // namespace rb::media
