// Goal: an event as JSON is what ARI has by that name, an event as text tells a reader, and no peer can break either.
// Method: one event with everything by hand; every type once; then any bytes as a caller's name, read back by a parser
// of JSON that is not ours.
#include "control/events/event_line.h"

#include "control/events/event_fields.h"

#include <boost/json/src.hpp>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>
#include <ctime>

namespace rb::events {
namespace {

constexpr Nanos kNoon = 1'777'636'800'123ms;  // 2026-05-01 12:00:00.123 UTC

ChannelSnapshot anna()
{
    return {.id = "1777636800.1",
            .protocol_id = "abc@host",
            .name = "PJSIP/anna-00000001",
            .state = "Up",
            .caller = {.name = "Anna \"A\"", .number = "100"},
            .connected = {},
            .caller_rdnis = "",
            .accountcode = "acc",
            .dialplan = {.context = "demo", .exten = "600", .priority = 2, .app_name = "Echo", .app_data = "x,y"},
            .created_at = kNoon,
            .language = "en"};
}

BridgeSnapshot room()
{
    return {.id = "room-1777636800.7",
            .name = "60001",
            .technology = "softmix",
            .channels = {"1777636800.1", "1777636800.2"},
            .created_at = kNoon};
}

template <typename Kind>
Event of(Kind body)
{
    return {.at = kNoon, .body = std::move(body)};
}

TEST(EventJson, IsAsAriHasIt)
{
    EXPECT_EQ(to_json(of(ChannelEnteredBridge{room(), anna()}), "node1"),
              R"({"type":"ChannelEnteredBridge","timestamp":"2026-05-01T12:00:00.123+0000","asterisk_id":"node1",)"
              R"("bridge":{"id":"room-1777636800.7","technology":"softmix","bridge_type":"mixing",)"
              R"("bridge_class":"base","creator":"ConfBridge","name":"60001",)"
              R"("channels":["1777636800.1","1777636800.2"],"creationtime":"2026-05-01T12:00:00.123+0000",)"
              R"("video_mode":"none"},)"
              R"("channel":{"id":"1777636800.1","protocol_id":"abc@host","name":"PJSIP/anna-00000001","state":"Up",)"
              R"("caller":{"name":"Anna \"A\"","number":"100"},"connected":{"name":"","number":""},)"
              R"("accountcode":"acc","dialplan":{"context":"demo","exten":"600","priority":2,"app_name":"Echo",)"
              R"("app_data":"x,y"},"creationtime":"2026-05-01T12:00:00.123+0000","language":"en"}})");
}

/// The members of an event besides those of every event and what it is about.
std::string own_members(const Body& body)
{
    const auto parsed = boost::json::parse(to_json({.at = kNoon, .body = body}, "")).as_object();
    std::string text;
    for (const auto& [key, value] : parsed) {
        if (key != "type" && key != "timestamp") {
            text += std::string{text.empty() ? "" : " "} + std::string{key};
            text += value.is_object() ? "" : "=" + boost::json::serialize(value);
        }
    }
    return std::string{parsed.at("type").as_string()} + ": " + text;
}

TEST(EventJson, EachTypeHasItsMembers)
{
    ChannelSnapshot diverted = anna();
    diverted.caller_rdnis = "555";
    const RecordingSnapshot done{
        .name = "talk", .format = "wav", .target_uri = "bridge:7", .state = "done", .duration = 2900ms};
    const std::vector<std::pair<Body, std::string>> cases{
        {ChannelCreated{anna()}, "ChannelCreated: channel"},
        {ChannelStateChange{anna()}, "ChannelStateChange: channel"},
        {ChannelDestroyed{anna(), 17, "User busy"}, "ChannelDestroyed: cause=17 cause_txt=\"User busy\" channel"},
        {ChannelEnteredBridge{room(), anna()}, "ChannelEnteredBridge: bridge channel"},
        {ChannelLeftBridge{room(), anna()}, "ChannelLeftBridge: bridge channel"},
        {ChannelDtmfReceived{anna(), '#', 120ms}, "ChannelDtmfReceived: digit=\"#\" duration_ms=120 channel"},
        {ChannelTalkingStarted{anna()}, "ChannelTalkingStarted: channel"},
        {ChannelTalkingFinished{anna(), 1500ms}, "ChannelTalkingFinished: duration=1500 channel"},
        {ChannelHold{anna(), "jazz"}, "ChannelHold: channel musicclass=\"jazz\""},
        {ChannelHold{anna(), ""}, "ChannelHold: channel"},
        {ChannelUnhold{anna()}, "ChannelUnhold: channel"},
        {ChannelQualityAlert{anna(), "loss_percent", 7.256, true},
         "ChannelQualityAlert: kind=\"loss_percent\" value=7.26E0 bad=true channel"},
        {BridgeCreated{room()}, "BridgeCreated: bridge"},
        {BridgeDestroyed{room()}, "BridgeDestroyed: bridge"},
        {BridgeActiveSpeakerChanged{room(), anna()}, "BridgeActiveSpeakerChanged: bridge channel"},
        {BridgeActiveSpeakerChanged{room(), {}}, "BridgeActiveSpeakerChanged: bridge"},
        {RecordingStarted{done}, "RecordingStarted: recording"},
        {RecordingFinished{done}, "RecordingFinished: recording"},
        {RecordingFailed{done}, "RecordingFailed: recording"},
        {EventsLost{12}, "EventsLost: count=12"},
    };
    Types seen;
    for (const auto& [body, members] : cases) {
        EXPECT_EQ(own_members(body), members);
        seen.set(body.index());
    }
    const auto report = boost::json::parse(to_json(of(ChannelQualityReport{anna(), {.mos_mean = 4.409}}), ""));
    EXPECT_EQ(report.at("mos_mean").to_number<double>(), 4.41);
    EXPECT_EQ(report.as_object().size(), 12U);
    seen.set(kTypeOf<ChannelQualityReport>);
    EXPECT_TRUE(seen.all()) << "a type without a case";
    EXPECT_EQ(boost::json::serialize(boost::json::parse(to_json(of(RecordingFinished{done}), "")).at("recording")),
              R"({"name":"talk","format":"wav","target_uri":"bridge:7","state":"done","duration":2})");
    EXPECT_EQ(boost::json::parse(to_json(of(ChannelCreated{diverted}), "")).at("channel").at("caller_rdnis"), "555");
}

