// session_description.h — the SDP of one G.711 stream (RFC 8866): written, and as much read as says where to send.
#pragma once

#include "dataplane/base/address.h"
#include "tools/rbload/voice.h"

#include <optional>
#include <string>
#include <string_view>

namespace rb::load {

/// One audio stream as offered or answered.
struct MediaDescription {
    Address address;         ///< where its side receives RTP
    Law law = Law::Ulaw;     ///< the first format that is G.711
    bool on_hold = false;    ///< a=inactive: neither sends nor is sent to (written, not read)
    unsigned ptime_ms = 20;  ///< of the a=ptime line; 20 without one (RFC 3551 §4.2)
};

/// An offer or answer of one stream in one law.
[[nodiscard]] std::string write_sdp(const MediaDescription& media);

/// Reads an offer or answer.
/// returns   nothing where there is no audio stream with a literal address, a port and G.711
///
/// Total: any text is accepted.
[[nodiscard]] std::optional<MediaDescription> read_sdp(std::string_view text);

}  // namespace rb::load
