#include "control/engine/channel.h"

#include <algorithm>
#include <strings.h>

namespace rb::engine {
namespace {

bool same_name(const std::string& a, const std::string& b)
{
    return strcasecmp(a.c_str(), b.c_str()) == 0;
}

/// Headers that make the dialog, which nobody else may write (SIP-16).
bool belongs_to_the_dialog(const std::string& name)
{
    static constexpr std::array kNames{"Via",          "From",           "To",           "Call-ID",
                                       "CSeq",         "Contact",        "Max-Forwards", "Route",
                                       "Record-Route", "Content-Length", "Content-Type"};
    return std::any_of(kNames.begin(), kNames.end(), [&](const char* taken) { return same_name(name, taken); });
}

}  // namespace

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
        if (args.starts_with("num") || args == "ani") {
            return caller_number;
        }
        if (args == "name") {
            return caller_name;
        }
        return args == "all" ? "\"" + caller_name + "\" <" + caller_number + ">" : std::string{};
    }
    if (function == "CHANNEL") {
        if (args == "name") {
            return name;
        }
        if (args == "state") {
            return state == ChannelState::Up ? "Up" : "Ring";
        }
        if (args == "audioreadformat" || args == "audiowriteformat") {
            return std::string{codecs::codec_info(media.codec).config_name};
        }
        return args == "language" ? endpoint.language : args == "uniqueid" ? unique_id : std::string{};
    }
    if (function == "HANGUPCAUSE") {
        return std::to_string(cause);
    }
    if (function == "PJSIP_HEADER") {
        const auto parts = dialplan::split_arguments(args);
        if (parts.size() < 2 || parts[0] != "read") {
            return std::string{};
        }
        std::size_t wanted = parts.size() > 2 ? std::strtoul(parts[2].c_str(), nullptr, 10) : 1;
        for (const auto& [header, value] : received_headers) {
            if (same_name(header, parts[1]) && --wanted == 0) {
                return value;
            }
        }
        return std::string{};
    }
    return std::nullopt;
}

bool Channel::write_function(std::string_view function, std::string_view args, std::string_view value)
{
    if (function == "CALLERID" && (args.starts_with("num") || args == "name")) {
        (args == "name" ? caller_name : caller_number) = value;
        return true;
    }
    if (function != "PJSIP_HEADER") {
        return false;
    }
    const auto parts = dialplan::split_arguments(args);
    if (parts.size() < 2 || belongs_to_the_dialog(parts[1])) {
        return false;
    }
    if (parts[0] != "add") {
        std::erase_if(headers_to_send, [&](const auto& header) { return same_name(header.first, parts[1]); });
    }
    if (parts[0] == "add" || parts[0] == "update") {
        headers_to_send.emplace_back(parts[1], value);
    }
    return true;
}

void Channel::report(config::Severity severity, const config::Place& place, std::string message)
{
    reports.emplace_back(severity, config::to_string(place) + ": " + message);
}

}  // namespace rb::engine
