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

}  // namespace rb::sip
