// rate_adapter.h — one party's way between its codec's sample rate and that of the mix.
#pragma once

#include "codecs/resampler.h"

#include <cstdint>

namespace rb::bridges {

/// Built by control when a party joins a bridge whose rate may differ from the party's; nothing allocates afterwards.
struct RateAdapter {
    RateAdapter(std::uint32_t party_rate, std::uint32_t mix_rate)
        : rate{mix_rate}, to_mix{party_rate, mix_rate}, from_mix{mix_rate, party_rate}
    {
    }

    std::uint32_t rate;
    codecs::Resampler to_mix;
    codecs::Resampler from_mix;
};

}  // namespace rb::bridges
