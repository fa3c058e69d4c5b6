#include "control/config/show.h"

#include "control/config/object_schema.h"
#include "control/config/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace rb::config {
namespace {

/// Values joined where an option is given several times.
using ValuesByOption = std::map<std::string, std::string, std::less<>>;

std::string title(const EffectiveObject& object)
{
    return object.file + " [" + object.section + "]" + (object.type.empty() ? "" : " " + object.type);
}

/// The row of the table an object was read by.
const ObjectType* row_of(const EffectiveObject& object)
{
    if (!object.type.empty()) {
        return find_type(object.file, object.type);
    }
    const ObjectType* by_name = find_type(object.file, object.section);
    if (by_name != nullptr && by_name->selector == Selector::ByName) {
        return by_name;
    }
    const auto& types = schema();
    const auto found = std::find_if(types.begin(), types.end(), [&](const ObjectType& type) {
        return type.file == object.file && type.selector == Selector::AnyName;
    });
    return found == types.end() ? nullptr : &*found;
}

std::string origin_text(const Origin& origin)
{
    if (origin.place.file.empty()) {
        return "default";
    }
    return to_string(origin.place) + (origin.from_template.empty() ? "" : ", template [" + origin.from_template + "]");
}

std::string escaped(std::string_view value)
{
    std::string text;
    for (const char letter : value) {
        text += letter == ';' ? "\\;" : std::string(1, letter);
    }
    return text;
}

ValuesByOption values_of(const EffectiveObject& object)
{
    ValuesByOption values;
    for (const EffectiveValue& value : object.values) {
        std::string& text = values[value.option];
        text += (text.empty() ? "" : " ; ") + value.value;
    }
    return values;
}

std::string default_of(const ObjectType* type, std::string_view option_name)
{
    const Option* option = type == nullptr ? nullptr : type->find(option_name);
    return option == nullptr || !option->honoured() ? "" : option->print(type->defaults.get());
}

/// What may be shown of a value.
std::string shown(const ObjectType* type, std::string_view option_name, const std::string& value)
{
    const Option* option = type == nullptr ? nullptr : type->find(option_name);
    return option != nullptr && option->traits.secret && !value.empty() ? "(hidden)" : value;
}

Reload reload_of(const ObjectType* type, std::string_view option_name)
{
    const Option* option = type == nullptr ? nullptr : type->find(option_name);
    return option == nullptr ? Reload::NewCalls : option->traits.reload;
}

/// The plan as objects, so that a context that changed is one change.
std::map<std::string, std::string> context_texts(const IniFile& file)
{
    std::map<std::string, std::string> texts;
    for (const IniSection& section : file.sections) {
        if (section.is_template) {
            continue;
        }
        std::string& text = texts[section.name];
        for (const IniEntry& entry : section.entries) {
            text += escaped(entry.key) + (entry.arrow ? " => " : " = ") + escaped(entry.value) + "\n";
        }
    }
    return texts;
}

void compare_values(const EffectiveObject& before, const EffectiveObject& after, std::vector<Change>& changes)
{
    const ObjectType* type = row_of(after);
    const auto old_values = values_of(before);
    const auto new_values = values_of(after);
    ValuesByOption options = old_values;
    options.insert(new_values.begin(), new_values.end());
    for (const auto& entry : options) {
        const std::string& option = entry.first;
        const auto value_in = [&](const ValuesByOption& values) {
            const auto found = values.find(option);
            return found == values.end() ? default_of(type, option) : found->second;
        };
        if (value_in(old_values) != value_in(new_values)) {
            changes.push_back({.object = title(after),
                               .option = option,
                               .before = shown(type, option, value_in(old_values)),
                               .after = shown(type, option, value_in(new_values)),
                               .reload = reload_of(type, option)});
        }
    }
}

void compare_plans(const IniFile& before, const IniFile& after, std::vector<Change>& changes)
{
    const auto old_texts = context_texts(before);
    const auto new_texts = context_texts(after);
    const auto name = [](const std::string& context) { return "extensions.conf [" + context + "]"; };
    for (const auto& [context, text] : new_texts) {
        const auto old = old_texts.find(context);
        if (old == old_texts.end()) {
            changes.push_back({.object = name(context), .after = "added"});
        } else if (old->second != text) {
            changes.push_back({.object = name(context), .after = "changed"});
        }
    }
    for (const auto& [context, text] : old_texts) {
        if (!new_texts.contains(context)) {
            changes.push_back({.object = name(context), .after = "removed"});
        }
    }
}

}  // namespace

std::string show_effective(const Snapshot& snapshot, std::string_view wanted)
{
    std::string text;
    for (const EffectiveObject& object : snapshot.effective) {
        if (!wanted.empty() && wanted != object.section && wanted != object.file + " " + object.section) {
            continue;
        }
        text += title(object) + "\n";
        const ObjectType* type = row_of(object);
        for (const EffectiveValue& value : object.values) {
            text += fmt::format("  {:<28} {:<24} {}\n", value.option, shown(type, value.option, value.value),
                                origin_text(value.origin));
        }
        const auto set = values_of(object);
        for (const Option& option : type == nullptr ? std::vector<Option>{} : type->options) {
            if (option.honoured() && !set.contains(option.name)) {
                text += fmt::format("  {:<28} {:<24} default\n", option.name, option.print(type->defaults.get()));
            }
        }
    }
    return text;
}

Texts write_files(const Snapshot& snapshot)
{
    Texts texts;
    for (const EffectiveObject& object : snapshot.effective) {
        std::string& text = texts[object.file];
        text += "[" + escaped(object.section) + "]\n" + (object.type.empty() ? "" : "type = " + object.type + "\n");
        for (const EffectiveValue& value : object.values) {
            text += escaped(value.option) + " = " + escaped(value.value) + "\n";
        }
    }
    if (snapshot.has_extensions) {
        std::string& text = texts["extensions.conf"];
        for (const IniSection& section : snapshot.extensions.sections) {
            if (section.is_template) {
                continue;
            }
            text += "[" + escaped(section.name) + "]\n";
            for (const IniEntry& entry : section.entries) {
                text += escaped(entry.key) + (entry.arrow ? " => " : " = ") + escaped(entry.value) + "\n";
            }
        }
    }
    return texts;
}

std::vector<Change> diff(const Snapshot& before, const Snapshot& after)
{
    std::vector<Change> changes;
    std::map<std::string, const EffectiveObject*> old_objects;
    for (const EffectiveObject& object : before.effective) {
        old_objects.emplace(title(object), &object);
    }
    for (const EffectiveObject& object : after.effective) {
        const auto old = old_objects.find(title(object));
        if (old == old_objects.end()) {
            changes.push_back({.object = title(object), .after = "added"});
        } else {
            compare_values(*old->second, object, changes);
            old_objects.erase(old);
        }
    }
    for (const auto& [name, object] : old_objects) {
        changes.push_back({.object = name, .after = "removed"});
    }
    compare_plans(before.extensions, after.extensions, changes);
    return changes;
}

std::string to_string(const Change& change)
{
    if (change.option.empty()) {
        return change.object + ": " + change.after;
    }
    const auto shown = [](const std::string& value) { return value.empty() ? "(none)" : value; };
    return fmt::format("{}: {} {} → {} ({})", change.object, change.option, shown(change.before), shown(change.after),
                       change.reload == Reload::Restart ? "at the next start" : "new calls");
}

}  // namespace rb::config
