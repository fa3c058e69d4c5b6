// srtp_hmac.cpp — HMAC-SHA1 of srtp_ciphers.h.
#include "dataplane/media/srtp_ciphers.h"
#include "dataplane/media/srtp_memory.h"
#include "dataplane/wire/hmac_sha1.h"

#include <srtp2/auth.h>
#include <srtp2/srtp.h>

#include <cstdint>
#include <cstring>
#include <new>
#include <span>

extern "C" {
extern const srtp_auth_type_t srtp_hmac;  // what libsrtp2 brings
}

namespace rb::media {
namespace {

using wire::HmacSha1;

HmacSha1& hmac_of(void* state) noexcept
{
    return *static_cast<HmacSha1*>(state);
}

std::span<const std::uint8_t> bytes_of(const std::uint8_t* bytes, int count) noexcept
{
    return {bytes, static_cast<std::size_t>(count)};
}

/// As libsrtp2 sees it, with its state in the same allocation.
struct Auth : srtp_auth_t {
    HmacSha1 own{{}};
};

srtp_err_status_t allocate_hmac(srtp_auth_t** auth, int key_bytes, int tag_bytes)
{
    constexpr int kDigestBytes = HmacSha1::kDigestBytes;
    if (key_bytes < 0 || key_bytes > kDigestBytes || tag_bytes < 0 || tag_bytes > kDigestBytes) {
        return srtp_err_status_bad_param;
    }
    void* const room = SrtpMemory::allocate(sizeof(Auth));
    if (room == nullptr) {
        return srtp_err_status_alloc_fail;
    }
    auto* made = new (room) Auth;
    static_cast<srtp_auth_t&>(*made) = {
        .type = &srtp_hmac_sha1(), .state = &made->own, .out_len = tag_bytes, .key_len = key_bytes, .prefix_len = 0};
    *auth = made;
    return srtp_err_status_ok;
}

srtp_err_status_t deallocate_hmac(srtp_auth_t* auth)
{
    auto* made = static_cast<Auth*>(auth);
    made->~Auth();
    SrtpMemory::free(made);
    return srtp_err_status_ok;
}

srtp_err_status_t key_hmac(void* state, const std::uint8_t* key, int bytes)
{
    hmac_of(state) = HmacSha1{bytes_of(key, bytes)};
    return srtp_err_status_ok;
}

srtp_err_status_t start_hmac(void* state)
{
    hmac_of(state).begin();
    return srtp_err_status_ok;
}

srtp_err_status_t update_hmac(void* state, const std::uint8_t* text, int bytes)
{
    hmac_of(state).add(bytes_of(text, bytes));
    return srtp_err_status_ok;
}

srtp_err_status_t compute_hmac(void* state, const std::uint8_t* text, int bytes, int tag_bytes, std::uint8_t* tag)
{
    if (tag_bytes < 0 || tag_bytes > static_cast<int>(HmacSha1::kDigestBytes)) {
        return srtp_err_status_bad_param;
    }
    hmac_of(state).add(bytes_of(text, bytes));
    const auto digest = hmac_of(state).finish();
    std::memcpy(tag, digest.data(), static_cast<std::size_t>(tag_bytes));
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
