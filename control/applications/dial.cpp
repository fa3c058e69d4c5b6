// Dial: calls one or several endpoints, and bridges the first who answers with the caller.
#include "control/applications/arguments.h"
#include "control/applications/call_limit.h"
#include "control/applications/registry.h"
#include "control/engine/call.h"
#include "control/engine/call_engine.h"
#include "control/engine/codec_preference.h"
#include "control/engine/hold.h"
#include "control/engine/passed_codecs.h"
#include "control/engine/room_rate.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace rb::applications {
namespace {

using engine::Call;
using engine::CalleeNews;
using engine::Channel;
using engine::ChannelRef;

/// What became of those who did not answer.
struct Refusals {
    bool busy = false;
    bool congested = false;
    bool silent = false;

    void count(int cause)
    {
        busy = busy || cause == 17;
        congested = congested || cause == 34 || cause == 42;
        silent = silent || cause == 16 || cause == 18 || cause == 19;
    }
    [[nodiscard]] const char* status() const
    {
        return busy ? "BUSY" : congested ? "CONGESTION" : silent ? "NOANSWER" : "CHANUNAVAIL";
    }
};

/// Dial(PJSIP/a&PJSIP/number@b&PJSIP/c/sip:uri[,timeout[,options]]). Options: g go on with the plan when the callee
/// hangs up, L(ms[:warning ms[:repeat ms]]) and S(seconds) a limit from the answer, m(class) music for the caller until
/// the answer, r ring at once and let no early media through, R ring at once until early media come. Sets DIALSTATUS,
/// DIALEDTIME and ANSWEREDTIME.
class Dial final : public engine::Application {
public:
    explicit Dial(const Arguments& arguments)
        : arguments_{arguments},
          targets_{split_list(arguments[0])},
          timeout_{arguments.seconds(1, 0s)},
          go_on_{arguments.option(2, 'g').has_value()},
          music_{arguments.option(2, 'm')},
          ring_{arguments.option(2, 'r').has_value()},
          ring_first_{arguments.option(2, 'R').has_value()}
    {
    }

    void start(Call& call) override
    {
        began_at_ = call.now();
        const auto limit = read_call_limit(arguments_, 2, call.channel());
        if (!limit) {
            call.log(1, "Dial: the limit of option L or S is no time; nobody is called");
            return end(call, "INVALIDARGS");
        }
        limit_ = LimitKeeper{*limit};
        for (const std::string& target : targets_) {
            place(call, target);
        }
        if (callees_.empty()) {
            call.channel().cause = 44;
            return end(call, "CHANUNAVAIL");
        }
        if (timeout_ > 0s) {
            call.wake_at(call.now() + timeout_);
        }
        if (music_ && call.progress() && call.has_media()) {
            call.play_music(music_->empty() ? engine::music_for(call.channel(), {}) : *music_);
        } else if (ring_ || ring_first_ || music_) {
            call.ring();
        }
    }

    void on_callee(Call& call, CalleeNews news, Channel& callee) override
    {
        switch (news) {
            case CalleeNews::Ringing:
                if (answered_by_ == ChannelRef{} && !music_) {
                    call.ring();
                }
                break;
            case CalleeNews::EarlyMedia:
                early_media(call, callee);
                break;
            case CalleeNews::Answered:
                answered(call, callee);
                break;
            case CalleeNews::Played:
                told(call);
                break;
            case CalleeNews::Ended:
                ended(call, callee);
                break;
        }
    }

    void on_media(Call& call) override
    {
        Channel* callee = call.engine().channels().find(answered_by_);
        if (callee != nullptr && call.has_media()) {
            bridge(call, *callee);
            settle_codecs(call);
            limit_.connected(call, ends(call));
        }
        settle_hold(call);
    }

    void on_time(Call& call) override
    {
        if (!answered_by_) {
            call.channel().cause = 19;
            return end(call, "NOANSWER");
        }
        if (limit_.on_time(call, ends(call))) {
            end(call, "ANSWER");
        }
    }

    void on_played(Call& call, event::Ending /*ending*/) override { told(call); }

    void on_key(Call& call, char /*digit*/) override { call.channel().keys.clear(); }

