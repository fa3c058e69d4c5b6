// Goal: what happens to calls, rooms and recordings is told in the order of cause, each thing once; a channel's story
// begins with ChannelCreated and ends with ChannelDestroyed; nothing is put together while nobody listens.
// Method: whole calls on a bench; the events as short lines.
#include "control/applications/conference.h"
#include "control/events/event_fields.h"
#include "support/call_bench.h"

#include <gtest/gtest.h>

#include <set>

namespace rb::test {
namespace {

using Lines = std::vector<std::string>;

constexpr const char* kRooms =
    "[default_user]\ntype=user\nquiet=yes\n[tells]\ntype=user\nquiet=yes\ntalk_detection_events=yes\n"
    "dsp_silence_threshold=300\n[taped]\ntype=bridge\nrecord_conference=yes\nrecord_file=talk.wav\n"
    "record_file_timestamp=no\n[apart]\ntype=bridge\nrecord_tracks=yes\nrecord_file=apart.wav\n";
constexpr const char* kPlan =
    "[c]\nexten => 1,1,Answer()\n same => n,Wait(60)\n"
    "exten => 2,1,ConfBridge(room)\n"
    "exten => 3,1,ConfBridge(room,,tells)\n"
    "exten => 4,1,Set(TALK_DETECT(set)=300)\n same => n,ConfBridge(room)\n"
    "exten => 5,1,Dial(PJSIP/phone,10)\n"
    "exten => 6,1,ConfBridge(room,taped)\n"
    "exten => 7,1,ConfBridge(room,apart)\n"
    "exten => 8,1,Answer()\n same => n,Record(say.wav,1)\n same => n,Wait(9)\n"
    "exten => 9,1,MixMonitor(both.wav,r(in.wav))\n same => n,Answer()\n same => n,Wait(9)\n";

std::string value_of(const events::ChannelSnapshot* channel)
{
    return channel->caller.number + "/" + std::string{channel->state};
}

std::string value_of(const events::BridgeSnapshot* bridge)
{
    return bridge->name + "(" + std::to_string(bridge->channels.size()) + ")";
}

std::string value_of(const events::RecordingSnapshot* recording)
{
    return recording->name + "." + recording->format + " " + recording->target_uri.substr(0, 7);
}

std::string value_of(std::string_view text)
{
    return std::string{text};
}

std::string value_of(double /*figure*/)
{
    return "…";
}

template <typename Number>
std::string value_of(Number number)
{
    return std::to_string(number);
}

/// "ChannelDtmfReceived 5 100 100/Up": the members in their order.
std::string line_of(const events::Event& event)
{
    std::string line{events::type_name(event)};
    for (const events::Field& field : events::fields_of(event)) {
        line += " " + std::visit([](auto value) { return value_of(value); }, field.value);
    }
    return line;
}

class ReporterTest : public testing::Test {
protected:
    /// What has been told since the last time, without quality, which depends on how long media last.
    Lines told()
    {
        Lines lines;
        while (const events::EventPtr event = reader->take()) {
            if (!std::holds_alternative<events::ChannelQualityReport>(event->body)) {
                lines.push_back(line_of(*event));
            }
        }
        return lines;
    }
    void end(BenchPhone& phone)
    {
        bench.hang_up(phone);
        bench.run(100ms);
    }

