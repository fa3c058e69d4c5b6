// loading.h — what the loaders of the single files share; private to load*.cpp.
#pragma once

#include "control/config/object_schema.h"

#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace rb::config {

struct Loading {
    const Source& source;
    Snapshot& snapshot;
    Problems& problems;

    void error(const Place& place, std::string message)
    {
        problems.push_back({Severity::Error, place, std::move(message)});
    }
    void warning(const Place& place, std::string message)
    {
        problems.push_back({Severity::Warning, place, std::move(message)});
    }
};

/// The section as a T, beginning with the type's defaults; also noted as in force.
template <typename T>
[[nodiscard]] T read_object(Loading& loading, const ObjectType& type, const IniSection& section)
{
    T object = *static_cast<const T*>(type.defaults.get());
    loading.snapshot.effective.push_back(
        read_section(type, section, &object, loading.snapshot.named_acls, loading.problems));
    return object;
}

/// The same into an object that other sections write to as well.
template <typename T>
void read_into(Loading& loading, const ObjectType& type, const IniSection& section, T& object)
{
    loading.snapshot.effective.push_back(
        read_section(type, section, &object, loading.snapshot.named_acls, loading.problems));
}

/// Adds a named object; a second one of that name is refused.
template <typename T>
void add_object(Loading& loading, ByName<T>& objects, const IniSection& section, T object)
{
    object.name = section.name;
    if (!objects.emplace(section.name, std::move(object)).second) {
        loading.error(section.place, "[" + section.name + "] is there twice with the same type");
    }
}

/// The row a section's `type=` names; null, with a problem, where it has none or an unknown one.
[[nodiscard]] const ObjectType* type_of(Loading& loading, std::string_view file, const IniSection& section);

/// Names of the sections of a file that are known by name.
[[nodiscard]] std::vector<std::string_view> section_names(std::string_view file);

/// The row a section's name says, for files whose sections are known by name. seen: the names so far, lower case.
/// Null, with a problem, where the name is unknown, there for the second time, or without effect.
[[nodiscard]] const ObjectType* type_by_name(Loading& loading, std::string_view file, const IniSection& section,
                                             std::set<std::string>& seen);

/// Calls read(type, section) for every section of a file whose sections are known by name.
template <typename Read>
void for_each_named(Loading& loading, std::string_view file_name, Read&& read)
{
    const IniFile file = read_ini(loading.source, std::string{file_name}, loading.problems);
    std::set<std::string> seen;
    for (const IniSection& section : file.sections) {
        const ObjectType* type = section.is_template ? nullptr : type_by_name(loading, file_name, section, seen);
        if (type != nullptr) {
            read(*type, section);
        }
    }
}

/// Where the option was set in the section, else the section's header.
[[nodiscard]] Place place_of(const IniSection& section, std::string_view option);

void load_acl(Loading& loading);
void load_pjsip(Loading& loading);
void load_rtp(Loading& loading);
void load_codecs(Loading& loading);
void load_confbridge(Loading& loading);
void load_music(Loading& loading);
void load_indications(Loading& loading);
void load_node(Loading& loading);
void load_asterisk(Loading& loading);
void load_modules(Loading& loading);
void load_logger(Loading& loading);
void load_statsd(Loading& loading);
void load_http(Loading& loading);

}  // namespace rb::config
