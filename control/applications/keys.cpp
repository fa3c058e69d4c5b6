// Background, WaitExten, Read: applications that wait for keys.
#include "control/applications/answering.h"
#include "control/applications/arguments.h"
#include "control/applications/registry.h"

#include <string>

namespace rb::applications {
namespace {

using dialplan::Outcome;
using engine::Call;

/// Takes keys off the channel's queue and holds them against the extensions of the context, as Asterisk does: an
/// extension that fits and cannot be longer is taken at once, else after a pause of TIMEOUT(digit).
class ExtensionCollector : public Answering {
public:
    void on_key(Call& call, char /*digit*/) override { collect(call); }
    void on_time(Call& call) override { settle(call); }

protected:
    /// The first key ends what plays.
    virtual void on_first_key(Call& call) = 0;
    virtual void on_nothing(Call& call) = 0;

    void collect(Call& call)
    {
        auto& keys = call.channel().keys;
        while (!keys.empty()) {
            if (digits_.empty()) {
                on_first_key(call);
            }
            digits_ += keys.front();
            keys.erase(0, 1);
            const auto match = call.channel().plan->match_digits(digits_, call.channel().caller_number);
            if (!match.more) {
                return settle(call);
            }
            call.wake_at(call.now() + call.channel().timeouts.digit);
        }
    }

    void settle(Call& call)
    {
        if (digits_.empty()) {
            return on_nothing(call);
        }
        call.finish({.outcome = Outcome::Digits, .digits = digits_});
    }

    [[nodiscard]] bool collecting() const { return !digits_.empty(); }

private:
    std::string digits_;
};

/// Background(sounds[,options]): plays while keys are listened for; goes on when it has played without one. Options: s
/// skips an unanswered call, n does not answer it.
class Background final : public ExtensionCollector {
public:
    explicit Background(const Arguments& arguments)
        : sounds_{split_list(arguments[0])},
          skip_{arguments.option(1, 's').has_value()},
          unanswered_{arguments.option(1, 'n').has_value()}
    {
    }

    void on_played(Call& call, event::Ending /*ending*/) override
    {
        if (!collecting()) {
            call.finish();
        }
    }

protected:
    bool open(Call& call) override
    {
        const bool up = call.channel().state == engine::ChannelState::Up;
        if (!up && (skip_ || (unanswered_ && !call.progress()))) {
            call.finish();
            return false;
        }
        return (unanswered_ && !up) || call.answer();
    }

    void begin(Call& call) override
    {
        collect(call);
        if (!collecting()) {
            call.play(sounds_);
        }
    }
    void on_first_key(Call& call) override { call.stop_playing(); }
    void on_nothing(Call& call) override { call.finish(); }

private:
    std::vector<std::string> sounds_;
    bool skip_;
    bool unanswered_;
};

/// WaitExten([seconds]): waits for keys, for TIMEOUT(response) where nothing is said; `t` when none comes.
class WaitExten final : public ExtensionCollector {
public:
    explicit WaitExten(std::optional<Nanos> time) : time_{time} {}

protected:
    void begin(Call& call) override
    {
        call.wake_at(call.now() + time_.value_or(call.channel().timeouts.response));
        collect(call);
    }
    void on_first_key(Call& /*call*/) override {}
    void on_nothing(Call& call) override { call.finish({.outcome = Outcome::Timeout, .digits = {}}); }

private:
    std::optional<Nanos> time_;
};

/// Read(variable[,sounds[,max[,options[,attempts[,timeout]]]]]): keys into a variable. # ends, `timeout` is the pause
/// that ends it too; without it TIMEOUT(response) before the first key and TIMEOUT(digit) after it. Options: s skip an
/// unanswered call, n do not answer it, i the sounds are tones of indications.conf, t(keys) other keys end it, none
/// where it is empty. READSTATUS: OK, TIMEOUT, HANGUP, SKIPPED, ERROR.
class Read final : public Answering {
public:
    explicit Read(const Arguments& arguments)
        : variable_{arguments[0]},
          sounds_{split_list(arguments[1])},
          max_{static_cast<std::size_t>(std::max(arguments.number(2, 255), 1L))},
          skip_{arguments.option(3, 's').has_value()},
          unanswered_{arguments.option(3, 'n').has_value()},
          ends_with_{arguments.option(3, 't').value_or("#")},
          attempts_{std::max(arguments.number(4, 1), 1L)},
          timeout_{arguments.seconds(5, 0s)}
    {
        for (std::string& sound : sounds_) {
            sound.insert(0, arguments.option(3, 'i') ? "tone:" : "");
        }
    }

    void on_key(Call& call, char /*digit*/) override { collect(call); }
    void on_played(Call& call, event::Ending /*ending*/) override
    {
        playing_ = false;
        await_key(call);
    }
    void on_time(Call& call) override
    {
        if (digits_.empty() && --attempts_ > 0) {
            return prompt(call);
        }
        done(call, digits_.empty() ? "TIMEOUT" : "OK");
    }
    void stop(Call& call) override { tell(call, "HANGUP"); }

protected:
    bool open(Call& call) override
    {
        call.channel().variables().set(variable_, "");
        const bool up = call.channel().state == engine::ChannelState::Up;
        if (up || (!skip_ && !unanswered_)) {
            return call.answer();
        }
        if (!skip_ && call.progress()) {
            return true;
        }
        tell(call, skip_ ? "SKIPPED" : "ERROR");
        call.finish();
        return false;
    }

    void begin(Call& call) override
    {
        prompt(call);
        collect(call);
    }

private:
    void prompt(Call& call)
    {
        playing_ = !sounds_.empty();
        if (playing_) {
            call.play(sounds_);
        } else {
            await_key(call);
        }
    }

    void await_key(Call& call) const
    {
        const auto& timeouts = call.channel().timeouts;
        const Nanos usual = digits_.empty() ? timeouts.response : timeouts.digit;
        call.wake_at(call.now() + (timeout_ > 0s ? timeout_ : usual));
    }

    void collect(Call& call)
    {
        auto& keys = call.channel().keys;
        while (!keys.empty()) {
            const char key = keys.front();
            keys.erase(0, 1);
            if (playing_) {
                playing_ = false;
                call.stop_playing();
            }
            if (ends_with_.find(key) != std::string::npos) {
                return done(call, "OK");
            }
            digits_ += key;
            if (digits_.size() >= max_) {
                return done(call, "OK");
            }
            await_key(call);
        }
    }

    void tell(Call& call, const char* status) const
    {
        call.channel().variables().set(variable_, digits_);
        call.channel().variables().set("READSTATUS", status);
    }

    void done(Call& call, const char* status)
    {
        call.stop_playing();
        tell(call, status);
        call.finish();
    }

    std::string variable_;
    std::vector<std::string> sounds_;
    std::size_t max_;
    bool skip_;
    bool unanswered_;
    std::string ends_with_;
    long attempts_;
    Nanos timeout_;
    bool playing_ = false;
    std::string digits_;
};

}  // namespace

void add_keys(Registry& registry)
{
    registry.add("background", [](const Arguments& a) { return std::make_unique<Background>(a); });
    registry.add("waitexten", [](const Arguments& a) {
        const Nanos given = a.seconds(0, kNever);
        return std::make_unique<WaitExten>(given == kNever ? std::nullopt : std::optional{given});
    });
    registry.add("read", [](const Arguments& a) { return std::make_unique<Read>(a); });
}

}  // namespace rb::applications
