// admission.h — whether the node takes one more call: its limits, the host's state, and what the workers will have to
// do.
#pragma once

#include "control/config/node_objects.h"
#include "control/engine/translation.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace rb::engine {

/// Why a call is refused with 503.
enum class Refusal : std::uint8_t {
    None,
    Draining,
    Limit,   ///< calls_max, legs_max or maxcalls
    Load,    ///< maxload
    Memory,  ///< minmemfree
    Cpu,     ///< cpu_percent_max
};
inline constexpr std::size_t kRefusalCount = static_cast<std::size_t>(Refusal::Cpu) + 1;

[[nodiscard]] std::string_view to_string(Refusal refusal);

/// The most that encoders may spend on a worker that is busy for this share of what it may be: long before calls are
/// refused, each gets a little less.
///
/// present   what holds now; it is raised again only when the load has fallen well below
[[nodiscard]] std::uint8_t complexity_for(double load, std::uint8_t present);

/// The worker's busy share once it has its new legs: what was measured, and what those cost that came since.
/// Owner: control.
class Admission {
public:
    /// Share of a worker one leg takes until legs have been measured: 100 datagrams a second at 3 µs.
    static constexpr double kLegCost = 0.0003;

    explicit Admission(std::size_t workers) : workers_(workers) {}

    /// What was measured at start.
    void set_leg_cost(double share) { leg_cost_ = start_cost_ = share; }
    void set_translation(const TranslationCosts& costs) { translation_ = costs; }
    [[nodiscard]] const TranslationCosts& translation() const { return translation_; }
    /// A call with this codec has been taken: until the worker is measured again, what it may cost is added.
    void admitted(std::size_t worker, codecs::CodecId codec)
    {
        workers_[worker].coming += translation_.leg_share(codec);
    }
    /// A worker was busy for this share of the last interval, and has so many legs at its end.
    void measured(std::size_t worker, double busy, std::size_t legs);

    struct Host {
        double load = 0;                                                     ///< average of a minute
        std::uint64_t free_mib = std::numeric_limits<std::uint64_t>::max();  ///< memory to be had
    };
    void measured(const Host& host) { host_ = host; }

    /// The share of its time a worker will be busy with these legs and one more.
    [[nodiscard]] double predicted(std::size_t worker, std::size_t legs) const;
    [[nodiscard]] double leg_cost() const { return leg_cost_; }

    /// What there is when a call comes.
    struct Situation {
        bool draining = false;
        std::size_t calls = 0;
        std::size_t legs = 0;
        std::size_t worker = 0;                         ///< the one the call would get …
        std::size_t worker_legs = 0;                    ///< … and what it has
        codecs::CodecId codec = codecs::CodecId::Pcmu;  ///< that it will probably have
    };
    [[nodiscard]] Refusal judge(const Situation& now, const config::Limits& limits,
                                const config::Asterisk& asterisk) const;

private:
    struct Worker {
        double busy = 0;
        std::size_t legs = 0;  ///< when it was measured
        double coming = 0;     ///< of codecs of calls taken since
    };
    std::vector<Worker> workers_;
    TranslationCosts translation_;
    double start_cost_ = kLegCost;
    double leg_cost_ = kLegCost;
    Host host_;
};

}  // namespace rb::engine
