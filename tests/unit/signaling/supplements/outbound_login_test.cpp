// Goal: requests of ours that are challenged are sent again with the right answer, and never in a loop.
// Method: the rules by themselves with headers by hand; then a real SipThread whose calls a socket challenges.
#include "signaling/supplements/outbound_login.h"

#include "support/sip_peer.h"

namespace rb::sip::test {
namespace {

const std::vector<DigestCredentials> kCredentials{{.realm = "*", .username = "ann", .password = "secret"}};

Headers www(const std::string& challenge)
{
    return {{"WWW-Authenticate", challenge}};
}

TEST(OutboundLogin, AnswersTheStrongestOfSeveralChallenges)
{
    OutboundLogin login;
    LoginTries tries;
    Rng rng{1};
    EXPECT_EQ(login.lines("INVITE", "sip:a", rng), "");
    EXPECT_TRUE(login.learn(401,
                            {{"WWW-Authenticate", "Digest realm=\"r\", nonce=\"1\", algorithm=MD5"},
                             {"WWW-Authenticate", "Digest realm=\"r\", nonce=\"2\", algorithm=SHA-512-256"},
                             {"WWW-Authenticate", "Digest realm=\"r\", nonce=\"3\", algorithm=SHA-256"}},
                            kCredentials, tries));
    const auto lines = login.lines("INVITE", "sip:a", rng);
    EXPECT_NE(lines.find("nonce=\"2\""), std::string::npos);
    EXPECT_EQ(lines.find("nonce=\"1\""), std::string::npos);
}

TEST(OutboundLogin, PrefersTheCredentialsOfTheRealm)
{
    OutboundLogin login;
    LoginTries tries;
    Rng rng{1};
    const std::vector<DigestCredentials> both{{.realm = "r", .username = "mine", .password = "x"},
                                              {.realm = "", .username = "any", .password = "y"}};
    EXPECT_TRUE(login.learn(407, {{"Proxy-Authenticate", "Digest realm=\"r\", nonce=\"1\""}}, both, tries));
    EXPECT_TRUE(login.lines("INVITE", "sip:a", rng).starts_with("Proxy-Authorization: Digest username=\"mine\""));
}

TEST(OutboundLogin, TheSameRealmTwiceIsARefusalUnlessTheNonceWasStaleOnce)
{
    OutboundLogin login;
    LoginTries tries;
    EXPECT_TRUE(login.learn(401, www("Digest realm=\"r\", nonce=\"1\""), kCredentials, tries));
    EXPECT_FALSE(login.learn(401, www("Digest realm=\"r\", nonce=\"2\""), kCredentials, tries));
    tries = {};
    EXPECT_TRUE(login.learn(401, www("Digest realm=\"r\", nonce=\"1\""), kCredentials, tries));
    EXPECT_TRUE(login.learn(401, www("Digest realm=\"r\", nonce=\"2\", stale=true"), kCredentials, tries));
    EXPECT_FALSE(login.learn(401, www("Digest realm=\"r\", nonce=\"3\", stale=true"), kCredentials, tries));
}

TEST(OutboundLogin, StopsAtTwoWhoeverAsks)
{
    OutboundLogin login;
    LoginTries tries;
    EXPECT_TRUE(login.learn(401, www("Digest realm=\"a\", nonce=\"1\""), kCredentials, tries));
    EXPECT_TRUE(login.learn(401, www("Digest realm=\"b\", nonce=\"1\""), kCredentials, tries));
    EXPECT_FALSE(login.learn(401, www("Digest realm=\"c\", nonce=\"1\""), kCredentials, tries));
}

TEST(OutboundLogin, WithoutMatchingCredentialsThereIsNoAnswer)
{
    OutboundLogin login;
    LoginTries tries;
    EXPECT_FALSE(login.learn(401, www("Digest realm=\"a\", nonce=\"1\""), {{.realm = "b", .password = "p"}}, tries));
    EXPECT_FALSE(login.learn(401, {}, kCredentials, tries));
}

/// One parameter of an Authorization value.
std::string parameter(const std::string& value, const std::string& name)
{
    const auto at = value.find(' ' + name + '=');
    if (at == std::string::npos) {
        return {};
    }
    auto begin = at + name.size() + 2;
    const bool quoted = value[begin] == '"';
    begin += quoted ? 1 : 0;
    return value.substr(begin, value.find(quoted ? '"' : ',', begin) - begin);
}

class ChallengedCall : public ::testing::Test {
protected:
    static constexpr const char* kChallenge =
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"one\", qop=\"auth\", algorithm=SHA-256\r\n"
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"weak\", qop=\"auth\"\r\n";

    static Settings settings()
    {
        Settings settings = test_settings();
        settings.endpoints[0].outbound_auth = kCredentials;
        return settings;
    }

    std::string place()
    {
        PlaceCall call = test_call(phone);
        call.headers = {{"X-Kept", "yes"}};
        node.post(std::move(call));
        return phone.expect("INVITE");
    }

    /// The request carries an answer that a server with our password would accept.
    static void expect_answer(const std::string& request, const std::string& nonce, std::uint32_t nc)
    {
        const std::string value = header(request, "Authorization");
        const DigestChallenge challenge{
            .algorithm = DigestAlgorithm::Sha256, .realm = "r", .nonce = nonce, .qop = true};
        const std::string line = first_line(request);
        const auto uri_at = line.find(' ') + 1;
        const DigestRequest asked{.method = line.substr(0, uri_at - 1),
                                  .uri = line.substr(uri_at, line.rfind(' ') - uri_at),
                                  .cnonce = parameter(value, "cnonce"),
                                  .nc = nc};
        EXPECT_EQ(parameter(value, "response"),
                  digest_response(digest_secret(kCredentials[0], challenge), challenge, asked))
            << request;
        EXPECT_EQ(parameter(value, "uri"), asked.uri);
        EXPECT_EQ(parameter(value, "username"), "ann");
    }

