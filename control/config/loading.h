// loading.h — what the loaders of the single files share; private to load*.cpp.
#pragma once

#include "control/config/object_schema.h"

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

/// Where the option was set in the section, else the section's header.
[[nodiscard]] Place place_of(const IniSection& section, std::string_view option);

void load_acl(Loading& loading);
void load_pjsip(Loading& loading);
void load_rtp(Loading& loading);
void load_confbridge(Loading& loading);
void load_music(Loading& loading);
void load_indications(Loading& loading);
void load_node(Loading& loading);
void load_asterisk(Loading& loading);
void load_modules(Loading& loading);
void load_logger(Loading& loading);
void load_statsd(Loading& loading);

}  // namespace rb::config
