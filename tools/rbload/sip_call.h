// sip_call.h — one call as a state machine without a socket: messages and times in, messages out (RFC 3261 §13, §15,
// §17).
#pragma once

#include "dataplane/base/time.h"
#include "tools/rbload/session_description.h"
#include "tools/rbload/sip_message.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rb::load {

/// One message to send.
struct SipDatagram {
    Address to;
    std::string text;
};
using SipOutbox = std::vector<SipDatagram>;

/// What a message or a timer did to a call.
enum class CallChange : std::uint8_t {
    None,
    Incoming,  ///< wants answer()
    Ringing,
    Answered,      ///< outgoing: 2xx, incoming: the answer went out; remote_media() is valid
    MediaChanged,  ///< a re-INVITE or UPDATE brought another address
    Refused,       ///< by status()
    EndedByPeer,   ///< BYE came
    Ended,         ///< our BYE was answered
    TimedOut,      ///< nobody answered within 32 s
    Forgotten,     ///< ended long enough ago for retransmissions to have ceased: may be destroyed
};

/// Both sides of a call: placed by us, or received. SDP is offered in the INVITE; a peer's INVITE without an offer is
/// answered with one.
class SipCall {
public:
    struct Plan {
        std::string call_id;
        std::string tag;  ///< ours
        Address local;    ///< of our SIP socket
        Address peer;     ///< where requests go
    };

    explicit SipCall(Plan plan) : plan_{std::move(plan)} {}

    /// Sends the INVITE.
    void place(const std::string& uri, const MediaDescription& offer, Nanos now, SipOutbox& out);
    /// Answers the INVITE that came, with 200.
    void answer(const MediaDescription& media, Nanos now, SipOutbox& out);
    /// Sends BYE; only for a call that is up, else nothing happens.
    void hang_up(Nanos now, SipOutbox& out);

    /// One message of this call.
    CallChange on_message(const SipMessage& message, std::string_view datagram, Nanos now, SipOutbox& out);
    /// To be called once timer_at() has passed.
    CallChange on_timer(Nanos now, SipOutbox& out);

    [[nodiscard]] const std::string& call_id() const noexcept { return plan_.call_id; }
    [[nodiscard]] Nanos timer_at() const noexcept { return timer_at_; }
    [[nodiscard]] Nanos placed_at() const noexcept { return placed_at_; }
    [[nodiscard]] int status() const noexcept { return status_; }
    [[nodiscard]] const std::optional<MediaDescription>& remote_media() const noexcept { return remote_media_; }
    /// The number an incoming call is for.
    [[nodiscard]] std::string_view number() const noexcept { return number_; }
    [[nodiscard]] std::uint64_t retransmissions() const noexcept { return retransmissions_; }

private:
    enum class State : std::uint8_t {
        Idle,
        Calling,     ///< INVITE sent, nothing heard
        Proceeding,  ///< a provisional response came
        Arrived,     ///< INVITE received, not yet answered
        Accepted,    ///< 200 sent, ACK awaited
        Up,
        Ending,  ///< BYE sent
        Over,
    };

    CallChange on_request(const SipMessage& request, std::string_view datagram, Nanos now, SipOutbox& out);
    CallChange on_invite(const SipMessage& request, std::string_view datagram, SipOutbox& out);
    CallChange on_invite_response(const SipMessage& response, Nanos now, SipOutbox& out);
    CallChange on_final_success(const SipMessage& response, SipOutbox& out);
    void take_media(std::string_view sdp);
    [[nodiscard]] std::string request(std::string_view method, std::string_view uri, unsigned cseq,
                                      std::string_view sdp) const;
    [[nodiscard]] std::string contact() const;
    void send_reliably(std::string text, Nanos now, SipOutbox& out);
    void end(Nanos now);

    Plan plan_;
    State state_ = State::Idle;
    std::string local_;   ///< From of our requests
    std::string remote_;  ///< To of our requests
    std::string target_;  ///< Request-URI within the dialog
    std::string routes_;  ///< Route fields, complete
    std::string number_;
    std::string invite_;  ///< the INVITE received, until its ACK
    std::string last_;    ///< what is being retransmitted
    std::string sdp_;     ///< ours
    std::optional<MediaDescription> remote_media_;
    unsigned cseq_ = 0;
    unsigned invite_cseq_ = 0;
    int status_ = 0;
    Nanos placed_at_{};
    Nanos timer_at_ = kNever;
    Nanos interval_{};
    Nanos give_up_at_ = kNever;
    std::uint64_t retransmissions_ = 0;
};

}  // namespace rb::load
