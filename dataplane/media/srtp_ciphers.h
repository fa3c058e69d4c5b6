// srtp_ciphers.h — the ciphers libsrtp2 works with: intel-ipsec-mb's and the CPU's own on x86-64, OpenSSL's elsewhere.
// Debian builds it on NSS, whose AES costs seven times as much, allocates eight times a packet and takes locks that all
// threads share.
//
// libsrtp2 asks a table for its ciphers by number; its public API exchanges the entries. Each of ours keeps its
// expanded key, allocates when a stream is made and never again, and is used by one thread at a time.
#pragma once

#include "dataplane/base/error.h"

struct srtp_cipher_type_t;
struct srtp_auth_type_t;

namespace rb::media {

/// Initialises libsrtp2 and gives it our ciphers. Once, at start, before the first session; later calls do nothing and
/// repeat the outcome.
///
/// returns an Error that names the cipher whose self test failed, or what of OpenSSL is missing
[[nodiscard]] Result<void> install_srtp_ciphers();

// The ciphers themselves, for tests.
[[nodiscard]] const srtp_cipher_type_t& srtp_aes_counter_128() noexcept;
[[nodiscard]] const srtp_cipher_type_t& srtp_aes_counter_256() noexcept;
[[nodiscard]] const srtp_cipher_type_t& srtp_aes_counter_128_openssl() noexcept;
[[nodiscard]] const srtp_cipher_type_t& srtp_aes_counter_256_openssl() noexcept;
[[nodiscard]] const srtp_cipher_type_t& srtp_aes_galois_128() noexcept;
[[nodiscard]] const srtp_cipher_type_t& srtp_aes_galois_256() noexcept;
[[nodiscard]] const srtp_cipher_type_t& srtp_aes_galois_128_openssl() noexcept;
[[nodiscard]] const srtp_cipher_type_t& srtp_aes_galois_256_openssl() noexcept;
[[nodiscard]] const srtp_auth_type_t& srtp_hmac_sha1() noexcept;

}  // namespace rb::media
