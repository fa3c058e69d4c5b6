#include "control/config/load.h"

#include "control/config/loading.h"
#include "control/config/text.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace rb::config {
namespace {

/// Files of Asterisk that are known and not read.
constexpr std::array<std::string_view, 21> kUnread{
    "ari.conf",       "sorcery.conf",   "extconfig.conf",         "res_odbc.conf", "prometheus.conf",  "hep.conf",
    "stasis.conf",    "cdr.conf",       "voicemail.conf",         "queues.conf",   "features.conf",    "udptl.conf",
    "manager.conf",   "cel.conf",       "pjsip_notify.conf",      "sip.conf",      "res_parking.conf", "extensions.ael",
    "extensions.lua", "pjproject.conf", "res_config_sqlite3.conf"};

void load_extensions(Loading& loading)
{
    loading.snapshot.extensions = read_ini(loading.source, "extensions.conf", loading.problems);
    loading.snapshot.has_extensions = loading.source.read("extensions.conf").has_value();
}

void name_unread_files(Loading& loading)
{
    for (const auto name : kUnread) {
        if (loading.source.read(std::string{name})) {
            loading.warning({.file = std::string{name}}, "the file is not read and has no effect");
        }
    }
}

/// A line of a template is read once for each section that inherits it; its problem is one problem. Of warnings that
/// an option has no effect, the first place is enough.
Problems without_repetitions(Problems problems)
{
    Problems kept;
    std::map<std::tuple<std::string, unsigned, std::string>, bool> seen;
    for (Problem& problem : problems) {
        const bool is_general = problem.message.ends_with("has no effect");
        const unsigned line = is_general ? 0 : problem.place.line;
        if (seen.try_emplace({problem.place.file, line, problem.message}, true).second) {
            kept.push_back(std::move(problem));
        }
    }
    return kept;
}

}  // namespace

const ObjectType* type_of(Loading& loading, std::string_view file, const IniSection& section)
{
    const auto names = type_names(file);
    const IniEntry* type = section.find("type");
    if (type == nullptr) {
        loading.error(section.place, "[" + section.name + "] has no line 'type = ...': expected " + join(names));
        return nullptr;
    }
    const ObjectType* row = find_type(file, type->value);
    if (row == nullptr || row->selector != Selector::ByType) {
        const auto near = nearest(type->value, names);
        loading.error(type->origin.place, "unknown type '" + type->value + "'" +
                                              (near ? ", did you mean '" + std::string{*near} + "'" : std::string{}) +
                                              ": expected " + join(names));
        return nullptr;
    }
    if (row->defaults == nullptr) {
        loading.warning(section.place, "type '" + std::string{row->name} + "' is accepted and has no effect");
        return nullptr;
    }
    return row;
}

std::vector<std::string_view> section_names(std::string_view file)
{
    std::vector<std::string_view> names;
    for (const ObjectType& type : schema()) {
        if (type.file == file && type.selector == Selector::ByName) {
            names.push_back(type.name);
        }
    }
    return names;
}

const ObjectType* type_by_name(Loading& loading, std::string_view file, const IniSection& section,
                               std::set<std::string>& seen)
{
    const ObjectType* type = find_type(file, section.name);
    if (type == nullptr || type->selector != Selector::ByName) {
        const bool has_types = !type_names(file).empty();
        loading.error(section.place, "unknown section [" + section.name + "]: expected " + join(section_names(file)) +
                                         (has_types ? ", or a line 'type = ...'" : ""));
        return nullptr;
    }
    if (!seen.insert(lower(section.name)).second) {
        loading.error(section.place, "section [" + section.name + "] is there twice; (+) adds to the first");
        return nullptr;
    }
    if (type->defaults == nullptr) {
        loading.warning(section.place, "section [" + section.name + "] is accepted and has no effect");
        return nullptr;
    }
    return type;
}

Place place_of(const IniSection& section, std::string_view option)
{
    const IniEntry* entry = section.find(option);
    return entry == nullptr ? section.place : entry->origin.place;
}

Loaded load(const Source& source)
{
    auto snapshot = std::make_shared<Snapshot>();
    Problems problems;
    Loading loading{.source = source, .snapshot = *snapshot, .problems = problems};
    load_node(loading);
    load_asterisk(loading);
    load_modules(loading);
    load_logger(loading);
    load_acl(loading);
    load_pjsip(loading);
    load_rtp(loading);
    load_codecs(loading);
    load_confbridge(loading);
    load_music(loading);
    load_indications(loading);
    load_statsd(loading);
    load_http(loading);
    load_extensions(loading);
    name_unread_files(loading);
    problems = without_repetitions(std::move(problems));
    const bool refused = has_errors(problems);
    return {.snapshot = refused ? nullptr : std::move(snapshot), .problems = std::move(problems)};
}

}  // namespace rb::config
