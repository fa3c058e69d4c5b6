// Goal: each transport answers from its own address with its own Via and Contact, and peers behind NAT are reached.
// Method: sockets on several loopback addresses of both families against one SipThread.
#include "support/sip_peer.h"

namespace rb::sip::test {
namespace {

SessionId answer_call(SipNode& node, SipPeer& phone, const std::string& headers = {})
{
    phone.request({.body = offer_text(), .headers = headers});
    const auto call = node.expect<InviteReceived>();
    node.post(SendAnswer{.session = call.session, .media = test_media(), .headers = {}});
    const std::string ok = phone.expect("SIP/2.0 200");
    EXPECT_EQ(phone.source(), phone.server());
    phone.request({.method = "ACK", .to_tag = tag(header(ok, "To"))});
    node.expect<Acknowledged>();
    return call.session;
}

TEST(Transports, EachSpeaksWithItsOwnAddress)
{
    Settings settings = test_settings();
    settings.transports.push_back({.name = "second", .bind = *parse_address("127.0.0.2")});
    settings.transports.push_back({.name = "six", .bind = *parse_address("::1")});
    SipNode node{settings};
    ASSERT_EQ(node.thread().transports().size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        const Address server = node.address(i);
        SipPeer phone{server, server.is_v4() ? "127.0.0.9" : "::1"};
        const SessionId session = answer_call(node, phone);
        node.post(EndSession{.session = session, .headers = {}});
        const std::string bye = phone.expect("BYE");
        EXPECT_EQ(phone.source(), server);
        EXPECT_TRUE(header(bye, "Via").starts_with("SIP/2.0/UDP " + server.to_string())) << bye;
        phone.respond(bye, "200 OK", "");
        node.expect<SessionEnded>();
    }
}

TEST(Transports, ACallOutLeavesByTheTransportOfTheEndpointAndFamily)
{
    Settings settings = test_settings();
    settings.transports.push_back({.name = "second", .bind = *parse_address("127.0.0.2")});
    settings.transports.push_back({.name = "six", .bind = *parse_address("::1")});
    settings.endpoints.push_back({.name = "trunk", .capabilities = settings.endpoints[0].capabilities});
    settings.endpoints[1].transport = "second";
    SipNode node{settings};
    const auto place = [&](const std::string& endpoint, const Address& target, std::uint64_t id) {
        node.post(PlaceCall{.session = SessionId{id},
                            .endpoint = endpoint,
                            .target = "sip:" + target.to_string(),
                            .from = {},
                            .media = test_media(),
                            .headers = {}});
    };
    SipPeer phone{{}};
    place("trunk", phone.address(), 2);
    EXPECT_EQ(header(phone.expect("INVITE"), "Contact"), "<sip:" + node.address(1).to_string() + ">");
    EXPECT_EQ(phone.source(), node.address(1));
    SipPeer six{{}, "::1"};
    place("anonymous", six.address(), 4);
    EXPECT_EQ(header(six.expect("INVITE"), "Contact"), "<sip:" + node.address(2).to_string() + ">");
}

TEST(Transports, TheExternalAddressIsShownToPeersOutside)
{
    Settings settings = test_settings();
    settings.transports[0].external_signaling = parse_address("198.51.100.7")->with_port(15060);
    settings.transports[0].local_net = {*parse_network("127.0.0.9")};
    SipNode node{settings};
    const Address shown = settings.transports[0].external_signaling;
    SipPeer outside{node.address()};
    outside.request({.body = offer_text()});
    const auto call = node.expect<InviteReceived>();
    node.post(SendAnswer{.session = call.session, .media = test_media(), .headers = {}});
    const std::string ok = outside.expect("SIP/2.0 200");
    EXPECT_EQ(header(ok, "Contact"), "<sip:" + shown.to_string() + ">");
    outside.request({.method = "ACK", .to_tag = tag(header(ok, "To"))});
    node.expect<Acknowledged>();
    node.post(EndSession{.session = call.session, .headers = {}});
    const std::string bye = outside.expect("BYE");
    EXPECT_TRUE(header(bye, "Via").starts_with("SIP/2.0/UDP " + shown.to_string())) << bye;
    outside.respond(bye, "200 OK", "");

    SipPeer inside{node.address(), "127.0.0.9"};
    inside.request({.body = offer_text(), .call_id = "inside"});
    node.expect<SessionEnded>();
    node.post(SendAnswer{.session = node.expect<InviteReceived>().session, .media = test_media(), .headers = {}});
    EXPECT_EQ(header(inside.expect("SIP/2.0 200"), "Contact"), "<sip:" + node.address().to_string() + ">");
}

TEST(Nat, AnswersGoToTheSourcePortWhateverViaSays)
{
    SipNode node{test_settings()};
    SipPeer phone{node.address()};
    phone.request({.method = "OPTIONS", .via_port = "9"});
    EXPECT_EQ(first_line(phone.receive()), "SIP/2.0 200 OK");
}

TEST(Nat, WithoutForceRportViaIsBelieved)
{
    Settings settings = test_settings();
    settings.endpoints[0].force_rport = false;
    SipNode node{settings};
    SipPeer phone{node.address()};
    SipPeer other{node.address()};
    phone.request({.method = "OPTIONS", .via_port = std::to_string(other.address().port())});
    EXPECT_EQ(first_line(other.receive()), "SIP/2.0 200 OK");
}

TEST(Nat, RewriteContactReachesAPeerWhoseContactIsUnreachable)
{
    Settings settings = test_settings();
    settings.endpoints[0].rewrite_contact = true;
    SipNode node{settings};
    SipPeer phone{node.address()};
    phone.send(
        "INVITE sip:600@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKn\r\n"
        "Max-Forwards: 70\r\nFrom: <sip:ann@10.0.0.9>;tag=peer\r\nTo: <sip:600@127.0.0.1>\r\nCall-ID: nat\r\n"
        "CSeq: 1 INVITE\r\nContact: <sip:ann@10.0.0.9:5060>\r\nContent-Length: 0\r\n\r\n");
    const auto call = node.expect<InviteReceived>();
    node.post(SendAnswer{.session = call.session, .media = test_media(), .headers = {}});
    const std::string to_tag = tag(header(phone.expect("SIP/2.0 200"), "To"));
    phone.request({.method = "ACK", .to_tag = to_tag, .body = offer_text(), .call_id = "nat"});
    node.expect<Acknowledged>();
    node.post(EndSession{.session = call.session, .headers = {}});
    phone.expect("BYE sip:ann@10.0.0.9:5060 SIP/2.0");
}

TEST(Nat, RewriteContactFollowsAPeerWhoseAddressChanges)
{
    Settings settings = test_settings();
    settings.endpoints[0].rewrite_contact = true;
    SipNode node{settings};
    SipPeer phone{node.address()};
    SipPeer moved{node.address()};
    phone.request({.body = offer_text()});
    const auto call = node.expect<InviteReceived>();
    node.post(SendAnswer{.session = call.session, .media = test_media(), .headers = {}});
    const std::string to_tag = tag(header(phone.expect("SIP/2.0 200"), "To"));
    phone.request({.method = "ACK", .to_tag = to_tag});
    node.expect<Acknowledged>();
    moved.request({.method = "OPTIONS", .cseq = 2, .to_tag = to_tag});
    moved.expect("SIP/2.0 200");
    node.post(EndSession{.session = call.session, .headers = {}});
    moved.expect("BYE");
}

TEST(Nat, RewriteContactReachesACalledPhoneBehindNatAndItsReliableResponses)
{
    Settings settings = test_settings();
    settings.endpoints[0].rewrite_contact = true;
    SipNode node{settings};
    SipPeer phone{node.address()};
    node.post(test_call(phone));
    const std::string invite = phone.expect("INVITE");
    const auto respond = [&](const std::string& status, const std::string& more) {
        phone.send("SIP/2.0 " + status + "\r\nVia: " + header(invite, "Via") + "\r\nFrom: " + header(invite, "From") +
                   "\r\nTo: " + header(invite, "To") + ";tag=bob\r\nCall-ID: " + header(invite, "Call-ID") +
                   "\r\nCSeq: " + header(invite, "CSeq") + "\r\nContact: <sip:bob@10.0.0.9:5060>\r\n" + more);
    };
    respond("180 Ringing", "Require: 100rel\r\nRSeq: 1\r\nContent-Length: 0\r\n\r\n");
    phone.respond(phone.expect("PRACK sip:bob@10.0.0.9:5060"), "200 OK", "bob");
    const std::string sdp = offer_text("m=audio 4000 RTP/AVP 0\r\n");
    respond("200 OK",
            "Content-Type: application/sdp\r\nContent-Length: " + std::to_string(sdp.size()) + "\r\n\r\n" + sdp);
    phone.expect("ACK sip:bob@10.0.0.9:5060");
    node.expect<Progressed>();
    node.expect<Answered>();
    node.post(EndSession{.session = SessionId{2}, .headers = {}});
    phone.expect("BYE sip:bob@10.0.0.9:5060");
}

TEST(Transports, AFailureToBindSaysWhatWhereAndWhatToDo)
{
    SipNode node{test_settings()};
    Settings settings = test_settings();
    settings.transports[0].bind = node.address();
    const auto taken = SipThread::start(std::make_shared<const Settings>(settings));
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().message,
              "transport udp: cannot bind " + node.address().to_string() +
                  ": Address already in use; another process has this port: stop it or change bind");
    settings.transports[0].bind = *parse_address("192.0.2.1:5060");
    const auto absent = SipThread::start(std::make_shared<const Settings>(settings));
    ASSERT_FALSE(absent);
    EXPECT_NE(absent.error().message.find("this host has no such address: correct bind"), std::string::npos)
        << absent.error().message;
    settings.transports.clear();
    EXPECT_FALSE(SipThread::start(std::make_shared<const Settings>(settings)));
}

TEST(Transports, TheWildcardOpensEveryAddressOfTheFamily)
{
    Settings settings = test_settings();
    settings.transports[0].bind = *parse_address("0.0.0.0");
    SipNode node{settings};
    bool loopback = false;
    for (const OpenTransport& transport : node.thread().transports()) {
        EXPECT_TRUE(transport.address.is_v4());
        EXPECT_FALSE(transport.address.is_unspecified());
        loopback = loopback || transport.address.is_loopback();
    }
    EXPECT_TRUE(loopback);
}

TEST(Transports, ARequestWithinACallMayComeByAnotherTransport)
{
    Settings settings = test_settings();
    settings.transports.push_back({.name = "second", .bind = *parse_address("127.0.0.2")});
    SipNode node{settings};
    SipPeer phone{node.address()};
    SipPeer other{node.address(1)};
    phone.request({.body = offer_text()});
    const auto call = node.expect<InviteReceived>();
    node.post(SendAnswer{.session = call.session, .media = test_media(), .headers = {}});
    const std::string to_tag = tag(header(phone.expect("SIP/2.0 200"), "To"));
    phone.request({.method = "ACK", .to_tag = to_tag});
    node.expect<Acknowledged>();
    other.request({.method = "BYE", .cseq = 2, .to_tag = to_tag});
    other.expect("SIP/2.0 200");
    EXPECT_EQ(other.source(), node.address(1));
    node.expect<SessionEnded>();
}

TEST(Transports, AnAckMayComeByAnotherTransportAndEndsTheRepetitions)
{
    Settings settings = test_settings();
    settings.transports.push_back({.name = "second", .bind = *parse_address("127.0.0.2")});
    settings.timer_t1 = 50ms;
    SipNode node{settings};
    SipPeer phone{node.address()};
    SipPeer other{node.address(1)};
    phone.request({.body = offer_text()});
    const auto call = node.expect<InviteReceived>();
    node.post(SendAnswer{.session = call.session, .media = test_media(), .headers = {}});
    const std::string to_tag = tag(header(phone.expect("SIP/2.0 200"), "To"));
    other.request({.method = "ACK", .cseq = 2, .to_tag = to_tag});  // of no INVITE there was
    other.request({.method = "ACK", .to_tag = to_tag});
    node.expect<Acknowledged>();
    EXPECT_EQ(node.count(SipCounter::StrayAck), 1U);
    while (!phone.receive(10).empty()) {
    }
    EXPECT_EQ(phone.receive(200), "") << "200 is still repeated";

    other.request({.cseq = 2, .to_tag = to_tag, .body = offer_text()});
    node.expect<OfferReceived>();
    node.post(AcceptOffer{.session = call.session, .media = test_media()});
    other.expect("SIP/2.0 200");
    phone.request({.method = "ACK", .cseq = 2, .to_tag = to_tag});
    while (!other.receive(10).empty()) {
    }
    EXPECT_EQ(other.receive(200), "") << "200 to the re-INVITE is still repeated";
}

TEST(Transports, StoppingHangsUpWhatIsLeft)
{
    auto node = std::make_unique<SipNode>(test_settings());
    SipPeer phone{node->address()};
    answer_call(*node, phone);
    node.reset();
    phone.expect("BYE");
}

}  // namespace
}  // namespace rb::sip::test
