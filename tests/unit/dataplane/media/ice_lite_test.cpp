// Goal: only who knows the password moves a leg's media; it does so at any time, and media end with its checks.
// Method: checks written by the codec, each kind of refusal once, then consent and restarts over time.
#include "dataplane/media/ice_lite.h"

#include "support/stun_checks.h"

#include <gtest/gtest.h>

namespace rb::media {
namespace {

const Address kPeer = *parse_address("192.0.2.1:4000");
const Address kElsewhere = *parse_address("[2001:db8::1]:5000");
const std::string kUfrag = "ours1234";
const std::string kPwd = "a-password-of-22-bytes";

class Ice : public ::testing::Test {
protected:
    Ice() { ice.begin(now); }

    /// New SDP with this login.
    void renew(const IceCredentials& credentials)
    {
        IceLite next{credentials};
        next.succeed(ice, now);
        ice = next;
    }

    IceLite::Outcome receive(const std::vector<std::uint8_t>& bytes, const Address& from = kPeer,
                             Socket socket = Socket::Rtp)
    {
        const auto outcome = ice.receive({.bytes = bytes, .source = from, .socket = socket}, out, now);
        answer = wire::parse_stun(std::span{out}.first(outcome.answer));
        return outcome;
    }
    IceLite::Outcome check(bool nominates, const Address& from = kPeer, Socket socket = Socket::Rtp)
    {
        return receive(test::write_check({.username = kUfrag + ":theirs", .password = kPwd, .nominates = nominates}),
                       from, socket);
    }
    /// The error it was answered with; 0 = none.
    int error_for(const std::vector<std::uint8_t>& bytes)
    {
        receive(bytes);
        return answer ? answer->error : 0;
    }

