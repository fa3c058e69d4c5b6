// ConfBridge: the way of one caller into a room, through it, and out again.
#include "control/applications/answering.h"
#include "control/applications/arguments.h"
#include "control/applications/conference.h"
#include "control/applications/registry.h"

#include <algorithm>

namespace rb::applications {
namespace {

using engine::Call;
using engine::Room;

template <typename Profile>
const Profile& profile_of(const config::ByName<Profile>& profiles, const std::string& name, const char* fallback)
{
    const auto found = profiles.find(name);
    return found == profiles.end() ? profiles.find(fallback)->second : found->second;
}

/// ConfBridge(room[,bridge profile[,user profile]]). Sets CONFBRIDGE_RESULT: FAILED, HANGUP, KICKED, ENDMARKED,
/// TIMEOUT.
class ConfBridge final : public Answering {
public:
    explicit ConfBridge(const Arguments& arguments)
        : room_{arguments[0]}, bridge_profile_{arguments[1]}, user_profile_{arguments[2]}
    {
    }

    void on_key(Call& call, char digit) override
    {
        call.channel().keys.clear();
        if (state_ == State::Pin) {
            pin_key(call, digit);
        }
    }

    void on_played(Call& call, event::Ending /*ending*/) override
    {
        switch (state_) {
            case State::Pin:
                call.wake_at(call.now() + kPinTimeout);
                break;
            case State::Greeting:
                enter(call);
                break;
            case State::Refused:
                leave(call, "FAILED");
                break;
            case State::Inside:
                break;
        }
    }

    void on_time(Call& call) override
    {
        if (state_ == State::Pin) {
            return pin_done(call);
        }
        if (state_ == State::Inside) {
            const engine::Member* self = member(call);
            const bool told = self != nullptr && !self->leaving.empty();
            leave(call, told ? std::string{self->leaving} : "TIMEOUT");
        }
    }

    void on_talking(Call& call, bool talking) override
    {
        if (engine::Member* self = member(call)) {
            self->talking = talking;
        }
    }

    void stop(Call& call) override
    {
        call.channel().variables().set("CONFBRIDGE_RESULT", "HANGUP");
        leave_room(call.engine(), call.channel(), room_);
    }

protected:
    void begin(Call& call) override
    {
        const config::Snapshot& config = *call.channel().config;
        bridge_ = profile_of(config.bridge_profiles, bridge_profile_, "default_bridge");
        user_ = profile_of(config.user_profiles, user_profile_, "default_user");
        if (!user_.pin.empty()) {
            return ask_pin(call);
        }
        greet(call);
    }

private:
    enum class State : std::uint8_t {
        Pin,
        Greeting,
        Refused,
        Inside
    };
    static constexpr int kPinTries = 3;
    static constexpr Nanos kPinTimeout = 5s;

    void ask_pin(Call& call)
    {
        state_ = State::Pin;
        entered_pin_.clear();
        call.play({pin_tries_ == 0 ? "conf-getpin" : "conf-invalidpin"});
    }

    void pin_key(Call& call, char digit)
    {
        call.stop_playing();
        call.wake_at(call.now() + kPinTimeout);
        if (digit != '#') {
            entered_pin_ += digit;
        }
        if (digit == '#' || entered_pin_.size() >= user_.pin.size()) {
            pin_done(call);
        }
    }

    void pin_done(Call& call)
    {
        call.wake_at(kNever);
        if (entered_pin_ == user_.pin) {
            return greet(call);
        }
        if (++pin_tries_ == kPinTries) {
            return refuse(call, "conf-invalidpin");
        }
        ask_pin(call);
    }

    /// Finds out whether there is a place, and what the caller hears before it takes it.
    void greet(Call& call)
    {
        switch (prepare_room(call.engine(), call.channel(), room_, bridge_, user_.admin)) {
            case Entry::Welcome:
                break;
            case Entry::Full:
                return refuse(call, "conf-full");
            case Entry::Locked:
                return refuse(call, "conf-locked");
            case Entry::NoRoom:
                call.log(1, "no room can be made: rooms_max is reached");
                return leave(call, "FAILED");
        }
        std::vector<std::string> greeting;
        if (!user_.announcement.empty()) {
            greeting.push_back(user_.announcement);
        }
        const std::size_t others = call.rooms().find(room_)->members.size();
        if (!user_.quiet && others == 0 && user_.announce_only_user) {
            greeting.emplace_back("conf-onlyperson");
        } else if (!user_.quiet && user_.announce_user_count && others > 0) {
            greeting.insert(
                greeting.end(),
                {"conf-thereare", "digits/" + std::to_string(std::min<std::size_t>(others, 20)), "conf-otherinparty"});
        }
        if (greeting.empty()) {
            return enter(call);
        }
        state_ = State::Greeting;
        call.play(greeting);
    }

    void enter(Call& call)
    {
        // While the greeting played the room may have filled up, or gone with its last member.
        if (prepare_room(call.engine(), call.channel(), room_, bridge_, user_.admin) != Entry::Welcome) {
            return refuse(call, "conf-full");
        }
        if (!enter_room(call.engine(), call.channel(), *call.rooms().find(room_), user_)) {
            call.log(1, "the worker of room " + room_ + " is full");
            return leave(call, "FAILED");
        }
        state_ = State::Inside;
        if (user_.timeout > 0s) {
            call.wake_at(call.now() + user_.timeout);
        }
    }

    void refuse(Call& call, const char* sound)
    {
        state_ = State::Refused;
        call.play({sound});
    }

    [[nodiscard]] engine::Member* member(Call& call) const
    {
        Room* room = call.rooms().find(room_);
        return room == nullptr ? nullptr : engine::find_member(*room, call.channel().ref);
    }

    void leave(Call& call, const std::string& result)
    {
        leave_room(call.engine(), call.channel(), room_);
        call.channel().variables().set("CONFBRIDGE_RESULT", result);
        call.finish();
    }

    std::string room_;
    std::string bridge_profile_;
    std::string user_profile_;
    config::BridgeProfile bridge_;
    config::UserProfile user_;
    State state_ = State::Greeting;
    std::string entered_pin_;
    int pin_tries_ = 0;
};

}  // namespace

void add_conference(Registry& registry)
{
    registry.add("confbridge", [](const Arguments& a) { return std::make_unique<ConfBridge>(a); });
}

}  // namespace rb::applications
