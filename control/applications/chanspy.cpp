// ChanSpy: listens to other channels, one at a time, and speaks to them where it may.
#include "control/applications/answering.h"
#include "control/applications/arguments.h"
#include "control/applications/registry.h"
#include "control/engine/call_engine.h"

#include <strings.h>

namespace rb::applications {
namespace {

using engine::Call;
using engine::Channel;
using engine::ChannelRef;

/// ChanSpy([prefix[,options]]): channels whose names begin so, in any case of letters; none = all. Options: b only
/// those in a bridge, B barge in, E end with the channel, o what it says only, q no beep, S end when there is none
/// (left), w whisper. The key * goes on to the next. Those who listen themselves are passed over.
class ChanSpy final : public Answering {
public:
    explicit ChanSpy(const Arguments& arguments)
        : prefix_{arguments[0]},
          how_{.received_only = arguments.option(1, 'o').has_value(),
               .whispers = arguments.option(1, 'w').has_value() || arguments.option(1, 'B').has_value(),
               .barges = arguments.option(1, 'B').has_value()},
          bridged_only_{arguments.option(1, 'b').has_value()},
          beeps_{!arguments.option(1, 'q').has_value()},
          ends_with_channel_{arguments.option(1, 'E').has_value()},
          ends_without_{arguments.option(1, 'S').has_value()}
    {
    }

    void on_key(Call& call, char digit) override
    {
        call.channel().keys.clear();
        if (digit == '*') {
            call.engine().stop_snoop(std::exchange(tag_, 0));
            look(call);
        }
    }

    void on_snoop_ended(Call& call) override
    {
        tag_ = 0;
        const Channel* heard = call.engine().channels().find(last_);
        const bool gone = heard == nullptr || heard->gone;
        if (gone && ends_with_channel_) {
            return call.finish();
        }
        if (!gone) {
            passed_over_ = false;  // it has another codec
        }
        look(call);
    }

    void on_time(Call& call) override { look(call); }

    void stop(Call& call) override { call.engine().stop_snoop(std::exchange(tag_, 0)); }

protected:
    void begin(Call& call) override { look(call); }

private:
    /// How often it is looked for a channel while there is none.
    static constexpr Nanos kLookEvery = 1s;

    /// Goes on to the next channel, in the order of their places.
    void look(Call& call)
    {
        if (tag_ != 0) {
            return;
        }
        Channel* target = next(call);
        if (target == nullptr && ends_without_) {
            return call.finish();
        }
        if (target != nullptr) {
            tag_ = call.engine().start_snoop(call.channel(), *target, how_);
        }
        if (tag_ == 0) {
            return call.wake_at(call.now() + kLookEvery);
        }
        call.wake_at(kNever);
        last_ = target->ref;
        passed_over_ = true;
        call.log(3, "listens to " + target->name);
        if (beeps_) {
            call.play({"beep"});
        }
    }

    [[nodiscard]] Channel* next(Call& call) const
    {
        Channel* first = nullptr;
        Channel* following = nullptr;
        call.engine().channels().for_each([&](ChannelRef ref, Channel& channel) {
            if (!matches(channel) || &channel == &call.channel()) {
                return;
            }
            first = first == nullptr ? &channel : first;
            const bool after = ref.index > last_.index || (!passed_over_ && ref.index == last_.index);
            following = following == nullptr && after ? &channel : following;
        });
        return following != nullptr ? following : first;
    }

    [[nodiscard]] bool matches(const Channel& channel) const
    {
        return !channel.gone && channel.media.adopted && channel.media.leg &&
               strcasecmp(channel.application_name.c_str(), "ChanSpy") != 0 &&
               (!bridged_only_ || channel.media.bridge) &&
               strncasecmp(channel.name.c_str(), prefix_.c_str(), prefix_.size()) == 0;
    }

    std::string prefix_;
    engine::CallEngine::Snooping how_;
    bool bridged_only_;
    bool beeps_;
    bool ends_with_channel_;
    bool ends_without_;
    std::uint64_t tag_ = 0;    // of what it listens to now
    ChannelRef last_;          // whom it listened to last …
    bool passed_over_ = true;  // … and whether somebody else comes first now
};

}  // namespace

void add_chanspy(Registry& registry)
{
    registry.add("chanspy", [](const Arguments& a) { return std::make_unique<ChanSpy>(a); });
}

}  // namespace rb::applications
