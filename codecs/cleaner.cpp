#include "codecs/cleaner.h"

#include <speex/speex_preprocess.h>

#include <algorithm>

namespace rb::codecs {

Cleaner::Cleaner(const CleanerOptions& options, std::span<const std::uint32_t> rates)
{
    for (const std::uint32_t rate : rates) {
        const std::size_t size = frame_samples(rate);
        SpeexPreprocessState* state = speex_preprocess_state_init(static_cast<int>(size), static_cast<int>(rate));
        int denoise = options.denoise ? 1 : 0;
        int agc = options.agc_level > 0 ? 1 : 0;
        auto level = static_cast<float>(options.agc_level);
        speex_preprocess_ctl(state, SPEEX_PREPROCESS_SET_DENOISE, &denoise);
        speex_preprocess_ctl(state, SPEEX_PREPROCESS_SET_AGC, &agc);
        if (agc != 0) {
            speex_preprocess_ctl(state, SPEEX_PREPROCESS_SET_AGC_LEVEL, &level);
        }
        states_.push_back({size, {state, speex_preprocess_state_destroy}});
    }
}

void Cleaner::process(std::span<Sample> frame) noexcept
{
    const auto state = std::ranges::find(states_, frame.size(), &State::frame_samples);
    if (state != states_.end()) {
        speex_preprocess_run(state->speex.get(), frame.data());
    }
}

}  // namespace rb::codecs
