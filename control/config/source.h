// source.h — where configuration files come from: a directory on disk, the built-in demo, or texts in a test.
#pragma once

#include "dataplane/base/error.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rb::config {

class Source {
public:
    Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    virtual ~Source() = default;

    /// The text of a file, or nothing where there is none. name: relative to the source, or absolute on disk.
    [[nodiscard]] virtual std::optional<std::string> read(const std::string& name) const = 0;
    /// Names of the files that match a pattern with `*` and `?` in its last component, sorted.
    [[nodiscard]] virtual std::vector<std::string> match(const std::string& pattern) const = 0;
    /// What to call it in messages: the directory, or "built-in demo".
    [[nodiscard]] virtual std::string name() const = 0;
};

using Texts = std::map<std::string, std::string, std::less<>>;

/// Files of one directory; an include that is not absolute is looked up there.
[[nodiscard]] std::unique_ptr<Source> directory_source(std::string directory);
/// Texts by file name.
[[nodiscard]] std::unique_ptr<Source> text_source(Texts texts, std::string name = "texts");
/// The demo configuration that is compiled into the binary (control/demo/*.conf).
[[nodiscard]] std::unique_ptr<Source> demo_source();

/// Where a node finds its configuration: the directory asked for, else the first of /etc/ringbridge and /etc/asterisk
/// that exists, else the demo. A directory asked for that is not there is an Error.
[[nodiscard]] Result<std::unique_ptr<Source>> find_source(const std::optional<std::string>& directory);

}  // namespace rb::config