    void stop(Call& call) override
    {
        set_times(call);
        call.channel().variables().set("DIALSTATUS", answered_by_ ? "ANSWER" : "CANCEL");
        unbridge(call);
        drop_callees(call, 16);
    }

private:
    /// PJSIP/endpoint, PJSIP/number@endpoint, PJSIP/endpoint/sip:uri.
    void place(Call& call, const std::string& target)
    {
        const auto slash = target.find('/');
        const bool ours = slash == std::string::npos || target.substr(0, slash) == "PJSIP";
        const std::string rest = slash == std::string::npos ? target : target.substr(slash + 1);
        const auto uri = rest.find('/');
        const std::string whom = rest.substr(0, uri);
        const auto at = whom.rfind('@');
        const Channel& caller = call.channel();
        Result<ChannelRef> made = failure("there are only PJSIP/… channels");
        if (ours) {
            made = call.engine().call({.endpoint = at == std::string::npos ? whom : whom.substr(at + 1),
                                       .user = at == std::string::npos ? "" : whom.substr(0, at),
                                       .uri = uri == std::string::npos ? "" : rest.substr(uri + 1),
                                       .caller_name = caller.caller_name,
                                       .caller_number = caller.caller_number,
                                       .diverted = caller.diverted,
                                       .timeout = timeout_,
                                       .worker = caller.media.worker,
                                       .parent = caller.ref});
        }
        if (made) {
            callees_.push_back(*made);
        } else {
            call.log(1, "cannot dial " + target + ": " + made.error().message);
        }
    }

    /// One callee's early media reach the caller; of several, nobody's do.
    void early_media(Call& call, Channel& callee)
    {
        const bool passed_on = callees_.size() == 1 && !music_ && !ring_;
        if (passed_on) {
            engine::follow_callee(call.channel(), callee);
        }
        if (passed_on && call.progress() && call.has_media()) {
            bridge(call, callee);
        } else if (!music_) {
            call.ring();
        }
    }

    void answered(Call& call, Channel& callee)
    {
        if (answered_by_) {
            return;
        }
        answered_by_ = callee.ref;
        answered_at_ = call.now();
        call.channel().variables().set("DIALEDPEERNAME", callee.name);
        call.channel().variables().set("DIALEDPEERNUMBER", callee.dialled);
        limit_.begin(call);
        call.stop_playing();
        for (const ChannelRef ref : callees_) {
            Channel* other = ref == callee.ref ? nullptr : call.engine().channels().find(ref);
            if (other != nullptr) {
                call.engine().hang_up(*other, 26);  // answered elsewhere
            }
        }
        engine::follow_callee(call.channel(), callee);
        if (call.answer() && call.has_media()) {
            bridge(call, callee);
            settle_codecs(call);
            limit_.connected(call, ends(call));
        }
    }

    /// Once for each pair of codecs: what was refused is not asked for again.
    void settle_codecs(Call& call)
    {
        Channel* callee = call.engine().channels().find(bridged_with_);
        if (callee == nullptr) {
            return;
        }
        const std::pair codecs{call.channel().media.codec, callee->media.codec};
        if (std::exchange(codecs_, codecs) != codecs) {
            engine::reconcile(call.engine(), call.channel(), *callee);
        }
    }

    void bridge(Call& call, Channel& callee)
    {
        if (bridge_) {
            return;
        }
        engine::CallEngine& engine = call.engine();
        worker_ = call.channel().media.worker;
        if (!engine.place(callee, worker_)) {
            call.log(1, "the caller's worker is full");
            return call.hang_up(34);
        }
        const std::uint32_t rate = engine::rate_for_two(call.channel().media, callee.media);
        bridge_ = engine.make_bridge(worker_, {.kind = bridges::BridgeKind::Smart, .rate = rate, .parties = 2});
        if (!bridge_) {
            call.log(1, "no bridge is free");
            return call.hang_up(34);
        }
        if (call.channel().media.codec != callee.media.codec) {
            engine.listen_to(call.channel());
            engine.listen_to(callee);
        }
        engine.join(call.channel(), bridge_, {});
        engine.join(callee, bridge_, {});
        bridged_with_ = callee.ref;
    }

