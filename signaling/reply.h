// reply.h — responses, with and without a transaction. Private to this folder.
#pragma once

#include "signaling/counters.h"
#include "signaling/nta_stack.h"
#include "signaling/reply_parts.h"
#include "signaling/sofia.h"

#include <string>

namespace rb::sip {

inline constexpr const char* kAllow = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, INFO";
inline constexpr const char* k100rel = "100rel";
inline constexpr const char* kAccept = "application/sdp";

/// Answers within a transaction, which nta then retransmits as the method asks for.
void reply(nta_incoming_t* transaction, SipCounters& counters, const std::string& server, const Reply& reply);

/// Answers a request without keeping anything; takes the message.
void reply_stateless(const Listener& listener, msg_t* msg, const std::string& server, const Reply& reply);

/// "Warning: 304 host \"text\"\r\n" (RFC 3261 §20.43); what could end the quotes or the line is replaced.
[[nodiscard]] std::string warning_line(int code, const Address& agent, const std::string& text);

/// Makes nta answer to the source port although the Via does not ask for it (force_rport).
void force_rport(msg_t* msg, sip_t* sip, const Address& source);

}  // namespace rb::sip
