// interpreter.h — one call's position in the plan: says which application is next, and is told how it ended.
//
//     Interpreter call{plan, {"default", "600", 1}};
//     for (Next next = call.next(channel); auto* run = std::get_if<Invocation>(&next); next = call.next(channel)) {
//         call.advance(channel, engine.run(*run));
//     }
//
// It runs nothing that takes time: Set, Goto, GotoIf, GotoIfTime, NoOp, Verbose, ExecIf, Gosub, GosubIf and Return
// happen inside next(). Copyable, no I/O; the plan it began with stays alive until it ends, whatever a reload does.
#pragma once

#include "control/dialplan/extensions.h"
#include "control/dialplan/variables.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rb::dialplan {

inline constexpr unsigned kStepsMax = 10'000;  ///< priorities a call may run before it counts as a loop (DP-02)
inline constexpr unsigned kGosubDepthMax = 64;

struct Cursor {
    std::string context;
    std::string exten;
    unsigned priority = 1;

    friend bool operator==(const Cursor&, const Cursor&) = default;
};

/// An application for the call engine to run.
struct Invocation {
    std::string application;  ///< lower case: "playback"
    std::string arguments;    ///< substituted
    Cursor at;
    config::Place place;
};

enum class EndReason {
    Completed,  ///< no further priority; the engine clears as Asterisk does: by DIALSTATUS, else normally
    NotFound,   ///< no such extension: before answer 404 and cause 1
    NoHandler,  ///< a wrong or late key, and the context has neither i nor t nor e
    HungUp,     ///< the call is over, and `h` (if any) has run
    Loop,       ///< kStepsMax reached: clear with an error
};

struct End {
    EndReason reason = EndReason::Completed;
};

using Next = std::variant<Invocation, End>;

/// How an application ended.
enum class Outcome {
    Done,             ///< go on with the next priority
    Digits,           ///< Background, WaitExten: keys were pressed, see Finished::digits
    Timeout,          ///< WaitExten: no key in time: `t`
    AbsoluteTimeout,  ///< the call has lasted as long as it may: `T`
    Hangup,           ///< the caller, or the application, ended the call: `h`
};

struct Finished {
    Outcome outcome = Outcome::Done;
    std::string digits;
};

/// The parts of an application's arguments at top-level commas; commas inside (), [], {} or "" do not count.
[[nodiscard]] std::vector<std::string> split_arguments(std::string_view arguments);

/// Sets what Set sets: a variable of the channel, GLOBAL(name), or a function that can be written; false when it is
/// none of these.
bool set_variable(Channel& channel, std::string_view name, std::string_view value);

class Interpreter {
public:
    /// plan    never null
    /// start   where the call enters; next() ends with NotFound if there is no such extension. The engine offers the
    ///         dialled number, and "s" where nothing was dialled
    Interpreter(DialplanPtr plan, Cursor start);

    /// Runs what is pure and stops at the next application for the engine, or at the end. Calling it again without
    /// advance() gives the same answer.
    [[nodiscard]] Next next(Channel& channel);

    /// Tells how the application given last ended, and moves on: to the next priority, to the extension dialled or
    /// `i`, to `t`, `T` or `h`. After an End other than HungUp the engine clears the call and says Hangup here, so that
    /// `h` runs.
    void advance(Channel& channel, const Finished& finished);

    /// Goes elsewhere, as Goto does; target is "[[context,]extension,]priority", the priority a number or a label.
    /// Returns false, and stays, where there is no such place.
    bool go_to(Channel& channel, std::string_view target);

    /// For Background and WaitExten: what these keys amount to in the current context.
    [[nodiscard]] DigitMatch match_digits(std::string_view digits, std::string_view caller_id) const;

    [[nodiscard]] const Cursor& cursor() const { return cursor_; }
    [[nodiscard]] const Dialplan& plan() const { return *plan_; }
    [[nodiscard]] const DialplanPtr& plan_ptr() const { return plan_; }

private:
    /// What Return restores.
    struct Frame {
        Cursor return_to;
        std::vector<std::pair<std::string, std::string>> hidden;  ///< values that ARG1… had before
        std::size_t argument_count = 0;
    };

    /// A line about to run, its arguments substituted.
    struct Call {
        std::string application;  ///< lower case
        std::string arguments;
        config::Place place;
    };

    [[nodiscard]] const Step* step_at(const Cursor& cursor, std::string_view caller_id) const;
    [[nodiscard]] std::optional<Cursor> resolve(std::string_view target, std::string_view caller_id) const;
    void run_step(Channel& channel, const Step& step);
    [[nodiscard]] bool run_pure(Channel& channel, const Call& call);
    void exec_if(Channel& channel, const Call& call);
    void jump(Channel& channel, std::string_view target, const config::Place& place);
    void gosub(Channel& channel, std::string_view target, const config::Place& place);
    void return_from_gosub(Channel& channel, const Call& call);
    void enter_handler(Channel& channel, std::string_view handler);
    void hang_up(Channel& channel);

    DialplanPtr plan_;
    Cursor cursor_;
    std::vector<Frame> frames_;
    std::optional<Next> pending_;  ///< given out, and not answered by advance() yet
    unsigned steps_ = 0;
    bool started_ = false;
    bool hung_up_ = false;
};

}  // namespace rb::dialplan
