#include "control/node/node.h"

#include "control/applications/registry.h"
#include "control/node/media_sockets.h"
#include "control/node/operator.h"
#include "control/node/sip_settings.h"
#include "dataplane/base/clock.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <thread>
#include <unistd.h>

namespace rb::node {
namespace {

/// How often the workers' events are collected while calls are up: they wake nobody.
constexpr int kBusyWait_ms = 5;
constexpr int kIdleWait_ms = 200;
/// How long a drain waits for calls to end by themselves.
constexpr Nanos kDrainMax = 30s;

std::uint64_t random_seed()
{
    std::uint64_t seed = 0;
    return getrandom(&seed, sizeof seed, 0) == sizeof seed ? seed
                                                           : static_cast<std::uint64_t>(WallClock::now().count());
}

std::vector<int> worker_cpus(const config::Workers& workers)
{
    std::vector<int> cpus{workers.cpus.begin(), workers.cpus.end()};
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    const std::size_t count = workers.count != 0 ? workers.count : cpus.empty() ? std::max(1U, cores - 1) : cpus.size();
    // The first core is left to signalling and control where there is another.
    for (std::size_t i = cpus.size(); i < count; ++i) {
        cpus.push_back(cores > 1 ? static_cast<int>(1 + i % (cores - 1)) : -1);
    }
    cpus.resize(count);
    return cpus;
}

IoKind to_io(config::PacketIoKind kind)
{
    switch (kind) {
        case config::PacketIoKind::Auto:
            return IoKind::Auto;
        case config::PacketIoKind::Uring:
            return IoKind::Uring;
        case config::PacketIoKind::Mmsg:
            return IoKind::Mmsg;
    }
    return IoKind::Auto;
}

/// The host of a SIP URI when it is a literal address, with its port.
std::optional<Address> literal_host(const std::string& uri)
{
    std::string rest = uri.substr(uri.find(':') + 1);
    rest = rest.substr(0, rest.find_first_of(";?>"));
    const auto at = rest.rfind('@');
    const auto address = parse_address(at == std::string::npos ? rest : rest.substr(at + 1));
    return address ? std::optional{*address} : std::nullopt;
}

std::string read_line(const std::string& path)
{
    std::string line;
    std::getline(std::ifstream{path}, line);
    return line;
}

int open_signals()
{
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
        sigaddset(&set, signal);
    }
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

}  // namespace

Node::Node(const engine::Configuration& configuration)
    : log_{configuration.snapshot->logger},
      sounds_{files_, [this](engine::SoundLoaded loaded) { engine_->on(std::move(loaded), SteadyClock::now()); }},
      recordings_{files_, [this](const std::string& line) { log(0, line); }}
{
}

Result<std::unique_ptr<Node>> Node::start(engine::Configuration configuration)
{
    // Every thread inherits the mask; signals are read by run() alone.
    sigset_t set;
    sigfillset(&set);
    for (const int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL}) {
        sigdelset(&set, signal);
    }
    pthread_sigmask(SIG_SETMASK, &set, nullptr);

    const config::Snapshot& snapshot = *configuration.snapshot;
    std::unique_ptr<Node> node{new Node{configuration}};
    const std::vector<int> cpus = worker_cpus(snapshot.node.workers);
    const Demand demand = demand_of(snapshot, cpus.size());
    const Capacity capacity = capacity_for(demand, raise_descriptor_limit(capacity_for(demand, 0).descriptors_wanted));
    if (const auto opened = node->open_stats(snapshot, cpus.size(), capacity.legs_per_worker); !opened) {
        return tl::unexpected(opened.error());
    }
    std::vector<Counters> counters;
    std::vector<LegRows> rows;
    for (std::size_t i = 0; i < cpus.size(); ++i) {
        counters.push_back(node->stats_->worker(i));
        rows.push_back(node->stats_->legs(i));
    }
    auto pool =
        WorkerPool::start({.cpus = cpus,
                           .io = to_io(snapshot.node.workers.io),
                           .limits = {.legs = capacity.legs_per_worker, .bridges = capacity.bridges_per_worker}},
                          counters, rows);
    if (!pool) {
        return tl::unexpected(pool.error());
    }
    node->workers_ = std::move(*pool);
    if (node->workers_->io() == IoKind::Mmsg && snapshot.node.workers.io == config::PacketIoKind::Auto) {
        node->log(1, "io_uring cannot be had, so workers use recvmmsg; io = uring in ringbridge.conf tells why");
    }
    node->tell_capacity(snapshot, demand, capacity);
    auto sip = sip::SipThread::start(make_sip_settings(configuration), node->stats_->sip());
    if (!sip) {
        return tl::unexpected(sip.error());
    }
    node->sip_ = std::move(*sip);
    std::vector<CommandQueue*> queues;
    for (std::size_t i = 0; i < node->workers_->size(); ++i) {
        queues.push_back(&node->workers_->commands(i));
    }
    node->use_places(snapshot);
    engine::Environment& environment = *node;
    node->engine_ = std::make_unique<engine::CallEngine>(
        engine::EngineOptions{.seed = random_seed(),
                              .wall_offset = WallClock::now() - SteadyClock::now(),
                              .legs_per_worker = capacity.legs_per_worker,
                              .bridges_per_worker = capacity.bridges_per_worker,
                              .resting_sockets_max = capacity.resting_sockets},
        std::move(configuration), environment, queues, applications::all_applications());
    node->engine_->admission().set_leg_cost(measure_leg_cost());
    node->load_watch_.emplace(*node->stats_, cpus.size());
    node->load_watch_->step(*node->engine_, SteadyClock::now());
    if (const auto opened = node->open_operator(*node->engine_->configuration().snapshot); !opened) {
        return tl::unexpected(opened.error());
    }
    return node;
}

