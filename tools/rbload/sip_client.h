// sip_client.h — all calls of one SIP socket: places them, answers those that come, keeps their timers.
#pragma once

#include "tools/rbload/sip_call.h"
#include "tools/rbload/udp_socket.h"

#include <memory>
#include <queue>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace rb::load {

/// Something happened to a call.
struct CallEvent {
    std::uint32_t call = 0;
    CallChange change = CallChange::None;
    int status = 0;      ///< of Refused
    Nanos waited{};      ///< of Answered and Refused: since the INVITE
    std::string number;  ///< of Incoming
    std::optional<MediaDescription> remote;
};

/// Owner: the generator's one thread.
class SipClient {
public:
    /// local   address to speak from; port 0 takes any
    [[nodiscard]] static Result<std::unique_ptr<SipClient>> open(const Address& local);

    /// Calls a URI at an address.
    /// returns   the call's number, counted from 0
    std::uint32_t place(const std::string& uri, const Address& peer, const MediaDescription& offer, Nanos now);
    /// Answers a call that was reported as Incoming.
    void answer(std::uint32_t call, const MediaDescription& media, Nanos now);
    void hang_up(std::uint32_t call, Nanos now);

    /// Receives, runs timers, sends.
    /// returns   what happened, valid until the next run()
    std::span<const CallEvent> run(Nanos now);

    [[nodiscard]] std::uint64_t retransmissions() const noexcept;
    [[nodiscard]] std::uint64_t malformed() const noexcept { return malformed_; }

private:
    struct Timer {
        Nanos at;
        std::uint32_t call;
        bool operator>(const Timer& other) const noexcept { return at > other.at; }
    };

    SipClient(UdpSocket socket, std::string run);
    void on_datagram(const Arrival& arrival);
    std::optional<std::uint32_t> find_or_accept(const SipMessage& message, const Address& source);
    std::uint32_t add(std::string call_id, const Address& peer);
    void note(std::uint32_t call, CallChange change, Nanos at);
    void flush();

    UdpSocket socket_;
    Address local_;
    std::string run_;  ///< random: tells our calls from those of an earlier run
    std::vector<std::unique_ptr<SipCall>> calls_;
    std::unordered_map<std::string, std::uint32_t> by_call_id_;
    std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
    std::vector<CallEvent> events_;
    SipOutbox outbox_;
    std::vector<std::uint8_t> buffer_;
    std::uint64_t retransmissions_ = 0;  ///< of calls forgotten
    std::uint64_t malformed_ = 0;
};

}  // namespace rb::load
