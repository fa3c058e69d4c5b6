// Goal: recordings land below their directory and nowhere else, whole, and a disk that fails is told once.
// Method: real files in a directory of the test; /dev/full is the full disk.
#include "control/files/recording_writer.h"

#include "control/files/sound_file.h"
#include "unit/control/files/test_directory.h"

#include <gtest/gtest.h>

#include <csignal>
#include <sys/resource.h>

namespace rb::files {
namespace {

namespace fs = std::filesystem;

class Recordings : public ::testing::Test {
protected:
    Recordings() { writer.use(directory.path()); }

    void write(std::uint64_t id, codecs::Sample value, std::size_t count)
    {
        writer.write(id, std::vector<codecs::Sample>(count, value));
    }
    [[nodiscard]] std::vector<codecs::Sample> read(const std::string& name)
    {
        finish_jobs(thread);
        return read_sound(directory.path() + "/" + name, 8000).value_or(std::vector<codecs::Sample>{});
    }

    TestDirectory directory;
    FileThread thread;
    std::vector<engine::RecordingFailed> failures;
    RecordingWriter writer{thread, [this](const engine::RecordingFailed& failed) { failures.push_back(failed); }};
};

TEST_F(Recordings, AreWrittenWithoutTheEndThatIsDropped)
{
    ASSERT_TRUE(writer.open({.id = 1, .path = "deep/er/a.wav"}));
    write(1, 100, 8000);
    write(1, 200, 8000);
    writer.close(1, 500);
    const auto samples = read("deep/er/a.wav");
    ASSERT_EQ(samples.size(), 12000);
    EXPECT_EQ(samples.front(), 100);
    EXPECT_EQ(samples.back(), 200);
}

TEST_F(Recordings, ReplaceOrContinueWhatIsThere)
{
    for (const bool append : {false, true}) {
        ASSERT_TRUE(writer.open({.id = 1, .path = "a.wav"}));
        write(1, 100, 8000);
        writer.close(1, 0);
        ASSERT_TRUE(writer.open({.id = 2, .path = "a.wav", .append = append}));
        write(2, 200, 800);
        writer.close(2, 0);
        const auto samples = read("a.wav");
        ASSERT_EQ(samples.size(), append ? 8800 : 800);
        EXPECT_EQ(samples.front(), append ? 100 : 200);
        EXPECT_EQ(samples.back(), 200);
    }
    EXPECT_TRUE(failures.empty());
}

TEST_F(Recordings, AreNotContinuedAtAnotherRate)
{
    ASSERT_TRUE(writer.open({.id = 1, .path = "a.wav"}));
    write(1, 100, 8000);
    writer.close(1, 0);
    ASSERT_TRUE(writer.open({.id = 2, .path = "a.wav", .rate = 16000, .append = true}));
    write(2, 200, 800);
    writer.close(2, 0);
    EXPECT_EQ(read("a.wav").size(), 8000);
    ASSERT_EQ(failures.size(), 1);
    EXPECT_EQ(failures[0].id, 2);
}

TEST_F(Recordings, AreWrittenAsTheirExtensionSays)
{
    struct Case {
        const char* name;
        std::size_t bytes;  // of a second of 16 kHz; 0 = compressed
    };
    for (const Case& one :
         {Case{"a.ulaw", 8000}, Case{"a.alaw", 8000}, Case{"a.sln", 16000}, Case{"a.sln16", 32000},
          Case{"a.sln48", 96000}, Case{"a.wav", 32044}, Case{"a.wav16", 32044}, Case{"a.g722", 8000},
          Case{"a.gsm", 1650}, Case{"a.ulaw.wav", 8058}, Case{"a.alaw.wav", 8058}, Case{"a.ogg", 0}}) {
        ASSERT_TRUE(writer.open({.id = 1, .path = one.name, .rate = 16000}));
        write(1, 1000, 16000);
        writer.close(1, 0);
        const auto samples = read(one.name);
        if (one.bytes != 0) {
            EXPECT_EQ(fs::file_size(directory.path() + "/" + one.name), one.bytes) << one.name;
        }
        ASSERT_EQ(samples.size(), 8000) << one.name;
        EXPECT_NEAR(samples[4000], one.bytes == 0 ? 0 : 1000, 50) << one.name << ": Opus keeps no offset";
    }
    EXPECT_TRUE(failures.empty());
}

TEST_F(Recordings, WithoutAHeaderAreContinuedToo)
{
    for (const std::string name : {"a.ulaw", "a.g722"}) {
        for (const bool append : {false, true}) {
            ASSERT_TRUE(writer.open({.id = 1, .path = name, .append = append}));
            write(1, 1000, 8000);
            writer.close(1, append ? 500 : 0);
        }
        EXPECT_EQ(read(name).size(), 12000) << name;
    }
    EXPECT_TRUE(failures.empty());
}

TEST_F(Recordings, EndWhereTheirCallEnds)
{
    ASSERT_TRUE(writer.open({.id = 1, .path = "a.g722", .rate = 16000}));
    write(1, 1000, 16000 + 333);
    writer.close(1, 0);
    EXPECT_EQ(read("a.g722").size(), 8168) << "to the next whole millisecond";
}

TEST_F(Recordings, InFormatsThatAreNotThereFail)
{
    for (const char* name : {"a.foo", "a", "a.sln44"}) {
        ASSERT_TRUE(writer.open({.id = 1, .path = name}));
        finish_jobs(thread);
        ASSERT_EQ(failures.size(), 1U);
        EXPECT_NE(failures[0].problem.find("; there are ulaw.wav, "), std::string::npos);
        EXPECT_FALSE(fs::exists(directory.path() + "/" + name));
        writer.close(1, 0);
        failures.clear();
    }
}

TEST_F(Recordings, NeverLeaveTheirDirectory)
{
    for (const char* path : {"../a.wav", "/tmp/a.wav", "b/../../a.wav", ""}) {
        EXPECT_FALSE(writer.open({.id = 1, .path = path})) << path;
    }
    TestDirectory elsewhere;
    fs::create_directory_symlink(elsewhere.path(), directory.path() + "/link");
    ASSERT_TRUE(writer.open({.id = 1, .path = "link/a.wav"}));
    write(1, 100, 100);
    writer.close(1, 0);
    fs::create_symlink(elsewhere.path() + "/b.wav", directory.path() + "/b.wav");
    ASSERT_TRUE(writer.open({.id = 2, .path = "b.wav"}));
    writer.close(2, 0);
    finish_jobs(thread);
    EXPECT_TRUE(fs::is_empty(elsewhere.path()));
    ASSERT_EQ(failures.size(), 2);
    EXPECT_NE(failures[0].problem.find("leads out"), std::string::npos);
}

/// No file may grow beyond this while it lives: writes fail as on a full disk, for any user.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes) : handler_{std::signal(SIGXFSZ, SIG_IGN)}
    {
        EXPECT_EQ(getrlimit(RLIMIT_FSIZE, &before_), 0);
        const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
        EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
    }
    ~FileSizeLimit()
    {
        setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    rlimit before_{};
    void (*handler_)(int);
};

TEST_F(Recordings, AWriteThatFailsIsToldOnce)
{
    {
        const FileSizeLimit limit{65'536};
        ASSERT_TRUE(writer.open({.id = 7, .path = "a.wav"}));
        for (int i = 0; i < 10; ++i) {
            write(7, 100, 8000);
        }
        writer.close(7, 0);
        finish_jobs(thread);
    }
    ASSERT_EQ(failures.size(), 1);
    EXPECT_EQ(failures[0].id, 7);
}

TEST_F(Recordings, AreRemovedAfterWhatWasAskedBefore)
{
    ASSERT_TRUE(writer.open({.id = 1, .path = "a.wav"}));
    write(1, 100, 8000);
    writer.close(1, 0);
    bool was_there = false;
    thread.submit([&]() -> FileThread::Continuation {
        was_there = fs::exists(directory.path() + "/a.wav");
        return {};
    });
    writer.remove("a.wav");
    finish_jobs(thread);
    EXPECT_TRUE(was_there);
    EXPECT_FALSE(fs::exists(directory.path() + "/a.wav"));
}

}  // namespace
}  // namespace rb::files
