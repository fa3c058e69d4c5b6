// sip_objects.h — pjsip.conf and acl.conf as typed values; the initialisers here are the defaults.
//
// What an option means, its range and its old names stand in the tables of options/*.cpp, once.
#pragma once

#include "control/config/acl.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rb::config {

using Seconds = std::chrono::seconds;
using Millis = std::chrono::milliseconds;
/// Ordered names: codecs, priorities, references.
using Names = std::vector<std::string>;

enum class TransportProtocol {
    Udp
};

struct Transport {
    std::string name;
    TransportProtocol protocol = TransportProtocol::Udp;
    Address bind;                               ///< port 5060 where none is given
    std::string external_signaling_address;     ///< literal address to show to peers outside local_net
    std::uint16_t external_signaling_port = 0;  ///< 0: the port of bind
    std::string external_media_address;         ///< literal address for the SDP of peers outside local_net
    std::vector<Network> local_net;
    bool symmetric_transport = true;
    unsigned tos = 0;  ///< IP TOS byte, 0 to 255
    unsigned cos = 0;  ///< 802.1p priority, 0 to 7

    friend bool operator==(const Transport&, const Transport&) = default;
};

enum class IdentifyBy {
    Username,
    AuthUsername,
    Ip,
    Header,
    RequestUri
};
enum class DtmfMode {
    Rfc4733,
    Inband,
    Info,
    Auto,
    AutoInfo,
    None
};
enum class MediaEncryption {
    Sdes,
    Dtls
};
enum class DtlsVerify {
    No,
    Fingerprint,
    Certificate,
    Yes
};
enum class DtlsSetup {
    ActPass,
    Active,
    Passive
};
enum class DtlsFingerprint {
    Sha256,
    Sha1
};
enum class Reliable {
    No,
    Yes,
    Required,
    PeerSupported
};
enum class RedirectMethod {
    User,
    UriCore,
    UriPjsip
};
enum class Timers {
    No,
    Yes,
    Required,
    Always
};

struct SetVar {
    std::string name;
    std::string value;

    friend bool operator==(const SetVar&, const SetVar&) = default;
};

struct CallerId {
    std::string name;
    std::string number;

    friend bool operator==(const CallerId&, const CallerId&) = default;
};

/// One of Asterisk's codec_prefs_*: what becomes of the codecs that come in (pending), by SDP or from the caller, and
/// of those that the endpoint has or was offered (configured).
struct CodecPrefs {
    enum class Prefer {
        Pending,
        Configured
    };
    enum class Operation {
        Union,
        Intersect,
        OnlyPreferred,
        OnlyNonpreferred
    };
    enum class Keep {
        All,
        First
    };
    enum class Transcode {
        Allow,
        Prevent
    };
    Prefer prefer = Prefer::Pending;
    Operation operation = Operation::Intersect;
    Keep keep = Keep::All;
    Transcode transcode = Transcode::Allow;

    friend bool operator==(const CodecPrefs&, const CodecPrefs&) = default;
};

/// Short for some of them: local is configured, remote is pending.
enum class IncomingOfferPref {
    Local,
    LocalFirst,
    Remote,
    RemoteFirst
};
enum class OutgoingOfferPref {
    Local,
    LocalMerge,
    LocalFirst,
    Remote,
    RemoteMerge,
    RemoteFirst
};

struct Endpoint {
    std::string name;
    std::string context = "default";
    Names allow;  ///< codecs in order of preference, lower case; never empty
    std::vector<IdentifyBy> identify_by{IdentifyBy::Username, IdentifyBy::Ip};
    Names aors;
    std::string transport;  ///< name of a transport; empty: the one that suits the peer

    // Signalling
    std::string from_user;
    std::string contact_user;
    std::string from_domain;
    Names outbound_proxy;  ///< URIs
    Names outbound_auth;   ///< names of auth sections
    CallerId callerid;
    bool trust_id_inbound = false;
    bool trust_id_outbound = false;
    bool send_diversion = true;
    bool send_pai = false;
    bool send_rpid = false;
    bool rewrite_contact = false;
    bool force_rport = true;
    bool allow_overlap = true;
    bool allow_transfer = true;
    bool inband_progress = false;
    bool suppress_q850_reason_headers = false;
    Reliable reliable = Reliable::Yes;  ///< option 100rel
    RedirectMethod redirect_method = RedirectMethod::User;
    Timers timers = Timers::Yes;
    Seconds timers_min_se{90};
    Seconds timers_sess_expires{1800};
    unsigned device_state_busy_at = 0;  ///< calls; 0: no limit
    std::vector<SetVar> set_var;
    std::string language;
    std::string accountcode;

    // Which of the codecs are named to it, and in which order
    IncomingOfferPref incoming_call_offer_pref = IncomingOfferPref::Local;
    bool preferred_codec_only = false;
    std::optional<CodecPrefs> codec_prefs_incoming_offer;  ///< none: incoming_call_offer_pref says it
    CodecPrefs codec_prefs_incoming_answer;
    OutgoingOfferPref outgoing_call_offer_pref = OutgoingOfferPref::RemoteMerge;
    std::optional<CodecPrefs> codec_prefs_outgoing_offer;   ///< none: outgoing_call_offer_pref says it
    std::optional<CodecPrefs> codec_prefs_outgoing_answer;  ///< none: nobody it calls has a say in its codec

