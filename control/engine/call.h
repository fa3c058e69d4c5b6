// call.h — what an application may do with its channel: the verbs of IVR, each one line at the place of use.
#pragma once

#include "bridges/bridge.h"
#include "bridges/recorder.h"
#include "control/engine/channel.h"
#include "control/engine/environment.h"

#include <string>
#include <vector>

namespace rb::engine {

class CallEngine;
class Rooms;

/// A passing view; never kept.
class Call {
public:
    Call(CallEngine& engine, Channel& channel) : engine_{engine}, channel_{channel} {}

    [[nodiscard]] Channel& channel() { return channel_; }
    [[nodiscard]] CallEngine& engine() { return engine_; }
    [[nodiscard]] Nanos now() const;
    [[nodiscard]] Rooms& rooms();

    /// Ends the application; it no longer exists when this returns.
    void finish(dialplan::Finished finished = {});

    /// Runs the plan at "context,extension,priority" while the application waits; on_plan_over tells the end, which may
    /// come at once. False where there is no such place, or where the plan is run for another application already.
    bool run_plan_at(const std::string& place);

    /// Answers the call if it is not; false when it had to be cleared.
    bool answer();
    /// Whether media have been agreed; after a delayed offer they are with the ACK, and on_media tells.
    [[nodiscard]] bool has_media() const { return channel_.media.adopted; }
    /// 180, once.
    void ring();
    /// 183 with SDP, once, so that sound flows before the answer.
    bool progress();
    /// Ends the call with a Q.850 cause.
    void hang_up(int cause);

    /// Plays sounds one after another; Application::on_played tells the end (Failed when none could be had).
    void play(std::vector<std::string> names);
    /// The same, over and over, also after the application has finished.
    void play_on(std::vector<std::string> names);
    /// Music of a class, until stopped; everybody hears the same position.
    void play_music(const std::string& music_class);
    void stop_playing();

    /// Records what the caller says into a file below the recordings directory; on_recorded tells the end.
    bool record(const std::string& path, const bridges::Recorder::Options& options, bool append = false);
    void stop_recording();

    void set_echo(bool on);
    void send_digit(char digit, Nanos held, Nanos between);
    /// Calls Application::on_time at this time; kNever takes it back.
    void wake_at(Nanos at);
    void log(int level, const std::string& line);

private:
    CallEngine& engine_;
    Channel& channel_;
};

}  // namespace rb::engine
