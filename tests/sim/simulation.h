// simulation.h — the whole media plane in one thread and virtual time: phones, network, workers, control, checkers.
#pragma once

#include "sim/call.h"
#include "sim/checkers.h"
#include "sim/network.h"
#include "sim/options.h"
#include "sim/sent_hash.h"
#include "sim/sim_worker.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace rb::sim {

/// A run: set up, then run() to its end. The same options give the same bytes.
class Simulation {
public:
    explicit Simulation(const Options& options);

    /// Storm, calm, hearing, hang-up. until: stop there instead; kNever = the whole.
    void run(Nanos until = kNever);

    [[nodiscard]] const std::vector<std::string>& problems() const noexcept { return checkers_.problems(); }
    /// Of all bytes sent, with their destinations.
    [[nodiscard]] std::uint64_t hash() const noexcept { return sent_.value(); }
    [[nodiscard]] std::uint64_t datagrams_sent() const noexcept { return sent_.datagrams(); }

private:
    struct Pace {
        Nanos due = 0ns;
        Nanos stalled_until = 0ns;  ///< control does not read its events
    };

    void make_workers();
    void make_trunks();
    void hear_together(std::size_t first_worker, std::size_t last_worker);
    void make_call(unsigned number);
    void advance(Nanos to);
    void one_ms();
    void deliver_to_server();
    void strangers();
    void step(std::size_t worker);
    void control(std::size_t worker);
    void on_event(std::size_t worker, const Event& event);
    void come_home(Call& call);
    [[nodiscard]] Call* call_of(std::size_t worker, media::LegRef leg);

    /// Recorders of a monitor have the number of their call above multiples of this.
    static constexpr std::uint64_t kMonitorTag = 1'000'000;

    // Actions, in actions.cpp.
    void act();
    void act_on(Call& call);
    void act_on_media(Call& call);
    void act_on_phone(Call& call);
    void act_on_bridge(std::size_t worker);
    void change_rate(std::size_t worker);
    [[nodiscard]] std::unique_ptr<bridges::RateChange> rate_change(std::size_t worker, std::uint32_t rate);
    void join(Call& call, const media::PartyOptions& options);
    void leave(Call& call);
    void wait(Call& call, bool announcer);
    void monitor(Call& call);
    void set_held(Call& call, bool held);
    void hang_up(Call& call);
    void settle();
    void trace(const Call& call, const char* what) const;

    Options options_;
    Rng rng_;
    Checkers checkers_;
    Kernel kernel_;
    SimNetwork to_server_;
    SimNetwork to_client_;
    std::vector<std::unique_ptr<bridges::Trunk>> trunks_;
    std::vector<std::unique_ptr<SimWorker>> workers_;
    std::vector<Pace> paces_;
    std::vector<bridges::BridgeRef> bridges_;  // one on each worker
    std::vector<std::uint32_t> bridge_rates_;
    unsigned rate_changes_ = 0;  // under way
    std::vector<std::unique_ptr<Call>> calls_;
    Nanos now_ = 10s;
    Nanos storm_ends_;
    bool stormy_ = true;
    SentHash sent_;
};

}  // namespace rb::sim
