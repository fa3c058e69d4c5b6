#include "control/dtls/contexts.h"

#include <algorithm>

namespace rb::dtls {
namespace {

bool wants_chain(const config::Endpoint& endpoint)
{
    return endpoint.dtls_verify == config::DtlsVerify::Certificate || endpoint.dtls_verify == config::DtlsVerify::Yes;
}

/// All that a context depends on, in one line.
std::string terms_of(const config::Endpoint& endpoint)
{
    std::string terms{endpoint.srtp_tag_32 ? 's' : '-', wants_chain(endpoint) ? 'c' : '-',
                      endpoint.dtls_rekey.count() > 0 ? 'r' : '-'};
    for (const std::string* text : {&endpoint.dtls_cert_file, &endpoint.dtls_private_key, &endpoint.dtls_cipher,
                                    &endpoint.dtls_ca_file, &endpoint.dtls_ca_path}) {
        terms += '\n' + *text;
    }
    return terms;
}

bool permits_dtls(const config::Endpoint& endpoint)
{
    return std::ranges::find(endpoint.media_encryption, config::MediaEncryption::Dtls) !=
           endpoint.media_encryption.end();
}

}  // namespace

Result<Contexts> Contexts::create()
{
    auto own = Certificate::generate();
    if (!own) {
        return tl::unexpected(own.error());
    }
    return Contexts{std::move(*own)};
}

Result<void> Contexts::use(const config::Snapshot& snapshot)
{
    ByTerms contexts;
    for (const auto& [name, endpoint] : snapshot.endpoints) {
        std::string terms = terms_of(endpoint);
        if (!permits_dtls(endpoint) || contexts.contains(terms)) {
            continue;
        }
        auto context = make(endpoint);
        if (!context) {
            return failure("endpoint [" + name + "] of pjsip.conf: " + context.error().message);
        }
        contexts.emplace(std::move(terms), std::move(*context));
    }
    contexts_ = std::move(contexts);
    return {};
}

Result<std::shared_ptr<const Context>> Contexts::of(const config::Endpoint& endpoint)
{
    std::string terms = terms_of(endpoint);
    const auto known = contexts_.find(terms);
    if (known != contexts_.end()) {
        return known->second;
    }
    auto context = make(endpoint);  // of a call that began with a configuration that has gone
    if (context) {
        contexts_.emplace(std::move(terms), *context);
    }
    return context;
}

Result<std::shared_ptr<const Context>> Contexts::make(const config::Endpoint& endpoint) const
{
    ContextOptions options{.certificate = own_,
                           .ciphers = endpoint.dtls_cipher,
                           .short_tags = endpoint.srtp_tag_32,
                           .verify_chain = wants_chain(endpoint),
                           .ca_file = endpoint.dtls_ca_file,
                           .ca_path = endpoint.dtls_ca_path,
                           .renegotiation = endpoint.dtls_rekey.count() > 0};
    if (!endpoint.dtls_cert_file.empty()) {
        auto loaded = Certificate::load(endpoint.dtls_cert_file, endpoint.dtls_private_key);
        if (!loaded) {
            return tl::unexpected(loaded.error());
        }
        options.certificate = std::move(*loaded);
    }
    return Context::create(options);
}

}  // namespace rb::dtls
