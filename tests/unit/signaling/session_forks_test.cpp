// Goal: a call of ours that reaches several phones keeps their dialogs apart, acknowledges what they send reliably, and
// lets each change its media before the answer.
// Method: a real SipThread on loopback, one socket that plays all the phones, and this test as control.
#include "support/sip_peer.h"

namespace rb::sip::test {
namespace {

const SessionId kCall{2};
const std::string kAnswer = offer_text("m=audio 4000 RTP/AVP 0\r\n");

class Forked : public ::testing::Test {
protected:
    std::string place()
    {
        node.post(test_call(phone));
        invite = phone.expect("INVITE");
        return invite;
    }

    void ring(const std::string& who, int rseq, const std::string& sdp = {})
    {
        phone.respond(invite, sdp.empty() ? "180 Ringing" : "183 Session Progress", who, sdp,
                      "Require: 100rel\r\nRSeq: " + std::to_string(rseq) + "\r\n");
    }

    std::string expect_prack(const std::string& who, int rseq)
    {
        std::string prack = phone.expect("PRACK sip:bob@" + phone.address().to_string());
        EXPECT_EQ(header(prack, "RAck"), std::to_string(rseq) + ' ' + header(invite, "CSeq"));
        EXPECT_EQ(tag(header(prack, "To")), who);
        phone.respond(prack, "200 OK", who);
        return prack;
    }

    void update(const std::string& who, int cseq, const std::string& sdp)
    {
        phone.request({.method = "UPDATE",
                       .cseq = cseq,
                       .to_tag = tag(header(invite, "From")),
                       .body = sdp,
                       .call_id = header(invite, "Call-ID"),
                       .from = "<sip:bob@127.0.0.1>;tag=" + who});
    }

