#include "tools/rbload/reception.h"

#include "codecs/pcm.h"

#include <algorithm>
#include <array>

namespace rb::load {
namespace {

/// A pause of half a packet more than due is heard as one.
constexpr Nanos kGapSlack = 10ms;

/// All tones lie within the band of a telephone, and the least rate a codec has costs least.
std::uint32_t rate_of(codecs::CodecId codec) noexcept
{
    const auto& info = codecs::codec_info(codec);
    return info.any_rate ? 8000 : info.sample_rate;
}

}  // namespace

Reception::Reception(const Setup& setup, MediaHistograms& histograms)
    : setup_{setup}, histograms_{histograms}, tones_{setup.tones, rate_of(setup.codec)}
{
    if (setup.tones > 0) {
        decoder_.emplace(setup.codec);
        decoder_->set_rate(rate_of(setup.codec));
    }
}

void Reception::begin(Nanos now, const ExpectedStamps& expected) noexcept
{
    phase_ = Phase::Measuring;
    expected_ = expected;
    counts_ = {};
    numbering_ = {};
    extended_.reset();
    stamps_ = {};
    last_arrival_ = now;
}

void Reception::end(Nanos now, std::uint32_t stamps_end) noexcept
{
    phase_ = Phase::Draining;
    expected_.end = stamps_end;
    counts_.longest_gap = std::max(counts_.longest_gap, now - last_arrival_);
}

void Reception::on_datagram(std::span<const std::uint8_t> bytes, Nanos at) noexcept
{
    const auto view = wire::parse_rtp(bytes);
    if (phase_ == Phase::Before) {
        if (view) {
            ssrc_ = view->header.ssrc;
            heard_ = true;
        }
        return;
    }
    if (!view) {
        ++counts_.malformed;
        return;
    }
    if (phase_ == Phase::Measuring) {
        if (heard_ && view->header.ssrc != ssrc_) {
            ++counts_.source_changes;
            extended_.reset();
            numbering_ = {};
        }
        ssrc_ = view->header.ssrc;
        heard_ = true;
        on_timing(at);
        on_number(view->header.sequence);
    }
    if (view->header.payload_type != payload_type_) {
        ++counts_.other_payload;
        return;
    }
    if (setup_.stamped) {
        on_stamp(view->payload, at);
    } else if (setup_.tones > 0 && phase_ == Phase::Measuring) {
        listen(view->payload);
    }
}

void Reception::listen(std::span<const std::uint8_t> payload) noexcept
{
    std::array<codecs::Sample, codecs::kPacketSamplesMax> samples;
    if (const auto count = decoder_->decode(payload, samples)) {
        tones_.add(std::span{samples}.first(*count));
    }
}

std::uint64_t Reception::stamps_lost() const noexcept
{
    const std::uint64_t sent = expected_.end - expected_.first;
    return sent - std::min(sent, stamps_.unique());
}

void Reception::on_timing(Nanos at) noexcept
{
    const Nanos distance = at - last_arrival_;
    if (counts_.packets > 0) {
        histograms_.jitter.add(std::chrono::abs(distance - setup_.packet_time));
    }
    counts_.gaps += distance > setup_.packet_time + kGapSlack ? 1U : 0U;
    counts_.longest_gap = std::max(counts_.longest_gap, distance);
    last_arrival_ = std::max(at, last_arrival_);
    ++counts_.packets;
}

void Reception::on_number(std::uint16_t sequence) noexcept
{
    if (!extended_) {
        extended_.emplace(sequence);
    }
    numbering_.arrive(extended_->advance(sequence));
}

void Reception::on_stamp(std::span<const std::uint8_t> payload, Nanos at) noexcept
{
    const StampReading reading = read_stamp(payload);
    switch (reading.verdict) {
        case StampVerdict::Stranger:
            counts_.strangers += phase_ == Phase::Measuring ? 1U : 0U;
            return;
        case StampVerdict::Changed:
            ++counts_.changed;
            return;
        case StampVerdict::Intact:
            break;
    }
    if (reading.stamp.leg != expected_.leg) {
        ++counts_.misrouted;
        return;
    }
    if (reading.stamp.number < expected_.first || reading.stamp.number >= expected_.end) {
        return;  // sent before or after the measured time
    }
    histograms_.latency.add(at - reading.stamp.sent);
    stamps_.arrive(reading.stamp.number);
}

}  // namespace rb::load
