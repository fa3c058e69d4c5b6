#include "sim/tone_clip.h"

#include "codecs/encoder.h"
#include "codecs/tone.h"

#include <array>
#include <vector>

namespace rb::sim {

std::shared_ptr<const bridges::Clip> tone_clip(codecs::CodecId codec, std::uint16_t hz, std::uint32_t duration_ms)
{
    codecs::Encoder encoder{codec};
    const auto& info = encoder.info();
    const std::array segments{codecs::ToneSegment{.first_hz = hz, .duration_ms = duration_ms}};
    codecs::ToneGenerator tone{{.segments = segments, .loop_from = 1}, info.sample_rate};
    std::vector<std::uint8_t> payload;
    std::vector<std::uint32_t> ends;
    for (std::uint32_t at = 0; at < duration_ms; at += codecs::kFrame_ms) {
        std::vector<codecs::Sample> samples(info.samples(codecs::kFrame_ms));
        std::vector<std::uint8_t> frame(codecs::kPayloadBytesMax);
        tone.generate(samples);
        frame.resize(encoder.encode(samples, frame));
        payload.insert(payload.end(), frame.begin(), frame.end());
        ends.push_back(static_cast<std::uint32_t>(payload.size()));
    }
    const bool varies = info.unit_bytes == 0;
    return std::make_shared<const bridges::Clip>(codec, std::move(payload),
                                                 varies ? std::move(ends) : std::vector<std::uint32_t>{});
}

}  // namespace rb::sim
