// How channels take part in bridges: joining, leaving, and what is done to their sound.
#include "bridges/group_encoder.h"
#include "codecs/cleaner.h"
#include "codecs/gain.h"
#include "control/engine/call_engine.h"
#include "control/engine/passed_codecs.h"
#include "control/engine/room_tracks.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace rb::engine {
namespace {

/// A party's options with what the plan has set for its channel: VOLUME and TALK_DETECT.
media::PartyOptions with_channels_own(const Channel& channel, media::PartyOptions options)
{
    const auto sum = [](int a, int b) {
        return static_cast<std::int8_t>(std::clamp(a + b, -codecs::kGainMax_db, codecs::kGainMax_db));
    };
    options.gain_in_db = sum(options.gain_in_db, channel.gain_in_db);
    options.gain_out_db = sum(options.gain_out_db, channel.gain_out_db);
    if (channel.talk_detect) {
        options.report_talk = true;
        options.talk = *channel.talk_detect;
    }
    return options;
}

}  // namespace

/// Lends what the party needs besides its place: a rate adapter, and its group's encoder where listeners share one.
void CallEngine::join(Channel& channel, bridges::BridgeRef bridge, const media::PartyOptions& options)
{
    ChannelMedia& media = channel.media;
    BridgeBook& book = book_of(media.worker, bridge);
    const std::uint8_t kind = book.kind_of(channel);
    if (auto group = group_for(book, channel, kind)) {
        workers_[media.worker]->post(command::AddGroup{.bridge = bridge, .group = group.release()});
    }
    media.bridge = bridge;
    media.party = options;
    want_audio(*this, channel);
    command(channel, command::JoinBridge{.leg = media.leg,
                                         .bridge = bridge,
                                         .adapter = adapter_for(channel, book.rate).release(),
                                         .kind = kind,
                                         .options = with_channels_own(channel, options)});
    if (media.track != 0) {
        command(channel, command::SetTrack{.leg = media.leg, .track = media.track});
    }
}

void CallEngine::listen_to(Channel& channel)
{
    ChannelMedia& media = channel.media;
    if (!std::exchange(media.listened, true) && media.adopted) {
        auto in = std::make_unique<media::AudioIn>(media.codec, channel.jitter);
        command(channel, command::LendAudioIn{.leg = media.leg, .in = in.release()});
    }
}

void CallEngine::set_party(Channel& channel, const media::PartyOptions& options)
{
    channel.media.party = options;
    command(channel, command::SetParty{.leg = channel.media.leg, .options = with_channels_own(channel, options)});
}

bool CallEngine::set_variable(Channel& channel, const std::string& name, const std::string& value)
{
    const bool set = dialplan::set_variable(channel, name, value);
    apply_own_options(channel);
    return set;
}

/// Lends what cleans the channel's sound, as it is to be now and for the codec it has.
///
/// none_too   also says that there is to be none
void CallEngine::lend_cleaners(Channel& channel, bool none_too)
{
    const auto& info = codecs::codec_info(channel.media.codec);
    const std::array own{info.sample_rate};
    using Rates = std::span<const std::uint32_t>;
    const Rates rates = info.any_rate ? Rates{bridges::kMixRates} : Rates{own};
    for (const bool outward : {false, true}) {
        const codecs::CleanerOptions& wanted = outward ? channel.clean_out : channel.clean_in;
        if (wanted.any() || none_too) {
            auto cleaner = wanted.any() ? std::make_unique<codecs::Cleaner>(wanted, rates) : nullptr;
            command(channel,
                    command::SetCleaner{.leg = channel.media.leg, .cleaner = cleaner.release(), .outward = outward});
        }
    }
}

void CallEngine::set_denoise(Channel& channel, bool on)
{
    channel.cleaning_changed = channel.clean_in.denoise != on;
    channel.clean_in.denoise = on;
    apply_own_options(channel);
}

/// VOLUME and TALK_DETECT may be set while the channel is in a bridge already, JITTERBUFFER while it is heard, and
/// TIMEOUT(absolute) whenever it lasts.
void CallEngine::apply_own_options(Channel& channel)
{
    if (std::exchange(channel.party_changed, false) && channel.media.bridge) {
        set_party(channel, channel.media.party);
    }
    if (std::exchange(channel.cleaning_changed, false) && channel.media.adopted) {
        lend_cleaners(channel, true);
    }
    if (std::exchange(channel.jitter_changed, false) && channel.media.adopted) {
        command(channel, command::SetJitter{.leg = channel.media.leg, .options = channel.jitter});
    }
    if (std::exchange(channel.timeouts.changed, false) && channel.timeouts.over_at != kNever) {
        wakes_.emplace(channel.timeouts.over_at, channel.ref.bits());
    }
}

Technology CallEngine::technology_of(const Channel& channel) const
{
    const ChannelMedia& media = channel.media;
    const auto book = bridge_books_.find(std::uint64_t{media.worker} << 32U | media.bridge.index);
    return media.bridge && book != bridge_books_.end() ? book->second.technology : Technology::None;
}

void CallEngine::leave(Channel& channel)
{
    if (channel.media.bridge) {
        leave_fax(channel);
        reports_.talks(channel, false);
        recordings_.note_track(channel, TrackNews::Leave);
        channel.media.track = 0;
        channel.media.bridge = {};
        command(channel, command::LeaveBridge{.leg = channel.media.leg});
    }
}

}  // namespace rb::engine
