// opus_fmtp.h — what each side says of the Opus it wants to be sent (RFC 7587 §6.1 and §7), and what follows from it.
#pragma once

#include "codecs/opus_codec.h"
#include "control/config/media_objects.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace rb::engine {

/// The parameters of an fmtp line that matter to a sender; each has the default of RFC 7587.
struct OpusFmtp {
    std::uint32_t max_average_bitrate = 0;  ///< bit/s, 6000 to 510000; 0 = not said
    std::uint32_t max_playback_rate = 48'000;
    bool constant_bitrate = false;
    bool fec = false;
    bool dtx = false;

    friend bool operator==(const OpusFmtp&, const OpusFmtp&) = default;
};

/// Reads a line as "maxplaybackrate=16000; useinbandfec=1". Parameters that are unknown, or whose value is none, count
/// as not said. Total.
[[nodiscard]] OpusFmtp parse_opus_fmtp(std::string_view text) noexcept;

/// Writes what differs from the defaults; empty when nothing does. parse_opus_fmtp() reads it back.
[[nodiscard]] std::string write_opus_fmtp(const OpusFmtp& fmtp);

/// What we ask of the peer.
[[nodiscard]] OpusFmtp wanted_opus(const config::Opus& config) noexcept;

/// How we encode for a peer that has asked for this. FEC and DTX need both sides, a constant rate either.
[[nodiscard]] codecs::OpusOptions opus_options(const config::Opus& config, const OpusFmtp& peer) noexcept;

}  // namespace rb::engine
