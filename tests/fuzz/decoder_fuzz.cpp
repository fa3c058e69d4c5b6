// Goal: any payload is decoded or refused, into the room there is, by every codec and whatever came before it.
// Method: the bytes are a script: a codec, then what happens to its stream. Each payload lies in a block of its own, so
// that reading beyond it is noticed.
#include "codecs/comfort_noise.h"
#include "codecs/decoder.h"
#include "dataplane/base/assert.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

using namespace rb::codecs;

namespace {

constexpr std::array<std::uint32_t, 3> kRates{8'000, 16'000, 48'000};

/// Takes the payload that begins with its size, in steps of what `scale` says.
std::vector<std::uint8_t> take_payload(std::span<const std::uint8_t>& rest, std::size_t scale)
{
    if (rest.empty()) {
        return {};
    }
    const std::size_t size = std::min(rest[0] * scale, rest.size() - 1);
    const auto bytes = rest.subspan(1, size);
    rest = rest.subspan(1 + size);
    return {bytes.begin(), bytes.end()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) {
        return 0;
    }
    Decoder decoder{static_cast<CodecId>(data[0] % kCodecCount)};
    ComfortNoise noise;
    std::span rest{data + 1, size - 1};
    std::vector<Sample> out(kPacketSamplesMax);
    while (!rest.empty()) {
        const std::uint8_t what = rest[0];
        rest = rest.subspan(1);
        const std::span frame = std::span{out}.first(frame_samples(decoder.rate()));
        switch (what % 8) {
            case 0:
                decoder.set_rate(kRates[what / 8 % kRates.size()]);
                break;
            case 1:
                decoder.reset();
                break;
            case 2:
                decoder.conceal(what < 128 ? frame : frame.first(frame.size() - what / 8));
                break;
            case 3: {
                const auto next = take_payload(rest, 1);
                decoder.recover(decoder.samples_in(next) > 0 ? std::span{next} : std::span<const std::uint8_t>{},
                                frame);
                break;
            }
            case 4:
                static_cast<void>(noise.describe(take_payload(rest, 1)));
                noise.fill(frame);
                break;
            default: {
                const auto payload = take_payload(rest, 1U + what / 64U);
                const auto room = std::span{out}.first(what % 16 == 5 ? out.size() / 8 : out.size());
                const std::size_t promised = decoder.samples_in(payload);
                const auto decoded = decoder.decode(payload, room);
                RB_ASSERT(decoded.has_value() == (promised > 0 && promised <= room.size()));
                RB_ASSERT(!decoded || *decoded == promised);
                break;
            }
        }
    }
    return 0;
}
