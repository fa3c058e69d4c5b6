// auth.cpp — type=auth of pjsip.conf: who the node says it is when a peer asks for a login.
#include "control/config/object_schema.h"
#include "control/config/text.h"

#include <array>

namespace rb::config {
namespace {

struct Algorithm {
    std::string_view name;
    std::size_t digits;  ///< of its hash
};
constexpr std::array<Algorithm, 3> kAlgorithms{{{"md5", 32}, {"sha-256", 64}, {"sha-512-256", 64}}};

const Algorithm* find_algorithm(std::string_view name)
{
    for (const Algorithm& algorithm : kAlgorithms) {
        if (same_word(algorithm.name, name)) {
            return &algorithm;
        }
    }
    return nullptr;
}

Result<void> unknown_algorithm(std::string_view name)
{
    return failure("'" + std::string{name} + "' is not accepted: expected MD5, SHA-256 or SHA-512-256");
}

/// The value is a secret, so that a message must not repeat it.
Result<void> add_hash(Auth& auth, const Algorithm& algorithm, std::string_view hash)
{
    if (hash.size() != algorithm.digits || hash.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) {
        return failure("the hash is not accepted: expected " + std::to_string(algorithm.digits) +
                       " hexadecimal digits of username:realm:password");
    }
    auth.hashes[std::string{algorithm.name}] = lower(hash);
    return {};
}

Result<void> md5_cred(Auth& auth, std::string_view value, ReadContext& /*context*/)
{
    return add_hash(auth, kAlgorithms[0], value);
}

Result<void> password_digest(Auth& auth, std::string_view value, ReadContext& /*context*/)
{
    const auto colon = value.find(':');
    const Algorithm* algorithm = find_algorithm(trim(value.substr(0, colon)));
    if (colon == std::string_view::npos || algorithm == nullptr) {
        return failure("the value is not accepted: expected ALGORITHM:hash with MD5, SHA-256 or SHA-512-256");
    }
    return add_hash(auth, *algorithm, trim(value.substr(colon + 1)));
}

Result<void> algorithms_uac(Auth& auth, std::string_view value, ReadContext& /*context*/)
{
    Names names;
    for (const auto name : split(value, ',')) {
        if (find_algorithm(name) == nullptr) {
            return unknown_algorithm(name);
        }
        names.push_back(lower(name));
    }
    auth.algorithms_uac = std::move(names);
    return {};
}

}  // namespace

ObjectType auth_type()
{
    return {
        .file = "pjsip.conf",
        .name = "auth",
        .help = "A login, which endpoints name in outbound_auth.",
        .options =
            {
                choice<&Auth::kind>("auth_type", {"userpass", "md5", "digest"},
                                    "What is given: a password, an MD5 hash, or hashes by algorithm."),
                field<&Auth::username>("username", "User name."),
                field<&Auth::password>("password", "Password in plain text.", {.secret = true}),
                field<&Auth::realm>("realm", "Realm it is for; empty or *: every one that asks."),
                custom<Auth>("md5_cred", "32 hexadecimal digits", "MD5 of username:realm:password.", md5_cred,
                             {.secret = true}),
                custom<Auth>("password_digest", "ALGORITHM:hash",
                             "Hash of username:realm:password; one line for each of MD5, SHA-256, SHA-512-256.",
                             password_digest, {.repeatable = true, .secret = true}),
                custom<Auth>("supported_algorithms_uac", "list of MD5, SHA-256, SHA-512-256",
                             "Algorithms that challenges of peers are answered in; empty: all. The strongest a peer "
                             "offers is taken.",
                             algorithms_uac),
                inert("nonce_lifetime", "Seconds a nonce stays valid."),
                inert("supported_algorithms_uas", "Algorithms for incoming requests."),
                inert("refresh_token", "OAuth refresh token."),
                inert("oauth_clientid", "OAuth client."),
                inert("oauth_secret", "OAuth secret."),
            },
        .fresh = fresh_object<Auth>,
    };
}

}  // namespace rb::config
