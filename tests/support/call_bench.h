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
#include "sim/network.h"
#include "sim/sim_worker.h"
#include "support/bench_phone.h"
#include "support/bench_world.h"
#include "support/ledger.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rb::test {

/// What goes wrong between the parts of a node; nothing unless asked for.
struct BenchFaults {
    std::uint64_t seed = 1;
    sim::Faults to_server{.delay = 0ms};
    sim::Faults to_client{.delay = 0ms};
    Nanos sip_lag = 0ms;    ///< each action and event is under way between the sip thread and control, so long at most
    double late_slots = 0;  ///< of slots: the next comes up to 30 ms late
    double stalls = 0;      ///< of milliseconds: from now on control stands still, up to 300 ms, with full queues
    WorldFaults world;
};

/// How large a node is.
struct BenchSize {
    std::size_t workers = 1;
    std::size_t legs = 64;  ///< places on each of them, for bridges as many
};

/// The SIP peers of a bench behave as the session layer does: each EndSession is answered by SessionEnded, a 200 by an
/// ACK, and a call out that nobody answers in time ends with 408.
class CallBench {
public:
    /// plan      extensions.conf; calls of the endpoint `anonymous` begin in context [c]
    /// others    further files by name; pjsip.conf has the endpoints anonymous, phone and nowhere unless given here
    explicit CallBench(const std::string& plan, config::Texts others = {}, std::size_t workers = 1)
        : CallBench{plan, std::move(others), BenchSize{.workers = workers}}
    {
    }
    CallBench(const std::string& plan, config::Texts others, const BenchSize& size);
    ~CallBench();

    /// To be called before the first call.
    void suffer(const BenchFaults& faults);
    /// From now on nothing goes wrong any more.
    void calm_down();
    /// What the phones are like that the node will dial.
    PhoneOptions callee_options;
    /// Sees each datagram the node sends.
    std::function<void(std::size_t worker, const sim::Sent&)> on_sent;

    /// An INVITE for this number.
    BenchPhone& call(const std::string& number, PhoneOptions options = {});
    /// The phone that the node has dialled as its n-th call.
    [[nodiscard]] BenchPhone& dialled(std::size_t index) { return *callees_.at(index); }
    [[nodiscard]] std::size_t dialled_count() const { return callees_.size(); }
    [[nodiscard]] const std::vector<std::unique_ptr<BenchPhone>>& phones() const { return phones_; }

    // What a phone does.
    void ring(BenchPhone& callee);
    /// 183 with SDP.
    void early_media(BenchPhone& callee);
    void answer(BenchPhone& callee, double hz = 0);
    void refuse(BenchPhone& callee, int code, int cause);
    void hang_up(BenchPhone& phone);
    /// A re-INVITE with another codec.
    void reoffer(BenchPhone& phone, codecs::CodecId codec);
    /// A re-INVITE that puts the node on hold, or takes it off.
    void hold(BenchPhone& phone, bool held);
    /// A re-INVITE with another SRTP key.
    void renew_key(BenchPhone& phone);
    /// A re-INVITE with another login of ICE.
    void restart_ice(BenchPhone& phone);
    /// A re-INVITE with T.38 in place of audio, as the phone's options say.
    void offer_fax(BenchPhone& phone);
    /// CANCEL of a re-INVITE that has not been answered.
    void withdraw_offer(BenchPhone& phone);
    /// A re-INVITE with audio, as at the beginning.
    void offer_audio(BenchPhone& phone) { offer(phone); }
    /// A re-INVITE without SDP: the node offers, and the phone answers.
    void ask_for_offer(BenchPhone& phone);
    /// CANCEL of a call that has not been answered.
    void cancel(BenchPhone& caller);

    void run(Nanos time);
    [[nodiscard]] Nanos now() const { return now_; }

