#include "signaling/reply.h"

#include <array>

namespace rb::sip {
namespace {

constexpr std::array<SipCounter, 6> kClasses{SipCounter::Response1xx, SipCounter::Response2xx, SipCounter::Response3xx,
                                             SipCounter::Response4xx, SipCounter::Response5xx, SipCounter::Response6xx};

void count(SipCounters& counters, int code)
{
    counters.add(kClasses[static_cast<std::size_t>(code / 100 - 1)]);
}

const char* phrase_of(const Reply& reply)
{
    const char* phrase = reply.phrase != nullptr ? reply.phrase : sip_status_phrase(reply.code);
    return phrase == nullptr ? "Unknown" : phrase;
}

const char* optional(const std::string& text)
{
    return text.empty() ? nullptr : text.c_str();
}

}  // namespace

void reply(nta_incoming_t* transaction, SipCounters& counters, const std::string& server, const Reply& reply)
{
    count(counters, reply.code);
    const bool dialog = reply.code >= 101 && reply.code < 300 && !reply.contact.empty();
    nta_incoming_treply(transaction, reply.code, phrase_of(reply), SIPTAG_SERVER_STR(optional(server)),
                        SIPTAG_CONTACT_STR(optional(reply.contact)), SIPTAG_ALLOW_STR(dialog ? kAllow : nullptr),
                        SIPTAG_CONTENT_TYPE_STR(reply.body.empty() ? nullptr : "application/sdp"),
                        SIPTAG_PAYLOAD_STR(optional(reply.body)), SIPTAG_HEADER_STR(optional(reply.headers)),
                        TAG_END());
}

void reply_stateless(const Listener& listener, msg_t* msg, const std::string& server, const Reply& reply)
{
    count(*listener.counters, reply.code);
    nta_msg_treply(listener.agent.get(), msg, reply.code, phrase_of(reply), SIPTAG_SERVER_STR(optional(server)),
                   SIPTAG_HEADER_STR(optional(reply.headers)), TAG_END());
}

std::string warning_line(int code, const Address& agent, const std::string& text)
{
    std::string line = "Warning: " + std::to_string(code) + ' ' + agent.to_string() + " \"";
    for (const char letter : text) {
        const bool plain = letter >= ' ' && letter <= '~' && letter != '"' && letter != '\\';
        line += plain ? letter : '\'';
    }
    return line + "\"\r\n";
}

void force_rport(msg_t* msg, sip_t* sip, const Address& source)
{
    sip_via_t* via = sip->sip_via;
    if (via != nullptr && via->v_rport == nullptr) {
        const std::string parameter = "rport=" + std::to_string(source.port());
        msg_header_replace_param(msg_home(msg), via->v_common, su_strdup(msg_home(msg), parameter.c_str()));
    }
}

}  // namespace rb::sip
