// Goal: the wide loops compute what their definitions say, to the bit; mix-minus is the sum of the others.
// Method: compared with plain loops over random samples, the extremes included, at every length a frame can have.
#include "bridges/mix_kernel.h"

#include "bridges/bridge.h"
#include "dataplane/base/rng.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace rb::bridges {
namespace {

using codecs::Sample;

std::vector<Sample> random_frame(Rng& rng, std::size_t size)
{
    std::vector<Sample> samples(size);
    for (Sample& sample : samples) {
        const std::uint64_t draw = rng.below(20);
        sample = draw == 0   ? std::numeric_limits<Sample>::min()
                 : draw == 1 ? std::numeric_limits<Sample>::max()
                             : static_cast<Sample>(rng.u16());
    }
    return samples;
}

RC_GTEST_PROP(MixProperty, MixMinusIsTheSumOfTheOthers, ())
{
    Rng rng{*rc::gen::arbitrary<std::uint64_t>()};
    const auto count = static_cast<std::size_t>(*rc::gen::inRange<std::uint32_t>(1, kTalkersMax + 1));
    const std::size_t size = codecs::frame_samples(*rc::gen::elementOf(codecs::kSampleRates));
    std::vector<std::vector<Sample>> talkers;
    std::vector<std::int32_t> total(size);
    for (std::size_t i = 0; i < count; ++i) {
        talkers.push_back(random_frame(rng, size));
        mix_add(total, talkers.back());
    }
    std::vector<std::int32_t> heard(size);
    for (std::size_t listener = 0; listener < count; ++listener) {
        mix_without(heard, total, talkers[listener]);
        for (std::size_t i = 0; i < size; ++i) {
            std::int32_t sum = 0;
            for (std::size_t other = 0; other < count; ++other) {
                sum += other == listener ? 0 : talkers[other][i];
            }
            RC_ASSERT(heard[i] == sum);
        }
    }
}

RC_GTEST_PROP(MixProperty, PeakNarrowAndScaleFollowTheirDefinitions, ())
{
    Rng rng{*rc::gen::arbitrary<std::uint64_t>()};
    const std::size_t size = codecs::frame_samples(*rc::gen::elementOf(codecs::kSampleRates));
    const auto frame = random_frame(rng, size);
    const std::vector<std::int32_t> wide(frame.begin(), frame.end());
    std::uint32_t peak = 0;
    for (const std::int32_t sample : wide) {
        peak = std::max(peak, static_cast<std::uint32_t>(std::abs(sample)));
    }
    RC_ASSERT(mix_peak(wide) == peak);
    std::vector<Sample> out(size);
    mix_narrow(wide, out);
    RC_ASSERT(out == frame);
    mix_scale(wide, out, 1.0F, 0.5F);
    for (std::size_t i = 0; i < size; ++i) {
        const double gain = 1.0 - 0.5 * static_cast<double>(i) / static_cast<double>(size);
        RC_ASSERT(std::abs(out[i] - wide[i] * gain) <= 1.01);
    }
}

}  // namespace
}  // namespace rb::bridges
