// message.h — what the sip thread and the control thread say to each other, as values without a Sofia type.
//
// SipEvent travels from the sip thread to the call engine, SipAction the other way. A session is one INVITE dialog
// usage (RFC 5057); each ends in exactly one SessionEnded, after which its id is never used again. Actions that name a
// session already gone are ignored: the two threads cross.
#pragma once

#include "dataplane/base/address.h"
#include "dataplane/base/srtp_suite.h"
#include "dataplane/base/time.h"
#include "signaling/fingerprint.h"
#include "signaling/supplements/diversion.h"
#include "signaling/t38.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace rb::sip {

struct Settings;

/// Odd ids are given by the sip thread (incoming calls), even ones by control (outgoing calls).
enum class SessionId : std::uint64_t {
};

/// Headers beyond those the session layer itself writes, in order, as (name, value).
using Headers = std::vector<std::pair<std::string, std::string>>;

/// One RTP payload format as SDP names it (RFC 8866 §6.6).
struct MediaFormat {
    std::string encoding;  ///< "PCMU"; compared without regard to case
    std::uint32_t clock_rate = 8000;
    unsigned channels = 1;
    int payload_type = -1;  ///< 0–127; -1 = the session layer chooses a dynamic one
    std::string fmtp;       ///< format parameters as written, may be empty

    friend bool operator==(const MediaFormat&, const MediaFormat&) = default;
};

/// Who may send, seen from the server (RFC 3264 §5.1): SendOnly means that we send and the peer does not.
enum class Direction : std::uint8_t {
    Inactive,
    SendOnly,
    ReceiveOnly,
    SendReceive
};

/// Whether media are encrypted.
enum class MediaSecurity : std::uint8_t {
    None,
    Optional,  ///< offered within RTP/AVP, and taken where the peer offers it
    Required   ///< RTP/SAVP or UDP/TLS/RTP/SAVP, or no media
};

/// Where the keys of encrypted media come from.
enum class MediaKeying : std::uint8_t {
    Sdes,  ///< from SDP itself (RFC 4568)
    Dtls,  ///< from a handshake between the media sockets (RFC 5764)
};

/// What SDP has agreed on for such a handshake.
struct DtlsAgreement {
    bool client = false;                    ///< we begin
    std::vector<Fingerprint> fingerprints;  ///< the peer's certificate has one of these
    std::string tls_id;                     ///< the peer's name for the association (RFC 8842); empty = none

    friend bool operator==(const DtlsAgreement&, const DtlsAgreement&) = default;
};

/// Which come first of the formats that a peer's SDP and we both have.
enum class FormatOrder : std::uint8_t {
    Ours,
    Peers,
};

/// What is made of those formats.
struct FormatChoice {
    FormatOrder order = FormatOrder::Ours;
    bool first_only = false;  ///< the others are as good as not there

    friend bool operator==(const FormatChoice&, const FormatChoice&) = default;
};

/// What one side can do, most wanted format first.
struct MediaCapabilities {
    std::vector<MediaFormat> formats;
    FormatChoice of_offer;                                ///< of a peer's
    FormatChoice of_answer{.order = FormatOrder::Peers};  ///< of a peer's, to an offer with these formats
    bool telephone_event = true;                          ///< RFC 4733, offered and accepted at each clock rate in use
    bool comfort_noise = false;                           ///< RFC 3389, offered; accepted anyway
    unsigned ptime_ms = 20;                               ///< 10–60, announced as a=ptime
    bool rtcp_mux = false;                                ///< offered, and accepted when offered (RFC 5761)
    bool ice = false;                                     ///< ICE-lite likewise (RFC 8445)
    bool bundle = false;                                  ///< likewise: a group of the one audio line (RFC 8843)
    bool fax = false;                                     ///< T.38 may take the place of audio in a session
    bool avpf = false;                                    ///< offered (RFC 4585, RFC 5124); accepted anyway
    MediaSecurity security = MediaSecurity::None;
    std::vector<MediaKeying> keying{MediaKeying::Sdes};  ///< that may be; offered is the first
    std::vector<SrtpSuite> suites;                       ///< of Sdes, most wanted first
    DtlsSetup setup = DtlsSetup::ActPass;                ///< of Dtls: as offered, and where the peer leaves the choice

    friend bool operator==(const MediaCapabilities&, const MediaCapabilities&) = default;
};

/// By which ICE knows a party and its messages (RFC 8445 §5.3).
struct IceLogin {
    std::string ufrag;
    std::string pwd;  ///< secret: never logged

