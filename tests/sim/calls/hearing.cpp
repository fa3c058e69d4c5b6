#include "sim/calls/hearing.h"

#include "sim/checkers.h"
#include "sim/tone_clip.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rb::sim::calls {
namespace {

// As in the simulation of the media plane.
constexpr double kOwnBelow = -45;
constexpr double kOff = 0.5;
// Opus keeps what is heard and not the waveform: it gets a tone less exact, and adds noise beside it, to what the
// others hear of it a little, to what comes by it most.
constexpr double kOwnBelowBesideOpus = -35;
constexpr double kOwnBelowByOpus = -20;
constexpr double kOffByOpus = 4.5;  // twice on the way
/// Music is a tone of the generator's own level.
constexpr double kMusicAbove = -30;

std::string text_of(const engine::ChannelMedia& media)
{
    return std::to_string(media.worker) + "/" + std::to_string(media.bridge.index) + "." +
           std::to_string(media.bridge.generation);
}

void fill_in(Place& place, const engine::Room& room, const engine::Member& member)
{
    place.group = "room " + room.name;
    place.speaks = place.speaks && !member.options.muted;
    place.hears = place.hears && !member.options.deaf && !member.told;
    place.gain_in_db = member.options.gain_in_db;
    place.gain_out_db = member.options.gain_out_db;
    place.music = member.music;
    place.whispers = member.whispers;
    place.wishes = member.hears;
    place.state = std::string{member.told ? "told " : ""} + (member.spared ? "spared " : "") +
                  std::to_string(room.sounds.size()) + " sounds ";
    place.sound_in_room = member.told || member.spared || !room.sounds.empty();
}

/// Whether one is to hear the other, itself in an echo included.
bool together(const Place& listener, const Place& talker)
{
    if (listener.phone == talker.phone) {
        return listener.echo;
    }
    const auto wish = listener.wishes.find(talker.channel);
    if (wish != listener.wishes.end() ? !wish->second : talker.whispers) {
        return false;
    }
    return !listener.group.empty() && listener.group == talker.group && listener.hears && !listener.music;
}

bool speaks_opus(const Place& place)
{
    return place.phone->voice().options().codec == codecs::CodecId::Opus;
}

/// What a listener may hear at most of a tone that is not for it.
double own_below(const Place& listener, const std::vector<Place>& places)
{
    if (speaks_opus(listener)) {
        return kOwnBelowByOpus;
    }
    return std::any_of(places.begin(), places.end(), speaks_opus) ? kOwnBelowBesideOpus : kOwnBelow;
}

}  // namespace

Place place_of(engine::CallEngine& engine, const engine::Channel& channel, const test::BenchPhone& phone)
{
    Place place{.phone = &phone, .name = {}, .group = {}, .state = {}};
    place.speaks = place.hears = !phone.held && channel.media.adopted && !channel.media.migrating;
    place.channel = channel.ref.bits();
    place.spies = channel.application_name == "chanspy";
    if (channel.media.bridge) {
        place.group = "bridge " + text_of(channel.media);
    }
    for (auto& [name, room] : engine.rooms().all()) {
        if (const engine::Member* member = room.members.find(channel.ref)) {
            fill_in(place, room, *member);
        }
    }
    place.gain_in_db += channel.gain_in_db;
    place.gain_out_db += channel.gain_out_db;
    place.echo = channel.application_name == "echo" && !channel.media.bridge;
    place.music = place.music || (channel.application_name == "musiconhold" && channel.media.player != nullptr);
    const bool plays = channel.media.player != nullptr && !place.music;
    place.hears = place.hears && !plays;
    place.sound_in_room = place.sound_in_room || plays;
    for (const auto& [talker, hears] : place.wishes) {
        place.state += std::to_string(talker) + (hears ? "+" : "-");
    }
    place.state += (place.whispers ? "whispers " : "") + place.group + channel.application_name +
                   text_of(channel.media) + (place.speaks ? "s" : "") + (place.hears ? "h" : "") +
                   (place.music ? "m" : "") + std::to_string(place.gain_in_db) + "," +
                   std::to_string(place.gain_out_db) + (plays ? "p" : "") + (place.sound_in_room ? "w" : "");
    return place;
}

std::vector<std::string> judge(const Place& listener, const std::vector<Place>& places)
{
    std::vector<std::string> problems;
    if (listener.spies) {
        return problems;
    }
    const double tone = 20 * std::log10(SimClient::kAmplitude / std::numbers::sqrt2 / 32'768);
    const SimClient& ear = listener.phone->voice();
    const double below = own_below(listener, places);
    for (const Place& talker : places) {
        const double hz = talker.phone->voice().options().hz;
        const bool audible = together(listener, talker) && talker.speaks && listener.hears;
        if (hz == 0 || (audible && listener.sound_in_room)) {
            continue;
        }
        const std::string pair = listener.name + " hears " + talker.name;
        const double level = ear.level_of(hz) - tone;
        const double wanted = listener.phone == talker.phone ? 0 : talker.gain_in_db + listener.gain_out_db;
        if (audible && ear.windows_heard() < 8) {
            problems.push_back(pair + " only in " + std::to_string(ear.windows_heard()) + " windows of 100 ms");
        } else if (audible &&
                   std::abs(level - wanted) > (speaks_opus(listener) || speaks_opus(talker) ? kOffByOpus : kOff)) {
            problems.push_back(pair + " at " + decibels(level) + ", not at " + decibels(wanted));
        } else if (!audible && std::min(level, ear.trace_of(hz) - tone) > below) {
            problems.push_back(pair + " at " + decibels(level) + ", and should not");
        }
    }
    if (!listener.music || !listener.hears) {
        return problems;
    }
    if (const double level = ear.level_of(kMusicHz) - tone; level < kMusicAbove) {
        problems.push_back(listener.name + " hears no music: " + decibels(level));
    }
    return problems;
}

}  // namespace rb::sim::calls
