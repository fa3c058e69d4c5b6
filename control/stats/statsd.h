// statsd.h — figures for a statsd server: what the counter file holds, and Asterisk's own names, as datagrams.
#pragma once

#include "control/config/node_objects.h"
#include "control/stats/statsd_lines.h"
#include "dataplane/base/error.h"
#include "dataplane/base/quantile.h"
#include "dataplane/base/stats_reader.h"
#include "dataplane/base/time.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rb::stats {

/// statsd's own interval: figures come as often as it passes them on.
inline constexpr Nanos kStatsdInterval = 10s;

/// Owner: control. A sink that is not there costs one failed system call for each datagram.
class Statsd {
public:
    /// options    of statsd.conf; with enabled = no, nothing is opened and nothing sent
    /// systemname node name; where not empty it follows the prefix, so that nodes can share a server (CLU-05)
    /// path       of the node's own counter file
    [[nodiscard]] static Result<std::unique_ptr<Statsd>> open(const config::Statsd& options,
                                                              const std::string& systemname, const std::string& path);
    ~Statsd();
    Statsd(const Statsd&) = delete;
    Statsd& operator=(const Statsd&) = delete;

    // The engine's own figures, under Asterisk's names; they go out with the next flush, or when a datagram is full.
    void gauge(std::string_view name, std::int64_t value) { add({.name = name, .value = value, .kind = Kind::Gauge}); }
    void count(std::string_view name, std::int64_t by = 1) { add({.name = name, .value = by, .kind = Kind::Counter}); }
    void timing(std::string_view name, Nanos span) { add({.name = name, .value = to_ms(span), .kind = Kind::Timing}); }
    void meter(std::string_view name, std::int64_t by = 1) { add({.name = name, .value = by, .kind = Kind::Meter}); }

    /// Whether flush() has something to do: an interval has passed.
    [[nodiscard]] bool due(Nanos now) const noexcept { return enabled() && now >= due_; }
    [[nodiscard]] Nanos due_at() const noexcept { return enabled() ? due_ : kNever; }
    /// Sends what has changed since the last time: counters as differences, gauges as they are.
    void flush(Nanos now);

    [[nodiscard]] bool enabled() const noexcept { return fd_ >= 0; }

    struct Counts {
        std::uint64_t datagrams = 0;
        std::uint64_t failed = 0;  ///< not taken by the kernel, or refused by the other end
    };
    [[nodiscard]] const Counts& counts() const noexcept { return counts_; }

private:
    Statsd() = default;
    void add(const StatsdValue& value);
    void send(std::string_view datagram);
    void add_block(const BlockView& block);
    /// Adds a counter's growth since the last flush, and returns it.
    std::uint64_t add_growth(const std::string& name, std::uint64_t value);
    void add_quantiles(const std::string& histogram, const std::vector<BucketCount>& buckets);

    int fd_ = -1;
    Nanos due_ = 0ns;
    std::unique_ptr<StatsReader> reader_;
    std::unique_ptr<StatsdLines> lines_;
    std::unordered_map<std::string, std::uint64_t> sent_;  // what each counter was at the last flush
    Counts counts_;
};

}  // namespace rb::stats
