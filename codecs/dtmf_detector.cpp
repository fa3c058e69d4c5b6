#include "codecs/dtmf_detector.h"

#include "dataplane/base/assert.h"

#include <spandsp.h>

#include <cmath>  // spandsp.h below is C and forgets some of what it uses
#include <cstdio>
#include <ctime>

namespace rb::codecs {
namespace {

/// spandsp decides by blocks of 102 samples, and only whole blocks count: half a block is missing at either end.
constexpr int kUncountedSamples = 102;

}  // namespace

void DtmfDetector::Free::operator()(dtmf_rx_state_s* state) const noexcept
{
    dtmf_rx_free(state);
}

DtmfDetector::DtmfDetector() : state_{dtmf_rx_init(nullptr, nullptr, nullptr)}
{
    RB_ASSERT(state_ != nullptr);
    dtmf_rx_set_realtime_callback(state_.get(), on_change, this);
}

void DtmfDetector::on_change(void* self, int digit, int /*level*/, int samples) noexcept
{
    auto& detector = *static_cast<DtmfDetector*>(self);
    RB_ASSERT(detector.count_ + 2 <= kChangesMax);
    if (detector.digit_ != 0) {
        const auto held = static_cast<std::uint32_t>(samples + kUncountedSamples) / samples_per_ms(kRate);
        detector.changes_[detector.count_++] = {
            .digit = detector.digit_, .released = true, .held_ms = static_cast<std::uint32_t>(held)};
    }
    detector.digit_ = static_cast<char>(digit);
    if (digit != 0) {
        detector.changes_[detector.count_++] = {.digit = detector.digit_};
    }
}

std::span<const DtmfDetector::Change> DtmfDetector::process(std::span<const Sample> frame) noexcept
{
    RB_ASSERT(frame.size() == frame_samples(kRate));
    count_ = 0;
    static_cast<void>(dtmf_rx(state_.get(), frame.data(), static_cast<int>(frame.size())));
    return std::span{changes_}.first(count_);
}

bool DtmfDetector::sounding() const noexcept
{
    return dtmf_rx_status(state_.get()) != 0;
}

}  // namespace rb::codecs
