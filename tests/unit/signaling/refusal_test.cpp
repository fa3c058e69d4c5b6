// Goal: every request that must be refused is refused with the code and header the RFCs name, and counted by reason.
// Method: a table of requests against a real SipThread; then each limit at its edge.
#include "support/sip_peer.h"

namespace rb::sip::test {
namespace {

struct Row {
    const char* what;
    SipPeer::Request request;
    const char* status;
    const char* header_name;
    const char* header_value;  ///< its beginning
    SipCounter counter;
};

std::vector<Row> rows()
{
    const std::string sdp = offer_text();
    return {
        {"no hops left", {.body = sdp, .max_forwards = "0"}, "483", "", "", SipCounter::TooManyHops},
        {"unknown extension",
         {.body = sdp, .headers = "Require: 100rel, x-new\r\n"},
         "420",
         "Unsupported",
         "x-new",
         SipCounter::BadExtension},
        {"known method that nobody wants",
         {.method = "REGISTER"},
         "405",
         "Allow",
         "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, INFO",
         SipCounter::MethodRefused},
        {"unknown method", {.method = "DANCE"}, "501", "Allow", "INVITE", SipCounter::UnknownMethod},
        {"no SIP URI", {.body = sdp, .uri = "tel:+4930123"}, "416", "", "", SipCounter::BadScheme},
        {"no SDP",
         {.body = "<x/>", .content_type = "text/xml"},
         "415",
         "Accept",
         "application/sdp",
         SipCounter::BadContent},
        {"compressed SDP",
         {.body = sdp, .headers = "Content-Encoding: gzip\r\n"},
         "415",
         "Accept-Encoding",
         "identity",
         SipCounter::BadContent},
        {"broken SDP", {.body = "v=0\r\nnonsense\r\n"}, "400", "Warning", "399 ", SipCounter::BadSdp},
        {"SDP that would break our header",
         {.body = "v=0\r\n\"\rVia: x\\\r\n"},
         "400",
         "Warning",
         "399 ",
         SipCounter::BadSdp},
        {"no common codec",
         {.body = offer_text("m=audio 4000 RTP/AVP 18\r\n")},
         "488",
         "Warning",
         "304 ",
         SipCounter::NoCommonMedia},
        {"no dialog", {.method = "BYE", .to_tag = "gone"}, "481", "", "", SipCounter::NoDialog},
        {"BYE without tag", {.method = "BYE"}, "481", "", "", SipCounter::NoDialog},
        {"CANCEL of nothing", {.method = "CANCEL"}, "481", "", "", SipCounter::NoDialog},
        {"re-INVITE of nothing", {.to_tag = "gone", .body = sdp}, "481", "", "", SipCounter::NoDialog},
    };
}

TEST(Refusals, AreAsTheTableSays)
{
    SipNode node{test_settings()};
    SipPeer phone{node.address()};
    int number = 0;
    for (Row& row : rows()) {
        row.request.call_id = "row-" + std::to_string(++number);
        const auto before = node.count(row.counter);
        phone.request(row.request);
        std::string response = phone.receive();
        EXPECT_EQ(first_line(response).substr(0, 11), std::string{"SIP/2.0 "} + row.status) << row.what;
        if (row.header_name[0] != '\0') {
            EXPECT_TRUE(header(response, row.header_name).starts_with(row.header_value)) << row.what << '\n'
                                                                                         << response;
        }
        EXPECT_NE(tag(header(response, "To")), "") << row.what;
        EXPECT_EQ(node.count(row.counter), before + 1) << row.what;
    }
    EXPECT_EQ(node.count(SipCounter::SessionsActive), 0U);
}

TEST(Refusals, AnotherSipVersionIs505)
{
    SipNode node{test_settings()};
    SipPeer phone{node.address()};
    phone.request({.body = offer_text(), .version = "SIP/7.0"});
    phone.expect("SIP/2.0 505");
}

TEST(Refusals, AMergedRequestIs482)
{
    SipNode node{test_settings()};
    SipPeer phone{node.address()};
    phone.request({.body = offer_text()});
    node.expect<InviteReceived>();
    phone.request({.body = offer_text()});  // the same call by another path: only the branch differs
    phone.expect("SIP/2.0 482");
}

TEST(Refusals, GarbageIsDroppedOrAnsweredAndTheNextCallWorks)
{
    SipNode node{test_settings()};
    SipPeer phone{node.address()};
    phone.send("");
    phone.send("\r\n\r\n");
    phone.send("hello\r\n\r\n");
    phone.send(std::string(2000, '\xff'));
    phone.send("INVITE sip:600@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP " + phone.address().to_string() +
               ";branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCSeq: x INVITE\r\nCall-ID: y\r\n\r\n");
    phone.expect("SIP/2.0 400");
    phone.request({.body = offer_text()});
    node.expect<InviteReceived>();
}

// RFC 4475 §3.1.2.3, RFC 3261 §18.3.
TEST(Refusals, ABodyThatEndsTooEarlyIs400)
{
    SipNode node{test_settings()};
    SipPeer phone{node.address()};
    phone.send("OPTIONS sip:600@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP " + phone.address().to_string() +
               ";branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCSeq: 1 OPTIONS\r\nCall-ID: y\r\n"
               "Max-Forwards: 70\r\nContent-Type: application/sdp\r\nContent-Length: 500\r\n\r\n");
    phone.expect("SIP/2.0 400");
    EXPECT_EQ(node.count(SipCounter::BadRequest), 1U);
}

TEST(Refusals, ABadHeaderThatNobodyNeedsIsPassedOver)
{
    SipNode node{test_settings()};
    SipPeer phone{node.address()};
    phone.request({.body = offer_text(), .headers = "Retry-After: soon\r\nMin-Expires: x\r\nWarning: none\r\n"});
    EXPECT_EQ(node.expect<InviteReceived>().request_user, "600");
}

TEST(Refusals, StrayResponsesAndAcksAreOnlyCounted)
{
    SipNode node{test_settings()};
    SipPeer phone{node.address()};
    phone.request({.method = "ACK", .to_tag = "gone"});
    phone.request({.method = "ACK"});
    phone.send("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP " + node.address().to_string() +
               ";branch=z9hG4bKnone\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCSeq: 1 INVITE\r\nCall-ID: y\r\n"
               "Content-Length: 0\r\n\r\n");
    phone.request({.method = "OPTIONS"});
    EXPECT_TRUE(phone.receive().starts_with("SIP/2.0 200"));
    EXPECT_EQ(node.count(SipCounter::StrayAck), 2U);
    EXPECT_EQ(node.count(SipCounter::StrayResponse), 1U);
}

TEST(Admission, WhoeverIsNotKnownIsRefused)
{
    Settings settings = test_settings();
    settings.endpoints[0].name = "ann";
    SipNode node{settings};
    SipPeer phone{node.address()};
    phone.request({.body = offer_text(), .from = "<sip:eve@127.0.0.1>;tag=peer"});
    phone.expect("SIP/2.0 403");
    EXPECT_EQ(node.count(SipCounter::Unidentified), 1U);
    phone.request({.body = offer_text(), .call_id = "by-name"});
    EXPECT_EQ(node.expect<InviteReceived>().endpoint, "ann");
}

TEST(Admission, TheAclOfTheEndpointIsAsked)
{
    Settings settings = test_settings();
    settings.endpoints[0].acl = [](const Address& source) { return !source.is_loopback(); };
    SipNode node{settings};
    SipPeer phone{node.address()};
    phone.request({.body = offer_text()});
    phone.expect("SIP/2.0 403");
    EXPECT_EQ(node.count(SipCounter::AclRefused), 1U);
}

TEST(Admission, WhoeverReachesALoopbackAddressIsJudgedAsLoopback)
{
    Settings settings = test_settings();
    Address judged;
    settings.endpoints[0].acl = [&judged](const Address& source) {
        judged = source;
        return true;
    };
    SipNode node{settings};
    SipPeer phone{node.address()};
    phone.request({.body = offer_text()});
    node.expect<InviteReceived>();
    EXPECT_EQ(judged, node.address()) << "not the phone's own address, which may be any of the host's";
}

TEST(Admission, AContactMayOnlyNameWhatTheEndpointsContactAclAllows)
{
    Settings settings = test_settings();
    settings.endpoints[0].contact_acl = [](const Address& contact) { return !contact.is_loopback(); };
    SipNode node{settings};
    SipPeer phone{node.address()};
    phone.request({.body = offer_text()});
    phone.expect("SIP/2.0 403");
    EXPECT_EQ(node.count(SipCounter::AclRefused), 1U);
}

TEST(Admission, DrainingRefusesNewCallsAndKeepsOldOnes)
{
    SipNode node{test_settings()};
    SipPeer phone{node.address()};
    phone.request({.body = offer_text()});
    const auto call = node.expect<InviteReceived>();
    node.post(SetDraining{.draining = true, .retry_after_s = 17});
    node.post(SendAnswer{.session = call.session, .media = test_media(), .headers = {}});
    const std::string to_tag = tag(header(phone.expect("SIP/2.0 200"), "To"));
    phone.request({.body = offer_text(), .call_id = "new"});
    EXPECT_EQ(header(phone.expect("SIP/2.0 503"), "Retry-After"), "17");
    phone.request({.method = "OPTIONS", .call_id = "options"});
    phone.expect("SIP/2.0 503");
    phone.request({.method = "ACK", .to_tag = to_tag});
    phone.request({.method = "BYE", .cseq = 2, .to_tag = to_tag});
    phone.expect("SIP/2.0 200");
}

TEST(Admission, DrainingLeavesInvitesToWhoAsksForThem)
{
    SipNode node{test_settings()};
    SipPeer phone{node.address()};
    node.post(SetDraining{.draining = true, .retry_after_s = 17, .asks = true});
    phone.request({.body = offer_text()});
    const auto call = node.expect<InviteReceived>();
    phone.request({.method = "OPTIONS", .call_id = "options"});
    EXPECT_EQ(header(phone.expect("SIP/2.0 503"), "Retry-After"), "17") << "a proxy is to send nobody new";
    node.post(EndSession{.session = call.session, .code = 503, .retry_after_s = 17, .headers = {}});
    EXPECT_EQ(header(phone.expect("SIP/2.0 503"), "Retry-After"), "17");
}

TEST(Admission, TheNodeTakesSoManySessionsAndNoMore)
{
    Settings settings = test_settings();
    settings.sessions_max = 1;
    settings.retry_after_s = 3;
    SipNode node{settings};
    SipPeer phone{node.address()};
    phone.request({.body = offer_text()});
    const auto call = node.expect<InviteReceived>();
    phone.request({.body = offer_text(), .call_id = "second"});
    EXPECT_EQ(header(phone.expect("SIP/2.0 503"), "Retry-After"), "3");
    node.post(EndSession{.session = call.session, .headers = {}});
    phone.expect("SIP/2.0 603");
    node.expect<SessionEnded>();
    phone.request({.body = offer_text(), .call_id = "third"});
    node.expect<InviteReceived>();
}

TEST(Admission, NewCallsAreRefusedWhileControlDoesNotRead)
{
    Settings settings = test_settings();
    settings.events_waiting_max = 2;
    SipNode node{settings};
    SipPeer phone{node.address()};
    for (int i = 0; i < 3; ++i) {
        phone.request({.body = offer_text(), .call_id = std::to_string(i)});
        phone.expect("SIP/2.0 100");
    }
    phone.request({.body = offer_text(), .call_id = "beyond"});
    EXPECT_EQ(header(phone.expect("SIP/2.0 503"), "Retry-After"), "5");
    EXPECT_EQ(node.count(SipCounter::Overloaded), 1U);
    node.expect<InviteReceived>();
    phone.request({.body = offer_text(), .call_id = "after"});
    phone.expect("SIP/2.0 100");
}

TEST(Admission, AnEndpointTakesSoManyCallsAndNoMore)
{
    Settings settings = test_settings();
    settings.endpoints[0].calls_max = 1;
    SipNode node{settings};
    SipPeer phone{node.address()};
    phone.request({.body = offer_text()});
    node.expect<InviteReceived>();
    phone.request({.body = offer_text(), .call_id = "second"});
    phone.expect("SIP/2.0 486");
}

TEST(Admission, NewCallsComeNoFasterThanTheirRate)
{
    Settings settings = test_settings();
    settings.invites_per_second_max = 2;
    SipNode node{settings};
    SipPeer phone{node.address()};
    for (int i = 0; i < 3; ++i) {
        phone.request({.body = offer_text(), .call_id = std::to_string(i)});
    }
    phone.expect("SIP/2.0 503");
    EXPECT_EQ(node.count(SipCounter::RateLimited), 1U);
}

TEST(Options, AreAnsweredAsAnInviteWouldBe)
{
    Settings settings = test_settings();
    settings.extension_exists = [](const EndpointSettings&, const std::string& user) { return user == "600"; };
    SipNode node{settings};
    SipPeer phone{node.address()};
    phone.request({.method = "OPTIONS"});
    const std::string ok = phone.expect("SIP/2.0 200");
    EXPECT_EQ(header(ok, "Allow"), "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, INFO");
    EXPECT_EQ(header(ok, "Accept"), "application/sdp");
    EXPECT_EQ(header(ok, "Supported"), "100rel");
    EXPECT_EQ(header(ok, "X-Load"), "0");
    node.post(TellLoad{.percent = 42});
    std::string load;
    for (int tries = 0; tries < 100 && load != "42"; ++tries) {  // the wish and the datagram come by different ways
        phone.request({.method = "OPTIONS", .call_id = "load" + std::to_string(tries)});
        load = header(phone.expect("SIP/2.0 200"), "X-Load");
    }
    EXPECT_EQ(load, "42");
    phone.request({.method = "OPTIONS", .user = "3999", .call_id = "b"});
    phone.expect("SIP/2.0 404");
    phone.request({.method = "OPTIONS", .call_id = "c", .uri = "sip:" + node.address().to_string()});
    phone.expect("SIP/2.0 200");
}

TEST(Settings, AreExchangedWhileRunning)
{
    SipNode node{test_settings()};
    SipPeer phone{node.address()};
    Settings changed = test_settings();
    changed.user_agent = "Another";
    node.post(UseSettings{.settings = std::make_shared<const Settings>(changed)});
    std::string server;
    for (int i = 0; i < 100 && server != "Another"; ++i) {  // until the thread has read the action
        phone.request({.method = "OPTIONS", .call_id = std::to_string(i)});
        server = header(phone.expect("SIP/2.0 200"), "Server");
    }
    EXPECT_EQ(server, "Another");
}

}  // namespace
}  // namespace rb::sip::test
