// What the plan reads and writes of a call: AGC, CALLERID, CHANNEL, CONFBRIDGE, CONFBRIDGE_INFO, DENOISE, HANGUPCAUSE,
// JITTERBUFFER, PJSIP_HEADER, TALK_DETECT, TIMEOUT, VOLUME.
#include "codecs/gain.h"
#include "control/config/text.h"
#include "control/engine/call_engine.h"
#include "control/engine/channel.h"
#include "control/engine/confbridge_functions.h"
#include "signaling/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace rb::engine {
namespace {

/// Headers that make the dialog, which nobody else may write (SIP-16).
bool belongs_to_the_dialog(const std::string& name)
{
    static constexpr std::array kNames{"Via",          "From",           "To",           "Call-ID",
                                       "CSeq",         "Contact",        "Max-Forwards", "Route",
                                       "Record-Route", "Content-Length", "Content-Type"};
    return std::any_of(kNames.begin(), kNames.end(),
                       [&](const char* taken) { return sip::equal_ignoring_case(name, taken); });
}

std::string caller_id_of(const Channel& channel, std::string_view part)
{
    if (part.starts_with("num") || part == "ani") {
        return channel.caller_number;
    }
    if (part == "name") {
        return channel.caller_name;
    }
    if (part == "dnid") {
        return channel.dialled;
    }
    if (part == "rdnis") {
        return channel.diverted.number;
    }
    return part == "all" ? "\"" + channel.caller_name + "\" <" + channel.caller_number + ">" : std::string{};
}

std::optional<std::string> property_of(const Channel& channel, std::string_view part)
{
    if (part == "audioreadformat" || part == "audiowriteformat" || part == "audionativeformat") {
        return std::string{codecs::codec_info(channel.media.codec).config_name};
    }
    const std::array<std::pair<std::string_view, std::string>, 11> parts{{
        {"name", channel.name},
        {"state", std::string{to_string(channel.state)}},
        {"language", channel.language.empty() ? channel.endpoint.language : channel.language},
        {"musicclass", channel.music_class},
        {"uniqueid", channel.unique_id},
        {"channeltype", "PJSIP"},
        {"endpoint", channel.endpoint.name},
        {"pjsip,call-id", channel.call_id},
        {"callid", channel.call_id},
        {"peerip", channel.source.to_string()},
        {"secure_signaling", ""},
    }};
    const auto found = std::find_if(parts.begin(), parts.end(), [part](const auto& one) { return one.first == part; });
    return found == parts.end() ? std::nullopt : std::optional{found->second};
}

std::string header_of(const Channel& channel, std::string_view args)
{
    const auto parts = dialplan::split_arguments(args);
    if (parts.size() < 2 || parts[0] != "read") {
        return {};
    }
    const std::size_t nth = parts.size() > 2 ? std::strtoul(parts[2].c_str(), nullptr, 10) : 1;
    return std::string{channel.received_headers.find(parts[1], nth).value_or("")};
}

bool write_header(Channel& channel, std::string_view args, std::string_view value)
{
    const auto parts = dialplan::split_arguments(args);
    if (parts.size() < 2 || belongs_to_the_dialog(parts[1])) {
        return false;
    }
    if (parts[0] != "add") {
        std::erase_if(channel.headers_to_send,
                      [&](const auto& header) { return sip::equal_ignoring_case(header.first, parts[1]); });
    }
    if (parts[0] == "add" || parts[0] == "update") {
        channel.headers_to_send.emplace_back(parts[1], value);
    }
    return true;
}

bool write_caller_id(Channel& channel, std::string_view part, std::string_view value)
{
    if (part == "all") {
        const auto open = value.find('<');
        const auto close = std::min(value.find('>', std::min(open, value.size())), value.size());
        const auto name = value.substr(0, std::min(open, value.size()));
        const auto first = name.find_first_not_of(" \"");
        const auto last = name.find_last_not_of(" \"");
        channel.caller_name =
            first == std::string_view::npos ? std::string_view{} : name.substr(first, last - first + 1);
        channel.caller_number =
            open == std::string_view::npos ? std::string_view{} : value.substr(open + 1, close - open - 1);
        return true;
    }
    if (part == "name") {
        channel.caller_name = value;
    } else if (part.starts_with("num") || part == "ani") {
        channel.caller_number = value;
    } else if (part == "dnid") {
        channel.dialled = value;
    } else if (part == "rdnis") {
        channel.diverted.number = value;
    } else {
        return false;
    }
    return true;
}

/// TALK_DETECT(set)=[silence ms][,talking threshold], TALK_DETECT(remove)=.
bool write_talk_detect(Channel& channel, std::string_view what, std::string_view value)
{
    if (what != "remove" && what != "set") {
        return false;
    }
    channel.party_changed = true;
    if (what == "remove") {
        channel.talk_detect.reset();
        return true;
    }
    media::TalkThresholds thresholds;
    const auto parts = dialplan::split_arguments(value);
    const long silence_ms = std::strtol(parts[0].c_str(), nullptr, 10);
    const long magnitude = parts.size() > 1 ? std::strtol(parts[1].c_str(), nullptr, 10) : 0;
    thresholds.silence = silence_ms > 0 ? std::chrono::milliseconds{silence_ms} : thresholds.silence;
    thresholds.magnitude = magnitude > 0 ? static_cast<std::uint32_t>(magnitude) : thresholds.magnitude;
    channel.talk_detect = thresholds;
    return true;
}

/// VOLUME(TX)=3 makes what the caller hears three times as loud, VOLUME(RX)=-3 what it says a third.
bool write_volume(Channel& channel, std::string_view args, std::string_view value)
{
    const std::string direction = dialplan::split_arguments(args)[0];
    const double factor = std::strtod(std::string{value}.c_str(), nullptr);
    const double gain_db = std::abs(factor) <= 1 ? 0 : std::copysign(20 * std::log10(std::abs(factor)), factor);
    int& gain = strcasecmp(direction.c_str(), "TX") == 0 ? channel.gain_out_db : channel.gain_in_db;
    if (strcasecmp(direction.c_str(), "TX") != 0 && strcasecmp(direction.c_str(), "RX") != 0) {
        return false;
    }
    channel.party_changed = true;
    gain = std::clamp(static_cast<int>(std::lround(gain_db)), -codecs::kGainMax_db, codecs::kGainMax_db);
    return true;
}

/// AGC(rx)=8000 brings what the caller says to this loudness, AGC(tx) what it hears of others; "off" ends that.
/// DENOISE(rx)=on takes the noise out.
bool write_cleaning(Channel& channel, std::string_view function, std::string_view args, std::string_view value)
{
    const std::string direction{args};
    const bool outward = strcasecmp(direction.c_str(), "tx") == 0;
    if (!outward && strcasecmp(direction.c_str(), "rx") != 0) {
        return false;
    }
    codecs::CleanerOptions& options = outward ? channel.clean_out : channel.clean_in;
    const codecs::CleanerOptions before = options;
    if (function == "DENOISE") {
        const auto on = config::read_yes_no(value);
        if (!on) {
            return false;
        }
        options.denoise = *on;
    } else if (config::same_word(value, "off")) {
        options.agc_level = 0;
    } else {
        constexpr long kLevelMax = 32'768;
        const long level = std::strtol(std::string{value}.c_str(), nullptr, 10);
        if (level < 1 || level > kLevelMax) {
            return false;
        }
        options.agc_level = static_cast<unsigned>(level);
    }
    channel.cleaning_changed = channel.cleaning_changed || options != before;
    return true;
}

/// JITTERBUFFER(adaptive)=[max size][,resync threshold[,target extra[,sync video]]], the first three in ms; "default"
/// or nothing for the default of each. Without video there is nothing to keep in step with.
bool write_jitter_buffer(Channel& channel, std::string_view what, std::string_view value)
{
    media::JitterOptions options;
    if (what == "adaptive" || what == "fixed") {
        options.mode = what == "fixed" ? media::JitterMode::Fixed : media::JitterMode::Adaptive;
    } else if (what == "disabled") {
        options.mode = media::JitterMode::Disabled;
    } else {
        return false;
    }
    const auto parts = dialplan::split_arguments(value);
    const auto ms = [&parts](std::size_t index) {
        return std::chrono::milliseconds{index < parts.size() ? std::strtol(parts[index].c_str(), nullptr, 10) : 0};
    };
    if (ms(0) > 0ms) {
        options.max_size =
            std::clamp<Nanos>(ms(0), media::JitterOptions::kMaxSizeMin, media::JitterOptions::kMaxSizeMax);
    }
    if (ms(1) != 0ms) {
        constexpr Nanos never = std::chrono::hours{24 * 365};
        options.resync_threshold = ms(1) < 0ms ? never : ms(1);
    }
    options.target_extra = std::clamp<Nanos>(ms(2), 0ms, media::JitterOptions::kMaxSizeMax);
    channel.jitter_changed = channel.jitter != options;
    channel.jitter = options;
    return true;
}

}  // namespace

