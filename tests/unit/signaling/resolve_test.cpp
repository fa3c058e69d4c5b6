// Goal: a call to a host name finds its server by NAPTR, SRV and A (RFC 3263), goes on where one is dead, fails clearly
// where there is none, and holds nobody else up meanwhile.
// Method: a real SipThread on loopback with a name server of ours, sockets that play the phones, this test as control.
#include "support/dns_server.h"
#include "support/sip_peer.h"

namespace rb::sip::test {
namespace {

Settings settings(const DnsServer& dns)
{
    Settings settings = test_settings();
    settings.resolv_conf = dns.resolv_conf();
    return settings;
}

PlaceCall call_to(const std::string& target)
{
    return {.session = SessionId{2},
            .endpoint = "anonymous",
            .target = target,
            .from = {},
            .media = test_media(),
            .headers = {}};
}

/// A port of 127.0.0.1 that nobody listens on.
unsigned dead_port()
{
    return SipPeer{{}}.address().port();
}

TEST(Resolve, AHostWithAPortIsLookedUpByAddressAlone)
{
    const DnsServer dns{{{{"pbx.test", RecordType::A}, {a_record(1)}}}};
    SipNode node{settings(dns)};
    SipPeer phone{node.address()};
    node.post(call_to("sip:bob@pbx.test:" + std::to_string(phone.address().port())));
    const std::string invite = phone.expect("INVITE sip:bob@pbx.test:");
    phone.respond(invite, "200 OK", "bob", offer_text("m=audio 4000 RTP/AVP 0\r\n"));
    phone.expect("ACK");
    node.expect<Answered>();
    node.post(EndSession{.session = SessionId{2}, .headers = {}});
    phone.expect("BYE");
}

TEST(Resolve, SrvLeadsPastADeadServerToALivingOne)
{
    SipPeer phone{{}};
    const DnsServer dns{
        {{{"_sip._udp.trunk.test", RecordType::Srv},
          {srv_record(20, phone.address().port(), "live.test"), srv_record(10, dead_port(), "dead.test")}},
         {{"live.test", RecordType::A}, {a_record(1)}},
         {{"dead.test", RecordType::A}, {a_record(1)}}}};
    SipNode node{settings(dns)};
    node.post(call_to("sip:bob@trunk.test"));
    EXPECT_EQ(first_line(phone.expect("INVITE")), "INVITE sip:bob@trunk.test SIP/2.0");
}

TEST(Resolve, ASilentServerIsGivenUpAfterTimerB)
{
    SipPeer silent{{}};
    SipPeer phone{{}};
    const DnsServer dns{
        {{{"_sip._udp.trunk.test", RecordType::Srv},
          {srv_record(10, silent.address().port(), "a.test"), srv_record(20, phone.address().port(), "a.test")}},
         {{"a.test", RecordType::A}, {a_record(1)}}}};
    Settings quick = settings(dns);
    quick.timer_t1 = 20ms;
    quick.timer_b = 200ms;
    SipNode node{quick};
    node.post(call_to("sip:bob@trunk.test"));
    EXPECT_EQ(header(phone.expect("INVITE"), "Call-ID"), header(silent.expect("INVITE"), "Call-ID"));
}

TEST(Resolve, NaptrNamesTheServiceFirst)
{
    SipPeer phone{{}};
    const DnsServer dns{{{{"example.test", RecordType::Naptr},
                          {naptr_record(10, "SIPS+D2T", "_sips._tcp.example.test"),
                           naptr_record(20, "SIP+D2U", "_sip._udp.other.test")}},
                         {{"_sip._udp.other.test", RecordType::Srv}, {srv_record(1, phone.address().port(), "a.test")}},
                         {{"a.test", RecordType::A}, {a_record(1)}}}};
    SipNode node{settings(dns)};
    node.post(call_to("sip:bob@example.test"));
    EXPECT_TRUE(phone.expect("INVITE").starts_with("INVITE sip:bob@example.test SIP/2.0"));
}

TEST(Resolve, AnUnknownNameIsNoRoute)
{
    const DnsServer dns{{}};
    SipNode node{settings(dns)};
    node.post(call_to("sip:bob@nowhere.test"));
    const auto ended = node.expect<SessionEnded>();
    EXPECT_EQ(ended.code, 503);
    EXPECT_EQ(ended.cause, 3);
    EXPECT_EQ(ended.reason, "the name in sip:bob@nowhere.test leads nowhere: see the name server's records for it");
    EXPECT_GT(dns.questions(), 0);
}

TEST(Resolve, AnOutboundProxyMayBeAName)
{
    const DnsServer dns{{{{"proxy.test", RecordType::A}, {a_record(1)}}}};
    Settings named = settings(dns);
    SipPeer proxy{{}};
    named.endpoints[0].outbound_proxy = "sip:proxy.test:" + std::to_string(proxy.address().port());
    SipNode node{named};
    node.post(call_to("sip:bob@example.net"));
    EXPECT_TRUE(header(proxy.expect("INVITE sip:bob@example.net"), "Route").starts_with("<sip:proxy.test:"));
}

TEST(Resolve, AContactMayBeAName)
{
    const DnsServer dns{{{{"phone.test", RecordType::A}, {a_record(1)}}}};
    SipNode node{settings(dns)};
    SipPeer phone{node.address()};
    node.post(test_call(phone));
    const std::string invite = phone.expect("INVITE");
    const std::string contact = "sip:bob@phone.test:" + std::to_string(phone.address().port());
    const std::string sdp = offer_text("m=audio 4000 RTP/AVP 0\r\n");
    phone.send("SIP/2.0 200 OK\r\nVia: " + header(invite, "Via") + "\r\nFrom: " + header(invite, "From") +
               "\r\nTo: " + header(invite, "To") + ";tag=bob\r\nCall-ID: " + header(invite, "Call-ID") +
               "\r\nCSeq: " + header(invite, "CSeq") + "\r\nContact: <" + contact +
               ">\r\nContent-Type: application/sdp\r\nContent-Length: " + std::to_string(sdp.size()) + "\r\n\r\n" +
               sdp);
    phone.expect("ACK " + contact);
    node.expect<Answered>();
    node.post(EndSession{.session = SessionId{2}, .headers = {}});
    phone.expect("BYE " + contact);
}

TEST(Resolve, NobodyWaitsForASilentNameServer)
{
    const DnsServer dns{{}, true};
    SipNode node{settings(dns)};
    SipPeer phone{node.address()};
    node.post(call_to("sip:bob@slow.test"));
    for (int i = 0; i < 20 && dns.questions() == 0; ++i) {
        usleep(50'000);
    }
    EXPECT_GT(dns.questions(), 0);
    const auto before = std::chrono::steady_clock::now();
    phone.request({.method = "OPTIONS"});
    phone.expect("SIP/2.0 200");
    EXPECT_LT(std::chrono::steady_clock::now() - before, 200ms);
    node.post(EndSession{.session = SessionId{2}, .headers = {}});
    EXPECT_EQ(node.expect<SessionEnded>().code, 487);
}

}  // namespace
}  // namespace rb::sip::test