    friend bool operator==(const IceLogin&, const IceLogin&) = default;
};

/// Our end of ICE.
struct LocalIce {
    IceLogin login;
    Address host;  ///< where the socket is, which behind NAT is not what SDP announces
};

/// A number of our offer for which the peer's answer has another. We send by the answer, but the peer may go by either
/// (RFC 3264 §5.1).
struct PayloadAlias {
    int heard = 0;
    int means = 0;  ///< the number of that format in `formats`, `telephone_events` or `comfort_noise`

    friend bool operator==(const PayloadAlias&, const PayloadAlias&) = default;
};

/// The outcome of offer and answer for the one audio stream, seen from the server.
struct NegotiatedMedia {
    Address remote_rtp;         ///< where to send; unspecified (0.0.0.0) = hold without an address
    Address remote_rtcp;        ///< a=rtcp (RFC 3605), else RTP port + 1; equal to remote_rtp when muxed
    bool rtcp_mux = false;      ///< both sides said a=rtcp-mux (RFC 5761)
    bool voip_metrics = false;  ///< the peer asks for these blocks of extended reports (RFC 3611 §5.2)
    Direction direction = Direction::SendReceive;
    std::vector<MediaFormat> formats;            ///< agreed, preferred first, never empty; payload types as agreed
    std::optional<MediaFormat> telephone_event;  ///< at the clock rate of the preferred format
    std::vector<MediaFormat> telephone_events;   ///< all the peer has, for a change of format in mid-call
    std::optional<MediaFormat> comfort_noise;    ///< RFC 3389, at that rate
    std::vector<PayloadAlias> aliases;           ///< under which the peer may send those, too
    unsigned ptime_ms = 20;                      ///< what the peer wants to receive: 10, 20 … 60
    unsigned maxptime_ms = 0;                    ///< 0 = not said
    std::optional<SrtpKey> srtp;                 ///< the peer's key from SDP
    std::optional<DtlsAgreement> dtls;           ///< where the keys come from instead; neither = in the clear
    std::optional<IceLogin> ice;                 ///< of a peer that checks our addresses before media flow
    std::optional<T38> fax;                      ///< instead of audio: then there are no formats, and no keys

    friend bool operator==(const NegotiatedMedia&, const NegotiatedMedia&) = default;
};

/// The local end of the audio stream, which control has opened.
struct LocalMedia {
    Address rtp;  ///< what SDP announces (the external address behind NAT)
    MediaCapabilities capabilities;
    Direction direction = Direction::SendReceive;  ///< what we want; narrowed by what the peer allows
    std::vector<SrtpKey>
        srtp_keys;  ///< ours: to offer, in this order; or to answer with, one of each suite that may be
    std::optional<Fingerprint> fingerprint;  ///< of our certificate, to offer or to answer with
    std::optional<LocalIce> ice;             ///< with capabilities.ice
    std::optional<T38> fax;                  ///< comes here instead of audio
};

/// A party as From, To or Contact describe it.
struct Party {
    std::string display;  ///< without quotes, may be empty
    std::string user;
    std::string host;
};

// ── sip thread → control ─────────────────────────────────────────────────────────────────────────────────────────

/// A new incoming call that passed sanity, identification and ACL; 100 Trying has been sent.
struct InviteReceived {
    SessionId session{};
    std::string endpoint;   ///< name of the endpoint it was identified as
    std::string transport;  ///< name of the transport it came by
    Address local;          ///< of that transport
    Address source;
    std::string request_user;  ///< user part of the Request-URI, may be empty
    Party from;
    Party to;
    std::string call_id;
    Headers headers;                       ///< all received, for PJSIP_HEADER(read,…)
    std::optional<NegotiatedMedia> media;  ///< as our capabilities answer the offer; nothing = delayed offer
    bool reliable = false;                 ///< provisional responses are acknowledged, and may carry our offer
};

/// A provisional response to our INVITE.
struct Progressed {
    SessionId session{};
    int code = 180;                        ///< 101–199
    std::optional<NegotiatedMedia> media;  ///< early media
    Headers headers;
};

/// Our INVITE was answered with 200, and ACK has been sent.
struct Answered {
    SessionId session{};
    std::optional<NegotiatedMedia> media;  ///< nothing when early media has settled it already
    Party remote;
    Headers headers;
};

/// The answer of a delayed offer arrived in ACK or PRACK, or ACK simply arrived (nothing).
struct Acknowledged {
    SessionId session{};
    std::optional<NegotiatedMedia> media;
};

