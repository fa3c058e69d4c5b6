#include "control/config/reference.h"

#include "control/config/object_schema.h"
#include "control/config/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace rb::config {
namespace {

constexpr std::string_view kPreamble =
    "# Configuration reference\n\n"
    "Made from the tables of `control/config/options/`; a test fails when this page and the tables differ. To write it "
    "again:\n`build/dev/config_reference > docs/CONFIGURATION.md`.\n\n"
    "Files are looked for in the directory given by `--config`, else in `/etc/ringbridge`, else in `/etc/asterisk`; "
    "without any,\nthe built-in demo (`control/demo/`) is used. They are written in Asterisk's dialect: `[section]`, "
    "`name = value` or `name => value`,\n`;` begins a comment (`\\;` is a semicolon), `;--` and `--;` enclose one, "
    "`[name](!)` is a template, `[name](template)` inherits, `[name](+)` adds\nto a section above, `#include` and "
    "`#tryinclude` read another file; `#exec` is refused.\n\n"
    "A wrong value, an unknown section type or a missing reference refuses the whole load, and a reload then changes "
    "nothing. An unknown option, and\none of those listed as *accepted, no effect*, is a warning. Changes take effect "
    "for new calls, unless *restart* is said. `extensions.conf` is\ndescribed in `docs/DIALPLAN.md`.\n";

std::string range_text(const Option& option)
{
    if (!option.accepted.empty()) {
        return join(option.accepted);
    }
    if (option.kind != "number") {
        return std::string{option.kind};
    }
    const auto& traits = option.traits;
    const std::string range = traits.max >= kUnbounded ? fmt::format("{} or more", traits.min)
                                                       : fmt::format("{} to {}", traits.min, traits.max);
    return traits.unit.empty() ? range : range + " " + std::string{traits.unit};
}

std::string default_text(const ObjectType& type, const Option& option)
{
    return option.honoured() ? option.print(type.defaults.get()) : "";
}

std::string escaped_cell(std::string text)
{
    for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) {
        text.insert(at, "\\");
    }
    return text;
}

std::string header_of(const ObjectType& type)
{
    switch (type.selector) {
        case Selector::ByType:
            return fmt::format("`type = {}`", type.name);
        case Selector::ByName:
            return fmt::format("`[{}]`", type.name);
        case Selector::AnyName:
            return fmt::format("every other section {}", type.name);
    }
    return {};
}

std::string option_row(const ObjectType& type, const Option& option)
{
    const auto value = default_text(type, option);
    std::string help{option.help};
    if (!option.traits.aliases.empty()) {
        help += " Also written " + join(option.traits.aliases) + ".";
    }
    for (const auto& old : option.traits.old_values) {
        help += fmt::format(" `{}` means `{}`.", old.old_value, old.value);
    }
    if (const auto& acts_as = option.traits.acts_as) {
        help += acts_as->empty() ? " *No effect so far.*" : fmt::format(" *Acts as `{}` so far.*", *acts_as);
    }
    return fmt::format("| `{}` | {} | {} | {}{}{} |\n", option.name, escaped_cell(range_text(option)),
                       value.empty() ? "" : "`" + value + "`", escaped_cell(help),
                       option.traits.repeatable ? " Each line adds." : "",
                       option.traits.reload == Reload::Restart ? " *restart*" : "");
}

std::string type_markdown(const ObjectType& type)
{
    std::string text = fmt::format("\n### {}\n\n{}\n", header_of(type), type.help);
    std::string rows;
    std::string inert_names;
    for (const Option& option : type.options) {
        if (option.honoured()) {
            rows += option_row(type, option);
        } else {
            inert_names +=
                fmt::format("{}`{}` ({})", inert_names.empty() ? "" : ", ", option.name,
                            option.help.substr(0, option.help.size() - (option.help.ends_with('.') ? 1 : 0)));
        }
    }
    if (!rows.empty()) {
        text += "\n| option | values | default | what it does |\n|---|---|---|---|\n" + rows;
    }
    if (!inert_names.empty()) {
        text += "\n*Accepted, no effect:* " + inert_names + ".\n";
    }
    return text;
}

std::string option_help(const ObjectType& type, const Option& option)
{
    std::string text = fmt::format("{} {} {}\n  {}\n  values:  {}\n", type.file, type.name, option.name, option.help,
                                   range_text(option));
    if (!option.honoured()) {
        return text + "  accepted, no effect\n";
    }
    const auto value = default_text(type, option);
    text += "  default: " + (value.empty() ? "(none)" : value) + "\n";
    if (!option.traits.aliases.empty()) {
        text += "  also:    " + join(option.traits.aliases) + "\n";
    }
    return text + "  reload:  " + (option.traits.reload == Reload::Restart ? "at the next start" : "new calls") + "\n";
}

std::string type_help(const ObjectType& type)
{
    std::string text = fmt::format("{} {}: {}\n", type.file, type.name, type.help);
    for (const Option& option : type.options) {
        text += fmt::format("  {:<30} {}{}\n", option.name, option.help, option.honoured() ? "" : " (no effect)");
    }
    return text;
}

template <typename Name>
tl::unexpected<Error> not_found(std::string_view what, std::string_view wanted, Name&& name_of,
                                const std::vector<const ObjectType*>& types)
{
    std::vector<std::string_view> names;
    for (const ObjectType* type : types) {
        const std::string_view name = name_of(*type);
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            names.push_back(name);
        }
    }
    return failure(fmt::format("there is no {} '{}': expected {}", what, wanted, join(names)));
}

Result<std::string> help_within(const ObjectType& type, std::string_view option_name)
{
    if (option_name.empty()) {
        return type_help(type);
    }
    if (const Option* option = type.find(option_name)) {
        return option_help(type, *option);
    }
    std::vector<std::string_view> names;
    std::transform(type.options.begin(), type.options.end(), std::back_inserter(names),
                   [](const Option& option) { return option.name; });
    const auto near = nearest(option_name, names);
    return failure(fmt::format("there is no option '{}' of {}{}", option_name, type.name,
                               near ? fmt::format("; did you mean '{}'?", *near) : ""));
}

}  // namespace

Result<std::string> config_help(const HelpTopic& topic)
{
    std::vector<const ObjectType*> all;
    std::vector<const ObjectType*> of_file;
    for (const ObjectType& type : schema()) {
        all.push_back(&type);
        if (type.file == topic.file || type.file == std::string{topic.file} + ".conf") {
            of_file.push_back(&type);
        }
    }
    if (!topic.file.empty() && of_file.empty()) {
        return not_found(
            "file", topic.file, [](const ObjectType& type) { return type.file; }, all);
    }
    if (topic.type.empty()) {
        std::string text;
        for (const ObjectType* type : topic.file.empty() ? all : of_file) {
            text += fmt::format("{:<18} {:<26} {}\n", type->file, type->name, type->help);
        }
        return text;
    }
    for (const ObjectType* type : of_file) {
        if (same_word(type->name, topic.type)) {
            return help_within(*type, topic.option);
        }
    }
    return not_found(
        "section type", topic.type, [](const ObjectType& type) { return type.name; }, of_file);
}

std::string reference_markdown()
{
    std::string text{kPreamble};
    std::string_view file;
    for (const ObjectType& type : schema()) {
        if (type.file != file) {
            file = type.file;
            text += fmt::format("\n## {}\n", file);
        }
        text += type_markdown(type);
    }
    return text;
}

}  // namespace rb::config
