#include "control/config/object_schema.h"

#include "control/config/text.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace rb::config {
namespace {

std::string in_section(const IniSection& section)
{
    return " in [" + section.name + "]";
}

Problem unknown_option(const ObjectType& type, const IniSection& section, const IniEntry& entry)
{
    std::vector<std::string_view> names;
    for (const Option& option : type.options) {
        names.push_back(option.name);
        names.insert(names.end(), option.traits.aliases.begin(), option.traits.aliases.end());
    }
    const auto near = nearest(entry.key, names);
    return {Severity::Warning, entry.origin.place,
            "unknown option '" + entry.key + "'" + in_section(section) +
                (near ? "; did you mean '" + std::string{*near} + "'?" : "")};
}

/// The option each entry speaks of (null: none), with entries that a later line overrides left out.
std::vector<std::pair<const IniEntry*, const Option*>> entries_in_force(const ObjectType& type,
                                                                        const IniSection& section)
{
    std::vector<std::pair<const IniEntry*, const Option*>> entries;
    std::map<const Option*, std::size_t> place_of;
    for (const IniEntry& entry : section.entries) {
        const Option* option = type.find(entry.key);
        if (option == nullptr || option->traits.repeatable) {
            entries.emplace_back(&entry, option);
        } else if (const auto [place, is_first] = place_of.try_emplace(option, entries.size()); is_first) {
            entries.emplace_back(&entry, option);
        } else {
            entries[place->second].first = &entry;
        }
    }
    return entries;
}

/// The warning for a value the node takes and does not act upon yet.
void warn_of_no_effect(const ObjectType& type, const Option& option, const IniEntry& entry, const void* object,
                       Problems& problems)
{
    const auto& acts_as = option.traits.acts_as;
    if (acts_as && (acts_as->empty() || option.print(object) != *acts_as)) {
        problems.push_back({Severity::Warning, entry.origin.place,
                            "option '" + std::string{option.name} + "' of " + std::string{type.name} +
                                (acts_as->empty() ? "" : " acts as '" + std::string{*acts_as} + "': any other value") +
                                " is accepted and has no effect"});
    }
}

/// Assigns one entry; what is wrong with it becomes a problem at its place.
void assign(const Option& option, const IniEntry& entry, void* object, ReadContext& context, Problems& problems)
{
    const auto read = option.assign(object, entry.value, context);
    if (!read) {
        problems.push_back(
            {Severity::Error, entry.origin.place, std::string{option.name} + ": " + read.error().message});
    }
    for (auto& warning : context.warnings) {
        problems.push_back({Severity::Warning, entry.origin.place, std::string{option.name} + ": " + warning});
    }
    context.warnings.clear();
}

/// Fills what follows from the row: its defaults and its index.
void complete(ObjectType& type)
{
    if (type.fresh != nullptr) {
        type.defaults = type.fresh();
    }
    for (std::size_t place = 0; place < type.options.size(); ++place) {
        const Option& option = type.options[place];
        type.index.emplace(lower(option.name), place);
        for (const auto alias : option.traits.aliases) {
            type.index.emplace(lower(alias), place);
        }
    }
}

}  // namespace

const Option* ObjectType::find(std::string_view key) const
{
    const auto found = index.find(lower(key));
    return found == index.end() ? nullptr : &options[found->second];
}

const std::vector<ObjectType>& schema()
{
    static const std::vector<ObjectType> kTypes = [] {
        std::vector<ObjectType> types;
        for (auto rows :
             {pjsip_types(), pjsip_inert_types(), media_types(), codec_types(), confbridge_types(), node_types()}) {
            std::move(rows.begin(), rows.end(), std::back_inserter(types));
        }
        std::for_each(types.begin(), types.end(), complete);
        return types;
    }();
    return kTypes;
}

const ObjectType* find_type(std::string_view file, std::string_view name)
{
    const auto& types = schema();
    const auto found = std::find_if(types.begin(), types.end(), [&](const ObjectType& type) {
        return type.file == file && same_word(type.name, name);
    });
    return found == types.end() ? nullptr : &*found;
}

std::vector<std::string_view> type_names(std::string_view file)
{
    std::vector<std::string_view> names;
    for (const ObjectType& type : schema()) {
        if (type.file == file && type.selector == Selector::ByType) {
            names.push_back(type.name);
        }
    }
    return names;
}

EffectiveObject read_section(const ObjectType& type, const IniSection& section, void* object,
                             const ByName<Acl>& named_acls, Problems& problems)
{
    EffectiveObject effective{.file = std::string{type.file},
                              .section = section.name,
                              .type = type.selector == Selector::ByType ? std::string{type.name} : ""};
    std::vector<std::string> warnings;
    ReadContext context{.named_acls = named_acls, .warnings = warnings};
    // In file order, since options such as allow and disallow act on what came before.
    for (const auto& [entry, option] : entries_in_force(type, section)) {
        if (option != nullptr && option->honoured()) {
            assign(*option, *entry, object, context, problems);
            warn_of_no_effect(type, *option, *entry, object, problems);
            effective.values.push_back({std::string{option->name}, entry->value, entry->origin});
        } else if (option != nullptr) {
            problems.push_back({Severity::Warning, entry->origin.place,
                                "option '" + std::string{option->name} + "' of " + std::string{type.name} +
                                    " is accepted and has no effect"});
        } else if (type.other_keys == OtherKeys::Free && !same_word(entry->key, "type")) {
            effective.values.push_back({entry->key, entry->value, entry->origin});
        } else if (type.other_keys == OtherKeys::Warn && !same_word(entry->key, "type")) {
            problems.push_back(unknown_option(type, section, *entry));
        }
    }
    return effective;
}

}  // namespace rb::config