    /// Who can be told of the limit: in the bridge, and not listening to music on hold.
    LimitKeeper::Ends ends(Call& call)
    {
        if (!bridge_) {
            return {};
        }
        return {.caller = caller_held_ ? nullptr : &call.channel(),
                .callee = callee_held_ ? nullptr : call.engine().channels().find(bridged_with_)};
    }

    void told(Call& call)
    {
        if (limit_.on_played()) {
            end(call, "ANSWER");
        }
    }

    void settle_hold(Call& call)
    {
        if (Channel* callee = call.engine().channels().find(bridged_with_)) {
            play_while_held(call.engine(), call.channel(), *callee, caller_held_);
            play_while_held(call.engine(), *callee, call.channel(), callee_held_);
        }
    }

    /// Music for one side while the other holds the call, or what its endpoint wants in place of that.
    static void play_while_held(engine::CallEngine& engine, Channel& channel, const Channel& other, bool& held)
    {
        const bool holds = engine::holds_call(other);
        if (std::exchange(held, holds) == holds) {
            return;
        }
        engine.log(2, other, holds ? "holds the call" : "holds the call no more");
        if (holds) {
            engine::put_on_hold(engine, channel, other);
        } else {
            engine::take_off_hold(engine, channel);
        }
    }

    void unbridge(Call& call)
    {
        if (!bridge_) {
            return;
        }
        engine::CallEngine& engine = call.engine();
        engine.leave(call.channel());
        if (Channel* callee = engine.channels().find(bridged_with_)) {
            engine.leave(*callee);
        }
        engine.return_bridge(worker_, bridge_);
        bridge_ = {};
    }

    void ended(Call& call, Channel& callee)
    {
        call.channel().cause = callee.cause;
        if (callee.ref == bridged_with_) {
            unbridge(call);
        }
        std::erase(callees_, callee.ref);
        if (callee.ref == answered_by_) {
            return end(call, "ANSWER");
        }
        refusals_.count(callee.cause);
        if (callees_.empty() && !answered_by_) {
            end(call, refusals_.status());
        }
    }

    void end(Call& call, const std::string& status)
    {
        set_times(call);
        call.channel().variables().set("DIALSTATUS", status);
        call.stop_playing();
        unbridge(call);
        drop_callees(call, status == "NOANSWER" ? 19 : 16);
        if (status == "ANSWER" && !go_on_) {
            return call.hang_up(16);
        }
        if (std::exchange(caller_held_, false)) {
            engine::take_off_hold(call.engine(), call.channel());
        }
        call.finish();
    }

    void drop_callees(Call& call, int cause)
    {
        for (const ChannelRef ref : callees_) {
            if (Channel* callee = call.engine().channels().find(ref)) {
                call.engine().forget_parent(ref);
                call.engine().hang_up(*callee, cause);
            }
        }
        callees_.clear();
    }

    void set_times(Call& call) const
    {
        const auto seconds = [](Nanos span) { return std::to_string(to_ms(span) / 1000); };
        auto& variables = call.channel().variables();
        variables.set("DIALEDTIME", seconds(call.now() - began_at_));
        variables.set("ANSWEREDTIME", answered_by_ ? seconds(call.now() - answered_at_) : "0");
    }

    Arguments arguments_;
    std::vector<std::string> targets_;
    Nanos timeout_;
    bool go_on_;
    std::optional<std::string> music_;  // of this class
    bool ring_;
    bool ring_first_;
    std::vector<ChannelRef> callees_;
    ChannelRef answered_by_;
    Refusals refusals_;
    Nanos began_at_ = 0ns;
    Nanos answered_at_ = 0ns;
    std::size_t worker_ = 0;
    bridges::BridgeRef bridge_;
    ChannelRef bridged_with_;
    std::pair<codecs::CodecId, codecs::CodecId> codecs_{};  // of the two, as settled last
    bool caller_held_ = false;
    bool callee_held_ = false;
    LimitKeeper limit_;
};

}  // namespace

void add_dial(Registry& registry)
{
    registry.add("dial", [](const Arguments& a) { return std::make_unique<Dial>(a); });
}

}  // namespace rb::applications
