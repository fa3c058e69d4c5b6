// stats_layout.h — how the counter file lies in memory: known to its writer and its reader, and to nobody else.
//
// header · block entries · figure entries · blocks, each on a page of its own so that no two writers share a cache
// line. The file says of itself what is in it: a reader older or newer than the node still finds every figure by name.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace rb::stats {

inline constexpr std::array<char, 8> kMagic{'R', 'B', 'S', 'T', 'A', 'T', 'S', '\n'};
inline constexpr std::uint32_t kVersion = 1;
inline constexpr std::size_t kPageBytes = 4096;
inline constexpr std::size_t kWordBytes = 8;
/// Rows of tables begin on cache lines: the rows of one table may have several writers.
inline constexpr std::size_t kLineWords = 8;

/// What a table may hold at most; a reader refuses more, so that a broken file cannot make it allocate without bound.
inline constexpr std::uint32_t kBlocksMax = 512;
inline constexpr std::uint32_t kFiguresMax = 65536;

struct FileHeader {
    std::array<char, 8> magic{};  ///< written last: before that the file is not there yet
    std::uint32_t version = 0;
    std::uint32_t header_bytes = 0;
    std::uint64_t file_bytes = 0;
    std::uint64_t pid = 0;
    std::uint64_t started_at = 0;  ///< nanoseconds since 1970
    std::uint32_t blocks = 0;
    std::uint32_t figures = 0;
    std::array<char, 64> node{};  ///< '\0'-padded, as every text here
    std::array<char, 32> program{};
};
static_assert(sizeof(FileHeader) == 144);

struct BlockEntry {
    std::array<char, 32> name{};
    std::uint64_t offset = 0;
    std::uint32_t rows = 0;
    std::uint32_t row_words = 0;
    std::uint32_t first_figure = 0;
    std::uint32_t figures = 0;
    std::uint32_t guarded = 0;    ///< 1 = a table: word 0 of each row is its sequence word
    std::uint32_t rows_used = 0;  ///< of a table: all rows ever written lie below; only grows
};
static_assert(sizeof(BlockEntry) == 64);

struct FigureEntry {
    std::array<char, 48> name{};
    std::uint32_t word = 0;  ///< in the row
    std::uint16_t words = 0;
    std::uint16_t kind = 0;  ///< FigureKind
    std::uint64_t reserved = 0;
};
static_assert(sizeof(FigureEntry) == 64);

// A row's sequence word: bit 0 = being written, bit 1 = holds something, the rest counts writes.
inline constexpr std::uint64_t kRowBusy = 1;
inline constexpr std::uint64_t kRowPresent = 2;
inline constexpr std::uint64_t kRowStep = 4;

}  // namespace rb::stats
