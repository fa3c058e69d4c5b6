// ConfBridge: the way of one caller into a room, through it, and out again.
#include "control/applications/answering.h"
#include "control/applications/arguments.h"
#include "control/applications/conference.h"
#include "control/applications/conference_absence.h"
#include "control/applications/conference_actions.h"
#include "control/applications/conference_lobby.h"
#include "control/applications/conference_sounds.h"
#include "control/applications/registry.h"
#include "control/engine/confbridge_functions.h"
#include "control/engine/room_rate.h"

#include <algorithm>
#include <deque>

namespace rb::applications {
namespace {

using engine::Call;
using engine::Member;
using engine::Room;

/// The profile of this name, else the one that stands in for it, else an empty one. Where none is named, what
/// CONFBRIDGE has set counts.
template <typename Profile>
Profile profile_of(const engine::Channel& channel, const config::ByName<Profile>& profiles, const std::string& name,
                   const std::string& type)
{
    auto found = profiles.find(name.empty() ? engine::confbridge_template(channel, type) : name);
    found = found == profiles.end() ? profiles.find("default_" + type) : found;
    Profile profile = found == profiles.end() ? Profile{} : found->second;
    if (name.empty()) {
        engine::apply_confbridge(channel, profile);
    }
    return profile;
}

/// ConfBridge(room[,bridge profile[,user profile[,menu]]]). Sets CONFBRIDGE_RESULT: FAILED, HANGUP, KICKED, ENDMARKED,
/// DTMF, TIMEOUT. Who is not let in is hung up on.
class ConfBridge final : public Answering {
public:
    explicit ConfBridge(const Arguments& arguments)
        : room_{arguments[0]}, bridge_profile_{arguments[1]}, user_profile_{arguments[2]}, menu_profile_{arguments[3]}
    {
    }

    void on_key(Call& call, char digit) override
    {
        call.channel().keys.clear();
        if (state_ == State::Lobby) {
            lobby_step(call, lobby_.on_key(call, digit));
        } else if (state_ == State::Inside) {
            menu_key(call, digit);
        }
    }

    void on_played(Call& call, event::Ending /*ending*/) override
    {
        switch (state_) {
            case State::Lobby:
                lobby_step(call, lobby_.on_played(call));
                break;
            case State::Greeting:
                enter(call);
                break;
            case State::Inside:
                told(call);
                break;
            case State::Leaving:
                end(call);
                break;
        }
    }

    void on_announced(Call& call) override
    {
        if (Member* self = member(call)) {
            self->spared = false;
            refresh_member(call.engine(), *call.rooms().find(room_), *self);
        }
    }

    void on_recorded(Call& call, event::Ending ending) override
    {
        if (state_ == State::Lobby) {
            lobby_step(call, lobby_.on_recorded(call, ending));
        }
    }

    void on_time(Call& call) override
    {
        if (state_ == State::Lobby) {
            lobby_step(call, lobby_.on_time(call));
        } else if (state_ == State::Inside) {
            inside_time(call);
        }
    }

    void on_plan_over(Call& call) override
    {
        Member* self = member(call);
        if (self == nullptr || !self->leaving.empty() || call.now() >= stays_until_) {
            return inside_time(call);
        }
        if (!step_in(call.engine(), *call.rooms().find(room_), *self)) {
            call.log(1, "the worker of room " + room_ + " is full");
            return leave(call, "FAILED", "");
        }
        watch_time(call);
        run_actions(call);
    }

    void on_talking(Call& call, bool talking) override
    {
        if (Member* self = member(call)) {
            self->talking = talking;
            if (user_.talk_detection_events && !call.channel().talk_detect) {  // else that is told already
                call.log(3, (talking ? "talks in room " : "is silent in room ") + room_);
                call.engine().reports().talks(call.channel(), talking);
            }
        }
    }

