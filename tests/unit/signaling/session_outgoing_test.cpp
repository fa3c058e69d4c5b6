// Goal: a call from us follows provisional, final and repeated responses, forks, CANCEL and refusals as RFC 3261 says.
// Method: a real SipThread on loopback, a socket that plays the called phone, and this test as control.
#include "support/sip_peer.h"

namespace rb::sip::test {
namespace {

const SessionId kCall{2};

class Outgoing : public ::testing::Test {
protected:
    /// Places the call and returns the INVITE that arrives.
    std::string place(PlaceCall call = {})
    {
        call.session = kCall;
        call.endpoint = "anonymous";
        call.target = "sip:bob@" + phone.address().to_string();
        call.media = test_media();
        node.post(std::move(call));
        return phone.expect("INVITE");
    }

    /// A call up to ACK.
    std::string answered_call()
    {
        std::string invite = place();
        phone.respond(invite, "200 OK", "bob", offer_text("m=audio 4000 RTP/AVP 0\r\n"));
        phone.expect("ACK");
        node.expect<Answered>();
        return invite;
    }

    SipNode node{test_settings()};
    SipPeer phone{node.address()};
};

TEST_F(Outgoing, WhoSentTheCallOnIsToldByDiversion)
{
    const std::string invite =
        place({.from = {.display = {}, .user = "ann", .host = {}}, .diverted = {"4930", "no-answer"}, .headers = {}});
    EXPECT_EQ(header(invite, "Diversion"), "<sip:4930@127.0.0.1>;reason=no-answer");
    node.post(EndSession{.session = kCall, .headers = {}});
}

TEST_F(Outgoing, ACallRingsIsAnsweredAndHungUpByThePeer)
{
    const std::string invite = place(
        {.from = {.display = "A \"B\"", .user = "ann b", .host = {}}, .headers = {{"X-Room", "7"}, {"Contact", "no"}}});
    EXPECT_EQ(first_line(invite), "INVITE sip:bob@" + phone.address().to_string() + " SIP/2.0");
    EXPECT_TRUE(header(invite, "From").starts_with("\"A \\\"B\\\"\" <sip:ann%20b@127.0.0.1>;tag="));
    EXPECT_EQ(header(invite, "Contact"), "<sip:" + node.address().to_string() + ">");
    EXPECT_EQ(header(invite, "X-Room"), "7");
    EXPECT_EQ(header(invite, "Diversion"), "");
    EXPECT_EQ(header(invite, "Max-Forwards"), "70");
    EXPECT_NE(body(invite).find("m=audio 20000 RTP/AVP 0 8 101\r\n"), std::string::npos);

    phone.respond(invite, "180 Ringing", "bob", {}, "X-Queue: 3\r\n");
    const auto ringing = node.expect<Progressed>();
    EXPECT_EQ(ringing.code, 180);
    EXPECT_FALSE(ringing.media);

    phone.respond(invite, "200 OK", "bob", offer_text("m=audio 4000 RTP/AVP 8\r\n"));
    const std::string ack = phone.expect("ACK sip:bob@" + phone.address().to_string());
    EXPECT_EQ(tag(header(ack, "To")), "bob");
    EXPECT_EQ(header(ack, "CSeq"), std::to_string(std::stoi(header(invite, "CSeq"))) + " ACK");
    EXPECT_NE(branch(ack), branch(invite));
    const auto answered = node.expect<Answered>();
    ASSERT_TRUE(answered.media);
    EXPECT_EQ(answered.media->formats.at(0).encoding, "PCMA");
    EXPECT_EQ(answered.remote.user, "bob");

    phone.respond(invite, "200 OK", "bob", offer_text("m=audio 4000 RTP/AVP 8\r\n"));
    EXPECT_EQ(phone.expect("ACK"), ack);  // repeated for a repeated 200

    phone.request({.method = "BYE",
                   .cseq = 7,
                   .to_tag = tag(header(invite, "From")),
                   .call_id = header(invite, "Call-ID"),
                   .from = "<sip:bob@127.0.0.1>;tag=bob"});
    phone.expect("SIP/2.0 200");
    EXPECT_EQ(node.expect<SessionEnded>().cause, 16);
}

TEST_F(Outgoing, EarlyMediaSettlesWhatAnAnswerWithoutSdpLeavesOpen)
{
    const std::string invite = place();
    phone.respond(invite, "183 Session Progress", "bob", offer_text("m=audio 4000 RTP/AVP 0\r\n"));
    const auto progressed = node.expect<Progressed>();
    ASSERT_TRUE(progressed.media);
    EXPECT_EQ(progressed.media->remote_rtp.port(), 4000);
    phone.respond(invite, "200 OK", "bob");
    phone.expect("ACK");
    EXPECT_FALSE(node.expect<Answered>().media);
}

TEST_F(Outgoing, AnAnswerWithoutMediaEndsTheCall)
{
    const std::string invite = place();
    phone.respond(invite, "200 OK", "bob");
    phone.expect("ACK");
    phone.expect("BYE");
    EXPECT_EQ(node.expect<SessionEnded>().code, 488);
}

TEST_F(Outgoing, OfSeveralAnswersTheFirstWinsAndTheOtherIsHungUp)
{
    const std::string invite = answered_call();
    phone.respond(invite, "200 OK", "carol", offer_text("m=audio 4004 RTP/AVP 0\r\n"));
    EXPECT_EQ(tag(header(phone.expect("ACK"), "To")), "carol");
    EXPECT_EQ(tag(header(phone.expect("BYE"), "To")), "carol");
    EXPECT_EQ(node.count(SipCounter::SessionsActive), 1U);
}

TEST_F(Outgoing, CancelWaitsForAProvisionalResponse)
{
    const std::string invite = place();
    node.post(EndSession{.session = kCall, .cause = 16, .headers = {}});
    EXPECT_EQ(node.expect<SessionEnded>().code, 487);
    phone.respond(invite, "100 Trying", "");
    const std::string cancel = phone.expect("CANCEL");
    EXPECT_EQ(branch(cancel), branch(invite));
    EXPECT_EQ(header(cancel, "Reason"), "Q.850;cause=16;text=\"Normal call clearing\"");
    phone.respond(cancel, "200 OK", "bob");
    phone.respond(invite, "487 Request Terminated", "bob");
    phone.expect("ACK");
    phone.request({.method = "OPTIONS", .call_id = "o"});
    phone.expect("SIP/2.0 200");
    EXPECT_EQ(node.count(SipCounter::SessionsActive), 0U);
}

TEST_F(Outgoing, AnAnswerThatCrossesCancelIsHungUp)
{
    const std::string invite = place();
    phone.respond(invite, "180 Ringing", "bob");
    node.expect<Progressed>();
    node.post(EndSession{.session = kCall, .cause = 16, .headers = {}});
    phone.expect("CANCEL");
    phone.respond(invite, "200 OK", "bob", offer_text());
    phone.expect("ACK");
    phone.expect("BYE");
    EXPECT_EQ(node.expect<SessionEnded>().code, 487);
}

TEST_F(Outgoing, ARefusalIsAcknowledgedAndReported)
{
    const std::string invite = place();
    phone.respond(invite, "486 Busy Here", "bob", {}, "Reason: Q.850;cause=21\r\nX-Why: lunch\r\n");
    EXPECT_EQ(branch(phone.expect("ACK")), branch(invite));
    const auto ended = node.expect<SessionEnded>();
    EXPECT_EQ(ended.code, 486);
    EXPECT_EQ(ended.cause, 21);
    EXPECT_EQ(ended.reason, "486 Busy Here");
}

TEST_F(Outgoing, AChallengeWithoutALoginToAnswerItIsAFailure)
{
    const std::string invite = place();
    phone.respond(invite, "401 Unauthorized", "bob", {}, "WWW-Authenticate: Digest realm=\"x\", nonce=\"y\"\r\n");
    phone.expect("ACK");
    EXPECT_EQ(node.expect<SessionEnded>().code, 401);
}

TEST_F(Outgoing, TheTimeoutOfTheCallCancelsIt)
{
    const std::string invite = place({.timeout = 50ms});
    phone.respond(invite, "180 Ringing", "bob");
    node.expect<Progressed>();
    phone.expect("CANCEL");
    const auto ended = node.expect<SessionEnded>();
    EXPECT_EQ(ended.code, 408);
    EXPECT_EQ(ended.cause, 19);
}

TEST_F(Outgoing, OurByeEndsTheCall)
{
    answered_call();
    node.post(EndSession{.session = kCall, .cause = 16, .headers = {{"X-Bye", "1"}}});
    const std::string bye = phone.expect("BYE sip:bob@");
    EXPECT_EQ(header(bye, "X-Bye"), "1");
    EXPECT_EQ(node.expect<SessionEnded>().code, 0);
}

TEST_F(Outgoing, WhatCannotBeSentEndsAtOnce)
{
    const auto end_of = [&](const std::string& endpoint, const std::string& target) {
        node.post(PlaceCall{.session = kCall,
                            .endpoint = endpoint,
                            .target = target,
                            .from = {},
                            .media = test_media(),
                            .headers = {}});
        return node.expect<SessionEnded>().reason;
    };
    EXPECT_EQ(end_of("nobody", "sip:bob@127.0.0.1"), "no endpoint 'nobody'");
    EXPECT_EQ(end_of("anonymous", "tel:123"), "'tel:123' is no SIP URI");
    EXPECT_EQ(end_of("anonymous", "sip:bob@127.0.0.1>\r\nX: y").substr(0, 20), "'sip:bob@127.0.0.1>\r");
    EXPECT_EQ(end_of("anonymous", "sip:bob@[::1]"), "no transport reaches sip:bob@[::1]");
}

TEST(OutgoingRoute, AnOutboundProxyIsTheFirstHopUntilTheDialogHasItsOwnRoute)
{
    Settings settings = test_settings();
    SipPeer proxy{{}};
    settings.endpoints[0].outbound_proxy = "sip:" + proxy.address().to_string();
    settings.endpoints[0].from_user = "trunk";
    settings.endpoints[0].from_domain = "example.org";
    SipNode node{settings};
    node.post(PlaceCall{.session = kCall,
                        .endpoint = "anonymous",
                        .target = "sip:bob@example.net",
                        .from = {.display = {}, .user = "ann", .host = {}},
                        .media = test_media(),
                        .headers = {}});
    const std::string invite = proxy.expect("INVITE sip:bob@example.net SIP/2.0");
    EXPECT_EQ(header(invite, "Route"), "<sip:" + proxy.address().to_string() + ";lr>");
    EXPECT_TRUE(header(invite, "From").starts_with("<sip:trunk@example.org>"));
}

TEST(OutgoingHeaders, AreThoseOfTheSettings)
{
    Settings settings = test_settings();
    settings.max_forwards = 9;
    settings.default_from_user = "node";
    settings.endpoints[0].send_reason = false;
    settings.endpoints[0].contact_user = "desk";
    SipNode node{settings};
    SipPeer phone{node.address()};
    node.post(test_call(phone));
    const std::string invite = phone.expect("INVITE");
    EXPECT_EQ(header(invite, "Max-Forwards"), "9");
    EXPECT_TRUE(header(invite, "Contact").starts_with("<sip:desk@127.0.0.1"));
    EXPECT_TRUE(header(invite, "From").starts_with("<sip:node@127.0.0.1>;tag="));
    phone.respond(invite, "200 OK", "bob", offer_text("m=audio 4000 RTP/AVP 0\r\n"));
    node.expect<Answered>();
    node.post(EndSession{.session = kCall, .headers = {}});
    const std::string bye = phone.expect("BYE");
    EXPECT_EQ(header(bye, "Reason"), "");
    EXPECT_EQ(header(bye, "Max-Forwards"), "9");
}

TEST(OutgoingTimers, NobodyThereIsATimeout)
{
    Settings settings = test_settings();
    settings.timer_t1 = 20ms;
    settings.timer_b = 200ms;
    SipNode node{settings};
    SipPeer phone{node.address()};
    node.post(test_call(phone));
    const std::string invite = phone.expect("INVITE");
    EXPECT_EQ(phone.expect("INVITE"), invite);
    EXPECT_EQ(node.expect<SessionEnded>().code, 408);
}

}  // namespace
}  // namespace rb::sip::test
