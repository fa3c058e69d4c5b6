// Goal: a key reaches control once and the other party by its own means, whichever way it came: telephone-events,
// tones in the audio, SIP INFO (IVR-06, IVR-07); who hears the other way around hears no tones.
// Method: a real MediaCore with two phones as arrays, which press and listen as their way demands.
#include "codecs/decoder.h"
#include "codecs/dtmf_detector.h"
#include "codecs/encoder.h"
#include "dataplane/media/inband_dtmf.h"
#include "dataplane/wire/rtp.h"
#include "sim/sim_worker.h"

#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace rb {
namespace {

enum class Way {
    Events,
    Tones,
    Info,
};

constexpr std::array kWays{Way::Events, Way::Tones, Way::Info};
constexpr std::uint8_t kEventPayload = 101;
constexpr media::DtmfFormat kFurtherEvents{.payload_type = 102, .clock_rate = 48'000};

/// A phone that presses a key in its way and notes those it is sent.
class Phone {
public:
    Phone(Way its_way, codecs::CodecId codec) : way{its_way}, encoder_{codec}, decoder_{codec} {}

    void press(char digit, unsigned frames)
    {
        digit_ = digit;
        frames_ = frames;
        pressed_ = 0;
    }

    /// The packet of the next 20 ms.
    std::vector<std::uint8_t> speak()
    {
        const bool down = frames_ > pressed_;
        const bool as_event = down && way == Way::Events;
        std::vector<std::uint8_t> payload;
        if (as_event) {
            const auto event =
                wire::write_dtmf({.digit = digit_,
                                  .end = pressed_ + 1 == frames_,
                                  .volume_dbm0 = 10,
                                  .duration_samples = static_cast<std::uint16_t>((pressed_ + 1) * event_ticks)});
            payload.assign(event.begin(), event.end());
        } else {
            std::vector<codecs::Sample> frame(encoder_.info().samples(20));
            if (down && way == Way::Tones) {
                dtmf_.sound(digit_, pressed_ == 0, frame);
            }
            payload.resize(codecs::kPayloadBytesMax);
            payload.resize(encoder_.encode(frame, payload));
        }
        timestamp_ += as_event && pressed_ > 0 ? 0 : (1 + waited_) * 160;
        waited_ = as_event && pressed_ > 0 ? waited_ + 1 : 0;
        const std::uint8_t audio = encoder_.info().static_payload_type.value_or(96);
        std::vector<std::uint8_t> bytes(wire::kRtpHeaderBytes);
        wire::write_rtp_header(bytes, {.payload_type = as_event ? event_payload : audio,
                                       .sequence = ++sequence_,
                                       .timestamp = timestamp_,
                                       .ssrc = 1});
        bytes.insert(bytes.end(), payload.begin(), payload.end());
        pressed_ += down ? 1 : 0;
        return bytes;
    }

    void hear(std::span<const std::uint8_t> bytes)
    {
        const auto view = wire::parse_rtp(bytes);
        ASSERT_TRUE(view);
        if (view->header.payload_type == kFurtherEvents.payload_type) {
            ++further_packets;
            return;
        }
        if (view->header.payload_type == kEventPayload) {
            const auto event = wire::parse_dtmf(view->payload);
            ASSERT_TRUE(event);
            if (event->end && heard_at_ != view->header.timestamp) {
                heard_at_ = view->header.timestamp;
                by_event += event->digit;
                held.push_back(std::chrono::milliseconds{event->duration_samples / 8});
            }
            return;
        }
        std::array<codecs::Sample, codecs::kPacketSamplesMax> samples{};
        const auto count = decoder_.decode(view->payload, samples);
        ASSERT_TRUE(count);
        for (const auto& change : dtmf_.hear(std::span{samples}.first(*count))) {
            by_tone += change.released ? std::string{} : std::string(1, change.digit);
        }
    }

    Way way;
    std::uint8_t event_payload = kEventPayload;
    unsigned event_ticks = 160;  // of a frame
    std::string by_event;
    std::string by_tone;
    std::string by_info;
    unsigned further_packets = 0;
    std::vector<Nanos> held;  // by those who pressed what came as an event

private:
    codecs::Encoder encoder_;
    codecs::Decoder decoder_;
    media::InbandDtmf dtmf_;
    char digit_ = '0';
    unsigned frames_ = 0;
    unsigned pressed_ = 0;
    unsigned waited_ = 0;
    std::uint16_t sequence_ = 0;
    std::uint32_t timestamp_ = 0;
    std::optional<std::uint32_t> heard_at_;
};

class KeyWaysOfLegs : public ::testing::Test {
protected:
    void open(Way first, Way second, codecs::CodecId codec = codecs::CodecId::Pcmu)
    {
        worker.emplace(CoreLimits{.legs = 4, .bridges = 2}, kernel);
        phones.clear();
        reported.clear();
        for (const Way way : {first, second}) {
            phones.emplace_back(way, codec);
        }
        for (std::size_t i = 0; i < phones.size(); ++i) {
            auto plan = std::make_unique<media::MediaPlan>();
            plan->codec = codec;
            plan->payload_type = codecs::codec_info(codec).static_payload_type.value_or(96);
            plan->remote_rtp = address_of(i);
            plan->rtcp_interval = 0s;
            plan->info_keys = phones[i].way == Way::Info;
            plan->inband_keys = phones[i].way == Way::Tones;
            plan->key_held_min = key_held_min;
            if (phones[i].way == Way::Events) {
                plan->dtmf = media::DtmfFormat{.payload_type = kEventPayload};
                plan->further_dtmf = {kFurtherEvents};
            }
            plan->build_states();
            if (plan->inband_keys) {
                plan->build_inband();
            }
            legs[i] = worker->reserve_leg();
            const int fd = static_cast<int>(10 + 2 * i);
            worker->adopt(std::make_unique<media::Leg>(legs[i], std::array{fd, fd + 1}, std::move(plan), rng, 0ns));
        }
    }

    void bridge()
    {
        const std::uint32_t rate = 8000;
        const auto ref = worker->adopt({.rate = rate, .parties = 2});
        worker->join(legs[0], ref, {}, nullptr);
        worker->join(legs[1], ref, {}, nullptr);
    }

    static Address address_of(std::size_t phone)
    {
        return parse_address("192.0.2.1:0")->with_port(static_cast<std::uint16_t>(4000 + 10 * phone));
    }

    void press(std::size_t phone, char digit, Nanos held)
    {
        if (phones[phone].way == Way::Info) {
            worker->post(command::ReceiveKey{.leg = legs[phone], .digit = digit, .held = held});
        } else {
            phones[phone].press(digit, static_cast<unsigned>(held / 20ms));
        }
    }

    void run(Nanos time)
    {
        for (const Nanos end = now + time; now < end; now += 1ms) {
            for (std::size_t i = 0; now / 1ms % 20 == 0 && i < phones.size(); ++i) {
                worker->deliver(LegSlot{legs[i].index}, {.source = address_of(i), .bytes = phones[i].speak()});
            }
            for (const auto& sent : worker->step(now)) {
                phones.at(index_of(sent.slot)).hear(sent.bytes);
            }
            worker->drain_events([this](const Event& event) {
                if (const auto* released = std::get_if<event::KeyReleased>(&event)) {
                    reported.push_back(*released);
                } else if (const auto* key = std::get_if<event::KeyToSend>(&event)) {
                    phones.at(key->leg.index).by_info += key->digit;
                }
            });
        }
    }

    /// What a phone was sent in the way it understands, and that it was sent in no other.
    std::string heard_by(const Phone& phone)
    {
        EXPECT_EQ(phone.way == Way::Events ? "" : phone.by_event, "");
        EXPECT_EQ(phone.way == Way::Tones ? "" : phone.by_tone, "");
        EXPECT_EQ(phone.way == Way::Info ? "" : phone.by_info, "");
        return phone.by_event + phone.by_tone + phone.by_info;
    }

    Nanos key_held_min = 0ns;
    Rng rng{1};
    sim::Kernel kernel;
    std::optional<sim::SimWorker> worker;
    std::deque<Phone> phones;
    std::array<media::LegRef, 2> legs;
    std::vector<event::KeyReleased> reported;
    Nanos now = 10s;
};

TEST_F(KeyWaysOfLegs, EachIsReportedOnceWithItsDuration)
{
    for (const auto codec : {codecs::CodecId::Pcmu, codecs::CodecId::G722, codecs::CodecId::L16_48}) {
        for (const Way way : kWays) {
            open(way, Way::Events, codec);
            run(500ms);  // G.722's two ends agree only after a while
            press(0, '7', 200ms);
            run(500ms);
            press(0, '7', 60ms);
            run(500ms);
            ASSERT_EQ(reported.size(), 2U) << static_cast<int>(way) << " in " << codecs::codec_info(codec).config_name;
            EXPECT_EQ(reported[0].digit, '7');
            EXPECT_NEAR(static_cast<double>(reported[0].duration / 1ms), 200, 20)
                << static_cast<int>(way) << " in " << codecs::codec_info(codec).config_name;
            EXPECT_NEAR(static_cast<double>(reported[1].duration / 1ms), 60, 20);
        }
    }
}

TEST_F(KeyWaysOfLegs, EachReachesTheOtherPartyInItsOwnWay)
{
    for (const Way from : kWays) {
        for (const Way to : kWays) {
            open(from, to);
            bridge();
            run(200ms);
            for (const char digit : std::string_view{"159#"}) {
                press(0, digit, 100ms);
                run(400ms);
            }
            EXPECT_EQ(heard_by(phones[1]), "159#") << static_cast<int>(from) << " to " << static_cast<int>(to);
            EXPECT_EQ(phones[0].by_event + phones[0].by_tone + phones[0].by_info, "");
            EXPECT_EQ(reported.size(), 4U);
        }
    }
}

TEST_F(KeyWaysOfLegs, EventsMayHaveAnotherClockThanTheAudio)
{
    for (const bool understood : {true, false}) {
        open(Way::Events, Way::Events);
        if (!understood) {
            auto plan = std::make_unique<media::MediaPlan>();
            plan->remote_rtp = address_of(1);
            plan->rtcp_interval = 0s;
            plan->dtmf = media::DtmfFormat{.payload_type = kEventPayload};
            worker->change_media(legs[1], std::move(plan));
        }
        bridge();
        run(200ms);
        phones[0].event_payload = kFurtherEvents.payload_type;
        phones[0].event_ticks = 960;
        press(0, '7', 100ms);
        run(500ms);
        ASSERT_EQ(reported.size(), 1U);
        EXPECT_EQ(reported[0].duration, 100ms);
        EXPECT_EQ(phones[1].by_event, understood ? "" : "7") << "at the clock it has";
        EXPECT_EQ(phones[1].further_packets, understood ? 5U : 0U)
            << "passed on as they are where it has that one, too";
    }
}

TEST_F(KeyWaysOfLegs, ShorterPressesCountAsTheShortestThereIs)
{
    key_held_min = 160ms;
    for (const Way from : kWays) {
        open(from, Way::Events);
        bridge();
        run(200ms);
        press(0, '1', 60ms);
        run(600ms);
        press(0, '2', 300ms);
        run(900ms);
        ASSERT_EQ(reported.size(), 2U) << static_cast<int>(from);
        EXPECT_EQ(reported[0].duration, 160ms) << static_cast<int>(from);
        EXPECT_NEAR(static_cast<double>(reported[1].duration / 1ms), 300, 20) << static_cast<int>(from);
        ASSERT_EQ(phones[1].by_event, "12") << static_cast<int>(from);
        // Events pass the native bridge as they are.
        EXPECT_EQ(phones[1].held[0], from == Way::Events ? 60ms : 160ms) << static_cast<int>(from);
        EXPECT_NEAR(static_cast<double>(phones[1].held[1] / 1ms), 300, 20) << static_cast<int>(from);
    }
}

TEST_F(KeyWaysOfLegs, APressByInfoAndByEventsReachesTheOtherPartyOnce)
{
    for (const Nanos info_at : {0ms, 100ms, 300ms}) {
        open(Way::Events, Way::Events);
        bridge();
        run(200ms);
        for (const char digit : std::string_view{"15"}) {
            press(0, digit, 300ms);
            run(info_at);
            worker->post(command::ReceiveKey{.leg = legs[0], .digit = digit, .held = 100ms});
            run(1s - info_at);
        }
        EXPECT_EQ(phones[1].by_event, "15") << to_ms(info_at);
        EXPECT_EQ(reported.size(), 2U) << to_ms(info_at);
    }
}

TEST_F(KeyWaysOfLegs, ControlSendsKeysInTheWayOfTheLeg)
{
    for (const Way way : kWays) {
        open(way, Way::Events);
        run(100ms);
        for (const char digit : std::string_view{"0*D"}) {
            worker->post(command::SendDtmf{.leg = legs[0], .digit = digit, .timing = {}});
        }
        run(1s);
        EXPECT_EQ(heard_by(phones[0]), "0*D") << static_cast<int>(way);
        EXPECT_TRUE(reported.empty());
    }
}

TEST_F(KeyWaysOfLegs, APressDoesNotLookLikeJitter)
{
    open(Way::Events, Way::Events);
    run(200ms);
    press(0, '8', 800ms);
    run(1s);
    worker->post(command::ReturnLeg{.leg = legs[0]});
    run(5ms);
    const auto home = worker->take_home(legs[0]);
    ASSERT_NE(home, nullptr);
    EXPECT_EQ(home->counters.dropped, 0U);
    EXPECT_LT(home->receiver.jitter(), 1ms);
}

TEST_F(KeyWaysOfLegs, AChangeOfMediaKeepsTheOneThatListens)
{
    open(Way::Tones, Way::Events);
    run(100ms);
    press(0, '3', 400ms);
    run(200ms);
    auto plan = std::make_unique<media::MediaPlan>();
    plan->remote_rtp = address_of(0);
    plan->rtcp_interval = 0s;
    plan->inband_keys = true;
    worker->change_media(legs[0], std::move(plan));
    run(500ms);
    ASSERT_EQ(reported.size(), 1U);
    EXPECT_NEAR(static_cast<double>(reported[0].duration / 1ms), 400, 20);
}

}  // namespace
}  // namespace rb
