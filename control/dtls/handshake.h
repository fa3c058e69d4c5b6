// handshake.h — what one agreement of SDP on DTLS comes to: an association with each address that begins one, until one
// of them has proved to be the peer.
//
// So a stranger who is quicker with his ClientHello, from wherever it is that he gets it through, delays nobody: his
// association fails by itself, beside the one that does not.
#pragma once

#include "control/dtls/association.h"
#include "dataplane/base/address.h"
#include "dataplane/base/time.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace rb::dtls {

/// Owner: one thread, any.
class Handshake {
public:
    /// Addresses that may be at it at a time; of more, the one that began first makes room.
    static constexpr std::size_t kCandidatesMax = 4;

    struct Terms {
        Association::Terms association;
        Address peer;            ///< to whom we begin as a client
        Nanos renew_after = 0s;  ///< new keys are agreed on so often; 0 = never
    };

    /// Why an association has failed.
    struct Failure {
        Address with;
        std::string problem;
        bool wrong_fingerprint = false;
    };

    /// What has come of it since it was asked last.
    struct Outcome {
        std::vector<std::pair<Address, Datagram>> datagrams;  ///< to be sent, in order
        std::optional<SrtpKeys> keys;
        std::vector<Failure> failures;
        bool closed = false;  ///< the association is over; its keys are not to be used any more
    };

    Handshake(std::shared_ptr<const Context> context, Terms terms, Nanos now);

    void receive(const Address& source, std::span<const std::uint8_t> datagram, Nanos now);
    void on_time(Nanos now);
    /// When on_time() wants to be called next; kNever = not before something comes.
    [[nodiscard]] Nanos due(Nanos now) const;
    /// Says goodbye to the peer.
    void close();
    [[nodiscard]] Outcome take_outcome() { return std::exchange(outcome_, {}); }

private:
    struct Candidate {
        Address address;
        std::unique_ptr<Association> association;
    };

    Candidate* candidate_of(const Address& source, bool begins);
    Candidate* begin(const Address& address);
    void settle(Nanos now);

    std::shared_ptr<const Context> context_;
    Terms terms_;
    std::vector<Candidate> candidates_;  // oldest first; one alone once it has proved to be the peer
    bool proved_ = false;
    Nanos renew_at_ = kNever;
    Outcome outcome_;
};

}  // namespace rb::dtls
