// Goal: what threads write into the counter file is what readers find there; one live node owns a path, a dead one does
// not. Method: one file with each kind of block, written and read in one process; a child that is killed; a writer that
// hurries against a reader.
#include "dataplane/base/stats_file.h"

#include "dataplane/base/error_log.h"
#include "dataplane/base/stats_reader.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <csignal>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace rb {
namespace {

constexpr std::array<Figure, 3> kThreadFigures{
    {{"turns"}, {"load", FigureKind::Gauge}, {"late.inf", FigureKind::Bucket}}};
constexpr std::array<Figure, 2> kRowFigures{{{"name", FigureKind::Text, 2}, {"value", FigureKind::Gauge}}};

struct Row {
    std::array<std::uint64_t, 2> name{};
    std::uint64_t value = 0;
};

std::vector<StatsBlock> blocks()
{
    return {{.name = "worker.0", .figures = kThreadFigures},
            {.name = "rows", .figures = kRowFigures, .rows = 100},
            {.name = "errors", .figures = kErrorFigures, .rows = 3}};
}

class StatsFileTest : public testing::Test {
protected:
    void TearDown() override { unlink(path_.c_str()); }
    Result<std::unique_ptr<StatsFile>> create()
    {
        return StatsFile::create(path_, {.node = "alpha", .program = "test 1", .started_at = 5s}, blocks());
    }
    std::string path_ = "/dev/shm/rb_stats_file_test." + std::to_string(getpid());
};

TEST_F(StatsFileTest, CountersAreReadUnderTheirNames)
{
    const auto file = create();
    ASSERT_TRUE(file) << file.error().message;
    Counters counters = (*file)->counters("worker.0");
    EXPECT_EQ(counters.size(), kThreadFigures.size());
    counters.add(0, 3);
    counters.set(1, 42);
    const auto reader = StatsReader::open(path_);
    ASSERT_TRUE(reader) << reader.error().message;
    EXPECT_EQ((*reader)->identity().node, "alpha");
    EXPECT_EQ((*reader)->identity().program, "test 1");
    EXPECT_EQ((*reader)->identity().pid, static_cast<std::uint64_t>(getpid()));
    EXPECT_EQ((*reader)->identity().started_at, Nanos{5s});
    const BlockView* const block = (*reader)->find("worker.0");
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(block->value("turns"), 3U);
    EXPECT_EQ(block->value("load"), 42U);
    EXPECT_EQ(block->value("of another version"), 0U);
    EXPECT_EQ(block->figures[2].kind, FigureKind::Bucket);
    EXPECT_EQ((*reader)->find("worker.1"), nullptr);
    counters.add(0);
    EXPECT_EQ(block->value("turns"), 4U) << "the file is written in place";
}

TEST_F(StatsFileTest, RowsComeAndGo)
{
    const auto file = create();
    RowTable table = (*file)->table("rows");
    const auto reader = StatsReader::open(path_);
    const BlockView& rows = *(*reader)->find("rows");
    EXPECT_EQ(rows.rows_used(), 0U);
    table.publish_row(7, Row{.name = text_words<2>("bob"), .value = 9});
    EXPECT_EQ(rows.rows_used(), 8U);
    EXPECT_FALSE(rows.row(6));
    const auto row = rows.row(7);
    ASSERT_TRUE(row);
    EXPECT_EQ(row->text("name"), "bob");
    EXPECT_EQ(row->value("value"), 9U);
    table.clear(7);
    EXPECT_FALSE(rows.row(7));
    EXPECT_FALSE(rows.row(100));
}

TEST_F(StatsFileTest, ARowBeyondTheTableIsIgnored)
{
    const auto file = create();
    RowTable table = (*file)->table("rows");
    table.publish_row(100, Row{});
    table.clear(100);
    RowTable none;
    none.publish_row(0, Row{});
    none.clear(0);
    EXPECT_EQ((*StatsReader::open(path_))->find("rows")->rows_used(), 0U);
}

TEST_F(StatsFileTest, ARowIsNeverReadHalfWritten)
{
    const auto file = create();
    RowTable table = (*file)->table("rows");
    const auto reader = StatsReader::open(path_);
    const BlockView& rows = *(*reader)->find("rows");
    table.publish_row(0, Row{});
    std::atomic<bool> done = false;
    std::thread writer{[&] {
        for (std::uint64_t i = 0; i < 200'000; ++i) {
            table.publish_row(0, Row{.name = {i, i}, .value = i});
        }
        done = true;
    }};
    while (!done) {
        if (const auto row = rows.row(0)) {
            const std::string name = row->text("name");
            const std::uint64_t value = row->value("value");
            EXPECT_EQ(name.empty() ? 0 : static_cast<std::uint8_t>(name[0]), value & 0xffU);
        }
    }
    writer.join();
}

TEST_F(StatsFileTest, ALiveNodeKeepsItsFile)
{
    const auto first = create();
    ASSERT_TRUE(first);
    const auto second = create();
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().message.find("belongs to a node that is running"), std::string::npos)
        << second.error().message;
    EXPECT_TRUE((*StatsReader::open(path_))->alive());
}

