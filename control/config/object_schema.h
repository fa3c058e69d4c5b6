// object_schema.h — every section type of every file with its options: the one table behind parsing, messages, help,
// the reference page and the defaults.
#pragma once

#include "control/config/option.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rb::config {

/// How a section is known to be of a type.
enum class Selector {
    ByType,   ///< by its line `type = …`
    ByName,   ///< by the name in brackets
    AnyName,  ///< every section of the file that no other row claims
};

/// What to do with a key that is in no row.
enum class OtherKeys {
    Warn,    ///< name the nearest known option
    Free,    ///< keys are the user's own: menu digits, tones, log files; the loader of the file reads them
    Ignore,  ///< the whole section type has no effect, and has been warned about as such
};

template <typename Object>
std::shared_ptr<void> fresh_object()
{
    return std::make_shared<Object>();
}

struct ObjectType {
    std::string_view file;  ///< "pjsip.conf"
    std::string_view name;  ///< "endpoint", or the section's name
    Selector selector = Selector::ByType;
    std::string_view help;
    std::vector<Option> options;
    std::shared_ptr<void> (*fresh)() = nullptr;  ///< makes the object; null: the type is known and has no effect
    OtherKeys other_keys = OtherKeys::Warn;
    std::shared_ptr<const void> defaults;                   ///< a fresh object, kept
    std::map<std::string, std::size_t, std::less<>> index;  ///< lower-case names and aliases → place in options

    [[nodiscard]] const Option* find(std::string_view key) const;
};

/// The table, in the order of the reference page.
[[nodiscard]] const std::vector<ObjectType>& schema();

/// A row of the table; null where there is none.
[[nodiscard]] const ObjectType* find_type(std::string_view file, std::string_view name);
/// Names of the types of a file that a section can state with `type=`.
[[nodiscard]] std::vector<std::string_view> type_names(std::string_view file);

/// Reads a section into an object of the type's kind.
///
/// object    a fresh T, where the type's defaults are a T
/// problems  bad values (Error), unknown and ineffective options (Warning) are added
/// returns   the values that were set, each with its origin; what is not set is in type.defaults
[[nodiscard]] EffectiveObject read_section(const ObjectType& type, const IniSection& section, void* object,
                                           const ByName<Acl>& named_acls, Problems& problems);

// The rows, file by file.
[[nodiscard]] std::vector<ObjectType> pjsip_types();
[[nodiscard]] ObjectType auth_type();
[[nodiscard]] std::vector<Option> endpoint_options();
[[nodiscard]] std::vector<Option> endpoint_codec_options();
[[nodiscard]] std::vector<Option> endpoint_encryption_options();
[[nodiscard]] std::vector<Option> endpoint_inert_options();
[[nodiscard]] std::vector<ObjectType> pjsip_inert_types();
[[nodiscard]] std::vector<ObjectType> confbridge_types();
[[nodiscard]] std::vector<ObjectType> media_types();
[[nodiscard]] std::vector<ObjectType> codec_types();
[[nodiscard]] std::vector<ObjectType> node_types();

}  // namespace rb::config