Node::~Node() = default;

Result<void> Node::open_stats(const config::Snapshot& snapshot, std::size_t workers, std::size_t legs)
{
    const config::Limits& limits = snapshot.node.limits;
    auto stats = stats::NodeStats::create(
        snapshot.node.paths.counters,
        {.node = snapshot.asterisk.systemname,
         .program = std::string{"Ringbridge "} + RB_VERSION,
         .started_at = WallClock::now()},
        {.workers = workers, .legs = workers * legs, .calls = limits.calls_max * 2UL, .rooms = limits.rooms_max});
    if (!stats) {
        return tl::unexpected(stats.error());
    }
    stats_.emplace(std::move(*stats));
    publisher_.emplace(*stats_, workers, WallClock::now() - SteadyClock::now());
    return {};
}

/// What the limits come to, and what this host lacks for them.
void Node::tell_capacity(const config::Snapshot& snapshot, const Demand& demand, const Capacity& capacity)
{
    capacity_line_ = describe(demand, capacity, std::filesystem::file_size(stats_->path()));
    if (capacity.descriptors_short) {
        log(1, "descriptors for " + std::to_string(capacity.legs) + " legs only; raise LimitNOFILE to " +
                   std::to_string(capacity.descriptors_needed));
    }
    const std::string sysctl = "/proc/sys/net/ipv4/";
    const std::string problem = port_range_problem(snapshot.rtp, read_line(sysctl + "ip_local_port_range"),
                                                   read_line(sysctl + "ip_local_reserved_ports"));
    if (!problem.empty()) {
        log(1, problem);
    }
}

void Node::use_places(const config::Snapshot& snapshot)
{
    sounds_.use({.sounds = snapshot.node.paths.sounds,
                 .recordings = snapshot.node.paths.recordings,
                 .music = snapshot.music_classes,
                 .tones = snapshot.indications});
    recordings_.use(snapshot.node.paths.recordings);
}

Result<void> Node::open_operator(const config::Snapshot& snapshot)
{
    const config::Paths& paths = snapshot.node.paths;
    std::error_code ignored;  // listen() says what it lacks
    std::filesystem::create_directories(std::filesystem::path{paths.control_socket}.parent_path(), ignored);
    auto socket = cli::ControlSocket::listen(paths.control_socket, [this](const cli::Request& request) {
        return carry_out(request, *engine_, log_,
                         {.reload = [this] { return reload(); }, .drain = [this](bool on) { drain(on); }});
    });
    if (!socket) {
        return tl::unexpected(socket.error());
    }
    operator_ = std::move(*socket);
    auto statsd = stats::Statsd::open(snapshot.statsd, snapshot.asterisk.systemname, paths.counters);
    if (!statsd) {
        return tl::unexpected(statsd.error());
    }
    statsd_ = std::move(*statsd);
    return {};
}

void Node::run(Reload reload)
{
    reload_ = std::move(reload);
    const int signals = open_signals();
    watchdog_.emplace(SteadyClock::now());
    manager_.ready();
    while (!stop_now_) {
        wait(signals);
        signalfd_siginfo info{};
        while (read(signals, &info, sizeof info) == sizeof info) {
            on_signal(static_cast<int>(info.ssi_signo));
        }
        operator_->step();
        take_events();
        flush_statsd();
        const Nanos now = SteadyClock::now();
        watch_threads(now);
        if (now >= drain_until_) {
            engine_->hang_up_all(16);
        }
        stop_now_ = stop_now_ || (stopping_ && engine_->idle()) || (drain_until_ != kNever && now >= drain_until_ + 2s);
    }
    manager_.stopping();
    close(signals);
}

