#include "control/dtls/association.h"

#include "control/dtls/datagram_bio.h"
#include "control/dtls/openssl_error.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <sys/time.h>

namespace rb::dtls {
namespace {

constexpr std::string_view kExporter = "EXTRACTOR-dtls_srtp";  // RFC 5764 §4.2
/// Datagrams that wait for OpenSSL within one call; it reads each at once.
constexpr std::size_t kReadBytes = 2048;

unsigned next_repeat(SSL* /*ssl*/, unsigned before_us)
{
    const auto us = [](Nanos span) { return static_cast<unsigned>(span / 1us); };
    return before_us == 0 ? us(Association::kFirstRepeat) : std::min(2 * before_us, us(Association::kLastRepeat));
}

/// RFC 5764 §4.1.2 and RFC 7714 §14.2.
std::optional<SrtpSuite> suite_of(const SRTP_PROTECTION_PROFILE* profile) noexcept
{
    if (profile == nullptr) {
        return std::nullopt;
    }
    // Numbers of a registry, not an enum.
    switch (profile->id) {
        case SRTP_AES128_CM_SHA1_80:
            return SrtpSuite::AesCm128HmacSha1_80;
        case SRTP_AES128_CM_SHA1_32:
            return SrtpSuite::AesCm128HmacSha1_32;
        case SRTP_AEAD_AES_128_GCM:
            return SrtpSuite::AeadAes128Gcm;
        case SRTP_AEAD_AES_256_GCM:
            return SrtpSuite::AeadAes256Gcm;
        default:
            return std::nullopt;
    }
}

Association& association_of(const SSL* ssl)
{
    return *static_cast<Association*>(SSL_get_app_data(ssl));
}

/// The keys as exported: client's, server's, client's salt, server's salt (RFC 5764 §4.2).
SrtpKeys split(SrtpSuite suite, std::span<const std::uint8_t> material, bool client)
{
    const SrtpSuiteInfo& info = srtp_suite_info(suite);
    const auto key_at = [&](std::size_t which) {
        SrtpKey key{.suite = suite};
        const auto master = material.subspan(which * info.key_bytes, info.key_bytes);
        const auto salt = material.subspan(2 * info.key_bytes + which * info.salt_bytes, info.salt_bytes);
        std::copy(salt.begin(), salt.end(), std::copy(master.begin(), master.end(), key.bytes.begin()));
        return key;
    };
    return client ? SrtpKeys{.receive = key_at(1), .send = key_at(0)}
                  : SrtpKeys{.receive = key_at(0), .send = key_at(1)};
}

}  // namespace

Result<std::unique_ptr<Association>> Association::begin(std::shared_ptr<const Context> context, Terms terms)
{
    ERR_clear_error();
    std::unique_ptr<Association> association{new Association{std::move(context), std::move(terms)}};
    SSL* ssl = SSL_new(association->context_->get());
    association->ssl_ = ssl;
    BIO* bio = ssl == nullptr ? nullptr : new_datagram_bio(*association);
    if (bio == nullptr) {
        return failure("cannot begin a DTLS handshake: " + openssl_error());
    }
    SSL_set_bio(ssl, bio, bio);
    SSL_set_app_data(ssl, association.get());
    DTLS_set_link_mtu(ssl, static_cast<long>(kDatagramMax));
    DTLS_set_timer_cb(ssl, next_repeat);
    if (association->terms_.client) {
        SSL_set_connect_state(ssl);
        association->advance();
    } else {
        SSL_set_accept_state(ssl);
    }
    return association;
}

Association::~Association()
{
    SSL_free(ssl_);
}

void Association::receive(std::span<const std::uint8_t> datagram)
{
    if (state_ == State::Failed || state_ == State::Closed) {
        return;
    }
    input_.emplace_back(datagram.begin(), datagram.end());
    advance();
}

/// As far as what has come allows. What is left of it then belongs to no flight that could follow.
void Association::advance()
{
    do {
        ERR_clear_error();
        if (SSL_is_init_finished(ssl_) == 0) {
            step_result(SSL_do_handshake(ssl_));
        } else {
            std::array<std::uint8_t, kReadBytes> unwanted{};  // nothing travels by it but handshakes and alerts
            step_result(SSL_read(ssl_, unwanted.data(), static_cast<int>(unwanted.size())));
        }
        if (handshake_done_ && state_ != State::Failed) {
            take_new_keys();
        }
    } while (!input_.empty() && state_ != State::Failed && state_ != State::Closed);
    input_.clear();
    if (state_ == State::Established) {
        // 34 of its 75 kB. Reading and handshakes bring them back by themselves, all else must ask for them.
        static_cast<void>(SSL_free_buffers(ssl_));
    }
}

void Association::step_result(int result)
{
    if (result > 0) {
        return;
    }
    // Not an exhaustive switch: the others cannot come of a BIO of ours.
    switch (SSL_get_error(ssl_, result)) {
        case SSL_ERROR_WANT_READ:
        case SSL_ERROR_WANT_WRITE:
            return;
        case SSL_ERROR_ZERO_RETURN:
            state_ = State::Closed;
            return;
        default:
            return fail(wrong_fingerprint_ ? "the certificate shown has not the fingerprint of SDP" : openssl_error());
    }
}

void Association::take_new_keys()
{
    handshake_done_ = false;
    const auto suite = suite_of(SSL_get_selected_srtp_profile(ssl_));
    if (!suite) {
        return fail("no SRTP suite in common");
    }
    std::array<std::uint8_t, 2 * SrtpKey::kBytesMax> material{};
    const SrtpSuiteInfo& info = srtp_suite_info(*suite);
    const std::size_t size = 2 * (info.key_bytes + info.salt_bytes);
    if (SSL_export_keying_material(ssl_, material.data(), size, kExporter.data(), kExporter.size(), nullptr, 0, 0) !=
        1) {
        return fail("cannot derive SRTP keys: " + openssl_error());
    }
    keys_ = split(*suite, std::span{material}.first(size), terms_.client);
    OPENSSL_cleanse(material.data(), material.size());
    state_ = State::Established;
    renewing_ = false;
}

void Association::fail(std::string problem)
{
    state_ = State::Failed;
    problem_ = std::move(problem);
}

void Association::on_timeout()
{
    if (state_ == State::Failed || state_ == State::Closed) {
        return;
    }
    ERR_clear_error();
    if (SSL_alloc_buffers(ssl_) != 1 || DTLSv1_handle_timeout(ssl_) < 0) {
        fail("the peer does not answer");
    }
}

std::optional<Nanos> Association::timeout() const
{
    timeval left{};
    if (state_ == State::Failed || state_ == State::Closed || DTLSv1_get_timeout(ssl_, &left) != 1) {
        return std::nullopt;
    }
    return std::chrono::seconds{left.tv_sec} + std::chrono::microseconds{left.tv_usec};
}

void Association::renew_keys()
{
    ERR_clear_error();
    if (state_ == State::Established && SSL_renegotiate(ssl_) == 1) {
        renewing_ = true;
        step_result(SSL_do_handshake(ssl_));
    }
}

void Association::close()
{
    ERR_clear_error();
    if (state_ == State::Established && SSL_alloc_buffers(ssl_) == 1) {
        static_cast<void>(SSL_shutdown(ssl_));  // 0 = the other side has not said so yet, which nobody waits for
        state_ = State::Closed;
    }
}

int Association::verify_fingerprint(X509_STORE_CTX* store, void* /*unused*/)
{
    const auto* ssl = static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    const X509* shown = X509_STORE_CTX_get0_cert(store);
    Association& association = association_of(ssl);
    const auto is_shown = [&](const sip::Fingerprint& promised) {
        return fingerprint_of(*shown, promised.hash) == promised;
    };
    const auto& promised = association.terms_.fingerprints;
    const bool right = shown != nullptr && std::any_of(promised.begin(), promised.end(), is_shown);
    if (!right) {
        association.wrong_fingerprint_ = true;
        X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
    }
    return right ? 1 : 0;
}

int Association::verify_chain_too(X509_STORE_CTX* store, void* unused)
{
    return verify_fingerprint(store, unused) == 1 ? X509_verify_cert(store) : 0;
}

void Association::on_info(const SSL* ssl, int where, int /*code*/)
{
    if ((where & SSL_CB_HANDSHAKE_DONE) != 0) {
        association_of(ssl).handshake_done_ = true;
    }
}

std::optional<Datagram> Association::next_input()
{
    if (input_.empty()) {
        return std::nullopt;
    }
    Datagram datagram = std::move(input_.front());
    input_.pop_front();
    return datagram;
}

void Association::add_output(std::span<const std::uint8_t> datagram)
{
    output_.emplace_back(datagram.begin(), datagram.end());
}

}  // namespace rb::dtls
