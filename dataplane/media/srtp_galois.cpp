// srtp_galois.cpp — AES in Galois/Counter mode (RFC 7714) of srtp_ciphers.h, with OpenSSL or with intel-ipsec-mb.
#include "dataplane/media/galois_mb.h"
#include "dataplane/media/galois_openssl.h"
#include "dataplane/media/srtp_cipher_type.h"
#include "dataplane/media/srtp_ciphers.h"

#include <srtp2/srtp.h>

// What libsrtp2 brings: exported, though in no header. A type that takes another's place must pass that one's tests.
extern "C" {
extern const srtp_cipher_type_t srtp_aes_gcm_128;
extern const srtp_cipher_type_t srtp_aes_gcm_256;
}

namespace rb::media {
namespace {

/// What libsrtp2 asks of a cipher, put to a Galois of either make.
template <typename Galois>
struct GaloisState {
    Galois galois;
    std::size_t tag_bytes = 16;
    bool encrypts = false;

    bool open(srtp_cipher_type_id_t id) { return galois.open(id == SRTP_AES_GCM_128 ? 16 : 32); }
};

template <typename Galois>
struct GaloisType {
    using Cipher = SrtpCipher<GaloisState<Galois>>;

    static srtp_err_status_t key(void* state, const std::uint8_t* bytes)
    {
        return srtp_outcome(Cipher::state(state).galois.use_key(bytes));
    }

    static srtp_err_status_t begin(void* state, std::uint8_t* iv, srtp_cipher_direction_t direction)
    {
        auto& own = Cipher::state(state);
        own.encrypts = direction == srtp_direction_encrypt;
        return srtp_outcome(own.galois.begin(iv, own.encrypts));
    }

    static srtp_err_status_t authenticate(void* state, const std::uint8_t* text, std::uint32_t bytes)
    {
        return srtp_outcome(Cipher::state(state).galois.authenticate({text, bytes}));
    }

    static srtp_err_status_t encrypt(void* state, std::uint8_t* text, unsigned* bytes)
    {
        auto& own = Cipher::state(state);
        return own.encrypts ? srtp_outcome(own.galois.seal({text, *bytes})) : srtp_err_status_bad_param;
    }

    static srtp_err_status_t tag(void* state, std::uint8_t* tag, std::uint32_t* bytes)
    {
        auto& own = Cipher::state(state);
        *bytes = static_cast<std::uint32_t>(own.tag_bytes);
        return srtp_outcome(own.galois.tag({tag, own.tag_bytes}));
    }

    /// The tag follows the text; what is left is the text alone.
    static srtp_err_status_t decrypt(void* state, std::uint8_t* text, unsigned* bytes)
    {
        auto& own = Cipher::state(state);
        if (own.encrypts || *bytes < own.tag_bytes) {
            return srtp_err_status_bad_param;
        }
        const auto size = static_cast<unsigned>(*bytes - own.tag_bytes);
        if (!own.galois.unseal({text, size}, {text + size, own.tag_bytes})) {
            return srtp_err_status_auth_fail;
        }
        *bytes = size;
        return srtp_err_status_ok;
    }

    template <const srtp_cipher_type_t& type(), int key_bytes>
    static srtp_err_status_t allocate(srtp_cipher_t** cipher, int wanted_bytes, int tag_bytes)
    {
        if (wanted_bytes != key_bytes || (tag_bytes != 8 && tag_bytes != 16)) {
            return srtp_err_status_bad_param;
        }
        const auto status = Cipher::allocate(cipher, type(), wanted_bytes);
        if (status == srtp_err_status_ok) {
            Cipher::state((*cipher)->state).tag_bytes = static_cast<std::size_t>(tag_bytes);
        }
        return status;
    }

    template <const srtp_cipher_type_t& type(), int key_bytes>
    static srtp_cipher_type_t make(const char* name, const srtp_cipher_type_t& replaced)
    {
        return {.alloc = allocate<type, key_bytes>,
                .dealloc = Cipher::deallocate,
                .init = key,
                .set_aad = authenticate,
                .encrypt = encrypt,
                .decrypt = decrypt,
                .set_iv = begin,
                .get_tag = tag,
                .description = name,
                .test_data = replaced.test_data,
                .id = replaced.id};
    }
};

}  // namespace

const srtp_cipher_type_t& srtp_aes_galois_128_openssl() noexcept
{
    static const auto type =
        GaloisType<GaloisOpenSsl>::make<srtp_aes_galois_128_openssl, SRTP_AES_GCM_128_KEY_LEN_WSALT>(
            "AES-128 GCM (OpenSSL)", srtp_aes_gcm_128);
    return type;
}

const srtp_cipher_type_t& srtp_aes_galois_256_openssl() noexcept
{
    static const auto type =
        GaloisType<GaloisOpenSsl>::make<srtp_aes_galois_256_openssl, SRTP_AES_GCM_256_KEY_LEN_WSALT>(
            "AES-256 GCM (OpenSSL)", srtp_aes_gcm_256);
    return type;
}

#ifdef RB_IPSEC_MB

const srtp_cipher_type_t& srtp_aes_galois_128() noexcept
{
    static const auto type = GaloisType<GaloisMb>::make<srtp_aes_galois_128, SRTP_AES_GCM_128_KEY_LEN_WSALT>(
        "AES-128 GCM (intel-ipsec-mb)", srtp_aes_gcm_128);
    return GaloisMb::usable() ? type : srtp_aes_galois_128_openssl();
}

const srtp_cipher_type_t& srtp_aes_galois_256() noexcept
{
    static const auto type = GaloisType<GaloisMb>::make<srtp_aes_galois_256, SRTP_AES_GCM_256_KEY_LEN_WSALT>(
        "AES-256 GCM (intel-ipsec-mb)", srtp_aes_gcm_256);
    return GaloisMb::usable() ? type : srtp_aes_galois_256_openssl();
}

#else

const srtp_cipher_type_t& srtp_aes_galois_128() noexcept
{
    return srtp_aes_galois_128_openssl();
}

const srtp_cipher_type_t& srtp_aes_galois_256() noexcept
{
    return srtp_aes_galois_256_openssl();
}

#endif

}  // namespace rb::media