/// Names threads whose loop does not turn, and lets the service manager know that all do.
void Node::watch_threads(Nanos now)
{
    if (now >= watch_due_) {
        constexpr Nanos kInterval = 250ms;
        watch_due_ = now + kInterval;
        for (const auto& change : watchdog_->judge(publisher_->beats(files_.beat()), now)) {
            publisher_->stuck(watchdog_->stuck().size(), change.stuck);
            const std::string seconds = std::to_string(to_ms(change.silent) / 1000);
            log(change.stuck ? 0 : 2,
                "thread " + change.thread +
                    (change.stuck ? " has not turned its loop for " + seconds + " s" : " turns its loop again"));
        }
    }
    manager_.alive(watchdog_->stuck().empty(), now);
}

void Node::wait(int signals) const
{
    std::vector<pollfd> fds{{.fd = sip_->event_fd(), .events = POLLIN, .revents = 0},
                            {.fd = files_.event_fd(), .events = POLLIN, .revents = 0},
                            {.fd = signals, .events = POLLIN, .revents = 0}};
    operator_->poll_for(fds);
    static_cast<void>(poll(fds.data(), fds.size(), wait_ms()));
}

/// Asterisk's names, beside what the exporter finds in the counter file.
void Node::flush_statsd()
{
    const Nanos now = SteadyClock::now();
    if (statsd_->due(now)) {
        stats::ChannelsByEndpoint channels;
        engine_->channels().for_each(
            [&](engine::ChannelRef, const engine::Channel& channel) { ++channels[channel.endpoint.name]; });
        asterisk_figures_.add(*statsd_, *engine_->configuration().snapshot, channels);
        statsd_->flush(now);
    }
}

bool Node::reload()
{
    auto configuration = reload_(log_);
    publisher_->reloaded(configuration.has_value());
    if (!configuration) {
        return false;
    }
    use_places(*configuration->snapshot);
    sip_->post(sip::UseSettings{.settings = make_sip_settings(*configuration)});
    engine_->use(std::move(*configuration));
    log(2, "configuration reloaded; calls under way keep theirs");
    return true;
}

void Node::drain(bool on)
{
    stopping_ = on;
    engine_->drain(on);
    sip_->post(sip::SetDraining{.draining = on, .retry_after_s = 30});
    log(2, on ? "draining: new calls get 503, and the node ends with the last call" : "new calls are taken again");
}

void Node::take_events()
{
    while (auto event = sip_->poll()) {
        engine_->on(*event, SteadyClock::now());
    }
    files_.poll();
    for (std::size_t i = 0; i < workers_->size(); ++i) {
        Event event;
        while (workers_->events(i).pop(event)) {
            engine_->on(i, event, SteadyClock::now());
        }
    }
    load_watch_->step(*engine_, SteadyClock::now());
    engine_->on_time(SteadyClock::now());
    publisher_->publish(*engine_, SteadyClock::now());
    publisher_->publish_outlets(statsd_->counts(), operator_->counts());
}

int Node::wait_ms() const
{
    const bool busy = stopping_ || !engine_->idle();
    const Nanos deadline = engine_->next_deadline();
    const int longest = busy ? kBusyWait_ms : kIdleWait_ms;
    if (deadline == kNever) {
        return longest;
    }
    const auto until = to_ms(deadline - SteadyClock::now()) + 1;
    return static_cast<int>(std::clamp<std::int64_t>(until, 0, longest));
}

void Node::on_signal(int signal)
{
    if (signal == SIGHUP) {
        static_cast<void>(reload());
    } else if (drain_until_ == kNever) {
        manager_.stopping();
        drain(true);
        drain_until_ = SteadyClock::now() + kDrainMax;
        log(2, "calls under way have " + std::to_string(to_ms(kDrainMax) / 1000) +
                   " s; a second signal ends them at once");
    } else {
        engine_->hang_up_all(16);
        stop_now_ = true;
    }
}

Result<engine::Environment::Route> Node::local_address(const std::string& uri, const std::string& transport) const
{
    const auto far = literal_host(uri);
    const bool v4 = !far || far->is_v4();
    for (const sip::OpenTransport& open : sip_->transports()) {
        const bool named = !transport.empty() && open.name == transport;
        if (named || (transport.empty() && open.address.is_v4() == v4)) {
            return Route{.local = open.address, .far = far.value_or(Address{}), .transport = open.name};
        }
    }
    return failure("no transport leads to " + uri + "; bind one of its address family in pjsip.conf");
}

Result<engine::SocketPair> Node::open_sockets(const engine::SocketRequest& request)
{
    return open_media_sockets(request);
}

void Node::connect_sockets(const engine::SocketPair& sockets, const std::array<Address, kSocketsPerLeg>& peers)
{
    connect_media_sockets(sockets, peers);
}

bool Node::drain_sockets(const engine::SocketPair& sockets)
{
    return drain_media_sockets(sockets);
}

void Node::close_sockets(const engine::SocketPair& sockets)
{
    close_media_sockets(sockets);
}

void Node::log(int level, std::string line)
{
    publisher_->note(level, line, SteadyClock::now());
    log_.write(static_cast<logging::Level>(std::clamp(level, 0, 4)), line);
}

}  // namespace rb::node
