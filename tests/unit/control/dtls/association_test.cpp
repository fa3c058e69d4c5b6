// Goal: two ends agree on keys over any network that lets something through, and none is handed out to who shows
// another certificate than was promised.
// Method: both ends in memory; what each sends is passed on, lost or changed by hand. Time is the real one, for OpenSSL
// reads the clock itself.
#include "control/dtls/association.h"

#include "dataplane/base/rng.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <thread>

namespace rb::dtls {
namespace {

using Hash = sip::FingerprintHash;
using State = Association::State;

std::shared_ptr<const Context> make_context(ContextOptions options = {})
{
    if (options.certificate == nullptr) {
        options.certificate = *Certificate::generate();
    }
    return *Context::create(options);
}

/// Both ends of one association, and the network between them.
class Ends {
public:
    explicit Ends(const std::shared_ptr<const Context>& client_context = make_context(),
                  const std::shared_ptr<const Context>& server_context = make_context(), Hash hash = Hash::Sha256)
        : server{*Association::begin(
              server_context, {.client = false, .fingerprints = {client_context->certificate().fingerprint(hash)}})},
          client{*Association::begin(
              client_context, {.client = true, .fingerprints = {server_context->certificate().fingerprint(hash)}})}
    {
    }

    /// What happens to the datagram of this number, in the order in which both send: how often it arrives.
    std::function<int(std::size_t number)> network = [](std::size_t) { return 1; };

    /// Lets what was sent arrive, and repeats what is due, until nobody has anything more to say.
    void run(Nanos at_most = 3s)
    {
        const auto until = std::chrono::steady_clock::now() + at_most;
        while (std::chrono::steady_clock::now() < until) {
            if (pass(*client, *server) + pass(*server, *client) > 0) {
                continue;
            }
            const auto done = [](State state) { return state != State::Handshaking; };
            if (done(client->state()) && done(server->state())) {
                return;
            }
            std::this_thread::sleep_for(5ms);
            for (Association* end : {client.get(), server.get()}) {
                if (end->timeout() == 0s) {
                    end->on_timeout();
                }
            }
        }
    }
    [[nodiscard]] bool agreed()
    {
        const auto ours = server->take_keys();
        const auto theirs = client->take_keys();
        return ours && theirs && ours->receive == theirs->send && ours->send == theirs->receive &&
               ours->send != ours->receive;
    }

