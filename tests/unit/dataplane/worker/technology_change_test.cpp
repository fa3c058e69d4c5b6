// Goal: whatever joins the parties of a bridge may change while they talk, and nobody hears a gap above 60 ms (BR-01).
// Method: a real MediaCore and three phones as arrays; every change between any two technologies, with packets that
// come at any moment of a frame. What each phone plays is put together by timestamps, as a phone does; a gap is a
// stretch of silence there, or a pause between packets.
#include "codecs/decoder.h"
#include "codecs/encoder.h"
#include "dataplane/wire/rtp.h"
#include "sim/sim_worker.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <optional>

namespace rb {
namespace {

constexpr Nanos kGapMax = 60ms;
constexpr std::uint32_t kRate = 8000;

Address address_of(std::size_t phone)
{
    return parse_address("192.0.2.1:0")->with_port(static_cast<std::uint16_t>(4000 + 10 * phone));
}

/// What one phone hears, laid out by the timestamps of its packets.
class Ear {
public:
    void hear(std::span<const std::uint8_t> bytes, Nanos now)
    {
        const auto view = wire::parse_rtp(bytes);
        ASSERT_TRUE(view);
        longest_pause_ = last_at_ == 0ns ? 0ns : std::max(longest_pause_, now - last_at_);
        last_at_ = now;
        first_timestamp_ = first_timestamp_ ? first_timestamp_ : view->header.timestamp;
        const std::size_t at = view->header.timestamp - *first_timestamp_;
        ASSERT_LT(at, std::size_t{kRate} * 60) << "a timestamp before the first, or far off";
        std::array<codecs::Sample, codecs::kPacketSamplesMax> samples{};
        const auto count = decoder_.decode(view->payload, samples);
        ASSERT_TRUE(count);
        played_.resize(std::max(played_.size(), at + *count));
        std::copy_n(samples.begin(), *count, played_.begin() + static_cast<std::ptrdiff_t>(at));
    }

    void forget()
    {
        played_.clear();
        first_timestamp_.reset();
        last_at_ = 0ns;
        longest_pause_ = 0ns;
    }

    [[nodiscard]] Nanos longest_pause() const { return longest_pause_; }
    [[nodiscard]] Nanos longest_silence() const
    {
        std::size_t run = 0;
        std::size_t longest = 0;
        for (const codecs::Sample sample : played_) {
            run = std::abs(int{sample}) < 200 ? run + 1 : 0;
            longest = std::max(longest, run);
        }
        return std::chrono::microseconds{longest * 1'000'000 / kRate};
    }
    [[nodiscard]] std::size_t samples() const { return played_.size(); }

private:
    codecs::Decoder decoder_{codecs::CodecId::Pcmu};
    std::vector<codecs::Sample> played_;
    std::optional<std::uint32_t> first_timestamp_;
    Nanos last_at_ = 0ns;
    Nanos longest_pause_ = 0ns;
};

class TechnologyChange : public ::testing::Test {
protected:
    static constexpr std::array<double, 3> kTones{415, 735, 0};

    /// offset   when in a frame the phones send
    void open(bridges::BridgeKind kind, Nanos offset)
    {
        worker.emplace(CoreLimits{.legs = 8, .bridges = 4}, kernel);
        technology = Technology::None;
        send_at = now + offset;
        bridge = worker->adopt({.kind = kind, .rate = kRate, .parties = 4});
        for (std::size_t i = 0; i < legs.size(); ++i) {
            legs[i] = adopt(i);
            ears[i] = Ear{};
        }
        join(0);
        join(1);
    }

    media::LegRef adopt(std::size_t phone)
    {
        auto plan = std::make_unique<media::MediaPlan>();
        plan->dtmf = media::DtmfFormat{};
        plan->remote_rtp = address_of(phone);
        plan->rtcp_interval = 0s;
        plan->build_states();
        const media::LegRef ref = worker->reserve_leg();
        const int fd = static_cast<int>(10 + 2 * phone);
        worker->adopt(std::make_unique<media::Leg>(ref, std::array{fd, fd + 1}, std::move(plan), rng, 0ns));
        return ref;
    }

    void join(std::size_t phone, std::optional<bridges::BridgeRef> into = {}, const media::PartyOptions& options = {})
    {
        worker->join(legs[phone], into.value_or(bridge), options, nullptr);
    }

