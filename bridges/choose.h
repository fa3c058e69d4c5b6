// choose.h — which technology joins the parties of a bridge: one pure truth table, asked again at every change.
#pragma once

#include "codecs/codec_info.h"
#include "dataplane/media/event.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace rb::bridges {

/// What a bridge was made for.
enum class BridgeKind : std::uint8_t {
    Smart,       ///< two parties as directly as possible, more by mixing
    Conference,  ///< a room: mixing from the first party on
    Holding,     ///< participants wait, announcers speak
};

/// What matters of one party.
struct PartyTraits {
    codecs::CodecId codec = codecs::CodecId::Pcmu;
    std::uint32_t ptime_ms = 20;
    bool dtmf = true;  ///< telephone-events were agreed
    std::uint32_t dtmf_clock_rate = 8000;
    std::uint32_t opus_bitrate_max = 0;  ///< that it wants to be sent, 0 = none
    bool on_hold = false;                ///< nothing is to be sent to it, nor heard of it
    bool needs_frames = false;           ///< a prompt plays to it, keys are sent to it, or it is muted or deaf
    bool needs_audio = false;            ///< it is recorded, made louder, or its talk or keys are listened for
};

struct BridgeTraits {
    BridgeKind kind = BridgeKind::Smart;
    std::size_t parties = 0;
    PartyTraits first;  ///< of the first two parties; more never matter
    PartyTraits second;
    bool needs_audio = false;    ///< the bridge itself is recorded or played to
    bool spans_workers = false;  ///< one part of a room: it goes on though nobody is left in it
};

/// native_rtp needs equal codecs, packet lengths, limits and telephone-event clocks, and nobody listening in. A codec
/// that is only passed on has no other way: its packets go on whatever their length, and who listens in hears silence.
[[nodiscard]] Technology choose_bridge(const BridgeTraits& bridge) noexcept;

}  // namespace rb::bridges
