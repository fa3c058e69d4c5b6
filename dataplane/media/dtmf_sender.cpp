#include "dataplane/media/dtmf_sender.h"

#include <algorithm>
#include <string_view>

namespace rb::media {
namespace {

std::uint16_t milliseconds(Nanos duration) noexcept
{
    return static_cast<std::uint16_t>(std::clamp<std::int64_t>(to_ms(duration), 0, UINT16_MAX));
}

}  // namespace

bool DtmfSender::queue(char digit, const DtmfTiming& timing) noexcept
{
    if (count_ == kDigitsMax || std::string_view{"0123456789*#ABCD"}.find(digit) == std::string_view::npos) {
        return false;
    }
    presses_[(first_ + count_) % kDigitsMax] = {.digit = digit,
                                                .held_ms = milliseconds(std::max(timing.held, kHeldMin)),
                                                .between_ms = milliseconds(timing.between)};
    ++count_;
    return true;
}

std::optional<DtmfSender::Packet> DtmfSender::next(std::uint32_t clock_rate) noexcept
{
    if (count_ == 0) {
        return std::nullopt;
    }
    const Press& press = presses_[first_];
    const Nanos held_for = std::chrono::milliseconds{press.held_ms};
    const bool first = elapsed_ == 0ns;
    elapsed_ += kFrame;
    const bool end = elapsed_ >= held_for && elapsed_ - kFrame < held_for;
    const bool held = elapsed_ <= held_for || end;
    // A segment is told to its end before the next begins.
    const auto ticks = static_cast<std::uint32_t>(to_ms(elapsed_)) * (clock_rate / 1000);
    const std::uint32_t told = ticks - static_cast<std::uint32_t>(to_ms(kFrame)) * (clock_rate / 1000);
    const std::uint32_t segment_at = told / wire::kDtmfSegmentTicks * wire::kDtmfSegmentTicks;
    const Packet packet{.payload = {.digit = press.digit,
                                    .end = end,
                                    .volume_dbm0 = 10,
                                    .duration_samples = static_cast<std::uint16_t>(
                                        std::min(ticks - segment_at, wire::kDtmfSegmentTicks))},
                        .first = first,
                        .segment_at = segment_at,
                        .copies = end ? 3U : 1U};
    if (elapsed_ >= held_for + std::chrono::milliseconds{press.between_ms}) {
        elapsed_ = 0ns;
        first_ = (first_ + 1) % kDigitsMax;
        --count_;
    }
    return held ? std::optional{packet} : std::nullopt;
}

}  // namespace rb::media
