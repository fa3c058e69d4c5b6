#include "signaling/digest.h"

#include "signaling/text.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <utility>

namespace rb::sip {
namespace {

constexpr std::array<std::pair<DigestAlgorithm, std::string_view>, 3> kNames{{
    {DigestAlgorithm::Md5, "MD5"},
    {DigestAlgorithm::Sha256, "SHA-256"},
    {DigestAlgorithm::Sha512_256, "SHA-512-256"},
}};
constexpr std::string_view kHexDigits = "0123456789abcdef";

const EVP_MD* function_of(DigestAlgorithm algorithm)
{
    switch (algorithm) {
        case DigestAlgorithm::Md5:
            return EVP_md5();
        case DigestAlgorithm::Sha256:
            return EVP_sha256();
        case DigestAlgorithm::Sha512_256:
            return EVP_sha512_256();
    }
    return nullptr;
}

bool is_space(char letter)
{
    return letter == ' ' || letter == '\t';
}

void skip_spaces_and_commas(std::string_view& text)
{
    while (!text.empty() && (is_space(text.front()) || text.front() == ',')) {
        text.remove_prefix(1);
    }
}

std::string_view take_token(std::string_view& text)
{
    const auto end = std::min(text.find_first_of(" \t,=\""), text.size());
    const auto token = text.substr(0, end);
    text.remove_prefix(end);
    return token;
}

/// A quoted string without its quotes and escapes, or a token.
std::string take_parameter_value(std::string_view& text)
{
    text = trim(text);
    if (text.empty() || text.front() != '"') {
        return std::string{take_token(text)};
    }
    std::string value;
    std::size_t at = 1;
    for (; at < text.size() && text[at] != '"'; ++at) {
        at += text[at] == '\\' && at + 1 < text.size() ? 1U : 0U;
        value += text[at];
    }
    text.remove_prefix(std::min(at + 1, text.size()));
    return value;
}

struct RawChallenge {
    std::string scheme;
    std::vector<std::pair<std::string, std::string>> parameters;

    [[nodiscard]] std::string find(std::string_view name) const
    {
        const auto found = std::find_if(parameters.begin(), parameters.end(), [name](const auto& parameter) {
            return equal_ignoring_case(parameter.first, name);
        });
        return found == parameters.end() ? std::string{} : found->second;
    }
};

/// A word that no '=' follows begins a challenge; the others are parameters of the one before (RFC 7235 §4.1).
std::vector<RawChallenge> split_challenges(std::string_view text)
{
    std::vector<RawChallenge> challenges;
    for (skip_spaces_and_commas(text); !text.empty(); skip_spaces_and_commas(text)) {
        const auto word = take_token(text);
        auto after = trim(text);
        if (word.empty() && (after.empty() || after.front() != '=')) {
            text.remove_prefix(1);  // a stray quote
        } else if (after.empty() || after.front() != '=') {
            challenges.push_back({.scheme = std::string{word}, .parameters = {}});
        } else {
            after.remove_prefix(1);
            auto value = take_parameter_value(after);
            text = after;
            if (!challenges.empty()) {
                challenges.back().parameters.emplace_back(word, std::move(value));
            }
        }
    }
    return challenges;
}

bool lists(std::string_view list, std::string_view word)
{
    while (!list.empty()) {
        if (equal_ignoring_case(trim(take_until(list, ',')), word)) {
            return true;
        }
    }
    return false;
}

std::optional<DigestChallenge> understand(const RawChallenge& raw)
{
    if (!equal_ignoring_case(raw.scheme, "Digest")) {
        return std::nullopt;
    }
    std::string name = raw.find("algorithm");
    const bool session =
        name.size() > 5 && equal_ignoring_case(std::string_view{name}.substr(name.size() - 5), "-sess");
    name.resize(session ? name.size() - 5 : name.size());
    const auto algorithm = name.empty() ? DigestAlgorithm::Md5 : read_digest_algorithm(name);
    const std::string qop = raw.find("qop");
    if (!algorithm || raw.find("nonce").empty() || (!qop.empty() && !lists(qop, "auth"))) {
        return std::nullopt;
    }
    return DigestChallenge{.algorithm = *algorithm,
                           .session = session,
                           .realm = raw.find("realm"),
                           .nonce = raw.find("nonce"),
                           .opaque = raw.find("opaque"),
                           .qop = !qop.empty(),
                           .stale = equal_ignoring_case(raw.find("stale"), "true")};
}

std::string quoted(std::string_view text)
{
    std::string result{'"'};
    for (const char letter : text) {
        result += letter == '"' || letter == '\\' ? "\\" : "";
        result += letter;
    }
    return result + '"';
}

/// nc has eight hexadecimal digits.
std::string count_text(std::uint32_t nc)
{
    std::string text(8, '0');
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit) {
        *digit = kHexDigits[nc & 0x0fU];
        nc >>= 4U;
    }
    return text;
}

}  // namespace

