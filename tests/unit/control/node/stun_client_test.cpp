// Goal: the node learns its public address from the server it asks and from nobody else, keeps it while the server is
// silent, and says once what is wrong.
// Method: servers on loopback that answer as the test says; time is made up.
#include "control/node/stun_client.h"

#include "support/stun_checks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <netinet/in.h>
#include <sys/socket.h>
#include <tuple>
#include <unistd.h>

namespace rb::node {
namespace {

using Bytes = std::vector<std::uint8_t>;

class FakeServer {
public:
    explicit FakeServer(const char* host = "127.0.0.1") : fd_{open(host)}
    {
        sockaddr_storage bound{};
        socklen_t size = sizeof bound;
        getsockname(fd_, reinterpret_cast<sockaddr*>(&bound), &size);
        at_ = from_sockaddr(bound);
    }
    ~FakeServer() { close(fd_); }
    FakeServer(const FakeServer&) = delete;
    FakeServer& operator=(const FakeServer&) = delete;

    [[nodiscard]] config::HostPort at() const { return {.host = at_.host(), .port = at_.port()}; }

    /// The next request that has come; a message of another class where there is none.
    wire::StunMessage request()
    {
        Bytes bytes(1500);
        socklen_t size = sizeof client_;
        const ssize_t got =
            recvfrom(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&client_), &size);
        bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        const auto message = wire::parse_stun(bytes);
        return message ? *message : wire::StunMessage{.kind = wire::StunClass::Indication};
    }
    /// How many have come.
    unsigned requests()
    {
        unsigned count = 0;
        while (request().kind == wire::StunClass::Request) {
            ++count;
        }
        return count;
    }

    /// Sends to whom the last request came from.
    void send(const Bytes& bytes) { send_by(fd_, bytes); }
    void send_from_elsewhere(const Bytes& bytes)
    {
        const int other = open(at_.host().c_str());
        send_by(other, bytes);
        close(other);
    }

private:
    static int open(const char* host)
    {
        sockaddr_storage storage{};
        const socklen_t size = to_sockaddr(*parse_address(host), storage);
        const int fd = socket(storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        EXPECT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&storage), size), 0) << host;
        return fd;
    }
    void send_by(int fd, const Bytes& bytes)
    {
        const socklen_t size = client_.ss_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
        EXPECT_EQ(sendto(fd, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&client_), size),
                  static_cast<ssize_t>(bytes.size()));
    }

    int fd_;
    Address at_;
    sockaddr_storage client_{};
};

Bytes answer(const wire::StunMessage& to, const char* mapped = "203.0.113.5:40000")
{
    return test::write_stun(
        {.kind = wire::StunClass::Success, .transaction = to.transaction, .mapped = *parse_address(mapped)}, "");
}

/// As most servers answer.
Bytes without_fingerprint(Bytes bytes)
{
    bytes.resize(bytes.size() - 8);
    bytes[3] = static_cast<std::uint8_t>(bytes.size() - wire::kStunHeaderBytes);
    return bytes;
}

class StunClientTest : public ::testing::Test {
protected:
    /// Lets so much time pass, in steps of a loop that is busy.
    void pass(Nanos span)
    {
        for (const Nanos end = now + span; now < end; now += 5ms) {
            client.step(now);
        }
        client.step(now);
    }
    std::string known() const { return client.known() ? client.known().host() : "none"; }
    bool logged(const std::string& text) const
    {
        return std::any_of(lines.begin(), lines.end(),
                           [&](const std::string& line) { return line.find(text) != std::string::npos; });
    }
    /// Has the server tell this address.
    void learn(FakeServer& server, const char* mapped = "203.0.113.5:40000")
    {
        client.use(server.at(), now);
        client.step(now);
        server.send(answer(server.request(), mapped));
        client.step(now);
    }

    Nanos now = 1000s;
    std::vector<std::string> lines;
    std::uint8_t serial = 0;
    StunClient client{[this](std::span<std::uint8_t> secret) { std::fill(secret.begin(), secret.end(), ++serial); },
                      [this](int /*level*/, const std::string& line) { lines.push_back(line); }};
};

