#include "codecs/codec_info.h"

namespace rb::codecs {
namespace {

constexpr bool table_is_in_order() noexcept
{
    for (std::size_t i = 0; i < kCodecCount; ++i) {
        if (kCodecs[i].id != static_cast<CodecId>(i) || !is_sample_rate(kCodecs[i].sample_rate)) {
            return false;
        }
    }
    return true;
}
static_assert(table_is_in_order(), "the table's index is the enumerator");

constexpr char lower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_without_case(std::string_view a, std::string_view b) noexcept
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

template <typename Matches>
std::optional<CodecId> find_codec(Matches matches) noexcept
{
    const auto* const found = std::find_if(kCodecs.begin(), kCodecs.end(), matches);
    return found != kCodecs.end() ? std::optional{found->id} : std::nullopt;
}

}  // namespace

std::optional<CodecId> codec_by_config_name(std::string_view name) noexcept
{
    return find_codec([name](const CodecInfo& info) { return info.config_name == name; });
}

std::optional<CodecId> codec_by_rtpmap(const RtpMap& rtpmap) noexcept
{
    return find_codec([&rtpmap](const CodecInfo& info) {
        return info.clock_rate == rtpmap.clock_rate && info.channels == rtpmap.channels &&
               equal_without_case(info.encoding_name, rtpmap.encoding_name);
    });
}

std::optional<CodecId> codec_by_static_payload_type(std::uint8_t payload_type) noexcept
{
    return find_codec([payload_type](const CodecInfo& info) { return info.static_payload_type == payload_type; });
}

}  // namespace rb::codecs
