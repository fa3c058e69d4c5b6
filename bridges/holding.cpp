#include "bridges/holding.h"

#include "bridges/mix_kernel.h"
#include "bridges/party.h"

#include <algorithm>

namespace rb::bridges {

void tick_holding(Bridge& bridge, TickContext& tick) noexcept
{
    const std::span total = std::span{tick.scratch.total}.first(codecs::frame_samples(bridge.options.rate));
    const std::span said = std::span{tick.scratch.talkers[0].samples}.first(total.size());
    std::fill(total.begin(), total.end(), 0);
    bool announced = false;
    for (media::Leg* leg : bridge.parties->legs()) {
        const bool audible = hear(*leg, said, !leg->party.announcer, tick).audible;
        if (leg->party.announcer && audible) {
            mix_add(total, said);
            announced = true;
        }
    }
    const std::span limited = std::span{tick.scratch.limited}.first(total.size());
    bridge.limiter.process(total, limited);
    for (media::Leg* leg : bridge.parties->legs()) {
        if (announced && !leg->party.announcer) {
            send_samples(*leg, limited, tick);
        } else if (!send_private(*leg, tick)) {
            send_silence(*leg, tick);
        }
    }
}

}  // namespace rb::bridges
