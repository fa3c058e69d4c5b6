// dialog.h — what RFC 3261 §12 says a dialog consists of, and the requests made from it. Private to this folder.
#pragma once

#include "signaling/message.h"
#include "signaling/nta_stack.h"
#include "signaling/sofia.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace rb::sip {

/// A Contact that requests can be sent to; "*" and tel: cannot.
[[nodiscard]] bool is_sip_contact(const sip_contact_t* contact) noexcept;

/// What a request within or towards a dialog carries beyond the dialog's own headers; empty = left out.
struct RequestParts {
    sip_method_t method = sip_method_unknown;
    const char* method_name = nullptr;
    std::uint32_t cseq = 0;
    std::string via;  ///< "SIP/2.0/UDP 192.0.2.1:5060" where the socket's own address must not be seen
    std::string contact;
    std::string body;
    const char* content_type = "application/sdp";  ///< of the body
    std::string headers;                           ///< whole lines
    std::string user_agent;
    unsigned max_forwards = 70;
};

/// Owner: its session. Text in the form it has on the wire, so that a dialog is a handful of short strings.
class Dialog {
public:
    /// The dialog an INVITE received opens (§12.1.1).
    static Dialog from_request(const sip_t* invite, std::string local_tag);

    /// The dialog an INVITE of ours will open; the peer's half is learned from the response.
    ///
    /// local   our From without tag: "\"Ann\" <sip:ann@192.0.2.1>"
    /// target  the Request-URI
    static Dialog to_target(std::string call_id, std::string local, std::string local_tag, std::string target);

    /// Takes the peer's tag, route set and target from a provisional response or a 2xx to our INVITE (§12.1.2).
    void confirm(const sip_t* response);

    /// A target refresh request or response moves the peer's Contact (§12.2.1.2).
    void refresh_target(const sip_contact_t* contact);

    /// Sends in-dialog requests to where the peer's come from, whatever its Contact says (rewrite_contact).
    void route_to_source(const Address& source);

    /// Another place for an INVITE that has opened no dialog yet.
    void set_target(std::string uri) { target_ = std::move(uri); }
    [[nodiscard]] const std::string& target() const noexcept { return target_; }

    /// An outbound proxy in front of everything else.
    void set_initial_route(std::string uri);

    /// False when the CSeq goes back (§12.2.2).
    [[nodiscard]] bool accept_cseq(std::uint32_t cseq) noexcept;
    [[nodiscard]] std::uint32_t next_cseq() noexcept { return ++local_cseq_; }

    [[nodiscard]] const std::string& local_tag() const noexcept { return local_tag_; }
    [[nodiscard]] const std::string& remote_tag() const noexcept { return remote_tag_; }
    [[nodiscard]] const std::string& call_id() const noexcept { return call_id_; }
    /// What stands in the request line of requests from this dialog.
    [[nodiscard]] const std::string& request_uri() const noexcept { return strict_route() ? route_.front() : target_; }

    /// Builds a request and hands it to nta.
    ///
    /// callback  gets the responses with `session`; nullptr = nobody waits for them
    /// returns   the transaction, or nullptr when the request cannot be built (a target that is no SIP URI)
    nta_outgoing_t* send(const Listener& listener, const RequestParts& parts, nta_response_f* callback,
                         Session* session) const;

private:
    /// A strict router takes the place of the target, which moves to the end of the route (RFC 3261 §12.2.1.1).
    [[nodiscard]] bool strict_route() const noexcept;

    std::string call_id_;
    std::string local_;  ///< our From or To value, with tag
    std::string local_tag_;
    std::string remote_;  ///< the peer's From or To value, with tag once known
    std::string remote_tag_;
    std::string target_;              ///< remote target URI
    std::string override_;            ///< URI that requests go to instead; empty = route set, else target
    std::vector<std::string> route_;  ///< URIs, nearest first
    std::uint32_t local_cseq_ = 0;
    std::uint32_t remote_cseq_ = 0;
};

}  // namespace rb::sip
