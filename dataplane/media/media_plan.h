// media_plan.h — what signalling has agreed for one leg's audio, with the codec states that follow from it.
//
// Control builds a plan and lends it; new SDP means a new plan, and the old one comes back. A plan without codec states
// keeps those of the plan before: a hold must not reset a decoder, nor a rollover counter.
#pragma once

#include "codecs/codec_info.h"
#include "codecs/encoder.h"
#include "dataplane/base/address.h"
#include "dataplane/base/time.h"
#include "dataplane/media/audio_in.h"
#include "dataplane/media/fax_listener.h"
#include "dataplane/media/ice_lite.h"
#include "dataplane/media/inband_dtmf.h"
#include "dataplane/media/jitter_options.h"
#include "dataplane/media/packetizer.h"
#include "dataplane/media/protection.h"
#include "dataplane/media/source_lock.h"

#include <bitset>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace rb::media {

/// The telephone-event format agreed (RFC 4733).
struct DtmfFormat {
    std::uint8_t payload_type = 101;
    std::uint32_t clock_rate = 8000;
};

/// A payload type that the peer may send in place of another: our offer said the one, its answer the other.
struct PayloadAlias {
    std::uint8_t heard = 0;
    std::uint8_t means = 0;
};

struct MediaPlan {
    codecs::CodecId codec = codecs::CodecId::Pcmu;
    std::uint8_t payload_type = 0;     ///< of audio, both ways
    std::bitset<128> further_formats;  ///< payload types of other audio agreed: the peer may change over at any time
    std::vector<PayloadAlias> aliases;
    std::optional<DtmfFormat> dtmf;                  ///< keys travel as telephone-events …
    std::vector<DtmfFormat> further_dtmf;            ///< at other clocks, which the peer may use as well
    bool inband_keys = false;                        ///< … or as tones within the audio …
    bool info_keys = false;                          ///< … or by SIP INFO, which control sends
    Nanos key_held_min = 0ns;                        ///< as which the peer's shorter presses count
    std::optional<std::uint8_t> noise_payload_type;  ///< of comfort noise (RFC 3389), both ways
    bool describe_silence = false;                   ///< send it in place of silence that lasts
    std::uint32_t ptime_ms = 20;                     ///< what the peer wants to receive, 10 to 60
    codecs::OpusOptions opus;                        ///< how Opus is encoded
    bool send = true;                                ///< false while the peer said sendonly or inactive
    bool receive = true;
    Address remote_rtp;  ///< as signalled; unspecified = nowhere to send yet
    Address remote_rtcp;
    bool rtcp_mux = false;
    bool udptl = false;           ///< the RTP socket carries T.38 (UDPTL) in place of audio, passed on untouched
    bool voip_metrics = false;    ///< the peer asks for them in extended reports (RFC 3611 §5.2)
    bool dtls = false;            ///< its keys come from a handshake on the RTP socket (RFC 5764)
    SourcePolicy source;          ///< where there is no ICE
    bool connected = false;       ///< the sockets are connected to the remote addresses already
    Nanos rtp_timeout = 0s;       ///< silence that ends the call; 0 = never
    Nanos rtp_timeout_hold = 0s;  ///< the same while on hold
    Nanos rtp_keepalive = 0s;     ///< 0 = none
    Nanos rtcp_interval = 5s;     ///< 0 = no RTCP
    JitterOptions jitter;

    Protection protection;
    std::unique_ptr<IceLite> ice;  ///< in place of `source`, where the peer checks our addresses: media wait for that

    std::unique_ptr<AudioIn> in;  ///< none until anybody listens: 5.7 kB in PCMU, of a leg's memory the most
    std::unique_ptr<codecs::Encoder> encoder;
    std::unique_ptr<Packetizer> packetizer;  ///< only where ptime is not 20 ms
    std::unique_ptr<InbandDtmf> inband;      ///< only with inband_keys
    std::unique_ptr<FaxListener> fax;        ///< only where a fax is to be noticed; goes from plan to plan

    /// The events sent under this payload type, or with this clock; nullptr = there are none.
    [[nodiscard]] const DtmfFormat* events_of(std::uint8_t number) const noexcept;
    [[nodiscard]] const DtmfFormat* events_at(std::uint32_t rate) const noexcept;
    /// The payload type agreed that a packet's means.
    [[nodiscard]] std::uint8_t meaning_of(std::uint8_t number) const noexcept;
    /// Whether something of its own listens to what the leg says.
    [[nodiscard]] bool listens() const noexcept { return inband != nullptr || (fax != nullptr && fax->listening()); }

    /// Whether silence that lasts need not be sent.
    [[nodiscard]] bool may_pause() const noexcept { return opus.dtx || describe_silence; }
    /// Builds the encoder of codec, ptime_ms and opus.
    void build_encoding();
    /// The same, and what hears by codec and jitter.
    void build_states();
    /// Builds those of inband_keys.
    void build_inband();
    /// Hears by this from now on, at the rate it encodes at.
    void listen_by(std::unique_ptr<AudioIn> built) noexcept;
    /// Forgets what was heard so far and not read.
    void forget_heard() noexcept;
    /// Samples of a frame of 20 ms, both ways.
    [[nodiscard]] std::size_t frame_samples() const noexcept { return codecs::frame_samples(encoder->rate()); }
    /// Of the same leg's plan until now: what was not built anew, the rollover counters, and what ICE has found out.
    void take_over(MediaPlan& before, Nanos now) noexcept;
    /// Decodes to and encodes from this rate from now on, where the codec leaves the choice; what was begun is
    /// forgotten.
    void set_rate(std::uint32_t rate) noexcept;
};

}  // namespace rb::media
