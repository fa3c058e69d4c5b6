// srtp_ciphers.cpp — how the ciphers of srtp_ciphers.h are installed.
#include "dataplane/media/srtp_ciphers.h"

#include "dataplane/media/aes_blocks_openssl.h"

#include <srtp2/auth.h>
#include <srtp2/cipher.h>
#include <srtp2/srtp.h>

#include <string>

namespace rb::media {
namespace {

Result<void> install()
{
    if (!AesBlocksOpenSsl::usable()) {
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

Result<void> install_srtp_ciphers()
{
    static const Result<void> installed = install();
    return installed;
}

}  // namespace rb::media
