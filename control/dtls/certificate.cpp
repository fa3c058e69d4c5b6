#include "control/dtls/certificate.h"

#include "control/dtls/openssl_error.h"
#include "dataplane/base/assert.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <array>

namespace rb::dtls {
namespace {

constexpr long kDay_s = 86'400;
constexpr long kYear_s = 365 * kDay_s;
constexpr int kSerialBits = 63;

template <auto Free>
struct FreeWith {
    template <typename T>
    void operator()(T* object) const noexcept
    {
        Free(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using Cert = std::unique_ptr<X509, FreeWith<X509_free>>;
using File = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;
using Number = std::unique_ptr<BIGNUM, FreeWith<BN_free>>;

const EVP_MD* digest_of(sip::FingerprintHash hash) noexcept
{
    switch (hash) {
        case sip::FingerprintHash::Sha1:
            return EVP_sha1();
        case sip::FingerprintHash::Sha256:
        case sip::FingerprintHash::Count_:
            return EVP_sha256();
        case sip::FingerprintHash::Sha384:
            return EVP_sha384();
        case sip::FingerprintHash::Sha512:
            return EVP_sha512();
    }
    return EVP_sha256();
}

/// Nothing in it but the key is of use: RFC 5763 takes the fingerprint for the name. Its beginning lies a day back for
/// peers whose clock does.
bool fill(X509& x509, EVP_PKEY& key)
{
    const Number serial{BN_new()};
    constexpr std::string_view kName = "Ringbridge";
    X509_NAME* name = X509_get_subject_name(&x509);
    return serial != nullptr && BN_rand(serial.get(), kSerialBits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
           BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(&x509)) != nullptr &&
           X509_set_version(&x509, X509_VERSION_3) == 1 &&
           X509_gmtime_adj(X509_getm_notBefore(&x509), -kDay_s) != nullptr &&
           X509_gmtime_adj(X509_getm_notAfter(&x509), kYear_s) != nullptr &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(kName.data()),
                                      static_cast<int>(kName.size()), -1, 0) == 1 &&
           X509_set_issuer_name(&x509, name) == 1 && X509_set_pubkey(&x509, &key) == 1 &&
           X509_sign(&x509, &key, EVP_sha256()) > 0;
}

/// Nobody is asked for a pass phrase at a terminal.
int no_pass_phrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*context*/)
{
    return -1;
}

tl::unexpected<Error> unusable(const std::string& what, const std::string& path)
{
    return failure("cannot read the DTLS " + what + " of " + path + ": " + openssl_error());
}

}  // namespace

std::string openssl_error()
{
    const unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason == nullptr ? "no reason given" : reason;
}

Result<std::shared_ptr<const Certificate>> Certificate::generate()
{
    Key key{EVP_EC_gen("P-256")};
    Cert x509{X509_new()};
    if (key == nullptr || x509 == nullptr || !fill(*x509, *key)) {
        return failure("cannot make a DTLS certificate: " + openssl_error());
    }
    return std::shared_ptr<const Certificate>{new Certificate{x509.release(), key.release()}};
}

Result<std::shared_ptr<const Certificate>> Certificate::load(const std::string& certificate,
                                                             const std::string& private_key)
{
    const std::string& key_path = private_key.empty() ? certificate : private_key;
    const File certificate_file{BIO_new_file(certificate.c_str(), "r")};
    Cert x509{certificate_file == nullptr
                  ? nullptr
                  : PEM_read_bio_X509(certificate_file.get(), nullptr, no_pass_phrase, nullptr)};
    if (x509 == nullptr) {
        return unusable("certificate", certificate);
    }
    const File key_file{BIO_new_file(key_path.c_str(), "r")};
    Key key{key_file == nullptr ? nullptr : PEM_read_bio_PrivateKey(key_file.get(), nullptr, no_pass_phrase, nullptr)};
    if (key == nullptr) {
        return unusable("private key", key_path);
    }
    if (X509_check_private_key(x509.get(), key.get()) != 1) {
        ERR_clear_error();
        return failure("the DTLS key of " + key_path + " does not belong to the certificate of " + certificate);
    }
    return std::shared_ptr<const Certificate>{new Certificate{x509.release(), key.release()}};
}

Certificate::~Certificate()
{
    X509_free(x509_);
    EVP_PKEY_free(key_);
}

sip::Fingerprint Certificate::fingerprint(sip::FingerprintHash hash) const
{
    return fingerprint_of(*x509_, hash);
}

sip::Fingerprint fingerprint_of(const x509_st& certificate, sip::FingerprintHash hash)
{
    sip::Fingerprint fingerprint{.hash = hash};
    unsigned size = 0;
    RB_ASSERT(X509_digest(&certificate, digest_of(hash), fingerprint.bytes.data(), &size) == 1);
    RB_ASSERT(size == sip::fingerprint_bytes(hash));
    return fingerprint;
}

}  // namespace rb::dtls
