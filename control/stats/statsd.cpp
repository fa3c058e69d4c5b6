#include "control/stats/statsd.h"

#include "dataplane/base/address.h"

#include <cerrno>
#include <cstring>
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

void Statsd::add_block(const BlockView& block)
{
    for (const FigureView& figure : block.figures) {
        const std::string name = block.name + '.' + figure.name;
        const std::uint64_t value = block.value(figure);
        switch (figure.kind) {
            case FigureKind::Gauge:
                add({.name = name, .value = static_cast<std::int64_t>(value), .kind = Kind::Gauge});
                break;
            case FigureKind::Counter:
            case FigureKind::Bucket: {
                std::uint64_t& before = sent_[name];
                if (value != before) {
                    add({.name = name, .value = static_cast<std::int64_t>(value - before), .kind = Kind::Counter});
                    before = value;
                }
                break;
            }
            case FigureKind::Text:
                break;
        }
    }
}

}  // namespace rb::stats
