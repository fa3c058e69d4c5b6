// Goal: whatever phones and control do, in whatever order, each session ends exactly once and none stays behind.
// Method: seeded random scripts on both sides of a real SipThread with quick timers: calls in and out, answers, holds,
// cancels, hang-ups, silence; then the books are balanced.
#include "dataplane/base/rng.h"
#include "support/sip_peer.h"

#include <map>

namespace rb::sip::test {
namespace {

constexpr int kCalls = 150;

class Churn {
public:
    explicit Churn(std::uint64_t seed) : rng_{seed}, node_{quick_settings()}, phone_{node_.address()} {}

    void run()
    {
        for (int i = 0; i < kCalls; ++i) {
            if (rng_.chance(0.4)) {
                place();
            } else {
                phone_.request({.body = rng_.chance(0.8) ? offer_text() : "", .call_id = "c" + std::to_string(i)});
            }
            step();
        }
        for (int i = 0; i < 1'000 && node_.count(SipCounter::SessionsActive) > 0; ++i) {
            hang_up_everything();
            step(5);
        }
        EXPECT_EQ(node_.count(SipCounter::SessionsActive), 0U);
        EXPECT_GT(ended_.size(), static_cast<std::size_t>(kCalls / 2));
        EXPECT_TRUE(alive_.empty());
    }

private:
    static Settings quick_settings()
    {
        Settings settings = test_settings();
        settings.timer_t1 = 5ms;
        settings.timer_b = 100ms;
        return settings;
    }

    void place()
    {
        const SessionId id{next_id_ += 2};
        alive_[id] = true;
        node_.post(PlaceCall{.session = id,
                             .endpoint = "anonymous",
                             .target = "sip:bob@" + phone_.address().to_string(),
                             .from = {},
                             .media = test_media(),
                             .timeout = rng_.chance(0.2) ? 20ms : 0ms,
                             .headers = {}});
    }

    void step(int patience_ms = 1)
    {
        for (std::string message = phone_.receive(patience_ms); !message.empty(); message = phone_.receive(0)) {
            play_phone(message);
        }
        while (auto event = node_.next(0)) {
            std::visit([this](const auto& what) { play_control(what); }, *event);
        }
        if (rng_.chance(0.3)) {
            act_at_random();
        }
    }

    void play_phone(const std::string& message)
    {
        if (message.starts_with("SIP/2.0 200") && header(message, "CSeq").ends_with("INVITE") && rng_.chance(0.8)) {
            const bool owed = rng_.chance(0.5);
            phone_.request({.method = "ACK",
                            .cseq = std::stoi(header(message, "CSeq")),
                            .to_tag = tag(header(message, "To")),
                            .body = owed ? offer_text() : "",
                            .call_id = header(message, "Call-ID")});
            if (rng_.chance(0.5)) {
                static constexpr std::array<const char*, 4> kMethods{"BYE", "INVITE", "UPDATE", "INFO"};
                phone_.request({.method = kMethods[rng_.below(4)],
                                .cseq = 2 + static_cast<int>(rng_.below(3)),
                                .to_tag = tag(header(message, "To")),
                                .body = offer_text(),
                                .call_id = header(message, "Call-ID")});
            }
        } else if (message.starts_with("INVITE")) {
            invites_[branch(message)] = message;
            static constexpr std::array<const char*, 7> kAnswers{
                "180 Ringing", "183 Session Progress", "200 OK", "200 OK", "486 Busy Here", "491 Request Pending", ""};
            const std::string status = kAnswers[rng_.below(kAnswers.size())];
            if (!status.empty()) {
                const bool sdp = status != "180 Ringing" && rng_.chance(0.9);
                phone_.respond(message, status, "t" + std::to_string(rng_.below(2)), sdp ? offer_text() : "");
            }
        } else if (message.starts_with("CANCEL")) {
            phone_.respond(message, "200 OK", "t0");
            phone_.respond(invites_[branch(message)], "487 Request Terminated", "t0");
        } else if (message.starts_with("BYE")) {
            phone_.respond(message, rng_.chance(0.9) ? "200 OK" : "481 Gone", "t0");
        }
    }

    void play_control(const InviteReceived& event)
    {
        alive_[event.session] = true;
        react(event.session);
    }
    void play_control(const OfferReceived& event)
    {
        if (rng_.chance(0.8)) {
            node_.post(AcceptOffer{.session = event.session, .media = test_media()});
        } else {
            node_.post(RejectOffer{.session = event.session});
        }
    }
    void play_control(const SessionEnded& event)
    {
        EXPECT_EQ(ended_[event.session]++, 0) << "ended twice: " << event.reason;
        EXPECT_EQ(alive_.erase(event.session), 1U) << "was never announced";
    }
    void play_control(const Progressed&) {}
    void play_control(const Answered&) {}
    void play_control(const Acknowledged&) {}
    void play_control(const OfferAnswered&) {}
    void play_control(const KeyReceived&) {}

    void react(SessionId session)
    {
        switch (rng_.below(6)) {
            case 0:
                node_.post(EndSession{.session = session, .cause = 17, .headers = {}});
                break;
            case 1:
                node_.post(SendProgress{.session = session, .code = 183, .media = test_media(), .headers = {}});
                break;
            case 2:
                node_.post(Reoffer{.session = session, .media = test_media(Direction::SendOnly)});
                break;
            case 3:
                node_.post(SendKey{.session = session, .digit = '5'});
                break;
            default:
                node_.post(SendAnswer{.session = session, .media = test_media(), .headers = {}});
                break;
        }
    }

    void act_at_random()
    {
        if (!alive_.empty()) {
            react(std::next(alive_.begin(), static_cast<std::ptrdiff_t>(rng_.below(alive_.size())))->first);
        }
    }

    void hang_up_everything()
    {
        for (const auto& [session, alive] : alive_) {
            node_.post(EndSession{.session = session, .headers = {}});
        }
    }

    Rng rng_;
    SipNode node_;
    SipPeer phone_;
    std::map<std::string, std::string> invites_;  ///< received, by branch
    std::map<SessionId, bool> alive_;
    std::map<SessionId, int> ended_;
    std::uint64_t next_id_ = 0;
};

TEST(Churn, EachSessionEndsOnceAndNoneStays)
{
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Churn{seed}.run();
    }
}

}  // namespace
}  // namespace rb::sip::test
