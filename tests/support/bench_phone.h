// bench_phone.h — one telephone of a bench: what it is told in SIP, what it says and hears in RTP.
#pragma once

#include "control/dtls/handshake.h"
#include "dataplane/base/address.h"
#include "dataplane/base/time.h"
#include "signaling/message.h"
#include "sim/client.h"

#include <cstdint>
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
    double amplitude = 6000;
    bool pure = false;  ///< the tone without its little noise
    unsigned ptime_ms = 20;
    double drift_ppm = 0;
    bool dtx = false;
    std::optional<Address> at = {};            ///< where it is; else the bench chooses
    std::optional<Address> signalled = {};     ///< what its SDP says, where a NAT stands between
    bool goes_on = false;                      ///< speaks on after the end of the call
    std::optional<SrtpSuite> srtp = {};        ///< speaks this and nothing else
    bool ice = false;                          ///< checks the node's address, and says nothing of its own in SDP
    std::optional<sip::DtlsSetup> dtls = {};   ///< Active or Passive: comes by its keys like this
    bool wrong_certificate = false;            ///< shows another than its SDP names
    sip::Headers headers = {};                 ///< of its INVITE
    std::optional<sip::T38> fax = {};          ///< takes faxes, and says this of itself
    bool comfort_noise = false;                ///< its SDP says that it understands RFC 3389
    std::vector<codecs::CodecId> codecs = {};  ///< all its SDP names, the preferred first; empty = the one it speaks
    std::vector<codecs::CodecId> has = {};     ///< instead all it has: it takes the first that the node names
    std::string fmtp = {};                     ///< of the first
};

class BenchPhone {
public:
    /// Amplitude of what it says, unless its options say otherwise.
    static constexpr double kAmplitude = 6000;

    BenchPhone(sip::SessionId session, Address own, PhoneOptions options);

    // Signalling, as the bench has seen it.
    [[nodiscard]] sip::SessionId session() const { return session_; }
    [[nodiscard]] const PhoneOptions& options() const { return options_; }
    [[nodiscard]] const Address& own() const { return voice_.options().own; }
    /// A NAT gives it another address.
    void move_to(const Address& address)
    {
        voice_.move_to(address);
        check_at_ = 0ns;
    }
    /// Its side of offer and answer.
    [[nodiscard]] sip::NegotiatedMedia media() const;
    std::vector<int> codes;  ///< responses the node sent it
    bool answered = false;   ///< in either direction
    bool ended = false;      ///< its session is over
    bool hung_up_by_node = false;
    bool held = false;                      ///< it has put the node on hold
    int cause = 0;                          ///< that the node gave
    unsigned offers_open = 0;               ///< its own, which the node has not answered yet
    bool asked = false;                     ///< the node for an offer, which it is to answer
    unsigned withdrawn = 0;                 ///< of them; the node's answers that cross are not sent
    unsigned refusals = 0;                  ///< of offers of its own
    std::optional<sip::LocalMedia> queued;  ///< an offer of the node's that waits for the answer to its own
    std::vector<sip::LocalMedia> offers;    ///< within the call, that the node sent it
    sip::PlaceCall invite;                  ///< that the node sent it
    Nanos rings_until = kNever;             ///< when the node gives a callee up

