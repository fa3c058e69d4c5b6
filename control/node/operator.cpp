#include "control/node/operator.h"

#include "control/applications/conference.h"

#include <map>

namespace rb::node {
namespace {

using cli::Reply;
using Arguments = std::vector<std::string>;

constexpr int kNormalClearing = 16;

Reply done(std::string what)
{
    return std::vector<std::string>{std::move(what)};
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
        return failure("no call " + arguments[0] + "; rbctl calls lists them");
    }
    engine.hang_up(*channel, kNormalClearing);
    return done(channel->unique_id + " hung up");
}

/// The members of a room that the arguments ROOM ID|all mean.
Result<std::vector<engine::ChannelRef>> members_of(engine::CallEngine& engine, const Arguments& arguments)
{
    const engine::Room* room = engine.rooms().find(arguments[0]);
    if (room == nullptr) {
        return failure("no room " + arguments[0] + "; rbctl rooms lists them");
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

Reply set_mute(engine::CallEngine& engine, const Arguments& arguments, bool muted)
{
    const auto members = members_of(engine, arguments);
    if (!members) {
        return tl::unexpected(members.error());
    }
    engine::Room& room = *engine.rooms().find(arguments[0]);
    for (const engine::ChannelRef member : *members) {
        applications::mute_member(engine, room, member, muted);
    }
    return done(std::to_string(members->size()) + (muted ? " muted" : " unmuted"));
}

}  // namespace

cli::Reply carry_out(const cli::Request& request, engine::CallEngine& engine, logging::Log& log,
                     const OperatorActions& actions)
{
    struct Verb {
        std::size_t arguments_min;
        std::function<Reply(const Arguments&)> run;
    };
    const std::map<std::string, Verb> verbs{
        {"hangup", {1, [&](const Arguments& a) { return hang_up(engine, a); }}},
        {"kick", {2, [&](const Arguments& a) { return kick(engine, a); }}},
        {"mute", {2, [&](const Arguments& a) { return set_mute(engine, a, true); }}},
        {"unmute", {2, [&](const Arguments& a) { return set_mute(engine, a, false); }}},
        {"reload",
         {0,
          [&](const Arguments&) -> Reply {
              return actions.reload() ? done("configuration reloaded; calls under way keep theirs")
                                      : Reply{failure("configuration refused, nothing has changed; the log says why")};
          }}},
        {"drain",
         {0,
          [&](const Arguments& a) {
              const bool on = a.empty() || a[0] != "off";
              actions.drain(on);
              return done(on ? "draining: no new calls are taken" : "new calls are taken again");
          }}},
        {"log",
         {2,
          [&](const Arguments& a) -> Reply {
              return a[0] == "level" && log.set_level(a[1])
                         ? done("log level " + a[1])
                         : Reply{failure("no level " + a[1] + "; one of error, warning, notice, verbose, debug")};
          }}},
    };
    const auto verb = verbs.find(request.verb);
    if (verb == verbs.end()) {
        return failure("unknown request " + request.verb +
                       "; known are hangup, kick, mute, unmute, reload, drain, log");
    }
    if (request.arguments.size() < verb->second.arguments_min) {
        return failure(request.verb + " needs " + std::to_string(verb->second.arguments_min) + " arguments");
    }
    return verb->second.run(request.arguments);
}

}  // namespace rb::node
