// load_media.cpp — rtp.conf, codecs.conf, confbridge.conf, musiconhold.conf and indications.conf.
#include "control/config/loading.h"
#include "control/config/text.h"
#include "control/config/tones.h"

#include <algorithm>
#include <array>

namespace rb::config {
namespace {

constexpr std::array<std::string_view, 19> kMenuActions{"toggle_mute",
                                                        "increase_listening_volume",
                                                        "decrease_listening_volume",
                                                        "reset_listening_volume",
                                                        "increase_talking_volume",
                                                        "decrease_talking_volume",
                                                        "reset_talking_volume",
                                                        "no_op",
                                                        "leave_conference",
                                                        "playback",
                                                        "playback_and_continue",
                                                        "dialplan_exec",
                                                        "admin_kick_last",
                                                        "admin_toggle_conference_lock",
                                                        "admin_toggle_mute_participants",
                                                        "participant_count",
                                                        "set_as_single_video_src",
                                                        "release_as_single_video_src",
                                                        "toggle_binaural"};

/// Those of kMenuActions that do nothing here.
constexpr std::array<std::string_view, 4> kIdleActions{"dialplan_exec", "set_as_single_video_src",
                                                       "release_as_single_video_src", "toggle_binaural"};

/// The parts of a list at commas that stand in no parentheses.
Names split_actions(std::string_view text)
{
    Names actions;
    unsigned depth = 0;
    std::string action;
    for (const char letter : text) {
        if (letter == ',' && depth == 0) {
            actions.emplace_back(trim(action));
            action.clear();
            continue;
        }
        if (letter == '(') {
            ++depth;
        } else if (letter == ')' && depth > 0) {
            --depth;
        }
        action.push_back(letter);
    }
    actions.emplace_back(trim(action));
    return actions;
}

void read_menu(Loading& loading, const ObjectType& type, const IniSection& section)
{
    Menu menu = read_object<Menu>(loading, type, section);
    for (const IniEntry& entry : section.entries) {
        if (same_word(entry.key, "type")) {
            continue;
        }
        if (entry.key.find_first_not_of("0123456789*#ABCD") != std::string::npos) {
            loading.error(entry.origin.place, "'" + entry.key + "' is not accepted: expected keys 0-9, A-D, * and #");
        }
        MenuKey key{.digits = entry.key, .actions = split_actions(entry.value)};
        for (const auto& action : key.actions) {
            const auto name = trim(std::string_view{action}.substr(0, action.find('(')));
            if (std::find(kMenuActions.begin(), kMenuActions.end(), name) == kMenuActions.end()) {
                loading.error(entry.origin.place, "'" + std::string{name} + "' is not accepted: expected " +
                                                      join({kMenuActions.begin(), kMenuActions.end()}));
            } else if (std::find(kIdleActions.begin(), kIdleActions.end(), name) != kIdleActions.end()) {
                loading.warning(entry.origin.place,
                                "action '" + std::string{name} + "' of menu is accepted and has no effect");
            }
        }
        menu.keys.push_back(std::move(key));
    }
    add_object(loading, loading.snapshot.menus, section, std::move(menu));
}

void read_country(Loading& loading, const IniSection& section)
{
    const ObjectType* type = find_type("indications.conf", "(country)");
    auto zone = read_object<ToneZone>(loading, *type, section);
    zone.country = section.name;
    for (const IniEntry& entry : section.entries) {
        if (type->find(entry.key) != nullptr || same_word(entry.key, "type")) {
            continue;
        }
        if (const auto checked = check_tones(entry.value); !checked) {
            loading.error(entry.origin.place, entry.key + ": " + checked.error().message);
        }
        zone.tones[entry.key] = entry.value;
    }
    loading.snapshot.indications.zones[section.name] = std::move(zone);
}

}  // namespace

void load_rtp(Loading& loading)
{
    for_each_named(loading, "rtp.conf", [&](const ObjectType& type, const IniSection& section) {
        Rtp& rtp = loading.snapshot.rtp;
        read_into(loading, type, section, rtp);
        rtp.rtpstart = static_cast<std::uint16_t>(rtp.rtpstart + rtp.rtpstart % 2);
        if (rtp.rtpend <= rtp.rtpstart) {
            loading.error(place_of(section, "rtpend"), "rtpend must be above rtpstart, so that there is a port pair");
        }
    });
}

/// Sections of other codecs are left alone: a file of Asterisk's names those it has beyond the usual ones.
void load_codecs(Loading& loading)
{
    const IniFile file = read_ini(loading.source, "codecs.conf", loading.problems);
    std::set<std::string> seen;
    for (const IniSection& section : file.sections) {
        if (section.is_template) {
            continue;
        }
        if (find_type("codecs.conf", section.name) == nullptr) {
            loading.warning(section.place, "section [" + section.name + "] is accepted and has no effect");
        } else if (const ObjectType* type = type_by_name(loading, "codecs.conf", section, seen)) {
            read_into(loading, *type, section, loading.snapshot.opus);
        }
    }
}

void load_confbridge(Loading& loading)
{
    const IniFile file = read_ini(loading.source, "confbridge.conf", loading.problems);
    Snapshot& snapshot = loading.snapshot;
    for (const IniSection& section : file.sections) {
        if (section.is_template || section.name == "general") {
            continue;
        }
        const ObjectType* type = type_of(loading, "confbridge.conf", section);
        if (type == nullptr) {
            continue;
        }
        if (type->name == "user") {
            add_object(loading, snapshot.user_profiles, section, read_object<UserProfile>(loading, *type, section));
        } else if (type->name == "bridge") {
            auto profile = read_object<BridgeProfile>(loading, *type, section);
            if (profile.record_options.find_first_not_of("a") != std::string::npos) {
                loading.warning(place_of(section, "record_options"),
                                "record_options: of '" + profile.record_options + "' only a has an effect in a room");
            }
            add_object(loading, snapshot.bridge_profiles, section, std::move(profile));
        } else {
            read_menu(loading, *type, section);
        }
    }
    snapshot.user_profiles.try_emplace("default_user", UserProfile{.name = "default_user"});
    snapshot.bridge_profiles.try_emplace("default_bridge", BridgeProfile{.name = "default_bridge"});
}

void load_music(Loading& loading)
{
    const IniFile file = read_ini(loading.source, "musiconhold.conf", loading.problems);
    const ObjectType* type = find_type("musiconhold.conf", "(class)");
    for (const IniSection& section : file.sections) {
        if (section.is_template || section.name == "general") {
            continue;
        }
        auto music = read_object<MusicClass>(loading, *type, section);
        if (music.directory.empty()) {
            loading.error(section.place, "music class [" + section.name + "] needs directory");
        }
        if (music.digit.find_first_not_of("0123456789*#ABCD") != std::string::npos || music.digit.size() > 1) {
            loading.error(place_of(section, "digit"), "digit: '" + music.digit + "' is not accepted: expected one key");
        }
        add_object(loading, loading.snapshot.music_classes, section, std::move(music));
    }
}

void load_indications(Loading& loading)
{
    const IniFile file = read_ini(loading.source, "indications.conf", loading.problems);
    Indications& indications = loading.snapshot.indications;
    indications.zones = built_in_tone_zones();
    Place country_place{.file = "indications.conf"};
    std::set<std::string> seen;
    for (const IniSection& section : file.sections) {
        if (section.is_template) {
            continue;
        }
        if (!seen.insert(section.name).second) {
            loading.error(section.place, "section [" + section.name + "] is there twice; (+) adds to the first");
        } else if (section.name == "general") {
            read_into(loading, *find_type("indications.conf", "general"), section, indications);
            country_place = place_of(section, "country");
        } else {
            read_country(loading, section);
        }
    }
    if (!indications.zones.contains(indications.country)) {
        loading.error(country_place, "country: there is no section [" + indications.country + "]");
    }
}

}  // namespace rb::config
