// Goal: a call of ours that is answered with 3xx goes where the endpoint's redirect_method says, once to each place,
// and on to the next where one fails. Method: a real SipThread on loopback, sockets that play the phones, and this test
// as control.
#include "support/sip_peer.h"

namespace rb::sip::test {
namespace {

class Redirected : public ::testing::Test {
protected:
    explicit Redirected(Redirect redirect = Redirect::Uri) : node{settings(redirect)} {}

    static Settings settings(Redirect redirect)
    {
        Settings settings = test_settings();
        settings.endpoints[0].redirect = redirect;
        return settings;
    }

    std::string place()
    {
        node.post(test_call(phone));
        return phone.expect("INVITE");
    }

    /// Answers an INVITE with 302 and these Contact values instead of our own.
    void redirect(const SipPeer& from, const std::string& invite, const std::string& contacts)
    {
        from.send("SIP/2.0 302 Moved\r\nVia: " + header(invite, "Via") + "\r\nFrom: " + header(invite, "From") +
                  "\r\nTo: " + header(invite, "To") + ";tag=moved\r\nCall-ID: " + header(invite, "Call-ID") +
                  "\r\nCSeq: " + header(invite, "CSeq") + "\r\nContact: " + contacts + "\r\nContent-Length: 0\r\n\r\n");
    }

    [[nodiscard]] std::string uri(const std::string& user, const SipPeer& peer) const
    {
        return "sip:" + user + '@' + peer.address().to_string();
    }

    SipNode node;
    SipPeer phone{node.address()};
    SipPeer other{node.address()};
};

TEST_F(Redirected, TheCallGoesToTheContact)
{
    const std::string first = place();
    redirect(phone, first, '<' + uri("moved", other) + ";x=1?Subject=no>");
    phone.expect("ACK");
    const std::string second = other.expect("INVITE " + uri("moved", other) + ";x=1 SIP/2.0");
    EXPECT_EQ(header(second, "Call-ID"), header(first, "Call-ID"));
    EXPECT_EQ(header(second, "From"), header(first, "From"));
    EXPECT_EQ(header(second, "To"), header(first, "To"));
    EXPECT_EQ(body(second), body(first));
    EXPECT_EQ(std::stoi(header(second, "CSeq")), std::stoi(header(first, "CSeq")) + 1);
    other.respond(second, "200 OK", "bob", offer_text("m=audio 4000 RTP/AVP 0\r\n"));
    other.expect("ACK");
    EXPECT_TRUE(node.expect<Answered>().media);
    EXPECT_EQ(node.count(SipCounter::Redirected), 1U);
}

TEST_F(Redirected, SeveralContactsAreTriedByPreference)
{
    redirect(phone, place(),
             '<' + uri("last", other) + ">;q=0.1, <tel:123>, <" + uri("first", other) + ">, <" + uri("next", other) +
                 ">;q=0.7");
    other.respond(other.expect("INVITE " + uri("first", other)), "486 Busy Here", "a");
    redirect(other, other.expect("INVITE " + uri("next", other)), '<' + uri("deeper", other) + '>');
    other.respond(other.expect("INVITE " + uri("deeper", other)), "404 Not Found", "a");
    other.respond(other.expect("INVITE " + uri("last", other)), "480 Gone", "a");
    const auto ended = node.expect<SessionEnded>();
    EXPECT_EQ(ended.code, 480);
}

TEST_F(Redirected, AGlobalFailureEndsTheSearch)
{
    redirect(phone, place(), '<' + uri("a", other) + ">, <" + uri("b", other) + '>');
    other.respond(other.expect("INVITE"), "603 Decline", "a");
    EXPECT_EQ(node.expect<SessionEnded>().code, 603);
}

TEST_F(Redirected, AncientPlacesAreNotTriedAgain)
{
    redirect(phone, place(), '<' + uri("x", other) + '>');
    redirect(other, other.expect("INVITE"), '<' + uri("bob", phone) + ">, <" + uri("x", other) + '>');
    const auto ended = node.expect<SessionEnded>();
    EXPECT_EQ(ended.code, 302);
    EXPECT_EQ(ended.reason.substr(0, 10), "302 Moved ");
}

TEST_F(Redirected, ACallIsSentToSixPlacesAtMost)
{
    std::string contacts;
    for (int i = 0; i < 20; ++i) {
        contacts += (i == 0 ? "<" : ", <") + uri("u" + std::to_string(i), other) + '>';
    }
    redirect(phone, place(), contacts);
    for (int i = 0; i < 5; ++i) {
        other.respond(other.expect("INVITE " + uri("u" + std::to_string(i), other)), "486 Busy Here", "a");
    }
    EXPECT_EQ(node.expect<SessionEnded>().code, 486);
}

TEST_F(Redirected, OtherRedirectionsAreFailures)
{
    phone.respond(place(), "305 Use Proxy", "bob");
    EXPECT_EQ(node.expect<SessionEnded>().code, 305);
}

TEST_F(Redirected, ACancelledCallGoesNowhere)
{
    const std::string invite = place();
    phone.respond(invite, "100 Trying", "");
    node.post(EndSession{.session = SessionId{2}, .headers = {}});
    phone.expect("CANCEL");
    redirect(phone, invite, '<' + uri("x", other) + '>');
    phone.expect("ACK");
    EXPECT_EQ(node.expect<SessionEnded>().code, 487);
    EXPECT_EQ(other.receive(100), "");
}

struct RedirectedUser : Redirected {
    RedirectedUser() : Redirected{Redirect::User} {}
};

TEST_F(RedirectedUser, OnlyTheUserIsTaken)
{
    redirect(phone, place(), "<sip:carol@192.0.2.1>");
    EXPECT_TRUE(phone.expect("INVITE " + uri("carol", phone)).starts_with("INVITE"));
}

TEST_F(RedirectedUser, WithoutAUserItIsAFailure)
{
    redirect(phone, place(), "<sip:192.0.2.1>");
    EXPECT_EQ(node.expect<SessionEnded>().reason, "302 Moved to <sip:192.0.2.1>");
}

}  // namespace
}  // namespace rb::sip::test
