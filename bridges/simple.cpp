#include "bridges/simple.h"

#include "bridges/party.h"

namespace rb::bridges {

void tick_simple(Bridge& bridge, TickContext& tick) noexcept
{
    const auto legs = bridge.parties->legs();
    const std::size_t frame = codecs::frame_samples(bridge.options.rate);
    std::array<Said, 2> said;
    for (std::size_t i = 0; i < legs.size(); ++i) {
        said[i] = hear(*legs[i], std::span{tick.scratch.talkers[i].samples}.first(frame), false, tick);
    }
    for (std::size_t i = 0; i < legs.size(); ++i) {
        if (send_private(*legs[i], tick)) {
            continue;
        }
        const std::size_t other = 1 - i;
        if (other < legs.size() && said[other].audible) {
            send_samples(*legs[i], std::span{tick.scratch.talkers[other].samples}.first(frame), tick);
        } else {
            send_silence(*legs[i], tick);
        }
    }
}

}  // namespace rb::bridges