    CallBench bench{kPlan, {{"confbridge.conf", kRooms}}};
    std::unique_ptr<events::Subscription> reader = bench.world().bus.subscribe(~events::Types{}, 1U << 20U);
};

TEST_F(ReporterTest, ACallBeginsAndEndsOnceWithItsKeysBetween)
{
    BenchPhone& anna = bench.call("1");
    bench.run(300ms);
    anna.press("5", 100ms);
    bench.run(500ms);
    const Lines before = told();
    ASSERT_EQ(before.size(), 3U);
    EXPECT_EQ(before[0], "ChannelCreated 100/Ring");
    EXPECT_EQ(before[1], "ChannelStateChange 100/Up");
    EXPECT_TRUE(before[2].starts_with("ChannelDtmfReceived 5 1")) << before[2];
    end(anna);
    EXPECT_EQ(told(), Lines{"ChannelDestroyed 16 Normal call clearing 100/Up"});
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_F(ReporterTest, AKeyBeforeThereAreMediaIsToldToo)
{
    BenchPhone& anna = bench.call("5");
    bench.run(50ms);
    static_cast<void>(told());
    bench.engine().on(sip::SipEvent{sip::KeyReceived{.session = anna.session(), .digit = '7', .held = 160ms}},
                      bench.now());
    EXPECT_EQ(told(), Lines{"ChannelDtmfReceived 7 160 100/Ring"});
    end(anna);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_F(ReporterTest, ACalleeRingsAnswersHoldsAndEnds)
{
    bench.call("5");
    bench.run(50ms);
    EXPECT_EQ(told(), (Lines{"ChannelCreated 100/Ring", "ChannelCreated /Down"}));
    BenchPhone& bob = bench.dialled(0);
    bench.ring(bob);
    bench.ring(bob);
    bench.answer(bob);
    bench.run(300ms);
    EXPECT_EQ(told(), (Lines{"ChannelStateChange /Ringing", "ChannelStateChange /Up", "ChannelStateChange 100/Up"}));
    bench.hold(bob, true);
    bench.run(300ms);
    EXPECT_EQ(told(), Lines{"ChannelHold /Up default"});
    bench.hold(bob, false);
    bench.run(300ms);
    EXPECT_EQ(told(), Lines{"ChannelUnhold /Up"});
    end(bob);
    bench.run(100ms);
    EXPECT_EQ(told(), (Lines{"ChannelDestroyed 16 Normal call clearing /Up",
                             "ChannelDestroyed 16 Normal call clearing 100/Up"}));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_F(ReporterTest, ACalleeIsConnectedToItsCallerAndOneThatRefusesIsToldOfToo)
{
    bench.call("5", {.number = "321", .name = "Anna"});
    bench.run(50ms);
    static_cast<void>(reader->take());
    const events::EventPtr placed = reader->take();
    const auto& callee = std::get<events::ChannelCreated>(placed->body).channel;
    EXPECT_EQ(callee.connected.number, "321");
    EXPECT_EQ(callee.connected.name, "Anna");
    EXPECT_EQ(callee.language, "en");
    bench.refuse(bench.dialled(0), 486, 17);
    bench.run(100ms);
    const Lines end = told();
    ASSERT_FALSE(end.empty());
    EXPECT_EQ(end.front(), "ChannelDestroyed 17 User busy /Down");
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_F(ReporterTest, ARoomIsMadeJoinedLeftAndEnds)
{
    BenchPhone& anna = bench.call("2", {.number = "1"});
    bench.run(100ms);
    BenchPhone& bob = bench.call("2", {.number = "2"});
    bench.run(100ms);
    EXPECT_EQ(told(), (Lines{"ChannelCreated 1/Ring", "ChannelStateChange 1/Up", "BridgeCreated room(0)",
                             "ChannelEnteredBridge room(1) 1/Up", "ChannelCreated 2/Ring", "ChannelStateChange 2/Up",
                             "ChannelEnteredBridge room(2) 2/Up"}));
    end(bob);
    end(anna);
    EXPECT_EQ(told(), (Lines{"ChannelLeftBridge room(1) 2/Up", "ChannelDestroyed 16 Normal call clearing 2/Up",
                             "ChannelLeftBridge room(0) 1/Up", "BridgeDestroyed room(0)",
                             "ChannelDestroyed 16 Normal call clearing 1/Up"}));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_F(ReporterTest, TalkIsToldWhereThePlanOrTheProfileWantsIt)
{
    for (const auto& [number, wanted] : {std::pair{"2", false}, {"3", true}, {"4", true}}) {
        BenchPhone& anna = bench.call(number, {.hz = 440});
        bench.run(1s);
        anna.say(0);
        bench.run(1s);
        anna.say(440);
        bench.run(500ms);
        end(anna);
        Lines talk = told();
        std::erase_if(talk, [](const std::string& line) { return line.find("Talking") == std::string::npos; });
        for (std::string& line : talk) {
            line = line.substr(0, line.find(' '));
        }
        const Lines turns{"ChannelTalkingStarted", "ChannelTalkingFinished", "ChannelTalkingStarted",
                          "ChannelTalkingFinished"};
        EXPECT_EQ(talk, wanted ? turns : Lines{}) << number;
    }
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_F(ReporterTest, WhoLeadsTheConversationIsToldAndThatNobodyDoes)
{
    BenchPhone& anna = bench.call("2", {.number = "1"});
    BenchPhone& bob = bench.call("2", {.number = "2"});
    bench.run(200ms);
    static_cast<void>(told());
    anna.say(440);
    bench.run(3s);
    EXPECT_EQ(told(), Lines{"BridgeActiveSpeakerChanged room(2) 1/Up"});
    end(anna);
    EXPECT_EQ(told(), (Lines{"ChannelLeftBridge room(1) 1/Up", "BridgeActiveSpeakerChanged room(1)",
                             "ChannelDestroyed 16 Normal call clearing 1/Up"}));
    end(bob);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_F(ReporterTest, RecordingsBeginAndEnd)
{
    struct Case {
        const char* number;
        Lines started;
        Lines finished;
    };
    const std::array cases{
        Case{"6", {"RecordingStarted talk.wav bridge:"}, {"RecordingFinished talk.wav bridge:"}},
        Case{"8", {"RecordingStarted say.wav channel"}, {"RecordingFinished say.wav channel"}},
        Case{"9",
             {"RecordingStarted both.wav channel", "RecordingStarted in.wav channel"},
             {"RecordingFinished both.wav channel", "RecordingFinished in.wav channel"}},
    };
    bench.world().provide({"beep"});
    const auto recordings = [&] {
        Lines lines = told();
        std::erase_if(lines, [](const std::string& line) { return !line.starts_with("Rec"); });
        return lines;
    };
    for (const Case& each : cases) {
        BenchPhone& anna = bench.call(each.number, {.hz = 440});
        bench.run(1s);
        EXPECT_EQ(recordings(), each.started) << each.number;
        end(anna);
        EXPECT_EQ(recordings(), each.finished) << each.number;
    }
    BenchPhone& anna = bench.call("7", {.hz = 440});
    bench.run(1s);
    const Lines begun = recordings();
    ASSERT_EQ(begun.size(), 1U);
    EXPECT_TRUE(begun[0].starts_with("RecordingStarted apart-")) << begun[0];
    end(anna);
    EXPECT_EQ(recordings(), Lines{"RecordingFinished" + begun[0].substr(begun[0].find(' '))});
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_F(ReporterTest, ARecordingOfBothDirectionsGoesOnThroughAnotherCodec)
{
    BenchPhone& anna = bench.call("9", {.hz = 440});
    bench.run(2s);
    bench.reoffer(anna, codecs::CodecId::Pcma);
    bench.run(2s);
    end(anna);
    std::vector<events::RecordingSnapshot> finished;
    int started = 0;
    while (const events::EventPtr event = reader->take()) {
        started += std::holds_alternative<events::RecordingStarted>(event->body) ? 1 : 0;
        if (const auto* end = std::get_if<events::RecordingFinished>(&event->body)) {
            finished.push_back(end->recording);
        }
    }
    EXPECT_EQ(started, 2);
    ASSERT_EQ(finished.size(), 2U);
    EXPECT_GT(*finished[0].duration, 3500ms);
    EXPECT_LT(*finished[0].duration, 4200ms);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_F(ReporterTest, ARecordingThatFailsSaysWhyAndDoesNotFinish)
{
    for (const char* number : {"6", "7", "8", "9"}) {
        bench.world().provide({"beep"});
        BenchPhone& anna = bench.call(number, {.hz = 440});
        bench.world().suffer({.disk_errors = 1}, 1);
        bench.run(4s);
        end(anna);
        bench.world().suffer({}, 1);
        int failed = 0;
        while (const events::EventPtr event = reader->take()) {
            if (const auto* failure = std::get_if<events::RecordingFailed>(&event->body)) {
                ++failed;
                EXPECT_NE(failure->recording.cause.find("no space left"), std::string::npos);
            }
            if (const auto* finished = std::get_if<events::RecordingFinished>(&event->body)) {
                EXPECT_EQ(finished->recording.name, "in") << "of two files, one fails before the other";
            }
        }
        EXPECT_GE(failed, 1) << number;
        EXPECT_LE(failed, *number == '9' ? 2 : 1) << number;
    }
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_F(ReporterTest, QualityIsToldWhenItGetsBadAndBeforeTheEnd)
{
    bench.suffer({.to_server = {.loss = 0.2, .delay = 0ms}});
    BenchPhone& anna = bench.call("2", {.hz = 440});
    bench.run(10s);
    end(anna);
    std::vector<std::string> bad;
    std::vector<events::EventPtr> end;
    while (const events::EventPtr event = reader->take()) {
        if (const auto* alert = std::get_if<events::ChannelQualityAlert>(&event->body)) {
            EXPECT_TRUE(alert->bad);
            bad.emplace_back(alert->kind);
        }
        end.push_back(event);
    }
    EXPECT_EQ(std::set(bad.begin(), bad.end()), (std::set<std::string>{"loss_percent", "mos"}));
    EXPECT_EQ(bad.size(), 2U);
    const auto& report = std::get<events::ChannelQualityReport>(end.at(end.size() - 2)->body);
    EXPECT_NEAR(report.figures.lost_percent, 20, 6);
    EXPECT_GT(report.figures.concealed_ms, 500U);
    EXPECT_LT(report.figures.mos_mean, 4);
    EXPECT_EQ(report.channel.id, std::get<events::ChannelDestroyed>(end.back()->body).channel.id);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST_F(ReporterTest, AMemberWhoMovesAndEndsAtOnceIsToldOfOnce)
{
    CallBench wide{kPlan, {{"confbridge.conf", kRooms}}, 2};
    const auto its = wide.world().bus.subscribe(~events::Types{}, 1U << 20U);
    for (int i = 0; i < 4; ++i) {
        BenchPhone& phone = wide.call("2", {.hz = 440});
        wide.hang_up(phone);  // its leg may be between two workers
        wide.run(20ms);
    }
    EXPECT_EQ(wide.leftovers(), "");
    std::map<std::string, std::string> stories;
    while (const events::EventPtr event = its->take()) {
        if (const auto* created = std::get_if<events::ChannelCreated>(&event->body)) {
            stories[created->channel.id] += "+";
        } else if (const auto* destroyed = std::get_if<events::ChannelDestroyed>(&event->body)) {
            stories[destroyed->channel.id] += "-";
        }
    }
    EXPECT_EQ(stories.size(), 4U);
    for (const auto& [id, story] : stories) {
        EXPECT_EQ(story, "+-") << id;
    }
}

TEST_F(ReporterTest, WithoutSubscribersNothingIsPutTogether)
{
    const std::uint64_t before = bench.world().bus.counts().published;
    reader = bench.world().bus.subscribe(events::Types{}.set(events::kTypeOf<events::ChannelUnhold>), 1U << 20U);
    BenchPhone& anna = bench.call("6", {.hz = 440});
    bench.run(1s);
    anna.press("1");
    bench.run(1s);
    end(anna);
    EXPECT_EQ(bench.world().bus.counts().published, before);
    reader.reset();
    BenchPhone& bob = bench.call("3", {.hz = 440});
    bench.run(1s);
    end(bob);
    EXPECT_EQ(bench.world().bus.counts().published, before);
    EXPECT_EQ(bench.leftovers(), "");
}

}  // namespace
}  // namespace rb::test
