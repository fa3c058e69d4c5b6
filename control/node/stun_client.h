// stun_client.h — asks a STUN server for the address under which the world sees this node (RFC 8489, Binding): at
// start, every five minutes, and sooner while there is no answer.
#pragma once

#include "control/config/media_objects.h"
#include "control/node/name_lookup.h"
#include "dataplane/base/address.h"
#include "dataplane/base/time.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <poll.h>
#include <span>
#include <string>
#include <vector>

namespace rb::node {

/// The server to ask: a TURN server answers as a STUN server does where there is no other (it is one, RFC 8656 §2).
[[nodiscard]] inline const std::optional<config::HostPort>& stun_server(const config::Rtp& rtp)
{
    return rtp.stunaddr ? rtp.stunaddr : rtp.turnaddr;
}

/// Never waits. What it believes came from the address asked, the socket being connected, within the transaction, whose
/// id nobody can guess; each round has a new socket, so that answers to an earlier one lead nowhere.
/// Owner: control.
class StunClient {
public:
    /// Between an answer and the next round, in which the name is looked up anew. Addresses change rarely: clouds move
    /// one within seconds when told to, providers at night.
    static constexpr Nanos kRefresh = 300s;
    /// After a round without an answer.
    static constexpr Nanos kRetry = 30s;
    /// RFC 8489 §6.2.1: the first retransmission timeout, how often a request is sent, and how many times that timeout
    /// an answer to the last one may take.
    static constexpr Nanos kRto = 500ms;
    static constexpr unsigned kRequestsMax = 7;
    static constexpr unsigned kLastWait = 16;

    using MakeSecret = std::function<void(std::span<std::uint8_t>)>;
    /// level   as Environment::log has it
    using LogLine = std::function<void(int level, const std::string& line)>;

    struct Counts {
        std::uint64_t requests = 0;
        std::uint64_t answers = 0;   ///< that told an address
        std::uint64_t failures = 0;  ///< rounds without one
        std::uint64_t ignored = 0;   ///< datagrams that were no answer to what was asked
        std::uint64_t known = 0;     ///< 1 while an address is known
    };

    StunClient(MakeSecret make_secret, LogLine log);
    ~StunClient();
    StunClient(const StunClient&) = delete;
    StunClient& operator=(const StunClient&) = delete;

    /// Asks this server from now on, at once; what is known stays until it has answered. None forgets everything.
    void use(const std::optional<config::HostPort>& server, Nanos now);

    void step(Nanos now);
    void poll_for(std::vector<pollfd>& waiting) const;
    [[nodiscard]] Nanos next_deadline() const { return due_; }

    /// What was told last, with port 0; none before the first answer.
    [[nodiscard]] const Address& known() const { return known_; }
    /// A server is configured, and has told nothing so far.
    [[nodiscard]] bool in_vain() const { return server_ && !known_; }
    [[nodiscard]] Counts counts() const;

private:
    [[nodiscard]] Result<void> open(const Address& server);
    void send(Nanos now);
    void receive(Nanos now);
    [[nodiscard]] bool take(std::span<const std::uint8_t> datagram, Nanos now);
    void learn(const Address& address, Nanos now);
    void fail(const std::string& why, Nanos now);
    void end_round(Nanos next);

    MakeSecret make_secret_;
    LogLine log_;
    std::optional<config::HostPort> server_;
    std::optional<NameLookup> lookup_;
    Address asked_;
    int fd_ = -1;  // of the transaction under way
    std::array<std::uint8_t, 12> transaction_{};
    unsigned sent_ = 0;
    Nanos due_ = kNever;  // the next round; in a transaction, the next request or its end
    Address known_;
    bool told_silence_ = false;
    Counts counts_;
};

}  // namespace rb::node