    // Media.
    /// Speaks the first of options().has that the node's SDP has; false when that has none. Does nothing where it
    /// has but the one codec, which the node is taken to have, too.
    [[nodiscard]] bool take_codec(const sip::LocalMedia& server);
    /// Where the node has said that it listens, and with which key it speaks; who has not begun yet may speak from now
    /// on.
    void speak_to(const sip::LocalMedia& server, Nanos now);
    /// Speaks what an answer of the node's names first, of the codecs its offer had.
    void speak_as(const sip::LocalMedia& answer);
    /// What it says of its end of a fax: options().fax.
    [[nodiscard]] sip::NegotiatedMedia fax_media() const;
    /// Has fax in place of audio from now on, or audio again; the node's end of it is this.
    void fax_with(const std::optional<sip::T38>& node);
    /// What the node has said of the fax under way.
    [[nodiscard]] const std::optional<sip::T38>& node_fax() const { return node_fax_; }
    /// Sends a datagram as it is.
    void send_fax(std::vector<std::uint8_t> datagram) { fax_to_send_.push_back(std::move(datagram)); }
    std::vector<std::vector<std::uint8_t>> fax_received;  ///< datagrams that came during a fax
    /// Has another login of ICE for its next offer.
    void restart_ice() { ++ice_session_; }
    /// Checks no more, or again.
    void check(bool on) { checks_ = on; }
    /// The node's login that it has been told last.
    [[nodiscard]] const std::optional<sip::LocalIce>& node_ice() const { return node_ice_; }
    int checks_answered = 0;  ///< with success
    /// Has another key, or certificate, for its next offer or answer.
    void renew_key();
    /// The key of the node's that it has been told last.
    [[nodiscard]] const std::optional<SrtpKey>& node_key() const { return node_key_; }
    /// Its handshake, once it has begun one.
    [[nodiscard]] dtls::Handshake* handshake() { return handshake_ ? &*handshake_ : nullptr; }
    [[nodiscard]] unsigned keys_agreed() const { return keys_agreed_; }
    /// Speaks another codec from now on; CallBench::reoffer tells the node.
    void use(codecs::CodecId codec);
    void say(double hz) { voice_.say(hz); }
    /// Sends nothing at all any more, or again.
    void mute(bool on) { voice_.be_quiet(on); }
    /// Presses keys one after another, each for this long with 60 ms between.
    void press(const std::string& keys, Nanos length = 100ms) { voice_.press(keys, length); }
    /// Sends what it has to say at this time, once it knows to whom.
    void send(Nanos now, sim::SimNetwork& network);
    void receive(std::span<const std::uint8_t> bytes, Nanos now);
    [[nodiscard]] sim::SimClient& voice() { return voice_; }
    [[nodiscard]] const sim::SimClient& voice() const { return voice_; }

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
    [[nodiscard]] const std::string& keys_received() const { return voice_.keys_received(); }
    /// Longest time without a packet of audio since forget().
    [[nodiscard]] Nanos longest_gap() const { return voice_.longest_gap(); }
    void forget() { voice_.forget_what_was_heard(); }

private:
    [[nodiscard]] std::vector<codecs::CodecId> names() const;
    [[nodiscard]] std::string ice_ufrag() const { return "phone" + std::to_string(ice_session_); }
    [[nodiscard]] std::span<const codecs::Sample> last_samples(Nanos last) const;
    void check_node(Nanos now, sim::SimNetwork& network);
    void shake_hands(const sip::LocalMedia& server, Nanos now);
    void take_outcome(Nanos now, sim::SimNetwork& network);

    sip::SessionId session_;
    PhoneOptions options_;
    sim::SimClient voice_;
    std::optional<SrtpKey> key_;
    std::optional<SrtpKey> spoken_key_;
    std::optional<SrtpKey> node_key_;
    Rng secrets_;
    unsigned ice_session_ = 0;
    bool checks_ = true;
    std::optional<sip::LocalIce> node_ice_;
    Nanos check_at_ = 0ns;
    bool speaks_ = false;
    bool codec_taken_ = false;
    std::optional<sip::T38> node_fax_;
    std::vector<std::vector<std::uint8_t>> fax_to_send_;
    Nanos now_ = 0ns;
    std::shared_ptr<const dtls::Context> certificate_;
    Address node_;
    std::optional<sip::Fingerprint> node_fingerprint_;
    std::optional<dtls::Handshake> handshake_;
    unsigned keys_agreed_ = 0;  // sets of them
};

}  // namespace rb::test