    [[nodiscard]] engine::CallEngine& engine() { return *engine_; }
    [[nodiscard]] BenchWorld& world() { return world_; }
    [[nodiscard]] sim::SimNetwork& network_to_server() { return to_server_; }
    /// What follows from something done to the engine other than by a phone.
    void on_actions();
    /// The phone's channel, or nullptr once it has gone.
    [[nodiscard]] engine::Channel* channel(const BenchPhone& phone);
    /// A variable of its channel; "(gone)" when that has gone: then `h` and Verbose tell, by way of BenchWorld::logged.
    [[nodiscard]] std::string variable(const BenchPhone& phone, const std::string& name);
    /// A configuration as the constructor takes it, for CallEngine::use.
    [[nodiscard]] static engine::Configuration load(const std::string& plan, config::Texts others = {});
    /// Hangs up whoever is still there, and says what has not come back: channels, legs, bridges, sockets, ports,
    /// recordings, rooms, whatever was lent; and what the engine said that no SIP peer would have understood. Empty
    /// when all is well.
    [[nodiscard]] std::string leftovers();
    /// A counter of the workers, all together.
    [[nodiscard]] std::uint64_t counted(std::size_t counter);
    /// Datagrams without exactly one fate, by worker; empty when there are none.
    [[nodiscard]] std::string imbalance() const;

private:
    /// One worker, and the queue through which the engine speaks to it.
    struct Worker {
        Worker(std::size_t legs, sim::Kernel& kernel);
        void pump();
        sim::SimWorker core;
        CommandQueue commands;
        Ledger ledger;
        Nanos due = 0ns;
    };
    template <typename T>
    struct UnderWay {
        Nanos due;
        T what;
    };

    void exchange_media();
    void read_events();
    void step(std::size_t worker);
    void stall();
    [[nodiscard]] bool stalled() const { return now_ < stalled_until_; }

    // SIP, in call_bench_sip.cpp.
    void collect_actions();
    void on(const sip::SipAction& action);
    void on(const sip::PlaceCall& place);
    void on(const sip::SendProgress& progress);
    void on(const sip::SendAnswer& answer);
    void on(const sip::AcceptOffer& accept);
    void on(const sip::Reoffer& reoffer);
    void on(const sip::EndSession& end);
    void offer(BenchPhone& phone);
    void send_queued(BenchPhone& phone);
    void tell(const sip::SipEvent& event);
    void deliver(const sip::SipEvent& event);
    void deliver_events();
    void end(BenchPhone& phone, int code, int cause);
    void wrong(const sip::SessionId session, const std::string& what);
    [[nodiscard]] Nanos lag();
    [[nodiscard]] BenchPhone* phone_of(sip::SessionId session);
    [[nodiscard]] BenchPhone* phone_at(const Address& address);
    BenchPhone& add_phone(sip::SessionId session, PhoneOptions options);

    sim::Kernel kernel_;
    BenchWorld world_{kernel_};
    BenchFaults faults_;
    Rng rng_{1};
    sim::SimNetwork to_server_{faults_.to_server, 1};
    sim::SimNetwork to_client_{faults_.to_client, 2};
    std::vector<std::unique_ptr<Worker>> workers_;
    std::unique_ptr<engine::CallEngine> engine_;
    std::vector<std::unique_ptr<BenchPhone>> phones_;
    std::unordered_map<sip::SessionId, BenchPhone*> by_session_;
    std::map<Address, BenchPhone*> last_at_;  // who was found there last; phones move
    std::vector<BenchPhone*> callees_;
    std::deque<UnderWay<sip::SipAction>> actions_;
    std::deque<UnderWay<sip::SipEvent>> events_;
    std::set<sip::SessionId> forgotten_;  // sessions the engine knows to have ended
    std::vector<std::string> wrongs_;
    std::size_t ports_ = 0;
    std::uint64_t next_session_ = 1;
    Nanos now_ = 100s;
    Nanos stalled_until_ = 0ns;
};

}  // namespace rb::test
