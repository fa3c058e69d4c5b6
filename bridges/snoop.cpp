#include "bridges/snoop.h"

#include "bridges/bridge.h"
#include "dataplane/base/assert.h"

#include <algorithm>
#include <limits>

namespace rb::bridges {
namespace {

codecs::Sample limited(std::int32_t sum) noexcept
{
    constexpr std::int32_t kLow = std::numeric_limits<codecs::Sample>::min();
    constexpr std::int32_t kHigh = std::numeric_limits<codecs::Sample>::max();
    return static_cast<codecs::Sample>(std::clamp(sum, kLow, kHigh));
}

}  // namespace

Snoop::Snoop(const Options& options, TrunkEnd& end) : options_{options}, end_{end}, frame_{options.codec}
{
    for (const std::uint32_t lower : kMixRates) {
        if (codecs::codec_info(options.codec).any_rate && lower < frame_.rate()) {
            to_lower_.push_back({codecs::Resampler{frame_.rate(), lower}, codecs::Resampler{frame_.rate(), lower}});
        }
    }
}

void Snoop::begin_frame(std::span<const codecs::Sample> received) noexcept
{
    const std::span sum = std::span{sum_}.first(frame_.frame_samples());
    const auto passed = options_.received_only ? frame_.received() : frame_.sum(adapted_);
    std::copy(passed.begin(), passed.end(), sum.begin());
    static_cast<void>(end_.out->send(std::span{sum}.first(passed.size())));  // a spy that lags loses frames
    frame_.begin(received);
    std::fill(sum.begin(), sum.end(), 0);
    speaks_ = end_.in->add_to(sum) && (options_.whispers || options_.barges);
    std::transform(sum.begin(), sum.end(), speech_.begin(), limited);
}

void Snoop::add_to(std::span<codecs::Sample> samples) noexcept
{
    const std::span speech = std::span{adapted_}.first(samples.size());
    convert(std::span{speech_}.first(frame_.frame_samples()), speech, 0);
    std::transform(samples.begin(), samples.end(), speech.begin(), samples.begin(),
                   [](codecs::Sample a, codecs::Sample b) { return limited(std::int32_t{a} + b); });
}

void Snoop::copy_sent(std::span<codecs::Sample> samples) noexcept
{
    if (frame_.sent().empty()) {
        std::fill(samples.begin(), samples.end(), codecs::Sample{0});
    } else {
        convert(frame_.sent(), samples, 1);
    }
}

void Snoop::convert(std::span<const codecs::Sample> from, std::span<codecs::Sample> samples,
                    std::size_t stream) noexcept
{
    const auto lower = std::ranges::find_if(to_lower_, [samples](const auto& resamplers) {
        return codecs::frame_samples(resamplers[0].to()) == samples.size();
    });
    if (lower != to_lower_.end()) {
        return (*lower)[stream].process(from, samples);
    }
    RB_ASSERT(from.size() == samples.size());
    std::copy(from.begin(), from.end(), samples.begin());
}

}  // namespace rb::bridges
