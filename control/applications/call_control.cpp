// Answer, Hangup, Ringing, Progress, Busy, Congestion, Wait, Echo, SendDTMF.
#include "control/applications/answering.h"
#include "control/applications/arguments.h"
#include "control/applications/registry.h"
#include "signaling/q850.h"

namespace rb::applications {
namespace {

using engine::Call;

class Answer final : public Answering {
protected:
    void begin(Call& call) override { call.finish(); }
};

/// Hangup([cause]): a number or a name of Q.850. Without one the cause is what the call has met with before: who dials
/// somebody busy is told so.
class Hangup final : public engine::Application {
public:
    explicit Hangup(std::string cause) : cause_{std::move(cause)} {}
    void start(Call& call) override
    {
        const auto number = Arguments{cause_}.number(0, 0);
        const int named = sip::cause_from_name(cause_).value_or(0);
        const int cause = number > 0 && number < 128 ? static_cast<int>(number) : named;
        if (cause == 0 && !cause_.empty()) {
            call.log(1, "Hangup: '" + cause_ + "' is no cause of Q.850, by number or by name");
        }
        call.hang_up(cause == 0 ? call.channel().cause : cause);
    }

private:
    std::string cause_;
};

/// Busy([seconds]), Congestion([seconds]): refuses a call that has not been answered. One that has been hears the tone
/// for so long; without a time until it hangs up.
class Turnaway final : public engine::Application {
public:
    struct Kind {
        const char* tone;
        int cause;
    };
    Turnaway(Kind kind, Nanos time) : kind_{kind}, time_{time} {}

    void start(Call& call) override
    {
        if (call.channel().state != engine::ChannelState::Up || !call.has_media()) {
            return call.hang_up(kind_.cause);
        }
        call.play_on({std::string{"tone:"} + kind_.tone});
        if (time_ > 0s) {
            call.wake_at(call.now() + time_);
        }
    }
    void on_time(Call& call) override { call.hang_up(kind_.cause); }

private:
    Kind kind_;
    Nanos time_;
};

class Ringing final : public engine::Application {
public:
    void start(Call& call) override
    {
        call.ring();
        call.finish();
    }
};

class Progress final : public engine::Application {
public:
    void start(Call& call) override
    {
        static_cast<void>(call.progress());
        call.finish();
    }
};

class Wait final : public engine::Application {
public:
    explicit Wait(Nanos time) : time_{time} {}
    void start(Call& call) override { call.wake_at(call.now() + time_); }
    void on_time(Call& call) override { call.finish(); }

private:
    Nanos time_;
};

/// What the caller says comes back, until #.
class Echo final : public Answering {
public:
    void on_key(Call& call, char digit) override
    {
        call.channel().keys.clear();
        if (digit == '#') {
            call.set_echo(false);
            call.finish();
        }
    }

protected:
    void begin(Call& call) override { call.set_echo(true); }
};

/// SendDTMF(digits[,gap ms[,duration ms]]); w waits half a second.
class SendDtmf final : public engine::Application {
public:
    explicit SendDtmf(const Arguments& arguments)
        : digits_{arguments[0]}, gap_ms_{arguments.number(1, 250)}, held_ms_{arguments.number(2, 100)}
    {
    }

    void start(Call& call) override { go_on(call); }
    void on_time(Call& call) override { go_on(call); }

private:
    void go_on(Call& call)
    {
        if (next_ == digits_.size()) {
            return call.finish();
        }
        const char digit = digits_[next_++];
        const Nanos gap = std::chrono::milliseconds{gap_ms_};
        const Nanos held = std::chrono::milliseconds{held_ms_};
        if (digit != 'w') {
            call.send_digit(digit, held, gap);
        }
        call.wake_at(call.now() + (digit == 'w' ? Nanos{500ms} : held + gap));
    }

    std::string digits_;
    std::size_t next_ = 0;
    long gap_ms_;
    long held_ms_;
};

}  // namespace

void add_call_control(Registry& registry)
{
    registry.add("answer", [](const Arguments&) { return std::make_unique<Answer>(); });
    registry.add("hangup", [](const Arguments& a) { return std::make_unique<Hangup>(a[0]); });
    registry.add("busy", [](const Arguments& a) {
        return std::make_unique<Turnaway>(Turnaway::Kind{.tone = "busy", .cause = 17}, a.seconds(0, 0s));
    });
    registry.add("congestion", [](const Arguments& a) {
        return std::make_unique<Turnaway>(Turnaway::Kind{.tone = "congestion", .cause = 34}, a.seconds(0, 0s));
    });
    registry.add("ringing", [](const Arguments&) { return std::make_unique<Ringing>(); });
    registry.add("progress", [](const Arguments&) { return std::make_unique<Progress>(); });
    registry.add("wait", [](const Arguments& a) { return std::make_unique<Wait>(a.seconds(0, 1s)); });
    registry.add("echo", [](const Arguments&) { return std::make_unique<Echo>(); });
    registry.add("senddtmf", [](const Arguments& a) { return std::make_unique<SendDtmf>(a); });
}

}  // namespace rb::applications
