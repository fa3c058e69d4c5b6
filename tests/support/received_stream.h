// received_stream.h — a voice sent over a bad path to one leg's AudioIn, in virtual time. Tests only.
#pragma once

#include "codecs/encoder.h"
#include "dataplane/base/rng.h"
#include "dataplane/media/audio_in.h"

#include <functional>
#include <queue>
#include <vector>

namespace rb::support {

/// What the way from the sender does; may change on the way.
struct Path {
    double loss = 0;       ///< of each packet, 0 to 1
    Nanos jitter = 0ns;    ///< each packet's delay is drawn evenly from 0 to this, so that packets overtake each other
    Nanos delay = 30ms;    ///< the least
    double drift_ppm = 0;  ///< how much faster the sender's clock runs
};

class ReceivedStream {
public:
    /// Fills the next packet and returns true, or returns false for one that is not sent (DTX).
    using Speak = std::function<bool(std::span<codecs::Sample>)>;
    /// Is told each frame heard.
    using Listen = std::function<void(const media::AudioIn::Frame&, std::span<const codecs::Sample>)>;

    explicit ReceivedStream(codecs::CodecId codec, const media::JitterOptions& options = {}, std::uint64_t seed = 1)
        : in{codec, options}, encoder_{codec}, rng_{seed}
    {
    }

    /// Sends and hears for a span of time, a frame each 20 ms.
    void run(Nanos span, const Speak& speak, const Listen& listen);

    /// Sends comfort noise (RFC 3389) instead of the next packet.
    void send_noise(std::span<const std::uint8_t> payload);

    media::AudioIn in;
    Path path;
    std::uint32_t gate = 0;
    [[nodiscard]] Nanos now() const { return now_; }
    [[nodiscard]] std::uint64_t sent() const { return sent_; }
    [[nodiscard]] std::uint64_t lost() const { return lost_; }

private:
    struct Flying {
        Nanos arrives = 0ns;
        std::uint32_t sequence = 0;
        std::uint32_t timestamp = 0;
        std::vector<std::uint8_t> payload;
        media::JitterBuffer::Content content = media::JitterBuffer::Content::Audio;

        friend bool operator<(const Flying& a, const Flying& b) { return a.arrives > b.arrives; }  // earliest on top
    };

    void send_due(const Speak& speak);
    void launch(std::vector<std::uint8_t> payload, media::JitterBuffer::Content content);
    void deliver();

    codecs::Encoder encoder_;
    Rng rng_;
    std::priority_queue<Flying> flying_;
    Nanos now_ = 10s;
    double next_send_s_ = 10.0033;  // out of step with the reader
    std::uint32_t sequence_ = 65'000;
    std::uint32_t timestamp_ = 0xffff0000U;
    std::uint64_t sent_ = 0;
    std::uint64_t lost_ = 0;
};

}  // namespace rb::support