TEST_F(StunClientTest, LearnsTheAddressOfEitherFamily)
{
    for (const auto& [host, mapped, learned] : {std::tuple{"127.0.0.1", "203.0.113.5:40000", "203.0.113.5"},
                                                std::tuple{"::1", "[2001:db8::5]:40000", "2001:db8::5"}}) {
        FakeServer server{host};
        learn(server, mapped);
        EXPECT_EQ(known(), learned);
        EXPECT_EQ(client.known().port(), 0) << "that of the media is ours";
        EXPECT_TRUE(logged("our public address is " + std::string{learned} + ", says STUN server "));
    }
    EXPECT_EQ(client.counts().answers, 2U);
    EXPECT_EQ(client.counts().known, 1U);
}

TEST_F(StunClientTest, AnAnswerNeedsNoFingerprint)
{
    FakeServer server;
    client.use(server.at(), now);
    client.step(now);
    server.send(without_fingerprint(answer(server.request())));
    client.step(now);
    EXPECT_EQ(known(), "203.0.113.5");
}

TEST_F(StunClientTest, BelievesNobodyElse)
{
    FakeServer server;
    client.use(server.at(), now);
    client.step(now);
    wire::StunMessage request = server.request();
    server.send_from_elsewhere(answer(request, "198.51.100.66:1"));
    wire::StunMessage other = request;
    other.transaction[11] ^= 1U;
    server.send(answer(other, "198.51.100.66:2"));
    Bytes spoiled = answer(request, "198.51.100.66:3");
    spoiled.back() ^= 1U;
    server.send(spoiled);
    server.send(test::write_stun(request, ""));  // our own words
    server.send({});
    server.send(Bytes(1500, 0xff));
    client.step(now);
    EXPECT_EQ(known(), "none");
    EXPECT_EQ(client.counts().ignored, 5U) << "the kernel keeps strangers away";
    server.send(answer(request));
    client.step(now);
    EXPECT_EQ(known(), "203.0.113.5") << "and the right one still counts";
}

TEST_F(StunClientTest, RepeatsItsRequestAsTheRfcSays)
{
    FakeServer server;
    client.use(server.at(), now);
    const Nanos began = now;
    std::vector<std::int64_t> at_ms;
    while (client.counts().failures == 0 && now < began + 60s) {
        pass(50ms);
        for (unsigned i = server.requests(); i > 0; --i) {
            at_ms.push_back(to_ms(now - began) / 100 * 100);
        }
    }
    EXPECT_EQ(at_ms, (std::vector<std::int64_t>{0, 500, 1500, 3500, 7500, 15500, 31500}));
    EXPECT_EQ(to_ms(now - began) / 100 * 100, 39500);
    EXPECT_TRUE(logged(" does not answer; SDP shows our own addresses until it does; "));
    EXPECT_TRUE(client.in_vain());
}

TEST_F(StunClientTest, AnyRequestOfARoundMayBeAnswered)
{
    FakeServer server;
    client.use(server.at(), now);
    pass(20s);
    const wire::StunMessage first = server.request();
    EXPECT_EQ(server.requests(), 5U) << "the others have the same id";
    server.send(answer(first));
    client.step(now);
    EXPECT_EQ(known(), "203.0.113.5");
    EXPECT_EQ(client.counts().failures, 0U);
}

TEST_F(StunClientTest, WhatComesAfterTheRoundIsNotHeard)
{
    FakeServer server;
    client.use(server.at(), now);
    pass(40s);
    ASSERT_EQ(client.counts().failures, 1U);
    const wire::StunMessage late = server.request();
    server.send(answer(late));
    pass(StunClient::kRetry);
    EXPECT_EQ(known(), "none");
    server.requests();
    server.send(answer(late));  // to the new round
    pass(100ms);
    EXPECT_EQ(known(), "none");
    EXPECT_EQ(client.counts().ignored, 1U);
}

TEST_F(StunClientTest, SaysOnceThatAServerIsSilentAndGoesOnWithWhatItKnows)
{
    FakeServer server;
    learn(server);
    lines.clear();
    pass(3 * StunClient::kRefresh);
    EXPECT_EQ(known(), "203.0.113.5");
    EXPECT_FALSE(client.in_vain());
    EXPECT_GE(client.counts().failures, 5U) << "it is asked sooner than every five minutes";
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_TRUE(logged("; SDP shows 203.0.113.5 until it does; correct stunaddr (or turnaddr) in rtp.conf, "));
    server.requests();
    wire::StunMessage request = server.request();
    while (request.kind != wire::StunClass::Request) {
        pass(1s);
        request = server.request();
    }
    server.send(answer(request));
    pass(10ms);
    EXPECT_TRUE(logged(" answers again: our public address is still 203.0.113.5"));
}

