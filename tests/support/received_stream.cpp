#include "support/received_stream.h"

namespace rb::support {

void ReceivedStream::run(Nanos span, const Speak& speak, const Listen& listen)
{
    std::vector<codecs::Sample> frame(in.info().samples(codecs::kFrame_ms));
    for (const Nanos end = now_ + span; now_ < end;) {
        now_ += kFrame;
        send_due(speak);
        deliver();
        const auto heard = in.read(frame, gate, now_);
        listen(heard, frame);
    }
}

void ReceivedStream::send_due(const Speak& speak)
{
    std::vector<codecs::Sample> samples(in.info().samples(codecs::kFrame_ms));
    while (next_send_s_ < std::chrono::duration<double>(now_).count()) {
        if (speak(samples)) {
            std::vector<std::uint8_t> payload(codecs::kPayloadBytesMax);
            payload.resize(encoder_.encode(samples, payload));
            launch(std::move(payload), media::JitterBuffer::Content::Audio);
        }
        timestamp_ += in.info().clock_ticks(codecs::kFrame_ms);
        next_send_s_ += 0.020 * (1 - path.drift_ppm * 1e-6);
    }
}

void ReceivedStream::send_noise(std::span<const std::uint8_t> payload)
{
    launch({payload.begin(), payload.end()}, media::JitterBuffer::Content::Noise);
}

void ReceivedStream::launch(std::vector<std::uint8_t> payload, media::JitterBuffer::Content content)
{
    ++sent_;
    ++sequence_;
    if (rng_.chance(path.loss)) {
        ++lost_;
        return;
    }
    const auto jitter =
        path.jitter > 0ns
            ? Nanos{static_cast<std::int64_t>(rng_.below(static_cast<std::uint64_t>(path.jitter.count())))}
            : 0ns;
    flying_.push({.arrives = Nanos{static_cast<std::int64_t>(next_send_s_ * 1e9)} + path.delay + jitter,
                  .sequence = sequence_,
                  .timestamp = timestamp_,
                  .payload = std::move(payload),
                  .content = content});
}

void ReceivedStream::deliver()
{
    while (!flying_.empty() && flying_.top().arrives <= now_) {
        const Flying& packet = flying_.top();
        static_cast<void>(in.put({.sequence = packet.sequence,
                                  .timestamp = packet.timestamp,
                                  .payload = packet.payload,
                                  .content = packet.content},
                                 packet.arrives));
        flying_.pop();
    }
}

}  // namespace rb::support