    void stop(Call& call) override
    {
        call.channel().variables().set("CONFBRIDGE_RESULT", result_.empty() ? "HANGUP" : result_);
        call.stop_recording();
        leave_room(call.engine(), call.channel(), room_);
        lobby_.forget_name(call);
    }

protected:
    bool open(Call& call) override
    {
        if (room_.empty() || call.channel().waiting) {
            refused_ = room_.empty();
            call.log(1, refused_ ? "ConfBridge needs the name of a room: cleared"
                                 : "ConfBridge: the call is in a room already, whose menu runs the plan here");
            result_ = "FAILED";
            end(call);
            return false;
        }
        const config::Snapshot& config = *call.channel().config;
        bridge_ = profile_of(call.channel(), config.bridge_profiles, bridge_profile_, "bridge");
        user_ = profile_of(call.channel(), config.user_profiles, user_profile_, "user");
        menu_ = profile_of(call.channel(), config.menus, menu_profile_, "menu");
        return user_.answer_channel || !call.progress() ? call.answer() : true;
    }

    void begin(Call& call) override
    {
        lobby_ = Lobby{bridge_, user_};
        lobby_step(call, lobby_.begin(call));
    }

    void media_changed(Call& call) override
    {
        if (Member* self = member(call)) {
            Room& room = *call.rooms().find(room_);
            engine::note_codec(room, *self, call.channel());
            settle_rate(call.engine(), room);
        }
    }

private:
    enum class State : std::uint8_t {
        Lobby,
        Greeting,
        Inside,
        Leaving
    };
    /// How long a key that is an entry of the menu and the beginning of another waits for the next.
    static constexpr Nanos kMenuTimeout = 2s;

    void lobby_step(Call& call, Lobby::Outcome outcome)
    {
        if (outcome == Lobby::Outcome::Done) {
            greet(call);
        } else if (outcome == Lobby::Outcome::WrongPin) {
            refuse(call, room_sound(bridge_, "sound_invalid_pin"));
        }
    }

    /// Finds out whether there is a place, and what the caller hears before it takes it.
    void greet(Call& call)
    {
        call.wake_at(kNever);
        if (!find_place(call)) {
            return;
        }
        const Room& room = *call.rooms().find(room_);
        const std::vector<std::string> greeting = greet_newcomer(bridge_, user_, room.members.size(), has_marked(room));
        if (greeting.empty()) {
            return enter(call);
        }
        state_ = State::Greeting;
        call.play(greeting);
    }

    /// False when the caller is being sent away.
    bool find_place(Call& call)
    {
        switch (prepare_room(call.engine(), call.channel(), room_, bridge_, user_.admin)) {
            case Entry::Welcome:
                return true;
            case Entry::Full:
                refuse(call, "conf-full");
                return false;
            case Entry::Locked:
                refuse(call, room_sound(bridge_, "sound_locked"));
                return false;
            case Entry::NoRoom:
                call.log(1, "no room can be made: rooms_max is reached");
                refuse(call, "");
                return false;
        }
        return false;
    }

    void enter(Call& call)
    {
        // While the greeting played the room may have filled up, or gone with its last member.
        if (!find_place(call)) {
            return;
        }
        if (!enter_room(call.engine(), call.channel(), *call.rooms().find(room_),
                        {.profile = user_, .name_file = lobby_.name_file(), .has_menu = !menu_.keys.empty()})) {
            call.log(1, "the worker of room " + room_ + " is full");
            return refuse(call, "");
        }
        state_ = State::Inside;
        stays_until_ = user_.timeout > 0s ? call.now() + user_.timeout : kNever;
        watch_time(call);
    }

    void watch_time(Call& call) const { call.wake_at(std::min(stays_until_, menu_until_)); }

    void inside_time(Call& call)
    {
        const Member* self = member(call);
        if (self != nullptr && !self->leaving.empty()) {
            const std::string why = self->leaving;
            return leave(call, why, room_sound(bridge_, why == "KICKED" ? "sound_kicked" : "sound_leader_has_left"));
        }
        if (call.now() >= stays_until_) {
            return leave(call, "TIMEOUT", "");
        }
        run_menu(call, true);
    }

    // The menu.

