#include "sim/options.h"

namespace rb::sim {

Faults draw_faults(Rng& rng, double savagery)
{
    const auto ratio = [&](double most) {
        return rng.chance(0.5) ? savagery * most * static_cast<double>(rng.below(1000)) / 1000.0 : 0.0;
    };
    Faults faults{.loss = ratio(0.2),
                  .burst_begins = ratio(0.01),
                  .burst_ends = 0.2,
                  .duplicate = ratio(0.1),
                  .reorder = ratio(0.1),
                  .corrupt = ratio(0.05),
                  .truncate = ratio(0.02),
                  .delay = std::chrono::milliseconds{1 + rng.below(60)}};
    if (rng.chance(savagery)) {
        faults.jitter_mean = std::chrono::milliseconds{rng.below(40)};
    }
    return faults;
}

Options options_of(std::uint64_t seed)
{
    Rng rng{seed * 0x9e3779b9U + 1};
    Options options{.seed = seed,
                    .workers = static_cast<unsigned>(1 + rng.below(3)),
                    .clients = static_cast<unsigned>(2 + rng.below(6)),
                    .storm = std::chrono::milliseconds{3000 + rng.below(3000)}};
    const bool calm = rng.chance(0.3);
    if (!calm) {
        const double savagery = rng.chance(0.5) ? 1.0 : 0.3;
        options.to_server = draw_faults(rng, savagery);
        options.to_client = draw_faults(rng, savagery);
        options.strangers = rng.chance(0.5) ? 0.2 * savagery : 0;
        options.late_slots = rng.chance(0.5);
        options.full_queues = rng.chance(0.3);
        options.new_streams = rng.chance(0.3);
        // Not both: a stream that begins anew from another address is a stranger's, for all anybody can tell. So is one
        // whose last packet from the old address was spoilt, which a checksum prevents outside of simulations.
        options.rebind = !options.new_streams && rng.chance(0.3) && options.to_server.corrupt == 0;
        options.vanish = rng.chance(0.5);
    }
    options.keys = rng.chance(0.7);
    options.hold = rng.chance(0.5);
    options.play = rng.chance(0.6);
    options.record = rng.chance(0.5);
    options.migrate = rng.chance(0.5);
    options.one_room = options.workers > 1 && rng.chance(0.5);
    options.rates = rng.chance(0.5);
    options.holding = !options.one_room && rng.chance(0.2);
    options.drift = rng.chance(0.3);
    options.dtx = rng.chance(0.3);
    options.srtp = rng.chance(0.5);
    return options;
}

}  // namespace rb::sim
