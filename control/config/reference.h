// reference.h — the table of options for readers: `config show help`, and docs/CONFIGURATION.md.
#pragma once

#include "dataplane/base/error.h"

#include <string>
#include <string_view>

namespace rb::config {

/// What to explain; leave the later ones empty for an overview.
struct HelpTopic {
    std::string_view file;
    std::string_view type;
    std::string_view option;
};

/// The text of `config show help [file] [type] [option]`, or an Error that names the nearest thing there is.
[[nodiscard]] Result<std::string> config_help(const HelpTopic& topic);

/// The whole reference page.
[[nodiscard]] std::string reference_markdown();

}  // namespace rb::config