    Nanos now = 100s;
    IceLite ice{IceCredentials{kUfrag, kPwd}};
    std::array<std::uint8_t, wire::kStunAnswerBytesMax> out{};
    tl::expected<wire::StunMessage, Drop> answer = tl::unexpected(Drop::Count_);
};

TEST_F(Ice, AnswersACheckWithWhereItCameFromSigned)
{
    for (const Address& from : {kPeer, kElsewhere}) {
        const auto outcome = check(false, from);
        EXPECT_FALSE(outcome.refused);
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->kind, wire::StunClass::Success);
        EXPECT_EQ(answer->mapped, from);
        auto key = test::stun_key(kPwd);
        EXPECT_TRUE(wire::is_signed_by(key, *answer, std::span{out}.first(outcome.answer)));
        EXPECT_TRUE(ice.validated(from, Socket::Rtp, now));
        EXPECT_FALSE(ice.validated(from, Socket::Rtcp, now));
    }
    EXPECT_FALSE(ice.destination(Socket::Rtp));  // RFC 8445 §12.1: not before a nomination
}

TEST_F(Ice, TheNewestNominationIsWhereMediaGo)
{
    EXPECT_TRUE(check(true).moved);
    EXPECT_EQ(ice.destination(Socket::Rtp), kPeer);
    EXPECT_FALSE(check(true).moved);
    EXPECT_FALSE(check(false, kElsewhere).moved);
    EXPECT_EQ(ice.destination(Socket::Rtp), kPeer);
    EXPECT_TRUE(check(true, kElsewhere).moved);
    EXPECT_EQ(ice.destination(Socket::Rtp), kElsewhere);
    EXPECT_FALSE(ice.destination(Socket::Rtcp));
    EXPECT_FALSE(check(true, kPeer, Socket::Rtcp).moved);
    EXPECT_EQ(ice.destination(Socket::Rtcp), kPeer);
}

TEST_F(Ice, OfPairsNominatedTogetherTheBestCounts)
{
    const auto nominate = [this](const Address& from, std::uint32_t priority, Socket socket) {
        receive(test::write_check(
                    {.username = kUfrag + ":theirs", .password = kPwd, .nominates = true, .priority = priority}),
                from, socket);
        return ice.destination(socket);
    };
    const Address relay = *parse_address("198.51.100.7:6000");
    for (const Socket socket : {Socket::Rtp, Socket::Rtcp}) {
        EXPECT_EQ(nominate(kPeer, 200, socket), kPeer);
        EXPECT_EQ(nominate(relay, 100, socket), kPeer) << "checked beside it, and answered later";
        EXPECT_TRUE(ice.validated(relay, socket, now)) << "what comes from there is heard all the same";
        EXPECT_EQ(nominate(kElsewhere, 300, socket), kElsewhere);
    }
    now += 6s;
    EXPECT_EQ(nominate(relay, 100, Socket::Rtp), relay) << "the peer has left the others";
    renew({"other567", "another-password-of-32-bytes-it-is"});
    for (const Socket socket : {Socket::Rtp, Socket::Rtcp}) {
        receive(test::write_check({.username = "other567:theirs",
                                   .password = "another-password-of-32-bytes-it-is",
                                   .nominates = true,
                                   .priority = 50}),
                kPeer, socket);
        EXPECT_EQ(ice.destination(socket), kPeer) << "a restart begins anew";
    }
}

TEST_F(Ice, StrangersAreAnsweredAsRfc8489Says)
{
    const std::string username = kUfrag + ":theirs";
    EXPECT_EQ(error_for(test::write_check({.username = username, .password = ""})), 400);
    EXPECT_EQ(error_for(test::write_check({.username = "", .password = kPwd})), 400);
    EXPECT_EQ(error_for(test::write_check({.username = "ours123:theirs", .password = kPwd, .nominates = true})), 401);
    EXPECT_EQ(error_for(test::write_check({.username = kUfrag, .password = kPwd, .nominates = true})), 401);
    EXPECT_EQ(error_for(test::write_check({.username = username, .password = kPwd + "x", .nominates = true})), 401);
    EXPECT_EQ(answer->integrity_at, 0U);
    EXPECT_EQ(receive(test::write_check({.username = username, .password = "wrong"})).refused, Drop::StunStranger);
    EXPECT_FALSE(ice.validated(kPeer, Socket::Rtp, now));
    EXPECT_FALSE(ice.destination(Socket::Rtp));
}

TEST_F(Ice, APeerThatWantsToBeControlledIsToldOtherwise)
{
    const auto bytes =
        test::write_check({.username = kUfrag + ":t", .password = kPwd, .nominates = true, .controlling = false});
    EXPECT_EQ(receive(bytes).refused, Drop::StunRefused);
    EXPECT_EQ(answer->error, 487);
    EXPECT_NE(answer->integrity_at, 0U);
    EXPECT_FALSE(ice.destination(Socket::Rtp));
}

TEST_F(Ice, ACheckNeedsAPriority)
{
    EXPECT_EQ(error_for(test::write_stun({.username = kUfrag + ":t"}, kPwd)), 400);
}

TEST_F(Ice, AttributesThatMustBeUnderstoodAreNamed)
{
    const std::string username = kUfrag + ":t";
    const auto plain = test::write_stun({.username = username, .priority = 1, .use_candidate = true}, "");
    EXPECT_EQ(receive(test::with_attribute(plain, 0x7fff, {1}, kPwd)).refused, Drop::StunRefused);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->error, 420);
    ASSERT_EQ(answer->unknown.count, 1);
    EXPECT_EQ(answer->unknown.types[0], 0x7fff);
    EXPECT_FALSE(ice.destination(Socket::Rtp));
    EXPECT_FALSE(receive(test::with_attribute(plain, 0xc057, {0, 1, 0, 2}, kPwd)).refused);
}

TEST_F(Ice, ResponsesAndRubbishAreNotAnswered)
{
    const auto response = receive(test::write_stun({.kind = wire::StunClass::Success, .mapped = kPeer}, kPwd));
    EXPECT_EQ(response.refused, Drop::Unsupported);
    EXPECT_EQ(response.answer, 0U);
    const auto rubbish = receive({0, 1, 0, 0});
    EXPECT_EQ(rubbish.refused, Drop::TooShort);
    EXPECT_EQ(rubbish.answer, 0U);
}