    void set(std::size_t phone, const media::PartyOptions& options)
    {
        worker->post(command::SetParty{.leg = legs[phone], .options = options});
    }

    /// Has the bridge mixed at another rate, not before a moment, for these of the phones and whoever comes.
    void change_rate(std::uint32_t rate, Nanos not_before, std::size_t phones)
    {
        auto change = std::make_unique<bridges::RateChange>();
        change->rate = rate;
        change->not_before = not_before;
        for (std::size_t phone = 0; phone < phones; ++phone) {
            change->parties.push_back({.leg = legs.at(phone), .adapter = adapter_to(rate)});
        }
        worker->change_rate(bridge, std::move(change));
    }

    static std::unique_ptr<bridges::RateAdapter> adapter_to(std::uint32_t rate)
    {
        return rate == kRate ? nullptr : std::make_unique<bridges::RateAdapter>(kRate, rate);
    }

    void expect_all_comes_home()
    {
        for (const media::LegRef& leg : legs) {
            worker->post(command::ReturnLeg{.leg = leg});
        }
        worker->post(command::ReturnBridge{.bridge = bridge});
        run(10ms);
        EXPECT_TRUE(worker->books_closed());
    }

    /// What makes a smart bridge of two talkers choose a technology.
    void bring_about(Technology wanted)
    {
        worker->post(command::LeaveBridge{.leg = legs[2]});
        set(0, {.report_talk = wanted == Technology::Simple});
        if (wanted == Technology::Softmix) {
            join(2);
        }
    }

    void run(Nanos time)
    {
        for (const Nanos end = now + time; now < end; now += 1ms) {
            if (now >= send_at) {
                send_at += kFrame;
                speak();
            }
            for (const sim::Sent& sent : worker->step(now)) {
                for (std::size_t i = 0; i < ears.size(); ++i) {
                    if (sent.destination == address_of(i) && sent.socket == Socket::Rtp) {
                        ears[i].hear(sent.bytes, now);
                    }
                }
            }
            worker->drain_events([&](const Event& event) {
                const auto* changed = std::get_if<event::TechnologyChanged>(&event);
                if (changed != nullptr && changed->bridge == bridge) {
                    technology = changed->technology;
                }
            });
        }
    }

    void speak()
    {
        ++frame;
        for (std::size_t phone = 0; phone < legs.size(); ++phone) {
            std::array<codecs::Sample, 160> samples{};
            for (std::size_t i = 0; i < samples.size(); ++i) {
                const double at = static_cast<double>(frame * samples.size() + i) / kRate;
                samples[i] = static_cast<codecs::Sample>(6000 * std::sin(2 * std::numbers::pi * kTones[phone] * at));
            }
            std::vector<std::uint8_t> bytes(wire::kRtpHeaderBytes + samples.size());
            wire::write_rtp_header(bytes, {.sequence = static_cast<std::uint16_t>(frame),
                                           .timestamp = frame * 160U,
                                           .ssrc = static_cast<std::uint32_t>(phone + 1)});
            codecs::Encoder encoder{codecs::CodecId::Pcmu};
            ASSERT_EQ(encoder.encode(samples, std::span{bytes}.subspan(wire::kRtpHeaderBytes)), 160U);
            worker->deliver(LegSlot{legs[phone].index}, {.source = address_of(phone), .bytes = std::move(bytes)});
        }
    }

    void expect_no_gap(const std::string& what)
    {
        for (std::size_t phone = 0; phone < 2; ++phone) {
            EXPECT_GT(ears[phone].samples(), kRate * 9 / 20) << what;
            EXPECT_LE(ears[phone].longest_pause(), kGapMax) << what << ", phone " << phone;
            EXPECT_LE(ears[phone].longest_silence(), kGapMax) << what << ", phone " << phone;
        }
    }

    void forget()
    {
        for (Ear& ear : ears) {
            ear.forget();
        }
    }

    void TearDown() override
    {
        for (const media::LegRef& leg : legs) {
            worker->post(command::ReturnLeg{.leg = leg});
        }
    }

