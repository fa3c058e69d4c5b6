// hold.h — what a channel hears while who it talks to holds the call.
#pragma once

#include "control/engine/channel.h"

#include <string>

namespace rb::engine {

class CallEngine;

/// Whether the channel's peer holds the call (RFC 3264 §8.4), where its endpoint wants that to mean anything.
[[nodiscard]] bool holds_call(const Channel& channel);

/// The class of music that a channel hears: its CHANNEL(musicclass), else the suggested one, else the default; the
/// first of them that there is.
///
/// suggested   may be empty
[[nodiscard]] std::string music_for(const Channel& channel, const std::string& suggested);

/// `by`, to whom the channel talks, holds the call: the channel hears music; or, where its endpoint has
/// moh_passthrough, is told so by a re-INVITE and goes on to hear what `by` sends.
void put_on_hold(CallEngine& engine, Channel& channel, const Channel& by);
void take_off_hold(CallEngine& engine, Channel& channel);

}  // namespace rb::engine