    std::unique_ptr<Association> server;
    std::unique_ptr<Association> client;
    std::size_t sent = 0;
    std::size_t longest = 0;

private:
    std::size_t pass(Association& from, Association& to)
    {
        const auto datagrams = from.take_output();
        for (const Datagram& datagram : datagrams) {
            longest = std::max(longest, datagram.size());
            const int copies = network(sent++);
            for (int copy = 0; copy < copies; ++copy) {
                to.receive(datagram);
            }
        }
        return datagrams.size();
    }
};

TEST(Association, BothEndsComeToTheSameKeys)
{
    Ends ends;
    ends.run();
    EXPECT_EQ(ends.client->state(), State::Established);
    EXPECT_EQ(ends.server->state(), State::Established);
    const auto keys = ends.server->take_keys();
    ASSERT_TRUE(keys);
    EXPECT_EQ(keys->send.suite, SrtpSuite::AeadAes128Gcm) << "the suite that costs least";
    EXPECT_EQ(ends.client->take_keys()->receive, keys->send);
    EXPECT_FALSE(ends.server->take_keys()) << "once";
    EXPECT_LE(ends.longest, Association::kDatagramMax);
}

TEST(Association, EachEndMayNameItsCertificateByAnyHash)
{
    for (const Hash hash : {Hash::Sha1, Hash::Sha384, Hash::Sha512}) {
        Ends ends{make_context(), make_context(), hash};
        ends.run();
        EXPECT_TRUE(ends.agreed()) << static_cast<int>(hash);
    }
}

TEST(Association, ShortTagsAreTakenWhereTheyAreWanted)
{
    Ends ends{make_context({.short_tags = true}), make_context({.short_tags = true})};
    ends.run();
    EXPECT_TRUE(ends.agreed());
}

// Each datagram of the handshake in turn, then each flight.
TEST(Association, WhatIsLostIsRepeated)
{
    Ends calm;
    calm.run();
    ASSERT_GE(calm.sent, 4U);
    for (std::size_t lost = 0; lost < calm.sent; ++lost) {
        Ends ends;
        ends.network = [lost](std::size_t number) { return number == lost ? 0 : 1; };
        ends.run();
        // A server that has had everything cannot know that its last flight was lost until it is asked for it again.
        EXPECT_TRUE(ends.agreed()) << "datagram " << lost;
    }
    Rng rng{1};
    Ends bad;
    bad.network = [&rng](std::size_t) { return rng.chance(0.4) ? 0 : 1; };
    bad.run(10s);
    EXPECT_TRUE(bad.agreed());
}

TEST(Association, WhatComesTwiceOrDamagedDoesNoHarm)
{
    Ends ends;
    ends.network = [](std::size_t number) { return number % 2 == 0 ? 3 : 1; };
    ends.run();
    EXPECT_TRUE(ends.agreed());
    Datagram garbage(200, 22);
    ends.server->receive(garbage);
    ends.client->receive(std::array<std::uint8_t, 1>{23});
    EXPECT_EQ(ends.server->state(), State::Established);
    EXPECT_EQ(ends.client->state(), State::Established);
}

TEST(Association, AClientWhoseCertificateIsAnotherGetsNoKeys)
{
    const auto context = make_context();
    Ends ends{make_context(), context};
    ends.server = *Association::begin(
        context, {.client = false, .fingerprints = {make_context()->certificate().fingerprint(Hash::Sha256)}});
    ends.run();
    EXPECT_EQ(ends.server->state(), State::Failed);
    EXPECT_TRUE(ends.server->wrong_fingerprint());
    EXPECT_NE(ends.server->problem().find("fingerprint"), std::string::npos) << ends.server->problem();
    EXPECT_FALSE(ends.server->take_keys());
    EXPECT_NE(ends.client->state(), State::Established);
}

TEST(Association, AServerWhoseCertificateIsAnotherGetsNoKeys)
{
    Ends ends;
    ends.client = *Association::begin(
        make_context(), {.client = true, .fingerprints = {make_context()->certificate().fingerprint(Hash::Sha256)}});
    ends.run();
    EXPECT_EQ(ends.client->state(), State::Failed);
    EXPECT_TRUE(ends.client->wrong_fingerprint());
    EXPECT_FALSE(ends.client->take_keys());
    EXPECT_FALSE(ends.server->take_keys());
}

TEST(Association, AnyOfSeveralFingerprintsWillDo)
{
    const auto certificate = make_context();
    const auto context = make_context();
    Ends ends{certificate, context};
    ends.server =
        *Association::begin(context, {.client = false,
                                      .fingerprints = {make_context()->certificate().fingerprint(Hash::Sha256),
                                                       certificate->certificate().fingerprint(Hash::Sha256)}});
    ends.run();
    EXPECT_TRUE(ends.agreed()) << ends.server->problem();
    Ends none{certificate, context};
    none.client = *Association::begin(certificate, {.client = true, .fingerprints = {}});
    none.run();
    EXPECT_TRUE(none.client->wrong_fingerprint());
}

TEST(Association, APeerThatGoesAwaySaysSo)
{
    Ends ends;
    ends.run();
    ASSERT_TRUE(ends.agreed());
    ends.client->close();
    for (const Datagram& goodbye : ends.client->take_output()) {
        ends.server->receive(goodbye);
    }
    EXPECT_EQ(ends.server->state(), State::Closed);
}

TEST(Association, KeysAreRenewedWhereBothPermitIt)
{
    for (const bool both : {true, false}) {
        Ends ends{make_context({.renegotiation = both}), make_context({.renegotiation = true})};
        ends.run();
        const auto first = ends.server->take_keys();
        ASSERT_TRUE(first && ends.client->take_keys());
        ends.server->renew_keys();
        for (int i = 0; i < 100; ++i) {
            for (const Datagram& datagram : ends.server->take_output()) {
                ends.client->receive(datagram);
            }
            for (const Datagram& datagram : ends.client->take_output()) {
                ends.server->receive(datagram);
            }
        }
        const auto second = ends.server->take_keys();
        EXPECT_EQ(second.has_value(), both);
        if (both) {
            EXPECT_NE(second->send, first->send);
            EXPECT_EQ(ends.client->take_keys()->receive, second->send);
        }
        // OpenSSL gives an association up whose renewal is refused. The keys are not the worse for it.
        EXPECT_EQ(ends.server->state(), both ? State::Established : State::Failed);
        EXPECT_EQ(ends.server->renewal_failed(), !both);
    }
}

TEST(Association, APeerThatNeverAnswersIsGivenUpInTheEnd)
{
    auto client = *Association::begin(make_context(), {.client = true, .fingerprints = {}});
    std::size_t sent = client->take_output().size();
    EXPECT_EQ(sent, 1U);
    ASSERT_TRUE(client->timeout());
    EXPECT_LE(*client->timeout(), Association::kFirstRepeat);
    std::this_thread::sleep_for(Association::kFirstRepeat);
    client->on_timeout();
    EXPECT_EQ(client->take_output().size(), 1U);
    EXPECT_GT(*client->timeout(), Association::kFirstRepeat);
    EXPECT_EQ(client->state(), State::Handshaking);
}

}  // namespace
}  // namespace rb::dtls
