// Goal: offers and answers agree on ICE exactly where both sides and the path between them permit, and on a BUNDLE of
// the one line we carry.
// Method: offers as text, each condition once; then our own offers with the answers of a peer.
#include "signaling/media_ice.h"

#include "signaling/offer_answer.h"

#include <gtest/gtest.h>

namespace rb::sip {
namespace {

const std::string kHead = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n";
const std::string kLogin = "a=ice-ufrag:peer\r\na=ice-pwd:peer-has-22-characters\r\n";
const std::string kGoodLogin = "a=ice-ufrag:peer\r\na=ice-pwd:peerHas22CharactersOrSo\r\n";
const std::string kOwnCandidate = "a=candidate:1 1 UDP 99 192.0.2.1 4000 typ host\r\n";

SessionDescription parse(const std::string& rest)
{
    const auto parsed = parse_sdp(kHead + rest);
    EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
    return parsed ? *parsed : SessionDescription{};
}

SessionDescription offer(const std::string& attributes, const std::string& connection = "IN IP4 192.0.2.1",
                         const std::string& port = "4000")
{
    return parse("m=audio " + port + " RTP/AVP 0\r\nc=" + connection + "\r\n" + attributes);
}

LocalMedia local_media(bool ice = true, bool bundle = false)
{
    return {.rtp = *parse_address("203.0.113.1:20000"),
            .capabilities = {.formats = {{.encoding = "PCMU"}}, .rtcp_mux = true, .ice = ice, .bundle = bundle},
            .ice = LocalIce{.login = {.ufrag = "ours", .pwd = "oursHas22CharactersOrSo"},
                            .host = *parse_address("10.0.0.1:20000")}};
}

/// What of ICE an offer comes to: the peer that will check, and our line of the answer.
struct Outcome {
    std::optional<IceLogin> peer;
    SdpIce own;
    Direction direction = Direction::Inactive;
};

Outcome answered(const SessionDescription& offered, const LocalMedia& local = local_media())
{
    const auto made = answer(offered, local);
    EXPECT_TRUE(made) << (made ? "" : made.error().text);
    return made ? Outcome{made->media.ice, made->description.media[0].ice, made->media.direction} : Outcome{};
}

TEST(MediaIce, AnswersWithBothItsAddressesAsALiteAgent)
{
    const auto outcome = answered(offer(kGoodLogin + kOwnCandidate));
    ASSERT_TRUE(outcome.peer);
    EXPECT_EQ(outcome.peer->ufrag, "peer");
    EXPECT_EQ(outcome.own.ufrag, "ours");
    EXPECT_TRUE(outcome.own.lite);
    EXPECT_TRUE(outcome.own.end_of_candidates);
    const auto& candidates = outcome.own.candidates;
    ASSERT_EQ(candidates.size(), 4U);  // two addresses, RTP and RTCP
    EXPECT_EQ(candidates[0].address, *parse_address("203.0.113.1:20000"));
    EXPECT_EQ(candidates[0].priority, 2130706431U);
    EXPECT_EQ(candidates[1].address, *parse_address("10.0.0.1:20000"));
    EXPECT_NE(candidates[1].foundation, candidates[0].foundation);
    EXPECT_LT(candidates[1].priority, candidates[0].priority);
    EXPECT_EQ(candidates[2].component, 2U);
    EXPECT_EQ(candidates[2].address, *parse_address("203.0.113.1:20001"));
}

TEST(MediaIce, OneComponentWhereRtcpIsMuxed)
{
    EXPECT_EQ(answered(offer(kGoodLogin + kOwnCandidate + "a=rtcp-mux\r\n")).own.candidates.size(), 2U);
}

TEST(MediaIce, NeitherSideIsAskedForItWhereTheOtherHasNone)
{
    EXPECT_FALSE(answered(offer("")).own.offered());
    EXPECT_FALSE(answered(offer("")).peer);
    const auto unwilling = answered(offer(kGoodLogin + kOwnCandidate), local_media(false));
    EXPECT_FALSE(unwilling.own.offered());
    EXPECT_FALSE(unwilling.own.mismatch);
    EXPECT_FALSE(unwilling.peer);
    EXPECT_FALSE(answered(offer(kLogin)).peer);  // a password of the wrong letters
}

TEST(MediaIce, AnAddressThatIsNoCandidateIsAMismatch)
{
    for (const char* candidate :
         {"a=candidate:1 1 UDP 99 192.0.2.1 4001 typ host\r\n", "a=candidate:1 1 UDP 99 192.0.2.2 4000 typ host\r\n",
          "a=candidate:1 2 UDP 99 192.0.2.1 4000 typ host\r\n"}) {
        const auto outcome = answered(offer(kGoodLogin + candidate));
        EXPECT_FALSE(outcome.peer) << candidate;
        EXPECT_FALSE(outcome.own.offered());
        EXPECT_TRUE(outcome.own.mismatch);
    }
    const std::string rtcp = "a=candidate:1 2 UDP 98 192.0.2.1 4001 typ host\r\n";
    EXPECT_TRUE(answered(offer(kGoodLogin + kOwnCandidate + rtcp)).peer);
    EXPECT_FALSE(answered(offer(kGoodLogin + kOwnCandidate + rtcp + "a=rtcp:5001\r\n")).peer);
    EXPECT_TRUE(answered(offer(kGoodLogin + kOwnCandidate + rtcp + "a=rtcp:5001\r\na=rtcp-mux\r\n")).peer);
    EXPECT_FALSE(answered(offer(kGoodLogin + kOwnCandidate + "a=ice-mismatch\r\n")).peer);
}

TEST(MediaIce, CandidatesMayBeYetToCome)
{
    const auto trickled = answered(offer(kGoodLogin, "IN IP4 0.0.0.0", "9"));
    EXPECT_TRUE(trickled.peer);
    EXPECT_EQ(trickled.direction, Direction::SendReceive);  // and no hold of the old kind
    EXPECT_TRUE(answered(offer(kGoodLogin, "IN IP4 host.local")).peer);
    EXPECT_TRUE(
        answered(offer(kGoodLogin + "a=candidate:1 1 UDP 99 192.0.2.8 5000 typ srflx\r\n", "IN IP4 0.0.0.0", "9"))
            .peer);
    EXPECT_EQ(answered(offer("", "IN IP4 0.0.0.0")).direction, Direction::ReceiveOnly);
}

TEST(MediaIce, TwoLiteAgentsCheckNothing)
{
    const auto outcome =
        answered(parse("a=ice-lite\r\nm=audio 4000 RTP/AVP 0\r\nc=IN IP4 192.0.2.1\r\n" + kGoodLogin + kOwnCandidate));
    EXPECT_FALSE(outcome.peer);
    EXPECT_TRUE(outcome.own.offered());
}

TEST(MediaIce, AGroupKeepsTheOneLineWeCarry)
{
    const auto browser = parse(
        "a=group:BUNDLE v a d\r\nm=video 5000 RTP/AVP 96\r\nc=IN IP4 192.0.2.1\r\na=mid:v\r\n"
        "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 192.0.2.1\r\na=mid:a\r\na=rtcp-rsize\r\n"
        "m=application 5000 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 192.0.2.1\r\na=mid:d\r\n");
    const auto made = answer(browser, local_media(true, true));
    ASSERT_TRUE(made);
    EXPECT_EQ(made->description.bundle, std::vector<std::string>{"a"});
    const auto& lines = made->description.media;
    EXPECT_EQ(lines[0].port, 0);
    EXPECT_EQ(lines[2].port, 0);
    EXPECT_EQ(lines[0].mid, "v");
    EXPECT_EQ(lines[1].mid, "a");
    EXPECT_EQ(lines[2].mid, "d");
    EXPECT_TRUE(lines[1].rtcp_rsize);
    EXPECT_FALSE(lines[1].msid.empty());
    EXPECT_TRUE(answer(browser, local_media(true, false))->description.bundle.empty());
}

TEST(MediaIce, ThePeerThatChecksBeginsTheHandshake)
{
    const std::string fingerprint = "a=fingerprint:sha-256 00" + [] {
        std::string rest;
        for (int i = 1; i < 32; ++i) {
            rest += ":00";
        }
        return rest;
    }() + "\r\n";
    LocalMedia local = local_media();
    local.capabilities.security = MediaSecurity::Required;
    local.capabilities.keying = {MediaKeying::Dtls};
    local.fingerprint = Fingerprint{};
    const auto client = [&](const std::string& attributes) {
        const auto made = answer(
            parse("m=audio 4000 UDP/TLS/RTP/SAVPF 0\r\nc=IN IP4 192.0.2.1\r\n" + fingerprint + attributes), local);
        EXPECT_TRUE(made) << (made ? "" : made.error().text);
        return made && made->media.dtls && made->media.dtls->client;
    };
    EXPECT_TRUE(client("a=setup:actpass\r\n"));
    EXPECT_FALSE(client("a=setup:actpass\r\n" + kGoodLogin));
    EXPECT_TRUE(client("a=setup:passive\r\n" + kGoodLogin));
    local.capabilities.setup = DtlsSetup::Active;
    EXPECT_TRUE(client("a=setup:actpass\r\n" + kGoodLogin));
}

TEST(MediaIce, OurOfferIsAnsweredByACheckingPeer)
{
    const LocalMedia local = local_media(true, true);
    const auto own = make_offer(local, {});
    EXPECT_EQ(own.bundle, std::vector<std::string>{"0"});
    EXPECT_EQ(own.media[0].mid, "0");
    EXPECT_EQ(own.media[0].ice.ufrag, "ours");
    const auto accept = [&](const std::string& attributes, const std::string& connection = "IN IP4 192.0.2.1") {
        return accept_answer(own, offer(attributes, connection), 0, MediaSecurity::None);
    };
    EXPECT_TRUE(accept(kGoodLogin + kOwnCandidate)->ice);
    EXPECT_TRUE(accept(kGoodLogin, "IN IP4 x.local")->ice);
    EXPECT_FALSE(accept("")->ice);
    EXPECT_FALSE(accept("", "IN IP4 x.local"));
    EXPECT_FALSE(accept(kGoodLogin + kOwnCandidate + "a=ice-mismatch\r\n")->ice);
    EXPECT_FALSE(
        accept_answer(make_offer(local_media(false), {}), offer(kGoodLogin + kOwnCandidate), 0, MediaSecurity::None)
            ->ice);
}

TEST(MediaIce, ANewOfferKeepsTheNameOfItsLine)
{
    const auto peer = parse("a=group:BUNDLE x\r\nm=audio 4000 RTP/AVP 0\r\nc=IN IP4 192.0.2.1\r\na=mid:x\r\n");
    const LocalMedia local = local_media(true, true);
    const auto made = answer(peer, local);
    ASSERT_TRUE(made);
    const auto again = make_offer(local, {.numbers = {}, .lines = made->description.media, .line = 0});
    EXPECT_EQ(again.media[0].mid, "x");
    EXPECT_EQ(again.bundle, std::vector<std::string>{"x"});
}

}  // namespace
}  // namespace rb::sip
