#include "codecs/comfort.h"

#include "codecs/opus_codec.h"
#include "dataplane/base/assert.h"

#include <algorithm>

namespace rb::codecs {
namespace {

/// The byte that a payload of silence repeats.
std::uint8_t silence_byte(CodecId codec) noexcept
{
    switch (codec) {
        case CodecId::Pcmu:
            return 0xff;
        case CodecId::Pcma:
            return 0xd5;
        case CodecId::G722:
            return 0xfc;  // the quietest there is: within 5 ms of speech, a constant of 54 at most (−55 dBov, no tone)
        case CodecId::L16_8:
        case CodecId::L16_16:
        case CodecId::L16_48:
        case CodecId::Opus:
        case CodecId::Count_:
            break;
    }
    return 0;
}

}  // namespace

std::span<const std::uint8_t> write_silence(CodecId codec, std::span<std::uint8_t> room) noexcept
{
    if (codec == CodecId::Opus) {
        RB_ASSERT(room.size() >= kOpusSilence.size());
        std::ranges::copy(kOpusSilence, room.begin());
        return room.first<kOpusSilence.size()>();
    }
    const auto payload = room.first(codec_info(codec).payload_bytes(kFrame_ms));
    std::ranges::fill(payload, silence_byte(codec));
    return payload;
}

}  // namespace rb::codecs
