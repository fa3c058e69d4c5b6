// party.h — what every technology does with one party: hear it, and give it its frame.
#pragma once

#include "bridges/tick.h"
#include "dataplane/media/leg.h"

#include <cstdint>
#include <span>

namespace rb::bridges {

/// What a party said in this tick.
struct Said {
    media::AudioIn::Heard heard = media::AudioIn::Heard::Nothing;
    bool audible = false;  ///< the samples were filled and are worth mixing
};

/// Takes the party's frame of this tick, updates its talk detector, and reports a change where it is watched.
///
/// samples   filled at the rate of the mix when audible
/// gated     pass frames below the talk threshold over undecoded
[[nodiscard]] Said hear(media::Leg& leg, std::span<codecs::Sample> samples, bool gated, TickContext& tick) noexcept;

/// Sends the party what takes precedence over its bridge: keys under way, a prompt to it alone, silence to the deaf.
/// Returns true when that was its frame.
bool send_private(media::Leg& leg, TickContext& tick) noexcept;

/// Sends the party a frame that is encoded already.
void send_payload(media::Leg& leg, std::span<const std::uint8_t> payload, TickContext& tick) noexcept;

/// Encodes samples at the rate of the mix for this party alone and sends them.
void send_samples(media::Leg& leg, std::span<const codecs::Sample> samples, TickContext& tick) noexcept;

/// Sends silence, or after a while next to nothing where the peer asked for that.
void send_silence(media::Leg& leg, TickContext& tick) noexcept;

/// Whether somebody who listens in has something to say to the party alone, or through it, in this frame.
[[nodiscard]] bool is_whispered_to(const media::Leg& leg) noexcept;

/// Gives the player of a leg or bridge back to control.
void return_player(Player*& player, event::Ending ending, EventOutbox& events) noexcept;
/// Gives the recorder of a leg or bridge back to control.
void return_recorder(Recorder*& recorder, event::Ending ending, EventOutbox& events) noexcept;
/// Adds a frame (empty = silence) to the recorder and carries out what follows from it.
void record(Recorder*& recorder, std::span<const codecs::Sample> samples, EventOutbox& events) noexcept;

}  // namespace rb::bridges
