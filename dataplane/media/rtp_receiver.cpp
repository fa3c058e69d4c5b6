#include "dataplane/media/rtp_receiver.h"

#include <algorithm>
#include <cmath>

namespace rb::media {

tl::expected<RtpReceiver::Accepted, Drop> RtpReceiver::accept(const wire::RtpHeader& header,
                                                              std::optional<std::uint32_t> clock_rate,
                                                              Nanos now) noexcept
{
    bool restarted = false;
    if (!started_) {
        restart(header);
        restarted = true;
    } else if (header.ssrc != ssrc_) {
        if (!second_of_new_stream(header)) {
            return tl::unexpected(Drop::Probation);
        }
        restart(header);
        restarted = true;
    } else {
        const auto step = static_cast<std::int32_t>(sequence_.extend(header.sequence) - sequence_.highest());
        if (step >= kDropoutMax || step <= -kMisorderMax) {
            if (!second_of_new_stream(header)) {
                return tl::unexpected(Drop::OutOfOrder);
            }
            restart(header);
            restarted = true;
        }
    }
    suspected_ = false;
    const std::uint32_t highest = sequence_.highest();
    const std::uint32_t extended = sequence_.advance(header.sequence);
    note_losses(restarted ? 1 : static_cast<std::int32_t>(extended - highest));
    ++received_;
    ++packets_;
    if (clock_rate) {
        update_jitter(header.timestamp, *clock_rate, now);
    }
    last_at_ = now;
    return Accepted{.sequence = extended, .restarted = restarted};
}

/// Takes note of a packet this many numbers beyond the highest before.
void RtpReceiver::note_losses(std::int32_t step) noexcept
{
    for (std::int32_t missing = 1; missing < step; ++missing) {
        losses_.missed();
    }
    if (step > 0) {
        losses_.received();
    }
}

/// Whether the packet confirms the one suspected before it: same source, next in order.
bool RtpReceiver::second_of_new_stream(const wire::RtpHeader& header) noexcept
{
    const bool confirmed = suspected_ && header.ssrc == suspect_ssrc_ && header.sequence == suspect_next_;
    suspected_ = true;
    suspect_ssrc_ = header.ssrc;
    suspect_next_ = static_cast<std::uint16_t>(header.sequence + 1);
    return confirmed;
}

void RtpReceiver::restart(const wire::RtpHeader& header) noexcept
{
    lost_before_ = lost();
    expected_before_ = expected();
    started_ = true;
    ++streams_;
    ssrc_ = header.ssrc;
    sequence_ = wire::ExtendedSeq{header.sequence};
    base_sequence_ = header.sequence;
    received_ = 0;
    expected_prior_ = 0;
    received_prior_ = 0;
    timed_ = false;
    jitter_ticks_ = 0;
}

void RtpReceiver::update_jitter(std::uint32_t timestamp, std::uint32_t clock_rate, Nanos now) noexcept
{
    const double arrived = std::chrono::duration<double>(now - timed_at_).count() * clock_rate;
    const double sent = wire::timestamp_distance(last_timestamp_, timestamp);
    const double deviation = std::abs(arrived - sent);
    // A pause or a jump of the sender's clock is no jitter.
    if (timed_ && deviation < clock_rate) {
        jitter_ticks_ += (deviation - jitter_ticks_) / 16;
    }
    timed_ = true;
    timed_at_ = now;
    last_timestamp_ = timestamp;
    clock_rate_ = clock_rate;
}

std::uint64_t RtpReceiver::lost() const noexcept
{
    if (!started_) {
        return 0;
    }
    const std::uint32_t expected = sequence_.highest() - base_sequence_ + 1;
    return lost_before_ + (expected > received_ ? expected - received_ : 0);
}

std::uint64_t RtpReceiver::expected() const noexcept
{
    return started_ ? expected_before_ + (sequence_.highest() - base_sequence_ + 1) : 0;
}

Nanos RtpReceiver::jitter() const noexcept
{
    return Nanos{static_cast<std::int64_t>(jitter_ticks_ / clock_rate_ * 1e9)};
}

wire::ReportBlock RtpReceiver::report() noexcept
{
    const std::uint32_t expected = sequence_.highest() - base_sequence_ + 1;
    const std::uint32_t expected_now = expected - expected_prior_;
    const auto lost_now = static_cast<std::int64_t>(expected_now) - (received_ - received_prior_);
    expected_prior_ = expected;
    received_prior_ = received_;
    constexpr std::int64_t kLostMax = 0x7fffff;
    const auto cumulative =
        std::clamp<std::int64_t>(static_cast<std::int64_t>(expected) - received_, -kLostMax, kLostMax);
    return {.ssrc = ssrc_,
            .fraction_lost = static_cast<std::uint8_t>(
                expected_now == 0 || lost_now <= 0 ? 0 : std::min<std::int64_t>(lost_now * 256 / expected_now, 255)),
            .cumulative_lost = static_cast<std::int32_t>(cumulative),
            .highest_sequence = sequence_.highest(),
            .jitter = static_cast<std::uint32_t>(jitter_ticks_)};
}

}  // namespace rb::media
