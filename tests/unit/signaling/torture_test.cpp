// Goal: the messages of RFC 4475 and thousands of mutations of good ones neither stop nor confuse the node: the next
// call works. Method: the files of the RFC where they lie (RB_RFC4475 or ../shared/rfc4475 beside the repository), each
// sent to a real SipThread; then seeded mutations of a whole call.
#include "dataplane/base/rng.h"
#include "support/sip_peer.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace rb::sip::test {
namespace {

std::filesystem::path torture_folder()
{
    const char* given = std::getenv("RB_RFC4475");
    return given != nullptr ? given : "../shared/rfc4475";
}

void drain(SipPeer& phone)
{
    while (!phone.receive(0).empty()) {
    }
}

/// A whole call, however much rubbish went before it.
void expect_next_call_works(SipNode& node, SipPeer& phone)
{
    phone.request({.body = offer_text(), .call_id = "after"});
    for (auto event = node.next(); event; event = node.next()) {
        const auto* call = std::get_if<InviteReceived>(&*event);
        if (call == nullptr) {
            continue;
        }
        node.post(EndSession{.session = call->session, .code = 486, .headers = {}});
        if (call->call_id == "after") {
            phone.expect("SIP/2.0 486");
            return;
        }
    }
    ADD_FAILURE() << "the call after the rubbish did not arrive";
}

TEST(Torture, TheMessagesOfRfc4475)
{
    const auto folder = torture_folder();
    if (!std::filesystem::is_directory(folder)) {
        GTEST_SKIP() << "NOT RUN: no RFC 4475 messages in " << folder << "; set RB_RFC4475 to the folder that has them";
    }
    SipNode node{test_settings()};
    SipPeer phone{node.address()};
    int messages = 0;
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
        if (entry.path().extension() == ".dat") {
            std::ifstream file{entry.path(), std::ios::binary};
            phone.send({std::istreambuf_iterator<char>{file}, {}});
            ++messages;
        }
    }
    EXPECT_EQ(messages, 49);
    drain(phone);
    expect_next_call_works(node, phone);
}

std::string mutate(std::string text, Rng& rng)
{
    static constexpr std::string_view kSpice = "\r\n\0 ;:,<>\"@%=\xff/09aZ";
    for (auto times = 1 + rng.below(8); times > 0 && !text.empty(); --times) {
        const auto at = rng.below(text.size());
        switch (rng.below(4)) {
            case 0:
                text[at] = kSpice[rng.below(kSpice.size())];
                break;
            case 1:
                text.erase(at, 1 + rng.below(20));
                break;
            case 2:
                text.insert(at, std::string(1 + rng.below(40), kSpice[rng.below(kSpice.size())]));
                break;
            default:
                text.insert(at, text.substr(rng.below(text.size()), 1 + rng.below(60)));
                break;
        }
    }
    return text;
}

TEST(Torture, FiveThousandMutatedMessages)
{
    SipNode node{test_settings()};
    SipPeer phone{node.address()};
    Rng rng{20'260'721};
    const std::string via = "\r\nVia: SIP/2.0/UDP " + phone.address().to_string() + ";branch=z9hG4bK";
    const std::string rest =
        "\r\nMax-Forwards: 70\r\nFrom: \"Ann\" <sip:ann@127.0.0.1>;tag=a\r\nTo: <sip:600@x>\r\n"
        "Contact: <sip:ann@" +
        phone.address().to_string() +
        ">\r\nRecord-Route: <sip:p;lr>\r\n"
        "Supported: timer\r\nReason: Q.850;cause=16\r\nContent-Type: application/sdp\r\n";
    for (int i = 0; i < 5'000; ++i) {
        static constexpr std::array<const char*, 5> kMethods{"INVITE", "ACK", "BYE", "OPTIONS", "CANCEL"};
        const char* method = kMethods[rng.below(kMethods.size())];
        const std::string number = std::to_string(i);
        const std::string sdp = offer_text();
        const std::string message = std::string{method} + " sip:600@127.0.0.1 SIP/2.0" + via + number + rest +
                                    "Call-ID: m" + number + "\r\nCSeq: 1 " + method +
                                    "\r\nContent-Length: " + std::to_string(sdp.size()) + "\r\n\r\n" + sdp;
        phone.send(mutate(message, rng));
        if (i % 50 == 0) {  // else the socket's buffer, not the node, would take most of them
            phone.request({.method = "OPTIONS", .call_id = "sync" + number});
            EXPECT_FALSE(phone.receive().empty());
        }
        drain(phone);
        while (auto event = node.next(0)) {
            if (const auto* call = std::get_if<InviteReceived>(&*event)) {
                node.post(EndSession{.session = call->session, .code = 486, .headers = {}});
            }
        }
    }
    expect_next_call_works(node, phone);
}

}  // namespace
}  // namespace rb::sip::test
