#include "control/node/node.h"

#include "control/node/media_sockets.h"
#include "control/node/sip_settings.h"
#include "dataplane/base/assert.h"
#include "dataplane/base/clock.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <poll.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace rb::node {
namespace {

/// How often the workers' events are collected while calls are up: they wake nobody.
constexpr int kBusyWait_ms = 5;
constexpr int kIdleWait_ms = 200;
/// How long a drain waits for calls to end by themselves.
constexpr Nanos kDrainMax = 30s;

/// The host of a SIP URI when it is a literal address, with its port.
std::optional<Address> literal_host(const std::string& uri)
{
    std::string rest = uri.substr(uri.find(':') + 1);
    rest = rest.substr(0, rest.find_first_of(";?>"));
    const auto at = rest.rfind('@');
    const auto address = parse_address(at == std::string::npos ? rest : rest.substr(at + 1));
    return address ? std::optional{*address} : std::nullopt;
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
    : log_{configuration.snapshot->logger, configuration.snapshot->asterisk},
      sounds_{files_, [this](engine::SoundLoaded loaded) { engine_->on(std::move(loaded), SteadyClock::now()); }},
      recordings_{files_, [this](const engine::RecordingFailed& failed) { engine_->on(failed, SteadyClock::now()); }},
      dtls_{handshakes_, [this](const engine::HandshakeNews& news) { engine_->on(news, SteadyClock::now()); }},
      stun_{[this](std::span<std::uint8_t> secret) { make_secret(secret); },
            [this](int level, const std::string& line) { log(level, line); }}
{
}

Node::~Node()
{
    if (workers_) {
        workers_->stop();  // or they would go on with the legs of calls under way, which go with the engine
    }
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
        if (http_) {
            http_->step(SteadyClock::now());
        }
        take_events();
        operator_->send_streams();
        flush_statsd();
        const Nanos now = SteadyClock::now();
        watch_threads(now);
        log_.step(now);
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
        for (const auto& change : watchdog_->judge(publisher_->beats(files_.beat(), handshakes_.beat()), now)) {
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
                            {.fd = handshakes_.event_fd(), .events = POLLIN, .revents = 0},
                            {.fd = signals, .events = POLLIN, .revents = 0}};
    operator_->poll_for(fds);
    if (http_) {
        http_->poll_for(fds);
    }
    stun_.poll_for(fds);
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

Condition Node::condition() const
{
    const config::Snapshot& snapshot = *engine_->configuration().snapshot;
    return {.stuck = watchdog_->stuck(),
            .refusal = engine_->admit(codecs::CodecId::Pcmu),
            .retry_after_s = engine_->retry_after_s(),
            .slow_encoders = engine_->slow_encoders(),
            .without_uring = without_uring_,
            .without_realtime = snapshot.asterisk.highpriority && !workers_->realtime(),
            .without_public_address = stun_.in_vain(),
            .reload_refused = reload_refused_};
}

bool Node::reload()
{
    reload_refused_ = true;
    auto [configuration, problems] = reload_();
    for (const config::Problem& problem : problems) {
        write_log(problem.severity == config::Severity::Error ? 0 : 1, config::to_string(problem),
                  {.module = "config"});
    }
    if (!configuration) {
        publisher_->reloaded(false);
        log(0, "reload refused: nothing has changed");
        return false;
    }
    if (const auto used = contexts_->use(*configuration->snapshot); !used) {
        publisher_->reloaded(false);
        log(0, used.error().message);
        log(0, "reload refused: nothing has changed");
        return false;
    }
    publisher_->reloaded(true);
    reload_refused_ = false;
    log_.use(configuration->snapshot->logger, configuration->snapshot->asterisk);
    use_statsd(*configuration->snapshot);
    stun_.use(stun_server(configuration->snapshot->rtp), SteadyClock::now());
    use_places(*configuration->snapshot);
    sip_->post(sip::UseSettings{.settings = make_sip_settings(*configuration)});
    engine_->use(std::move(*configuration));
    log(2, "configuration reloaded; calls under way keep theirs");
    return true;
}

/// Figures go to another sink from now on, where statsd.conf names one.
void Node::use_statsd(const config::Snapshot& snapshot)
{
    const config::Snapshot& before = *engine_->configuration().snapshot;
    if (snapshot.statsd == before.statsd) {
        return;
    }
    auto statsd = stats::Statsd::open(snapshot.statsd, snapshot.asterisk.systemname, before.node.paths.counters);
    if (statsd) {
        statsd_ = std::move(*statsd);
    } else {
        log(0, statsd.error().message);
    }
}

void Node::drain(bool on)
{
    stopping_ = on;
    engine_->drain(on);
    const bool rooms = engine_->configuration().snapshot->node.limits.drain_rooms;
    sip_->post(sip::SetDraining{.draining = on, .retry_after_s = engine_->retry_after_s(), .asks = rooms});
    log(2, on ? "draining: new calls get 503" + std::string{rooms ? ", but to rooms that have members," : ""} +
                    " and the node ends with the last call"
              : "new calls are taken again");
}

void Node::take_events()
{
    while (auto event = sip_->poll()) {
        engine_->on(*event, SteadyClock::now());
    }
    files_.poll();
    handshakes_.poll();
    for (std::size_t i = 0; i < workers_->size(); ++i) {
        Event event;
        while (workers_->events(i).pop(event)) {
            engine_->on(i, event, SteadyClock::now());
        }
    }
    load_watch_->step(*engine_, SteadyClock::now());
    if (const unsigned load = load_percent(*engine_); load != load_told_) {
        load_told_ = load;
        sip_->post(sip::TellLoad{.percent = load});
    }
    engine_->on_time(SteadyClock::now());
    dtls_.on_time(SteadyClock::now());
    stun_.step(SteadyClock::now());
    publisher_->publish(*engine_, SteadyClock::now());
    publisher_->publish_outlets(statsd_->counts(), operator_->counts(),
                                http_ ? http_->counts() : http::HttpServer::Counts{}, stun_.counts());
    publisher_->publish_events(events_.counts());
}

int Node::wait_ms() const
{
    const bool busy = stopping_ || !engine_->idle();
    const Nanos deadline = std::min({engine_->next_deadline(), dtls_.next_deadline(), stun_.next_deadline()});
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
        stop();
    }
}

void Node::stop()
{
    engine_->hang_up_all(16);
    stop_now_ = true;
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

void Node::make_secret(std::span<std::uint8_t> secret)
{
    // Requests of up to 256 bytes are neither interrupted nor cut short once the kernel has gathered entropy.
    RB_ASSERT(getrandom(secret.data(), secret.size(), 0) == static_cast<ssize_t>(secret.size()));
}

void Node::write_log(int level, const std::string& line, const logging::Origin& origin)
{
    const Nanos now = SteadyClock::now();
    publisher_->note(level, line, now);
    log_.write(static_cast<logging::Level>(std::clamp(level, 0, 4)), line, now, origin);
}

}  // namespace rb::node