std::string_view to_string(ChannelState state)
{
    switch (state) {
        case ChannelState::Down:
            return "Down";
        case ChannelState::Ring:
            return "Ring";
        case ChannelState::Ringing:
            return "Ringing";
        case ChannelState::Up:
            break;
    }
    return "Up";
}

std::optional<std::string> Channel::builtin(std::string_view variable_name) const
{
    if (variable_name == "UNIQUEID") {
        return unique_id;
    }
    if (variable_name == "CHANNEL") {
        return name;
    }
    if (variable_name == "HANGUPCAUSE") {
        return std::to_string(cause);
    }
    return std::nullopt;
}

std::optional<std::string> Channel::read_function(std::string_view function, std::string_view args)
{
    if (function == "CALLERID") {
        return caller_id_of(*this, args);
    }
    if (function == "CHANNEL") {
        const auto property = property_of(*this, args);
        if (!property) {
            reports.emplace_back(config::Severity::Warning, "CHANNEL(" + std::string{args} + ") is not known here");
        }
        return property.value_or("");
    }
    if (function == "CONFBRIDGE_INFO") {
        return confbridge_info(*this, args);
    }
    if (function == "HANGUPCAUSE") {
        return std::to_string(cause);
    }
    if (function == "PJSIP_HEADER") {
        return header_of(*this, args);
    }
    if (function == "TIMEOUT") {
        return read_timeout(timeouts, args, engine->now()).value_or("");
    }
    return std::nullopt;
}

