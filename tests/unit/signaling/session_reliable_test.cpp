// Goal: provisional responses of ours are reliable where both sides want them so, and what the caller may do before the
// answer — PRACK with SDP, UPDATE — is done as RFC 3262 and RFC 3311 say.
// Method: a real SipThread on loopback with quick timers, a socket that plays the caller, and this test as control.
#include "support/sip_peer.h"

namespace rb::sip::test {
namespace {

const std::string kSupported = "Supported: 100rel\r\n";
const std::string kRequired = "Require: 100rel\r\n";

class ReliableCall : public ::testing::Test {
protected:
    explicit ReliableCall(Reliable reliable = Reliable::PeerSupported) : node{settings(reliable)} {}

    static Settings settings(Reliable reliable)
    {
        Settings settings = test_settings();
        settings.endpoints[0].reliable = reliable;
        settings.timer_t1 = 40ms;
        settings.timer_b = 400ms;
        return settings;
    }

    InviteReceived invite(const std::string& sdp = offer_text(), const std::string& headers = kSupported)
    {
        phone.request({.body = sdp, .headers = headers});
        return node.expect<InviteReceived>();
    }

    /// The next provisional response, repetitions of the last one passed over.
    std::string provisional(int code)
    {
        const std::string response = phone.expect("SIP/2.0 " + std::to_string(code));
        to_tag = tag(header(response, "To"));
        rseq = header(response, "RSeq");
        return response;
    }

    void progress(SessionId session, int code, bool media)
    {
        node.post(SendProgress{.session = session,
                               .code = code,
                               .media = media ? std::optional{test_media()} : std::nullopt,
                               .headers = {}});
    }

    void prack(int cseq, const std::string& sdp = {}, const std::string& rack = {})
    {
        phone.request({.method = "PRACK",
                       .cseq = cseq,
                       .to_tag = to_tag,
                       .body = sdp,
                       .headers = "RAck: " + (rack.empty() ? rseq + " 1 INVITE" : rack) + "\r\n"});
    }

    void update(int cseq, const std::string& sdp)
    {
        phone.request({.method = "UPDATE", .cseq = cseq, .to_tag = to_tag, .body = sdp});
    }

    /// A call whose answer has gone out in 183 and been acknowledged.
    SessionId early_call()
    {
        const auto call = invite();
        progress(call.session, 183, true);
        EXPECT_FALSE(body(provisional(183)).empty());
        prack(2);
        phone.expect("SIP/2.0 200");
        return call.session;
    }

