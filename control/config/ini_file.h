// ini_file.h — Asterisk's configuration grammar: sections, templates, additions, includes; each value knows its place.
#pragma once

#include "control/config/problem.h"
#include "control/config/source.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rb::config {

inline constexpr std::size_t kIniLineMax = 8 * 1024;  ///< bytes
inline constexpr unsigned kIncludeDepthMax = 16;

/// Where a value stands, and through which template it came.
struct Origin {
    Place place;
    std::string from_template;  ///< name of the section it was inherited from; empty: its own

    friend bool operator==(const Origin&, const Origin&) = default;
};

/// `key = value` or `key => value`.
struct IniEntry {
    std::string key;
    std::string value;
    bool arrow = false;  ///< written with `=>`
    Origin origin;
};

/// `[name](template)`: inherited entries first, in the order of the templates, then its own.
struct IniSection {
    std::string name;
    bool is_template = false;
    Place place;
    std::vector<IniEntry> entries;

    /// The last value of a key, since a later line overrides an inherited one; null where it is absent.
    [[nodiscard]] const IniEntry* find(std::string_view key) const;
};

struct IniFile {
    std::vector<IniSection> sections;  ///< in file order; several may share a name
};

/// Reads a file and all it includes.
///
/// source    where the file and its includes are
/// name      "pjsip.conf"
/// problems  what is wrong is added here: all of it, not only the first
/// returns   what could be understood; an absent file is an empty one and no problem
[[nodiscard]] IniFile read_ini(const Source& source, const std::string& name, Problems& problems);

}  // namespace rb::config
