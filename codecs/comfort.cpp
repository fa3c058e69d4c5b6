#include "codecs/comfort.h"

#include "codecs/opus_codec.h"
#include "dataplane/base/assert.h"

#include <algorithm>
#include <array>

namespace rb::codecs {
namespace {

/// What the encoder makes of zeros (GSM 06.10).
constexpr std::array<std::uint8_t, 33> kGsmSilence{0xd8, 0x20, 0xa2, 0xe1, 0x5a, 0x50, 0x00, 0x49, 0x24, 0x92, 0x49,
                                                   0x24, 0x50, 0x00, 0x49, 0x24, 0x92, 0x49, 0x24, 0x50, 0x00, 0x49,
                                                   0x24, 0x92, 0x49, 0x24, 0x50, 0x00, 0x49, 0x24, 0x92, 0x49, 0x24};

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
        case CodecId::G726:
        case CodecId::G726Aal2:
        case CodecId::G726_24:
        case CodecId::G726Aal2_24:
            return 0xff;  // the smallest step in each code
        case CodecId::G726_16:
        case CodecId::G726Aal2_16:
            return 0x03;  // every code of two bits is a step: of all bytes the quietest (−60 dBov)
        case CodecId::L16_8:
        case CodecId::L16_16:
        case CodecId::L16_48:
        case CodecId::Adpcm:  // a header that begins at zero, and no steps
        case CodecId::Gsm:    // see write_silence
        case CodecId::Opus:
        case CodecId::G729:
        case CodecId::Count_:
            break;
    }
    return 0;
}

}  // namespace

std::span<const std::uint8_t> write_silence(CodecId codec, std::span<std::uint8_t> room) noexcept
{
    const std::span<const std::uint8_t> fixed = codec == CodecId::Opus  ? std::span<const std::uint8_t>{kOpusSilence}
                                                : codec == CodecId::Gsm ? std::span<const std::uint8_t>{kGsmSilence}
                                                                        : std::span<const std::uint8_t>{};
    if (!fixed.empty()) {
        RB_ASSERT(room.size() >= fixed.size());
        std::ranges::copy(fixed, room.begin());
        return room.first(fixed.size());
    }
    const CodecInfo& info = codec_info(codec);
    const auto payload = room.first(info.passed_only ? 0 : info.payload_bytes(kFrame_ms));
    std::ranges::fill(payload, silence_byte(codec));
    return payload;
}

}  // namespace rb::codecs
