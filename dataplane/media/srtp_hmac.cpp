// srtp_hmac.cpp — HMAC-SHA1 of srtp_ciphers.h.
//
// OpenSSL 3 has no interface but the old one to SHA-1 states that are copied without allocating.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "dataplane/media/srtp_ciphers.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <srtp2/auth.h>
#include <srtp2/srtp.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <new>

extern "C" {
extern const srtp_auth_type_t srtp_hmac;  // what libsrtp2 brings
}

namespace rb::media {
namespace {

/// HMAC-SHA1 (RFC 2104) that begins each time from the states after the padded key, so that a packet costs two
/// compressions less, and no allocation.
struct Hmac {
    SHA_CTX inner{};
    SHA_CTX outer{};
    SHA_CTX running{};

    ~Hmac() { OPENSSL_cleanse(this, sizeof *this); }
    Hmac() = default;
    Hmac(const Hmac&) = delete;
    Hmac& operator=(const Hmac&) = delete;

    void use_key(const std::uint8_t* key, std::size_t bytes) noexcept
    {
        std::array<std::uint8_t, SHA_CBLOCK> pad{};
        const auto absorb = [&](SHA_CTX& state, std::uint8_t with) {
            pad.fill(with);
            for (std::size_t i = 0; i < bytes; ++i) {
                pad[i] ^= key[i];
            }
            SHA1_Init(&state);
            SHA1_Update(&state, pad.data(), pad.size());
        };
        absorb(inner, 0x36);
        absorb(outer, 0x5c);
        OPENSSL_cleanse(pad.data(), pad.size());
        running = inner;
    }

    void finish(std::uint8_t* tag, std::size_t bytes) noexcept
    {
        std::array<std::uint8_t, SHA_DIGEST_LENGTH> digest{};
        SHA1_Final(digest.data(), &running);
        running = outer;
        SHA1_Update(&running, digest.data(), digest.size());
        SHA1_Final(digest.data(), &running);
        std::memcpy(tag, digest.data(), bytes);
        running = inner;
    }
};

Hmac& hmac_of(void* state) noexcept
{
    return *static_cast<Hmac*>(state);
}

/// As libsrtp2 sees it, with its state in the same allocation.
struct Auth : srtp_auth_t {
    Hmac own;
};

srtp_err_status_t allocate_hmac(srtp_auth_t** auth, int key_bytes, int tag_bytes)
{
    if (key_bytes < 0 || key_bytes > SHA_DIGEST_LENGTH || tag_bytes < 0 || tag_bytes > SHA_DIGEST_LENGTH) {
        return srtp_err_status_bad_param;
    }
    auto* made = new (std::nothrow) Auth;
    if (made == nullptr) {
        return srtp_err_status_alloc_fail;
    }
    static_cast<srtp_auth_t&>(*made) = {
        .type = &srtp_hmac_sha1(), .state = &made->own, .out_len = tag_bytes, .key_len = key_bytes, .prefix_len = 0};
    *auth = made;
    return srtp_err_status_ok;
}

srtp_err_status_t deallocate_hmac(srtp_auth_t* auth)
{
    delete static_cast<Auth*>(auth);
    return srtp_err_status_ok;
}

srtp_err_status_t key_hmac(void* state, const std::uint8_t* key, int bytes)
{
    hmac_of(state).use_key(key, static_cast<std::size_t>(bytes));
    return srtp_err_status_ok;
}

srtp_err_status_t start_hmac(void* state)
{
    Hmac& hmac = hmac_of(state);
    hmac.running = hmac.inner;
    return srtp_err_status_ok;
}

srtp_err_status_t update_hmac(void* state, const std::uint8_t* text, int bytes)
{
    SHA1_Update(&hmac_of(state).running, text, static_cast<std::size_t>(bytes));
    return srtp_err_status_ok;
}

srtp_err_status_t compute_hmac(void* state, const std::uint8_t* text, int bytes, int tag_bytes, std::uint8_t* tag)
{
    if (tag_bytes < 0 || tag_bytes > SHA_DIGEST_LENGTH) {
        return srtp_err_status_bad_param;
    }
    update_hmac(state, text, bytes);
    hmac_of(state).finish(tag, static_cast<std::size_t>(tag_bytes));
    return srtp_err_status_ok;
}

}  // namespace

const srtp_auth_type_t& srtp_hmac_sha1() noexcept
{
    static const srtp_auth_type_t type{.alloc = allocate_hmac,
                                       .dealloc = deallocate_hmac,
                                       .init = key_hmac,
                                       .compute = compute_hmac,
                                       .update = update_hmac,
                                       .start = start_hmac,
                                       .description = "HMAC-SHA1 (OpenSSL)",
                                       .test_data = srtp_hmac.test_data,
                                       .id = srtp_hmac.id};
    return type;
}

}  // namespace rb::media
