#include "codecs/narrow_band.h"

#include "dataplane/base/assert.h"

#include <algorithm>

namespace rb::codecs {
namespace {

Resampler to_narrow_from(std::size_t rate)
{
    return {kSampleRates[rate], NarrowBand::kRate};
}

}  // namespace

NarrowBand::NarrowBand()
    : from_{to_narrow_from(0), to_narrow_from(1), to_narrow_from(2), to_narrow_from(3), to_narrow_from(4)}
{
}

NarrowBand::Frame NarrowBand::take(std::span<const Sample> frame) noexcept
{
    Frame narrow{};
    if (!frame.empty()) {
        const auto rate = static_cast<std::uint32_t>(frame.size() * 1000 / kFrame_ms);
        const auto* const known = std::find(kSampleRates.begin(), kSampleRates.end(), rate);
        RB_ASSERT(known != kSampleRates.end());
        from_[static_cast<std::size_t>(known - kSampleRates.begin())].process(frame, narrow);
    }
    return narrow;
}

}  // namespace rb::codecs
