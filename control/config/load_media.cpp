// load_media.cpp — rtp.conf, codecs.conf, confbridge.conf, musiconhold.conf and indications.conf.
#include "control/config/confbridge_profile.h"
#include "control/config/loading.h"
#include "control/config/text.h"
#include "control/config/tones.h"

namespace rb::config {
namespace {

void read_menu(Loading& loading, const ObjectType& type, const IniSection& section)
{
    Menu menu = read_object<Menu>(loading, type, section);
    for (const IniEntry& entry : section.entries) {
        if (same_word(entry.key, "type")) {
            continue;
        }
        std::vector<std::string> warnings;
        auto key = read_menu_key(entry.key, entry.value, warnings);
        for (const std::string& warning : warnings) {
            loading.warning(entry.origin.place, warning);
        }
        if (!key) {
            loading.error(entry.origin.place, key.error().message);
            continue;
        }
        menu.keys.push_back(std::move(*key));
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
        const bool playlist = music.mode == MusicMode::Playlist;
        if (playlist ? music.entries.empty() : music.directory.empty()) {
            loading.error(section.place,
                          "music class [" + section.name + "] needs " + (playlist ? "an entry" : "directory"));
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