    void menu_key(Call& call, char digit)
    {
        Member* self = member(call);
        if (menu_.keys.empty() || self == nullptr) {
            return;
        }
        if (self->told) {
            if (!continues_) {
                return;  // until it has played
            }
            call.stop_playing();
            told(call);
        }
        menu_keys_ += digit;
        menu_until_ = call.now() + kMenuTimeout;
        run_menu(call, false);
    }

    /// Runs what the keys lead to, unless they may go on.
    void run_menu(Call& call, bool time_is_up)
    {
        const MenuMatch match = match_menu(menu_, menu_keys_);
        if (match.more && !time_is_up) {
            return watch_time(call);
        }
        menu_until_ = kNever;
        const std::string keys = std::exchange(menu_keys_, {});
        watch_time(call);
        if (match.key != nullptr) {
            actions_.assign(match.key->actions.begin(), match.key->actions.end());
            return run_actions(call);
        }
        Member* self = member(call);
        if (self == nullptr || keys.empty()) {
            return;
        }
        if (user_.dtmf_passthrough) {  // what means nothing in the menu goes to the others
            return pass_keys(call.engine(), *call.rooms().find(room_), *self, keys);
        }
        tell_member(call.engine(), *self, {room_sound(bridge_, "sound_error_menu")});
    }

    void run_actions(Call& call)
    {
        while (!actions_.empty()) {
            const MenuAction action = parse_menu_action(actions_.front());
            actions_.pop_front();
            Member* self = member(call);
            if (self == nullptr) {
                return;
            }
            continues_ = action.verb == MenuVerb::PlaybackAndContinue;
            switch (carry_out(call.engine(), *call.rooms().find(room_), *self, action)) {
                case ActionResult::Done:
                    break;
                case ActionResult::Telling:
                    return;
                case ActionResult::Leaves:
                    return leave(call, "DTMF", "");
                case ActionResult::Goes:
                    return go(call, action.place);
            }
        }
    }

    /// Runs the plan elsewhere, with the room behind.
    void go(Call& call, const std::string& place)
    {
        if (!call.run_plan_at(place)) {
            call.log(1, "dialplan_exec: there is no place '" + place + "' in the plan");
            on_plan_over(call);
        }
    }

    /// What played to the member alone is over.
    void told(Call& call)
    {
        if (Member* self = member(call)) {
            self->told = false;
            continues_ = false;
            refresh_member(call.engine(), *call.rooms().find(room_), *self);
        }
        run_actions(call);
    }

    [[nodiscard]] Member* member(Call& call) const
    {
        Room* room = call.rooms().find(room_);
        return room == nullptr ? nullptr : room->members.find(call.channel().ref);
    }

    // The ways out.

    void refuse(Call& call, const std::string& sound)
    {
        refused_ = true;
        leave(call, "FAILED", sound);
    }

    void leave(Call& call, const std::string& result, const std::string& sound)
    {
        state_ = State::Leaving;
        result_ = result;
        call.wake_at(kNever);
        leave_room(call.engine(), call.channel(), room_);
        lobby_.forget_name(call);
        if (sound.empty() || (user_.quiet && !refused_)) {
            return end(call);
        }
        call.play({sound});
    }

    void end(Call& call)
    {
        call.channel().variables().set("CONFBRIDGE_RESULT", result_);
        if (refused_) {
            return call.hang_up(16);
        }
        call.finish();
    }

    std::string room_;
    std::string bridge_profile_;
    std::string user_profile_;
    std::string menu_profile_;
    config::BridgeProfile bridge_;
    config::UserProfile user_;
    config::Menu menu_;
    Lobby lobby_;
    State state_ = State::Lobby;
    Nanos stays_until_ = kNever;
    std::string menu_keys_;
    Nanos menu_until_ = kNever;
    std::deque<std::string> actions_;  // that wait for what plays
    bool continues_ = false;           // what plays may be interrupted by a key
    std::string result_;
    bool refused_ = false;
};

}  // namespace

void add_conference(Registry& registry)
{
    registry.add("confbridge", [](const Arguments& a) { return std::make_unique<ConfBridge>(a); });
}

}  // namespace rb::applications
