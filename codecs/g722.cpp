#include "codecs/g722.h"

#include "dataplane/base/assert.h"

#include <spandsp.h>

#include <cmath>  // spandsp.h below is C and forgets some of what it uses
#include <cstdio>
#include <ctime>

namespace rb::codecs {
namespace {

constexpr int kBitRate = 64'000;
constexpr int kOptions = 0;  // 16 kHz samples, one code to a byte

}  // namespace

void G722Decoder::Free::operator()(g722_decode_state_s* state) const noexcept
{
    g722_decode_free(state);
}

G722Decoder::G722Decoder() : state_{g722_decode_init(nullptr, kBitRate, kOptions)}
{
    RB_ASSERT(state_ != nullptr);
}

void G722Decoder::decode(std::span<const std::uint8_t> payload, std::span<Sample> samples) noexcept
{
    RB_ASSERT(samples.size() == payload.size() * 2);
    const int written = g722_decode(state_.get(), samples.data(), payload.data(), static_cast<int>(payload.size()));
    RB_ASSERT(static_cast<std::size_t>(written) == samples.size());
}

void G722Decoder::reset() noexcept
{
    static_cast<void>(g722_decode_init(state_.get(), kBitRate, kOptions));
}

void G722Encoder::Free::operator()(g722_encode_state_s* state) const noexcept
{
    g722_encode_free(state);
}

G722Encoder::G722Encoder() : state_{g722_encode_init(nullptr, kBitRate, kOptions)}
{
    RB_ASSERT(state_ != nullptr);
}

void G722Encoder::encode(std::span<const Sample> samples, std::span<std::uint8_t> payload) noexcept
{
    RB_ASSERT(samples.size() == payload.size() * 2);
    const int written = g722_encode(state_.get(), payload.data(), samples.data(), static_cast<int>(samples.size()));
    RB_ASSERT(static_cast<std::size_t>(written) == payload.size());
}

void G722Encoder::reset() noexcept
{
    static_cast<void>(g722_encode_init(state_.get(), kBitRate, kOptions));
}

}  // namespace rb::codecs
