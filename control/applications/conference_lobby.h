// conference_lobby.h — what a caller does before a room: the PIN, and the recording of its name.
#pragma once

#include "control/config/objects.h"
#include "control/engine/call.h"

#include <cstdint>
#include <string>

namespace rb::applications {

/// One caller on its way to a room. Its application hands it what it hears until the outcome is no longer Busy.
class Lobby {
public:
    enum class Outcome : std::uint8_t {
        Busy,
        Done,
        WrongPin
    };

    Lobby() = default;
    Lobby(config::BridgeProfile bridge, config::UserProfile user) : bridge_{std::move(bridge)}, user_{std::move(user)}
    {
    }

    [[nodiscard]] Outcome begin(engine::Call& call);
    [[nodiscard]] Outcome on_key(engine::Call& call, char digit);
    [[nodiscard]] Outcome on_played(engine::Call& call);
    [[nodiscard]] Outcome on_recorded(engine::Call& call, event::Ending ending);
    [[nodiscard]] Outcome on_time(engine::Call& call);

    /// The recording of the name, without its extension; empty = none.
    [[nodiscard]] const std::string& name_file() const { return name_file_; }
    /// Deletes the recording.
    void forget_name(engine::Call& call);

private:
    enum class State : std::uint8_t {
        Pin,
        AskName,
        Name,
        Review
    };

    [[nodiscard]] Outcome ask_pin(engine::Call& call);
    [[nodiscard]] Outcome check_pin(engine::Call& call);
    [[nodiscard]] Outcome ask_name(engine::Call& call);
    [[nodiscard]] Outcome record_name(engine::Call& call);
    [[nodiscard]] Outcome review(engine::Call& call, char digit);

    config::BridgeProfile bridge_;
    config::UserProfile user_;
    State state_ = State::Pin;
    std::string entered_;
    int pin_tries_ = 0;
    std::string name_file_;
};

}  // namespace rb::applications
