// Goal: what a leg carries from slot to slot and from worker to worker is neither forgotten nor visited too late.
// Method: one or two workers with arrays for sockets; each case a slip the simulator once found.
#include "dataplane/media/leg_quality.h"
#include "dataplane/wire/demux.h"
#include "dataplane/wire/rtcp.h"
#include "dataplane/wire/rtcp_xr.h"
#include "dataplane/wire/rtp.h"
#include "sim/sim_worker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

namespace rb {
namespace {

const Address kPeer = *parse_address("192.0.2.1:4000");
const Address kElsewhere = *parse_address("192.0.2.1:5000");

class MediaCoreLegs : public ::testing::Test {
protected:
    /// A leg in Opus, to which silence need not be sent.
    media::LegRef adopt_opus(bool dtx)
    {
        auto plan = std::make_unique<media::MediaPlan>();
        plan->codec = codecs::CodecId::Opus;
        plan->opus.dtx = dtx;
        return adopt(std::move(plan));
    }
    media::LegRef adopt(bool dtmf = true, std::optional<std::uint8_t> noise = {})
    {
        auto plan = std::make_unique<media::MediaPlan>();
        plan->noise_payload_type = noise;
        if (dtmf) {
            plan->dtmf = media::DtmfFormat{};
        }
        return adopt(std::move(plan));
    }
    media::LegRef adopt(std::unique_ptr<media::MediaPlan> plan)
    {
        plan->remote_rtp = kPeer;
        plan->remote_rtcp = kPeer.with_port(4001);
        plan->source.learn = media::SourcePolicy::Learn::Anyone;
        plan->rtcp_interval = 200ms;
        plan->further_formats.set(8);
        plan->build_states();
        const media::LegRef ref = worker.reserve_leg();
        const int fd = 10 + 2 * static_cast<int>(ref.index);
        worker.adopt(std::make_unique<media::Leg>(ref, std::array{fd, fd + 1}, std::move(plan), rng, 0ns));
        return ref;
    }

    /// How often control was told of another format.
    std::size_t formats_told = 0;

    std::vector<sim::Sent> run(sim::SimWorker& at, Nanos time, Nanos pace = 1ms)
    {
        std::vector<sim::Sent> sent;
        for (const Nanos end = now + time; now < end; now += pace) {
            auto more = at.step(now);
            std::move(more.begin(), more.end(), std::back_inserter(sent));
        }
        at.drain_events([this](const Event& event) {
            const auto* heard = std::get_if<event::FormatHeard>(&event);
            formats_told += heard != nullptr && heard->payload_type == 8 ? 1U : 0U;
        });
        return sent;
    }

    void send(sim::SimWorker& to, media::LegRef leg, const Address& from, std::uint8_t payload_type = 0)
    {
        std::vector<std::uint8_t> bytes(172);
        wire::write_rtp_header(
            bytes, {.payload_type = payload_type, .sequence = ++sequence, .timestamp = sequence * 160U, .ssrc = 1});
        to.deliver(LegSlot{leg.index}, {.source = from, .bytes = std::move(bytes)});
    }

    /// The newest VoIP metrics of 10 s in which a peer in a room loses one packet of twenty.
    std::optional<wire::VoipMetrics> metrics_told(bool asked)
    {
        const auto bridge = worker.adopt({.kind = bridges::BridgeKind::Conference, .rate = 8000, .parties = 2});
        auto plan = std::make_unique<media::MediaPlan>();
        plan->voip_metrics = asked;
        const media::LegRef leg = adopt(std::move(plan));
        worker.join(leg, bridge, {}, nullptr);
        std::optional<wire::VoipMetrics> told;
        for (int i = 0; i < 500; ++i) {
            if (i % 20 == 7) {
                ++sequence;  // lost
            } else {
                send(worker, leg, kPeer);
            }
            for (const auto& datagram : run(worker, 20ms)) {
                auto reader = wire::parse_rtcp(datagram.bytes);
                while (const auto packet = reader && wire::classify(datagram.bytes) == wire::Protocol::Rtcp
                                               ? reader->next()
                                               : std::nullopt) {
                    const auto* extended = std::get_if<wire::OtherRtcp>(&*packet);
                    told = extended != nullptr ? wire::find_voip_metrics(extended->body, 1) : told;
                }
            }
        }
        return told;
    }

