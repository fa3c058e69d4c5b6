// certificate.h — who we are in a DTLS handshake: a certificate and its private key.
#pragma once

#include "dataplane/base/error.h"
#include "signaling/fingerprint.h"

#include <memory>
#include <string>

struct x509_st;
struct evp_pkey_st;

namespace rb::dtls {

/// Immutable; any thread.
class Certificate {
public:
    /// A new key on the curve P-256, certified by itself for a year.
    [[nodiscard]] static Result<std::shared_ptr<const Certificate>> generate();
    /// Reads PEM files; an Error names the file and what is wrong with it.
    ///
    /// private_key   empty = in the same file as the certificate
    [[nodiscard]] static Result<std::shared_ptr<const Certificate>> load(const std::string& certificate,
                                                                         const std::string& private_key);
    ~Certificate();
    Certificate(const Certificate&) = delete;
    Certificate& operator=(const Certificate&) = delete;

    [[nodiscard]] sip::Fingerprint fingerprint(sip::FingerprintHash hash) const;

    [[nodiscard]] x509_st* x509() const noexcept { return x509_; }
    [[nodiscard]] evp_pkey_st* key() const noexcept { return key_; }

private:
    Certificate(x509_st* x509, evp_pkey_st* key) noexcept : x509_{x509}, key_{key} {}

    x509_st* x509_;
    evp_pkey_st* key_;
};

/// The fingerprint of any certificate.
[[nodiscard]] sip::Fingerprint fingerprint_of(const x509_st& certificate, sip::FingerprintHash hash);

}  // namespace rb::dtls
