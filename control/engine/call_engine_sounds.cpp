// What plays to a channel: sounds are asked for, and played when they have been read.
#include "codecs/gain.h"
#include "control/engine/call_engine.h"
#include "control/engine/passed_codecs.h"

#include <algorithm>
#include <utility>

namespace rb::engine {
namespace {

/// Whether the peer has asked for less than clips in Opus are, which are encoded once for everybody (RFC 7587 §6.1).
bool wants_less(const ChannelMedia& media)
{
    const codecs::OpusOptions& opus = media.opus;
    const bool fewer_bits = opus.bitrate_max != 0 && opus.bitrate_max < bridges::kOpusClipBitrate;
    return media.codec == codecs::CodecId::Opus &&
           (fewer_bits || opus.constant_bitrate || opus.playback_rate < codecs::kSampleRateMax);
}

}  // namespace

/// What was asked for before and has not been read yet would replace this when it comes, so it is given up.
void CallEngine::play(Channel& channel, Playing playing)
{
    forget_sounds(channel);
    load_sound(channel, {.names = std::move(playing.names),
                         .loop = playing.loop,
                         .music = playing.music,
                         .application_serial = playing.background ? 0 : channel.application_serial});
}

/// Where the channel's codec is about to change it is not asked for yet: resume_sound will.
void CallEngine::load_sound(Channel& channel, ChannelSound sound)
{
    const bool waits = want_audio(*this, channel);
    SoundRequest request{.id = next_serial_++,
                         .names = sound.names,
                         .language = channel.language.empty() ? channel.endpoint.language : channel.language,
                         .codec = channel.media.codec};
    sounds_[request.id] = {.channel = channel.ref, .sound = std::move(sound), .room = {}};
    if (!waits) {
        environment_.load_sound(std::move(request));
    }
}

void CallEngine::resume_sound(Channel& channel)
{
    const auto waits =
        std::ranges::find_if(sounds_, [&](const auto& entry) { return entry.second.channel == channel.ref; });
    if (waits != sounds_.end()) {
        load_sound(channel, std::move(sounds_.extract(waits).mapped().sound));
    }
}

void CallEngine::start_player(Channel& channel, bridges::Player::Clips clips, ChannelSound sound)
{
    channel.media.sound = std::move(sound);
    channel.media.clips = std::move(clips);
    lend_player(channel, false);
}

/// succeeds   it takes the place of the one that plays the same
void CallEngine::lend_player(Channel& channel, bool succeeds)
{
    const ChannelSound& sound = channel.media.sound;
    auto player = std::make_unique<bridges::Player>(
        channel.media.clips, bridges::Player::Options{.loop = sound.loop,
                                                      .common_clock = sound.music,
                                                      .paused = sound.paused,
                                                      .encode_anew = wants_less(channel.media),
                                                      .gain_db = static_cast<std::int8_t>(sound.gain_db),
                                                      .from = sound.from,
                                                      .tag = channel.ref.bits()});
    channel.media.player = player.get();
    command(channel, command::Play{.leg = channel.media.leg, .player = player.release(), .succeeds = succeeds});
}

/// A player that changes the volume of encoded clips has a decoder, which the worker cannot make: it is another one.
bool CallEngine::steer(Channel& channel, const bridges::PlayerStep& step)
{
    using What = bridges::PlayerStep::What;
    if (channel.media.player == nullptr) {
        return false;
    }
    ChannelSound& sound = channel.media.sound;
    if (step.what == What::Volume) {
        sound.gain_db = std::clamp(step.by, -codecs::kGainMax_db, codecs::kGainMax_db);
        lend_player(channel, true);
        return true;
    }
    if (step.what == What::Pause || step.what == What::Resume) {
        sound.paused = step.what == What::Pause;
    }
    command(channel, command::SteerPlayer{.leg = channel.media.leg, .bridge = {}, .step = step});
    return true;
}

bool CallEngine::sound_awaited(const Channel& channel) const
{
    return std::ranges::any_of(sounds_, [&](const auto& entry) { return entry.second.channel == channel.ref; });
}

void CallEngine::forget_sounds(const Channel& channel)
{
    std::erase_if(sounds_, [&](const auto& entry) { return entry.second.channel == channel.ref; });
}

void CallEngine::stop_playing(Channel& channel)
{
    forget_sounds(channel);
    if (channel.media.player != nullptr) {
        channel.media.player = nullptr;
        channel.media.clips.clear();
        command(channel, command::StopPlaying{.leg = channel.media.leg});
    }
}

}  // namespace rb::engine
