// client.h — a scripted phone: sends its own tone and keys, and listens for the tones of the others.
#pragma once

#include "codecs/decoder.h"
#include "codecs/encoder.h"
#include "dataplane/base/address.h"
#include "dataplane/base/rng.h"
#include "dataplane/base/srtp_suite.h"
#include "dataplane/base/time.h"
#include "dataplane/media/protection.h"
#include "sim/network.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rb::sim {

/// How a phone has been set up.
struct ClientOptions {
    codecs::CodecId codec = codecs::CodecId::Pcmu;
    std::uint8_t payload_type = 0;
    std::uint32_t ptime_ms = 20;
    double hz = 0;  ///< of the tone it says; 0 = silence
    double amplitude = 2500;
    bool pure = false;  ///< the tone without its little noise
    Address own;
    Address server;
    bool keys = true;
    double drift_ppm = 0;  ///< its clock is so much too fast
    bool dtx = false;      ///< sends nothing now and then, as if nobody spoke
};

class SimClient {
public:
    /// Amplitude of each tone; eight of them stay below the limiter.
    static constexpr double kAmplitude = ClientOptions{}.amplitude;
    static constexpr std::uint8_t kKeyPayloadType = 101;
    /// Comfort noise (RFC 3389), with which every other pause of a phone with DTX begins; far below any tone.
    static constexpr std::uint8_t kNoisePayloadType = 13;
    static constexpr std::uint8_t kNoiseLevel = 75;  ///< −dBov

    SimClient(const ClientOptions& options, std::uint64_t seed, Nanos start);

    /// The tone of a phone's number: ten times a prime, so that 100 ms hold whole periods of each.
    [[nodiscard]] static double tone_hz(unsigned number);

    /// Its clock and its speech start now.
    void begin(Nanos now);
    /// Sends what is due.
    void run(Nanos now, SimNetwork& network);
    void receive(std::span<const std::uint8_t> bytes, Nanos now);

    /// Presses keys one after another, all that wait for this long with 60 ms between; none on a phone without keys.
    void press(const std::string& keys, Nanos held = 100ms);
    /// Presses the next key of 0123456789*#ABCD; nothing while one is held.
    void press_next();
    [[nodiscard]] bool pressing() const { return key_held_ || !keys_waiting_.empty(); }
    void change_ssrc();
    void jump_sequence(std::uint16_t by);
    /// Understands SRTP under this key from now on, and under the one before for a while.
    void hear_with(const SrtpKey& key);
    /// Sends SRTP under this key from that time on.
    void speak_with(const SrtpKey& key, Nanos from);
    void jump_timestamp(std::uint32_t by) { timestamp_offset_ += by; }
    void move_to(const Address& address) { options_.own = address; }
    void call(const Address& server) { options_.server = server; }
    /// Sends nothing at all any more, or again.
    void be_quiet(bool quiet) { quiet_ = quiet; }
    void pause_speech(bool dtx);
    /// From its next packet on says nothing but how its noise sounds (RFC 3389), again every 200 ms: the level in
    /// −dBov. With nothing it speaks again.
    void describe_noise(std::optional<std::uint8_t> level);
    void say(double hz);
    /// Speaks another codec from now on.
    void use(codecs::CodecId codec, std::uint8_t payload_type);

    void forget_what_was_heard();
    /// The median over windows of 100 ms of a tone's level, in dBov.
    [[nodiscard]] double level_of(double hz) const;
    /// A tone's level over all that was heard: the longer the span, the less of a codec's noise is in it.
    [[nodiscard]] double trace_of(double hz) const;
    [[nodiscard]] std::size_t windows_heard() const;
    /// What came at or after this time.
    [[nodiscard]] std::span<const codecs::Sample> heard_since(Nanos time) const;
    /// Longest time between two packets of audio.
    [[nodiscard]] Nanos longest_gap() const { return longest_gap_; }
    /// Payloads of a codec that is only passed on, each another: those sent, and those that came.
    using Payloads = std::vector<std::vector<std::uint8_t>>;
    [[nodiscard]] const Payloads& passed_sent() const { return passed_sent_; }
    [[nodiscard]] const Payloads& passed_heard() const { return passed_heard_; }
    /// Keys pressed here, and those that came as telephone-events.
    [[nodiscard]] const std::string& pressed() const { return pressed_; }
    [[nodiscard]] const std::string& keys_received() const { return keys_received_; }
    [[nodiscard]] const ClientOptions& options() const { return options_; }
    [[nodiscard]] std::uint32_t rate() const { return encoder_.info().sample_rate; }

private:
    [[nodiscard]] Nanos own_time(Nanos now) const;
    void send_audio(SimNetwork& network, Nanos now);
    void send_key(SimNetwork& network, Nanos now);
    void send(std::uint8_t payload_type, bool marker, std::uint32_t timestamp, std::span<const std::uint8_t> payload,
              SimNetwork& network);
    void receive_key(std::span<const std::uint8_t> payload, std::uint32_t timestamp);
    [[nodiscard]] bool speech_pauses(Nanos now);
    void use_send_key();
    [[nodiscard]] std::size_t window_samples() const;
    [[nodiscard]] std::uint32_t timestamp_now(Nanos now) const;

    ClientOptions options_;
    Rng rng_;
    Nanos start_;
    Nanos now_;                         // of the network
    std::vector<codecs::Sample> tone_;  // a second of it
    std::size_t tone_at_ = 0;
    codecs::Encoder encoder_;
    codecs::Decoder decoder_;
    media::Protection protection_;
    std::optional<SrtpKey> send_key_;
    Nanos send_key_from_ = kNever;  // when it is taken up
    std::uint32_t ssrc_;
    std::uint16_t sequence_;
    std::uint32_t timestamp_offset_;
    Nanos audio_due_;
    bool quiet_ = false;
    bool pausing_ = false;  // of speech, with dtx
    std::optional<std::uint8_t> noise_level_;
    unsigned noise_frames_ = 0;  // since it began
    bool resumes_ = false;       // the next packet of audio is the first after a pause
    Nanos pause_changes_ = 0ns;
    std::string pressed_;
    std::string keys_waiting_;
    Nanos key_length_ = 100ms;
    bool key_held_ = false;
    Nanos key_since_ = 0ns;
    Nanos key_due_ = 0ns;
    std::uint32_t key_timestamp_ = 0;
    std::vector<codecs::Sample> heard_;
    std::vector<std::pair<Nanos, std::size_t>> arrivals_;  // when, and where in heard_
    Nanos longest_gap_ = 0ns;
    Payloads passed_sent_;
    Payloads passed_heard_;
    std::string keys_received_;
    std::optional<std::uint32_t> key_received_at_;  // its timestamp
};

}  // namespace rb::sim
