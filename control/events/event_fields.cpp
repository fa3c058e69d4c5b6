#include "control/events/event_fields.h"

namespace rb::events {
namespace {

using Fields = std::vector<Field>;

Fields fields(const ChannelDestroyed& body)
{
    return {{"cause", std::int64_t{body.cause}}, {"cause_txt", body.cause_txt}, {"channel", &body.channel}};
}

Fields fields(const ChannelEnteredBridge& body)
{
    return {{"bridge", &body.bridge}, {"channel", &body.channel}};
}

Fields fields(const ChannelLeftBridge& body)
{
    return {{"bridge", &body.bridge}, {"channel", &body.channel}};
}

Fields fields(const ChannelDtmfReceived& body)
{
    return {{"digit", std::string_view{&body.digit, 1}},
            {"duration_ms", std::int64_t{to_ms(body.duration)}},
            {"channel", &body.channel}};
}

Fields fields(const ChannelTalkingFinished& body)
{
    return {{"duration", std::int64_t{to_ms(body.duration)}}, {"channel", &body.channel}};
}

Fields fields(const ChannelHold& body)
{
    Fields all{{"channel", &body.channel}};
    if (!body.musicclass.empty()) {
        all.push_back({"musicclass", body.musicclass});
    }
    return all;
}

Fields fields(const ChannelQualityAlert& body)
{
    return {{"kind", body.kind}, {"value", body.value}, {"bad", body.bad}, {"channel", &body.channel}};
}

Fields fields(const ChannelQualityReport& body)
{
    const QualityFigures& figures = body.figures;
    return {{"mos_mean", figures.mos_mean},
            {"mos_min", figures.mos_min},
            {"lost_percent", figures.lost_percent},
            {"discarded_percent", figures.discarded_percent},
            {"concealed_ms", static_cast<std::int64_t>(figures.concealed_ms)},
            {"jitter_ms", figures.jitter_ms},
            {"round_trip_ms", figures.round_trip_ms},
            {"remote_lost_percent", figures.remote_lost_percent},
            {"remote_mos", figures.remote_mos},
            {"channel", &body.channel}};
}

Fields fields(const BridgeActiveSpeakerChanged& body)
{
    Fields all{{"bridge", &body.bridge}};
    if (body.channel) {
        all.push_back({"channel", &*body.channel});
    }
    return all;
}

Fields fields(const EventsLost& body)
{
    return {{"count", static_cast<std::int64_t>(body.count)}};
}

/// Of kinds that carry one thing alone.
template <typename Kind>
Fields fields(const Kind& body)
{
    if constexpr (requires { body.channel; }) {
        return {{"channel", &body.channel}};
    } else if constexpr (requires { body.bridge; }) {
        return {{"bridge", &body.bridge}};
    } else {
        return {{"recording", &body.recording}};
    }
}

}  // namespace

Fields fields_of(const Event& event)
{
    return std::visit([](const auto& body) { return fields(body); }, event.body);
}

}  // namespace rb::events
