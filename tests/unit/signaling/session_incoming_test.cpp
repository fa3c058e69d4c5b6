// Goal: a call to us lives as RFC 3261 says, from 100 to BYE, and control hears exactly what the header promises.
// Method: a real SipThread on loopback, a socket that plays the phone, and this test as control.
#include "support/sip_peer.h"

namespace rb::sip::test {
namespace {

class Incoming : public ::testing::Test {
protected:
    InviteReceived invite(const std::string& sdp = offer_text(), const std::string& headers = {})
    {
        phone.request({.body = sdp, .headers = headers});
        phone.expect("SIP/2.0 100");
        return node.expect<InviteReceived>();
    }

    /// A call up to ACK; returns its session, and our tag in `to_tag`.
    SessionId answered_call(const std::string& headers = {})
    {
        const auto call = invite(offer_text(), headers);
        node.post(SendAnswer{.session = call.session, .media = test_media(), .headers = {}});
        to_tag = tag(header(phone.expect("SIP/2.0 200"), "To"));
        phone.request({.method = "ACK", .to_tag = to_tag});
        node.expect<Acknowledged>();
        return call.session;
    }

    SipNode node{test_settings()};
    SipPeer phone{node.address()};
    std::string to_tag;
};

TEST_F(Incoming, ACallIsOfferedRungAnsweredAndHungUp)
{
    const auto call = invite(offer_text(), "X-Room: 7\r\nSubject: a\r\n b\r\n");
    EXPECT_EQ(call.endpoint, "anonymous");
    EXPECT_EQ(call.transport, "udp");
    EXPECT_EQ(call.request_user, "600");
    EXPECT_EQ(call.from.user, "ann");
    EXPECT_EQ(call.source, phone.address());
    EXPECT_EQ(call.local, node.address());
    EXPECT_EQ(call.call_id, "call-1");
    ASSERT_TRUE(call.media);
    EXPECT_EQ(call.media->remote_rtp, parse_address("127.0.0.1:4000"));
    const auto has = [&](const std::string& name, const std::string& value) {
        return std::find(call.headers.begin(), call.headers.end(), std::pair{name, value}) != call.headers.end();
    };
    EXPECT_TRUE(has("X-Room", "7"));
    EXPECT_TRUE(has("Subject", "a b"));
    EXPECT_TRUE(has("Max-Forwards", "70"));

    node.post(SendProgress{.session = call.session, .code = 180, .media = {}, .headers = {{"X-Queue", "3"}}});
    const std::string ringing = phone.expect("SIP/2.0 180 Ringing");
    EXPECT_EQ(header(ringing, "X-Queue"), "3");
    EXPECT_EQ(body(ringing), "");

    node.post(SendAnswer{.session = call.session, .media = test_media(), .headers = {{"X-Node", "a"}, {"Via", "no"}}});
    const std::string ok = phone.expect("SIP/2.0 200 OK");
    EXPECT_EQ(header(ok, "Contact"), "<sip:" + node.address().to_string() + ">");
    EXPECT_EQ(header(ok, "X-Node"), "a");
    EXPECT_NE(body(ok).find("m=audio 20000 RTP/AVP 0 8\r\n"), std::string::npos);
    to_tag = tag(header(ok, "To"));
    EXPECT_EQ(to_tag, tag(header(ringing, "To")));
    phone.request({.method = "ACK", .to_tag = to_tag});
    EXPECT_FALSE(node.expect<Acknowledged>().media);

    phone.request({.method = "BYE", .cseq = 2, .to_tag = to_tag, .headers = "Reason: Q.850;cause=17\r\n"});
    phone.expect("SIP/2.0 200");
    const auto ended = node.expect<SessionEnded>();
    EXPECT_EQ(ended.session, call.session);
    EXPECT_EQ(ended.code, 0);
    EXPECT_EQ(ended.cause, 17);
    EXPECT_EQ(ended.reason, "BYE received");
    EXPECT_EQ(node.count(SipCounter::HeaderRefused), 1U);
}

TEST_F(Incoming, AnOfferMayComeInAMultipartBody)
{
    phone.request(
        {.body = "--b\r\nContent-Type: application/isup\r\n\r\n\x01\r\n--b\r\nContent-Type: application/sdp\r\n\r\n" +
                 offer_text() + "\r\n--b--\r\n",
         .content_type = "multipart/mixed;boundary=b"});
    EXPECT_TRUE(node.expect<InviteReceived>().media);
}

TEST_F(Incoming, EarlyMediaIsRepeatedInTheAnswer)
{
    const auto call = invite();
    node.post(SendProgress{.session = call.session, .code = 183, .media = test_media(), .headers = {}});
    const std::string early = body(phone.expect("SIP/2.0 183"));
    EXPECT_FALSE(early.empty());
    node.post(SendAnswer{.session = call.session, .media = test_media(), .headers = {}});
    EXPECT_EQ(body(phone.expect("SIP/2.0 200")), early);
}

TEST_F(Incoming, ADelayedOfferIsAnsweredInAck)
{
    const auto call = invite("");
    EXPECT_FALSE(call.media);
    node.post(SendAnswer{.session = call.session, .media = test_media(), .headers = {}});
    const std::string ok = phone.expect("SIP/2.0 200");
    EXPECT_NE(body(ok).find("m=audio 20000 RTP/AVP 0 8 101"), std::string::npos);
    phone.request({.method = "ACK", .to_tag = tag(header(ok, "To")), .body = offer_text("m=audio 4002 RTP/AVP 8\r\n")});
    const auto acknowledged = node.expect<Acknowledged>();
    ASSERT_TRUE(acknowledged.media);
    EXPECT_EQ(acknowledged.media->formats.at(0).encoding, "PCMA");
    EXPECT_EQ(acknowledged.media->remote_rtp.port(), 4002);
}

TEST_F(Incoming, AnAckWithoutTheAnswerOwedEndsTheCall)
{
    const auto call = invite("");
    node.post(SendAnswer{.session = call.session, .media = test_media(), .headers = {}});
    phone.request({.method = "ACK", .to_tag = tag(header(phone.expect("SIP/2.0 200"), "To"))});
    phone.expect("BYE sip:ann@");
    EXPECT_EQ(node.expect<SessionEnded>().cause, 58);
}

TEST_F(Incoming, CancelIsAnsweredAndEndsTheInvite)
{
    const std::string branch = phone.request({.body = offer_text()});
    const auto call = node.expect<InviteReceived>();
    phone.request({.method = "CANCEL", .branch = branch});
    phone.expect("SIP/2.0 200");
    phone.expect("SIP/2.0 487");
    phone.request({.method = "ACK", .branch = branch});
    const auto ended = node.expect<SessionEnded>();
    EXPECT_EQ(ended.session, call.session);
    EXPECT_EQ(ended.code, 487);
}

TEST_F(Incoming, ARefusalCarriesCodeReasonAndRetryAfter)
{
    const auto call = invite();
    node.post(EndSession{.session = call.session, .cause = 17, .retry_after_s = 9, .headers = {{"X-Why", "full"}}});
    const std::string refused = phone.expect("SIP/2.0 486");
    EXPECT_EQ(header(refused, "Reason"), "Q.850;cause=17;text=\"User busy\"");
    EXPECT_EQ(header(refused, "Retry-After"), "9");
    EXPECT_EQ(header(refused, "X-Why"), "full");
    EXPECT_EQ(node.expect<SessionEnded>().code, 486);
}

TEST_F(Incoming, HangingUpBeforeAckSendsByeAfterIt)
{
    const auto call = invite();
    node.post(SendAnswer{.session = call.session, .media = test_media(), .headers = {}});
    node.post(EndSession{.session = call.session, .cause = 17, .headers = {}});
    EXPECT_EQ(node.expect<SessionEnded>().cause, 17);
    phone.request({.method = "ACK", .to_tag = tag(header(phone.expect("SIP/2.0 200"), "To"))});
    EXPECT_EQ(header(phone.expect("BYE"), "Reason"), "Q.850;cause=17;text=\"User busy\"");
}

TEST_F(Incoming, OurByeEndsTheCall)
{
    const SessionId session = answered_call();
    node.post(EndSession{.session = session, .cause = 16, .headers = {}});
    const std::string bye = phone.expect("BYE sip:ann@" + phone.address().to_string() + " SIP/2.0");
    EXPECT_EQ(tag(header(bye, "From")), to_tag);
    EXPECT_EQ(tag(header(bye, "To")), "peer");
    EXPECT_EQ(header(bye, "Via").substr(0, 12), "SIP/2.0/UDP ");
    phone.respond(bye, "200 OK", "");
    EXPECT_EQ(node.expect<SessionEnded>().code, 0);
}

TEST_F(Incoming, ARepeatedInviteIsAnsweredByTheTransaction)
{
    const std::string branch = phone.request({.body = offer_text()});
    phone.expect("SIP/2.0 100");
    const auto call = node.expect<InviteReceived>();
    node.post(SendProgress{.session = call.session, .code = 180, .media = {}, .headers = {}});
    phone.expect("SIP/2.0 180");
    phone.request({.branch = branch, .body = offer_text()});
    phone.expect("SIP/2.0 180");
    EXPECT_EQ(node.count(SipCounter::SessionsActive), 1U);
}

TEST_F(Incoming, AnActionForASessionThatIsOverIsIgnored)
{
    const SessionId session = answered_call();
    phone.request({.method = "BYE", .cseq = 2, .to_tag = to_tag});
    node.expect<SessionEnded>();
    node.post(EndSession{.session = session, .headers = {}});
    phone.request({.method = "OPTIONS", .cseq = 3, .call_id = "o"});
    phone.expect("SIP/2.0 200");
    EXPECT_EQ(node.count(SipCounter::SentBye), 0U);
}

TEST_F(Incoming, RequestsWithinACallAreCheckedAgainstItsDialog)
{
    answered_call();
    phone.request({.method = "BYE", .cseq = 2, .to_tag = to_tag, .from = "<sip:eve@127.0.0.1>;tag=other"});
    phone.expect("SIP/2.0 481");
    phone.request({.method = "BYE", .cseq = 2, .to_tag = to_tag, .call_id = "another"});
    phone.expect("SIP/2.0 481");
    phone.request({.method = "OPTIONS", .cseq = 9, .to_tag = to_tag});
    phone.expect("SIP/2.0 200");
    phone.request({.method = "BYE", .cseq = 8, .to_tag = to_tag});
    phone.expect("SIP/2.0 500 CSeq out of order");
    phone.request({.method = "PRACK", .cseq = 10, .to_tag = to_tag, .headers = "RAck: 1 1 INVITE\r\n"});
    phone.expect("SIP/2.0 481");
    EXPECT_EQ(node.count(SipCounter::SessionsActive), 1U);
}

TEST_F(Incoming, KeysTravelByInfo)
{
    const SessionId session = answered_call();
    phone.request({.method = "INFO",
                   .cseq = 2,
                   .to_tag = to_tag,
                   .body = "Signal=#\r\nDuration=160\r\n",
                   .content_type = "application/dtmf-relay"});
    phone.expect("SIP/2.0 200");
    const auto key = node.expect<KeyReceived>();
    EXPECT_EQ(key.session, session);
    EXPECT_EQ(key.digit, '#');
    EXPECT_EQ(key.held, 160ms);
    phone.request({.method = "INFO", .cseq = 3, .to_tag = to_tag});
    phone.expect("SIP/2.0 200");
    phone.request(
        {.method = "INFO", .cseq = 4, .to_tag = to_tag, .body = "Signal=16", .content_type = "application/dtmf"});
    phone.expect("SIP/2.0 200");
    phone.request({.method = "INFO", .cseq = 5, .to_tag = to_tag, .body = "<x/>", .content_type = "text/xml"});
    EXPECT_EQ(header(phone.expect("SIP/2.0 415"), "Accept"), "application/dtmf-relay, application/dtmf");
    phone.request({.method = "INFO",
                   .cseq = 6,
                   .to_tag = to_tag,
                   .body = "a=candidate:1 1 UDP 1 192.0.2.1 4000 typ host\r\n",
                   .content_type = "application/trickle-ice-sdpfrag"});
    phone.expect("SIP/2.0 200");
    phone.request({.method = "INFO", .cseq = 7, .to_tag = "other"});
    phone.expect("SIP/2.0 481");
    EXPECT_FALSE(node.next(50)) << "only one of these was a key";

    node.post(SendKey{.session = session, .digit = '*', .held = 250ms});
    const std::string info = phone.expect("INFO sip:ann@");
    EXPECT_EQ(header(info, "Content-Type"), "application/dtmf-relay");
    EXPECT_TRUE(info.ends_with("\r\n\r\nSignal=*\r\nDuration=250\r\n")) << info;
}

TEST_F(Incoming, InDialogRequestsFollowTheRecordedRoute)
{
    const std::string proxy = phone.address().to_string();
    const SessionId session =
        answered_call("Record-Route: <sip:" + proxy + ";lr;hop=1>\r\nRecord-Route: <sip:far.invalid;lr>\r\n");
    node.post(EndSession{.session = session, .headers = {}});
    const std::string bye = phone.expect("BYE sip:ann@");
    EXPECT_NE(bye.find("Route: <sip:" + proxy + ";lr;hop=1>"), std::string::npos);
    EXPECT_NE(bye.find("<sip:far.invalid;lr>"), std::string::npos);
}

TEST(IncomingTimers, AnAnswerIsRepeatedUntilAckAndThenGivenUp)
{
    Settings settings = test_settings();
    settings.timer_t1 = 20ms;
    settings.timer_b = 300ms;
    SipNode node{settings};
    SipPeer phone{node.address()};
    phone.request({.body = offer_text()});
    const auto call = node.expect<InviteReceived>();
    node.post(SendAnswer{.session = call.session, .media = test_media(), .headers = {}});
    phone.expect("SIP/2.0 200");
    phone.expect("SIP/2.0 200");
    phone.expect("BYE");
    const auto ended = node.expect<SessionEnded>();
    EXPECT_EQ(ended.cause, 102);
    EXPECT_EQ(ended.reason, "no ACK came");
}

}  // namespace
}  // namespace rb::sip::test
