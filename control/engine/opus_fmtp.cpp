#include "control/engine/opus_fmtp.h"

#include "signaling/text.h"

#include <algorithm>
#include <array>

namespace rb::engine {
namespace {

constexpr std::uint32_t kBitrateMin = 6'000;  // RFC 7587 §6.1
constexpr std::uint32_t kBitrateMax = 510'000;
constexpr std::uint32_t kRateMin = 8'000;
constexpr std::uint32_t kRateMax = 48'000;

/// The sampling rates that carry the bandwidths of max_bandwidth, in its order.
constexpr std::array<std::uint32_t, 5> kRateOfBandwidth{8'000, 12'000, 16'000, 24'000, 48'000};

void read_parameter(std::string_view name, std::string_view value, OpusFmtp& fmtp) noexcept
{
    const auto number = sip::read_number<std::uint32_t>(value);
    if (!number) {
        return;
    }
    if (sip::equal_ignoring_case(name, "maxaveragebitrate")) {
        fmtp.max_average_bitrate = std::clamp(*number, kBitrateMin, kBitrateMax);
    } else if (sip::equal_ignoring_case(name, "maxplaybackrate")) {
        fmtp.max_playback_rate = std::clamp(*number, kRateMin, kRateMax);
    } else if (sip::equal_ignoring_case(name, "cbr")) {
        fmtp.constant_bitrate = *number == 1;
    } else if (sip::equal_ignoring_case(name, "useinbandfec")) {
        fmtp.fec = *number == 1;
    } else if (sip::equal_ignoring_case(name, "usedtx")) {
        fmtp.dtx = *number == 1;
    }
}

}  // namespace

OpusFmtp parse_opus_fmtp(std::string_view text) noexcept
{
    OpusFmtp fmtp;
    while (!text.empty()) {
        auto parameter = sip::take_until(text, ';');
        const auto name = sip::trim(sip::take_until(parameter, '='));
        read_parameter(name, sip::trim(parameter), fmtp);
    }
    return fmtp;
}

std::string write_opus_fmtp(const OpusFmtp& fmtp)
{
    std::string text;
    const auto add = [&text](bool wanted, std::string_view name, std::uint32_t value) {
        if (wanted) {
            text += text.empty() ? "" : ";";
            text += name;
            text += '=' + std::to_string(value);
        }
    };
    add(fmtp.max_playback_rate != kRateMax, "maxplaybackrate", fmtp.max_playback_rate);
    add(fmtp.max_average_bitrate != 0, "maxaveragebitrate", fmtp.max_average_bitrate);
    add(fmtp.constant_bitrate, "cbr", 1);
    add(fmtp.fec, "useinbandfec", 1);
    add(fmtp.dtx, "usedtx", 1);
    return text;
}

OpusFmtp wanted_opus(const config::Opus& config) noexcept
{
    return {.max_average_bitrate = config.bitrate == 0 ? 0 : std::max(config.bitrate, kBitrateMin),
            .max_playback_rate = config.max_playback_rate,
            .constant_bitrate = config.cbr,
            .fec = config.fec,
            .dtx = config.dtx};
}

codecs::OpusOptions opus_options(const config::Opus& config, const OpusFmtp& peer) noexcept
{
    const std::uint32_t bandwidth = kRateOfBandwidth.at(static_cast<std::size_t>(config.max_bandwidth));
    const std::uint32_t rate = std::min({config.max_playback_rate, bandwidth, peer.max_playback_rate});
    return {.bitrate = config.bitrate,
            .bitrate_max = peer.max_average_bitrate,
            .playback_rate = *std::ranges::lower_bound(kRateOfBandwidth, rate),
            .complexity = static_cast<std::uint8_t>(config.complexity),
            .packet_loss = static_cast<std::uint8_t>(config.packet_loss),
            .constant_bitrate = config.cbr || peer.constant_bitrate,
            .fec = config.fec && peer.fec,
            .dtx = config.dtx && peer.dtx};
}

}  // namespace rb::engine
