#include "tools/rbload/streamer.h"

#include "dataplane/base/clock.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <sys/epoll.h>
#include <unistd.h>

namespace rb::load {
namespace {

constexpr std::size_t kDatagramMax = 2048;
/// A packet leaves at the tick nearest to the moment it is due.
constexpr Nanos kHalfTick = 500us;

}  // namespace

Result<std::unique_ptr<Streamer>> Streamer::create(std::size_t legs, unsigned ptime_ms)
{
    const int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) {
        return failure(std::string{"cannot create an epoll set: "} + std::strerror(errno));
    }
    return std::unique_ptr<Streamer>{new Streamer{epoll, legs, ptime_ms}};
}

Streamer::Streamer(int epoll, std::size_t legs, unsigned ptime_ms)
    : epoll_{epoll}, legs_planned_{legs}, packet_time_{std::chrono::milliseconds{ptime_ms}}, buffer_(kDatagramMax)
{
}

Streamer::~Streamer()
{
    ::close(epoll_);
}

Result<void> Streamer::add(const Leg::Setup& setup, const Address& local)
{
    auto leg = Leg::open(setup, local, histograms_);
    if (!leg) {
        return tl::unexpected(std::move(leg.error()));
    }
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = legs_.size();
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, leg->rtp().fd(), &event) != 0) {
        return failure(std::string{"cannot watch a socket: "} + std::strerror(errno));
    }
    legs_.push_back(std::move(*leg));
    return {};
}

void Streamer::run(Nanos now)
{
    receive();
    send(now);
}

void Streamer::begin(Nanos now, const std::vector<std::uint32_t>& stamps_of)
{
    histograms_ = {};
    counts_ = {};
    for (std::size_t i = 0; i < legs_.size(); ++i) {
        legs_[i].reception.begin(now, {.leg = stamps_of[i], .first = legs_[stamps_of[i]].next_number()});
    }
}

void Streamer::end(Nanos now, const std::vector<std::uint32_t>& stamps_of)
{
    for (std::size_t i = 0; i < legs_.size(); ++i) {
        legs_[i].reception.end(now, legs_[stamps_of[i]].next_number());
    }
}

void Streamer::receive()
{
    // One datagram for each readiness told: another one makes the socket ready again, which is cheaper to ask for all
    // of them at once than to try each until it has none.
    std::array<epoll_event, 512> ready;
    const Nanos offset = wall_to_steady();
    int count = 0;
    do {
        count = epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), 0);
        for (int i = 0; i < count; ++i) {
            Leg& leg = legs_[ready[static_cast<std::size_t>(i)].data.u64];
            if (const auto arrival = leg.rtp().receive(buffer_, offset)) {
                leg.receive(std::span{buffer_}.first(arrival->bytes.size()), arrival->at);
            }
        }
    } while (count > 0);
}

void Streamer::send(Nanos now)
{
    if (round_ == Nanos{}) {
        round_ = now;
    }
    const auto planned = static_cast<std::int64_t>(legs_planned_);
    const auto due = [&] { return round_ + packet_time_ * static_cast<std::int64_t>(turn_) / planned; };
    const Nanos until = now + kHalfTick;
    for (; due() <= until; ++turn_) {
        if (turn_ >= legs_planned_) {
            turn_ = 0;
            round_ += packet_time_;
        }
        if (turn_ < legs_.size() && legs_[turn_].speaks()) {
            const Nanos at = SteadyClock::now();
            counts_.lateness.add(at - due());
            counts_.send_failed += legs_[turn_].send_due(at) ? 0U : 1U;
            ++counts_.sent;
        }
    }
}

}  // namespace rb::load
