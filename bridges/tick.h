// tick.h — what a bridge is given for one tick: the time, where packets and events go, and room to work in.
#pragma once

#include "bridges/bridge.h"
#include "codecs/pcm.h"
#include "dataplane/base/packet.h"
#include "dataplane/base/time.h"
#include "dataplane/media/event_outbox.h"

#include <array>
#include <cstdint>
#include <span>

namespace rb::bridges {

/// One party's audio of this tick, at the rate of the mix.
struct Talker {
    media::Leg* leg = nullptr;
    std::uint32_t level = 0;  ///< smoothed mean |sample|
    std::array<codecs::Sample, codecs::kFrameSamplesMax> samples;
};

/// Working memory of all mixes of one worker; nothing in it lasts beyond a tick.
struct MixScratch {
    std::array<Talker, kTalkersMax + 1> talkers;  // one more: where the next candidate is decoded
    std::uint32_t talker_count = 0;
    std::array<std::int32_t, codecs::kFrameSamplesMax> total;
    std::array<std::int32_t, codecs::kFrameSamplesMax> without_own;
    std::array<codecs::Sample, codecs::kFrameSamplesMax> limited;  // at the rate of the mix
    std::array<codecs::Sample, codecs::kFrameSamplesMax> adapted;  // at the rate of a party
    std::array<std::uint8_t, codecs::kFrameSamplesMax * sizeof(codecs::Sample)> payload;
    SharedPayloads shared;
};

struct TickContext {
    Nanos at;  ///< when this tick was due
    TxBatch& tx;
    EventOutbox& events;
    MixScratch& scratch;
    std::uint8_t complexity_max = 10;     ///< of what is encoded, where the codec has a choice
    std::uint64_t mixes_apart = 0;        ///< for parties with exceptions
    std::uint64_t trunk_frames_lost = 0;  ///< that found the trunk full: the other worker is behind
    bool keys_heard = false;              ///< some party's InbandDtmf found keys
};

}  // namespace rb::bridges
