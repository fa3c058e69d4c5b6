// Goal: files come from a directory, from texts or from the binary by one interface; a missing directory is named.
// Method: a directory made for the test; the embedded demo compared with the files it was made from.
#include "control/config/source.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace rb::config {
namespace {

void write_file(const std::filesystem::path& path, const std::string& text)
{
    std::filesystem::create_directories(path.parent_path());
    std::ofstream{path} << text;
}

TEST(DirectorySource, ReadsAndMatchesFilesBelowIt)
{
    const std::filesystem::path directory = ::testing::TempDir() + "/rb_source_test";
    std::filesystem::remove_all(directory);
    write_file(directory / "a.conf", "x");
    write_file(directory / "d/2.conf", "2");
    write_file(directory / "d/1.conf", "1");
    write_file(directory / "d/.hidden.conf", "h");
    const auto source = directory_source(directory.string());
    EXPECT_EQ(source->name(), directory.string());
    EXPECT_EQ(source->read("a.conf"), "x");
    EXPECT_EQ(source->read((directory / "a.conf").string()), "x") << "an absolute name is taken as it is";
    EXPECT_EQ(source->read("none.conf"), std::nullopt);
    EXPECT_EQ(source->read("d"), std::nullopt);
    EXPECT_EQ(source->match("d/*.conf"), (std::vector<std::string>{"d/1.conf", "d/2.conf"}));
    EXPECT_TRUE(source->match("e/*.conf").empty());
    std::filesystem::remove_all(directory);
}

TEST(FindSource, TakesTheDirectoryAskedForOrSaysThatItIsMissing)
{
    const auto found = find_source(::testing::TempDir());
    ASSERT_TRUE(found);
    EXPECT_EQ((*found)->name(), ::testing::TempDir());
    const auto missing = find_source("/nowhere/at/all");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().message,
              "there is no configuration directory '/nowhere/at/all'; create it or leave --config out");
}

TEST(DemoSource, IsTheFilesInControlDemo)
{
    const auto demo = demo_source();
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator{"control/demo"}) {
        std::ostringstream text;
        text << std::ifstream{entry.path()}.rdbuf();
        EXPECT_EQ(demo->read(entry.path().filename().string()), text.str()) << entry.path();
        ++count;
    }
    EXPECT_EQ(demo->match("*").size(), count);
}

}  // namespace
}  // namespace rb::config
