// Goal: the worker's side of MediaCore neither allocates nor frees nor locks, whatever comes.
// Method: every step of a slot runs under the guard; commands' objects are built outside, as control does. All packet
// kinds, all technologies, players and recorders; then ten thousand leg lifetimes.
#include "bridges/snoop.h"
#include "dataplane/media/srtp_ciphers.h"
#include "dataplane/wire/dtmf.h"
#include "dataplane/wire/rtcp.h"
#include "guard/guard.h"
#include "sim/sim_worker.h"
#include "support/srtp_packets.h"
#include "support/stun_checks.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <vector>

namespace rb {
namespace {

const Address kPeer = *parse_address("192.0.2.1:4000");
/// What libsrtp2 takes for a new SSRC: the stream, its keys, its limit and its window.
constexpr std::uint64_t kAllocationsPerStream = 6;

/// Payload type of comfort noise.
constexpr std::uint8_t kNoise = 13;

const Address kPeerRtcp = *parse_address("192.0.2.1:4001");

/// A core and its queues, driven by hand so that only its own steps are guarded.
class Guarded : public ::testing::Test {
protected:
    std::unique_ptr<media::Leg> make_leg(std::uint32_t index, codecs::CodecId codec, std::uint32_t ptime_ms = 20)
    {
        auto plan = std::make_unique<media::MediaPlan>();
        plan->codec = codec;
        plan->payload_type = 0;
        plan->dtmf = media::DtmfFormat{};
        plan->ptime_ms = ptime_ms;
        plan->opus.short_frames = ptime_ms < codecs::kFrame_ms;
        plan->remote_rtp = kPeer;
        plan->remote_rtcp = kPeerRtcp;
        plan->rtcp_interval = 200ms;
        plan->rtp_timeout = 300ms;
        plan->dtls = index % 2 == 0;
        plan->build_states();
        const media::LegRef ref{.index = index, .generation = ++generation};
        auto leg = std::make_unique<media::Leg>(ref, std::array{-1, -1}, std::move(plan), rng, 0ns);
        leg->holder = media::Holder::Queue;
        return leg;
    }

    /// One slot; the packets are those put together before.
    void slot(guard::Mode mode = guard::Mode::Abort)
    {
        std::vector<RxPacket> received;
        for (auto& packet : packets) {
            received.push_back({.slot = packet.slot,
                                .generation = packet.generation,
                                .socket = packet.socket,
                                .source = packet.source,
                                .bytes = packet.bytes});
        }
        {
            const guard::Guarded guarded{mode};
            core.begin_slot(now);
            core.on_commands();
            core.on_detached(detached);
            core.on_packets(received);
            core.run_slot();
            for (const TxPacket& packet : core.tx().packets()) {
                noise_sent += (core.tx().bytes(packet)[1] & 0x7fU) == kNoise ? 1U : 0U;
            }
            core.tx().clear();
            core.end_slot(now);
        }
        detached.clear();
        for (const SocketChange& change : core.socket_changes()) {
            if (change.kind == SocketChange::Kind::Detach) {
                detached.push_back(change.slot);
            }
        }
        packets.clear();
        now += 1ms;
    }

    void send(const media::Leg& leg, std::vector<std::uint8_t> bytes, Socket socket = Socket::Rtp)
    {
        packets.push_back({.slot = leg.slot(),
                           .generation = leg.ref.generation,
                           .socket = socket,
                           .source = socket == Socket::Rtp ? kPeer : kPeerRtcp,
                           .bytes = std::move(bytes)});
    }

