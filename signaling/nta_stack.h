// nta_stack.h — the sockets and transactions: one nta agent for each address of each transport.
//
// One agent per address, since an agent with several sockets puts the Via and Contact of the first into everything and
// sends in-dialog requests from the wrong one. Private to this folder.
#pragma once

#include "dataplane/base/error.h"
#include "signaling/counters.h"
#include "signaling/settings.h"
#include "signaling/sofia.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rb::sip {

/// Takes a request that no transaction was waiting for; owns the message from then on.
using OnRequest = std::function<void(Listener&, msg_t*, sip_t*)>;

struct AgentDeleter {
    void operator()(nta_agent_t* agent) const noexcept { nta_agent_destroy(agent); }
};

/// One open socket. Owner: the sip thread.
struct Listener {
    TransportSettings transport;
    Address address;  ///< as bound, with the port the kernel gave
    const OnRequest* on_request = nullptr;
    SipCounters* counters = nullptr;
    std::unique_ptr<nta_agent_t, AgentDeleter> agent;

    /// What this peer must see in Via and Contact.
    [[nodiscard]] Address advertised_to(const Address& peer) const noexcept;
    /// "<sip:192.0.2.1:5060>"
    [[nodiscard]] std::string contact_for(const Address& peer) const;
};

/// Owner: the sip thread. Agents live as long as the stack.
class NtaStack {
public:
    /// Opens every transport of the settings.
    ///
    /// root      Sofia's loop, which outlives the stack
    /// returns   the stack, or an Error that names the transport, its address and what to do
    [[nodiscard]] static Result<std::unique_ptr<NtaStack>> open(su_root_t* root, const Settings& settings,
                                                                SipCounters& counters, OnRequest on_request);

    /// The listener of a transport by name, of the family of `peer`; an empty name means any transport, no peer (a name
    /// yet to be resolved) any family. nullptr when none fits.
    [[nodiscard]] Listener* choose(std::string_view transport, const Address& peer) const;

    [[nodiscard]] const std::vector<std::unique_ptr<Listener>>& listeners() const noexcept { return listeners_; }

    /// Adds what nta itself refused since the last call to the counters, and says what it holds.
    void publish(SipCounters& counters);

private:
    OnRequest on_request_;
    std::vector<std::unique_ptr<Listener>> listeners_;
    std::uint64_t bad_requests_ = 0;
    std::uint64_t bad_responses_ = 0;
    std::uint64_t merged_ = 0;
};

}  // namespace rb::sip
