// main — floor: FloorCore on the node's own worker loop and packet I/O, on one core.
//
//   floor --legs 1000 --port 20000 --mode forward --io uring --cpu 1
//
// Prints "ready" when its sockets are bound, and what it counted when it is ended.
#include "bench/floor/floor_core.h"
#include "dataplane/base/clock.h"
#include "dataplane/base/timely_thread.h"
#include "dataplane/io/io_choice.h"
#include "dataplane/io/mmsg_io.h"
#include "dataplane/io/uring_io.h"
#include "dataplane/worker/worker.h"

#include <CLI/CLI.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <vector>

namespace {

using namespace rb;
using bench::FloorCore;
using bench::FloorMode;

volatile std::sig_atomic_t stopping = 0;

void on_signal(int)
{
    stopping = 1;
}

struct Options {
    unsigned legs = 1000;
    std::uint16_t port = 20'000;
    std::string ip = "127.0.0.1";
    FloorMode mode = FloorMode::Forward;
    IoKind io = IoKind::Auto;
    int cpu = -1;
};

Result<int> bind_socket(const Address& local)
{
    const int fd = socket(local.is_v4() ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_storage name{};
    const socklen_t length = to_sockaddr(local, name);
    if (fd < 0 || bind(fd, reinterpret_cast<const sockaddr*>(&name), length) != 0) {
        return failure("cannot bind " + local.to_string() + ": " + std::strerror(errno));
    }
    return fd;
}

Result<std::vector<std::array<int, kSocketsPerLeg>>> bind_legs(const Options& options)
{
    const auto ip = parse_address(options.ip);
    if (!ip) {
        return tl::unexpected(ip.error());
    }
    std::vector<std::array<int, kSocketsPerLeg>> legs(options.legs);
    unsigned port = options.port;
    for (auto& leg : legs) {
        for (int& fd : leg) {
            const auto bound = bind_socket(ip->with_port(static_cast<std::uint16_t>(port++)));
            if (!bound) {
                return tl::unexpected(bound.error());
            }
            fd = *bound;
        }
    }
    return legs;
}

/// As the node's workers do.
Result<void> prepare_thread(int cpu)
{
    static_cast<void>(pthread_setname_np(pthread_self(), "worker-0"));
    sleep_exactly();
    run_realtime();
    return pin_thread(cpu);
}

template <typename Io>
Result<void> serve(const Options& options, Result<std::unique_ptr<Io>> io)
{
    if (!io) {
        return tl::unexpected(io.error());
    }
    const auto legs = bind_legs(options);
    if (!legs) {
        return tl::unexpected(legs.error());
    }
    FloorCore core{options.mode, *legs};
    SteadyClock clock;
    Worker<FloorCore, Io, SteadyClock> worker{core, **io, clock};
    std::puts("ready");
    std::fflush(stdout);
    while (stopping == 0) {
        worker.step();
    }
    std::printf("received %llu sent %llu send_failed %llu\n", static_cast<unsigned long long>(core.received()),
                static_cast<unsigned long long>(core.sent()),
                static_cast<unsigned long long>((*io)->counters().send_failed));
    return {};
}

Result<void> run(const Options& options)
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        static_cast<void>(setrlimit(RLIMIT_NOFILE, &limit));
    }
    if (auto prepared = prepare_thread(options.cpu); !prepared) {
        return prepared;
    }
    const auto io = choose_io(options.io, options.legs);
    if (!io) {
        return tl::unexpected(io.error());
    }
    return *io == IoKind::Uring ? serve<UringIo>(options, UringIo::create(options.legs))
                                : serve<MmsgIo>(options, MmsgIo::create(options.legs));
}

}  // namespace

int main(int argc, char** argv)
{
    Options options;
    CLI::App app{"floor — forwards, receives or sends RTP with the node's packet I/O and nothing above it"};
    const std::map<std::string, FloorMode> modes{{"forward", FloorMode::Forward},
                                                 {"receive", FloorMode::Receive},
                                                 {"send", FloorMode::Send},
                                                 {"duplex", FloorMode::Duplex}};
    const std::map<std::string, IoKind> kinds{{"auto", IoKind::Auto}, {"uring", IoKind::Uring}, {"mmsg", IoKind::Mmsg}};
    app.add_option("--legs", options.legs, "legs; in forward mode each two are a pair");
    app.add_option("--ip", options.ip, "address to bind");
    app.add_option("--port", options.port, "first port; two for each leg");
    app.add_option("--mode", options.mode, "forward, receive, send or duplex")
        ->transform(CLI::CheckedTransformer(modes));
    app.add_option("--io", options.io, "uring, mmsg or auto")->transform(CLI::CheckedTransformer(kinds));
    app.add_option("--cpu", options.cpu, "core to run on");
    CLI11_PARSE(app, argc, argv);
    static_cast<void>(std::signal(SIGTERM, on_signal));
    static_cast<void>(std::signal(SIGINT, on_signal));
    if (const auto ran = run(options); !ran) {
        std::fprintf(stderr, "floor: %s\n", ran.error().message.c_str());
        return 1;
    }
    return 0;
}
