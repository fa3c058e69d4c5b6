#include "signaling/nta_stack.h"

#include "signaling/text.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ifaddrs.h>
#include <netdb.h>
#include <sys/socket.h>
#include <system_error>
#include <utility>

namespace rb::sip {
namespace {

constexpr std::uint16_t kSipPort = 5060;
constexpr unsigned kMessageBytesMax = 65'535;
constexpr int kReceiveBufferBytes = 4 * 1024 * 1024;  // a second of 5,000 calls/s; the kernel caps it at rmem_max

int on_message(Listener* listener, nta_agent_t* agent, msg_t* msg, sip_t* sip)
{
    static_cast<void>(agent);
    if (sip == nullptr || sip->sip_request == nullptr) {
        listener->counters->add(SipCounter::StrayResponse);
        msg_destroy(msg);
        return 0;
    }
    (*listener->on_request)(*listener, msg, sip);
    return 0;
}

/// 0.0.0.0 and :: as the addresses this host has: each needs a socket of its own to be answered from.
std::vector<Address> expand(const Address& bind)
{
    if (!bind.is_unspecified()) {
        return {bind};
    }
    std::vector<Address> addresses;
    ifaddrs* list = nullptr;
    if (getifaddrs(&list) != 0) {
        return {bind};
    }
    for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
        if (entry->ifa_addr == nullptr ||
            (entry->ifa_addr->sa_family != AF_INET && entry->ifa_addr->sa_family != AF_INET6)) {
            continue;
        }
        sockaddr_storage storage{};
        std::memcpy(&storage, entry->ifa_addr,
                    entry->ifa_addr->sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
        const Address address = from_sockaddr(storage).with_port(bind.port());
        const bool link_local = !address.is_v4() && address.ip[0] == 0xfe && (address.ip[1] & 0xc0U) == 0x80;
        if (address.is_v4() == bind.is_v4() && !link_local) {
            addresses.push_back(address);
        }
    }
    freeifaddrs(list);
    return addresses;
}

std::string bind_url(const Address& address)
{
    const std::string host = address.is_v4() ? address.host() : '[' + address.host() + ']';
    return "sip:" + host + ':' + (address.port() == 0 ? "*" : std::to_string(address.port())) + ";transport=udp";
}

std::string remedy(int problem)
{
    switch (problem) {
        case EADDRINUSE:
            return "another process has this port: stop it or change bind";
        case EADDRNOTAVAIL:
            return "this host has no such address: correct bind";
        case EACCES:
            return "ports below 1024 need the right to bind them: use another port or grant CAP_NET_BIND_SERVICE";
        default:
            return "check bind";
    }
}

/// The port the kernel chose, from the Via that Sofia made of the socket.
std::uint16_t bound_port(nta_agent_t* agent)
{
    const sip_via_t* via = nta_agent_via(agent);
    return via == nullptr ? kSipPort : read_number<std::uint16_t>(text_of(via->v_port)).value_or(kSipPort);
}

Result<std::unique_ptr<Listener>> open_listener(su_root_t* root, const Settings& settings, Listener prepared)
{
    auto listener = std::make_unique<Listener>(std::move(prepared));
    const auto t1_ms = static_cast<unsigned>(to_ms(settings.timer_t1));
    const auto timer_b_ms = static_cast<unsigned>(to_ms(settings.timer_b));
    // Sofia's way to say "no socket yet": they are added below, where errors are seen.
    const auto* no_url = reinterpret_cast<const url_string_t*>(-1);  // NOLINT(performance-no-int-to-ptr)
    listener->agent.reset(nta_agent_create(
        root, no_url, on_message, listener.get(), NTATAG_UA(1), NTATAG_MERGE_482(1), NTATAG_SERVER_RPORT(1),
        NTATAG_CLIENT_RPORT(1), NTATAG_CANCEL_487(0), NTATAG_MAXSIZE(kMessageBytesMax),
        NTATAG_UDP_MTU(kMessageBytesMax), NTATAG_SIP_T1(t1_ms), NTATAG_SIP_T1X64(timer_b_ms),
        TAG_IF(!settings.resolv_conf.empty(), SRESTAG_RESOLV_CONF(settings.resolv_conf.c_str())), TAG_END()));
    const std::string where =
        "transport " + listener->transport.name + ": cannot bind " + listener->address.to_string();
    if (listener->agent == nullptr) {
        return failure(where + ": " + std::system_category().message(errno));
    }
    const std::string url = bind_url(listener->address);
    if (nta_agent_add_tport(listener->agent.get(), as_url(url.c_str()), TPTAG_PONG2PING(1), TPTAG_REUSE(1),
                            TPTAG_TOS(listener->transport.tos), TPTAG_UDP_RMEM(kReceiveBufferBytes), TAG_END()) < 0) {
        const int problem = errno;
        return failure(where + ": " + std::system_category().message(problem) + "; " + remedy(problem));
    }
    listener->address = listener->address.with_port(bound_port(listener->agent.get()));
    return listener;
}

}  // namespace

Address Listener::advertised_to(const Address& peer) const noexcept
{
    const bool local = std::any_of(transport.local_net.begin(), transport.local_net.end(),
                                   [&](const Network& network) { return network.contains(peer); });
    if (!transport.external_signaling || local) {
        return address;
    }
    return transport.external_signaling.port() != 0 ? transport.external_signaling
                                                    : transport.external_signaling.with_port(address.port());
}

std::string Listener::contact_for(const Address& peer) const
{
    return "<sip:" + advertised_to(peer).to_string() + '>';
}

Result<std::unique_ptr<NtaStack>> NtaStack::open(su_root_t* root, const Settings& settings, SipCounters& counters,
                                                 OnRequest on_request)
{
    if (settings.transports.empty()) {
        return failure("no SIP transport is configured: add a section of type=transport to pjsip.conf");
    }
    auto stack = std::make_unique<NtaStack>();
    stack->on_request_ = std::move(on_request);
    for (const TransportSettings& transport : settings.transports) {
        for (const Address& address : expand(transport.bind)) {
            auto listener = open_listener(root, settings,
                                          {.transport = transport,
                                           .address = address,
                                           .on_request = &stack->on_request_,
                                           .counters = &counters,
                                           .agent = nullptr});
            if (!listener) {
                return tl::unexpected(std::move(listener.error()));
            }
            stack->listeners_.push_back(std::move(*listener));
        }
    }
    return stack;
}

Listener* NtaStack::choose(std::string_view transport, const Address& peer) const
{
    Listener* second_best = nullptr;
    for (const auto& listener : listeners_) {
        const bool wanted = transport.empty() || listener->transport.name == transport;
        const bool family = !peer || listener->address.is_v4() == peer.is_v4();
        if (!wanted || !family) {
            continue;
        }
        // A loopback socket cannot reach the network, and the reverse is refused by most hosts.
        if (listener->address.is_loopback() == peer.is_loopback()) {
            return listener.get();
        }
        second_best = second_best == nullptr ? listener.get() : second_best;
    }
    return second_best;
}

void NtaStack::publish(SipCounters& counters)
{
    std::uint64_t bad_requests = 0;
    std::uint64_t bad_responses = 0;
    std::uint64_t merged = 0;
    std::uint64_t transactions = 0;
    for (const auto& listener : listeners_) {
        usize_t requests = 0;
        usize_t responses = 0;
        usize_t merges = 0;
        usize_t incoming = 0;
        usize_t outgoing = 0;
        nta_agent_get_stats(listener->agent.get(), NTATAG_S_BAD_REQUEST_REF(requests),
                            NTATAG_S_BAD_RESPONSE_REF(responses), NTATAG_S_MERGED_REQUEST_REF(merges),
                            NTATAG_S_IRQ_HASH_USED_REF(incoming), NTATAG_S_ORQ_HASH_USED_REF(outgoing), TAG_END());
        bad_requests += requests;
        bad_responses += responses;
        merged += merges;
        transactions += incoming + outgoing;
    }
    counters.add(SipCounter::BadRequest, bad_requests - std::exchange(bad_requests_, bad_requests));
    counters.add(SipCounter::BadResponse, bad_responses - std::exchange(bad_responses_, bad_responses));
    counters.set(SipCounter::Transactions, transactions);
    counters.add(SipCounter::Merged, merged - std::exchange(merged_, merged));
}

}  // namespace rb::sip

/// Takes the place of Sofia's function of this name: the transport looks up the host of a Via in it when it answers
/// what nta could not read, and a name server that is slow then stops the sip thread for ten seconds a message. Names
/// are looked up by sresolv, which does not wait; here only addresses are read.
extern "C" int su_getaddrinfo(const char* node, const char* service, const su_addrinfo_t* hints, su_addrinfo_t** result)
{
    su_addrinfo_t numeric{};
    if (hints != nullptr) {
        numeric = *hints;
    }
    numeric.ai_flags |= AI_NUMERICHOST;
    return getaddrinfo(node, service, &numeric, result);
}