/// The peer wants to change the stream (re-INVITE, UPDATE or PRACK); owed an AcceptOffer or RejectOffer.
struct OfferReceived {
    SessionId session{};
    std::optional<NegotiatedMedia> media;  ///< nothing = re-INVITE without SDP: we are to offer
};

/// The answer to our own Reoffer; nothing when it was refused, and the old state stands (RFC 3261 §14.1), or when the
/// peer has withdrawn an offer of its own. Media without formats or fax: an offer of fax was answered by refusing the
/// stream, and there is none any more.
struct OfferAnswered {
    SessionId session{};
    std::optional<NegotiatedMedia> media;
};

/// The peer pressed a key and said so by INFO.
struct KeyReceived {
    SessionId session{};
    char digit = '0';
    Nanos held = 100ms;
};

/// The final event of each session.
struct SessionEnded {
    SessionId session{};
    int code = 0;        ///< final response to our INVITE, 408 for its timeout, 487 for a CANCEL, 0 for BYE
    int cause = 16;      ///< Q.850, from the Reason header or mapped from the code
    std::string reason;  ///< text for logs: "BYE received", "no ACK in 32 s"
    Headers headers;
};

using SipEvent = std::variant<InviteReceived, Progressed, Answered, Acknowledged, OfferReceived, OfferAnswered,
                              KeyReceived, SessionEnded>;

// ── control → sip thread ─────────────────────────────────────────────────────────────────────────────────────────

/// Sends a provisional response; with media it carries the answer (early media), or our offer where the INVITE had none
/// and the response is reliable.
struct SendProgress {
    SessionId session{};
    int code = 180;
    std::optional<LocalMedia> media;
    Headers headers;
};

/// Sends 200 with the answer, or with an offer when the INVITE had none.
struct SendAnswer {
    SessionId session{};
    LocalMedia media;
    Headers headers;
};

/// Places a call. The session layer resolves, sends, follows provisional responses and acknowledges.
struct PlaceCall {
    SessionId session{};
    std::string endpoint;
    std::string target;       ///< SIP URI
    Party from;               ///< empty parts are filled from the endpoint
    Diversion diverted = {};  ///< to be told to the peer, where it has a number
    LocalMedia media;         ///< what to offer
    Nanos timeout = 0s;       ///< from now until CANCEL; 0 = none but the RFC's
    Headers headers;
};

/// Ends a session in whatever way its state asks for: final response, CANCEL or BYE (with a Reason header).
/// SessionEnded comes at once; what the peer still has to say to CANCEL or BYE is the session layer's matter.
struct EndSession {
    SessionId session{};
    int code = 0;                ///< response when not yet answered; 0 = derived from the cause
    int cause = 16;              ///< Q.850
    unsigned retry_after_s = 0;  ///< written when above 0
    Headers headers;
};

/// Answers an OfferReceived, or makes the offer it asked for. Media that do not fit the offer are answered with 488,
/// and the old state stands.
struct AcceptOffer {
    SessionId session{};
    LocalMedia media;
};

struct RejectOffer {
    SessionId session{};
    int code = 488;
};

/// Sends a re-INVITE with this offer, after whatever offer is under way; a newer wish replaces one that still waits.
/// Before the answer nothing is sent: OfferAnswered without media comes at once.
struct Reoffer {
    SessionId session{};
    LocalMedia media;
};

/// Tells the peer of a key by INFO; not before the call is answered.
struct SendKey {
    SessionId session{};
    char digit = '0';
    Nanos held = 100ms;
};

/// New INVITEs and OPTIONS are refused with 503 while this is on; sessions under way go on.
struct SetDraining {
    bool draining = false;
    unsigned retry_after_s = 0;
    bool asks = false;  ///< INVITEs are not refused here: who decides on calls knows which are still welcome
};

/// How busy the node is, for who asks by OPTIONS: 0 to 100.
struct TellLoad {
    unsigned percent = 0;
};

/// Exchanges the configuration (reload). Sessions under way keep what they began with; transports stay as opened.
struct UseSettings {
    std::shared_ptr<const Settings> settings;
};

/// Ends the sip thread's loop once the responses under way are sent.
struct StopSip {};

using SipAction = std::variant<SendProgress, SendAnswer, PlaceCall, EndSession, AcceptOffer, RejectOffer, Reoffer,
                               SendKey, SetDraining, TellLoad, UseSettings, StopSip>;

}  // namespace rb::sip
