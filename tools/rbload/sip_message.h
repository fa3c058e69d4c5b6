// sip_message.h — SIP as text (RFC 3261 §7): the few fields a load generator acts upon, and messages put together.
//
// Written apart from the server's own SIP, so that a mistake there is not mirrored here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rb::load {

/// A message taken apart; everything points into the datagram.
struct SipMessage {
    int status = 0;           ///< of a response; 0 = a request
    std::string_view method;  ///< of a request, or of a response's CSeq
    std::string_view uri;     ///< of a request
    std::string_view from;    ///< whole field values, parameters included
    std::string_view to;
    std::string_view call_id;
    std::string_view cseq;                        ///< "1 INVITE"
    std::string_view contact;                     ///< whole field value; empty when there is none
    std::vector<std::string_view> vias;           ///< whole field values, topmost first
    std::vector<std::string_view> record_routes;  ///< likewise
    std::string_view body;

    [[nodiscard]] bool is_request() const noexcept { return status == 0; }
};

/// Reads one datagram.
/// returns   nothing when it is no SIP message or lacks what every message has (From, To, Call-ID, CSeq, Via)
///
/// Total: any bytes are accepted.
[[nodiscard]] std::optional<SipMessage> parse_sip(std::string_view datagram);

/// "sip:600@127.0.0.1" of "\"X\" <sip:600@127.0.0.1>;tag=1", and of the same without brackets.
[[nodiscard]] std::string_view uri_in(std::string_view field) noexcept;
/// "1" of "<sip:…>;tag=1" asked for "tag"; empty when there is none. URI parameters within brackets do not count.
[[nodiscard]] std::string_view parameter_in(std::string_view field, std::string_view name) noexcept;
/// "600" of "sip:600@127.0.0.1"; empty when there is none.
[[nodiscard]] std::string_view user_in(std::string_view uri) noexcept;

/// A response to a request, with the fields RFC 3261 §8.2.6 says are copied.
struct SipReply {
    int status = 200;
    std::string_view reason = "OK";
    std::string_view to_tag;   ///< added to the To field unless that has a tag
    std::string_view contact;  ///< a URI; empty = no Contact
    std::string_view sdp;      ///< empty = no body
};
[[nodiscard]] std::string reply_to(const SipMessage& request, const SipReply& reply);

/// Ends a message begun with its fields: adds Content-Type where there is a body, Content-Length and the body.
void finish_message(std::string& message, std::string_view sdp);

}  // namespace rb::load
