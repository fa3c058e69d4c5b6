// Goal: the media of a running call change by re-INVITE and UPDATE from either side, and glare ends as RFC 3261 §14
// says. Method: a real SipThread on loopback, a socket that plays the phone, and this test as control.
#include "support/sip_peer.h"

namespace rb::sip::test {
namespace {

class Offer : public ::testing::Test {
protected:
    void SetUp() override
    {
        phone.request({.body = offer_text()});
        session = node.expect<InviteReceived>().session;
        node.post(SendAnswer{.session = session, .media = test_media(), .headers = {}});
        answer = phone.expect("SIP/2.0 200");
        to_tag = tag(header(answer, "To"));
        phone.request({.method = "ACK", .to_tag = to_tag});
        node.expect<Acknowledged>();
    }

    SipNode node{test_settings()};
    SipPeer phone{node.address()};
    SessionId session{};
    std::string answer;
    std::string to_tag;
};

TEST_F(Offer, ThePeerHoldsByReinviteAndResumesByUpdate)
{
    phone.request({.cseq = 2, .to_tag = to_tag, .body = offer_text("m=audio 4000 RTP/AVP 0\r\na=sendonly\r\n")});
    phone.expect("SIP/2.0 100");
    const auto hold = node.expect<OfferReceived>();
    ASSERT_TRUE(hold.media);
    EXPECT_EQ(hold.media->direction, Direction::ReceiveOnly);
    node.post(AcceptOffer{.session = session, .media = test_media()});
    const std::string held = phone.expect("SIP/2.0 200");
    EXPECT_NE(body(held).find("a=recvonly"), std::string::npos);
    EXPECT_NE(body(held).find(" 2 IN IP4"), std::string::npos);  // the version has grown
    phone.request({.method = "ACK", .cseq = 2, .to_tag = to_tag});

    phone.request({.method = "UPDATE", .cseq = 3, .to_tag = to_tag, .body = offer_text("m=audio 4008 RTP/AVP 0\r\n")});
    const auto resume = node.expect<OfferReceived>();
    ASSERT_TRUE(resume.media);
    EXPECT_EQ(resume.media->direction, Direction::SendReceive);
    EXPECT_EQ(resume.media->remote_rtp.port(), 4008);
    node.post(AcceptOffer{.session = session, .media = test_media()});
    EXPECT_NE(body(phone.expect("SIP/2.0 200")).find("a=sendrecv"), std::string::npos);
}

TEST_F(Offer, AnUpdateWithoutSdpIsAnsweredAlone)
{
    phone.request({.method = "UPDATE", .cseq = 2, .to_tag = to_tag});
    EXPECT_EQ(body(phone.expect("SIP/2.0 200")), "");
}

TEST_F(Offer, AReinviteWithoutSdpAsksForOurOffer)
{
    phone.request({.cseq = 2, .to_tag = to_tag});
    EXPECT_FALSE(node.expect<OfferReceived>().media);
    node.post(AcceptOffer{.session = session, .media = test_media()});
    EXPECT_NE(body(phone.expect("SIP/2.0 200")).find("m=audio 20000"), std::string::npos);
    phone.request({.method = "ACK", .cseq = 2, .to_tag = to_tag, .body = offer_text("m=audio 4010 RTP/AVP 8\r\n")});
    const auto acknowledged = node.expect<Acknowledged>();
    ASSERT_TRUE(acknowledged.media);
    EXPECT_EQ(acknowledged.media->remote_rtp.port(), 4010);
}

TEST_F(Offer, ARefusedOfferLeavesTheCallAsItWas)
{
    phone.request({.cseq = 2, .to_tag = to_tag, .body = offer_text("m=audio 4000 RTP/AVP 18\r\n")});
    EXPECT_TRUE(header(phone.expect("SIP/2.0 488"), "Warning").starts_with("304 "));
    phone.request({.method = "UPDATE", .cseq = 3, .to_tag = to_tag, .body = offer_text()});
    node.expect<OfferReceived>();
    node.post(RejectOffer{.session = session, .code = 488});
    phone.expect("SIP/2.0 488");
    EXPECT_EQ(node.count(SipCounter::SessionsActive), 1U);
}

TEST_F(Offer, ASecondOfferMustWait)
{
    phone.request({.method = "UPDATE", .cseq = 2, .to_tag = to_tag, .body = offer_text()});
    node.expect<OfferReceived>();
    phone.request({.method = "UPDATE", .cseq = 3, .to_tag = to_tag, .body = offer_text()});
    EXPECT_NE(header(phone.expect("SIP/2.0 500"), "Retry-After"), "");
}

TEST_F(Offer, ACancelledReinviteLeavesTheCall)
{
    const std::string branch = phone.request({.cseq = 2, .to_tag = to_tag, .body = offer_text()});
    node.expect<OfferReceived>();
    phone.request({.method = "CANCEL", .cseq = 2, .to_tag = to_tag, .branch = branch});
    phone.expect("SIP/2.0 487");
    EXPECT_EQ(node.count(SipCounter::SessionsActive), 1U);
}

TEST_F(Offer, AByeEndsAnOfferUnderWay)
{
    phone.request({.cseq = 2, .to_tag = to_tag, .body = offer_text()});
    node.expect<OfferReceived>();
    phone.request({.method = "BYE", .cseq = 3, .to_tag = to_tag});
    phone.expect("SIP/2.0 487");
    node.expect<SessionEnded>();
}

TEST_F(Offer, WePutThePeerOnHold)
{
    node.post(Reoffer{.session = session, .media = test_media(Direction::SendOnly)});
    const std::string invite = phone.expect("INVITE");
    EXPECT_NE(body(invite).find("a=sendonly"), std::string::npos);
    EXPECT_NE(body(invite).find(" 2 IN IP4"), std::string::npos);
    phone.respond(invite, "200 OK", "", offer_text("m=audio 4000 RTP/AVP 0\r\na=recvonly\r\n"));
    phone.expect("ACK");
    const auto answered = node.expect<OfferAnswered>();
    ASSERT_TRUE(answered.media);
    EXPECT_EQ(answered.media->direction, Direction::SendOnly);
}

TEST_F(Offer, ARefusalOfOurOfferIsReportedAndTheCallGoesOn)
{
    node.post(Reoffer{.session = session, .media = test_media(Direction::SendOnly)});
    phone.respond(phone.expect("INVITE"), "488 Not Acceptable Here", "");
    phone.expect("ACK");
    EXPECT_FALSE(node.expect<OfferAnswered>().media);
    EXPECT_EQ(node.count(SipCounter::SessionsActive), 1U);
}

TEST_F(Offer, ALostDialogEndsTheCall)
{
    node.post(Reoffer{.session = session, .media = test_media(Direction::SendOnly)});
    phone.respond(phone.expect("INVITE"), "481 Call Does Not Exist", "");
    phone.expect("BYE");
    EXPECT_EQ(node.expect<SessionEnded>().reason, "re-INVITE answered with 481");
}

TEST_F(Offer, WhenBothOfferAtOnceEachRefusesAndWeTryAgain)
{
    node.post(Reoffer{.session = session, .media = test_media(Direction::SendOnly)});
    const std::string invite = phone.expect("INVITE");
    phone.request({.cseq = 2, .to_tag = to_tag, .body = offer_text()});
    phone.expect("SIP/2.0 491");
    phone.request({.method = "ACK", .cseq = 2, .to_tag = to_tag});
    phone.respond(invite, "491 Request Pending", "");
    const std::string again = phone.expect("INVITE");
    EXPECT_NE(header(again, "CSeq"), header(invite, "CSeq"));
    EXPECT_EQ(body(again), body(invite));
    phone.respond(again, "200 OK", "", offer_text("m=audio 4000 RTP/AVP 0\r\na=recvonly\r\n"));
    EXPECT_TRUE(node.expect<OfferAnswered>().media);
}

TEST_F(Offer, OurOfferWaitsUntilThePeersIsAnswered)
{
    phone.request({.method = "UPDATE", .cseq = 2, .to_tag = to_tag, .body = offer_text()});
    node.expect<OfferReceived>();
    node.post(Reoffer{.session = session, .media = test_media(Direction::SendOnly)});
    node.post(AcceptOffer{.session = session, .media = test_media()});
    phone.expect("SIP/2.0 200");
    EXPECT_NE(body(phone.expect("INVITE")).find("a=sendonly"), std::string::npos);
}

TEST(OfferEarly, BeforeTheAnswerOurOfferIsRefusedAtOnce)
{
    SipNode node{test_settings()};
    SipPeer phone{node.address()};
    phone.request({.body = offer_text()});
    const auto call = node.expect<InviteReceived>();
    node.post(Reoffer{.session = call.session, .media = test_media()});
    EXPECT_FALSE(node.expect<OfferAnswered>().media);
}

TEST(OfferEarly, AnUpdateBeforeOurAnswerMustWait)
{
    SipNode node{test_settings()};
    SipPeer phone{node.address()};
    phone.request({.body = offer_text()});
    const auto call = node.expect<InviteReceived>();
    node.post(SendProgress{.session = call.session, .code = 180, .media = {}, .headers = {}});
    const std::string to_tag = tag(header(phone.expect("SIP/2.0 180"), "To"));
    phone.request({.method = "UPDATE", .cseq = 2, .to_tag = to_tag, .body = offer_text()});
    phone.expect("SIP/2.0 500");
}

}  // namespace
}  // namespace rb::sip::test
