#include "codecs/opus_codec.h"

#include "dataplane/base/assert.h"

#include <opus/opus.h>

#include <array>

namespace rb::codecs {
namespace {

constexpr int kChannels = 1;
constexpr std::size_t kFramesMax = 48;  // RFC 6716 §3.2.5
/// Of a packet of 10 ms, so that two of them with their sizes take no more than one of 20 may.
constexpr std::size_t kHalfBytesMax = kOpusFrameBytesMax / 2;

/// SILK looks ahead for longer and is at its worst in frames of 10 ms (docs/decisions/0010-opus-10-ms.md).
int application_of(const OpusOptions& options) noexcept
{
    return options.short_frames ? OPUS_APPLICATION_RESTRICTED_LOWDELAY : OPUS_APPLICATION_VOIP;
}

/// The audio bandwidth that a sampling rate can carry (RFC 7587 §6.1, maxplaybackrate).
int bandwidth_of(std::uint32_t rate) noexcept
{
    return rate <= 8'000    ? OPUS_BANDWIDTH_NARROWBAND
           : rate <= 12'000 ? OPUS_BANDWIDTH_MEDIUMBAND
           : rate <= 16'000 ? OPUS_BANDWIDTH_WIDEBAND
           : rate <= 24'000 ? OPUS_BANDWIDTH_SUPERWIDEBAND
                            : OPUS_BANDWIDTH_FULLBAND;
}

}  // namespace

std::size_t opus_samples(std::span<const std::uint8_t> payload) noexcept
{
    std::array<opus_int16, kFramesMax> sizes;
    const auto length = static_cast<opus_int32>(payload.size());
    if (payload.empty() || opus_packet_parse(payload.data(), length, nullptr, nullptr, sizes.data(), nullptr) <= 0) {
        return 0;
    }
    const int samples = opus_packet_get_nb_samples(payload.data(), length, static_cast<opus_int32>(kSampleRateMax));
    return samples > 0 ? static_cast<std::size_t>(samples) : 0;
}

std::size_t opus_short_frames(std::span<const std::uint8_t> payload) noexcept
{
    constexpr auto rate = static_cast<opus_int32>(kSampleRateMax);
    if (opus_samples(payload) == 0 || opus_packet_get_samples_per_frame(payload.data(), rate) != rate / 100) {
        return 0;
    }
    return static_cast<std::size_t>(opus_packet_get_nb_frames(payload.data(), static_cast<opus_int32>(payload.size())));
}

void OpusDecoding::Free::operator()(::OpusDecoder* state) const noexcept
{
    opus_decoder_destroy(state);
}

OpusDecoding::OpusDecoding(std::uint32_t rate)
    : state_{opus_decoder_create(static_cast<opus_int32>(rate), kChannels, nullptr)}
{
    RB_ASSERT(state_ != nullptr);
    begin(rate);
}

void OpusDecoding::begin(std::uint32_t rate) noexcept
{
    RB_ASSERT(opus_decoder_init(state_.get(), static_cast<opus_int32>(rate), kChannels) == OPUS_OK);
    step_ = rate / 400;
}

void OpusDecoding::decode(std::span<const std::uint8_t> payload, std::span<Sample> samples) noexcept
{
    const int count = static_cast<int>(samples.size());
    const int decoded =
        opus_decode(state_.get(), payload.data(), static_cast<opus_int32>(payload.size()), samples.data(), count, 0);
    if (decoded != count) {
        conceal(samples);
    }
}

void OpusDecoding::conceal(std::span<Sample> samples) noexcept
{
    recover({}, samples);
}

void OpusDecoding::recover(std::span<const std::uint8_t> next_payload, std::span<Sample> samples) noexcept
{
    const std::size_t whole = samples.size() / step_ * step_;
    const bool known = !next_payload.empty();
    int decoded = 0;
    if (whole > 0) {
        decoded =
            opus_decode(state_.get(), known ? next_payload.data() : nullptr,
                        static_cast<opus_int32>(next_payload.size()), samples.data(), static_cast<int>(whole), known);
    }
    std::ranges::fill(samples.subspan(decoded > 0 ? static_cast<std::size_t>(decoded) : 0), Sample{0});
}

void OpusEncoding::Free::operator()(::OpusEncoder* state) const noexcept
{
    opus_encoder_destroy(state);
}

OpusEncoding::OpusEncoding(std::uint32_t rate, const OpusOptions& options)
    : state_{opus_encoder_create(static_cast<opus_int32>(rate), kChannels, application_of(options), nullptr)},
      options_{options}
{
    RB_ASSERT(state_ != nullptr);
    if (options.short_frames) {
        joiner_.emplace();
    }
    begin(rate);
}

void OpusEncoding::begin(std::uint32_t rate) noexcept
{
    RB_ASSERT(opus_encoder_init(state_.get(), static_cast<opus_int32>(rate), kChannels, application_of(options_)) ==
              OPUS_OK);
    set(OPUS_SET_BITRATE_REQUEST, bitrate(rate));
    set(OPUS_SET_MAX_BANDWIDTH_REQUEST, bandwidth_of(options_.playback_rate));
    set(OPUS_SET_VBR_REQUEST, options_.constant_bitrate ? 0 : 1);
    set(OPUS_SET_COMPLEXITY_REQUEST, std::min(options_.complexity, complexity_max_));
    set_loss();
}

/// What libopus takes by itself for frames of their length, unless something else was asked for.
int OpusEncoding::bitrate(std::uint32_t rate) const noexcept
{
    constexpr std::uint32_t per_frame = 60;
    const std::uint32_t frame_ms = options_.short_frames ? kFrame_ms / 2 : kFrame_ms;
    const std::uint32_t wanted = options_.bitrate != 0 ? options_.bitrate : per_frame * 1000 / frame_ms + rate;
    return static_cast<int>(options_.bitrate_max != 0 ? std::min(wanted, options_.bitrate_max) : wanted);
}

void OpusEncoding::set_loss() noexcept
{
    const std::uint8_t percent = std::max(loss_percent_, options_.packet_loss);
    set(OPUS_SET_PACKET_LOSS_PERC_REQUEST, percent);
    set(OPUS_SET_INBAND_FEC_REQUEST, options_.fec && percent > 0 ? 1 : 0);
}

std::size_t OpusEncoding::encode(std::span<const Sample> samples, std::span<std::uint8_t> out) noexcept
{
    return joiner_ ? encode_halves(samples, out) : encode_whole(samples, out);
}

/// Two frames are joined only where they have the same bandwidth: the second gets that of the first.
std::size_t OpusEncoding::encode_halves(std::span<const Sample> samples, std::span<std::uint8_t> out) noexcept
{
    std::array<std::uint8_t, 2 * kHalfBytesMax> halves;
    const std::size_t middle = samples.size() / 2;
    const std::size_t first = encode_whole(samples.first(middle), std::span{halves}.first(kHalfBytesMax));
    set(OPUS_SET_BANDWIDTH_REQUEST, bandwidth());
    const std::size_t second = encode_whole(samples.subspan(middle), std::span{halves}.subspan(first, kHalfBytesMax));
    set(OPUS_SET_BANDWIDTH_REQUEST, OPUS_AUTO);
    const std::array sizes{static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(second)};
    const std::size_t joined = joiner_->join(halves, sizes, out);
    RB_ASSERT(joined > 0);
    return joined;
}

std::size_t OpusEncoding::encode_whole(std::span<const Sample> samples, std::span<std::uint8_t> out) noexcept
{
    const int written = opus_encode(state_.get(), samples.data(), static_cast<int>(samples.size()), out.data(),
                                    static_cast<opus_int32>(out.size()));
    RB_ASSERT(written > 0);
    return static_cast<std::size_t>(written);
}

void OpusEncoding::expect_loss(std::uint8_t percent) noexcept
{
    if (percent != loss_percent_) {
        loss_percent_ = percent;
        set_loss();
    }
}

void OpusEncoding::limit_complexity(std::uint8_t most) noexcept
{
    if (most != complexity_max_) {
        complexity_max_ = most;
        set(OPUS_SET_COMPLEXITY_REQUEST, std::min(options_.complexity, most));
    }
}

/// Of the frame just encoded.
int OpusEncoding::bandwidth() const noexcept
{
    opus_int32 bandwidth = OPUS_AUTO;
    RB_ASSERT(opus_encoder_ctl(state_.get(), OPUS_GET_BANDWIDTH(&bandwidth)) == OPUS_OK);
    return bandwidth;
}

void OpusEncoding::set(int request, int value) noexcept
{
    RB_ASSERT(opus_encoder_ctl(state_.get(), request, value) == OPUS_OK);
}

void OpusJoiner::Free::operator()(::OpusRepacketizer* state) const noexcept
{
    opus_repacketizer_destroy(state);
}

OpusJoiner::OpusJoiner() : state_{opus_repacketizer_create()}
{
    RB_ASSERT(state_ != nullptr);
}

std::size_t OpusJoiner::join(std::span<const std::uint8_t> bytes, std::span<const std::uint16_t> sizes,
                             std::span<std::uint8_t> out) noexcept
{
    opus_repacketizer_init(state_.get());
    for (const std::uint16_t size : sizes) {
        if (opus_repacketizer_cat(state_.get(), bytes.data(), size) != OPUS_OK) {
            return 0;
        }
        bytes = bytes.subspan(size);
    }
    const auto written = opus_repacketizer_out(state_.get(), out.data(), static_cast<opus_int32>(out.size()));
    return written > 0 ? static_cast<std::size_t>(written) : 0;
}

std::size_t OpusJoiner::part(std::span<const std::uint8_t> packet, std::size_t index,
                             std::span<std::uint8_t> out) noexcept
{
    opus_repacketizer_init(state_.get());
    const auto size = static_cast<opus_int32>(packet.size());
    if (opus_repacketizer_cat(state_.get(), packet.data(), size) != OPUS_OK) {
        return 0;
    }
    const int begin = static_cast<int>(index);
    const auto written =
        opus_repacketizer_out_range(state_.get(), begin, begin + 1, out.data(), static_cast<opus_int32>(out.size()));
    return written > 0 ? static_cast<std::size_t>(written) : 0;
}

}  // namespace rb::codecs
