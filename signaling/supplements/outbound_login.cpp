#include "signaling/supplements/outbound_login.h"

#include "signaling/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace rb::sip {
namespace {

std::string new_cnonce(Rng& rng)
{
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), rng.next(), 16).ptr;
    return {digits.data(), end};
}

/// Those that name the realm come before those for any.
const DigestCredentials* find_credentials(const std::vector<DigestCredentials>& all, const DigestChallenge& challenge)
{
    const DigestCredentials* best = nullptr;
    for (const DigestCredentials& one : all) {
        if (one.fit(challenge) && (best == nullptr || one.realm == challenge.realm)) {
            best = &one;
        }
    }
    return best;
}

std::vector<DigestChallenge> challenges_in(const Headers& headers, std::string_view name)
{
    std::vector<DigestChallenge> challenges;
    for (const auto& [field, value] : headers) {
        if (equal_ignoring_case(field, name)) {
            for (DigestChallenge& challenge : read_challenges(value)) {
                challenges.push_back(std::move(challenge));
            }
        }
    }
    return challenges;
}

}  // namespace

bool OutboundLogin::learn(int code, const Headers& headers, const std::vector<DigestCredentials>& credentials,
                          LoginTries& tries)
{
    const bool proxy = code == 407;
    auto challenges = challenges_in(headers, proxy ? "Proxy-Authenticate" : "WWW-Authenticate");
    // A realm often asks in several algorithms: the strongest we have something for is answered (RFC 8760 §2.4).
    std::stable_sort(challenges.begin(), challenges.end(),
                     [](const DigestChallenge& a, const DigestChallenge& b) { return a.algorithm > b.algorithm; });
    std::vector<Answer> fresh;
    for (DigestChallenge& challenge : challenges) {
        const bool answered = std::any_of(fresh.begin(), fresh.end(), [&](const Answer& answer) {
            return answer.challenge.realm == challenge.realm;
        });
        const DigestCredentials* found = answered ? nullptr : find_credentials(credentials, challenge);
        if (found != nullptr) {
            fresh.push_back({.proxy = proxy, .challenge = std::move(challenge), .credentials = found});
        }
    }
    if (fresh.empty() || tries.count >= kTriesMax) {
        return false;
    }
    ++tries.count;
    for (Answer& answer : fresh) {
        const std::string key = (proxy ? "proxy " : "") + answer.challenge.realm;
        if (std::find(tries.realms.begin(), tries.realms.end(), key) == tries.realms.end()) {
            tries.realms.push_back(key);
        } else if (!answer.challenge.stale || std::exchange(tries.stale, true)) {
            return false;  // the same realm again: it did not like our answer
        }
        remember(std::move(answer));
    }
    return true;
}

void OutboundLogin::remember(Answer answer)
{
    const auto known = std::find_if(answers_.begin(), answers_.end(), [&answer](const Answer& one) {
        return one.proxy == answer.proxy && one.challenge.realm == answer.challenge.realm;
    });
    if (known != answers_.end()) {
        *known = std::move(answer);
    } else {
        answers_.push_back(std::move(answer));
    }
}

std::string OutboundLogin::lines(std::string_view method, const std::string& uri, Rng& rng)
{
    std::string text;
    for (Answer& answer : answers_) {
        const DigestRequest request{
            .method = std::string{method}, .uri = uri, .cnonce = new_cnonce(rng), .nc = ++answer.count};
        text += answer.proxy ? "Proxy-Authorization: " : "Authorization: ";
        text += write_digest_answer(*answer.credentials, answer.challenge, request) + "\r\n";
    }
    return text;
}

}  // namespace rb::sip
