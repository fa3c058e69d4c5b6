#include "sim/calls/options.h"

#include "sim/options.h"

namespace rb::sim::calls {

Options options_of(std::uint64_t seed)
{
    Rng rng{seed * 0x9e3779b9U + 7};
    Options options{.seed = seed,
                    .workers = static_cast<std::size_t>(1 + rng.below(3)),
                    .phones = static_cast<std::size_t>(2 + rng.below(7)),
                    .storm = std::chrono::milliseconds{4000 + rng.below(8000)},
                    .faults = {.seed = seed}};
    const auto often = [&](double most) { return most * static_cast<double>(1 + rng.below(100)) / 100; };
    const bool calm = rng.chance(0.3);
    if (!calm) {
        const double savagery = rng.chance(0.5) ? 1.0 : 0.3;
        options.faults.to_server = draw_faults(rng, savagery);
        options.faults.to_client = draw_faults(rng, savagery);
        options.faults.sip_lag = rng.chance(0.5) ? Nanos{std::chrono::milliseconds{1 + rng.below(50)}} : 0ns;
        options.faults.late_slots = rng.chance(0.5) ? often(0.1) : 0;
        options.faults.stalls = rng.chance(0.4) ? often(0.003) : 0;
        options.faults.world = {
            .disk_lag = rng.chance(0.6) ? Nanos{std::chrono::milliseconds{2 + rng.below(300)}} : Nanos{1ms},
            .cached = rng.chance(0.5) ? often(1) : 0,
            .disk_errors = rng.chance(0.3) ? often(0.2) : 0,
            .ports_taken = rng.chance(0.3) ? often(0.3) : 0};
        options.vanish = rng.chance(0.5);
        options.new_streams = rng.chance(0.3);
        options.drift = rng.chance(0.3);
        options.ports = rng.chance(0.3) ? static_cast<unsigned>(4 + rng.below(12)) : options.ports;
    }
    options.room_parties = rng.chance(0.4) ? static_cast<unsigned>(1 + rng.below(3)) : options.room_parties;
    options.calls = often(0.02);
    options.acts = often(0.05);
    options.rooms = rng.chance(0.7);
    options.dials = rng.chance(0.6);
    options.ivr = rng.chance(0.6) || !(options.rooms || options.dials);
    options.hold = rng.chance(0.5);
    options.reoffer = rng.chance(0.4);
    options.keys = rng.chance(0.8);
    options.late_offers = rng.chance(0.4);
    options.nat = rng.chance(0.4);
    options.dtx = rng.chance(0.3);
    options.operators = rng.chance(0.5);
    options.srtp = rng.chance(0.5);
    options.ice = rng.chance(0.4);
    options.opus = rng.chance(0.2);  // to encode it is most of what such a seed takes
    return options;
}

}  // namespace rb::sim::calls
