#include "control/dtls/handshake.h"

#include <algorithm>

namespace rb::dtls {
namespace {

/// Whether a datagram begins with a ClientHello (RFC 6347 §4.2.2). What is left of a handshake that has failed must not
/// be taken for the beginning of another: it would be put between what that one says.
bool is_hello(std::span<const std::uint8_t> datagram) noexcept
{
    constexpr std::size_t kRecordHeaderBytes = 13;
    constexpr std::uint8_t kHandshakeRecord = 22;
    constexpr std::uint8_t kClientHello = 1;
    return datagram.size() > kRecordHeaderBytes && datagram[0] == kHandshakeRecord &&
           datagram[kRecordHeaderBytes] == kClientHello;
}

}  // namespace

Handshake::Handshake(std::shared_ptr<const Context> context, Terms terms, Nanos now)
    : context_{std::move(context)}, terms_{std::move(terms)}
{
    if (terms_.association.client) {
        static_cast<void>(begin(terms_.peer));
        settle(now);
    }
}

void Handshake::receive(const Address& source, std::span<const std::uint8_t> datagram, Nanos now)
{
    if (Candidate* candidate = candidate_of(source, is_hello(datagram))) {
        candidate->association->receive(datagram);
        settle(now);
    }
}

/// A client has one, whoever answers; and a peer that has proved itself may be heard through another mapping of its
/// NAT.
Handshake::Candidate* Handshake::candidate_of(const Address& source, bool begins)
{
    if (proved_ || terms_.association.client) {
        return candidates_.empty() ? nullptr : &candidates_.front();
    }
    const auto known = std::ranges::find(candidates_, source, &Candidate::address);
    if (known != candidates_.end()) {
        return &*known;
    }
    if (!begins) {
        return nullptr;
    }
    if (candidates_.size() == kCandidatesMax) {
        candidates_.erase(candidates_.begin());
    }
    return begin(source);
}

Handshake::Candidate* Handshake::begin(const Address& address)
{
    auto association = Association::begin(context_, terms_.association);
    if (!association) {
        outcome_.failures.push_back({.with = address, .problem = std::move(association.error().message)});
        return nullptr;
    }
    return &candidates_.emplace_back(Candidate{.address = address, .association = std::move(*association)});
}

/// Gathers what the associations have come to.
void Handshake::settle(Nanos now)
{
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
        Association& association = *candidates_[i].association;
        for (Datagram& datagram : association.take_output()) {
            outcome_.datagrams.emplace_back(candidates_[i].address, std::move(datagram));
        }
        if (auto keys = association.take_keys()) {
            outcome_.keys = std::move(keys);
            renew_at_ = terms_.renew_after > 0s ? now + terms_.renew_after : kNever;
            proved_ = true;
        }
        const bool closed = association.state() == Association::State::Closed;
        const bool failed = association.state() == Association::State::Failed;
        outcome_.closed = outcome_.closed ||
                          (proved_ && candidates_.size() == 1 && (closed || (failed && !association.renewal_failed())));
        if (failed) {
            outcome_.failures.push_back({.with = candidates_[i].address,
                                         .problem = association.problem(),
                                         .wrong_fingerprint = association.wrong_fingerprint()});
        }
    }
    const bool one_proved = proved_;
    std::erase_if(candidates_, [one_proved](const Candidate& candidate) {
        const Association::State state = candidate.association->state();
        return state == Association::State::Failed || state == Association::State::Closed ||
               (one_proved && state != Association::State::Established);
    });
}

void Handshake::on_time(Nanos now)
{
    for (const Candidate& candidate : candidates_) {
        if (candidate.association->timeout() == 0s) {
            candidate.association->on_timeout();
        }
    }
    if (now >= renew_at_ && proved_ && !candidates_.empty()) {
        renew_at_ = kNever;
        candidates_.front().association->renew_keys();
    }
    settle(now);
}

Nanos Handshake::due(Nanos now) const
{
    Nanos due = renew_at_;
    for (const Candidate& candidate : candidates_) {
        if (const auto timeout = candidate.association->timeout()) {
            due = std::min(due, now + *timeout);
        }
    }
    return due;
}

void Handshake::close()
{
    if (proved_ && !candidates_.empty()) {
        candidates_.front().association->close();
        for (Datagram& datagram : candidates_.front().association->take_output()) {
            outcome_.datagrams.emplace_back(candidates_.front().address, std::move(datagram));
        }
        candidates_.clear();
    }
}

}  // namespace rb::dtls
