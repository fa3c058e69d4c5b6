#include "signaling/payload_types.h"

#include "signaling/text.h"

#include <algorithm>
#include <array>

namespace rb::sip {
namespace {

struct StaticFormat {
    int payload_type;
    std::string_view encoding;
    std::uint32_t clock_rate;
    unsigned channels;
};

// RFC 3551 §6. G722 says 8000 although it samples at 16000 (§4.5.2).
constexpr std::array<StaticFormat, 17> kStaticFormats{{
    {0, "PCMU", 8000, 1},
    {3, "GSM", 8000, 1},
    {4, "G723", 8000, 1},
    {5, "DVI4", 8000, 1},
    {6, "DVI4", 16000, 1},
    {7, "LPC", 8000, 1},
    {8, "PCMA", 8000, 1},
    {9, "G722", 8000, 1},
    {10, "L16", 44100, 2},
    {11, "L16", 44100, 1},
    {12, "QCELP", 8000, 1},
    {13, "CN", 8000, 1},
    {15, "G728", 8000, 1},
    {16, "DVI4", 11025, 1},
    {18, "G729", 8000, 1},
    {31, "H261", 90000, 1},
    {34, "H263", 90000, 1},
}};

constexpr int kFirstDynamic = 96;
constexpr int kLastDynamic = 127;
constexpr int kUsualTelephoneEvent = 101;
constexpr std::uint32_t kUsualClock = 8000;

bool uses(std::span<const MediaFormat> formats, int payload_type) noexcept
{
    return std::any_of(formats.begin(), formats.end(),
                       [=](const MediaFormat& format) { return format.payload_type == payload_type; });
}

}  // namespace

std::optional<MediaFormat> static_format(int payload_type)
{
    for (const StaticFormat& fixed : kStaticFormats) {
        if (fixed.payload_type == payload_type) {
            return MediaFormat{.encoding = std::string{fixed.encoding},
                               .clock_rate = fixed.clock_rate,
                               .channels = fixed.channels,
                               .payload_type = payload_type,
                               .fmtp = {}};
        }
    }
    return std::nullopt;
}

bool same_format(const MediaFormat& a, const MediaFormat& b) noexcept
{
    return a.clock_rate == b.clock_rate && a.channels == b.channels && equal_ignoring_case(a.encoding, b.encoding);
}

bool is_telephone_event(const MediaFormat& format) noexcept
{
    return equal_ignoring_case(format.encoding, "telephone-event");
}

MediaFormat telephone_event_at(std::uint32_t clock_rate)
{
    return {.encoding = "telephone-event", .clock_rate = clock_rate, .fmtp = "0-16"};
}

bool is_comfort_noise(const MediaFormat& format) noexcept
{
    return equal_ignoring_case(format.encoding, "CN");
}

MediaFormat comfort_noise_at(std::uint32_t clock_rate)
{
    return {.encoding = "CN", .clock_rate = clock_rate, .fmtp = {}};
}

int choose_payload_type(const MediaFormat& format, std::span<const MediaFormat> known,
                        std::span<const MediaFormat> taken)
{
    for (const MediaFormat& used : known) {
        if (same_format(used, format) && !uses(taken, used.payload_type)) {
            return used.payload_type;
        }
    }
    const auto free = [&](int payload_type) { return !uses(known, payload_type) && !uses(taken, payload_type); };
    if (format.payload_type >= 0 && format.payload_type <= kLastDynamic && free(format.payload_type)) {
        return format.payload_type;
    }
    for (const StaticFormat& fixed : kStaticFormats) {
        if (equal_ignoring_case(fixed.encoding, format.encoding) && fixed.clock_rate == format.clock_rate &&
            fixed.channels == format.channels && free(fixed.payload_type)) {
            return fixed.payload_type;
        }
    }
    const bool usual_event = is_telephone_event(format) && format.clock_rate == 8000;
    if (usual_event && free(kUsualTelephoneEvent)) {
        return kUsualTelephoneEvent;
    }
    for (int number = kFirstDynamic; number <= kLastDynamic; ++number) {
        if (free(number) && number != kUsualTelephoneEvent) {
            return number;
        }
    }
    return -1;
}

std::vector<MediaFormat> formats_to_offer(const MediaCapabilities& own, std::span<const MediaFormat> known)
{
    std::vector<MediaFormat> formats;
    const auto add = [&](MediaFormat format) {
        format.payload_type = choose_payload_type(format, known, formats);
        const bool there = std::ranges::any_of(formats, [&](const auto& other) { return same_format(other, format); });
        if (format.payload_type < 0 || there) {
            return false;
        }
        formats.push_back(std::move(format));
        return true;
    };
    std::vector<std::uint32_t> clock_rates;
    for (const MediaFormat& format : own.formats) {
        const bool added = !is_telephone_event(format) && add(format);
        if (added && std::ranges::find(clock_rates, format.clock_rate) == clock_rates.end()) {
            clock_rates.push_back(format.clock_rate);
        }
    }
    // Other clocks have codecs that are silent by themselves, or none that saves on silence.
    const bool usual = std::ranges::find(clock_rates, kUsualClock) != clock_rates.end();
    if (own.comfort_noise && usual) {
        add(comfort_noise_at(kUsualClock));
    }
    // Many phones have events at 8000 Hz only, whatever they speak.
    if (!usual) {
        clock_rates.push_back(kUsualClock);
    }
    for (const std::uint32_t clock_rate : own.telephone_event ? clock_rates : std::vector<std::uint32_t>{}) {
        add(telephone_event_at(clock_rate));
    }
    return formats;
}

std::vector<PayloadAlias> aliases_of(std::span<const MediaFormat> offered, std::span<const MediaFormat> answered)
{
    std::vector<PayloadAlias> aliases;
    for (const MediaFormat& own : offered) {
        const auto other =
            std::ranges::find_if(answered, [&own](const MediaFormat& format) { return same_format(format, own); });
        if (other != answered.end() && !uses(answered, own.payload_type)) {
            aliases.push_back({.heard = own.payload_type, .means = other->payload_type});
        }
    }
    return aliases;
}

}  // namespace rb::sip
