// session.h — one INVITE dialog usage from its first message to its last: the state machine between nta's transactions
// and the call engine. Private to this folder.
//
// session.cpp ends it, session_incoming.cpp answers, session_outgoing.cpp calls, session_offer.cpp changes the media;
// session_reliable.cpp and session_forks.cpp look after what happens before the answer.
#pragma once

#include "signaling/dialog.h"
#include "signaling/identify.h"
#include "signaling/media_exchange.h"
#include "signaling/message.h"
#include "signaling/reply.h"
#include "signaling/sofia.h"
#include "signaling/supplements/outbound_login.h"
#include "signaling/supplements/reliable.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rb::sip {

class SessionLayer;

/// What every session knows from its birth.
struct SessionStart {
    SessionId id{};
    Listener* listener = nullptr;
    std::shared_ptr<const EndpointIndex> index;  ///< keeps `endpoint` alive across reloads
    const EndpointSettings* endpoint = nullptr;
    Address peer;           ///< where its messages come from or go to; none while a name is to be resolved
    std::string local_tag;  ///< by which requests of the peer find the session
};

/// Owner: the sip thread, through SessionLayer. Emits exactly one SessionEnded once control knows of it.
class Session {
public:
    Session(SessionLayer& layer, SessionStart start);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    Session(Session&&) = delete;
    Session& operator=(Session&&) = delete;

    /// Takes the server transaction of an INVITE: answers 100 and tells control, or refuses.
    void begin_incoming(nta_incoming_t* transaction, const sip_t* invite);
    /// Sends the INVITE of a call out.
    void begin_outgoing(PlaceCall&& call);
    /// A call out that could not even be sent.
    void fail(int code, std::string reason);

    /// A request within the dialog, by whatever listener it came; takes the message.
    void on_request(const Listener& listener, msg_t* msg, sip_t* sip);

    void handle(SendProgress&& action);
    void handle(SendAnswer&& action);
    void handle(EndSession&& action);
    void handle(AcceptOffer&& action);
    void handle(RejectOffer&& action);
    void handle(Reoffer&& action);
    void handle(SendKey&& action);

    [[nodiscard]] SessionId id() const noexcept { return start_.id; }
    [[nodiscard]] const std::string& local_tag() const noexcept { return start_.local_tag; }
    [[nodiscard]] const std::string& call_id() const noexcept { return dialog_.call_id(); }
    [[nodiscard]] bool ended() const noexcept { return ended_; }
    [[nodiscard]] const EndpointSettings& endpoint() const noexcept { return *start_.endpoint; }

private:
    enum class State {
        Incoming,     ///< INVITE received, no final response sent
        AwaitingAck,  ///< 200 sent
        Calling,      ///< INVITE sent, no final response received
        Confirmed,
    };
    /// What the provisional responses of one phone have said.
    struct Early {
        std::uint32_t rseq = 0;                ///< of the last reliable one; 0 = none yet
        std::string body;                      ///< SDP of the last one, where that was not reliable
        std::optional<NegotiatedMedia> media;  ///< what control was told
    };
    /// One of the dialogs that an INVITE of ours has opened or may open.
    struct Fork {
        Dialog dialog;
        MediaExchange exchange;
        Early early;
    };
    /// What a login takes, where the endpoint has one.
    struct Login {
        OutboundLogin answers;
        LoginTries tries;         ///< of the request under way
        std::string ack_lines;    ///< of the last INVITE, which its ACK repeats (RFC 3261 §22.1)
        std::string bye_headers;  ///< sent again after a challenge, as the next
        std::string reoffer_body;
    };
    /// What only a call of ours needs, and only until it is answered.
    struct Calling {
        std::string body;                  ///< of the INVITE
        std::string headers;               ///< without what depends on a challenge
        Fork blank;                        ///< as the INVITE left it, for a phone not heard of before
        std::vector<Fork> parked;          ///< those not in the foreground
        Early early;                       ///< of the one in the foreground
        std::vector<std::string> targets;  ///< URIs of 3xx yet to be tried, in order
        std::vector<std::string> seen;     ///< all that were ever among them, and the first
    };
    struct TimerDeleter {
        void operator()(su_timer_t* timer) const noexcept { su_timer_destroy(timer); }
    };
    using Timer = std::unique_ptr<su_timer_t, TimerDeleter>;

    static int on_ack_or_cancel(Session* session, nta_incoming_t* transaction, const sip_t* sip);
    static int on_invite_response(Session* session, nta_outgoing_t* transaction, const sip_t* sip);
    static int on_reoffer_response(Session* session, nta_outgoing_t* transaction, const sip_t* sip);
    static int on_bye_response(Session* session, nta_outgoing_t* transaction, const sip_t* sip);
    static void on_call_timeout(su_root_magic_t* magic, su_timer_t* timer, su_timer_arg_t* arg);
    static void on_glare_over(su_root_magic_t* magic, su_timer_t* timer, su_timer_arg_t* arg);
    static void on_unacknowledged(su_root_magic_t* magic, su_timer_t* timer, su_timer_arg_t* arg);

