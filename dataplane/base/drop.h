// drop.h — every reason the data plane may refuse a packet. An error on the hot path IS one of these,
// and each one IS a counter: a packet is never lost silently, and the simulator proves it (rx == sum).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace rb {

enum class Drop : std::uint8_t {
    TooShort,         ///< fewer bytes than the fixed header of the format
    BadVersion,       ///< RTP version is not 2 (RFC 3550 §5.1)
    BadLength,        ///< a length field points past the end of the datagram
    ReservedEvent,    ///< telephone-event code we do not handle (RFC 4733 §3.2: 0–15 are the DTMF digits)
    UnknownProtocol,  ///< neither STUN, DTLS, RTCP nor RTP by its first byte (RFC 7983)
    Unsupported,      ///< a protocol the leg did not negotiate, such as STUN on a plain RTP leg
    UnknownPayload,   ///< payload type that was not negotiated
    WrongSource,      ///< strict RTP: sent by somebody other than the latched peer
    Probation,        ///< first packets of a source that has not yet shown two in order (RFC 3550 §A.1)
    OutOfOrder,       ///< sequence number far from what the stream had reached
    Duplicate,        ///< sequence number already held or played
    Late,             ///< its turn has passed
    Overflow,         ///< the jitter buffer's cap is reached
    NotReceiving,     ///< direction is sendonly or inactive
    StaleLeg,         ///< arrived for a leg that has left the worker
    RtcpBad,          ///< compound RTCP that breaks RFC 3550 §A.2
    SrtpAuthFailed,   ///< SRTP: not made with the agreed key, or changed on its way (RFC 3711 §3.3)
    SrtpReplayed,     ///< SRTP: a packet of this index has been accepted already
    SrtpTooOld,       ///< SRTP: behind the window in which repetitions are recognised
    SrtpStreams,      ///< SRTP: more SSRCs under one key than are kept
    SrtpNoKey,        ///< SRTP was agreed and there is no key: not yet, or its life is over
    DtlsStranger,     ///< DTLS from an address that nobody vouches for
    SideRate,         ///< more DTLS or STUN than one leg may hand to control
    SideFull,         ///< DTLS or STUN while control has all buffers
    StunBad,          ///< no Binding message of ICE: no magic cookie, FINGERPRINT missing or wrong, a broken attribute
    StunStranger,     ///< a check without the login SDP gave, or with a wrong password
    StunRefused,      ///< a check of the peer that was answered with an error: the wrong role, an unknown attribute
    IceUnchecked,     ///< ICE was agreed, and no check has shown that the peer is at this address
    Count_,           ///< number of reasons; keep last
};

inline constexpr std::size_t kDropCount = static_cast<std::size_t>(Drop::Count_);

/// The reasons as counters, statsd and rbctl spell them; the index is the enumerator.
inline constexpr std::array<const char*, kDropCount> kDropNames{
    "drop.too_short",        "drop.bad_version",   "drop.bad_length",      "drop.reserved_event",
    "drop.unknown_protocol", "drop.unsupported",   "drop.unknown_payload", "drop.wrong_source",
    "drop.probation",        "drop.out_of_order",  "drop.duplicate",       "drop.late",
    "drop.overflow",         "drop.not_receiving", "drop.stale_leg",       "drop.rtcp_bad",
    "drop.srtp_auth_failed", "drop.srtp_replayed", "drop.srtp_too_old",    "drop.srtp_streams",
    "drop.srtp_no_key",      "drop.dtls_stranger", "drop.side_rate",       "drop.side_full",
    "drop.stun_bad",         "drop.stun_stranger", "drop.stun_refused",    "drop.ice_unchecked",
};
static_assert(kDropNames.back() != nullptr);

}  // namespace rb