TEST(EventText, TellsAReader)
{
    setenv("TZ", "UTC", 1);  // NOLINT(concurrency-mt-unsafe): there is one thread
    tzset();
    EXPECT_EQ(to_text(of(ChannelDtmfReceived{anna(), '5', 100ms})),
              "2026-05-01 12:00:00.123 ChannelDtmfReceived digit=5 duration_ms=100 channel=PJSIP/anna-00000001 "
              "id=1777636800.1 state=Up number=100 exten=600");
    EXPECT_EQ(to_text(of(ChannelDestroyed{anna(), 16, "Normal call clearing"})).substr(24, 51),
              "ChannelDestroyed cause=16 cause_txt=\"Normal call cl");
    EXPECT_EQ(to_text(of(BridgeCreated{room()})), "2026-05-01 12:00:00.123 BridgeCreated bridge=60001 members=2");
    EXPECT_EQ(
        to_text(of(RecordingFailed{
            {.name = "a b", .format = "wav", .target_uri = "channel:1", .state = "failed", .cause = "disk full"}})),
        "2026-05-01 12:00:00.123 RecordingFailed recording=\"a b\" format=wav target=channel:1 "
        "cause=\"disk full\"");
}

RC_GTEST_PROP(EventLineProperties, AnyNameGoesThroughAParserOfJson, (const std::string& bytes))
{
    ChannelSnapshot channel = anna();
    channel.caller.name = channel.caller.number = bytes;
    const Event event = of(ChannelCreated{channel});
    const std::string line = to_json(event, bytes);
    for (const char c : line + to_text(event)) {
        RC_ASSERT(static_cast<std::uint8_t>(c) >= 0x20 && static_cast<std::uint8_t>(c) != 0x7f);
    }
    const auto parsed = boost::json::parse(line);
    const std::string name{parsed.at("channel").at("caller").at("name").as_string()};
    RC_ASSERT(name == bytes || name.find("\xef\xbf\xbd") != std::string::npos);
}

RC_GTEST_PROP(EventLineProperties, TextComesBackAsItWas, ())
{
    // Code points of every length, the controls and the quotes among them.
    std::string text;
    for (const auto point : *rc::gen::container<std::vector<std::uint32_t>>(
             rc::gen::oneOf(rc::gen::inRange<std::uint32_t>(1, 0xa1), rc::gen::inRange<std::uint32_t>(0xa1, 0xd800),
                            rc::gen::inRange<std::uint32_t>(0xe000, 0x110000)))) {
        const auto byte = [&](std::uint32_t value) { text += static_cast<char>(value); };
        if (point < 0x80) {
            byte(point);
        } else if (point < 0x800) {
            byte(0xc0U | point >> 6U), byte(0x80U | (point & 0x3fU));
        } else if (point < 0x10000) {
            byte(0xe0U | point >> 12U), byte(0x80U | (point >> 6U & 0x3fU)), byte(0x80U | (point & 0x3fU));
        } else {
            byte(0xf0U | point >> 18U), byte(0x80U | (point >> 12U & 0x3fU));
            byte(0x80U | (point >> 6U & 0x3fU)), byte(0x80U | (point & 0x3fU));
        }
    }
    ChannelSnapshot channel = anna();
    channel.dialplan.app_data = text;
    const auto parsed = boost::json::parse(to_json(of(ChannelCreated{channel}), ""));
    RC_ASSERT(parsed.at("channel").at("dialplan").at("app_data").as_string() == text);
}

}  // namespace
}  // namespace rb::events
