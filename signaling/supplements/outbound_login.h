// outbound_login.h — what a session has learned of 401 and 407, and the headers that answer them (RFC 3261 §22).
// Private to signaling.
#pragma once

#include "dataplane/base/rng.h"
#include "signaling/digest.h"
#include "signaling/message.h"

#include <string>
#include <vector>

namespace rb::sip {

/// How often one request has been challenged; begins anew with each request.
struct LoginTries {
    unsigned count = 0;
    bool stale = false;               ///< a nonce that was too old has been excused once
    std::vector<std::string> realms;  ///< those already answered
};

/// Owner: its session. Once a realm has been answered, later requests carry its answer at once, counting up.
class OutboundLogin {
public:
    static constexpr unsigned kTriesMax = 2;  ///< answers to one request: a proxy's challenge and the peer's own

    /// Learns from the challenges of a response.
    ///
    /// code         401 or 407
    /// credentials  those of the endpoint, which outlive this
    /// tries        of the request that was answered so
    /// returns      whether the request is worth sending again
    [[nodiscard]] bool learn(int code, const Headers& headers, const std::vector<DigestCredentials>& credentials,
                             LoginTries& tries);

    /// The Authorization and Proxy-Authorization lines for a request; empty while nobody has asked.
    [[nodiscard]] std::string lines(std::string_view method, const std::string& uri, Rng& rng);

private:
    struct Answer {
        bool proxy = false;
        DigestChallenge challenge;
        const DigestCredentials* credentials = nullptr;
        std::uint32_t count = 0;  ///< uses of the nonce
    };

    void remember(Answer answer);

    std::vector<Answer> answers_;  ///< one for each realm and side
};

}  // namespace rb::sip
