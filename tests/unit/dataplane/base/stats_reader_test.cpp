// Goal: whatever a file holds, the reader takes it as a counter file or refuses it, and never looks outside it.
// Method: a good file in memory, then each kind of damage once, then truncation at every length and any byte changed as
// properties.
#include "dataplane/base/stats_reader.h"

#include "dataplane/base/stats_file.h"
#include "dataplane/base/stats_layout.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstring>
#include <fstream>
#include <unistd.h>

namespace rb {
namespace {

constexpr std::array<Figure, 2> kFigures{{{"a"}, {"b", FigureKind::Gauge}}};
constexpr std::array<Figure, 2> kRow{{{"name", FigureKind::Text, 2}, {"value", FigureKind::Gauge}}};

/// The bytes of a good file, aligned as a mapping is.
class Image {
public:
    Image()
    {
        const std::string path = "/dev/shm/rb_stats_reader_test." + std::to_string(getpid());
        const auto file = StatsFile::create(
            path, {.node = "n", .program = "p"},
            std::vector<StatsBlock>{{.name = "t", .figures = kFigures}, {.name = "rows", .figures = kRow, .rows = 2}});
        (*file)->table("rows").publish(1, std::array<std::uint64_t, 3>{0x41, 0, 7});
        std::ifstream stream{path, std::ios::binary};
        const std::string bytes{std::istreambuf_iterator<char>{stream}, {}};
        words_.resize(bytes.size() / sizeof(std::uint64_t));
        std::memcpy(words_.data(), bytes.data(), bytes.size());
    }
    [[nodiscard]] std::span<std::byte> bytes() { return std::as_writable_bytes(std::span{words_}); }
    template <typename T>
    void put(std::size_t at, T value)
    {
        std::memcpy(bytes().data() + at, &value, sizeof value);
    }

private:
    std::vector<std::uint64_t> words_;
};

constexpr std::size_t kBlocksAt = sizeof(stats::FileHeader);
constexpr std::size_t kFiguresAt = kBlocksAt + 2 * sizeof(stats::BlockEntry);

/// Looks at everything there is.
void visit_all(const StatsReader& reader)
{
    for (const BlockView& block : reader.blocks()) {
        for (const FigureView& figure : block.figures) {
            static_cast<void>(block.value(figure));
        }
        for (std::size_t i = 0; i < std::min<std::size_t>(block.rows_used(), 16); ++i) {
            if (const auto row = block.row(i)) {
                for (const FigureView& figure : row->figures()) {
                    static_cast<void>(row->text(figure.name) + std::to_string(row->value(figure.name)));
                }
            }
        }
    }
}

TEST(StatsReader, TakesAGoodFile)
{
    Image image;
    const auto reader = StatsReader::read(image.bytes());
    ASSERT_TRUE(reader) << reader.error().message;
    EXPECT_EQ((*reader)->blocks().size(), 2U);
    EXPECT_EQ((*reader)->find("rows")->row(1)->text("name"), "A");
    EXPECT_FALSE((*reader)->alive());
}

struct Damage {
    const char* what;
    std::size_t at;
    std::uint64_t value;
    int bytes;
};

class Damaged : public testing::TestWithParam<Damage> {};

TEST_P(Damaged, IsRefused)
{
    Image image;
    std::memcpy(image.bytes().data() + GetParam().at, &GetParam().value, static_cast<std::size_t>(GetParam().bytes));
    const auto reader = StatsReader::read(image.bytes());
    ASSERT_FALSE(reader) << GetParam().what;
    EXPECT_NE(reader.error().message.find("counter file"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Each, Damaged,
    testing::Values(Damage{"magic", 0, 0, 8}, Damage{"version", offsetof(stats::FileHeader, version), 2, 4},
                    Damage{"file size", offsetof(stats::FileHeader, file_bytes), 1 << 30, 8},
                    Damage{"number of blocks", offsetof(stats::FileHeader, blocks), stats::kBlocksMax + 1, 4},
                    Damage{"number of figures", offsetof(stats::FileHeader, figures), stats::kFiguresMax, 4},
                    Damage{"offset", kBlocksAt + offsetof(stats::BlockEntry, offset), UINT64_MAX - 7, 8},
                    Damage{"offset not aligned", kBlocksAt + offsetof(stats::BlockEntry, offset), 4097, 8},
                    Damage{"rows", kBlocksAt + 64 + offsetof(stats::BlockEntry, rows), UINT32_MAX, 4},
                    Damage{"rows of counters", kBlocksAt + offsetof(stats::BlockEntry, rows), 2, 4},
                    Damage{"words in a row", kBlocksAt + offsetof(stats::BlockEntry, row_words), UINT32_MAX, 4},
                    Damage{"no words in a row", kBlocksAt + offsetof(stats::BlockEntry, row_words), 0, 4},
                    Damage{"first figure", kBlocksAt + offsetof(stats::BlockEntry, first_figure), 5, 4},
                    Damage{"figures of a block", kBlocksAt + offsetof(stats::BlockEntry, figures), UINT32_MAX, 4},
                    Damage{"guarded", kBlocksAt + offsetof(stats::BlockEntry, guarded), 2, 4},
                    Damage{"figure's word", kFiguresAt + offsetof(stats::FigureEntry, word), 2, 4},
                    Damage{"figure's words", kFiguresAt + offsetof(stats::FigureEntry, words), 3, 2},
                    Damage{"figure without words", kFiguresAt + offsetof(stats::FigureEntry, words), 0, 2},
                    Damage{"figure's kind", kFiguresAt + offsetof(stats::FigureEntry, kind), 4, 2},
                    Damage{"figure over the sequence", kFiguresAt + 128 + offsetof(stats::FigureEntry, word), 0, 4}));

TEST(StatsReader, ReadsNoMoreRowsThanThereAre)
{
    Image image;
    image.put(kBlocksAt + 64 + offsetof(stats::BlockEntry, rows_used), std::uint32_t{1000});
    const auto reader = StatsReader::read(image.bytes());
    ASSERT_TRUE(reader);
    EXPECT_EQ((*reader)->find("rows")->rows_used(), 2U);
    EXPECT_FALSE((*reader)->find("rows")->row(2));
}

TEST(StatsReader, ARowWhoseWriterDiedInItIsNotShown)
{
    Image image;
    const std::size_t row = stats::kPageBytes * 2 + 8 * sizeof(std::uint64_t);
    image.put(row, std::uint64_t{stats::kRowStep | stats::kRowBusy});
    EXPECT_FALSE((*StatsReader::read(image.bytes()))->find("rows")->row(1));
}

TEST(StatsReader, WhatIsNoFileIsRefused)
{
    for (const char* path : {"/dev/null", "/dev/shm", "/proc/self/status"}) {
        EXPECT_FALSE(StatsReader::open(path)) << path;
    }
}

RC_GTEST_PROP(StatsReaderProperties, AnyTruncationIsRefused, ())
{
    Image image;
    const auto size = *rc::gen::inRange<std::size_t>(0, image.bytes().size());
    RC_ASSERT(!StatsReader::read(image.bytes().first(size)));
}

RC_GTEST_PROP(StatsReaderProperties, AnyChangedBytesAreSurvived, (const std::vector<std::uint8_t>& values))
{
    Image image;
    for (const std::uint8_t value : values) {
        image.put(*rc::gen::inRange<std::size_t>(0, kFiguresAt + 4 * sizeof(stats::FigureEntry)), value);
    }
    if (const auto reader = StatsReader::read(image.bytes())) {
        visit_all(**reader);
    }
}

}  // namespace
}  // namespace rb