    // Media
    bool direct_media = true;
    bool rtp_symmetric = false;
    bool use_ptime = false;          ///< take the packet time the peer asks for
    bool g726_non_standard = false;  ///< what is called G726-32 is packed as AAL2 does
    bool rtcp_mux = false;
    bool ice_support = false;
    bool bundle = false;
    bool webrtc = false;         ///< the three above, use_avpf, and dtls where no encryption is given
    bool comfort_noise = false;  ///< describe silence to a peer that offers that
    DtmfMode dtmf_mode = DtmfMode::Rfc4733;
    std::optional<Address> media_address;  ///< shown in our SDP instead of the address the socket has
    bool bind_rtp_to_media_address = false;
    Seconds rtp_timeout{0};       ///< 0: never
    Seconds rtp_timeout_hold{0};  ///< 0: never
    Seconds rtp_keepalive{0};     ///< 0: none
    unsigned tos_audio = 0;
    unsigned cos_audio = 0;
    unsigned max_audio_streams = 1;
    std::vector<MediaEncryption> media_encryption;  ///< ways to come by keys, the one we offer first; empty: none
    bool media_encryption_optimistic = false;       ///< in the clear where the peer offers no key
    bool srtp_secure_signaling = true;              ///< keys only where SIP is encrypted, too
    bool srtp_tag_32 = false;                       ///< the suites with short tags before the others
    bool use_avpf = false;                          ///< in our offers
    bool dtls_auto_generate_cert = true;            ///< where no file is named
    std::string dtls_cert_file;
    std::string dtls_private_key;  ///< empty: in dtls_cert_file, too
    std::string dtls_cipher;       ///< empty: OpenSSL's choice of those with forward secrecy
    std::string dtls_ca_file;
    std::string dtls_ca_path;
    DtlsVerify dtls_verify = DtlsVerify::Fingerprint;  ///< the fingerprint is compared whatever it says
    DtlsSetup dtls_setup = DtlsSetup::ActPass;
    DtlsFingerprint dtls_fingerprint = DtlsFingerprint::Sha256;  ///< of ours, in SDP
    Seconds dtls_rekey{0};                                       ///< 0: never
    bool t38_udptl = false;                                      ///< T.38 is passed on over a native bridge
    unsigned t38_udptl_maxdatagram = 0;  ///< what is said of the endpoint's; 0: what it says itself
    bool t38_udptl_nat = false;          ///< fax goes to where it comes from, as audio does by rtp_symmetric
    bool fax_detect = false;             ///< a calling fax machine goes to the extension fax
    Seconds fax_detect_timeout{0};       ///< of media after which none is expected any more; 0: never
    std::string moh_suggest = "default";
    bool moh_passthrough = false;           ///< who is on hold is told by SIP instead of hearing music
    bool suppress_moh_on_sendonly = false;  ///< its sendonly and inactive are no hold

    // Who may use it
    AccessLists acl;          ///< acl, permit and deny, named lists resolved
    AccessLists contact_acl;  ///< the same for the address in Contact

    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

enum class AuthKind {
    UserPass,
    Md5,
    Digest
};

/// A login. Holds secrets: never logged, never shown.
struct Auth {
    std::string name;
    AuthKind kind = AuthKind::UserPass;
    std::string username;
    std::string password;
    std::string realm;                          ///< empty or "*": any
    std::map<std::string, std::string> hashes;  ///< of username:realm:password, by "md5", "sha-256", "sha-512-256"
    Names algorithms_uac;                       ///< the same names; empty: all

    friend bool operator==(const Auth&, const Auth&) = default;
};

struct Aor {
    std::string name;
    Names contact;              ///< SIP URIs
    unsigned max_contacts = 0;  ///< registrations; 0: none may register
    bool remove_existing = false;
    Seconds minimum_expiration{60};
    Seconds maximum_expiration{7200};
    Seconds default_expiration{3600};
    Seconds qualify_frequency{0};  ///< 0: off
    double qualify_timeout_seconds = 3.0;
    std::string outbound_proxy;
    bool support_path = false;
    Names mailboxes;

    friend bool operator==(const Aor&, const Aor&) = default;
};

struct MatchHeader {
    std::string name;
    std::string value;  ///< literal, or a regular expression between slashes

    friend bool operator==(const MatchHeader&, const MatchHeader&) = default;
};

struct Identify {
    std::string name;
    std::string endpoint;
    std::vector<Network> match;
    std::optional<MatchHeader> match_header;

    friend bool operator==(const Identify&, const Identify&) = default;
};

/// The one `type=global` section.
struct GlobalSip {
    std::string user_agent = "Ringbridge";
    unsigned max_forwards = 70;
    std::vector<std::string> endpoint_identifier_order{"ip", "username", "anonymous"};
    std::string default_from_user = "asterisk";
    std::string default_realm = "asterisk";
    std::string default_outbound_endpoint = "default_outbound_endpoint";
    Seconds max_initial_qualify_time{0};
    Seconds keep_alive_interval{90};
    bool disable_multi_domain = false;
    bool ignore_uri_user_options = false;
    bool debug = false;

    friend bool operator==(const GlobalSip&, const GlobalSip&) = default;
};

/// The one `type=system` section.
struct SystemSip {
    Millis timer_t1{500};
    Millis timer_b{32000};
    bool compact_headers = false;
    bool disable_tcp_switch = true;

    friend bool operator==(const SystemSip&, const SystemSip&) = default;
};

/// A named list: `type=acl` in pjsip.conf applies to all SIP traffic; a section of acl.conf is used by name.
struct Acl {
    std::string name;
    AccessLists rules;  ///< of acl.conf: its own alone
    AccessLists contact_rules;

    friend bool operator==(const Acl&, const Acl&) = default;
};

}  // namespace rb::config
