// settings.h — what the session layer needs to know of the configuration: an immutable snapshot that control builds
// and the sip thread reads. Exchanged whole at run time by UseSettings. Its functions are called on the sip thread:
// they may read what belongs to the snapshot, and must not wait.
#pragma once

#include "dataplane/base/address.h"
#include "dataplane/base/time.h"
#include "signaling/digest.h"
#include "signaling/message.h"
#include "signaling/network.h"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace rb::sip {

/// One `type=transport`, UDP. Transports are opened at start; a change of them takes effect with the next start.
struct TransportSettings {
    std::string name;
    Address bind;  ///< 0.0.0.0 and :: stand for every address this host has at start; port 0 = any
    Address
        external_signaling;  ///< in Via and Contact towards peers outside local_net; none = bind; port 0 = that of bind
    std::vector<Network> local_net;  ///< peers that see the bind address
    int tos = 0;                     ///< IP_TOS byte

    friend bool operator==(const TransportSettings&, const TransportSettings&) = default;
};

/// How provisional responses travel (option 100rel, RFC 3262).
enum class Reliable : std::uint8_t {
    No,             ///< not spoken
    Yes,            ///< where the caller demands it
    Required,       ///< callers and called must speak it
    PeerSupported,  ///< where the caller offers it
};

/// Where a 3xx sends a call (option redirect_method).
enum class Redirect : std::uint8_t {
    User,  ///< to the user it names, at the address called before
    Uri,   ///< to the URI it names
};

/// One `type=endpoint` with its identify and acl.
struct EndpointSettings {
    std::string name;
    std::vector<Network> match;        ///< of its `type=identify` sections
    bool identify_by_ip = true;        ///< identify_by contains ip
    bool identify_by_username = true;  ///< identify_by contains username: the From user is the endpoint's name
    MediaCapabilities capabilities;
    bool force_rport = true;                  ///< answer to the source port even without rport in Via (RFC 3581)
    bool rewrite_contact = false;             ///< in-dialog requests go to where the peer's request came from
    std::string from_user;                    ///< user part of From in calls out; empty = that of PlaceCall
    std::string contact_user;                 ///< user part of our Contact; empty = none
    std::string from_domain;                  ///< host part of From in calls out; empty = our address
    std::string outbound_proxy;               ///< URI put in front of the route set; empty = none
    std::string transport;                    ///< transport for calls out; empty = the first of the target's family
    std::function<bool(const Address&)> acl;  ///< may this source call? empty = everybody
    /// May a Contact name this address? Asked of literal addresses only; empty = every one.
    std::function<bool(const Address&)> contact_acl;
    std::size_t calls_max = 0;          ///< 486 beyond (SIP-37); 0 = no limit
    bool send_reason = true;            ///< Reason headers in what we send (suppress_q850_reason_headers=no)
    Reliable reliable = Reliable::Yes;  ///< reliable provisional responses
    Redirect redirect = Redirect::User;
    std::vector<DigestCredentials> outbound_auth;  ///< answer challenges to requests of ours
};

enum class IdentifyBy : std::uint8_t {
    Ip,         ///< the source lies in a `match` network
    Username,   ///< the From user is the name of an endpoint
    Anonymous,  ///< the endpoint called "anonymous"
};

struct Settings {
    std::vector<TransportSettings> transports;
    std::vector<EndpointSettings> endpoints;
    std::vector<IdentifyBy> endpoint_identifier_order{IdentifyBy::Ip, IdentifyBy::Username, IdentifyBy::Anonymous};
    std::string user_agent = "Ringbridge";
    unsigned max_forwards = 70;     ///< in requests of ours
    std::string default_from_user;  ///< user part of From in calls out that have none
    std::string resolv_conf;        ///< file that names the name servers; empty = the system's. Read at start.
    Nanos timer_t1 = 500ms;         ///< RFC 3261 §17.1.1.1
    Nanos timer_b = 32s;            ///< 64·T1 by the RFC
    /// Would a call to this user be taken? Asked for OPTIONS; empty = always.
    std::function<bool(const EndpointSettings&, const std::string& user)> extension_exists;
    std::size_t sessions_max = 20'000;
    std::size_t events_waiting_max = 8'192;  ///< new calls are refused while control has more than these to read
    unsigned invites_per_second_max =
        0;                       ///< new calls accepted per second (a burst of one second's worth); 0 = no limit
    unsigned retry_after_s = 5;  ///< written with the 503 of these three limits
};

}  // namespace rb::sip
