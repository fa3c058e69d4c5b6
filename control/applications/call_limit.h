// call_limit.h — how long a call that Dial has connected may last, and what is heard of it: options L and S.
#pragma once

#include "control/applications/arguments.h"
#include "control/engine/call.h"
#include "dataplane/base/time.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rb::applications {

struct CallLimit {
    Nanos limit = kNever;    ///< from the answer
    Nanos warning = kNever;  ///< from the answer until the first warning; none where it is beyond the limit …
    Nanos repeat = 0ns;      ///< … then again after so long; 0 = once
    bool to_caller = true;
    bool to_callee = false;
    std::string connect_sound;  ///< none where it is empty
    std::string warning_sound;  ///< "timeleft" says the time
    std::string end_sound;
};

/// The limit that Dial's options set, L(ms[:warning ms[:repeat ms]]) or S(seconds), with what LIMIT_… of the caller's
/// channel say. Nothing where an option is there and names no time.
///
/// index   of the options among the arguments
[[nodiscard]] std::optional<CallLimit> read_call_limit(const Arguments& arguments, std::size_t index,
                                                       engine::Channel& caller);

/// Keeps a call within its limit once it has been answered, and says so.
/// Owner: the Dial that made the call.
class LimitKeeper {
public:
    explicit LimitKeeper(CallLimit limit = {}) : limit_{std::move(limit)} {}

    /// Those who can be told something; nullptr = this one cannot now.
    struct Ends {
        engine::Channel* caller = nullptr;
        engine::Channel* callee = nullptr;
    };

    /// The call has been answered.
    void begin(engine::Call& call);
    /// The two hear each other.
    void connected(engine::Call& call, const Ends& ends);
    /// The application's on_time. True when the call is to be ended.
    [[nodiscard]] bool on_time(engine::Call& call, const Ends& ends);
    /// What was played to one of the two is over. True when the call is to be ended.
    [[nodiscard]] bool on_played();

private:
    bool tell(engine::Call& call, const Ends& ends, const std::vector<std::string>& sounds);

    CallLimit limit_;
    Nanos over_at_ = kNever;
    Nanos warn_at_ = kNever;
    bool greeted_ = false;
    unsigned hearing_ = 0;     // what was said last
    bool last_words_ = false;  // are being said
};

/// "You have 2 minutes 5 seconds": what a warning says when so much is left; under two minutes seconds alone.
[[nodiscard]] std::vector<std::string> say_time_left(Nanos left);

}  // namespace rb::applications
