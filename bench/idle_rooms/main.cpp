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
#include <netinet/in.h>
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
        pass(settle);
        const std::uint64_t before = counters_.get(WorkerCounter::ThreadCpuNanos);
        const auto began = std::chrono::steady_clock::now();
        pass(std::chrono::duration<double>{options_.seconds});
        const std::chrono::duration<double, std::nano> lasted = std::chrono::steady_clock::now() - began;
        return 100 * static_cast<double>(counters_.get(WorkerCounter::ThreadCpuNanos) - before) / lasted.count();
    }

    void lend_rooms(std::uint32_t rooms)
    {
        for (std::uint32_t index = 0; index < rooms; ++index) {
            auto& bridge = *bridges_.emplace_back(std::make_unique<bridges::Bridge>(
                bridges::BridgeRef{.index = index, .generation = 1},
                bridges::BridgeOptions{.kind = bridges::BridgeKind::Conference, .parties = 8}));
            bridge.holder = media::Holder::Queue;
            post(command::AdoptBridge{.bridge = &bridge});
        }
    }

    /// A leg that hears an RTP packet now and then keeps the worker to its slots of 1 ms.
    void wake()
    {
        std::array<int, kSocketsPerLeg> sockets{};
        for (int& fd : sockets) {
            fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
            const sockaddr_in any_port{.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
            if (bind(fd, reinterpret_cast<const sockaddr*>(&any_port), sizeof any_port) != 0) {
                std::perror("bind");
                std::exit(1);
            }
        }
        socklen_t size = sizeof ear_;
        getsockname(sockets[0], reinterpret_cast<sockaddr*>(&ear_), &size);
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
    /// Lets time pass; the leg, where there is one, hears a packet in every tenth of a second.
    void pass(std::chrono::duration<double> span) const
    {
        const std::array<char, 12> rtp{'\x80'};
        const auto end = std::chrono::steady_clock::now() + span;
        while (std::chrono::steady_clock::now() < end) {
            if (ear_.sin_port != 0) {
                sendto(mouth_, rtp.data(), rtp.size(), 0, reinterpret_cast<const sockaddr*>(&ear_), sizeof ear_);
            }
            std::this_thread::sleep_for(std::chrono::milliseconds{100});
        }
    }

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
    sockaddr_in ear_{};  // of the leg
    int mouth_ = socket(AF_INET, SOCK_DGRAM, 0);
    std::vector<std::unique_ptr<bridges::Bridge>> bridges_;
    std::unique_ptr<media::Leg> leg_;
    std::unique_ptr<WorkerPool> pool_;  // last: its threads end before what they hold
};

struct Cost {
    double asleep = 0;  ///< percent of a core
    double awake = 0;   ///< percent of a core
    std::size_t heap = 0;
    std::uint64_t rooms_held = 0;
};

/// A worker of its own for each measurement: two on a core would share their wake-ups.
Cost cost_of(std::uint32_t rooms, const Options& options)
{
    const auto heap = [] { return mallinfo2().uordblks + mallinfo2().hblkhd; };
    Bench bench{options};
    const std::size_t before = heap();
    bench.lend_rooms(rooms);
    Cost cost{.heap = heap() - before};
    cost.asleep = bench.measure();
    bench.wake();
    cost.awake = bench.measure();
    cost.rooms_held = bench.rooms_held();
    return cost;
}

}  // namespace

int main(int argc, char** argv)
{
    Options options;
    CLI::App app{"idle_rooms — what empty rooms cost a worker"};
    app.add_option("--rooms", options.rooms, "rooms lent to it")->check(CLI::Range(1U, 1'000'000U));
    app.add_option("--cpu", options.cpu, "core of the worker");
    app.add_option("--seconds", options.seconds, "measured each time");
    CLI11_PARSE(app, argc, argv);

    const Cost without = cost_of(0, options);
    const Cost with = cost_of(options.rooms, options);
    std::printf(
        "{\"rooms\": %llu, \"asleep_percent\": [%.3f, %.3f], \"awake_percent\": [%.3f, %.3f], "
        "\"bytes_per_room\": %zu}\n",
        static_cast<unsigned long long>(with.rooms_held), without.asleep, with.asleep, without.awake, with.awake,
        with.heap / options.rooms);
    return 0;
}
