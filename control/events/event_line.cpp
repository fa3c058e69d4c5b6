#include "control/events/event_line.h"

#include "control/events/event_fields.h"
#include "control/json/json_text.h"

#include <fmt/format.h>

#include <array>
#include <ctime>

namespace rb::events {
namespace {

std::string format_time(Nanos since_1970, const char* format, bool local)
{
    const auto seconds = static_cast<std::time_t>(since_1970 / 1s);
    std::tm parts{};
    local ? localtime_r(&seconds, &parts) : gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), format, &parts);
    return fmt::format("{}.{:03}", std::string_view{text.data(), size}, since_1970 / 1ms % 1000);
}

// JSON.

std::string json_of(const CallerId& id)
{
    return json::Object{}.add_text("name", id.name).add_text("number", id.number).str();
}

std::string json_of(const PlanPlace& place)
{
    json::Object object;
    object.add_text("context", place.context).add_text("exten", place.exten);
    object.add_number("priority", place.priority);
    return object.add_text("app_name", place.app_name).add_text("app_data", place.app_data).str();
}

std::string json_of(const ChannelSnapshot* channel)
{
    json::Object object;
    object.add_text("id", channel->id).add_text("protocol_id", channel->protocol_id).add_text("name", channel->name);
    object.add_text("state", channel->state);
    object.add("caller", json_of(channel->caller)).add("connected", json_of(channel->connected));
    object.add_text("accountcode", channel->accountcode).add("dialplan", json_of(channel->dialplan));
    object.add_text("creationtime", timestamp(channel->created_at)).add_text("language", channel->language);
    if (!channel->caller_rdnis.empty()) {
        object.add_text("caller_rdnis", channel->caller_rdnis);
    }
    return object.str();
}

std::string json_of(const BridgeSnapshot* bridge)
{
    std::vector<std::string> channels;
    for (const std::string& id : bridge->channels) {
        channels.push_back(json::quote(id));
    }
    json::Object object;
    object.add_text("id", bridge->id).add_text("technology", bridge->technology).add_text("bridge_type", "mixing");
    object.add_text("bridge_class", "base").add_text("creator", "ConfBridge").add_text("name", bridge->name);
    return object.add("channels", json::array(channels))
        .add_text("creationtime", timestamp(bridge->created_at))
        .add_text("video_mode", "none")
        .str();
}

std::string json_of(const RecordingSnapshot* recording)
{
    json::Object object;
    object.add_text("name", recording->name).add_text("format", recording->format);
    object.add_text("target_uri", recording->target_uri).add_text("state", recording->state);
    if (recording->duration) {
        object.add_number("duration", static_cast<std::uint64_t>(*recording->duration / 1s));
    }
    if (!recording->cause.empty()) {
        object.add_text("cause", recording->cause);
    }
    return object.str();
}

std::string json_of(std::string_view text)
{
    return json::quote(text);
}

std::string json_of(std::int64_t number)
{
    return std::to_string(number);
}

std::string json_of(double number)
{
    return fmt::format("{:.2f}", number);
}

std::string json_of(bool yes)
{
    return yes ? "true" : "false";
}

// Text.

/// As it is, or in quotes where it would not be seen where it ends.
std::string text_of(std::string_view text)
{
    const bool quoted = text.empty() || text.find_first_of(" \"=") != std::string_view::npos;
    const std::string safe = json::printable(text);
    return quoted ? json::quote(safe) : safe;
}

std::string text_of(const ChannelSnapshot* channel)
{
    std::string text = text_of(channel->name) + " id=" + text_of(channel->id) + " state=" + text_of(channel->state);
    if (!channel->caller.number.empty()) {
        text += " number=" + text_of(channel->caller.number);
    }
    return text + (channel->dialplan.exten.empty() ? "" : " exten=" + text_of(channel->dialplan.exten));
}

std::string text_of(const BridgeSnapshot* bridge)
{
    return text_of(bridge->name) + " members=" + std::to_string(bridge->channels.size());
}

std::string text_of(const RecordingSnapshot* recording)
{
    const std::string text = text_of(recording->name) + " format=" + text_of(recording->format) +
                             " target=" + text_of(recording->target_uri);
    return text + (recording->duration ? fmt::format(" duration={}", *recording->duration / 1s) : "") +
           (recording->cause.empty() ? "" : " cause=" + text_of(recording->cause));
}

template <typename Other>
std::string text_of(Other value)
{
    return json_of(value);
}

}  // namespace

std::string timestamp(Nanos since_1970)
{
    return format_time(since_1970, "%Y-%m-%dT%H:%M:%S", false) + "+0000";
}

std::string to_json(const Event& event, std::string_view asterisk_id)
{
    json::Object object;
    object.add_text("type", type_name(event)).add_text("timestamp", timestamp(event.at));
    if (!asterisk_id.empty()) {
        object.add_text("asterisk_id", asterisk_id);
    }
    for (const Field& field : fields_of(event)) {
        object.add(field.name, std::visit([](auto value) { return json_of(value); }, field.value));
    }
    return object.str();
}

std::string to_text(const Event& event)
{
    std::string text = format_time(event.at, "%Y-%m-%d %H:%M:%S", true) + ' ' + std::string{type_name(event)};
    for (const Field& field : fields_of(event)) {
        text += fmt::format(" {}={}", field.name, std::visit([](auto value) { return text_of(value); }, field.value));
    }
    return text;
}

}  // namespace rb::events
