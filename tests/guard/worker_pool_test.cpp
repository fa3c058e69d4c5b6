// Goal: real workers forward real packets on both I/O back ends: each one sent into an echo comes back once.
// Method: loopback sockets, one leg with echo, a second of packets at telephone pace; both ends' counts are compared.
#include "dataplane/worker/worker_pool.h"

#include "dataplane/wire/rtp.h"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace rb {
namespace {

/// A UDP socket on loopback, bound to a free port.
class LoopbackSocket {
public:
    LoopbackSocket() : fd_{socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0)}
    {
        sockaddr_storage storage{};
        const socklen_t length = to_sockaddr(*parse_address("127.0.0.1:0"), storage);
        bound_ = bind(fd_, reinterpret_cast<const sockaddr*>(&storage), length) == 0;
    }
    ~LoopbackSocket() { close(fd_); }
    LoopbackSocket(const LoopbackSocket&) = delete;
    LoopbackSocket& operator=(const LoopbackSocket&) = delete;

    [[nodiscard]] bool bound() const { return bound_; }
    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] Address address() const
    {
        sockaddr_storage storage{};
        socklen_t length = sizeof storage;
        static_cast<void>(getsockname(fd_, reinterpret_cast<sockaddr*>(&storage), &length));
        return from_sockaddr(storage);
    }
    void send(std::span<const std::uint8_t> bytes, const Address& to) const
    {
        sockaddr_storage storage{};
        const socklen_t length = to_sockaddr(to, storage);
        static_cast<void>(
            sendto(fd_, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&storage), length));
    }
    [[nodiscard]] std::vector<std::uint8_t> receive() const
    {
        std::vector<std::uint8_t> bytes(2048);
        const auto size = recv(fd_, bytes.data(), bytes.size(), 0);
        bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        return bytes;
    }

private:
    int fd_;
    bool bound_ = false;
};

class WorkerPoolIo : public ::testing::TestWithParam<IoKind> {
protected:
    Result<std::unique_ptr<WorkerPool>> start(IoKind io)
    {
        return WorkerPool::start({.cpus = {-1}, .io = io, .limits = {.legs = 16, .bridges = 4}}, counters);
    }
    void SetUp() override
    {
        auto started = start(GetParam());
        if (!started && GetParam() == IoKind::Uring) {  // refused here: by name, and the other does the same
            ASSERT_NE(started.error().message.find("io_uring"), std::string::npos) << started.error().message;
            started = start(IoKind::Mmsg);
        }
        ASSERT_TRUE(started) << started.error().message;
        pool = std::move(*started);
    }

    std::array<Counters::Word, kWorkerCounterCount> words{};
    std::array<Counters, 1> counters{Counters{words}};
    std::unique_ptr<WorkerPool> pool;
};

/// Gives the worker the time that a machine with much else to do leaves it; false when it was in vain.
bool comes_true(const std::function<bool()>& condition)
{
    for (int wait = 0; wait < 5000 && !condition(); ++wait) {
        std::this_thread::sleep_for(1ms);
    }
    return condition();
}

TEST_P(WorkerPoolIo, EchoesEveryPacketOnce)
{
    const LoopbackSocket rtp;
    const LoopbackSocket rtcp;
    const LoopbackSocket phone;
    ASSERT_TRUE(rtp.bound() && rtcp.bound() && phone.bound());
    Rng rng{1};
    auto plan = std::make_unique<media::MediaPlan>();
    plan->remote_rtp = phone.address();
    plan->rtcp_interval = 0s;
    plan->build_states();
    media::Leg leg{{.index = 3, .generation = 1}, {rtp.fd(), rtcp.fd()}, std::move(plan), rng, 0ns};
    leg.holder = media::Holder::Queue;
    CommandQueue& commands = pool->commands(0);
    ASSERT_TRUE(commands.push(command::AdoptLeg{.leg = &leg}));
    ASSERT_TRUE(commands.push(command::SetEcho{.leg = leg.ref, .on = true}));

    constexpr unsigned kPackets = 50;
    std::array<unsigned, kPackets> echoed{};
    std::vector<std::uint8_t> bytes(172);
    const auto collect = [&] {
        for (auto echo = phone.receive(); !echo.empty(); echo = phone.receive()) {
            ++echoed.at(wire::parse_rtp(echo)->payload[0]);
        }
    };
    for (unsigned i = 0; i < kPackets; ++i) {
        wire::write_rtp_header(bytes, {.sequence = static_cast<std::uint16_t>(i), .timestamp = i * 160, .ssrc = 5});
        bytes[wire::kRtpHeaderBytes] = static_cast<std::uint8_t>(i);
        phone.send(bytes, rtp.address());
        std::this_thread::sleep_for(20ms);
        collect();
    }
    EXPECT_TRUE(comes_true([&] { return counters[0].get(WorkerCounter::PacketsForwarded) == kPackets; }));
    ASSERT_TRUE(commands.push(command::ReturnLeg{.leg = leg.ref}));
    Event event;
    bool home = false;
    ASSERT_TRUE(comes_true([&] {
        while (pool->events(0).pop(event)) {
            home = home || std::holds_alternative<event::LegReturned>(event);
        }
        return home;
    }));
    collect();
    for (unsigned i = 0; i < kPackets; ++i) {
        EXPECT_EQ(echoed[i], 1U) << "packet " << i;
    }
    EXPECT_EQ(counters[0].get(WorkerCounter::PacketsReceived), kPackets);
    EXPECT_EQ(counters[0].get(WorkerCounter::PacketsForwarded), kPackets);
    EXPECT_EQ(leg.counters.sent, kPackets);
    EXPECT_EQ(pool->io(), GetParam());
}

TEST_P(WorkerPoolIo, OnceStoppedTouchesNothingLent)
{
    const LoopbackSocket rtp;
    const LoopbackSocket rtcp;
    Rng rng{1};
    auto plan = std::make_unique<media::MediaPlan>();
    plan->build_states();
    auto leg = std::make_unique<media::Leg>(media::LegRef{.index = 3, .generation = 1}, std::array{rtp.fd(), rtcp.fd()},
                                            std::move(plan), rng, 0ns);
    leg->holder = media::Holder::Queue;
    ASSERT_TRUE(pool->commands(0).push(command::AdoptLeg{.leg = leg.get()}));
    std::this_thread::sleep_for(20ms);
    EXPECT_TRUE(comes_true([&] { return counters[0].get(WorkerCounter::Slots) > 0; }));
    pool->stop();
    leg.reset();
    const std::uint64_t slots = counters[0].get(WorkerCounter::Slots);
    std::this_thread::sleep_for(50ms);
    EXPECT_EQ(counters[0].get(WorkerCounter::Slots), slots);
}

INSTANTIATE_TEST_SUITE_P(BothBackEnds, WorkerPoolIo, ::testing::Values(IoKind::Uring, IoKind::Mmsg),
                         [](const auto& each) { return each.param == IoKind::Uring ? "Uring" : "Mmsg"; });

}  // namespace
}  // namespace rb