TEST_F(StatsFileTest, WhatAKilledNodeLeftIsReplaced)
{
    std::array<int, 2> ready{};
    ASSERT_EQ(pipe(ready.data()), 0);
    const pid_t child = fork();
    if (child == 0) {
        const auto file = create();
        const char byte = file ? 'y' : 'n';
        static_cast<void>(!write(ready[1], &byte, 1));
        pause();
        _exit(0);
    }
    char byte = 0;
    ASSERT_EQ(read(ready[0], &byte, 1), 1);
    ASSERT_EQ(byte, 'y');
    const auto reader = StatsReader::open(path_);
    ASSERT_TRUE(reader);
    EXPECT_TRUE((*reader)->alive());
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    EXPECT_FALSE((*reader)->alive());
    const auto next = create();
    ASSERT_TRUE(next) << next.error().message;
    EXPECT_FALSE((*reader)->alive()) << "a reader of the old file still sees the old node";
    EXPECT_EQ((*reader)->identity().pid, static_cast<std::uint64_t>(child));
    EXPECT_TRUE((*StatsReader::open(path_))->alive());
    close(ready[0]);
    close(ready[1]);
}

TEST_F(StatsFileTest, AStoppedNodeLeavesNothing)
{
    create();
    EXPECT_NE(access(path_.c_str(), F_OK), 0);
    const auto reader = StatsReader::open(path_);
    ASSERT_FALSE(reader);
    EXPECT_NE(reader.error().message.find("No such file"), std::string::npos);
}

TEST_F(StatsFileTest, ADirectoryThatIsNotThereIsNamed)
{
    path_ = "/dev/shm/nowhere/file";
    const auto file = create();
    ASSERT_FALSE(file);
    EXPECT_NE(file.error().message.find("/dev/shm/nowhere/file"), std::string::npos);
    EXPECT_NE(file.error().message.find("ringbridge.conf"), std::string::npos);
}

TEST_F(StatsFileTest, OnlyTheGroupMayLook)
{
    const auto file = create();
    struct stat found {};
    ASSERT_EQ(stat(path_.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 07, 0U);
}

TEST(TextWords, AreCutBetweenCharacters)
{
    const auto words = text_words<1>("abcdefg\xc3\xa9");
    EXPECT_EQ(reinterpret_cast<const char*>(words.data())[6], 'g');
    EXPECT_EQ(reinterpret_cast<const char*>(words.data())[7], '\0');
    EXPECT_EQ(text_words<1>("")[0], 0U);
}

TEST_F(StatsFileTest, ErrorsAreKeptOnceEach)
{
    const auto file = create();
    ErrorLog log{(*file)->table("errors")};
    log.note("no route", 1s);
    log.note("disk full", 2s);
    log.note("no route", 3s);
    const auto reader = StatsReader::open(path_);
    const BlockView& rows = *(*reader)->find("errors");
    ASSERT_EQ(rows.rows_used(), 2U);
    EXPECT_EQ(rows.row(0)->text("message"), "no route");
    EXPECT_EQ(rows.row(0)->value("count"), 2U);
    EXPECT_EQ(rows.row(0)->value("first_at"), 1'000'000'000U);
    EXPECT_EQ(rows.row(0)->value("last_at"), 3'000'000'000U);
    log.note("third", 4s);
    log.note("fourth", 5s);
    EXPECT_EQ(rows.rows_used(), 3U);
    EXPECT_EQ(rows.row(1)->text("message"), "fourth") << "the message unseen for longest makes room";
    EXPECT_EQ(rows.row(1)->value("count"), 1U);
}

TEST(ErrorLog, WithoutATableIsSilent)
{
    ErrorLog{RowTable{}}.note("anything", 1s);
}

}  // namespace
}  // namespace rb
