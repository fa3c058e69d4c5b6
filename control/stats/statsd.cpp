#include "control/stats/statsd.h"

#include "dataplane/base/address.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>
#include <sys/socket.h>
#include <unistd.h>

namespace rb::stats {
namespace {

/// Where no port is given, statsd's own.
constexpr std::uint16_t kStatsdPort = 8125;
constexpr std::string_view kLoopback = "127.0.0.1";

Address destination(const config::Statsd& options)
{
    Address to = options.server;
    if (to == Address{}) {
        to = parse_address(kLoopback).value_or(Address{});
    }
    return to.port() == 0 ? to.with_port(kStatsdPort) : to;
}

Result<int> connect_to(const Address& to)
{
    sockaddr_storage storage{};
    const unsigned length = to_sockaddr(to, storage);
    const int fd = socket(storage.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr*>(&storage), length) != 0) {
        const std::string why = std::strerror(errno);
        if (fd >= 0) {
            close(fd);
        }
        return failure("cannot send figures to " + to.to_string() + ": " + why + "; correct server in statsd.conf");
    }
    return fd;
}

std::string full_prefix(const std::string& prefix, const std::string& systemname)
{
    const std::string node = statsd_name(systemname, false);
    return prefix.empty() || node.empty() ? prefix + node : prefix + '.' + node;
}

}  // namespace

Result<std::unique_ptr<Statsd>> Statsd::open(const config::Statsd& options, const std::string& systemname,
                                             const std::string& path)
{
    std::unique_ptr<Statsd> statsd{new Statsd};
    if (!options.enabled) {
        return statsd;
    }
    auto reader = StatsReader::open(path);
    if (!reader) {
        return tl::unexpected(reader.error());
    }
    statsd->reader_ = std::move(*reader);
    const auto fd = connect_to(destination(options));
    if (!fd) {
        return tl::unexpected(fd.error());
    }
    statsd->fd_ = *fd;
    statsd->lines_ =
        std::make_unique<StatsdLines>(StatsdFormat{.prefix = full_prefix(options.prefix, systemname),
                                                   .add_newline = options.add_newline,
                                                   .meter_support = options.meter_support},
                                      [raw = statsd.get()](std::string_view datagram) { raw->send(datagram); });
    return statsd;
}

Statsd::~Statsd()
{
    if (fd_ >= 0) {
        close(fd_);
    }
}

void Statsd::add(const StatsdValue& value)
{
    if (enabled()) {
        lines_->add(value);
    }
}

void Statsd::send(std::string_view datagram)
{
    // An error may be the answer to an earlier datagram (ECONNREFUSED): counted, and nothing else can be done.
    const bool sent = ::send(fd_, datagram.data(), datagram.size(), MSG_NOSIGNAL) >= 0;
    ++(sent ? counts_.datagrams : counts_.failed);
}

void Statsd::flush(Nanos now)
{
    if (!enabled()) {
        return;
    }
    for (const BlockView& block : reader_->blocks()) {
        if (!block.table) {
            add_block(block);
        }
    }
    lines_->flush();
    due_ = now + kStatsdInterval;
}

std::uint64_t Statsd::add_growth(const std::string& name, std::uint64_t value)
{
    std::uint64_t& before = sent_[name];
    const std::uint64_t growth = value - before;
    if (growth != 0) {
        add({.name = name, .value = static_cast<std::int64_t>(growth), .kind = Kind::Counter});
        before = value;
    }
    return growth;
}

void Statsd::add_quantiles(const std::string& histogram, const std::vector<BucketCount>& buckets)
{
    constexpr std::pair<const char*, std::uint64_t> kQuantiles[] = {{".p50", 500}, {".p99", 990}, {".p999", 999}};
    for (const auto& [suffix, per_mille] : kQuantiles) {
        const std::size_t found = quantile_bucket(buckets, per_mille);
        if (found < buckets.size()) {
            const std::uint64_t bound = buckets[found].bound;
            add({.name = histogram + suffix, .value = static_cast<std::int64_t>(bound), .kind = Kind::Gauge});
        }
    }
}

void Statsd::add_block(const BlockView& block)
{
    std::map<std::string, std::vector<BucketCount>> histograms;
    for (const FigureView& figure : block.figures) {
        const std::string name = block.name + '.' + figure.name;
        const std::uint64_t value = block.value(figure);
        switch (figure.kind) {
            case FigureKind::Gauge:
                add({.name = name, .value = static_cast<std::int64_t>(value), .kind = Kind::Gauge});
                break;
            case FigureKind::Counter:
                add_growth(name, value);
                break;
            case FigureKind::Bucket: {
                const std::size_t dot = name.rfind('.');
                auto& buckets = histograms[name.substr(0, dot)];
                const std::uint64_t highest = buckets.empty() ? 0 : buckets.back().bound;
                const std::uint64_t bound = std::strtoull(name.c_str() + dot + 1, nullptr, 10);
                // "inf" is no number: what lies above all bounds.
                buckets.push_back({.bound = bound == 0 ? 2 * highest : bound, .count = add_growth(name, value)});
                break;
            }
            case FigureKind::Text:
                break;
        }
    }
    for (const auto& [histogram, buckets] : histograms) {
        add_quantiles(histogram, buckets);
    }
}

}  // namespace rb::stats
