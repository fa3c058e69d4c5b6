#include "control/config/source.h"

#include <algorithm>
#include <filesystem>
#include <fnmatch.h>
#include <fstream>
#include <sstream>
#include <utility>

namespace rb::config {
namespace {

class DirectorySource final : public Source {
public:
    explicit DirectorySource(std::string directory) : directory_(std::move(directory)) {}

    [[nodiscard]] std::optional<std::string> read(const std::string& name) const override
    {
        std::ifstream file{path(name), std::ios::binary};
        std::error_code error;
        if (!file || std::filesystem::is_directory(path(name), error)) {
            return std::nullopt;
        }
        std::ostringstream text;
        text << file.rdbuf();
        return std::move(text).str();
    }

    [[nodiscard]] std::vector<std::string> match(const std::string& pattern) const override
    {
        const auto parent = std::filesystem::path{pattern}.parent_path();
        const auto wanted = std::filesystem::path{pattern}.filename().string();
        std::vector<std::string> names;
        std::error_code error;
        for (const auto& entry : std::filesystem::directory_iterator{path(parent.string()), error}) {
            const auto name = entry.path().filename().string();
            if (fnmatch(wanted.c_str(), name.c_str(), FNM_PERIOD) == 0) {
                names.push_back((parent / name).string());
            }
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    [[nodiscard]] std::string name() const override { return directory_; }

private:
    [[nodiscard]] std::filesystem::path path(const std::string& name) const
    {
        return std::filesystem::path{directory_} / name;
    }

    std::string directory_;
};

class TextSource final : public Source {
public:
    TextSource(Texts texts, std::string name) : texts_(std::move(texts)), name_(std::move(name)) {}

    [[nodiscard]] std::optional<std::string> read(const std::string& name) const override
    {
        const auto found = texts_.find(name);
        return found == texts_.end() ? std::nullopt : std::optional{found->second};
    }

    [[nodiscard]] std::vector<std::string> match(const std::string& pattern) const override
    {
        std::vector<std::string> names;
        for (const auto& [name, text] : texts_) {
            if (fnmatch(pattern.c_str(), name.c_str(), FNM_PATHNAME) == 0) {
                names.push_back(name);
            }
        }
        return names;
    }

    [[nodiscard]] std::string name() const override { return name_; }

private:
    Texts texts_;
    std::string name_;
};

}  // namespace

std::unique_ptr<Source> directory_source(std::string directory)
{
    return std::make_unique<DirectorySource>(std::move(directory));
}

std::unique_ptr<Source> text_source(Texts texts, std::string name)
{
    return std::make_unique<TextSource>(std::move(texts), std::move(name));
}

Result<std::unique_ptr<Source>> find_source(const std::optional<std::string>& directory)
{
    const auto is_directory = [](const std::string& path) {
        std::error_code error;
        return std::filesystem::is_directory(path, error);
    };
    if (directory) {
        if (!is_directory(*directory)) {
            return failure("there is no configuration directory '" + *directory + "'; create it or leave --config out");
        }
        return directory_source(*directory);
    }
    for (const std::string installed : {"/etc/ringbridge", "/etc/asterisk"}) {
        if (is_directory(installed)) {
            return directory_source(installed);
        }
    }
    return demo_source();
}

}  // namespace rb::config
