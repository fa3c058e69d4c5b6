// Goal: strict RTP: strangers are never heard, before or after the lock, and a NAT that rebinds is followed.
// Method: each kind of policy by hand; then any crowd of strangers as a property.
#include "dataplane/media/source_lock.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace rb::media {
namespace {

using Learn = SourcePolicy::Learn;

const Address kSignalled = *parse_address("192.0.2.1:4000");
const Address kOtherPort = *parse_address("192.0.2.1:4444");
const Address kStranger = *parse_address("198.51.100.7:4000");
const Address kSecondStranger = *parse_address("203.0.113.9:4000");

constexpr std::uint32_t kSsrc = 7;

SourcePolicy policy(Learn learn)
{
    return {.learn = learn};
}

/// The verdict as a Drop, Count_ when the packet is heard.
Drop verdict(SourceLock& lock, const Address& source, std::uint16_t sequence, Nanos now, std::uint32_t ssrc = kSsrc)
{
    const auto heard = lock.accept({.source = source, .ssrc = ssrc, .sequence = sequence}, now);
    return heard ? Drop::Count_ : heard.error();
}

constexpr Drop kHeard = Drop::Count_;

TEST(SourceLock, TheSignalledAddressIsHeardAtOnce)
{
    SourceLock lock{policy(Learn::Nobody), kSignalled};
    EXPECT_FALSE(lock.locked());
    EXPECT_EQ(lock.destination(), kSignalled);
    EXPECT_EQ(verdict(lock, kSignalled, 1, 0ns), kHeard);
    EXPECT_TRUE(lock.locked());
}

TEST(SourceLock, AfterNewSdpAnotherStreamMayComeOnceTheFirstIsSilent)
{
    SourceLock lock{policy(Learn::Anyone), kSignalled};
    ASSERT_EQ(verdict(lock, kSignalled, 100, 0ns), kHeard);
    for (std::uint16_t i = 0; i < 6; ++i) {
        EXPECT_EQ(verdict(lock, kStranger, i, 1s, kSsrc + 1), Drop::WrongSource) << "without new SDP";
    }
    lock.renew();
    for (std::uint16_t i = 0; i < 6; ++i) {
        EXPECT_EQ(verdict(lock, kStranger, i, 100ms, kSsrc + 1), Drop::WrongSource) << "the first may still speak";
    }
    for (std::uint16_t i = 0; i < 3; ++i) {
        EXPECT_EQ(verdict(lock, kOtherPort, i, 1s, kSsrc + 1), Drop::Probation);
    }
    EXPECT_EQ(verdict(lock, kOtherPort, 3, 1s, kSsrc + 1), kHeard);
    for (std::uint16_t i = 0; i < 6; ++i) {
        EXPECT_EQ(verdict(lock, kStranger, i, 2s, kSsrc + 2), Drop::WrongSource) << "the new one has been heard";
    }
}

TEST(SourceLock, StrangersBeforeTheLockAreNotHeardWhenSignallingIsCredible)
{
    SourceLock lock{policy(Learn::Nobody), kSignalled};
    for (std::uint16_t i = 0; i < 20; ++i) {
        EXPECT_EQ(verdict(lock, kStranger, i, 0ns), Drop::WrongSource);
        EXPECT_EQ(verdict(lock, kOtherPort, i, 0ns), Drop::WrongSource);
    }
    EXPECT_EQ(lock.destination(), kSignalled);
    EXPECT_EQ(verdict(lock, kSignalled, 1, 0ns), kHeard);
}

TEST(SourceLock, StrangersAfterTheLockAreNeverHeard)
{
    for (const Learn learn : {Learn::Nobody, Learn::SameHost, Learn::Anyone}) {
        SourceLock lock{policy(learn), kSignalled};
        ASSERT_EQ(verdict(lock, kSignalled, 100, 0ns), kHeard);
        for (std::uint16_t i = 0; i < 20; ++i) {
            EXPECT_EQ(verdict(lock, kStranger, static_cast<std::uint16_t>(200 + i), 10ms), Drop::WrongSource);
        }
        EXPECT_EQ(lock.destination(), kSignalled);
        EXPECT_EQ(verdict(lock, kSignalled, 101, 20ms), kHeard);
    }
}

TEST(SourceLock, AStrangerIsTakenAfterItsProbationWhereSignallingIsNotCredible)
{
    SourceLock lock{policy(Learn::Anyone), kSignalled};
    for (std::uint16_t i = 0; i < 3; ++i) {
        EXPECT_EQ(verdict(lock, kStranger, i, 0ns), Drop::Probation);
    }
    EXPECT_EQ(verdict(lock, kStranger, 3, 0ns), kHeard);
    EXPECT_EQ(lock.source(), kStranger);
    EXPECT_EQ(lock.destination(), kStranger);
    // Once taken, even the signalled address is a stranger.
    EXPECT_EQ(verdict(lock, kSignalled, 0, 10ms), Drop::WrongSource);
}

TEST(SourceLock, ProbationBeginsAnewAtAGapAnotherSsrcOrAnotherSource)
{
    SourceLock lock{policy(Learn::Anyone), kSignalled};
    for (std::uint16_t i = 0; i < 3; ++i) {
        EXPECT_EQ(verdict(lock, kStranger, i, 0ns), Drop::Probation);
    }
    EXPECT_EQ(verdict(lock, kStranger, 4, 0ns), Drop::Probation);
    EXPECT_EQ(verdict(lock, kStranger, 5, 0ns, 8), Drop::Probation);
    EXPECT_EQ(verdict(lock, kSecondStranger, 6, 0ns, 8), Drop::Probation);
    EXPECT_FALSE(lock.locked());
}

TEST(SourceLock, ANatThatMapsPortsIsLearnedButNotAnotherHost)
{
    SourceLock lock{policy(Learn::SameHost), kSignalled};
    for (std::uint16_t i = 0; i < 10; ++i) {
        EXPECT_EQ(verdict(lock, kStranger, i, 0ns), Drop::WrongSource);
    }
    for (std::uint16_t i = 0; i < 3; ++i) {
        EXPECT_EQ(verdict(lock, kOtherPort, i, 0ns), Drop::Probation);
    }
    EXPECT_EQ(verdict(lock, kOtherPort, 3, 0ns), kHeard);
    EXPECT_EQ(lock.destination(), kOtherPort);
}

TEST(SourceLock, APeerOnThisHostMaySendFromLoopbackWhateverItNamed)
{
    const Address loopback = *parse_address("127.0.0.1:4000");
    SourcePolicy on_this_host = policy(Learn::SameHost);
    on_this_host.or_loopback = true;
    for (const bool here : {false, true}) {
        SourceLock lock{here ? on_this_host : policy(Learn::SameHost), kSignalled};
        for (std::uint16_t i = 0; i < 3; ++i) {
            EXPECT_EQ(verdict(lock, loopback, i, 0ns), here ? Drop::Probation : Drop::WrongSource);
            EXPECT_EQ(verdict(lock, kStranger, i, 0ns), Drop::WrongSource);
        }
        EXPECT_EQ(verdict(lock, loopback, 3, 0ns), here ? kHeard : Drop::WrongSource);
    }
}

TEST(SourceLock, ARebindingNatIsFollowedByTheContinuationOfItsStreamOnly)
{
    SourceLock lock{policy(Learn::Anyone), kSignalled};
    ASSERT_EQ(verdict(lock, kSignalled, 100, 0ns), kHeard);
    const Nanos silent = SourceLock::kRebindAfter;
    EXPECT_FALSE(lock.open(silent - 1ns));
    EXPECT_TRUE(lock.open(silent));
    for (std::uint16_t i = 0; i < 6; ++i) {
        EXPECT_EQ(verdict(lock, kStranger, static_cast<std::uint16_t>(101 + i), silent, 99), Drop::WrongSource);
        EXPECT_EQ(verdict(lock, kStranger, static_cast<std::uint16_t>(90 + i), silent), Drop::WrongSource);
    }
    for (std::uint16_t i = 0; i < 3; ++i) {
        EXPECT_EQ(verdict(lock, kOtherPort, static_cast<std::uint16_t>(111 + i), silent), Drop::Probation);
    }
    EXPECT_EQ(verdict(lock, kOtherPort, 114, silent), kHeard);
    EXPECT_EQ(lock.destination(), kOtherPort);
    EXPECT_EQ(verdict(lock, kSignalled, 115, silent), Drop::WrongSource);
}

TEST(SourceLock, NewSignallingLearnsAnew)
{
    SourceLock lock{policy(Learn::Nobody), kSignalled};
    ASSERT_EQ(verdict(lock, kSignalled, 1, 0ns), kHeard);
    lock.signal(policy(Learn::Nobody), kStranger);
    EXPECT_FALSE(lock.locked());
    EXPECT_EQ(lock.destination(), kStranger);
    EXPECT_EQ(verdict(lock, kSignalled, 2, 1ms), Drop::WrongSource);
    EXPECT_EQ(verdict(lock, kStranger, 1, 1ms), kHeard);
}

TEST(SourceLock, WithoutStrictRtpAnybodyIsHeardAndTheNewestFollowed)
{
    SourceLock lock{{.strict = false}, kSignalled};
    EXPECT_EQ(verdict(lock, kStranger, 1, 0ns), kHeard);
    EXPECT_EQ(verdict(lock, kSecondStranger, 9, 0ns, 3), kHeard);
    EXPECT_EQ(lock.destination(), kSecondStranger);
    EXPECT_TRUE(lock.open(0ns));
}

TEST(SourceLock, WithoutSymmetricRtpItSendsWhereSignallingSaid)
{
    SourceLock lock{{.strict = false, .send_to_source = false}, kSignalled};
    EXPECT_EQ(verdict(lock, kStranger, 1, 0ns), kHeard);
    EXPECT_EQ(lock.destination(), kSignalled);
}

// Who may begin a handshake, which shows no probation: by whom each policy may learn from, before and after the lock.
TEST(SourceLock, AHandshakeMayBeginWhereSignallingPointsAndNowhereElse)
{
    const Address sip = *parse_address("198.51.100.7:5060");
    struct Case {
        Learn learn;
        bool other_port;
        bool host_of_sip;
    };
    for (const Case& by :
         {Case{Learn::Nobody, false, false}, Case{Learn::SameHost, true, false}, Case{Learn::Anyone, true, true}}) {
        SourceLock lock{{.learn = by.learn, .signalling = sip}, kSignalled};
        EXPECT_TRUE(lock.credible(kSignalled));
        EXPECT_EQ(lock.credible(kOtherPort), by.other_port);
        EXPECT_EQ(lock.credible(kStranger), by.host_of_sip);
        EXPECT_FALSE(lock.credible(kSecondStranger));
        ASSERT_EQ(verdict(lock, kSignalled, 1, 0ns), kHeard);
        EXPECT_TRUE(lock.credible(kSignalled));
        EXPECT_FALSE(lock.credible(kOtherPort)) << "once locked";
        EXPECT_FALSE(lock.credible(kStranger)) << "once locked";
    }
    EXPECT_FALSE((SourceLock{policy(Learn::Anyone), kSignalled}.credible(Address{})));
}

RC_GTEST_PROP(SourceLockProperty, NoCrowdIsHeardOrSentToWhileTheSourceSpeaks, ())
{
    SourceLock lock{policy(*rc::gen::element(Learn::Nobody, Learn::SameHost, Learn::Anyone)), kSignalled};
    RC_ASSERT(verdict(lock, kSignalled, 0, 0ns) == kHeard);
    Nanos now = 0ns;
    for (std::uint16_t i = 1; i < 100; ++i) {
        now += 20ms;
        const auto crowd = *rc::gen::inRange(0, 5);
        for (int k = 0; k < crowd; ++k) {
            const auto sequence = static_cast<std::uint16_t>(i + k);
            RC_ASSERT(verdict(lock, k % 2 == 0 ? kStranger : kOtherPort, sequence, now) == Drop::WrongSource);
        }
        RC_ASSERT(verdict(lock, kSignalled, i, now) == kHeard);
        RC_ASSERT(lock.destination() == kSignalled);
    }
}

}  // namespace
}  // namespace rb::media