std::optional<DigestAlgorithm> read_digest_algorithm(std::string_view name)
{
    const auto* const found = std::find_if(
        kNames.begin(), kNames.end(), [name](const auto& known) { return equal_ignoring_case(known.second, name); });
    return found == kNames.end() ? std::nullopt : std::optional{found->first};
}

std::string_view digest_algorithm_name(DigestAlgorithm algorithm) noexcept
{
    return kNames[static_cast<std::size_t>(algorithm)].second;
}

std::string digest_hash(DigestAlgorithm algorithm, std::string_view text)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    if (EVP_Digest(text.data(), text.size(), bytes.data(), &size, function_of(algorithm), nullptr) != 1) {
        return {};  // OpenSSL is configured without the algorithm (MD5 under FIPS): no answer will be right
    }
    std::string digits;
    for (unsigned i = 0; i < size; ++i) {
        digits += kHexDigits[bytes[i] >> 4U];
        digits += kHexDigits[bytes[i] & 0x0fU];
    }
    return digits;
}

std::vector<DigestChallenge> read_challenges(std::string_view header)
{
    std::vector<DigestChallenge> challenges;
    for (const RawChallenge& raw : split_challenges(header)) {
        if (auto challenge = understand(raw)) {
            challenges.push_back(std::move(*challenge));
        }
    }
    return challenges;
}

bool DigestCredentials::fit(const DigestChallenge& challenge) const
{
    const bool allowed =
        algorithms.empty() || std::find(algorithms.begin(), algorithms.end(), challenge.algorithm) != algorithms.end();
    const bool same_realm = realm.empty() || realm == "*" || realm == challenge.realm;
    return allowed && same_realm && (!password.empty() || hashes.contains(challenge.algorithm));
}

std::string digest_secret(const DigestCredentials& credentials, const DigestChallenge& challenge)
{
    const auto known = credentials.hashes.find(challenge.algorithm);
    return known != credentials.hashes.end()
               ? known->second
               : digest_hash(challenge.algorithm,
                             credentials.username + ':' + challenge.realm + ':' + credentials.password);
}

std::string digest_response(const std::string& secret, const DigestChallenge& challenge, const DigestRequest& request)
{
    const auto hash = [&challenge](const std::string& text) { return digest_hash(challenge.algorithm, text); };
    const std::string first = challenge.session ? hash(secret + ':' + challenge.nonce + ':' + request.cnonce) : secret;
    const std::string second = hash(request.method + ':' + request.uri);
    const std::string middle = challenge.qop
                                   ? challenge.nonce + ':' + count_text(request.nc) + ':' + request.cnonce + ":auth"
                                   : challenge.nonce;
    return hash(first + ':' + middle + ':' + second);
}

std::string write_digest_answer(const DigestCredentials& credentials, const DigestChallenge& challenge,
                                const DigestRequest& request)
{
    const std::string response = digest_response(digest_secret(credentials, challenge), challenge, request);
    std::string answer =
        "Digest username=" + quoted(credentials.username) + ", realm=" + quoted(challenge.realm) +
        ", nonce=" + quoted(challenge.nonce) + ", uri=" + quoted(request.uri) + ", response=" + quoted(response) +
        ", algorithm=" + std::string{digest_algorithm_name(challenge.algorithm)} + (challenge.session ? "-sess" : "");
    if (challenge.qop) {
        answer += ", qop=auth, nc=" + count_text(request.nc);
    }
    if (challenge.qop || challenge.session) {
        answer += ", cnonce=" + quoted(request.cnonce);
    }
    if (!challenge.opaque.empty()) {
        answer += ", opaque=" + quoted(challenge.opaque);
    }
    return answer;
}

}  // namespace rb::sip