TEST_F(StunClientTest, AsksAgainAndNoticesAnotherAddress)
{
    FakeServer server;
    learn(server);
    pass(StunClient::kRefresh - 1s);
    EXPECT_EQ(server.requests(), 0U);
    pass(1100ms);
    server.send(answer(server.request(), "203.0.113.9:1"));
    pass(10ms);
    EXPECT_EQ(known(), "203.0.113.9");
    EXPECT_TRUE(logged("our public address is 203.0.113.9"));
}

TEST_F(StunClientTest, ARefusalEndsTheRound)
{
    FakeServer server;
    client.use(server.at(), now);
    client.step(now);
    server.send(test::write_stun(
        {.kind = wire::StunClass::Error, .transaction = server.request().transaction, .error = 401}, ""));
    client.step(now);
    EXPECT_EQ(client.counts().failures, 1U);
    EXPECT_TRUE(logged(" refuses with 401; "));
    EXPECT_EQ(client.next_deadline(), now + StunClient::kRetry);
}

TEST_F(StunClientTest, AnAnswerThatCannotBeUsedEndsTheRound)
{
    const auto outcome = [this](const std::function<Bytes(const wire::StunMessage&)>& made) {
        FakeServer server;
        client.use(server.at(), now);
        client.step(now);
        server.send(made(server.request()));
        lines.clear();
        client.step(now);
        return lines.empty() ? std::string{} : lines.front();
    };
    EXPECT_NE(outcome([](const auto& request) {
                  return test::write_stun({.kind = wire::StunClass::Success, .transaction = request.transaction}, "");
              }).find("answers without an address"),
              std::string::npos);
    EXPECT_NE(outcome([](const auto& request) { return answer(request, "0.0.0.0:0"); }).find("without an address"),
              std::string::npos);
    EXPECT_NE(outcome([](const auto& request) {
                  return test::with_attribute(answer(request), 0x7fff, {1});
              }).find("answers what we do not understand"),
              std::string::npos);
    EXPECT_EQ(known(), "none");
}

TEST_F(StunClientTest, APortNobodyListensOnIsNoticedAtOnce)
{
    config::HostPort closed;
    {
        const FakeServer server;
        closed = server.at();
    }
    client.use(closed, now);
    pass(600ms);
    EXPECT_EQ(client.counts().failures, 1U);
    EXPECT_TRUE(logged("nothing listens on 127.0.0.1:"));
}

TEST_F(StunClientTest, ANameThatLeadsNowhereIsSaid)
{
    client.use(config::HostPort{.host = "no..name", .port = 3478}, now);
    for (int tries = 0; tries < 1000 && client.counts().failures == 0; ++tries) {
        client.step(now);
        usleep(10'000);
    }
    EXPECT_TRUE(logged("STUN server no..name:3478 tells no public address: no..name cannot be looked up: "));
    EXPECT_EQ(client.next_deadline(), now + StunClient::kRetry);
}

TEST_F(StunClientTest, AnotherServerIsAskedAtOnceAndNoServerMeansNoAddress)
{
    FakeServer first;
    FakeServer second;
    learn(first);
    client.use(second.at(), now);
    EXPECT_EQ(known(), "203.0.113.5") << "until it answers";
    client.step(now);
    second.send(answer(second.request(), "203.0.113.77:1"));
    client.step(now);
    EXPECT_EQ(known(), "203.0.113.77");
    EXPECT_EQ(first.requests(), 0U);
    client.use(second.at(), now);
    client.step(now);
    EXPECT_EQ(second.requests(), 1U) << "a reload asks";
    client.use(std::nullopt, now);
    EXPECT_EQ(known(), "none");
    EXPECT_FALSE(client.in_vain());
    EXPECT_EQ(client.next_deadline(), kNever);
    pass(1s);
    EXPECT_EQ(second.requests(), 0U);
}

TEST(StunServer, IsTheTurnServerWhereThereIsNoOther)
{
    config::Rtp rtp;
    EXPECT_FALSE(stun_server(rtp));
    rtp.turnaddr = config::HostPort{.host = "turn", .port = 1};
    EXPECT_EQ(stun_server(rtp)->host, "turn");
    rtp.stunaddr = config::HostPort{.host = "stun", .port = 1};
    EXPECT_EQ(stun_server(rtp)->host, "stun");
}

}  // namespace
}  // namespace rb::node
