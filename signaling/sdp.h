// sdp.h — a session description (RFC 8866) as a value: what our offers and answers need of it, and no more.
//
// Reading merges session-level c= and direction into each media section, resolves static payload types, and leaves out
// what nobody here uses (bandwidth, times, unknown attributes). Pure functions; no name is looked up.
#pragma once

#include "dataplane/base/address.h"
#include "signaling/message.h"
#include "signaling/sdes.h"
#include "signaling/sdp_dtls.h"
#include "signaling/sdp_ice.h"
#include "signaling/t38.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rb::sip {

inline constexpr std::size_t kSdpBytesMax = 65536;      ///< as the largest SIP message
inline constexpr std::size_t kSdpMediaMax = 32;         ///< m= lines
inline constexpr std::size_t kSdpMediaFormatsMax = 64;  ///< formats of one m= line; further ones are not read
inline constexpr std::size_t kSdpCryptoMax = 16;        ///< a=crypto lines of one m= line, likewise
inline constexpr std::size_t kSdpMidBytesMax = 64;      ///< of a name in groups; longer ones are not read

/// o=; the numbers are kept as text, since peers write values of any length.
struct SdpOrigin {
    std::string username = "-";
    std::string session_id = "0";
    std::string version = "0";
    Address address;  ///< none where the peer wrote a host name

    friend bool operator==(const SdpOrigin&, const SdpOrigin&) = default;
};

/// One m= section.
struct SdpMedia {
    std::string type = "audio";
    std::uint16_t port = 0;  ///< 0 = refused or unused
    std::string protocol = "RTP/AVP";
    std::vector<std::string> tokens;    ///< the fmt list as written, never empty
    std::vector<MediaFormat> formats;   ///< of RTP profiles: each token that is a known or mapped payload type
    std::optional<Address> connection;  ///< from c=, without port; nothing = missing or a host name
    std::optional<Address> rtcp;        ///< from a=rtcp (RFC 3605)
    bool rtcp_mux = false;              ///< RFC 5761
    bool rtcp_rsize = false;            ///< reduced-size RTCP is understood (RFC 5506)
    bool voip_metrics = false;          ///< these blocks of extended reports are wanted (RFC 3611 §5.1)
    std::vector<SdpCrypto> crypto;      ///< a=crypto lines that can be used (RFC 4568)
    SdpDtls dtls;
    SdpIce ice;
    std::string mid;                               ///< its name in groups (RFC 5888); empty = none
    std::string msid;                              ///< ours, for browsers (RFC 8830); a peer's is not read
    Direction direction = Direction::SendReceive;  ///< as its writer sees it
    unsigned ptime_ms = 0;                         ///< 0 = not said
    unsigned maxptime_ms = 0;                      ///< 0 = not said
    T38 t38;                                       ///< of UDPTL

    friend bool operator==(const SdpMedia&, const SdpMedia&) = default;
};

struct SessionDescription {
    SdpOrigin origin;
    std::string name = "-";
    std::vector<std::string> bundle;  ///< the first a=group:BUNDLE: lines that share one transport (RFC 8843)
    std::vector<SdpMedia> media;

    friend bool operator==(const SessionDescription&, const SessionDescription&) = default;
};

/// Reads a description.
///
/// text    lines ended by CRLF or LF; v=0 and o= are demanded, all else of the session part may be missing
/// returns the description, or an Error that names the line and what is wrong with it
[[nodiscard]] Result<SessionDescription> parse_sdp(std::string_view text);

/// Writes a description, CRLF line ends. parse_sdp(write_sdp(x)) == x for whatever parse_sdp yields.
[[nodiscard]] std::string write_sdp(const SessionDescription& description);

/// RTP/AVP, RTP/SAVPF, UDP/TLS/RTP/SAVPF …: the fmt list holds payload types.
[[nodiscard]] bool is_rtp_profile(std::string_view protocol) noexcept;

/// T.38 over UDP.
[[nodiscard]] bool is_udptl(std::string_view protocol) noexcept;

/// UDP/TLS/RTP/SAVP or UDP/TLS/RTP/SAVPF: the keys come of a handshake (RFC 5764 §8).
[[nodiscard]] bool is_dtls_profile(std::string_view protocol) noexcept;

/// RTP/SAVP or RTP/SAVPF: the keys are in the description itself.
[[nodiscard]] bool is_sdes_profile(std::string_view protocol) noexcept;

}  // namespace rb::sip