    /// A call up to ACK whose INVITE was challenged once.
    std::string answered_call()
    {
        const std::string first = place();
        EXPECT_EQ(header(first, "Authorization"), "");
        phone.respond(first, "401 Unauthorized", "bob", {}, kChallenge);
        phone.expect("ACK");
        std::string second = phone.expect("INVITE");
        expect_answer(second, "one", 1);
        phone.respond(second, "200 OK", "bob", offer_text("m=audio 4000 RTP/AVP 0\r\n"));
        const std::string ack = phone.expect("ACK");
        EXPECT_EQ(header(ack, "Authorization"), header(second, "Authorization"));
        node.expect<Answered>();
        return second;
    }

    SipNode node{settings()};
    SipPeer phone{node.address()};
};

TEST_F(ChallengedCall, TheInviteIsRepeatedInTheSameCall)
{
    const std::string first = place();
    phone.respond(first, "401 Unauthorized", "bob", {}, kChallenge);
    phone.expect("ACK");
    const std::string second = phone.expect("INVITE");
    EXPECT_EQ(header(second, "Call-ID"), header(first, "Call-ID"));
    EXPECT_EQ(header(second, "From"), header(first, "From"));
    EXPECT_EQ(header(second, "To"), header(first, "To"));
    EXPECT_EQ(header(second, "X-Kept"), "yes");
    EXPECT_EQ(body(second), body(first));
    EXPECT_EQ(std::stoi(header(second, "CSeq")), std::stoi(header(first, "CSeq")) + 1);
    EXPECT_EQ(node.count(SipCounter::ChallengeAnswered), 1U);
}

TEST_F(ChallengedCall, AWrongPasswordEndsTheCallAtTheSecondChallenge)
{
    phone.respond(place(), "401 Unauthorized", "bob", {}, kChallenge);
    phone.respond(phone.expect("INVITE"), "401 Unauthorized", "bob", {}, kChallenge);
    phone.expect("ACK");
    const auto ended = node.expect<SessionEnded>();
    EXPECT_EQ(ended.code, 401);
    EXPECT_EQ(ended.cause, 21);
    EXPECT_EQ(phone.receive(100), "");
}

TEST_F(ChallengedCall, LaterRequestsCarryTheAnswerAtOnce)
{
    answered_call();
    node.post(Reoffer{.session = SessionId{2}, .media = test_media(Direction::SendOnly)});
    const std::string reinvite = phone.expect("INVITE");
    expect_answer(reinvite, "one", 2);
    phone.respond(reinvite, "200 OK", "bob", offer_text("m=audio 4000 RTP/AVP 0\r\n"));
    phone.expect("ACK");
    node.expect<OfferAnswered>();
    node.post(EndSession{.session = SessionId{2}, .headers = {}});
    expect_answer(phone.expect("BYE"), "one", 3);
}

TEST_F(ChallengedCall, AReinviteAndAByeWithAStaleNonceAreRepeated)
{
    const std::string stale =
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"two\", qop=\"auth\", algorithm=SHA-256, stale=true\r\n";
    answered_call();
    node.post(Reoffer{.session = SessionId{2}, .media = test_media(Direction::SendOnly)});
    const std::string reinvite = phone.expect("INVITE");
    phone.respond(reinvite, "401 Unauthorized", "bob", {}, stale);
    const std::string repeated = phone.expect("INVITE");
    expect_answer(repeated, "two", 1);
    EXPECT_EQ(body(repeated), body(reinvite));
    phone.respond(repeated, "200 OK", "bob", offer_text("m=audio 4000 RTP/AVP 0\r\n"));
    EXPECT_TRUE(node.expect<OfferAnswered>().media);

    node.post(EndSession{.session = SessionId{2}, .headers = {{"X-Bye", "1"}}});
    node.expect<SessionEnded>();
    phone.respond(phone.expect("BYE"), "407 Proxy Authentication Required", "bob", {},
                  "Proxy-Authenticate: Digest realm=\"p\", nonce=\"three\"\r\n");
    const std::string bye = phone.expect("BYE");
    EXPECT_TRUE(header(bye, "Proxy-Authorization").starts_with("Digest username=\"ann\", realm=\"p\""));
    EXPECT_EQ(header(bye, "X-Bye"), "1");
    expect_answer(bye, "two", 3);
    phone.respond(bye, "200 OK", "bob");
    phone.request({.method = "OPTIONS", .call_id = "o"});
    phone.expect("SIP/2.0 200");
    EXPECT_EQ(node.count(SipCounter::SessionsActive), 0U);
}

TEST_F(ChallengedCall, ACancelledCallAnswersNoChallenge)
{
    const std::string invite = place();
    phone.respond(invite, "100 Trying", "");
    node.post(EndSession{.session = SessionId{2}, .headers = {}});
    phone.expect("CANCEL");
    phone.respond(invite, "401 Unauthorized", "bob", {}, kChallenge);
    phone.expect("ACK");
    EXPECT_EQ(node.expect<SessionEnded>().code, 487);
    EXPECT_FALSE(phone.receive(100).starts_with("INVITE"));
}

}  // namespace
}  // namespace rb::sip::test
