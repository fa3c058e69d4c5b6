#include "control/config/ini_file.h"

#include "control/config/text.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

namespace rb::config {
namespace {

/// Files read in all, so that includes that fan out end too.
constexpr unsigned kFilesMax = 1000;
/// Entries a section may inherit: templates of templates otherwise grow without bound.
constexpr std::size_t kInheritedMax = 1024;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// Takes comments out of a file, line by line; block comments run across lines and may nest.
class CommentFilter {
public:
    /// The line without its comments, `\;` turned into `;`.
    std::string strip(std::string_view line)
    {
        std::string kept;
        while (!line.empty()) {
            if (depth_ > 0) {
                skip_block(line);
            } else if (line.starts_with("\\;")) {
                kept.push_back(';');
                line.remove_prefix(2);
            } else if (line.starts_with(";--") && !line.starts_with(";---")) {
                ++depth_;
                line.remove_prefix(3);
            } else if (line.front() == ';') {
                return kept;
            } else {
                kept.push_back(line.front());
                line.remove_prefix(1);
            }
        }
        return kept;
    }

    [[nodiscard]] bool inside_block() const { return depth_ > 0; }

private:
    void skip_block(std::string_view& line)
    {
        if (line.starts_with("--;")) {
            --depth_;
            line.remove_prefix(3);
        } else if (line.starts_with(";--") && !line.starts_with(";---")) {
            ++depth_;
            line.remove_prefix(3);
        } else {
            line.remove_prefix(1);
        }
    }

    unsigned depth_ = 0;
};

class Reader {
public:
    Reader(const Source& source, Problems& problems) : source_(source), problems_(problems) {}