    /// A conference of 16 kHz for eight.
    std::unique_ptr<bridges::Bridge> lend_room()
    {
        auto room = std::make_unique<bridges::Bridge>(
            bridges::BridgeRef{.index = 0, .generation = 1},
            bridges::BridgeOptions{.kind = bridges::BridgeKind::Conference, .rate = 16'000, .parties = 8});
        room->holder = media::Holder::Queue;
        EXPECT_TRUE(commands.push(command::AdoptBridge{.bridge = room.get()}));
        return room;
    }
    void send_rtp(const media::Leg& leg, std::uint8_t payload_type, std::span<const std::uint8_t> payload)
    {
        std::vector<std::uint8_t> bytes(wire::kRtpHeaderBytes + payload.size());
        wire::write_rtp_header(bytes, {.payload_type = payload_type,
                                       .sequence = sequence,
                                       .timestamp = std::uint32_t{sequence} * 160,
                                       .ssrc = leg.ref.index});
        std::copy(payload.begin(), payload.end(), bytes.begin() + wire::kRtpHeaderBytes);
        send(leg, std::move(bytes));
    }

    void drop_events()
    {
        Event event;
        while (events.pop(event)) {
            if (const auto* plan = std::get_if<event::PlanReturned>(&event)) {
                const std::unique_ptr<media::MediaPlan> freed{plan->plan};
            } else if (const auto* received = std::get_if<event::DatagramReceived>(&event)) {
                commands.push(command::DatagramRead{.datagram = received->datagram});
                ++handed_up;
            } else if (const auto* returned = std::get_if<event::LegReturned>(&event)) {
                returned->leg->holder = media::Holder::Control;
                ++returned_legs;
            }
        }
    }

    struct Owned {
        LegSlot slot{};
        std::uint32_t generation = 0;
        Socket socket = Socket::Rtp;
        Address source;
        std::vector<std::uint8_t> bytes;
    };

    Rng rng{1};
    CommandQueue commands;
    EventQueue events;
    std::array<Counters::Word, kWorkerCounterCount> words{};
    MediaCore core{{.legs = 64, .bridges = 8}, commands, events, Counters{words}};
    std::vector<Owned> packets;
    std::vector<LegSlot> detached;
    Nanos now = 10s;
    std::uint32_t generation = 0;
    std::uint16_t sequence = 0;
    std::uint64_t returned_legs = 0;
    std::uint64_t handed_up = 0;
    std::uint64_t noise_sent = 0;  // packets of comfort noise
};

/// 20 ms of a square wave, or of what is only passed on.
std::vector<std::uint8_t> sound_in(codecs::CodecId codec, codecs::Sample amplitude)
{
    const codecs::CodecInfo& info = codecs::codec_info(codec);
    if (info.passed_only) {
        return std::vector<std::uint8_t>(info.payload_bytes(codecs::kFrame_ms), 0x5a);
    }
    codecs::Encoder encoder{codec};
    std::vector<codecs::Sample> samples(encoder.info().samples(codecs::kFrame_ms), amplitude);
    for (std::size_t i = 0; i < samples.size(); i += 16) {
        std::fill_n(samples.begin() + static_cast<std::ptrdiff_t>(i), 8, static_cast<codecs::Sample>(-amplitude));
    }
    std::vector<std::uint8_t> payload(codecs::kPayloadBytesMax);
    payload.resize(encoder.encode(samples, payload));
    return payload;
}

TEST_F(Guarded, TheGuardSeesWhatItForbids)
{
    if (!guard::active()) {
        GTEST_SKIP() << "sanitizers bring their own malloc";
    }
    const std::uint64_t before = guard::counted();
    {
        const guard::Guarded guarded{guard::Mode::Count};
        void* volatile memory = std::malloc(1);  // volatile, or the compiler leaves both calls out
        std::free(memory);
    }
    EXPECT_EQ(guard::counted(), before + 2);
}

TEST_F(Guarded, EveryKindOfPacketInEveryTechnology)
{
    constexpr std::array kFormats{codecs::CodecId::Pcmu,   codecs::CodecId::Pcma, codecs::CodecId::G722,
                                  codecs::CodecId::L16_16, codecs::CodecId::Opus, codecs::CodecId::G729};
    std::vector<std::unique_ptr<media::Leg>> legs;
    std::vector<std::unique_ptr<bridges::RateAdapter>> adapters;
    for (std::uint32_t i = 0; i < 2 * kFormats.size(); ++i) {
        const codecs::CodecId codec = kFormats[i / 2];
        auto& leg = legs.emplace_back(make_leg(i, codec, i < 4 ? 20 : i < 8 ? 30 : i == 8 ? 10 : 60));
        adapters.push_back(std::make_unique<bridges::RateAdapter>(codecs::codec_info(codec).sample_rate, 16'000));
        ASSERT_TRUE(commands.push(command::AdoptLeg{.leg = leg.get()}));
    }
    constexpr std::array kKinds{bridges::BridgeKind::Smart, bridges::BridgeKind::Conference,
                                bridges::BridgeKind::Holding};
    std::vector<std::unique_ptr<bridges::Bridge>> rooms;
    for (std::uint32_t i = 0; i < 6; ++i) {
        auto& room = rooms.emplace_back(std::make_unique<bridges::Bridge>(
            bridges::BridgeRef{.index = i, .generation = 1},
            bridges::BridgeOptions{.kind = kKinds[i % 3], .rate = 16'000, .parties = 12}));
        room->holder = media::Holder::Queue;
        ASSERT_TRUE(commands.push(command::AdoptBridge{.bridge = room.get()}));
    }
    const auto clip = std::make_shared<bridges::Clip>(codecs::CodecId::Pcmu, std::vector<std::uint8_t>(160 * 20, 0x55));
    bridges::Player player{{clip}, {.loop = true}};
    bridges::Player louder{{clip}, {.loop = true, .gain_db = 6}};
    const auto dense = sound_in(codecs::CodecId::Opus, 500);
    const auto opus_clip = std::make_shared<bridges::Clip>(
        codecs::CodecId::Opus, dense, std::vector<std::uint32_t>{static_cast<std::uint32_t>(dense.size())});
    bridges::Player quieter{{opus_clip}, {.loop = true, .gain_db = -6}};
    const auto linear = std::make_shared<bridges::Clip>(codecs::CodecId::L16_16, std::vector<std::uint8_t>(640, 0x11));
    bridges::Player announced{{linear}, {.loop = true}};
    constexpr std::array kSteps{bridges::PlayerStep{.what = bridges::PlayerStep::What::Pause},
                                bridges::PlayerStep{.what = bridges::PlayerStep::What::Resume},
                                bridges::PlayerStep{.what = bridges::PlayerStep::What::Skip, .by = 7},
                                bridges::PlayerStep{.what = bridges::PlayerStep::What::Restart},
                                bridges::PlayerStep{.what = bridges::PlayerStep::What::Volume, .by = 3}};
    bridges::Recorder recorder{{.rate = 16'000}};
    auto datagram = std::make_unique<media::SideDatagram>();
    datagram->assign(std::array<std::uint8_t, 3>{22, 1, 2});
    ASSERT_TRUE(commands.push(command::RecordBridge{.bridge = rooms[1]->ref, .recorder = &recorder}));
    bridges::TrackRecorder tracks{{.rate_max = 16'000, .bridge = rooms[1]->ref}};
    ASSERT_TRUE(commands.push(command::RecordTracks{.bridge = rooms[1]->ref, .recorder = &tracks}));
    for (std::uint32_t round = 0; round < 200; ++round) {
        for (std::uint32_t i = 0; i < legs.size() && round % 10 == 0; ++i) {
            const std::uint32_t room = round % 20 == 0 ? (i / 2 + round / 10) % 6 : (round / 10) % 6;
            commands.push(command::JoinBridge{.leg = legs[i]->ref,
                                              .bridge = rooms[room]->ref,
                                              .adapter = adapters[i].get(),
                                              .options = {.announcer = i % 2 == 0, .report_talk = round > 100}});
            commands.push(command::SetTrack{.leg = legs[i]->ref, .track = i + 1});
        }
        if (round == 50) {
            ASSERT_TRUE(commands.push(command::Play{.leg = legs[0]->ref, .player = &player}));
            ASSERT_TRUE(commands.push(command::Play{.leg = legs[8]->ref, .player = &quieter}));
            ASSERT_TRUE(commands.push(command::PlayToBridge{.bridge = rooms[1]->ref, .player = &announced}));
        } else if (round == 60) {
            ASSERT_TRUE(commands.push(command::Play{.leg = legs[0]->ref, .player = &louder, .succeeds = true}));
        }
        for (const media::LegRef leg : {legs[0]->ref, legs[8]->ref, media::LegRef{}}) {
            commands.push(
                command::SteerPlayer{.leg = leg, .bridge = rooms[1]->ref, .step = kSteps[round % kSteps.size()]});
        }
        commands.push(command::SendDatagram{.leg = legs[round % 8]->ref, .to = kPeer, .datagram = datagram.get()});
        ++sequence;
        for (const auto& leg : legs) {
            const auto audio = sound_in(leg->plan->codec, round % 2 == 0 ? 8'000 : 500);
            send_rtp(*leg, 0, audio);
            const auto key = wire::write_dtmf({.digit = '5', .end = round % 5 == 0, .duration_samples = 400});
            send_rtp(*leg, 101, key);
            send_rtp(*leg, 13, std::span{audio}.first(1));
            send_rtp(*leg, 77, audio);
            send(*leg, {0x00, 0x01, 0x00, 0x00});
            send(*leg, {22, 1, 2, 3});
            send(*leg, {});
            send(*leg, {0xff, 0xff});
            std::array<std::uint8_t, 128> report{};
            const std::size_t size =
                wire::write_rtcp(report, {.ssrc = 7, .sender = wire::SenderInfo{.ntp = 1}, .cname = "peer"});
            send(*leg, {report.begin(), report.begin() + static_cast<std::ptrdiff_t>(size)}, Socket::Rtcp);
            if (round > 100) {  // before, some bridges are to be native
                commands.push(command::SendDtmf{.leg = leg->ref, .digit = '1'});
            }
        }
        for (int i = 0; i < 20; ++i) {
            slot();
        }
        drop_events();
    }
    EXPECT_GT(core.counters().get(WorkerCounter::PacketsForwarded), 0U);
    EXPECT_GT(core.counters().get(WorkerCounter::PacketsBuffered), 0U);
    EXPECT_GT(handed_up, 900U);
    EXPECT_FALSE(tracks.block(0).frames.empty());
}

TEST_F(Guarded, WhoWhispersSpiesOrIsCleaned)
{
    constexpr std::array kFormats{codecs::CodecId::Pcmu, codecs::CodecId::G722, codecs::CodecId::L16_16,
                                  codecs::CodecId::Opus};
    const auto lent = lend_room();
    bridges::Bridge& room = *lent;
    std::vector<std::unique_ptr<media::Leg>> legs;
    std::vector<std::unique_ptr<bridges::RateAdapter>> adapters;
    std::vector<std::unique_ptr<bridges::Trunk>> trunks;
    std::vector<std::unique_ptr<bridges::Snoop>> snoops;
    for (std::uint32_t i = 0; i < kFormats.size(); ++i) {
        const std::uint32_t rate = codecs::codec_info(kFormats[i]).sample_rate;
        auto& leg = legs.emplace_back(make_leg(i, kFormats[i]));
        leg->plan->fax = std::make_unique<media::FaxListener>(0ns);
        adapters.push_back(std::make_unique<bridges::RateAdapter>(rate, 16'000));
        auto& trunk = *trunks.emplace_back(std::make_unique<bridges::Trunk>(rate));
        snoops.push_back(std::make_unique<bridges::Snoop>(
            bridges::Snoop::Options{.codec = kFormats[i], .whispers = true, .barges = i % 2 == 0}, trunk.ends()[1]));
        ASSERT_TRUE(commands.push(command::AdoptLeg{.leg = leg.get()}));
        ASSERT_TRUE(
            commands.push(command::JoinBridge{.leg = leg->ref, .bridge = room.ref, .adapter = adapters[i].get()}));
        ASSERT_TRUE(commands.push(command::StartSnoop{.leg = leg->ref, .snoop = snoops[i].get()}));
        for (const bool outward : {false, true}) {
            auto cleaner = std::make_unique<codecs::Cleaner>(codecs::CleanerOptions{.denoise = true, .agc_level = 8000},
                                                             bridges::kMixRates);
            ASSERT_TRUE(
                commands.push(command::SetCleaner{.leg = leg->ref, .cleaner = cleaner.release(), .outward = outward}));
        }
        ASSERT_TRUE(commands.push(command::SetException{.listener = leg->ref, .talker = legs[i / 2]->ref, .on = true}));
    }
    ASSERT_TRUE(commands.push(command::SetWhisper{.leg = legs[0]->ref, .on = true}));
    const std::vector<std::int32_t> whispered(codecs::kFrameSamplesMax, 3000);
    for (std::uint32_t round = 0; round < 200; ++round) {
        ++sequence;
        for (std::uint32_t i = 0; i < legs.size(); ++i) {
            send_rtp(*legs[i], 0, sound_in(kFormats[i], round % 50 < 40 ? 8'000 : 0));
            const std::size_t size = codecs::frame_samples(codecs::codec_info(kFormats[i]).sample_rate);
            static_cast<void>(trunks[i]->ends()[0].out->send(std::span{whispered}.first(size)));
        }
        for (int i = 0; i < 20; ++i) {
            slot();
        }
        drop_events();
    }
    EXPECT_GT(core.counters().get(WorkerCounter::MixesApart), 100U);
}

TEST_F(Guarded, SilenceThatIsDescribed)
{
    constexpr std::array kFormats{codecs::CodecId::Pcmu, codecs::CodecId::G722, codecs::CodecId::L16_16,
                                  codecs::CodecId::Pcma};
    const auto lent = lend_room();
    bridges::Bridge& room = *lent;
    std::vector<std::unique_ptr<media::Leg>> legs;
    std::vector<std::unique_ptr<bridges::RateAdapter>> adapters;
    for (std::uint32_t i = 0; i < kFormats.size(); ++i) {
        auto& leg = legs.emplace_back(make_leg(i, kFormats[i], i == 0 ? 20 : 40));
        leg->plan->noise_payload_type = kNoise;
        leg->plan->describe_silence = true;
        leg->plan->dtls = false;
        leg->plan->rtcp_interval = 0s;
        const std::uint32_t rate = codecs::codec_info(kFormats[i]).sample_rate;
        adapters.push_back(rate == 16'000 ? nullptr : std::make_unique<bridges::RateAdapter>(rate, 16'000));
        ASSERT_TRUE(commands.push(command::AdoptLeg{.leg = leg.get()}));
        ASSERT_TRUE(
            commands.push(command::JoinBridge{.leg = leg->ref, .bridge = room.ref, .adapter = adapters[i].get()}));
    }
    for (std::uint32_t round = 0; round < 300; ++round) {  // of 20 ms: 1 s of speech, 2 s of a pause that is described
        ++sequence;
        for (std::uint32_t i = 0; i < legs.size(); ++i) {
            if (round % 150 < 50) {
                send_rtp(*legs[i], 0, sound_in(kFormats[i], 8'000));
            } else if (round % 150 % 20 == 0) {
                send_rtp(*legs[i], kNoise, std::array<std::uint8_t, 1>{60});
            }
        }
        for (int i = 0; i < 20; ++i) {
            slot();
        }
        drop_events();
    }
    EXPECT_GT(noise_sent, 2 * 3 * legs.size());
    EXPECT_LT(noise_sent, 2 * 6 * legs.size());
}

/// Both ends of the SRTP of one leg.
struct SrtpEnds {
    SrtpSuite suite = SrtpSuite::AesCm128HmacSha1_80;
    std::unique_ptr<media::SrtpSession> phone;

    /// Another plan for the leg, with keys of its own where `renewed`.
    std::unique_ptr<media::MediaPlan> plan(const media::Leg& leg, std::uint64_t number, bool renewed)
    {
        auto plan = std::make_unique<media::MediaPlan>();
        plan->codec = leg.plan->codec;
        plan->remote_rtp = kPeer;
        plan->remote_rtcp = kPeerRtcp;
        plan->rtcp_interval = 200ms;
        plan->protection = media::Protection{{}};
        if (renewed) {
            plan->protection = keys(leg, number);
        }
        return plan;
    }
    media::Protection keys(const media::Leg& leg, std::uint64_t number)
    {
        const SrtpKey to_server = test::srtp_key(suite, 2 * number);
        phone = *media::SrtpSession::sending(to_server, leg.ref.index);
        return media::Protection{
            {.receive = *media::SrtpSession::receiving(to_server),
             .send = *media::SrtpSession::sending(test::srtp_key(suite, 2 * number + 1), leg.sender.ssrc())}};
    }
};

TEST_F(Guarded, EverySuiteOfSrtp)
{
    ASSERT_TRUE(media::install_srtp_ciphers());
    std::vector<std::unique_ptr<media::Leg>> legs;
    std::array<SrtpEnds, kSrtpSuites> ends;
    bridges::Bridge room{{.index = 0, .generation = 1},
                         {.kind = bridges::BridgeKind::Smart, .rate = 8'000, .parties = 8}};
    room.holder = media::Holder::Queue;
    ASSERT_TRUE(commands.push(command::AdoptBridge{.bridge = &room}));
    for (std::uint32_t i = 0; i < kSrtpSuites; ++i) {
        auto& leg = legs.emplace_back(make_leg(i, codecs::CodecId::Pcmu));
        ends[i].suite = static_cast<SrtpSuite>(i);
        leg->plan->protection = ends[i].keys(*leg, i);
        ASSERT_TRUE(commands.push(command::AdoptLeg{.leg = leg.get()}));
        ASSERT_TRUE(commands.push(command::SetEcho{.leg = leg->ref, .on = true}));
    }
    slot();
    const auto speak = [&] {
        ++sequence;
        for (std::size_t i = 0; i < legs.size(); ++i) {
            auto packet = test::rtp_packet(sequence, legs[i]->ref.index);
            packet[1] = 0;
            packet = test::protect(*ends[i].phone, packet);
            auto changed = packet;
            changed.back() ^= 1U;
            send(*legs[i], changed);
            send(*legs[i], test::rtp_packet(sequence, legs[i]->ref.index));  // in the clear
            send(*legs[i], {0x80, 200, 0, 6, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
                 Socket::Rtcp);
            send(*legs[i], packet);
            send(*legs[i], packet);  // replayed
            send(*legs[i], {packet.begin(), packet.begin() + 5});
        }
    };
    for (std::uint32_t round = 0; round < 300; ++round) {
        const bool renewed = round % 100 == 0;
        if (round % 50 == 0) {
            for (std::size_t i = 0; i < legs.size(); ++i) {
                auto plan = ends[i].plan(*legs[i], 10 * round + i, renewed);
                ASSERT_TRUE(commands.push(command::ChangeMedia{.leg = legs[i]->ref, .plan = plan.release()}));
            }
        }
        if (round == 100 || round == 200) {  // echo, then two by two natively, then a room
            for (std::size_t i = 0; i < (round == 100 ? 2 : legs.size()); ++i) {
                ASSERT_TRUE(commands.push(command::JoinBridge{.leg = legs[i]->ref, .bridge = room.ref}));
            }
        }
        // libsrtp2 allocates the stream when its first packet has proved genuine; that slot is only counted.
        speak();
        slot(renewed ? guard::Mode::Count : guard::Mode::Abort);
        for (int i = 0; i < 19; ++i) {
            slot();
        }
        drop_events();
    }
    EXPECT_EQ(core.counters().get(drop_counter(Drop::SrtpReplayed)), 300U * kSrtpSuites);
    EXPECT_EQ(core.counters().get(drop_counter(Drop::SrtpAuthFailed)), 900U * kSrtpSuites);
    EXPECT_GT(core.counters().get(WorkerCounter::PacketsForwarded), 100U * kSrtpSuites);
    EXPECT_GT(core.counters().get(WorkerCounter::PacketsBuffered), 90U * kSrtpSuites);
    EXPECT_LE(guard::counted(), 3U * kSrtpSuites * kAllocationsPerStream);
}

TEST_F(Guarded, AFaxThatPasses)
{
    std::vector<std::unique_ptr<media::Leg>> legs;
    bridges::Bridge bridge{{.index = 0, .generation = 1}, {.parties = 2}};
    bridge.holder = media::Holder::Queue;
    commands.push(command::AdoptBridge{.bridge = &bridge});
    for (std::uint32_t i = 0; i < 2; ++i) {
        auto& leg = legs.emplace_back(make_leg(i, codecs::CodecId::Pcmu));
        commands.push(command::AdoptLeg{.leg = leg.get()});
        commands.push(command::JoinBridge{.leg = leg->ref, .bridge = bridge.ref});
    }
    slot();
    send_rtp(*legs[0], 0, sound_in(codecs::CodecId::Pcmu, 5000));
    slot();
    for (const auto& leg : legs) {
        auto plan = std::make_unique<media::MediaPlan>();
        plan->dtmf = media::DtmfFormat{};
        plan->udptl = true;
        plan->send = false;
        plan->receive = false;
        plan->remote_rtp = kPeer;
        commands.push(command::ChangeMedia{.leg = leg->ref, .plan = plan.release()});
    }
    slot();
    const std::uint64_t before = core.counters().get(WorkerCounter::PacketsForwarded);
    for (std::uint8_t number = 0; number < 100; ++number) {
        send(*legs[number % 2], {number, number, 0, 0, 0, 7});
        send(*legs[number % 2], {number});
        send_rtp(*legs[0], 0, sound_in(codecs::CodecId::Pcmu, 5000));  // late
        slot();
        drop_events();
    }
    EXPECT_EQ(core.counters().get(WorkerCounter::PacketsForwarded), before + 100);
    for (const auto& leg : legs) {
        commands.push(command::ReturnLeg{.leg = leg->ref});
    }
    commands.push(command::ReturnBridge{.bridge = bridge.ref});
    slot();
    slot();
    drop_events();
    EXPECT_EQ(returned_legs, 2U);
}

TEST_F(Guarded, ChecksOfIceGoodAndBad)
{
    const std::string pwd = "oursHas22CharactersOrSo";
    const auto leg = make_leg(0, codecs::CodecId::Pcmu);
    leg->plan->ice = std::make_unique<media::IceLite>(media::IceCredentials{"ours", pwd});
    ASSERT_TRUE(commands.push(command::AdoptLeg{.leg = leg.get()}));
    ASSERT_TRUE(commands.push(command::SetEcho{.leg = leg->ref, .on = true}));
    slot();
    const auto plain = test::write_stun({.username = "ours:peer", .priority = 1}, "");
    for (int round = 0; round < 200; ++round) {
        ++sequence;
        const std::string password = round % 4 == 0 ? pwd : "another";
        send(*leg, test::write_check({.username = "ours:peer", .password = password, .nominates = round % 8 == 0}));
        send(*leg, test::write_check({.username = "nobody:peer", .password = pwd}));
        send(*leg, test::write_check({.username = "ours:peer", .password = pwd, .controlling = false}));
        send(*leg, test::with_attribute(plain, 0x7fff, {1, 2, 3}, pwd));
        send(*leg, test::write_stun({.kind = wire::StunClass::Indication}, ""));
        send(*leg, plain);
        send(*leg, {plain.begin(), plain.begin() + 21});
        send_rtp(*leg, 0, std::vector<std::uint8_t>(160, 0x11));
        for (int i = 0; i < 20; ++i) {
            slot();
        }
        if (round == 100) {  // a restart
            auto plan = std::make_unique<media::MediaPlan>();
            plan->remote_rtp = kPeer;
            plan->remote_rtcp = kPeerRtcp;
            plan->ice = std::make_unique<media::IceLite>(media::IceCredentials{"anew", pwd});
            ASSERT_TRUE(commands.push(command::ChangeMedia{.leg = leg->ref, .plan = plan.release()}));
        }
        drop_events();
    }
    EXPECT_EQ(core.counters().get(WorkerCounter::IceChecks), 50U);
    EXPECT_GT(core.counters().get(WorkerCounter::IceErrors), 200U);
    EXPECT_GT(core.counters().get(WorkerCounter::PacketsForwarded), 150U);
}

TEST_F(Guarded, AVoiceWhosePacketsComeInBurstsAndThenTooSlowly)
{
    bridges::Bridge room{{.index = 0, .generation = 1},
                         {.kind = bridges::BridgeKind::Conference, .rate = 8'000, .parties = 8}};
    room.holder = media::Holder::Queue;
    ASSERT_TRUE(commands.push(command::AdoptBridge{.bridge = &room}));
    const auto leg = make_leg(0, codecs::CodecId::Pcmu);
    ASSERT_TRUE(commands.push(command::AdoptLeg{.leg = leg.get()}));
    ASSERT_TRUE(commands.push(command::JoinBridge{.leg = leg->ref, .bridge = room.ref}));
    std::vector<std::uint8_t> voice(160);
    for (std::size_t i = 0; i < voice.size(); ++i) {
        voice[i] = i % 40 < 20 ? 0x10 : 0x90;  // 200 Hz, loud
    }
    for (int round = 0; round < 600; ++round) {
        const bool bad = round >= 100 && round < 200;
        const int burst = !bad ? 1 : round % 6 == 0 ? 6 : 0;
        for (int i = 0; i < burst; ++i) {
            ++sequence;
            send_rtp(*leg, 0, voice);
        }
        if (round == 590) {
            send_rtp(*leg, 13, std::array<std::uint8_t, 4>{40, 100, 150, 127});
        }
        const int slots = round >= 300 && round < 400 ? 21 : 20;
        for (int i = 0; i < slots; ++i) {
            slot();
        }
        drop_events();
    }
    EXPECT_GT(leg->plan->in->lengthened(), 0U);
    EXPECT_GT(leg->plan->in->shortened(), 0U);
}

TEST_F(Guarded, ARoomThatChangesItsRate)
{
    constexpr std::array kFormats{codecs::CodecId::Pcmu, codecs::CodecId::G722, codecs::CodecId::L16_16,
                                  codecs::CodecId::L16_48, codecs::CodecId::Opus};
    std::vector<std::unique_ptr<media::Leg>> legs;
    bridges::Bridge room{{.index = 0, .generation = 1},
                         {.kind = bridges::BridgeKind::Conference, .rate = 8'000, .parties = 8}};
    room.holder = media::Holder::Queue;
    ASSERT_TRUE(commands.push(command::AdoptBridge{.bridge = &room}));
    for (std::uint32_t i = 0; i < kFormats.size(); ++i) {
        auto& leg = legs.emplace_back(make_leg(i, kFormats[i]));
        ASSERT_TRUE(commands.push(command::AdoptLeg{.leg = leg.get()}));
        ASSERT_TRUE(commands.push(command::JoinBridge{.leg = leg->ref, .bridge = room.ref}));
    }
    bridges::Recorder recorder{{.rate = 8'000}};
    ASSERT_TRUE(commands.push(command::RecordBridge{.bridge = room.ref, .recorder = &recorder}));
    std::vector<std::unique_ptr<bridges::RateChange>> changes;
    for (std::size_t round = 0; round < 12; ++round) {
        auto& change = changes.emplace_back(std::make_unique<bridges::RateChange>());
        change->rate = bridges::kMixRates[round % 3];
        for (const auto& leg : legs) {
            const codecs::CodecId codec = leg->plan->codec;
            const std::uint32_t own = codecs::codec_info(codec).sample_rate;
            change->parties.push_back({leg->ref, std::make_unique<bridges::RateAdapter>(own, change->rate)});
            change->groups[static_cast<std::size_t>(codec)] =
                std::make_unique<bridges::GroupEncoder>(codec, change->rate);
        }
        for (std::size_t other = 0; other < bridges::kMixRates.size(); ++other) {
            change->others[other] = std::make_unique<bridges::RateAdapter>(bridges::kMixRates[other], change->rate);
        }
        ASSERT_TRUE(commands.push(command::ChangeRate{.bridge = room.ref, .change = change.get()}));
        for (int i = 0; i < 100; ++i) {
            if (i % 20 == 0) {
                ++sequence;
                for (const auto& leg : legs) {
                    send_rtp(*leg, 0, sound_in(leg->plan->codec, 8'000));
                }
            }
            slot();
        }
        drop_events();
        EXPECT_EQ(room.options.rate, change->rate);
    }
    for (const auto& leg : legs) {
        delete leg->adapter;  // as control does when a leg comes home
    }
}

TEST_F(Guarded, TenThousandLegLifetimes)
{
    bridges::Bridge room{{.index = 0, .generation = 1},
                         {.kind = bridges::BridgeKind::Smart, .rate = 8'000, .parties = 64}};
    room.holder = media::Holder::Queue;
    ASSERT_TRUE(commands.push(command::AdoptBridge{.bridge = &room}));
    const std::vector<std::uint8_t> audio(160, 0x11);
    constexpr std::uint64_t kLifetimes = 10'000;
    while (returned_legs < kLifetimes) {
        std::vector<std::unique_ptr<media::Leg>> legs;
        for (std::uint32_t i = 0; i < 50; ++i) {
            auto& leg = legs.emplace_back(make_leg(i, codecs::CodecId::Pcmu));
            ASSERT_TRUE(commands.push(command::AdoptLeg{.leg = leg.get()}));
            ASSERT_TRUE(commands.push(command::JoinBridge{.leg = leg->ref, .bridge = room.ref}));
        }
        slot();
        for (int packet = 0; packet < 2; ++packet) {
            ++sequence;
            for (const auto& leg : legs) {
                send_rtp(*leg, 0, audio);
            }
            slot();
        }
        for (const auto& leg : legs) {
            ASSERT_TRUE(commands.push(command::ReturnLeg{.leg = leg->ref}));
        }
        slot();
        slot();
        drop_events();
        for (const auto& leg : legs) {
            ASSERT_EQ(leg->holder, media::Holder::Control);
        }
    }
    EXPECT_EQ(returned_legs, kLifetimes);
}

}  // namespace
}  // namespace rb
