// digest.h — digest authentication as a pure function of texts (RFC 2617, RFC 7616, RFC 8760): challenges read, answers
// written and computed. Knows no message, no session and no clock.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rb::sip {

/// Weakest first, so that a comparison says which is stronger.
enum class DigestAlgorithm : std::uint8_t {
    Md5,
    Sha256,
    Sha512_256
};

/// "MD5", "SHA-256", "SHA-512-256" without regard to case; nothing for others.
[[nodiscard]] std::optional<DigestAlgorithm> read_digest_algorithm(std::string_view name);
[[nodiscard]] std::string_view digest_algorithm_name(DigestAlgorithm algorithm) noexcept;

/// The hash of a text as lower-case hexadecimal digits.
[[nodiscard]] std::string digest_hash(DigestAlgorithm algorithm, std::string_view text);

/// One challenge that can be answered: of the algorithms above, with qop=auth or without any qop (RFC 2069).
struct DigestChallenge {
    DigestAlgorithm algorithm = DigestAlgorithm::Md5;
    bool session = false;  ///< the -sess variant of the algorithm
    std::string realm;
    std::string nonce;
    std::string opaque;  ///< repeated in the answer; may be empty
    bool qop = false;    ///< qop=auth is offered, and then used
    bool stale = false;  ///< the answer was right, but its nonce too old

    friend bool operator==(const DigestChallenge&, const DigestChallenge&) = default;
};

/// Reads the value of one WWW-Authenticate or Proxy-Authenticate header, which may hold several challenges. Challenges
/// of other schemes, unknown algorithms, or qop=auth-int alone are left out.
[[nodiscard]] std::vector<DigestChallenge> read_challenges(std::string_view header);

/// Who we are to one realm: a password, or what it hashes to.
struct DigestCredentials {
    std::string realm;  ///< empty or "*" = any
    std::string username;
    std::string password;                           ///< used where `hashes` has no entry
    std::map<DigestAlgorithm, std::string> hashes;  ///< H(username:realm:password)
    std::vector<DigestAlgorithm> algorithms;        ///< those that may be used; empty = all

    /// Whether a challenge of this realm and algorithm can be answered with these.
    [[nodiscard]] bool fit(const DigestChallenge& challenge) const;

    friend bool operator==(const DigestCredentials&, const DigestCredentials&) = default;
};

/// What an answer depends on besides challenge and credentials.
struct DigestRequest {
    std::string method;
    std::string uri;       ///< as in the request line
    std::string cnonce;    ///< ours, used with qop and -sess
    std::uint32_t nc = 1;  ///< how often this nonce has been answered, counting this one
};

/// H(username:realm:password), of which all answers are made.
[[nodiscard]] std::string digest_secret(const DigestCredentials& credentials, const DigestChallenge& challenge);

/// The `response` parameter (RFC 7616 §3.4.1).
[[nodiscard]] std::string digest_response(const std::string& secret, const DigestChallenge& challenge,
                                          const DigestRequest& request);

/// The value of an Authorization or Proxy-Authorization header that answers the challenge.
[[nodiscard]] std::string write_digest_answer(const DigestCredentials& credentials, const DigestChallenge& challenge,
                                              const DigestRequest& request);

}  // namespace rb::sip
