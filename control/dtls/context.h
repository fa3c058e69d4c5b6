// context.h — what all handshakes of an endpoint have in common: certificate, ciphers, trusted authorities, SRTP
// suites.
#pragma once

#include "control/dtls/certificate.h"
#include "dataplane/base/error.h"

#include <memory>
#include <string>

struct ssl_ctx_st;

namespace rb::dtls {

struct ContextOptions {
    std::shared_ptr<const Certificate> certificate;
    std::string ciphers;        ///< as OpenSSL writes them; empty = those with forward secrecy and, mostly, AEAD
    bool short_tags = false;    ///< the SRTP suite with tags of 32 bits before that of 80
    bool verify_chain = false;  ///< the peer's certificate must be issued by an authority of these:
    std::string ca_file;
    std::string ca_path;
    bool renegotiation = false;  ///< new keys may be agreed on within an association
};

/// Immutable; any thread. One that was used goes on being used by the associations begun with it.
class Context {
public:
    [[nodiscard]] static Result<std::shared_ptr<const Context>> create(const ContextOptions& options);
    ~Context();
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    [[nodiscard]] ssl_ctx_st* get() const noexcept { return context_; }
    [[nodiscard]] const Certificate& certificate() const noexcept { return *certificate_; }

private:
    Context(ssl_ctx_st* context, std::shared_ptr<const Certificate> certificate) noexcept
        : context_{context}, certificate_{std::move(certificate)}
    {
    }

    ssl_ctx_st* context_;
    std::shared_ptr<const Certificate> certificate_;
};

}  // namespace rb::dtls
