#include "tools/rbload/stamp.h"

#include "dataplane/base/assert.h"
#include "dataplane/base/rng.h"

#include <cstring>

namespace rb::load {
namespace {

constexpr std::uint32_t kMagic = 0x52424c44;  // "RBLD"
constexpr std::uint8_t kMark = 0x80;
constexpr std::size_t kNibbles32 = 8;
constexpr std::size_t kNibbles64 = 16;
constexpr std::size_t kMagicAt = 0;
constexpr std::size_t kLegAt = kMagicAt + kNibbles32;
constexpr std::size_t kNumberAt = kLegAt + kNibbles32;
constexpr std::size_t kSentAt = kNumberAt + kNibbles32;
constexpr std::size_t kChecksumAt = kSentAt + kNibbles64;
static_assert(kChecksumAt + kNibbles32 == kStampBytes);

void put(std::span<std::uint8_t> out, std::uint64_t value) noexcept
{
    for (std::size_t i = out.size(); i-- > 0; value >>= 4U) {
        out[i] = static_cast<std::uint8_t>(kMark | (value & 0x0fU));
    }
}

/// The value, or nothing when a byte is no nibble.
std::optional<std::uint64_t> take(std::span<const std::uint8_t> in) noexcept
{
    std::uint64_t value = 0;
    for (const std::uint8_t byte : in) {
        if ((byte & 0xf0U) != kMark) {
            return std::nullopt;
        }
        value = value << 4U | (byte & 0x0fU);
    }
    return value;
}

std::uint64_t mix(std::uint64_t sum, std::uint64_t word) noexcept
{
    sum = (sum ^ word) * 0x9e3779b97f4a7c15U;
    return sum ^ sum >> 29U;
}

/// Over all bytes but its own; eight at a time, since this runs for each packet both ways.
std::uint32_t checksum(std::span<const std::uint8_t> payload) noexcept
{
    std::uint64_t sum = payload.size();
    for (std::size_t at = 0; at < payload.size();) {
        if (at == kChecksumAt) {
            at += kNibbles32;
            continue;
        }
        std::uint64_t word = 0;
        const std::size_t size = std::min(sizeof word, payload.size() - at);
        std::memcpy(&word, payload.data() + at, size);
        sum = mix(sum, word);
        at += size;
    }
    return static_cast<std::uint32_t>(sum >> 32U);
}

}  // namespace

void fill_noise(std::span<std::uint8_t> payload, std::uint64_t seed, bool any_byte) noexcept
{
    constexpr std::uint8_t kSecondZero = 0x7f;
    Rng rng{seed};
    for (auto& byte : payload) {
        byte = static_cast<std::uint8_t>(rng.next());
        if (!any_byte && byte == kSecondZero) {
            byte = static_cast<std::uint8_t>(kSecondZero - 1);
        }
    }
}

void write_stamp(std::span<std::uint8_t> payload, const Stamp& stamp) noexcept
{
    RB_ASSERT(payload.size() >= kStampBytes);
    put(payload.subspan(kMagicAt, kNibbles32), kMagic);
    put(payload.subspan(kLegAt, kNibbles32), stamp.leg);
    put(payload.subspan(kNumberAt, kNibbles32), stamp.number);
    put(payload.subspan(kSentAt, kNibbles64), static_cast<std::uint64_t>(stamp.sent.count()));
    put(payload.subspan(kChecksumAt, kNibbles32), checksum(payload));
}

StampReading read_stamp(std::span<const std::uint8_t> payload) noexcept
{
    if (payload.size() < kStampBytes || take(payload.subspan(kMagicAt, kNibbles32)) != kMagic) {
        return {};
    }
    const auto leg = take(payload.subspan(kLegAt, kNibbles32));
    const auto number = take(payload.subspan(kNumberAt, kNibbles32));
    const auto sent = take(payload.subspan(kSentAt, kNibbles64));
    if (!leg || !number || !sent || take(payload.subspan(kChecksumAt, kNibbles32)) != checksum(payload)) {
        return {.verdict = StampVerdict::Changed, .stamp = {}};
    }
    return {.verdict = StampVerdict::Intact,
            .stamp = {.leg = static_cast<std::uint32_t>(*leg),
                      .number = static_cast<std::uint32_t>(*number),
                      .sent = Nanos{static_cast<std::int64_t>(*sent)}}};
}

}  // namespace rb::load
