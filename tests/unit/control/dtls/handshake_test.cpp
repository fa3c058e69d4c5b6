// Goal: whoever else begins a handshake, and however he ends it, the peer that SDP names gets its keys, and nobody
// else. Method: one server and several clients in memory, each with an address of its own.
#include "control/dtls/handshake.h"

#include <gtest/gtest.h>

#include <map>
#include <thread>

namespace rb::dtls {
namespace {

constexpr auto kHash = sip::FingerprintHash::Sha256;
const Address kPeer = *parse_address("192.0.2.1:4000");
const Address kServer = *parse_address("192.0.2.9:20000");

Address stranger(int number)
{
    return *parse_address("198.51.100." + std::to_string(number) + ":4000");
}

std::shared_ptr<const Context> make_context(bool renegotiation = false)
{
    return *Context::create({.certificate = *Certificate::generate(), .renegotiation = renegotiation});
}

class Handshakes : public ::testing::Test {
protected:
    /// A client at this address that shows this certificate.
    Handshake& client(const Address& at, const std::shared_ptr<const Context>& context)
    {
        return clients
            .try_emplace(at, context,
                         Handshake::Terms{
                             .association = {.client = true, .fingerprints = {own->certificate().fingerprint(kHash)}},
                             .peer = kServer},
                         now)
            .first->second;
    }
    void gather(Handshake::Outcome outcome)
    {
        for (auto& [to, datagram] : outcome.datagrams) {
            under_way.emplace_back(to, std::move(datagram));
        }
        keys = outcome.keys ? outcome.keys : keys;
        closed = closed || outcome.closed;
        for (auto& failure : outcome.failures) {
            failures.push_back(std::move(failure));
        }
    }
    /// Lets everything arrive that is under way, but what goes to `silent`.
    void run(const Address& silent = {})
    {
        for (bool more = true; more;) {
            more = false;
            for (auto& [at, client] : clients) {
                auto outcome = client.take_outcome();
                client_keys[at] = outcome.keys ? outcome.keys : client_keys[at];
                for (const auto& [to, datagram] : outcome.datagrams) {
                    server.receive(at, datagram, now);
                    more = true;
                }
            }
            gather(server.take_outcome());
            for (const auto& [to, datagram] : std::exchange(under_way, {})) {
                const auto found = clients.find(to);
                if (found != clients.end() && to != silent) {
                    found->second.receive(kServer, datagram, now);
                    more = true;
                }
            }
        }
    }

    Nanos now = 1s;
    std::shared_ptr<const Context> own = make_context(true);
    std::shared_ptr<const Context> right = make_context(true);
    Handshake server{own,
                     {.association = {.client = false, .fingerprints = {right->certificate().fingerprint(kHash)}},
                      .renew_after = 10s},
                     now};
    std::map<Address, Handshake> clients;
    std::map<Address, std::optional<SrtpKeys>> client_keys;
    std::vector<std::pair<Address, Datagram>> under_way;
    std::optional<SrtpKeys> keys;
    std::vector<Handshake::Failure> failures;
    bool closed = false;
};

TEST_F(Handshakes, ThePeerGetsItsKeys)
{
    client(kPeer, right);
    run();
    ASSERT_TRUE(keys);
    EXPECT_EQ(client_keys[kPeer]->send, keys->receive);
    EXPECT_EQ(client_keys[kPeer]->receive, keys->send);
    EXPECT_TRUE(failures.empty());
}

TEST_F(Handshakes, AStrangerWhoIsQuickerIsRefusedAndDelaysNobody)
{
    client(stranger(1), make_context());
    run();
    EXPECT_FALSE(keys);
    ASSERT_EQ(failures.size(), 1U);
    EXPECT_TRUE(failures[0].wrong_fingerprint);
    EXPECT_EQ(failures[0].with, stranger(1));
    client(kPeer, right);
    run();
    ASSERT_TRUE(keys);
    EXPECT_EQ(client_keys[kPeer]->send, keys->receive);
}

// A ClientKeyExchange with the number that the peer's own will have.
TEST_F(Handshakes, WhatIsLeftOfAHandshakeThatFailedIsNoPartOfTheNext)
{
    client(kPeer, make_context());
    run();
    ASSERT_EQ(failures.size(), 1U);
    clients.clear();
    const std::array<std::uint8_t, 29> left{22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 9, 0, 16, 16, 0,
                                            0,  4,   0,   2, 0, 0, 0, 0, 0, 4, 1, 2, 3,  4};
    server.receive(kPeer, left, now);
    client(kPeer, right);
    run();
    EXPECT_TRUE(keys);
    EXPECT_EQ(failures.size(), 1U);
}

TEST_F(Handshakes, StrangersWhoStopHalfWayDelayNobody)
{
    for (int i = 1; i <= 9; ++i) {
        client(stranger(i), make_context());
        run(stranger(i));
    }
    client(kPeer, right);
    run();
    ASSERT_TRUE(keys);
    EXPECT_EQ(client_keys[kPeer]->send, keys->receive);
}

TEST_F(Handshakes, WhoComesLateIsNotHeardAnyMore)
{
    client(kPeer, right);
    run();
    const auto first = keys;
    client(stranger(1), make_context());
    run();
    EXPECT_EQ(keys, first);
    EXPECT_TRUE(failures.empty());
    EXPECT_FALSE(closed);
}

TEST_F(Handshakes, TheEndOfAnAssociationIsTold)
{
    client(kPeer, right);
    run();
    clients.at(kPeer).close();
    run();
    EXPECT_TRUE(closed);
}

TEST_F(Handshakes, KeysAreRenewedWhenTheirTimeHasCome)
{
    client(kPeer, right);
    run();
    const auto first = keys;
    EXPECT_EQ(server.due(now), now + 10s);
    server.on_time(now + 9s);
    run();
    EXPECT_EQ(keys, first);
    server.on_time(now + 10s);
    run();
    ASSERT_NE(keys, first);
    EXPECT_EQ(client_keys[kPeer]->send, keys->receive);
}

TEST_F(Handshakes, AClientRepeatsItsHelloUntilSomebodyAnswers)
{
    Handshake& peer = client(kPeer, right);
    EXPECT_EQ(peer.take_outcome().datagrams.size(), 1U);
    EXPECT_LE(peer.due(now), now + Association::kFirstRepeat);
    std::this_thread::sleep_for(Association::kFirstRepeat);
    peer.on_time(now);
    run();
    EXPECT_TRUE(keys);
}

}  // namespace
}  // namespace rb::dtls
