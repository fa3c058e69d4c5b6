// node.h — the running server: the engine between the sip thread, the workers, the files and the operator.
#pragma once

#include "control/cli/control_socket.h"
#include "control/dtls/contexts.h"
#include "control/engine/call_engine.h"
#include "control/files/file_thread.h"
#include "control/files/recording_writer.h"
#include "control/files/sound_library.h"
#include "control/http/http_server.h"
#include "control/log/log.h"
#include "control/node/capacity.h"
#include "control/node/dtls_desk.h"
#include "control/node/health.h"
#include "control/node/load_watch.h"
#include "control/node/operator_views.h"
#include "control/node/publisher.h"
#include "control/node/service_manager.h"
#include "control/node/stun_client.h"
#include "control/node/watchdog.h"
#include "control/stats/asterisk_figures.h"
#include "control/stats/node_stats.h"
#include "control/stats/statsd.h"
#include "dataplane/base/clock.h"
#include "dataplane/worker/worker_pool.h"
#include "signaling/sip_thread.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rb::node {

/// Owner: the main thread, which is the control thread.
class Node final : private engine::Environment {
public:
    /// Starts workers and the sip thread. The Error says what, where and what to do.
    [[nodiscard]] static Result<std::unique_ptr<Node>> start(engine::Configuration configuration);
    ~Node() override;

    /// Runs until a signal ends it: SIGTERM and SIGINT drain (a second one ends at once), SIGHUP reloads.
    ///
    /// reload   reads the configuration anew
    void run(Reload reload);

    [[nodiscard]] engine::CallEngine& engine() { return *engine_; }
    [[nodiscard]] logging::Log& log_book() { return log_; }
    /// What the configured limits come to on this host.
    [[nodiscard]] const std::string& capacity() const { return capacity_line_; }
    [[nodiscard]] IoKind io() const { return workers_->io(); }
    [[nodiscard]] std::size_t worker_count() const { return workers_->size(); }
    [[nodiscard]] const std::vector<sip::OpenTransport>& transports() const { return sip_->transports(); }
    /// Where HTTP is answered; none where http.conf does not enable it.
    [[nodiscard]] std::optional<Address> http() const { return http_ ? std::optional{http_->at()} : std::nullopt; }

private:
    explicit Node(const engine::Configuration& configuration);

    // engine::Environment
    void post(sip::SipAction action) override { sip_->post(std::move(action)); }
    [[nodiscard]] events::Bus& events() override { return events_; }
    [[nodiscard]] Result<Route> local_address(const std::string& uri, const std::string& transport) const override;
    [[nodiscard]] Address public_address() const override { return stun_.known(); }
    [[nodiscard]] Result<engine::SocketPair> open_sockets(const engine::SocketRequest& request) override;
    void connect_sockets(const engine::SocketPair& sockets, const std::array<Address, kSocketsPerLeg>& peers) override;
    void close_sockets(const engine::SocketPair& sockets) override;
    [[nodiscard]] bool drain_sockets(const engine::SocketPair& sockets) override;
    [[nodiscard]] Result<std::shared_ptr<const dtls::Context>> dtls_context(const config::Endpoint& of) override
    {
        return contexts_->of(of);
    }
    void begin_handshake(engine::HandshakeRequest request) override { dtls_.begin(std::move(request)); }
    [[nodiscard]] bool handshake_received(std::uint64_t id, const Address& source,
                                          std::span<const std::uint8_t> datagram) override
    {
        return dtls_.receive(id, source, datagram);
    }
    void end_handshake(std::uint64_t id) override { dtls_.end(id); }
    void make_secret(std::span<std::uint8_t> secret) override;
    void load_sound(engine::SoundRequest request) override { sounds_.load(request, SteadyClock::now()); }
    bool open_recording(const engine::RecordingRequest& request) override { return recordings_.open(request); }
    void write_recording(std::uint64_t id, std::vector<codecs::Sample> samples) override
    {
        recordings_.write(id, std::move(samples));
    }
    void pad_recording(std::uint64_t id, std::uint32_t ms) override { recordings_.pad(id, ms); }
    bool write_document(std::uint64_t id, const std::string& path, std::string text) override
    {
        return recordings_.write_document(id, path, std::move(text));
    }
    void close_recording(std::uint64_t id, std::uint32_t drop_ms) override { recordings_.close(id, drop_ms); }
    void channel_ended(Nanos lasted) override { statsd_->timing("channels.calltime", lasted); }
    void remove_recording(const std::string& path) override { recordings_.remove(path); }
    void log(int level, std::string line) override { write_log(level, line, {}); }
    void log_call(int level, const std::string& call, std::string line) override
    {
        write_log(level, line, {.module = "call", .call = call});
    }
    void write_log(int level, const std::string& line, const logging::Origin& origin);

    [[nodiscard]] Result<void> open_stats(const config::Snapshot& snapshot, std::size_t workers, std::size_t legs);
    void tell_capacity(const config::Snapshot& snapshot, const Demand& demand, const Capacity& capacity);
    void use_places(const config::Snapshot& snapshot);
    void take_events();
    [[nodiscard]] Result<void> open_operator(const config::Snapshot& snapshot);
    [[nodiscard]] Result<void> open_http(const config::Snapshot& snapshot);
    [[nodiscard]] Condition condition() const;
    void on_signal(int signal);
    bool reload();
    void use_statsd(const config::Snapshot& snapshot);
    void drain(bool on);
    void stop();
    void wait(int signals) const;
    void flush_statsd();
    void watch_threads(Nanos now);
    [[nodiscard]] int wait_ms() const;

    logging::Log log_;
    std::optional<stats::NodeStats> stats_;  // outlives the threads that write into it
    std::optional<Publisher> publisher_;
    std::string capacity_line_;
    std::optional<LoadWatch> load_watch_;
    unsigned load_told_ = 0;  // to the sip thread, in percent
    std::unique_ptr<WorkerPool> workers_;
    std::unique_ptr<sip::SipThread> sip_;
    files::FileThread files_;
    files::SoundLibrary sounds_;
    files::RecordingWriter recordings_;
    std::optional<dtls::Contexts> contexts_;
    files::FileThread handshakes_{"dtls"};
    DtlsDesk dtls_;
    StunClient stun_;
    events::Bus events_;
    std::unique_ptr<engine::CallEngine> engine_;
    std::unique_ptr<cli::ControlSocket> operator_;
    std::unique_ptr<http::HttpServer> http_;  // none where it is not enabled
    std::unique_ptr<stats::Statsd> statsd_;
    stats::AsteriskFigures asterisk_figures_;
    ServiceManager manager_;
    std::optional<Watchdog> watchdog_;
    Nanos watch_due_ = 0ns;
    Reload reload_;
    bool stopping_ = false;       ///< ends when the last call has
    Nanos drain_until_ = kNever;  ///< when a signal began to end it
    bool stop_now_ = false;
    bool reload_refused_ = false;  ///< the last one
    bool without_uring_ = false;   ///< though nobody asked for recvmmsg
};

}  // namespace rb::node
