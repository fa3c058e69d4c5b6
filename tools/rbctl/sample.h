// sample.h — the counters of a node at one moment, and what two moments say of the time between.
#pragma once

#include "dataplane/base/stats_reader.h"
#include "dataplane/base/time.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rb::rbctl {

/// In place of a quantile: of nothing, and above the largest bound.
inline constexpr const char* kNothingCounted = "-";
inline constexpr const char* kAbove = "inf";

/// Every figure by its full name, "worker.0.busy_ns".
class Sample {
public:
    Sample() = default;
    Sample(const StatsReader& reader, Nanos now);

    [[nodiscard]] Nanos at() const { return at_; }
    [[nodiscard]] std::uint64_t get(std::string_view figure) const;
    [[nodiscard]] const std::map<std::string, std::uint64_t, std::less<>>& values() const { return values_; }

private:
    Nanos at_ = 0ns;
    std::map<std::string, std::uint64_t, std::less<>> values_;
};

/// What happened between two samples. With an empty `before`: since the node started.
class Span {
public:
    Span(const Sample& before, const Sample& after) : before_{before}, after_{after} {}

    [[nodiscard]] const Sample& after() const { return after_; }
    [[nodiscard]] std::uint64_t change(std::string_view figure) const;
    [[nodiscard]] double per_second(std::string_view figure) const;

    struct Spread {
        std::string p50;  ///< upper bounds of their buckets, µs; "-" where nothing was counted
        std::string p99;
        std::string max;
    };
    /// Of a histogram's buckets, "worker.0.slot_lateness_us".
    [[nodiscard]] Spread spread(const std::string& histogram) const;

private:
    const Sample& before_;
    const Sample& after_;
};

/// "worker.0", "worker.1", … as far as there are any.
[[nodiscard]] std::vector<std::string> worker_names(const StatsReader& reader);
/// Sum of one figure over all workers.
[[nodiscard]] double per_second_of_all(const Span& span, const std::vector<std::string>& workers,
                                       std::string_view figure);

}  // namespace rb::rbctl
