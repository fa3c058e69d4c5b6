// session_layer.h — every session of the node, and the way in for requests and actions. Private to this folder.
#pragma once

#include "dataplane/base/rng.h"
#include "signaling/identify.h"
#include "signaling/message.h"
#include "signaling/nta_stack.h"
#include "signaling/session.h"

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace rb::sip {

/// Where events go, and how many of them control has not yet read.
struct EventSink {
    std::function<void(SipEvent)> emit;
    std::function<std::size_t()> waiting;
};

/// Where a request goes first.
struct NextHop {
    Listener* listener = nullptr;
    Address peer;  ///< none while a name is to be resolved
};

/// Why a URI cannot be called, as the response that says so.
struct Unreachable {
    int code = 0;
    std::string text;
};

/// Owner: the sip thread.
class SessionLayer {
public:
    SessionLayer(su_root_t* root, SipCounters& counters, EventSink sink, std::shared_ptr<const Settings> settings);

    /// The sockets, which are opened after the layer since they call it. Outlive it.
    void use_stack(NtaStack& stack) noexcept { stack_ = &stack; }

    /// A request that matched no transaction; takes the message.
    void on_request(Listener& listener, msg_t* msg, sip_t* sip);
    /// Does what control says; StopSip is the loop's.
    void handle(SipAction&& action);
    /// Deletes the sessions that are over; never called from within one.
    void sweep();
    /// Ends every session (final response, CANCEL or BYE). Returns whether there was any.
    bool end_all();
    /// Deletes every session, which must happen while the stack still stands.
    void forget_all();

    // For sessions:
    void emit(SipEvent event) { sink_.emit(std::move(event)); }
    void retire(const Session& session);
    [[nodiscard]] SipCounters& counters() noexcept { return counters_; }
    [[nodiscard]] const std::string& user_agent() const noexcept { return index_->settings().user_agent; }
    [[nodiscard]] const Settings& settings() const noexcept { return index_->settings(); }
    [[nodiscard]] su_root_t* root() noexcept { return root_; }
    [[nodiscard]] Rng& rng() noexcept { return rng_; }
    [[nodiscard]] std::string new_tag();
    [[nodiscard]] tl::expected<NextHop, Unreachable> next_hop(const EndpointSettings& endpoint,
                                                              const std::string& target) const;

private:
    struct Caller {
        Listener& listener;
        const EndpointSettings* endpoint = nullptr;
        Address source;
    };

    void on_new_request(Listener& listener, msg_t* msg, sip_t* sip);
    void on_invite(const Caller& caller, msg_t* msg, sip_t* sip);
    void on_options(const Caller& caller, msg_t* msg, sip_t* sip);
    [[nodiscard]] Session* find_dialog(const sip_t* sip);
    [[nodiscard]] std::optional<Reply> refuse_caller(const EndpointSettings* endpoint, const Address& source,
                                                     bool contacts_allowed);
    [[nodiscard]] std::optional<Reply> refuse_new(const EndpointSettings& endpoint);
    [[nodiscard]] std::optional<Reply> refuse_while_draining();
    [[nodiscard]] std::optional<Reply> refuse_by_load();
    [[nodiscard]] bool take_rate_token();
    Session& add(SessionStart start);
    void place(PlaceCall&& call);
    void refuse(const Listener& listener, msg_t* msg, const Reply& reply);

    su_root_t* root_;
    SipCounters& counters_;
    EventSink sink_;
    std::shared_ptr<const EndpointIndex> index_;
    NtaStack* stack_ = nullptr;
    Rng rng_;
    std::uint64_t next_id_ = 1;  // odd: incoming
    unsigned load_percent_ = 0;  // told by X-Load in answers to OPTIONS
    SetDraining drain_;
    double rate_tokens_ = 0;
    Nanos rate_time_ = 0ns;

    std::unordered_map<SessionId, std::unique_ptr<Session>> sessions_;
    std::unordered_map<std::string_view, Session*> by_tag_;  ///< keys live in the sessions
    std::unordered_map<std::string, std::size_t> calls_;     ///< by endpoint
    std::vector<std::unique_ptr<Session>> retired_;
};

}  // namespace rb::sip
