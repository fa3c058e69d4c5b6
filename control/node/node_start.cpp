// node_start.cpp — everything a node opens before its first call, in the order in which one needs the other.
#include "control/applications/registry.h"
#include "control/node/event_watch.h"
#include "control/node/measure_translation.h"
#include "control/node/node.h"
#include "control/node/operator.h"
#include "control/node/privileges.h"
#include "control/node/sip_settings.h"
#include "dataplane/base/clock.h"
#include "dataplane/media/srtp_ciphers.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/random.h>
#include <sys/stat.h>
#include <thread>

namespace rb::node {
namespace {

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

std::string read_line(const std::string& path)
{
    std::string line;
    std::getline(std::ifstream{path}, line);
    return line;
}

}  // namespace

Result<std::unique_ptr<Node>> Node::start(engine::Configuration configuration)
{
    // Every thread inherits the mask; signals are read by run() alone.
    sigset_t set;
    sigfillset(&set);
    for (const int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL}) {
        sigdelset(&set, signal);
    }
    pthread_sigmask(SIG_SETMASK, &set, nullptr);

    if (const auto installed = media::install_srtp_ciphers(); !installed) {
        return tl::unexpected(installed.error());
    }
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
    auto pool = WorkerPool::start({.cpus = cpus,
                                   .io = to_io(snapshot.node.workers.io),
                                   .limits = {.legs = capacity.legs_per_worker, .bridges = capacity.bridges_per_worker},
                                   .realtime = snapshot.asterisk.highpriority},
                                  counters, rows);
    if (!pool) {
        return tl::unexpected(pool.error());
    }
    node->workers_ = std::move(*pool);
    node->without_uring_ =
        node->workers_->io() == IoKind::Mmsg && snapshot.node.workers.io == config::PacketIoKind::Auto;
    if (node->without_uring_) {
        node->log(1, "io_uring cannot be had, so workers use recvmmsg; io = uring in ringbridge.conf tells why");
    }
    if (snapshot.asterisk.highpriority && !node->workers_->realtime()) {
        node->log(1,
                  "workers run with ordinary priority and may be late when the machine is busy: real-time priority "
                  "needs CAP_SYS_NICE or LimitRTPRIO=10; highpriority = no in asterisk.conf silences this");
    }
    node->tell_capacity(snapshot, demand, capacity);
    auto contexts = dtls::Contexts::create();
    if (!contexts) {
        return tl::unexpected(contexts.error());
    }
    node->contexts_.emplace(std::move(*contexts));
    if (const auto used = node->contexts_->use(snapshot); !used) {
        return tl::unexpected(used.error());
    }
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
    node->engine_->admission().set_translation(measure_translation(node->engine_->configuration().snapshot->opus));
    node->load_watch_.emplace(*node->stats_, cpus.size());
    node->load_watch_->step(*node->engine_, SteadyClock::now());
    node->stun_.use(stun_server(node->engine_->configuration().snapshot->rtp), SteadyClock::now());
    const config::Asterisk& asterisk = node->engine_->configuration().snapshot->asterisk;
    if (const auto opened = node->open_operator(*node->engine_->configuration().snapshot); !opened) {
        return tl::unexpected(opened.error());
    }
    if (const auto opened = node->open_http(*node->engine_->configuration().snapshot); !opened) {
        return tl::unexpected(opened.error());
    }
    if (const auto became = become(asterisk.runuser, asterisk.rungroup); !became) {
        return tl::unexpected(became.error());
    }
    return node;
}

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
                 .language = snapshot.asterisk.defaultlanguage,
                 .music = snapshot.music_classes,
                 .tones = snapshot.indications,
                 .cache_bytes = std::size_t{snapshot.node.limits.sound_cache_mib} * 1024 * 1024,
                 .seed = random_seed()});
    recordings_.use(snapshot.node.paths.recordings);
}

Result<void> Node::open_operator(const config::Snapshot& snapshot)
{
    const config::Paths& paths = snapshot.node.paths;
    std::error_code ignored;  // listen() says what it lacks
    std::filesystem::create_directories(std::filesystem::path{paths.control_socket}.parent_path(), ignored);
    auto socket = cli::ControlSocket::listen(paths.control_socket, [this](const cli::Request& request) -> cli::Answer {
        if (request.verb == "watch") {
            return watch_events(request.arguments, events_, engine_->configuration().snapshot->asterisk.systemname);
        }
        return carry_out(request, *engine_, log_,
                         {.reload = [this] { return reload(); },
                          .drain = [this](bool on) { drain(on); },
                          .stop = [this] { stop(); },
                          .load = reload_,
                          .capacity = capacity_line_});
    });
    if (!socket) {
        return tl::unexpected(socket.error());
    }
    operator_ = std::move(*socket);
    const auto mode = std::strtoul(snapshot.asterisk.astctlpermissions.c_str(), nullptr, 8);
    if (chmod(paths.control_socket.c_str(), static_cast<mode_t>(mode)) != 0) {
        return failure("cannot give " + paths.control_socket + " the mode " + snapshot.asterisk.astctlpermissions +
                       "; correct astctlpermissions in asterisk.conf");
    }
    auto statsd = stats::Statsd::open(snapshot.statsd, snapshot.asterisk.systemname, paths.counters);
    if (!statsd) {
        return tl::unexpected(statsd.error());
    }
    statsd_ = std::move(*statsd);
    return {};
}

Result<void> Node::open_http(const config::Snapshot& snapshot)
{
    const config::Http& http = snapshot.http;
    if (!http.enabled) {
        return {};
    }
    auto server = http::HttpServer::listen(http.bindaddr,
                                           {.sessions = http.sessionlimit,
                                            .inactivity = std::chrono::milliseconds{http.session_inactivity},
                                            .keep_alive = std::chrono::milliseconds{http.session_keep_alive}},
                                           [this, prefix = http.prefix](const http::Request& request) {
                                               return answer_health(request, prefix, condition());
                                           });
    if (!server) {
        return tl::unexpected(server.error());
    }
    http_ = std::move(*server);
    return {};
}

}  // namespace rb::node
