#include "control/applications/conference_lobby.h"

#include "control/applications/conference_sounds.h"
#include "control/engine/call_engine.h"

namespace rb::applications {
namespace {

using engine::Call;

constexpr int kPinTries = 3;
constexpr Nanos kPinTimeout = 5s;
constexpr Nanos kReviewTimeout = 5s;
constexpr Nanos kNameMax = 10s;
constexpr Nanos kNameSilence = 3s;

}  // namespace

Lobby::Outcome Lobby::begin(Call& call)
{
    return user_.pin.empty() ? ask_name(call) : ask_pin(call);
}

Lobby::Outcome Lobby::on_key(Call& call, char digit)
{
    if (state_ == State::Review) {
        return review(call, digit);
    }
    if (state_ != State::Pin) {
        return Outcome::Busy;  // # ends the recording by itself
    }
    call.stop_playing();
    call.wake_at(call.now() + kPinTimeout);
    if (digit == '#') {
        return check_pin(call);
    }
    entered_ += digit;
    return Outcome::Busy;
}

Lobby::Outcome Lobby::on_played(Call& call)
{
    switch (state_) {
        case State::Pin:
            call.wake_at(call.now() + kPinTimeout);
            break;
        case State::AskName:
            return record_name(call);
        case State::Review:
            call.wake_at(call.now() + kReviewTimeout);
            break;
        case State::Name:
            break;
    }
    return Outcome::Busy;
}

Lobby::Outcome Lobby::on_recorded(Call& call, event::Ending ending)
{
    if (ending == event::Ending::Failed) {
        name_file_.clear();
        return Outcome::Done;
    }
    if (!user_.announce_join_leave_review) {
        return Outcome::Done;
    }
    state_ = State::Review;
    call.play({"vm-review"});
    return Outcome::Busy;
}

Lobby::Outcome Lobby::on_time(Call& call)
{
    return state_ == State::Pin ? check_pin(call) : Outcome::Done;
}

void Lobby::forget_name(Call& call)
{
    if (!name_file_.empty()) {
        call.engine().environment().remove_recording(name_file_ + ".wav");
        name_file_.clear();
    }
}

Lobby::Outcome Lobby::ask_pin(Call& call)
{
    entered_.clear();
    std::vector<std::string> sounds{room_sound(bridge_, "sound_get_pin")};
    if (pin_tries_ > 0) {
        sounds.insert(sounds.begin(), room_sound(bridge_, "sound_invalid_pin"));
    }
    call.play(sounds);
    return Outcome::Busy;
}

Lobby::Outcome Lobby::check_pin(Call& call)
{
    call.wake_at(kNever);
    if (entered_ == user_.pin) {
        return ask_name(call);
    }
    return ++pin_tries_ == kPinTries ? Outcome::WrongPin : ask_pin(call);
}

Lobby::Outcome Lobby::ask_name(Call& call)
{
    const bool wanted = user_.announce_join_leave || user_.announce_join_leave_review;
    if (!wanted || user_.quiet) {
        return Outcome::Done;
    }
    state_ = State::AskName;
    call.play({"vm-rec-name", "beep"});
    return Outcome::Busy;
}

Lobby::Outcome Lobby::record_name(Call& call)
{
    state_ = State::Name;
    name_file_ = "confbridge/name-" + call.channel().unique_id;
    if (call.record(name_file_ + ".wav", {.max_duration = kNameMax, .max_silence = kNameSilence, .keys = {'#'}})) {
        return Outcome::Busy;
    }
    name_file_.clear();
    return Outcome::Done;
}

/// 2 plays the name, 3 records another, any other key keeps it.
Lobby::Outcome Lobby::review(Call& call, char digit)
{
    call.stop_playing();
    call.wake_at(kNever);
    if (digit == '2') {
        call.play({name_file_, "vm-review"});
        return Outcome::Busy;
    }
    return digit == '3' ? ask_name(call) : Outcome::Done;
}

}  // namespace rb::applications
