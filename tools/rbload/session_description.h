// session_description.h — the SDP of one audio stream (RFC 8866): written, and as much read as says where to send.
#pragma once

#include "codecs/codec_info.h"
#include "dataplane/base/address.h"
#include "dataplane/base/srtp_suite.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rb::load {

/// A key for SRTP (RFC 4568).
struct CryptoLine {
    std::string tag = "1";
    SrtpKey key;
};

/// A codec by the number it has in this description.
struct PayloadFormat {
    std::uint8_t payload_type = 0;
    codecs::CodecId codec = codecs::CodecId::Pcmu;

    friend bool operator==(const PayloadFormat&, const PayloadFormat&) = default;
};

/// One audio stream as offered or answered.
struct MediaDescription {
    Address address;                                      ///< where its side receives RTP
    std::vector<PayloadFormat> formats{PayloadFormat{}};  ///< of codecs that are known here, in the order they have
    bool on_hold = false;    ///< a=inactive: neither sends nor is sent to (written, not read)
    unsigned ptime_ms = 20;  ///< of the a=ptime line; 20 without one (RFC 3551 §4.2)
    std::string profile = "RTP/AVP";
    std::vector<CryptoLine> crypto;  ///< of suites that are known here

    /// The format of this codec, or nullptr.
    [[nodiscard]] const PayloadFormat* format_of(codecs::CodecId codec) const;
    /// The line of this suite, or nullptr.
    [[nodiscard]] const CryptoLine* crypto_of(SrtpSuite suite) const;
};

/// An offer or answer of one stream.
[[nodiscard]] std::string write_sdp(const MediaDescription& media);

/// Reads an offer or answer.
/// returns   nothing where there is no audio stream with a literal address, a port and a codec that is known here
///
/// Total: any text is accepted.
[[nodiscard]] std::optional<MediaDescription> read_sdp(std::string_view text);

}  // namespace rb::load
