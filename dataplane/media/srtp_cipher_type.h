// srtp_cipher_type.h — how a cipher of ours looks to libsrtp2: its state in one allocation with what libsrtp2 keeps.
#pragma once

#include "dataplane/media/srtp_memory.h"

#include <srtp2/cipher.h>

#include <cstddef>
#include <new>

namespace rb::media {

inline constexpr std::size_t kAesBlock = 16;

/// State has open(id), which may fail.
template <typename State>
struct SrtpCipher : srtp_cipher_t {
    State own;

    static srtp_err_status_t allocate(srtp_cipher_t** cipher, const srtp_cipher_type_t& of, int key_bytes)
    {
        void* const room = SrtpMemory::allocate(sizeof(SrtpCipher), alignof(SrtpCipher));
        if (room == nullptr) {
            return srtp_err_status_alloc_fail;
        }
        auto* made = new (room) SrtpCipher;
        if (!made->own.open(of.id)) {
            deallocate(made);
            return srtp_err_status_alloc_fail;
        }
        static_cast<srtp_cipher_t&>(*made) = {
            .type = &of, .state = &made->own, .key_len = key_bytes, .algorithm = static_cast<int>(of.id)};
        *cipher = made;
        return srtp_err_status_ok;
    }
    static srtp_err_status_t deallocate(srtp_cipher_t* cipher)
    {
        auto* made = static_cast<SrtpCipher*>(cipher);
        made->~SrtpCipher();
        SrtpMemory::free(made);
        return srtp_err_status_ok;
    }
    static State& state(void* state) noexcept { return *static_cast<State*>(state); }
};

inline srtp_err_status_t srtp_outcome(bool done) noexcept
{
    return done ? srtp_err_status_ok : srtp_err_status_cipher_fail;
}

}  // namespace rb::media
