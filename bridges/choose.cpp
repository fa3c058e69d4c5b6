#include "bridges/choose.h"

namespace rb::bridges {
namespace {

bool passed_only(const PartyTraits& a, const PartyTraits& b) noexcept
{
    return a.codec == b.codec && codecs::codec_info(a.codec).passed_only;
}

bool alike(const PartyTraits& a, const PartyTraits& b) noexcept
{
    return a.codec == b.codec && a.ptime_ms == b.ptime_ms && a.opus_bitrate_max == b.opus_bitrate_max &&
           a.dtmf == b.dtmf && (!a.dtmf || a.dtmf_clock_rate == b.dtmf_clock_rate);
}

/// A room in which nobody is to be heard or served, as in the many whose only member waits on hold.
bool rests(const BridgeTraits& room) noexcept
{
    const bool all_on_hold =
        (room.parties == 1 && room.first.on_hold) || (room.parties == 2 && room.first.on_hold && room.second.on_hold);
    return all_on_hold && !room.needs_audio && !room.spans_workers;
}

}  // namespace

Technology choose_bridge(const BridgeTraits& bridge) noexcept
{
    if (bridge.parties == 0 && !bridge.spans_workers) {
        return Technology::None;
    }
    switch (bridge.kind) {
        case BridgeKind::Holding:
            return Technology::Holding;
        case BridgeKind::Conference:
            return rests(bridge) ? Technology::None : Technology::Softmix;
        case BridgeKind::Smart:
            break;
    }
    const PartyTraits& first = bridge.first;
    const PartyTraits& second = bridge.second;
    const bool two = bridge.parties == 2 && !first.needs_frames && !second.needs_frames;
    if (two && passed_only(first, second)) {
        return Technology::NativeRtp;
    }
    if (bridge.parties > 2 || bridge.needs_audio) {
        return Technology::Softmix;
    }
    const bool pass_through = two && alike(first, second) && !first.needs_audio && !second.needs_audio;
    return pass_through ? Technology::NativeRtp : Technology::Simple;
}

}  // namespace rb::bridges
