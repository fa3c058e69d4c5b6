// main — idle_rooms: a worker lent so many empty rooms, and what that costs it.
//
//   idle_rooms --rooms 100000 --cpu 1
//
// Measures twice, without the rooms and with them, and each time both asleep, as a worker without legs is, and awake
// in every slot, as one with calls is. Prints JSON: shares of a core in percent, and memory in bytes a room.
#include "dataplane/worker/worker_pool.h"

#include <CLI/CLI.hpp>

#include <array>
#include <cstdio>
#include <fstream>
#include <malloc.h>
#include <memory>
#include <sys/socket.h>
#include <thread>
#include <vector>

namespace {

using namespace rb;

struct Options {
    unsigned rooms = 100'000;
    int cpu = -1;
    double seconds = 5;
};

/// A worker with its counters, and the objects lent to it.
class Bench {
public:
    explicit Bench(const Options& options) : options_{options}, counters_{std::span{words_}}
    {
        auto pool = WorkerPool::start({.cpus = {options.cpu}, .limits = {.legs = 16, .bridges = options.rooms + 1}},
                                      std::span{&counters_, 1});
        if (!pool) {
            std::fprintf(stderr, "%s\n", pool.error().message.c_str());
            std::exit(1);
        }
        pool_ = std::move(*pool);
    }

    /// Share of a core, in percent.
    [[nodiscard]] double measure() const
    {
        // The worker publishes its CPU clock every hundred slots, a second of an idle one.
        const auto settle = std::chrono::milliseconds{1200};
        std::this_thread::sleep_for(settle);
        const std::uint64_t before = counters_.get(WorkerCounter::ThreadCpuNanos);
        const auto began = std::chrono::steady_clock::now();
        std::this_thread::sleep_for(std::chrono::duration<double>{options_.seconds});
        const std::chrono::duration<double, std::nano> lasted = std::chrono::steady_clock::now() - began;
        return 100 * static_cast<double>(counters_.get(WorkerCounter::ThreadCpuNanos) - before) / lasted.count();
    }

    void lend_rooms()
    {
        for (std::uint32_t index = 0; index < options_.rooms; ++index) {
            auto& bridge = *bridges_.emplace_back(std::make_unique<bridges::Bridge>(
                bridges::BridgeRef{.index = index, .generation = 1},
                bridges::BridgeOptions{.kind = bridges::BridgeKind::Conference, .parties = 8}));
            bridge.holder = media::Holder::Queue;
            post(command::AdoptBridge{.bridge = &bridge});
        }
    }

    /// A leg that nothing ever reaches keeps the worker to its slots of 1 ms.
    void wake()
    {
        std::array<int, kSocketsPerLeg> sockets{};
        for (int& fd : sockets) {
            fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
        }
        auto plan = std::make_unique<media::MediaPlan>();
        plan->rtcp_interval = 0s;
        plan->build_states();
        leg_ = std::make_unique<media::Leg>(media::LegRef{.index = 0, .generation = 1}, sockets, std::move(plan), rng_,
                                            0ns);
        leg_->holder = media::Holder::Queue;
        post(command::AdoptLeg{.leg = leg_.get()});
    }

    [[nodiscard]] std::uint64_t rooms_held() const { return counters_.get(WorkerCounter::Bridges); }

private:
    void post(const Command& command)
    {
        while (!pool_->commands(0).push(command)) {
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
    }

    Options options_;
    std::array<Counters::Word, kWorkerCounterCount> words_{};
    Counters counters_;
    Rng rng_{1};
    std::vector<std::unique_ptr<bridges::Bridge>> bridges_;
    std::unique_ptr<media::Leg> leg_;
    std::unique_ptr<WorkerPool> pool_;  // last: its threads end before what they hold
};

}  // namespace

int main(int argc, char** argv)
{
    Options options;
    CLI::App app{"idle_rooms — what empty rooms cost a worker"};
    app.add_option("--rooms", options.rooms, "rooms lent to it")->check(CLI::Range(1U, 1'000'000U));
    app.add_option("--cpu", options.cpu, "core of the worker");
    app.add_option("--seconds", options.seconds, "measured each time");
    CLI11_PARSE(app, argc, argv);

    Bench bench{options};
    const double asleep_without = bench.measure();
    const std::size_t heap_without = mallinfo2().uordblks + mallinfo2().hblkhd;
    bench.lend_rooms();
    const std::size_t heap_with = mallinfo2().uordblks + mallinfo2().hblkhd;
    const double asleep_with = bench.measure();
    bench.wake();
    const double awake_with = bench.measure();
    Bench empty{options};
    empty.wake();
    const double awake_without = empty.measure();
    std::printf(
        "{\"rooms\": %llu, \"asleep_percent\": [%.3f, %.3f], \"awake_percent\": [%.3f, %.3f], "
        "\"bytes_per_room\": %zu}\n",
        static_cast<unsigned long long>(bench.rooms_held()), asleep_without, asleep_with, awake_without, awake_with,
        (heap_with - heap_without) / options.rooms);
    return 0;
}