    Rng rng{1};
    sim::Kernel kernel;
    std::optional<sim::SimWorker> worker;
    Nanos now = 10s;
    Nanos send_at = 0ns;
    std::uint32_t frame = 0;
    bridges::BridgeRef bridge;
    std::array<media::LegRef, 3> legs;
    std::array<Ear, 3> ears;
    Technology technology = Technology::None;
};

TEST_F(TechnologyChange, BetweenAnyTwoTechnologiesOfTwoTalkersLeavesNoGap)
{
    constexpr std::array kTechnologies{Technology::NativeRtp, Technology::Simple, Technology::Softmix};
    constexpr std::array kNames{"none", "native_rtp", "simple_bridge", "softmix"};
    for (const Technology from : kTechnologies) {
        for (const Technology to : kTechnologies) {
            for (Nanos offset = 0ms; offset < kFrame && from != to; offset += 1ms) {
                open(bridges::BridgeKind::Smart, offset);
                bring_about(from);
                run(500ms);
                ASSERT_EQ(technology, from);
                forget();
                run(200ms + offset * 7 % kFrame);
                bring_about(to);
                run(500ms);
                ASSERT_EQ(technology, to);
                expect_no_gap(std::string{kNames.at(static_cast<std::size_t>(from))} + " to " +
                              kNames.at(static_cast<std::size_t>(to)) + ", sending at " +
                              std::to_string(to_ms(offset)));
            }
        }
    }
}

/// The one who waits hears the announcer, which the bridge it leaves or comes to has as its other party.
TEST_F(TechnologyChange, ToAHoldingBridgeAndBackLeavesNoGap)
{
    for (const bridges::BridgeKind kind : {bridges::BridgeKind::Smart, bridges::BridgeKind::Conference}) {
        for (Nanos offset = 0ms; offset < kFrame; offset += 1ms) {
            open(kind, offset);
            const auto holding = worker->adopt({.kind = bridges::BridgeKind::Holding, .rate = kRate, .parties = 4});
            run(500ms);
            for (const auto& into : {holding, bridge}) {
                forget();
                run(200ms + offset * 7 % kFrame);
                join(1, into, {.announcer = true});
                join(0, into);
                run(500ms);
                EXPECT_GT(ears[0].samples(), kRate * 9 / 20);
                EXPECT_LE(ears[0].longest_silence(), kGapMax) << to_ms(offset);
                for (std::size_t phone = 0; phone < 2; ++phone) {  // who announces hears nobody, but is sent to
                    EXPECT_LE(ears[phone].longest_pause(), kGapMax) << to_ms(offset);
                }
            }
        }
    }
}

TEST_F(TechnologyChange, OfTheRateOfAMixLeavesNoGap)
{
    for (Nanos offset = 0ms; offset < kFrame; offset += 1ms) {
        open(bridges::BridgeKind::Conference, offset);
        run(500ms);
        for (const std::uint32_t rate : {16'000U, 48'000U, 8000U}) {
            forget();
            run(200ms + offset * 7 % kFrame);
            change_rate(rate, 0ns, 2);
            run(500ms);
            expect_no_gap(std::to_string(rate) + " Hz");
        }
    }
}

/// Those that the change finds gone, or that come while it waits for its time, neither stop it nor are left out.
TEST_F(TechnologyChange, OfTheRateMeetsWhoComesAndGoesMeanwhile)
{
    open(bridges::BridgeKind::Conference, 3ms);
    run(500ms);
    change_rate(16'000, now + 100ms, 3);  // the third is not in the room
    run(20ms);
    worker->post(command::LeaveBridge{.leg = legs[0]});
    worker->join(legs[2], bridge, {}, adapter_to(16'000));
    run(600ms);
    forget();
    run(500ms);
    EXPECT_LE(ears[2].longest_silence(), 20ms);  // hears the second
    worker->join(legs[0], bridge, {}, adapter_to(16'000));
    run(300ms);
    forget();
    run(500ms);
    expect_no_gap("after it");
    expect_all_comes_home();
}

TEST_F(TechnologyChange, OfTheRateOfABridgeThatEndsComesHome)
{
    open(bridges::BridgeKind::Conference, 0ms);
    run(500ms);
    change_rate(48'000, now + 10s, 1);
    run(50ms);
    expect_all_comes_home();
}

}  // namespace
}  // namespace rb
