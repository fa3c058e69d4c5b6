// Dial: calls one or several endpoints, and bridges the first who answers with the caller.
#include "control/applications/arguments.h"
#include "control/applications/registry.h"
#include "control/engine/call.h"
#include "control/engine/call_engine.h"

#include <algorithm>
#include <vector>

namespace rb::applications {
namespace {

using engine::Call;
using engine::CalleeNews;
using engine::Channel;
using engine::ChannelRef;

/// Dial(PJSIP/a&PJSIP/number@b[,timeout[,options]]). Options: g go on with the plan when the callee hangs up, m music
/// for the caller until the answer, r ring at once. Sets DIALSTATUS, DIALEDTIME and ANSWEREDTIME.
class Dial final : public engine::Application {
public:
    explicit Dial(const Arguments& arguments)
        : targets_{split_list(arguments[0])},
          timeout_{arguments.seconds(1, 0s)},
          go_on_{arguments.has(2, "g")},
          music_{arguments.has(2, "m")},
          ring_{arguments.has(2, "r")}
    {
    }

    void start(Call& call) override
    {
        began_at_ = call.now();
        for (const std::string& target : targets_) {
            place(call, target);
        }
        if (callees_.empty()) {
            return end(call, "CHANUNAVAIL");
        }
        if (timeout_ > 0s) {
            call.wake_at(call.now() + timeout_);
        }
        if (music_ && call.answer()) {
            call.play_music("default");
        } else if (ring_) {
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
            case CalleeNews::Ended:
                ended(call, callee);
                break;
        }
    }

    void on_media(Call& call) override
    {
        if (Channel* callee = call.engine().channels().find(answered_by_)) {
            bridge(call, *callee);
        }
    }

    void on_time(Call& call) override { end(call, "NOANSWER"); }

    void on_key(Call& call, char /*digit*/) override { call.channel().keys.clear(); }

    void stop(Call& call) override
    {
        set_times(call);
        call.channel().variables().set("DIALSTATUS", answered_by_ ? "ANSWER" : "CANCEL");
        unbridge(call);
        drop_callees(call, 16);
    }

private:
    /// PJSIP/endpoint, PJSIP/number@endpoint.
    void place(Call& call, const std::string& target)
    {
        const auto slash = target.find('/');
        const std::string rest = slash == std::string::npos ? target : target.substr(slash + 1);
        const auto at = rest.rfind('@');
        const Channel& caller = call.channel();
        const auto made = call.engine().call({.endpoint = at == std::string::npos ? rest : rest.substr(at + 1),
                                              .user = at == std::string::npos ? "" : rest.substr(0, at),
                                              .caller_name = caller.caller_name,
                                              .caller_number = caller.caller_number,
                                              .timeout = timeout_,
                                              .worker = caller.media.worker,
                                              .parent = caller.ref});
        if (made) {
            callees_.push_back(*made);
        } else {
            call.log(1, "cannot dial " + target + ": " + made.error().message);
        }
    }

    /// One callee's early media reach the caller; of several, nobody's do.
    void early_media(Call& call, Channel& callee)
    {
        if (callees_.size() == 1 && !music_ && call.progress() && call.has_media()) {
            bridge(call, callee);
        } else {
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
        call.wake_at(kNever);
        call.stop_playing();
        for (const ChannelRef ref : callees_) {
            Channel* other = ref == callee.ref ? nullptr : call.engine().channels().find(ref);
            if (other != nullptr) {
                call.engine().hang_up(*other, 26);  // answered elsewhere
            }
        }
        if (call.answer() && call.has_media()) {
            bridge(call, callee);
        }
    }

    void bridge(Call& call, Channel& callee)
    {
        if (bridge_) {
            return;
        }
        engine::CallEngine& engine = call.engine();
        engine.place(callee, call.channel().media.worker);
        worker_ = call.channel().media.worker;
        const std::uint32_t rate = std::max(codecs::codec_info(call.channel().media.codec).sample_rate,
                                            codecs::codec_info(callee.media.codec).sample_rate);
        bridge_ = engine.make_bridge(worker_, {.kind = bridges::BridgeKind::Smart, .rate = rate, .parties = 2});
        if (!bridge_) {
            call.log(1, "no bridge is free");
            return call.hang_up(34);
        }
        engine.join(call.channel(), bridge_, {});
        engine.join(callee, bridge_, {});
    }

    void unbridge(Call& call)
    {
        if (!bridge_) {
            return;
        }
        engine::CallEngine& engine = call.engine();
        engine.leave(call.channel());
        if (Channel* callee = engine.channels().find(answered_by_ ? answered_by_ : callees_.front())) {
            engine.leave(*callee);
        }
        engine.return_bridge(worker_, bridge_);
        bridge_ = {};
    }

    void ended(Call& call, Channel& callee)
    {
        call.channel().cause = callee.cause;
        if (callee.ref == answered_by_) {
            unbridge(call);
            std::erase(callees_, callee.ref);
            return end(call, "ANSWER");
        }
        std::erase(callees_, callee.ref);
        status_ = callee.cause == 17 ? "BUSY" : callee.cause == 19 || callee.cause == 18 ? "NOANSWER" : "CONGESTION";
        if (callees_.empty() && !answered_by_) {
            unbridge_early(call);
            end(call, status_);
        }
    }

    /// The only callee went while its early media were heard.
    void unbridge_early(Call& call)
    {
        if (bridge_) {
            call.engine().leave(call.channel());
            call.engine().return_bridge(worker_, bridge_);
            bridge_ = {};
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

    std::vector<std::string> targets_;
    Nanos timeout_;
    bool go_on_;
    bool music_;
    bool ring_;
    std::vector<ChannelRef> callees_;
    ChannelRef answered_by_;
    std::string status_ = "CHANUNAVAIL";
    Nanos began_at_ = 0ns;
    Nanos answered_at_ = 0ns;
    std::size_t worker_ = 0;
    bridges::BridgeRef bridge_;
};

}  // namespace

void add_dial(Registry& registry)
{
    registry.add("dial", [](const Arguments& a) { return std::make_unique<Dial>(a); });
}

}  // namespace rb::applications