    void read_file(const std::string& name, const std::string& text)
    {
        open_files_.push_back(name);
        ++files_read_;
        CommentFilter comments;
        std::string_view rest = text;
        if (rest.starts_with(kByteOrderMark)) {
            rest.remove_prefix(kByteOrderMark.size());
        }
        Place place{.file = name};
        unsigned comment_began = 0;
        while (!rest.empty()) {
            ++place.line;
            const auto end = std::min(rest.find('\n'), rest.size());
            const bool was_inside = comments.inside_block();
            read_line(rest.substr(0, end), place, comments);
            if (!was_inside && comments.inside_block()) {
                comment_began = place.line;
            }
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        if (comments.inside_block()) {
            error({name, comment_began}, "this comment is never closed: write --; where it ends");
        }
        open_files_.pop_back();
    }

    [[nodiscard]] IniFile take() { return std::move(file_); }

private:
    void read_line(std::string_view line, const Place& place, CommentFilter& comments)
    {
        if (line.size() > kIniLineMax) {
            return error(place, "the line is longer than " + std::to_string(kIniLineMax) + " bytes");
        }
        if (!is_utf8_text(line)) {
            return error(place, "the line is not UTF-8 text");
        }
        const std::string kept = comments.strip(line);
        const auto text = trim(kept);
        if (text.empty()) {
            return;
        }
        if (text.front() == '[') {
            read_header(text, place);
        } else if (text.front() == '#') {
            read_directive(text, place);
        } else {
            read_entry(text, place);
        }
    }

    void read_header(std::string_view text, const Place& place)
    {
        const auto close = text.find(']');
        const auto name = close == std::string_view::npos ? std::string_view{} : trim(text.substr(1, close - 1));
        if (name.empty()) {
            return error(place, "a section header is written [name]");
        }
        const auto options = trim(text.substr(close + 1));
        if (!options.empty() && (options.front() != '(' || options.back() != ')')) {
            return error(place, "after [" + std::string{name} + "] only (!), (+) or (template, ...) may follow");
        }
        open_section(name, options.empty() ? options : options.substr(1, options.size() - 2), place);
    }

    void open_section(std::string_view name, std::string_view options, const Place& place)
    {
        IniSection section{.name = std::string{name}, .place = place};
        bool addition = false;
        std::string_view wanted;
        for (const auto option : split(options, ',')) {
            if (option == "!") {
                section.is_template = true;
            } else if (option.front() == '+') {
                addition = true;
                wanted = option.substr(1);
            } else if (!inherit(section, option)) {
                error(place, "there is no section [" + std::string{option} + "] above to inherit from");
            }
        }
        if (!addition) {
            current_ = file_.sections.size();
            places_[section.name].push_back(*current_);
            file_.sections.push_back(std::move(section));
            return;
        }
        current_ = find_section(name, wanted);
        if (!current_) {
            error(place, "there is no section [" + std::string{name} + "] above to add to");
            current_ = kSkipped;
            return;
        }
        auto& entries = file_.sections[*current_].entries;
        std::move(section.entries.begin(), section.entries.end(), std::back_inserter(entries));
    }

    /// Copies the entries of the section named, each with the name of the section it was written in.
    bool inherit(IniSection& section, std::string_view parent_name)
    {
        const auto parent = find_section(parent_name, {});
        if (!parent) {
            return false;
        }
        const auto& entries = file_.sections[*parent].entries;
        if (section.entries.size() + entries.size() > kInheritedMax) {
            error(section.place, "a section may inherit at most " + std::to_string(kInheritedMax) + " lines");
            return true;
        }
        for (IniEntry entry : entries) {
            if (entry.origin.from_template.empty()) {
                entry.origin.from_template = parent_name;
            }
            section.entries.push_back(std::move(entry));
        }
        return true;
    }

    /// The latest section of a name; filter: "key=value" that it must contain, or empty.
    [[nodiscard]] std::optional<std::size_t> find_section(std::string_view name, std::string_view filter) const
    {
        const auto places = places_.find(name);
        if (places == places_.end()) {
            return std::nullopt;
        }
        const auto equals = filter.find('=');
        const auto found = std::find_if(places->second.rbegin(), places->second.rend(), [&](std::size_t place) {
            if (equals == std::string_view::npos) {
                return true;
            }
            const IniEntry* entry = file_.sections[place].find(trim(filter.substr(0, equals)));
            return entry != nullptr && entry->value == trim(filter.substr(equals + 1));
        });
        return found == places->second.rend() ? std::nullopt : std::optional{*found};
    }

    void read_directive(std::string_view text, const Place& place)
    {
        const auto end = std::min(text.find_first_of(" \t"), text.size());
        const auto word = text.substr(0, end);
        auto name = trim(text.substr(end));
        if (name.size() >= 2 &&
            ((name.front() == '"' && name.back() == '"') || (name.front() == '<' && name.back() == '>'))) {
            name = name.substr(1, name.size() - 2);
        }
        if (same_word(word, "#exec")) {
            error(place, "#exec is refused: a configuration file does not run programs");
        } else if (!same_word(word, "#include") && !same_word(word, "#tryinclude")) {
            error(place, "'" + std::string{word} + "' is not a directive: expected #include or #tryinclude");
        } else if (name.empty()) {
            error(place, std::string{word} + " needs a file name");
        } else {
            include(std::string{name}, same_word(word, "#include"), place);
        }
    }

    void include(const std::string& name, bool required, const Place& place)
    {
        const bool is_pattern = name.find_first_of("*?") != std::string::npos;
        const auto names = is_pattern ? source_.match(name) : std::vector<std::string>{name};
        for (const auto& one : names) {
            if (std::find(open_files_.begin(), open_files_.end(), one) != open_files_.end()) {
                error(place, "'" + one + "' includes itself");
            } else if (open_files_.size() > kIncludeDepthMax) {
                error(place, "includes are nested deeper than " + std::to_string(kIncludeDepthMax));
            } else if (files_read_ >= kFilesMax) {
                error(place, "more than " + std::to_string(kFilesMax) + " files are included");
            } else if (const auto text = source_.read(one)) {
                read_file(one, *text);
            } else if (required) {
                error(place, "cannot read the included file '" + one + "' (#tryinclude accepts its absence)");
            }
        }
    }

    void read_entry(std::string_view text, const Place& place)
    {
        const auto equals = text.find('=');
        const auto key = trim(text.substr(0, equals));
        if (equals == std::string_view::npos || key.empty()) {
            return error(place, "'" + std::string{text} + "' is neither [section] nor 'name = value'");
        }
        if (!current_) {
            return error(place, "'" + std::string{key} + "' stands before the first [section]");
        }
        if (*current_ == kSkipped) {
            return;
        }
        const bool arrow = equals + 1 < text.size() && text[equals + 1] == '>';
        file_.sections[*current_].entries.push_back({.key = std::string{key},
                                                     .value = std::string{trim(text.substr(equals + (arrow ? 2 : 1)))},
                                                     .arrow = arrow,
                                                     .origin = {.place = place}});
    }

    void error(const Place& place, std::string message)
    {
        problems_.push_back({Severity::Error, place, std::move(message)});
    }

    /// The section could not be opened; its lines are passed over, since one message is enough.
    static constexpr std::size_t kSkipped = std::numeric_limits<std::size_t>::max();

    const Source& source_;
    Problems& problems_;
    IniFile file_;
    std::map<std::string, std::vector<std::size_t>, std::less<>> places_;  ///< sections by name, in file order
    std::optional<std::size_t> current_;
    std::vector<std::string> open_files_;
    unsigned files_read_ = 0;
};

}  // namespace

const IniEntry* IniSection::find(std::string_view key) const
{
    const auto found = std::find_if(entries.rbegin(), entries.rend(),
                                    [key](const IniEntry& entry) { return same_word(entry.key, key); });
    return found == entries.rend() ? nullptr : &*found;
}

IniFile read_ini(const Source& source, const std::string& name, Problems& problems)
{
    Reader reader{source, problems};
    if (const auto text = source.read(name)) {
        reader.read_file(name, *text);
    }
    return reader.take();
}

}  // namespace rb::config
