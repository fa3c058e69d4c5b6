// Answer, Hangup, Ringing, Progress, Busy, Congestion, Wait, Echo, SendDTMF.
#include "control/applications/answering.h"
#include "control/applications/arguments.h"
#include "control/applications/registry.h"

namespace rb::applications {
namespace {

using engine::Call;

class Answer final : public Answering {
protected:
    void begin(Call& call) override { call.finish(); }
};

/// Clears the call and waits for its end.
class Clear final : public engine::Application {
public:
    explicit Clear(int cause) : cause_{cause} {}
    void start(Call& call) override { call.hang_up(cause_); }

private:
    int cause_;
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

int cause_of(const std::string& text)
{
    const int cause = static_cast<int>(std::strtol(text.c_str(), nullptr, 10));
    return cause > 0 && cause < 128 ? cause : 16;
}

}  // namespace

void add_call_control(Registry& registry)
{
    registry.add("answer", [](const Arguments&) { return std::make_unique<Answer>(); });
    registry.add("hangup", [](const Arguments& a) { return std::make_unique<Clear>(cause_of(a[0])); });
    registry.add("busy", [](const Arguments&) { return std::make_unique<Clear>(17); });
    registry.add("congestion", [](const Arguments&) { return std::make_unique<Clear>(34); });
    registry.add("ringing", [](const Arguments&) { return std::make_unique<Ringing>(); });
    registry.add("progress", [](const Arguments&) { return std::make_unique<Progress>(); });
    registry.add("wait", [](const Arguments& a) { return std::make_unique<Wait>(a.seconds(0, 1s)); });
    registry.add("echo", [](const Arguments&) { return std::make_unique<Echo>(); });
    registry.add("senddtmf", [](const Arguments& a) { return std::make_unique<SendDtmf>(a); });
}

}  // namespace rb::applications