    /// What goes out while one leg of a native bridge of two sends audio, comfort noise, and audio again.
    std::vector<wire::RtpHeader> send_noise_between_audio(media::LegRef from, media::LegRef to)
    {
        const auto bridge = worker.adopt({.parties = 2});
        worker.join(from, bridge, {}, nullptr);
        worker.join(to, bridge, {}, nullptr);
        run(worker, 50ms);
        std::vector<wire::RtpHeader> passed;
        for (const std::uint8_t payload_type : std::array<std::uint8_t, 3>{0, 13, 0}) {
            send(worker, from, kPeer, payload_type);
            for (const auto& datagram : run(worker, 20ms)) {
                if (wire::classify(datagram.bytes) == wire::Protocol::Rtp) {
                    passed.push_back(wire::parse_rtp(datagram.bytes)->header);
                }
            }
        }
        return passed;
    }

    Rng rng{1};
    sim::Kernel kernel;
    sim::SimWorker worker{{.legs = 8, .bridges = 2}, kernel};
    sim::SimWorker other{{.legs = 8, .bridges = 2}, kernel};
    Nanos now = 10s;
    std::uint16_t sequence = 0;
};

TEST_F(MediaCoreLegs, ALegThatReturnsWithKeysToSendIsVisitedNoMore)
{
    const media::LegRef leg = adopt();
    worker.post(command::SendDtmf{.leg = leg, .digit = '1', .timing = {}});
    worker.post(command::SendDtmf{.leg = leg, .digit = '2', .timing = {}});
    run(worker, 50ms);
    worker.post(command::ReturnLeg{.leg = leg});
    run(worker, 3ms);
    auto home = worker.take_home(leg);
    ASSERT_NE(home, nullptr);
    EXPECT_FALSE(home->ticking);
    home.reset();
    adopt();
    EXPECT_TRUE(run(worker, 100ms).empty());
}

TEST_F(MediaCoreLegs, AnotherFormatThatWasAgreedIsToldOfTwiceASecondAtMost)
{
    const media::LegRef leg = adopt();
    for (int i = 0; i < 60; ++i) {
        send(worker, leg, kPeer, i < 10 ? 0 : 8);
        run(worker, 20ms);
        EXPECT_EQ(formats_told, i < 10 ? 0U : i < 35 ? 1U : 2U) << i;
    }
    send(worker, leg, kElsewhere, 8);
    run(worker, 600ms);
    EXPECT_EQ(formats_told, 2U) << "a stranger changes nothing";
}

TEST_F(MediaCoreLegs, AFormatIsKnownByTheNumberOfTheOfferToo)
{
    auto plan = std::make_unique<media::MediaPlan>();
    plan->aliases = {{.heard = 96, .means = 8}};
    const media::LegRef leg = adopt(std::move(plan));
    run(worker, 600ms);
    send(worker, leg, kPeer, 96);
    run(worker, 20ms);
    EXPECT_EQ(formats_told, 1U);
}

TEST_F(MediaCoreLegs, ReportsAreSentThoughSlotsComeTwoAtATime)
{
    adopt();
    adopt();
    now += 1ms;  // odd slots alone, or even ones
    const auto sent = run(worker, 3s, 2ms);
    std::array<int, 2> reports{};
    for (const auto& datagram : sent) {
        ++reports.at(index_of(datagram.slot));
    }
    EXPECT_GT(reports[0], 5);
    EXPECT_GT(reports[1], 5);
}

TEST_F(MediaCoreLegs, AMigratedLegStillFollowsItsNat)
{
    const media::LegRef leg = adopt();
    run(worker, 3ms);
    send(worker, leg, kPeer);
    run(worker, 150ms);
    ASSERT_EQ(kernel.peer(10), kPeer);  // connected to its source
    worker.post(command::ReturnLeg{.leg = leg, .migrating = true});
    run(worker, 5ms);
    auto home = worker.take_home(leg);
    ASSERT_NE(home, nullptr);
    home->ref = other.reserve_leg();
    const media::LegRef moved = home->ref;
    other.adopt(std::move(home));
    run(other, 500ms);
    EXPECT_FALSE(kernel.peer(10));  // silent for long: whoever goes on with the stream may be heard
    for (int i = 0; i < 10; ++i) {
        send(other, moved, kElsewhere);
        run(other, 20ms);
    }
    EXPECT_EQ(kernel.peer(10), kElsewhere);
}

TEST_F(MediaCoreLegs, SilenceCostsAPeerWithDtxNextToNothing)
{
    for (const auto& [dtx, least, most] : {std::tuple{true, 14U, 16U}, {false, 100U, 101U}}) {
        const media::LegRef leg = adopt_opus(dtx);
        const auto room = worker.adopt({.kind = bridges::BridgeKind::Conference, .rate = 16'000, .parties = 2});
        worker.join(leg, room, {}, nullptr);
        const auto sent = run(worker, 2s);
        const auto packets = std::ranges::count_if(sent, [&](const sim::Sent& packet) {
            return packet.slot == LegSlot{leg.index} && wire::classify(packet.bytes) == wire::Protocol::Rtp;
        });
        EXPECT_GE(packets, least) << "10 packets in 200 ms, then one in 400 ms";
        EXPECT_LE(packets, most);
    }
}

TEST_F(MediaCoreLegs, SilenceIsDescribedToWhoHasAgreedToComfortNoise)
{
    auto plan = std::make_unique<media::MediaPlan>();
    plan->noise_payload_type = 97;
    plan->describe_silence = true;
    const media::LegRef leg = adopt(std::move(plan));
    const media::LegRef plain = adopt(true, 13);
    const auto room = worker.adopt({.kind = bridges::BridgeKind::Conference, .parties = 2});
    worker.join(leg, room, {}, nullptr);
    worker.join(plain, room, {}, nullptr);
    std::map<std::uint32_t, std::vector<wire::RtpHeader>> sent;
    const auto listen = [&](Nanos time) {
        for (const auto& datagram : run(worker, time)) {
            if (const auto view = wire::parse_rtp(datagram.bytes);
                wire::classify(datagram.bytes) == wire::Protocol::Rtp) {
                sent[static_cast<std::uint32_t>(datagram.slot)].push_back(view->header);
                const bool noise = view->header.payload_type == 97;
                EXPECT_EQ(view->payload.size(), noise ? 1U : 160U);
                EXPECT_TRUE(!noise || view->payload[0] == 127);
            }
        }
    };
    listen(2s);
    const auto& described = sent[leg.index];
    EXPECT_NEAR(static_cast<double>(described.size()), 10 + 5, 1) << "200 ms of silence, then one packet in 400 ms";
    EXPECT_EQ(std::ranges::count(described, 97, &wire::RtpHeader::payload_type), 5);
    EXPECT_GE(sent[plain.index].size(), 99U) << "it may send comfort noise itself, and is sent none";
    sent.clear();
    for (int i = 0; i < 6; ++i) {
        send(worker, plain, kPeer);  // a constant, as loud as there is
        listen(20ms);
    }
    EXPECT_TRUE(std::ranges::any_of(sent[leg.index], [](const wire::RtpHeader& header) {
        return header.payload_type == 0 && header.marker;
    })) << "a talk spurt begins";
}

TEST_F(MediaCoreLegs, SilenceIsNotEncodedForWhoIsServedAlone)
{
    auto plan = std::make_unique<media::MediaPlan>();
    plan->codec = codecs::CodecId::Opus;
    plan->opus.constant_bitrate = true;
    const media::LegRef leg = adopt(std::move(plan));
    const auto room = worker.adopt({.kind = bridges::BridgeKind::Conference, .rate = 16'000, .parties = 2});
    worker.post(command::JoinBridge{
        .leg = leg, .bridge = room, .adapter = nullptr, .kind = bridges::kOpusKinds, .options = {}});
    int packets = 0;
    for (const auto& datagram : run(worker, 1s)) {
        if (wire::classify(datagram.bytes) == wire::Protocol::Rtp) {
            EXPECT_LT(datagram.bytes.size(), wire::kRtpHeaderBytes + 10);
            ++packets;
        }
    }
    EXPECT_NEAR(packets, 50, 1);
}

TEST_F(MediaCoreLegs, WhoseEncodingHasChangedIsOfNoKindItsBridgeKnows)
{
    const auto room = worker.adopt({.kind = bridges::BridgeKind::Conference, .rate = 16'000, .parties = 2});
    for (const std::uint32_t bitrate : {0U, 20'000U}) {
        const media::LegRef leg = adopt_opus(false);
        worker.join(leg, room, {}, nullptr);
        auto plan = std::make_unique<media::MediaPlan>();
        plan->codec = codecs::CodecId::Opus;
        plan->opus.bitrate = bitrate;
        plan->remote_rtp = kElsewhere;
        plan->build_states();
        worker.post(command::ChangeMedia{.leg = leg, .plan = plan.release()});
        run(worker, 30ms);
        worker.post(command::ReturnLeg{.leg = leg});
        run(worker, 5ms);
        const auto home = worker.take_home(leg);
        ASSERT_NE(home, nullptr);
        EXPECT_EQ(home->opus_kind, bitrate == 0 ? 0 : bridges::kOpusKinds) << bitrate;
    }
}

TEST_F(MediaCoreLegs, KeysForALegWithoutTelephoneEventsLeaveItsBridgeAlone)
{
    const auto bridge = worker.adopt({.parties = 2});
    const media::LegRef leg = adopt(false);
    worker.join(leg, bridge, {}, nullptr);
    worker.join(adopt(false), bridge, {}, nullptr);
    worker.post(command::SendDtmf{.leg = leg, .digit = '1', .timing = {}});
    Technology technology = Technology::None;
    for (int i = 0; i < 100; ++i) {
        static_cast<void>(worker.step(now += 1ms));
        worker.drain_events([&](const Event& event) {
            if (const auto* changed = std::get_if<event::TechnologyChanged>(&event)) {
                technology = changed->technology;
            }
        });
    }
    EXPECT_EQ(technology, Technology::NativeRtp);
}

TEST_F(MediaCoreLegs, ComfortNoisePassesANativeBridgeToWhoHasAgreed)
{
    const media::LegRef from = adopt(true, 13);
    const auto passed = send_noise_between_audio(from, adopt(true, 97));
    ASSERT_EQ(passed.size(), 3U);
    EXPECT_EQ(passed[1].payload_type, 97);
    EXPECT_EQ(passed[2].sequence, static_cast<std::uint16_t>(passed[0].sequence + 2));
}

TEST_F(MediaCoreLegs, ComfortNoiseThatIsNotPassedOnLooksLikeNoLoss)
{
    const media::LegRef from = adopt(true, 13);
    const auto passed = send_noise_between_audio(from, adopt());
    ASSERT_EQ(passed.size(), 2U);
    EXPECT_EQ(passed[1].sequence, static_cast<std::uint16_t>(passed[0].sequence + 1));
}

TEST_F(MediaCoreLegs, WhatNobodyListensToIsNoDiscard)
{
    const media::LegRef alone = adopt();
    const media::LegRef passing = adopt();
    const auto pair = worker.adopt({.parties = 2});
    worker.join(passing, pair, {}, nullptr);
    worker.join(adopt(), pair, {}, nullptr);
    run(worker, 5ms);
    for (const media::LegRef leg : {alone, passing}) {
        for (int i = 0; i < 200; ++i) {
            send(worker, leg, kPeer, i % 50 < 25 ? media::DtmfFormat{}.payload_type : 13);
            run(worker, 20ms);
        }
        worker.post(command::ReturnLeg{.leg = leg});
        run(worker, 3ms);
        const auto home = worker.take_home(leg);
        ASSERT_NE(home, nullptr);
        EXPECT_EQ(home->counters.received, 200U);
        EXPECT_EQ(home->counters.dropped, 0U);
        EXPECT_EQ(media::reception_of(*home).discarded, 0U);
        EXPECT_EQ(home->plan->in->jitter_buffer().counters().put, 0U);
    }
}

TEST_F(MediaCoreLegs, ReportsHowAPeerIsHeardToWhomAsks)
{
    EXPECT_FALSE(metrics_told(false));
    const auto told = metrics_told(true);
    ASSERT_TRUE(told);
    EXPECT_NEAR(told->loss_rate, 256 / 20, 1);
    EXPECT_EQ(told->discard_rate, 0);
    EXPECT_EQ(told->burst_density, 0) << "each loss is alone";
    EXPECT_NEAR(told->gap_density, 256 / 20, 1);
    EXPECT_NEAR(told->mos_listening, 39, 2);
    EXPECT_NEAR(told->rating, 78, 5);
    EXPECT_NEAR(told->buffer_ms, 30, 11);
    EXPECT_EQ(told->receiver_config, 0xf0);
}

TEST_F(MediaCoreLegs, AWorkerWhoseLegsAreAllSilentRestsAndStillReports)
{
    const media::LegRef leg = adopt();
    run(worker, 900ms);
    EXPECT_EQ(worker.core().next_slot_at() - now, 0ms) << "a new leg soon has something to say";
    run(worker, 200ms);
    std::size_t steps = 0;
    std::size_t reports = 0;
    for (const Nanos end = now + 2s; now < end; ++steps) {
        reports += worker.step(now).size();
        now = worker.core().next_slot_at();
    }
    EXPECT_LE(steps, 201U);
    EXPECT_GT(reports, 5U);
    send(worker, leg, kPeer);
    run(worker, 5ms);
    EXPECT_LE(worker.core().next_slot_at(), now) << "it was heard again";
}

}  // namespace
}  // namespace rb