TEST_F(Ice, MediaEndThirtySecondsAfterTheLastCheck)
{
    check(true);
    for (int i = 0; i < 10; ++i) {
        now += 5s;
        check(false);
        EXPECT_FALSE(ice.lapse(now));
    }
    now += IceLite::kConsent - 1ns;
    ice.heard(kPeer, Socket::Rtp, now);  // media do not renew the consent of one who checks
    EXPECT_FALSE(ice.lapse(now));
    now += 1ns;
    EXPECT_TRUE(ice.lapse(now));
    EXPECT_FALSE(ice.lapse(now));
    EXPECT_FALSE(ice.destination(Socket::Rtp));
    EXPECT_FALSE(ice.validated(kPeer, Socket::Rtp, now));
    check(true);
    EXPECT_EQ(ice.destination(Socket::Rtp), kPeer);
}

TEST_F(Ice, WithoutASingleCheckItEndsToo)
{
    now += IceLite::kConsent;
    EXPECT_TRUE(ice.lapse(now));
}

// RFC 5245 §10: such a peer sends indications or nothing but media once it has nominated.
TEST_F(Ice, APeerThatNeverChecksAgainLivesByItsMedia)
{
    check(true);
    for (int i = 0; i < 10; ++i) {
        now += 20s;
        if (i % 2 == 0) {
            ice.heard(kPeer, Socket::Rtp, now);
        } else {
            EXPECT_FALSE(receive(test::write_stun({.kind = wire::StunClass::Indication}, "")).refused);
        }
        EXPECT_FALSE(ice.lapse(now));
        ice.heard(kElsewhere, Socket::Rtp, now + 15s);  // a stranger's media prove nothing
    }
    now += IceLite::kConsent;
    EXPECT_TRUE(ice.lapse(now));
}

TEST_F(Ice, AnAddressLeftBehindIsForgotten)
{
    check(true);
    check(true, kElsewhere);
    EXPECT_TRUE(ice.validated(kPeer, Socket::Rtp, now));
    for (int i = 0; i < 6; ++i) {
        now += 5s;
        check(true, kElsewhere);
    }
    EXPECT_FALSE(ice.validated(kPeer, Socket::Rtp, now));
    EXPECT_TRUE(ice.validated(kElsewhere, Socket::Rtp, now));
}

TEST_F(Ice, TheAddressNominatedStaysHoweverManyAreChecked)
{
    check(true);
    for (std::uint16_t port = 1; port <= 2 * IceLite::kPeersMax; ++port) {
        now += 1ms;
        check(false, kElsewhere.with_port(port));
    }
    EXPECT_TRUE(ice.validated(kPeer, Socket::Rtp, now));
    EXPECT_FALSE(ice.validated(kElsewhere.with_port(1), Socket::Rtp, now));
    EXPECT_TRUE(ice.validated(kElsewhere.with_port(2 * IceLite::kPeersMax), Socket::Rtp, now));
}

TEST_F(Ice, ARestartGoesOnUntilTheNewLoginNominates)
{
    check(true);
    renew(IceCredentials{"later123", "another-password-of-24-b"});
    EXPECT_EQ(ice.destination(Socket::Rtp), kPeer);
    EXPECT_FALSE(check(false).refused);  // the old login holds meanwhile
    const auto later = [](bool nominates) {
        return test::write_check(
            {.username = "later123:t", .password = "another-password-of-24-b", .nominates = nominates});
    };
    receive(later(false), kElsewhere);
    EXPECT_EQ(ice.destination(Socket::Rtp), kPeer);
    EXPECT_TRUE(receive(later(true), kElsewhere).moved);
    EXPECT_EQ(ice.destination(Socket::Rtp), kElsewhere);
    EXPECT_FALSE(ice.validated(kPeer, Socket::Rtp, now));
    EXPECT_EQ(check(true).refused, Drop::StunStranger);
}

TEST_F(Ice, TheSameLoginAgainChangesNothing)
{
    check(true);
    renew(IceCredentials{kUfrag, kPwd});
    EXPECT_EQ(ice.destination(Socket::Rtp), kPeer);
    EXPECT_FALSE(check(false).refused);
}

}  // namespace
}  // namespace rb::media
