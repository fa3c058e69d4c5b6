// bench_phone.h — one telephone of a bench: what it is told in SIP, what it says and hears in RTP.
#pragma once

#include "codecs/decoder.h"
#include "codecs/encoder.h"
#include "dataplane/base/address.h"
#include "dataplane/base/time.h"
#include "signaling/message.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rb::test {

struct PhoneOptions {
    std::string number = "100";
    std::string name = "Anna";
    double hz = 0;  ///< the tone it says; 0 = silence
    codecs::CodecId codec = codecs::CodecId::Pcmu;
    bool late_offer = false;  ///< its INVITE has no SDP
    std::string endpoint = "anonymous";
};

class BenchPhone {
public:
    /// Amplitude of what it says.
    static constexpr double kAmplitude = 6000;

    BenchPhone(sip::SessionId session, Address own, PhoneOptions options);

    // Signalling, as the bench has seen it.
    [[nodiscard]] sip::SessionId session() const { return session_; }
    [[nodiscard]] const PhoneOptions& options() const { return options_; }
    [[nodiscard]] const Address& own() const { return own_; }
    /// Its side of offer and answer.
    [[nodiscard]] sip::NegotiatedMedia media() const;
    std::vector<int> codes;  ///< responses the node sent it
    bool answered = false;   ///< in either direction
    bool ended = false;      ///< its session is over
    bool hung_up_by_node = false;
    int cause = 0;               ///< that the node gave
    sip::PlaceCall invite;       ///< that the node sent it
    Nanos rings_until = kNever;  ///< when the node gives a callee up

    // Media.
    /// Speaks another codec from now on; CallBench::reoffer tells the node.
    void use(codecs::CodecId codec);
    void say(double hz) { hz_ = hz; }
    /// Sends nothing at all any more, or again.
    void mute(bool on) { mute_ = on; }
    /// Presses keys one after another, each for 100 ms with 60 ms between.
    void press(const std::string& keys) { keys_ += keys; }
    /// What it sends at this time: datagrams.
    [[nodiscard]] std::vector<std::vector<std::uint8_t>> send(Nanos now);
    void receive(std::span<const std::uint8_t> bytes, Nanos now);

    /// Amplitude of a tone in what was heard in the last span of time.
    [[nodiscard]] double heard(double hz, Nanos last) const;
    /// Mean |sample| of it.
    [[nodiscard]] double loudness(Nanos last) const;
    /// The longest time in it in which next to nothing was heard, packets or not.
    [[nodiscard]] Nanos longest_silence(Nanos last) const;
    /// The sharpest bend from sample to sample in it: a click has one, a tone of this amplitude at most bend_of_tone.
    [[nodiscard]] double sharpest_bend(Nanos last) const;
    [[nodiscard]] double bend_of_tone(double hz) const;
    /// Keys that came as telephone-events.
    [[nodiscard]] const std::string& keys_received() const { return keys_received_; }
    /// Longest time without a packet of audio since forget().
    [[nodiscard]] Nanos longest_gap() const { return longest_gap_; }
    void forget();

private:
    struct Heard {
        Nanos at;
        std::vector<codecs::Sample> samples;
    };
    [[nodiscard]] std::vector<std::uint8_t> packet(std::uint8_t payload_type, std::uint32_t timestamp,
                                                   std::span<const std::uint8_t> payload);
    [[nodiscard]] std::vector<std::vector<std::uint8_t>> send_key();
    [[nodiscard]] std::vector<codecs::Sample> last_samples(Nanos last) const;

    sip::SessionId session_;
    Address own_;
    PhoneOptions options_;
    double hz_;
    bool mute_ = false;
    codecs::Encoder encoder_;
    codecs::Decoder decoder_;
    std::uint16_t sequence_ = 1000;
    std::uint32_t frames_ = 0;  // 20 ms each since the start
    Nanos due_ = 0ns;
    std::string keys_;
    unsigned key_step_ = 0;  // 20 ms each since the key went down
    std::deque<Heard> heard_;
    std::string keys_received_;
    std::optional<std::uint32_t> key_timestamp_;
    Nanos now_ = 0ns;
    Nanos last_at_ = 0ns;
    Nanos longest_gap_ = 0ns;
};

}  // namespace rb::test
