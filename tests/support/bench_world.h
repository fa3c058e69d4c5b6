// bench_world.h — the world of a call engine under test: SIP as a list, sockets as numbers, files in memory.
#pragma once

#include "control/engine/environment.h"
#include "dataplane/base/rng.h"
#include "sim/kernel.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace rb::test {

/// A sound that can be had: a tone by which it is known when it is heard.
struct BenchSound {
    std::uint16_t hz = 0;  ///< 0 = silence
    std::uint32_t duration_ms = 400;
    Nanos takes = 0ms;  ///< to be read, at least
};

/// What was written to one recording.
struct BenchRecording {
    std::string path;
    std::uint32_t rate = 8000;
    std::vector<codecs::Sample> samples;  ///< without what was dropped at the end
    bool open = true;
    bool append = false;
    bool removed = false;
};

/// What goes wrong in the world around an engine, beside its network.
struct WorldFaults {
    Nanos disk_lag = 1ms;    ///< sounds come so late at the most …
    double cached = 0;       ///< … or this share of them before load_sound returns
    double disk_errors = 0;  ///< of blocks written
    double ports_taken = 0;  ///< by another program
};

/// Owner: the test.
class BenchWorld final : public engine::Environment {
public:
    explicit BenchWorld(sim::Kernel& kernel) : kernel_{kernel} {}

    void post(sip::SipAction action) override { actions.push_back(std::move(action)); }
    [[nodiscard]] events::Bus& events() override { return bus; }
    [[nodiscard]] Result<Route> local_address(const std::string& uri, const std::string& transport) const override;
    [[nodiscard]] bool drain_sockets(const engine::SocketPair& sockets) override;
    void channel_ended(Nanos lasted) override;
    [[nodiscard]] Result<engine::SocketPair> open_sockets(const engine::SocketRequest& request) override;
    void connect_sockets(const engine::SocketPair& sockets, const std::array<Address, kSocketsPerLeg>& peers) override;
    void close_sockets(const engine::SocketPair& sockets) override;
    void make_secret(std::span<std::uint8_t> secret) override;
    [[nodiscard]] Result<std::shared_ptr<const dtls::Context>> dtls_context(const config::Endpoint& of) override;
    void begin_handshake(engine::HandshakeRequest request) override;
    [[nodiscard]] bool handshake_received(std::uint64_t id, const Address& source,
                                          std::span<const std::uint8_t> datagram) override;
    void end_handshake(std::uint64_t id) override;
    void load_sound(engine::SoundRequest request) override;
    bool open_recording(const engine::RecordingRequest& request) override;
    void write_recording(std::uint64_t id, std::vector<codecs::Sample> samples) override;
    void pad_recording(std::uint64_t id, std::uint32_t ms) override;
    bool write_document(std::uint64_t id, const std::string& path, std::string text) override;
    void close_recording(std::uint64_t id, std::uint32_t drop_ms) override;
    void remove_recording(const std::string& path) override;
    void log(int level, std::string line) override;

    /// Makes each of these a sound of 200 ms of silence.
    void provide(const std::vector<std::string>& names);
    void suffer(const WorldFaults& faults, std::uint64_t seed);
    /// Told of sounds that are there at once.
    std::function<void(engine::SoundLoaded)> on_sound;
    /// Sounds that have been read by now: a millisecond after they were asked for, as from a disk.
    [[nodiscard]] std::vector<engine::SoundLoaded> take_sounds(Nanos now);
    /// What has come of handshakes since the last call.
    [[nodiscard]] std::vector<engine::HandshakeNews> take_news(Nanos now);
    [[nodiscard]] std::size_t handshakes() const { return handshakes_.size(); }
    /// Recordings that have failed since the last call.
    [[nodiscard]] std::vector<engine::RecordingFailed> take_failures() { return std::exchange(failures_, {}); }
    /// The recording of this path, or nullptr.
    [[nodiscard]] const BenchRecording* recording(const std::string& path) const;
    /// Whether any line of the log has this text.
    [[nodiscard]] bool logged(const std::string& text) const;
    /// Whether a warning or an error with this text was logged.
    [[nodiscard]] bool complained(const std::string& text) const;

    std::deque<sip::SipAction> actions;
    events::Bus bus;
    std::map<std::string, BenchSound> sounds;
    std::vector<std::string> asked;  ///< every list of sounds, joined by &
    std::map<std::uint64_t, BenchRecording> recordings;
    std::map<std::string, std::string> documents;  ///< by path
    std::vector<std::string> lines;
    std::set<int> sockets;  ///< open now
    std::uint64_t channels_ended = 0;

private:
    struct Reading {
        Nanos since;
        Nanos takes;
        engine::SoundRequest request;
    };
    [[nodiscard]] engine::SoundLoaded read(const engine::SoundRequest& request) const;

    sim::Kernel& kernel_;
    int next_socket_ = 100;
    WorldFaults faults_;
    Rng rng_{1};
    Rng secrets_{2};
    Nanos now_ = 0ns;
    std::vector<Reading> reading_;
    std::vector<engine::RecordingFailed> failures_;
    std::vector<std::string> complaints_;
    std::shared_ptr<const dtls::Context> dtls_;
    std::map<std::uint64_t, dtls::Handshake> handshakes_;
    std::vector<engine::HandshakeNews> news_;
};

}  // namespace rb::test