    void on_ack(nta_incoming_t* transaction, const sip_t* ack);
    void on_stray_ack(const Listener& listener, msg_t* msg, const sip_t* ack);
    void on_cancel(nta_incoming_t* transaction, const sip_t* cancel);
    void on_no_ack(nta_incoming_t* transaction);
    void on_bye(nta_incoming_t* transaction, const sip_t* bye);
    void on_prack(nta_incoming_t* transaction, const sip_t* prack);
    void on_info(nta_incoming_t* transaction, const sip_t* info);
    void on_offer(nta_incoming_t* transaction, const sip_t* request);
    [[nodiscard]] std::optional<Reply> refuse_offer(const sip_t* request);
    void on_provisional(int code, const sip_t* response);
    void on_success(const sip_t* response);
    void on_failure(int code, const sip_t* response);
    void on_reoffered(const sip_t* response);
    void on_reoffer_refused(int code);

    void begin_reliable(const sip_t* invite);
    void send_provisional(Reply reply);
    void transmit_reliable();
    [[nodiscard]] bool take_answer_of_prack(nta_incoming_t* transaction, const sip_t* prack);

    [[nodiscard]] bool knows_peer(std::string_view tag) const;
    [[nodiscard]] bool to_foreground(std::string_view tag);
    void offer_to_foreground();
    [[nodiscard]] bool accept_rseq(std::uint32_t rseq);
    void acknowledge_provisional(const sip_t* response);
    void follow_source(nta_outgoing_t* transaction);

    void refuse(nta_incoming_t*& transaction, const Reply& reply);
    void send_offer(LocalMedia&& media);
    void send_queued_offer();
    void cancel(const std::string& headers);
    [[nodiscard]] bool send_invite();
    [[nodiscard]] nta_outgoing_t* send_reinvite(std::string body);
    void send_bye(int cause, const Headers& headers);
    [[nodiscard]] nta_outgoing_t* send_bye(const std::string& lines, nta_response_f* callback);
    void acknowledge(std::uint32_t cseq);
    [[nodiscard]] bool send_elsewhere(int code, const sip_t* response);
    void note_targets(const sip_t* response);
    void begin_request();
    [[nodiscard]] bool challenged(int code, const sip_t* response);
    [[nodiscard]] std::string login_lines(const char* method);
    [[nodiscard]] std::string login_lines_of_invite();
    void end(int code, int cause, std::string reason, Headers headers = {});
    void retire_when_idle();

    void answer_with(nta_incoming_t* transaction, const Reply& reply);
    [[nodiscard]] Reply media_refusal(const MediaRefusal& refusal) const;
    [[nodiscard]] std::string contact() const;
    [[nodiscard]] std::string reason_line(int cause, const Headers& headers) const;
    [[nodiscard]] std::string extra_lines(const Headers& headers) const;
    [[nodiscard]] RequestParts parts(sip_method_t method, const char* name, std::uint32_t cseq) const;
    [[nodiscard]] Timer start_timer(Nanos delay, su_timer_f callback);

    SessionLayer& layer_;
    SessionStart start_;
    State state_ = State::Incoming;
    Dialog dialog_;
    MediaExchange exchange_;
    bool announced_ = false;  ///< control knows of the session
    bool ended_ = false;      ///< SessionEnded is out; only transactions keep the object alive
    bool caller_ = false;     ///< we own the Call-ID (decides who waits longer after glare, RFC 3261 §14.1)

    nta_incoming_t* invite_in_ = nullptr;    ///< INVITE, until refused or ACK
    nta_incoming_t* offer_in_ = nullptr;     ///< re-INVITE or UPDATE that control is to answer
    const Listener* invited_by_ = nullptr;   ///< where the last INVITE of the peer came, and its ACK belongs
    nta_incoming_t* reinvite_in_ = nullptr;  ///< re-INVITE answered with 200, until ACK
    nta_outgoing_t* invite_out_ = nullptr;
    nta_outgoing_t* reoffer_out_ = nullptr;
    nta_outgoing_t* bye_out_ = nullptr;  ///< only where its answer may be a challenge

    std::unique_ptr<Login> login_;

    std::string answer_;                           ///< SDP sent with early media, which 200 repeats
    std::uint32_t invite_cseq_ = 0;                ///< of the INVITE that began the call, whoever sent it
    std::unique_ptr<ReliableResponses> reliable_;  ///< where ours are acknowledged
    Timer reliable_timer_;
    bool sdp_sent_reliably_ = false;           ///< our answer or offer is out; 200 does not repeat it
    std::unique_ptr<SendAnswer> held_answer_;  ///< waits for PRACK
    std::unique_ptr<Calling> calling_;
    std::unique_ptr<LocalMedia> queued_offer_;  ///< waits for the offer under way
    LocalMedia last_offer_;                     ///< repeated after glare
    std::uint32_t reoffer_cseq_ = 0;
    unsigned glares_ = 0;
    int pending_bye_cause_ = 16;  ///< of a BYE that waits for ACK (RFC 3261 §15) or for 200 to cross CANCEL
    Timer call_timeout_;
    Timer glare_timer_;
};

}  // namespace rb::sip