bool Channel::write_function(std::string_view function, std::string_view args, std::string_view value)
{
    if (function == "CALLERID") {
        return write_caller_id(*this, args, value);
    }
    if (function == "AGC" || function == "DENOISE") {
        return write_cleaning(*this, function, args, value);
    }
    if (function == "CONFBRIDGE") {
        return write_confbridge(*this, args, value);
    }
    if (function == "JITTERBUFFER") {
        return write_jitter_buffer(*this, args, value);
    }
    if (function == "CHANNEL" && args == "language") {
        language = value;
        return true;
    }
    if (function == "CHANNEL" && args == "musicclass") {
        music_class = value;
        return true;
    }
    if (function == "TALK_DETECT") {
        return write_talk_detect(*this, args, value);
    }
    if (function == "TIMEOUT") {
        return write_timeout(timeouts, args, value, engine->now());
    }
    if (function == "VOLUME") {
        return write_volume(*this, args, value);
    }
    return function == "PJSIP_HEADER" && write_header(*this, args, value);
}

std::chrono::seconds Channel::wall_time() const
{
    return std::chrono::duration_cast<std::chrono::seconds>(engine->wall_now());
}

void Channel::report(config::Severity severity, const config::Place& place, std::string message)
{
    reports.emplace_back(severity, config::to_string(place) + ": " + message);
}

void Channel::on_step(const dialplan::Scope& at, std::string_view step, std::string_view arguments)
{
    if (engine->debugs_plans()) {
        std::string line{"Executing ["};
        line.append(at.exten).append("@").append(at.context).append(":").append(std::to_string(at.priority));
        line.append("] ").append(step).append("(").append(arguments).append(")");
        reports.emplace_back(config::Severity::Info, std::move(line));
    }
}

}  // namespace rb::engine