    SipNode node;
    SipPeer phone{node.address()};
    std::string to_tag;
    std::string rseq;
};

TEST_F(ReliableCall, EarlyMediaIsRepeatedUntilPrackAndNotInTheAnswer)
{
    const auto call = invite();
    EXPECT_TRUE(call.reliable);
    progress(call.session, 183, true);
    const std::string early = provisional(183);
    EXPECT_EQ(header(early, "Require"), "100rel");
    EXPECT_NE(header(early, "Contact"), "");
    EXPECT_EQ(provisional(183), early);
    node.post(SendAnswer{.session = call.session, .media = test_media(), .headers = {{"X-Held", "1"}}});
    EXPECT_EQ(provisional(183), early);  // 200 does not overtake it
    prack(2);
    const std::string first = phone.expect("SIP/2.0 200");
    EXPECT_EQ(header(first, "CSeq"), "2 PRACK");
    const std::string ok = phone.expect("SIP/2.0 200");
    EXPECT_EQ(header(ok, "CSeq"), "1 INVITE");
    EXPECT_EQ(header(ok, "X-Held"), "1");
    EXPECT_EQ(body(ok), "");
    phone.request({.method = "ACK", .to_tag = to_tag});
    EXPECT_FALSE(node.expect<Acknowledged>().media);
}

TEST_F(ReliableCall, ResponsesWaitForEachOther)
{
    const auto call = invite();
    progress(call.session, 183, false);
    progress(call.session, 180, false);
    provisional(183);
    const auto first = std::stoul(rseq);
    prack(2);
    provisional(180);
    EXPECT_EQ(std::stoul(rseq), first + 1);
    node.post(SendAnswer{.session = call.session, .media = test_media(), .headers = {}});  // nothing it could overtake
    EXPECT_FALSE(
        body(phone.expect("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP " + phone.address().to_string() + ";branch=z9hG4bK1;"))
            .empty());
    prack(3);
    EXPECT_EQ(header(phone.expect("SIP/2.0 200"), "CSeq"), "3 PRACK");
}

TEST_F(ReliableCall, AnUnknownRackIs481AndOneWithoutRackIs400)
{
    const auto call = invite();
    progress(call.session, 180, false);
    provisional(180);
    prack(2, {}, std::to_string(std::stoul(rseq) + 1) + " 1 INVITE");
    phone.expect("SIP/2.0 481");
    prack(3, {}, rseq + " 2 INVITE");
    phone.expect("SIP/2.0 481");
    prack(4, {}, rseq + " 1 UPDATE");
    phone.expect("SIP/2.0 481");
    phone.request({.method = "PRACK", .cseq = 5, .to_tag = to_tag});
    phone.expect("SIP/2.0 400");
    prack(6);
    phone.expect("SIP/2.0 200");
    prack(7);  // it has been acknowledged already
    phone.expect("SIP/2.0 481");
}

TEST_F(ReliableCall, WithoutPrackTheCallEndsWith504)
{
    const auto call = invite();
    progress(call.session, 180, false);
    provisional(180);
    phone.expect("SIP/2.0 504");
    const auto ended = node.expect<SessionEnded>();
    EXPECT_EQ(ended.session, call.session);
    EXPECT_EQ(ended.code, 504);
    EXPECT_EQ(ended.cause, 102);
}

TEST_F(ReliableCall, OurOfferIn183IsAnsweredInPrack)
{
    const auto call = invite("");
    progress(call.session, 183, true);
    EXPECT_NE(body(provisional(183)).find("m=audio 20000 RTP/AVP 0 8 101"), std::string::npos);
    prack(2, offer_text("m=audio 4002 RTP/AVP 8\r\n"));
    phone.expect("SIP/2.0 200");
    const auto answered = node.expect<Acknowledged>();
    ASSERT_TRUE(answered.media);
    EXPECT_EQ(answered.media->remote_rtp.port(), 4002);
    node.post(SendAnswer{.session = call.session, .media = test_media(), .headers = {}});
    EXPECT_EQ(body(phone.expect("SIP/2.0 200")), "");
    phone.request({.method = "ACK", .to_tag = to_tag});
    EXPECT_FALSE(node.expect<Acknowledged>().media);
}

TEST_F(ReliableCall, APrackWithoutTheAnswerOwedEndsTheCall)
{
    const auto call = invite("");
    progress(call.session, 183, true);
    provisional(183);
    prack(2);
    phone.expect("SIP/2.0 400");
    EXPECT_EQ(node.expect<SessionEnded>().session, call.session);
}

TEST_F(ReliableCall, PrackMayCarryANewOffer)
{
    const auto call = invite();
    progress(call.session, 183, true);
    provisional(183);
    prack(2, offer_text("m=audio 4006 RTP/AVP 8\r\n"));
    const auto offer = node.expect<OfferReceived>();
    ASSERT_TRUE(offer.media);
    EXPECT_EQ(offer.media->remote_rtp.port(), 4006);
    node.post(AcceptOffer{.session = call.session, .media = test_media()});
    const std::string ok = phone.expect("SIP/2.0 200");
    EXPECT_EQ(header(ok, "CSeq"), "2 PRACK");
    EXPECT_NE(body(ok).find("m=audio 20000 RTP/AVP 8"), std::string::npos);
}

TEST_F(ReliableCall, UpdateChangesTheMediaBeforeTheAnswer)
{
    const SessionId session = early_call();
    update(3, offer_text("m=audio 4010 RTP/AVP 8\r\n"));
    EXPECT_EQ(node.expect<OfferReceived>().media->remote_rtp.port(), 4010);
    update(4, offer_text("m=audio 4012 RTP/AVP 8\r\n"));  // while the one before is open
    const std::string glare = phone.expect("SIP/2.0 500");
    EXPECT_NE(header(glare, "Retry-After"), "");
    node.post(AcceptOffer{.session = session, .media = test_media()});
    EXPECT_EQ(header(phone.expect("SIP/2.0 200"), "CSeq"), "3 UPDATE");
    node.post(SendAnswer{.session = session, .media = test_media(), .headers = {}});
    const std::string ok = phone.expect("SIP/2.0 200");
    EXPECT_EQ(header(ok, "CSeq"), "1 INVITE");
    EXPECT_EQ(body(ok), "");
}

TEST_F(ReliableCall, AnUpdateBeforeOurAnswerHasToWait)
{
    const auto call = invite();
    progress(call.session, 180, false);
    provisional(180);
    prack(2);
    phone.expect("SIP/2.0 200");
    update(3, offer_text());
    EXPECT_NE(header(phone.expect("SIP/2.0 500"), "Retry-After"), "");
    update(4, {});  // refreshes the target only
    phone.expect("SIP/2.0 200");
}

TEST_F(ReliableCall, AnUpdateWhileOurOfferIsOpenIs491)
{
    const auto call = invite("");
    progress(call.session, 183, true);
    provisional(183);
    update(2, offer_text());
    phone.expect("SIP/2.0 491");
}

TEST_F(ReliableCall, CancelStopsTheRepetitions)
{
    const auto call = invite();
    progress(call.session, 180, false);
    provisional(180);
    phone.request({.method = "CANCEL", .branch = "z9hG4bK1"});
    phone.expect("SIP/2.0 487");
    EXPECT_EQ(node.expect<SessionEnded>().code, 487);
    phone.request({.method = "ACK", .to_tag = to_tag, .branch = "z9hG4bK1"});
    for (auto message = phone.receive(200); !message.empty(); message = phone.receive(200)) {
        EXPECT_FALSE(message.starts_with("SIP/2.0 180")) << message;
    }
}

TEST_F(ReliableCall, WhoDoesNotOfferItGetsPlainResponses)
{
    const auto call = invite(offer_text(), "");
    EXPECT_FALSE(call.reliable);
    progress(call.session, 183, true);
    EXPECT_EQ(header(provisional(183), "RSeq"), "");
}

struct WhereRequired : ReliableCall {
    WhereRequired() : ReliableCall{Reliable::Yes} {}
};

TEST_F(WhereRequired, OnlyThatMakesResponsesReliable)
{
    EXPECT_FALSE(invite().reliable);
    phone.request({.body = offer_text(), .headers = kRequired, .call_id = "b"});
    EXPECT_TRUE(node.expect<InviteReceived>().reliable);
}

struct Switched : ReliableCall {
    Switched() : ReliableCall{Reliable::No} {}
};

TEST_F(Switched, OffItIsAnUnknownExtension)
{
    phone.request({.body = offer_text(), .headers = kRequired});
    EXPECT_EQ(header(phone.expect("SIP/2.0 420"), "Unsupported"), "100rel");
    EXPECT_FALSE(invite().reliable);
    phone.request({.method = "OPTIONS", .call_id = "o"});
    EXPECT_EQ(header(phone.expect("SIP/2.0 200"), "Supported"), "");
}

struct Demanded : ReliableCall {
    Demanded() : ReliableCall{Reliable::Required} {}
};

TEST_F(Demanded, WhoDoesNotSpeakItIsRefused)
{
    phone.request({.body = offer_text()});
    EXPECT_EQ(header(phone.expect("SIP/2.0 421"), "Require"), "100rel");
    EXPECT_TRUE(invite().reliable);
}

}  // namespace
}  // namespace rb::sip::test
