#include "control/node/operator.h"

#include "control/applications/conference.h"
#include "control/applications/conference_hearing.h"
#include "control/cli/command_table.h"
#include "control/node/log_commands.h"
#include "control/node/operator_playback.h"

#include <map>
#include <string_view>

namespace rb::node {
namespace {

using cli::Reply;
using Arguments = std::vector<std::string>;

constexpr int kNormalClearing = 16;

Reply done(std::string what)
{
    return std::vector<std::string>{std::move(what)};
}

Reply no_call(const std::string& id)
{
    return failure("no call " + id + "; rbctl calls lists them");
}

Reply no_room(const std::string& name)
{
    return failure("no room " + name + "; rbctl rooms lists them");
}

Reply hang_up(engine::CallEngine& engine, const Arguments& arguments)
{
    if (arguments[0] == "all") {
        const std::size_t calls = engine.channels().size();
        engine.hang_up_all(kNormalClearing);
        return done(std::to_string(calls) + " calls hung up");
    }
    engine::Channel* channel = engine.find_channel(arguments[0]);
    if (channel == nullptr) {
        return no_call(arguments[0]);
    }
    engine.hang_up(*channel, kNormalClearing);
    return done(channel->unique_id + " hung up");
}

/// The members of a room that the arguments ROOM ID|all mean.
Result<std::vector<engine::ChannelRef>> members_of(engine::CallEngine& engine, const Arguments& arguments)
{
    const engine::Room* room = engine.rooms().find(arguments[0]);
    if (room == nullptr) {
        return tl::unexpected(no_room(arguments[0]).error());
    }
    std::vector<engine::ChannelRef> members;
    for (const engine::Member& member : room->members) {
        const engine::Channel* channel = engine.channels().find(member.channel);
        if (channel != nullptr &&
            (arguments[1] == "all" || channel->unique_id == arguments[1] || channel->name == arguments[1])) {
            members.push_back(member.channel);
        }
    }
    if (members.empty()) {
        return failure("no member " + arguments[1] + " in room " + arguments[0] + "; rbctl room " + arguments[0] +
                       " lists them");
    }
    return members;
}

Reply set_variable(engine::CallEngine& engine, const Arguments& arguments)
{
    engine::Channel* channel = engine.find_channel(arguments[0]);
    if (channel == nullptr) {
        return no_call(arguments[0]);
    }
    if (!engine.set_variable(*channel, arguments[1], arguments[2])) {
        return failure(arguments[1] + " cannot be set; core show functions lists what can be read or set");
    }
    return done(arguments[1] + " of " + channel->unique_id + " is " + arguments[2]);
}

Reply kick(engine::CallEngine& engine, const Arguments& arguments)
{
    const auto members = members_of(engine, arguments);
    if (!members) {
        return tl::unexpected(members.error());
    }
    for (const engine::ChannelRef member : *members) {
        applications::kick_member(engine, *engine.rooms().find(arguments[0]), member);
    }
    return done(std::to_string(members->size()) + " kicked out of room " + arguments[0]);
}

using MemberSwitch = bool (&)(engine::CallEngine&, engine::Room&, engine::ChannelRef, bool);

Reply switch_members(engine::CallEngine& engine, const Arguments& arguments, MemberSwitch set, bool on,
                     const char* told)
{
    const auto members = members_of(engine, arguments);
    if (!members) {
        return tl::unexpected(members.error());
    }
    engine::Room& room = *engine.rooms().find(arguments[0]);
    for (const engine::ChannelRef member : *members) {
        set(engine, room, member, on);
    }
    return done(std::to_string(members->size()) + told);
}

Reply set_lock(engine::CallEngine& engine, const std::string& name, bool locked)
{
    engine::Room* room = engine.rooms().find(name);
    if (room == nullptr) {
        return no_room(name);
    }
    room->locked = locked;
    return done("room " + name + (locked ? " locked" : " unlocked"));
}

Reply play(engine::CallEngine& engine, const Arguments& arguments)
{
    engine::Room* room = engine.rooms().find(arguments[0]);
    if (room == nullptr) {
        return no_room(arguments[0]);
    }
    engine.play_to_room(*room, {.names = {arguments[1]}, .tell = {}});
    return done(arguments[1] + " is played to room " + arguments[0]);
}

Reply record(engine::CallEngine& engine, const Arguments& arguments, bool tracks)
{
    engine::Room* room = engine.rooms().find(arguments[0]);
    if (room == nullptr) {
        return no_room(arguments[0]);
    }
    const std::string file = arguments.size() > 1 ? arguments[1] : "";
    if ((tracks ? room->tracks : room->recording) != 0) {
        return failure("room " + arguments[0] + " is being recorded; record stop " + arguments[0] + " ends that");
    }
    if (!(tracks ? applications::record_tracks : applications::record_room)(engine, *room, file)) {
        return failure("'" + file + "' leaves the recordings directory");
    }
    return done("room " + arguments[0] + " is recorded" + (tracks ? ", each member apart" : ""));
}

Reply stop_recording(engine::CallEngine& engine, const std::string& name)
{
    engine::Room* room = engine.rooms().find(name);
    if (room == nullptr) {
        return no_room(name);
    }
    engine.recordings().stop(*room);
    engine.recordings().stop_tracks(*room);
    return done("room " + name + " is not recorded any more");
}

/// Of the mix; members recorded apart go on.
Reply set_recording(engine::CallEngine& engine, const std::string& name, bridges::Recorder::Flow flow)
{
    const engine::Room* room = engine.rooms().find(name);
    if (room == nullptr) {
        return no_room(name);
    }
    if (room->recording == 0) {
        return failure("the mix of room " + name + " is not recorded; record start " + name + " begins that");
    }
    engine.recordings().set_flow(*room, flow);
    switch (flow) {
        case bridges::Recorder::Flow::Record:
            return done("the recording of room " + name + " goes on");
        case bridges::Recorder::Flow::Pause:
            return done("the recording of room " + name + " pauses");
        case bridges::Recorder::Flow::Mute:
            return done("the recording of room " + name + " is silent from now on");
    }
    return {};
}

/// Those of a room whom something between a talker and listeners concerns, told apart before anything is changed.
struct Conversation {
    engine::ChannelRef talker;
    std::vector<engine::ChannelRef> listeners;  ///< all but the talker itself
};

Result<Conversation> conversation_of(engine::CallEngine& engine, const std::string& room, const std::string& talker,
                                     const std::string& listeners)
{
    auto hearing = members_of(engine, {room, listeners});
    const auto talking = members_of(engine, {room, talker});
    if (!hearing || !talking) {
        return tl::unexpected((hearing ? talking : hearing).error());
    }
    if (talker == "all") {
        return failure("'all' is not accepted: expected one member that talks");
    }
    std::erase(*hearing, talking->front());
    if (hearing->empty()) {
        return failure("that takes two members of room " + room);
    }
    return Conversation{.talker = talking->front(), .listeners = std::move(*hearing)};
}

Reply set_hears(engine::CallEngine& engine, engine::Room& room, const Conversation& between, bool hears)
{
    for (const engine::ChannelRef listener : between.listeners) {
        if (auto set = applications::set_hears(engine, room, {.listener = listener, .talker = between.talker}, hears);
            !set) {
            return tl::unexpected(set.error());
        }
    }
    return applications::describe_hearing(engine, room);
}

/// ROOM LISTENER TALKER
Reply set_hears(engine::CallEngine& engine, const Arguments& arguments, bool hears)
{
    const auto between = conversation_of(engine, arguments[0], arguments[2], arguments[1]);
    return between ? set_hears(engine, *engine.rooms().find(arguments[0]), *between, hears)
                   : tl::unexpected(between.error());
}

/// ROOM TALKER LISTENER
Reply whisper(engine::CallEngine& engine, const Arguments& arguments)
{
    const auto between = conversation_of(engine, arguments[0], arguments[1], arguments[2]);
    if (!between) {
        return tl::unexpected(between.error());
    }
    engine::Room& room = *engine.rooms().find(arguments[0]);
    const bool before = room.members.find(between->talker)->whispers;
    if (auto set = applications::set_whispers(engine, room, between->talker, true); !set) {
        return tl::unexpected(set.error());
    }
    auto reply = set_hears(engine, room, *between, true);
    if (!reply) {  // what is refused is not to silence anybody
        static_cast<void>(applications::set_whispers(engine, room, between->talker, before));
    }
    return reply;
}

Reply speak(engine::CallEngine& engine, const Arguments& arguments)
{
    const auto members = members_of(engine, arguments);
    if (!members) {
        return tl::unexpected(members.error());
    }
    engine::Room& room = *engine.rooms().find(arguments[0]);
    for (const engine::ChannelRef member : *members) {
        if (auto set = applications::set_whispers(engine, room, member, false); !set) {
            return tl::unexpected(set.error());
        }
    }
    return applications::describe_hearing(engine, room);
}

Reply show_hearing(engine::CallEngine& engine, const std::string& name)
{
    const engine::Room* room = engine.rooms().find(name);
    return room == nullptr ? no_room(name) : Reply{applications::describe_hearing(engine, *room)};
}

Reply drain(const OperatorActions& actions, bool on)
{
    actions.drain(on);
    return done(on ? "draining: no new calls are taken" : "new calls are taken again");
}

Reply reload(const OperatorActions& actions)
{
    if (actions.reload()) {
        return done("configuration reloaded; calls under way keep theirs");
    }
    const Reply why = check_configuration(actions.load);
    return why ? Reply{failure("configuration refused, nothing has changed")} : why;
}

Reply debug_plans(engine::CallEngine& engine, const Arguments& arguments)
{
    if (!arguments.empty() && arguments[0] != "on" && arguments[0] != "off") {
        return failure("'" + arguments[0] + "' is not accepted: expected on or off");
    }
    if (!arguments.empty()) {
        engine.debug_plans(arguments[0] == "on");
    }
    return done(std::string{"dialplan debug is "} + (engine.debugs_plans() ? "on" : "off"));
}

Reply set_global(engine::CallEngine& engine, const Arguments& arguments)
{
    engine.globals().set(arguments[0], arguments[1]);
    return done("Global variable '" + arguments[0] + "' set to '" + arguments[1] + "'");
}

using Verbs = std::map<std::string_view, std::function<Reply(const Arguments&)>>;

/// What changes something.
Verbs deeds(engine::CallEngine& engine, logging::Log& log, const OperatorActions& actions)
{
    const auto switching = [&engine](MemberSwitch set, bool on, const char* told) {
        return [&engine, &set, on, told](const Arguments& a) { return switch_members(engine, a, set, on, told); };
    };
    return {
        {"hangup", [&](const Arguments& a) { return hang_up(engine, a); }},
        {"kick", [&](const Arguments& a) { return kick(engine, a); }},
        {"mute", switching(applications::mute_member, true, " muted")},
        {"unmute", switching(applications::mute_member, false, " unmuted")},
        {"deafen", switching(applications::deafen_member, true, " deaf")},
        {"undeafen", switching(applications::deafen_member, false, " hearing again")},
        {"lock", [&](const Arguments& a) { return set_lock(engine, a[0], true); }},
        {"unlock", [&](const Arguments& a) { return set_lock(engine, a[0], false); }},
        {"hear", [&](const Arguments& a) { return set_hears(engine, a, true); }},
        {"unhear", [&](const Arguments& a) { return set_hears(engine, a, false); }},
        {"whisper", [&](const Arguments& a) { return whisper(engine, a); }},
        {"speak", [&](const Arguments& a) { return speak(engine, a); }},
        {"hearing", [&](const Arguments& a) { return show_hearing(engine, a[0]); }},
        {"play", [&](const Arguments& a) { return play(engine, a); }},
        {"record start", [&](const Arguments& a) { return record(engine, a, false); }},
        {"record tracks", [&](const Arguments& a) { return record(engine, a, true); }},
        {"record stop", [&](const Arguments& a) { return stop_recording(engine, a[0]); }},
        {"record pause",
         [&](const Arguments& a) { return set_recording(engine, a[0], bridges::Recorder::Flow::Pause); }},
        {"record mute", [&](const Arguments& a) { return set_recording(engine, a[0], bridges::Recorder::Flow::Mute); }},
        {"record resume",
         [&](const Arguments& a) { return set_recording(engine, a[0], bridges::Recorder::Flow::Record); }},
        {"dialplan set chanvar", [&](const Arguments& a) { return set_variable(engine, a); }},
        {"dialplan set global", [&](const Arguments& a) { return set_global(engine, a); }},
        {"dialplan debug", [&](const Arguments& a) { return debug_plans(engine, a); }},
        {"core set verbose", [&](const Arguments& a) { return set_verbose(log, a[0]); }},
        {"core set debug", [&](const Arguments& a) { return set_debug(log, a); }},
        {"reload", [&](const Arguments&) { return reload(actions); }},
        {"drain", [&](const Arguments& a) { return drain(actions, a.empty() || a[0] != "off"); }},
        {"drain off", [&](const Arguments&) { return drain(actions, false); }},
        {"stop",
         [&](const Arguments&) {
             actions.stop();
             return done("the node ends");
         }},
        {"logger show levels", [&](const Arguments&) -> Reply { return log.levels(); }},
        {"log level", [&](const Arguments& a) { return set_log_level(log, a); }},
    };
}

/// What shows something.
Verbs sights(engine::CallEngine& engine, const OperatorActions& actions)
{
    const config::Snapshot& snapshot = *engine.configuration().snapshot;
    return {
        {"config check", [&](const Arguments&) { return check_configuration(actions.load); }},
        {"config diff", [&](const Arguments&) { return show_difference(snapshot, actions.load); }},
        {"config show effective", [&](const Arguments& a) { return show_effective(snapshot, a); }},
        {"config show help", [](const Arguments& a) { return show_help(a); }},
        {"confbridge show menu", [&](const Arguments& a) { return show_menu(snapshot, a[0]); }},
        {"confbridge show menus", [&](const Arguments&) { return show_menus(snapshot); }},
        {"confbridge show profile bridge", [&](const Arguments& a) { return show_bridge_profile(snapshot, a[0]); }},
        {"confbridge show profile bridges", [&](const Arguments&) { return show_bridge_profiles(snapshot); }},
        {"confbridge show profile user", [&](const Arguments& a) { return show_user_profile(snapshot, a[0]); }},
        {"confbridge show profile users", [&](const Arguments&) { return show_user_profiles(snapshot); }},
        {"core show applications", [](const Arguments&) { return show_applications(); }},
        {"core show functions", [](const Arguments&) { return show_functions(); }},
        {"core show settings", [&](const Arguments&) { return show_settings(engine, actions.capacity); }},
        {"dialplan show", [&](const Arguments& a) { return show_plan(*engine.configuration().plan, a); }},
        {"dialplan show globals", [&](const Arguments&) { return show_globals(engine.globals()); }},
        {"moh show classes", [&](const Arguments&) { return show_music(snapshot, false); }},
        {"moh show files", [&](const Arguments&) { return show_music(snapshot, true); }},
        {"pjsip show aors", [&](const Arguments&) { return show_aors(snapshot); }},
        {"pjsip show endpoint", [&](const Arguments& a) { return show_endpoint(snapshot, a[0]); }},
        {"pjsip show endpoints", [&](const Arguments&) { return show_endpoints(engine); }},
        {"pjsip show transports", [&](const Arguments&) { return show_transports(snapshot); }},
        {"translation", [&](const Arguments&) { return cli::Reply{engine.admission().translation().lines()}; }},
    };
}

}  // namespace

cli::Reply carry_out(const cli::Request& request, engine::CallEngine& engine, logging::Log& log,
                     const OperatorActions& actions)
{
    Arguments words{request.verb};
    words.insert(words.end(), request.arguments.begin(), request.arguments.end());
    const cli::Match match = cli::find_command(words);
    if (match.command == nullptr || match.command->where != cli::Where::Node) {
        return failure("unknown request " + request.verb + "; rbctl help lists what the node answers");
    }
    if (!cli::takes(*match.command, match.arguments.size())) {
        return failure("wrong arguments; it is " + cli::usage(*match.command));
    }
    for (const Verbs& verbs : {deeds(engine, log, actions), playback_verbs(engine), sights(engine, actions)}) {
        if (const auto verb = verbs.find(match.command->does); verb != verbs.end()) {
            return verb->second(match.arguments);
        }
    }
    return failure("the node does not know " + std::string{match.command->does});
}

}  // namespace rb::node
