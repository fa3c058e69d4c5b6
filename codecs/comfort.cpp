#include "codecs/comfort.h"

#include <algorithm>

namespace rb::codecs {

std::uint8_t silence_byte(CodecId codec) noexcept
{
    switch (codec) {
        case CodecId::Pcmu:
            return 0xff;
        case CodecId::Pcma:
            return 0xd5;
        case CodecId::G722:
            return 0xfc;  // the quietest there is: within 5 ms of speech, a constant of 54 at most (−55 dBov, no tone)
                          // dBov
        case CodecId::L16_8:
        case CodecId::L16_16:
        case CodecId::L16_48:
        case CodecId::Count_:
            break;
    }
    return 0;
}

void write_silence(CodecId codec, std::span<std::uint8_t> payload) noexcept
{
    std::fill(payload.begin(), payload.end(), silence_byte(codec));
}

}  // namespace rb::codecs
