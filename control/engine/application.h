// application.h — what a dialplan application is to the engine: something that starts, hears what happens, and
// finishes.
#pragma once

#include "control/dialplan/interpreter.h"
#include "control/engine/environment.h"
#include "dataplane/base/time.h"
#include "dataplane/media/event.h"

#include <functional>
#include <memory>
#include <string>

namespace rb::engine {

class Call;
class Channel;

/// What a callee of Dial tells the application that dialled it.
enum class CalleeNews : std::uint8_t {
    Ringing,
    EarlyMedia,
    Answered,
    Played,  ///< what was played to it is over
    Ended
};

/// One run of one application on one channel. It ends itself with Call::finish, which destroys it: nothing may be done
/// after that call. When the channel goes first, stop() is called and then it is destroyed.
/// Owner: its channel.
class Application {
public:
    Application() = default;
    Application(const Application&) = delete;
    Application& operator=(const Application&) = delete;
    virtual ~Application() = default;

    virtual void start(Call& call) = 0;
    /// A key was released; it is already in the channel's queue of keys.
    virtual void on_key(Call& /*call*/, char /*digit*/) {}
    virtual void on_played(Call& /*call*/, event::Ending /*ending*/) {}
    /// What CallEngine::play_to_room was to tell the end of is over.
    virtual void on_announced(Call& /*call*/) {}
    virtual void on_recorded(Call& /*call*/, event::Ending /*ending*/) {}
    /// Call::wake_at has come.
    virtual void on_time(Call& /*call*/) {}
    /// The peer has acknowledged our answer, or an offer has changed what was agreed, be it with a callee.
    virtual void on_media(Call& /*call*/) {}
    virtual void on_callee(Call& /*call*/, CalleeNews /*news*/, Channel& /*callee*/) {}
    /// What CallEngine::start_snoop listened to has gone, or has another codec.
    virtual void on_snoop_ended(Call& /*call*/) {}
    /// What Call::run_plan_at began has ended, and the call goes on.
    virtual void on_plan_over(Call& /*call*/) {}
    virtual void on_talking(Call& /*call*/, bool /*talking*/) {}
    /// The channel is going, or its plan elsewhere: undo what outlives the application (rooms, callees).
    virtual void stop(Call& /*call*/) {}
};

/// Makes the application of a name (lower case) with its arguments; nullptr when there is none of it.
using ApplicationFactory =
    std::function<std::unique_ptr<Application>(const std::string& name, const std::string& arguments)>;

}  // namespace rb::engine