    SipNode node{test_settings()};
    SipPeer phone{node.address()};
    std::string invite;
};

TEST_F(Forked, AReliableResponseIsAcknowledgedOnceAndInOrder)
{
    EXPECT_EQ(header(place(), "Supported"), "100rel");
    ring("bob", 10);
    const std::string prack = expect_prack("bob", 10);
    EXPECT_EQ(std::stoi(header(prack, "CSeq")), std::stoi(header(invite, "CSeq")) + 1);
    EXPECT_EQ(node.expect<Progressed>().code, 180);
    ring("bob", 10);  // repeated: our PRACK is on its way
    ring("bob", 12);  // overtook 11
    EXPECT_EQ(phone.receive(100), "");
    ring("bob", 11, kAnswer);
    expect_prack("bob", 11);
    ASSERT_TRUE(node.expect<Progressed>().media);
    EXPECT_EQ(node.count(SipCounter::SentPrack), 2U);
}

TEST_F(Forked, TheAnswerInAReliableResponseStandsWhatever200Says)
{
    place();
    ring("bob", 1, kAnswer);
    expect_prack("bob", 1);
    EXPECT_EQ(node.expect<Progressed>().media->remote_rtp.port(), 4000);
    phone.respond(invite, "200 OK", "bob", offer_text("m=audio 4444 RTP/AVP 0\r\n"));
    phone.expect("ACK");
    EXPECT_FALSE(node.expect<Answered>().media);
    node.post(EndSession{.session = kCall, .headers = {}});
    EXPECT_GT(std::stoi(header(phone.expect("BYE"), "CSeq")), 2);
}

TEST_F(Forked, EachPhoneHasItsOwnDialogAndTheWinnersMediaAreToldAgain)
{
    place();
    ring("bob", 1, kAnswer);
    expect_prack("bob", 1);
    EXPECT_TRUE(node.expect<Progressed>().media);
    ring("carol", 900, offer_text("m=audio 5000 RTP/AVP 8\r\n"));
    expect_prack("carol", 900);
    EXPECT_EQ(node.expect<Progressed>().media->remote_rtp.port(), 5000);
    ring("bob", 2);
    expect_prack("bob", 2);
    node.expect<Progressed>();
    phone.respond(invite, "200 OK", "carol");
    EXPECT_EQ(tag(header(phone.expect("ACK"), "To")), "carol");
    const auto answered = node.expect<Answered>();
    ASSERT_TRUE(answered.media);
    EXPECT_EQ(answered.media->remote_rtp.port(), 5000);
    phone.respond(invite, "200 OK", "bob");
    EXPECT_EQ(tag(header(phone.expect("ACK"), "To")), "bob");
    EXPECT_EQ(tag(header(phone.expect("BYE"), "To")), "bob");
    node.post(EndSession{.session = kCall, .headers = {}});
    EXPECT_EQ(tag(header(phone.expect("BYE"), "To")), "carol");
}

TEST_F(Forked, EarlyMediaOfAWinnerWithoutSdpInItsAnswerAreToldAgain)
{
    place();
    phone.respond(invite, "183 Session Progress", "bob", kAnswer);
    node.expect<Progressed>();
    phone.respond(invite, "183 Session Progress", "carol", offer_text("m=audio 5000 RTP/AVP 8\r\n"));
    node.expect<Progressed>();
    phone.respond(invite, "200 OK", "bob");
    phone.expect("ACK");
    const auto answered = node.expect<Answered>();
    ASSERT_TRUE(answered.media);
    EXPECT_EQ(answered.media->remote_rtp.port(), 4000);
}

TEST_F(Forked, MorePhonesThanAreKeptApartStillAnswer)
{
    place();
    for (int i = 0; i < 20; ++i) {
        phone.respond(invite, "180 Ringing", "phone" + std::to_string(i));
    }
    phone.respond(invite, "200 OK", "phone19", kAnswer);
    EXPECT_EQ(tag(header(phone.expect("ACK"), "To")), "phone19");
    std::size_t heard = 0;
    auto event = node.next();
    for (; event && std::holds_alternative<Progressed>(*event); event = node.next()) {
        ++heard;
    }
    EXPECT_EQ(heard, 17U);
    ASSERT_TRUE(event && std::holds_alternative<Answered>(*event));
    EXPECT_TRUE(std::get<Answered>(*event).media);
}

TEST_F(Forked, UpdateChangesTheMediaOfAPhoneBeforeItAnswers)
{
    place();
    phone.respond(invite, "180 Ringing", "bob");
    node.expect<Progressed>();
    update("bob", 1, offer_text());  // our own offer is still open
    phone.expect("SIP/2.0 491");
    ring("bob", 1, kAnswer);
    expect_prack("bob", 1);
    node.expect<Progressed>();
    update("bob", 2, offer_text("m=audio 4020 RTP/AVP 8\r\n"));
    EXPECT_EQ(node.expect<OfferReceived>().media->remote_rtp.port(), 4020);
    node.post(AcceptOffer{.session = kCall, .media = test_media()});
    const std::string ok = phone.expect("SIP/2.0 200");
    EXPECT_EQ(header(ok, "CSeq"), "2 UPDATE");
    EXPECT_NE(body(ok).find("m=audio 20000 RTP/AVP 8"), std::string::npos);
    update("bob", 3, {});
    phone.expect("SIP/2.0 200");
    update("dave", 1, offer_text());  // nobody we have heard of
    phone.expect("SIP/2.0 481");
    phone.respond(invite, "200 OK", "bob");
    phone.expect("ACK");
    EXPECT_FALSE(node.expect<Answered>().media);
}

TEST_F(Forked, AnOfferIsAnsweredInTheDialogItCameBy)
{
    place();
    ring("bob", 1, kAnswer);
    expect_prack("bob", 1);
    node.expect<Progressed>();
    update("bob", 1, offer_text("m=audio 4020 RTP/AVP 8\r\n"));
    node.expect<OfferReceived>();
    phone.respond(invite, "180 Ringing", "carol");
    node.expect<Progressed>();
    node.post(AcceptOffer{.session = kCall, .media = test_media()});
    EXPECT_NE(body(phone.expect("SIP/2.0 200")).find("m=audio 20000 RTP/AVP 8"), std::string::npos);
    phone.respond(invite, "200 OK", "carol", kAnswer);
    EXPECT_EQ(tag(header(phone.expect("ACK"), "To")), "carol");
    EXPECT_TRUE(node.expect<Answered>().media);
}

TEST_F(Forked, ByeBeforeTheAnswerIsNoEndOfTheCall)
{
    place();
    phone.respond(invite, "180 Ringing", "bob");
    node.expect<Progressed>();
    phone.request({.method = "BYE",
                   .to_tag = tag(header(invite, "From")),
                   .call_id = header(invite, "Call-ID"),
                   .from = "<sip:bob@127.0.0.1>;tag=bob"});
    phone.expect("SIP/2.0 481");
    phone.respond(invite, "200 OK", "bob", kAnswer);
    node.expect<Answered>();
}

TEST(ForkedSettings, ReliableResponsesAreAskedForAsTheEndpointSays)
{
    for (const auto& [reliable, supported, required] :
         std::vector<std::tuple<Reliable, std::string, std::string>>{{Reliable::No, "", ""},
                                                                     {Reliable::Yes, "100rel", ""},
                                                                     {Reliable::PeerSupported, "100rel", ""},
                                                                     {Reliable::Required, "", "100rel"}}) {
        Settings settings = test_settings();
        settings.endpoints[0].reliable = reliable;
        SipNode node{settings};
        SipPeer phone{node.address()};
        node.post(test_call(phone));
        const std::string invite = phone.expect("INVITE");
        EXPECT_EQ(header(invite, "Supported"), supported);
        EXPECT_EQ(header(invite, "Require"), required);
        phone.respond(invite, "180 Ringing", "bob", {}, "Require: 100rel\r\nRSeq: 1\r\n");
        EXPECT_EQ(phone.receive(reliable == Reliable::No ? 50 : kPatienceMs).starts_with("PRACK"),
                  reliable != Reliable::No);
        node.expect<Progressed>();
    }
}

}  // namespace
}  // namespace rb::sip::test
