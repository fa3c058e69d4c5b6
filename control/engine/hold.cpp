#include "control/engine/hold.h"

#include "control/engine/call_engine.h"

#include <array>

namespace rb::engine {
namespace {

void offer_direction(CallEngine& engine, Channel& channel, sip::Direction direction)
{
    sip::LocalMedia& local = channel.media.local;
    if (local.direction == direction || channel.state != ChannelState::Up || channel.hanging_up || channel.media.fax) {
        return;
    }
    local.direction = direction;
    engine.environment().post(sip::Reoffer{.session = channel.session, .media = local});
}

}  // namespace

bool holds_call(const Channel& channel)
{
    const auto& agreed = channel.media.agreed;
    const bool silent_for_us =
        agreed && (agreed->direction == sip::Direction::ReceiveOnly || agreed->direction == sip::Direction::Inactive);
    // Inactive may also come of its answer to a hold that we pass on to it.
    return silent_for_us && channel.media.local.direction == sip::Direction::SendReceive &&
           !channel.endpoint.suppress_moh_on_sendonly;
}

std::string music_for(const Channel& channel, const std::string& suggested)
{
    const std::array<std::string, 3> classes{channel.music_class, suggested, "default"};
    for (const std::string& music : classes) {
        if (channel.config->music_classes.contains(music)) {
            return music;
        }
    }
    return !channel.music_class.empty() ? channel.music_class : !suggested.empty() ? suggested : "default";
}

void put_on_hold(CallEngine& engine, Channel& channel, const Channel& by)
{
    if (channel.endpoint.moh_passthrough) {
        return offer_direction(engine, channel, sip::Direction::SendOnly);
    }
    engine.play(channel, {.names = {"moh:" + music_for(channel, by.endpoint.moh_suggest)},
                          .loop = true,
                          .music = true,
                          .background = true});
}

void take_off_hold(CallEngine& engine, Channel& channel)
{
    if (channel.endpoint.moh_passthrough) {
        return offer_direction(engine, channel, sip::Direction::SendReceive);
    }
    engine.stop_playing(channel);
}

}  // namespace rb::engine
