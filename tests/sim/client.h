// client.h — a scripted phone: sends its own tone and keys, and listens for the tones of the others.
#pragma once

#include "codecs/decoder.h"
#include "codecs/encoder.h"
#include "dataplane/base/address.h"
#include "dataplane/base/rng.h"
#include "dataplane/base/time.h"
#include "sim/network.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace rb::sim {

/// How a phone has been set up.
struct ClientOptions {
    codecs::CodecId codec = codecs::CodecId::Pcmu;
    std::uint8_t payload_type = 0;
    std::uint32_t ptime_ms = 20;
    unsigned number = 0;  ///< chooses its tone
    Address own;
    Address server;
    bool keys = true;
};

class SimClient {
public:
    /// Amplitude of each tone; eight of them stay below the limiter.
    static constexpr double kAmplitude = 2500;
    static constexpr std::uint8_t kKeyPayloadType = 101;

    SimClient(const ClientOptions& options, std::uint64_t seed, Nanos start);

    /// Its tone: ten times a prime, so that 100 ms hold whole periods of each.
    [[nodiscard]] static double tone_hz(unsigned number);

    /// Sends what is due.
    void run(Nanos now, SimNetwork& network);
    void receive(std::span<const std::uint8_t> bytes);

    /// Presses the next key of 0123456789*#ABCD for 100 ms; nothing while one is held.
    void press_next(Nanos now);
    void change_ssrc();
    void jump_sequence(std::uint16_t by) { sequence_ = static_cast<std::uint16_t>(sequence_ + by); }
    void jump_timestamp(std::uint32_t by) { timestamp_offset_ += by; }
    void move_to(const Address& address) { options_.own = address; }
    void be_quiet(bool quiet) { quiet_ = quiet; }

    void forget_what_was_heard() { heard_.clear(); }
    /// The median over windows of 100 ms of a tone's level, in dBov.
    [[nodiscard]] double level_of(unsigned number) const;
    /// A tone's level over all that was heard: the longer the span, the less of a codec's noise is in it.
    [[nodiscard]] double trace_of(unsigned number) const;
    [[nodiscard]] std::size_t windows_heard() const;
    [[nodiscard]] const std::string& pressed() const { return pressed_; }
    [[nodiscard]] const ClientOptions& options() const { return options_; }

private:
    void send_audio(SimNetwork& network, Nanos now);
    void send_key(SimNetwork& network, Nanos now);
    void send(std::uint8_t payload_type, bool marker, std::uint32_t timestamp, std::span<const std::uint8_t> payload,
              SimNetwork& network, Nanos now);
    [[nodiscard]] std::size_t window_samples() const;
    [[nodiscard]] std::uint32_t timestamp_now(Nanos now) const;

    ClientOptions options_;
    Rng rng_;
    Nanos start_;
    std::vector<codecs::Sample> tone_;  // a second of it
    std::size_t tone_at_ = 0;
    codecs::Encoder encoder_;
    codecs::Decoder decoder_;
    std::uint32_t ssrc_;
    std::uint16_t sequence_;
    std::uint32_t timestamp_offset_;
    Nanos audio_due_;
    bool quiet_ = false;
    std::string pressed_;
    bool key_held_ = false;
    Nanos key_since_ = 0ns;
    Nanos key_due_ = 0ns;
    std::uint32_t key_timestamp_ = 0;
    std::vector<codecs::Sample> heard_;
};

}  // namespace rb::sim
