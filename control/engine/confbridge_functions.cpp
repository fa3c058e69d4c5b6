#include "control/engine/confbridge_functions.h"

#include "control/config/confbridge_profile.h"
#include "control/dialplan/variables.h"
#include "control/engine/rooms.h"

#include <algorithm>

namespace rb::engine {
namespace {

constexpr const char* kTemplate = "template";

template <typename Profile>
void apply(const Channel& channel, std::string_view type, Profile& profile)
{
    for (const auto& set : channel.confbridge_options) {
        if (set.type == type && set.option != kTemplate) {
            static_cast<void>(config::set_profile_option(profile, set.option, set.value));  // was tried before
        }
    }
}

/// Whether a profile of the type takes the option.
bool takes(const std::string& type, const std::string& option, std::string_view value)
{
    config::UserProfile user;
    config::BridgeProfile bridge;
    config::Menu menu;
    return type == "user"     ? config::set_profile_option(user, option, value).has_value()
           : type == "bridge" ? config::set_profile_option(bridge, option, value).has_value()
           : type == "menu"   ? config::set_profile_option(menu, option, value).has_value()
                              : false;
}

}  // namespace

bool write_confbridge(Channel& channel, std::string_view args, std::string_view value)
{
    const auto parts = dialplan::split_arguments(args);
    const std::string& type = parts[0];
    if (parts.size() == 1 && type == "clear") {
        channel.confbridge_options.clear();
        return true;
    }
    if (parts.size() != 2 || (type != "user" && type != "bridge" && type != "menu")) {
        return false;
    }
    if (parts[1] == "clear") {
        std::erase_if(channel.confbridge_options, [&](const auto& set) { return set.type == type; });
        return true;
    }
    if (parts[1] != kTemplate && !takes(type, parts[1], value)) {
        return false;
    }
    channel.confbridge_options.push_back({.type = type, .option = parts[1], .value = std::string{value}});
    return true;
}

std::string confbridge_info(const Channel& channel, std::string_view args)
{
    const auto parts = dialplan::split_arguments(args);
    const Room* room = channel.rooms == nullptr || parts.size() != 2 ? nullptr : channel.rooms->find(parts[1]);
    if (room == nullptr) {
        return "0";
    }
    const auto count = [room](auto&& is) { return std::to_string(std::ranges::count_if(room->members, is)); };
    if (parts[0] == "parties") {
        return std::to_string(room->members.size());
    }
    if (parts[0] == "admins") {
        return count([](const Member& member) { return member.profile.admin; });
    }
    if (parts[0] == "marked") {
        return count([](const Member& member) { return member.profile.marked; });
    }
    if (parts[0] == "muted") {
        return room->participants_muted ? "1" : "0";
    }
    return parts[0] == "locked" && room->locked ? "1" : "0";
}

std::string confbridge_template(const Channel& channel, std::string_view type)
{
    std::string name;
    for (const auto& set : channel.confbridge_options) {
        if (set.type == type && set.option == kTemplate) {
            name = set.value;
        }
    }
    return name;
}

void apply_confbridge(const Channel& channel, config::UserProfile& profile)
{
    apply(channel, "user", profile);
}

void apply_confbridge(const Channel& channel, config::BridgeProfile& profile)
{
    apply(channel, "bridge", profile);
}

void apply_confbridge(const Channel& channel, config::Menu& menu)
{
    apply(channel, "menu", menu);
}

}  // namespace rb::engine
