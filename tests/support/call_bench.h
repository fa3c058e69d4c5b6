// call_bench.h — a node without sockets and threads: the real CallEngine, applications and MediaCores, telephones that
// are scripts, files in memory, and a clock that the test turns.
//
//     CallBench bench{"[c]\nexten => 600,1,Echo()\n"};
//     BenchPhone& anna = bench.call("600", {.hz = 440});
//     bench.run(1s);
//     EXPECT_GT(anna.heard(440, 500ms), 5000);
#pragma once

#include "control/config/source.h"
#include "control/engine/call_engine.h"
#include "support/bench_phone.h"
#include "support/bench_world.h"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rb::test {

/// The SIP peers of a bench behave as the session layer does: each EndSession is answered by SessionEnded, a 200 by an
/// ACK, and a call out that nobody answers in time ends with 408.
class CallBench {
public:
    /// plan      extensions.conf; calls of the endpoint `anonymous` begin in context [c]
    /// others    further files by name; pjsip.conf has the endpoints anonymous, phone and nowhere unless given here
    explicit CallBench(const std::string& plan, config::Texts others = {}, std::size_t workers = 1);
    ~CallBench();

    /// An INVITE for this number.
    BenchPhone& call(const std::string& number, PhoneOptions options = {});
    /// The phone that the node has dialled as its n-th call.
    [[nodiscard]] BenchPhone& dialled(std::size_t index) { return *callees_.at(index); }
    [[nodiscard]] std::size_t dialled_count() const { return callees_.size(); }

    // What a phone does.
    void ring(BenchPhone& callee);
    /// 183 with SDP.
    void early_media(BenchPhone& callee);
    void answer(BenchPhone& callee, double hz = 0);
    void refuse(BenchPhone& callee, int code, int cause);
    void hang_up(BenchPhone& phone);
    /// A re-INVITE with another codec.
    void reoffer(BenchPhone& phone, codecs::CodecId codec);
    /// CANCEL of a call that has not been answered.
    void cancel(BenchPhone& caller);

    void run(Nanos time);
    [[nodiscard]] Nanos now() const { return now_; }

    [[nodiscard]] engine::CallEngine& engine() { return *engine_; }
    [[nodiscard]] BenchWorld& world() { return world_; }
    /// The phone's channel, or nullptr once it has gone.
    [[nodiscard]] engine::Channel* channel(const BenchPhone& phone);
    /// A variable of its channel; "(gone)" when that has gone: then `h` and Verbose tell, by way of BenchWorld::logged.
    [[nodiscard]] std::string variable(const BenchPhone& phone, const std::string& name);
    /// Hangs up whoever is still there, and says what has not come back: channels, legs, bridges, sockets, ports,
    /// recordings, rooms. Empty when all is well.
    [[nodiscard]] std::string leftovers();

private:
    void exchange_media();
    void on_actions();
    void on(const sip::SipAction& action);
    void tell(const sip::SipEvent& event);
    void end(BenchPhone& phone, int code, int cause);
    [[nodiscard]] BenchPhone* phone_of(sip::SessionId session);
    BenchPhone& add_phone(sip::SessionId session, PhoneOptions options);

    sim::Kernel kernel_;
    BenchWorld world_{kernel_};
    std::vector<std::unique_ptr<sim::SimWorker>> workers_;
    std::unique_ptr<engine::CallEngine> engine_;
    std::vector<std::unique_ptr<BenchPhone>> phones_;
    std::vector<BenchPhone*> callees_;
    std::deque<std::pair<BenchPhone*, std::vector<std::uint8_t>>> in_sockets_;  // while a leg moves
    std::size_t ports_ = 0;
    std::uint64_t next_session_ = 1;
    Nanos now_ = 100s;
};

}  // namespace rb::test
