#include "control/dtls/context.h"

#include "control/dtls/association.h"
#include "control/dtls/openssl_error.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace rb::dtls {
namespace {

/// AES-CBC last, for phones that have nothing else.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES:!aNULL:!eNULL";
/// In the order in which they cost, as with keys from SDP.
constexpr const char* kSuites =
    "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_256_GCM:SRTP_AES128_CM_SHA1_32";
constexpr const char* kSuitesShort =
    "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_32:SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_256_GCM";

}  // namespace

Result<std::shared_ptr<const Context>> Context::create(const ContextOptions& options)
{
    ERR_clear_error();
    SSL_CTX* ssl = SSL_CTX_new(DTLS_method());
    if (ssl == nullptr) {
        return failure("cannot make a DTLS context: " + openssl_error());
    }
    std::shared_ptr<const Context> context{new Context{ssl, options.certificate}};
    SSL_CTX_set_min_proto_version(ssl, DTLS1_2_VERSION);
    SSL_CTX_set_options(ssl, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                 (options.renegotiation ? SSL_OP_ALLOW_CLIENT_RENEGOTIATION : SSL_OP_NO_RENEGOTIATION));
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_read_ahead(ssl, 1);  // a datagram is read whole or lost
    const char* ciphers = options.ciphers.empty() ? kCiphers : options.ciphers.c_str();
    if (SSL_CTX_set_cipher_list(ssl, ciphers) != 1) {
        return failure("dtls_cipher: '" + options.ciphers + "' names no cipher: " + openssl_error());
    }
    if (SSL_CTX_use_certificate(ssl, options.certificate->x509()) != 1 ||
        SSL_CTX_use_PrivateKey(ssl, options.certificate->key()) != 1) {
        return failure("cannot use the DTLS certificate: " + openssl_error());
    }
    // Of all the calls here this one returns 0 for success.
    if (SSL_CTX_set_tlsext_use_srtp(ssl, options.short_tags ? kSuitesShort : kSuites) != 0) {
        return failure("cannot offer SRTP by DTLS: " + openssl_error());
    }
    const char* file = options.ca_file.empty() ? nullptr : options.ca_file.c_str();
    const char* path = options.ca_path.empty() ? nullptr : options.ca_path.c_str();
    if ((file != nullptr || path != nullptr) && SSL_CTX_load_verify_locations(ssl, file, path) != 1) {
        return failure("cannot read the authorities of dtls_ca_file " + options.ca_file + " or dtls_ca_path " +
                       options.ca_path + ": " + openssl_error());
    }
    SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    SSL_CTX_set_cert_verify_callback(
        ssl, options.verify_chain ? Association::verify_chain_too : Association::verify_fingerprint, nullptr);
    SSL_CTX_set_info_callback(ssl, Association::on_info);
    return context;
}

Context::~Context()
{
    SSL_CTX_free(context_);
}

}  // namespace rb::dtls
