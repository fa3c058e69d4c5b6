// Goal: offers and answers agree on ICE exactly where both sides and the path between them permit, and on a BUNDLE of
// the one line we carry.
// Method: offers as text, each condition once; then our own offers with the answers of a peer.
#include "signaling/media_ice.h"

#include "signaling/offer_answer.h"

#include <gtest/gtest.h>

#include <algorithm>

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

/// An attribute with 32 times this byte.
std::string fingerprint_line(const std::string& byte)
{
    std::string line = "a=fingerprint:sha-256 " + byte;
    for (int i = 1; i < 32; ++i) {
        line += ':' + byte;
    }
    return line + "\r\n";
}

LocalMedia browser_media()
{
    LocalMedia local = local_media(true, true);
    local.capabilities.security = MediaSecurity::Required;
    local.capabilities.keying = {MediaKeying::Dtls};
    local.fingerprint = Fingerprint{};
    return local;
}

/// What a browser says of the transport of one line.
std::string transport(const std::string& mid, const std::string& port, const std::string& byte)
{
    return "c=IN IP4 192.0.2.1\r\na=mid:" + mid + "\r\na=ice-ufrag:" + mid + "four\r\na=ice-pwd:" + mid +
           "Has24CharactersOrSomething\r\na=candidate:1 1 UDP 99 192.0.2.1 " + port + " typ host\r\n" +
           fingerprint_line(byte) + "a=setup:actpass\r\n";
}

TEST(MediaIce, TheTransportIsThatOfTheLineWeTakeWhicheverWasToLead)
{
    // RFC 9143 §7.3.1: the first of the group is rejected, so the next that is not leads the answer's.
    const std::string video = "m=video 5000 UDP/TLS/RTP/SAVPF 96 97\r\n" + transport("v", "5000", "11") +
                              "a=rtcp-mux\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\n";
    const std::string audio =
        "m=audio 4000 UDP/TLS/RTP/SAVPF 111 0\r\n" + transport("a", "4000", "22") + "a=rtcp-mux\r\n";
    const std::string data = "m=application 6000 UDP/DTLS/SCTP webrtc-datachannel\r\n" + transport("d", "6000", "33") +
                             "a=sctp-port:5000\r\n";
    const std::vector<std::string> orders[] = {{"v", "a", "d"}, {"a", "v", "d"}, {"d", "v", "a"}};
    for (const auto& order : orders) {
        std::string text = "a=group:BUNDLE";
        std::string lines;
        for (const std::string& mid : order) {
            text += ' ' + mid;
            lines += mid == "v" ? video : mid == "a" ? audio : data;
        }
        auto made = answer(parse(text + "\r\n" + lines), browser_media());
        ASSERT_TRUE(made) << made.error().text;
        EXPECT_EQ(made->media.ice->ufrag, "afour");
        EXPECT_EQ(made->media.remote_rtp.port(), 4000);
        ASSERT_TRUE(made->media.dtls);
        EXPECT_EQ(made->media.dtls->fingerprints.front().bytes[0], 0x22);
        const std::string answered = LocalDescription{1}.publish(made->description);
        const auto read = parse_sdp(answered);
        ASSERT_TRUE(read) << answered;
        EXPECT_EQ(read->bundle, std::vector<std::string>{"a"}) << answered;
        ASSERT_EQ(read->media.size(), 3U);
        for (std::size_t i = 0; i < order.size(); ++i) {
            const SdpMedia& line = read->media[i];
            const bool taken = order[i] == "a";
            EXPECT_EQ(line.mid, order[i]) << "in its place: " << answered;
            EXPECT_EQ(line.port != 0, taken) << answered;
            EXPECT_EQ(line.ice.offered(), taken) << answered;
            EXPECT_EQ(line.dtls.fingerprints.size(), taken ? 1U : 0U) << answered;
        }
        const auto line = static_cast<std::size_t>(std::find(order.begin(), order.end(), "a") - order.begin());
        const auto again = make_offer(browser_media(), {.numbers = {}, .lines = made->description.media, .line = line});
        EXPECT_EQ(again.bundle, std::vector<std::string>{"a"}) << "as does what we offer later";
        for (std::size_t i = 0; i < order.size(); ++i) {
            EXPECT_EQ(again.media[i].mid, order[i]);
            EXPECT_EQ(again.media[i].port != 0, i == line);
        }
        EXPECT_NE(answered.find("m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n"), std::string::npos) << answered;
        EXPECT_NE(answered.find("m=video 0 UDP/TLS/RTP/SAVPF 96\r\n"), std::string::npos) << answered;
    }
}

TEST(MediaIce, ALineThatOnlyWantsToBeBundledCannotLead)
{
    // RFC 9143 §7.3.1: a port of zero does not lead; §7.3.3: without its group, such a line is rejected.
    const auto refused =
        answer(parse("a=group:BUNDLE v a\r\nm=video 5000 UDP/TLS/RTP/SAVPF 96\r\n" + transport("v", "5000", "11") +
                     "m=audio 0 UDP/TLS/RTP/SAVPF 0\r\na=mid:a\r\na=bundle-only\r\na=rtcp-mux\r\n"),
               browser_media());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, 488);
}

TEST(MediaIce, ThePeerThatChecksBeginsTheHandshake)
{
    const std::string fingerprint = fingerprint_line("00");
    LocalMedia local = browser_media();
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
