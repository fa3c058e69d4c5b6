// stats_reader.h — the counter file as everybody but its writers sees it: mapped read-only, believed in nothing.
#pragma once

#include "dataplane/base/counters.h"
#include "dataplane/base/error.h"
#include "dataplane/base/time.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rb {

/// A figure of a block, as the file describes it.
struct FigureView {
    std::string name;
    FigureKind kind = FigureKind::Counter;
    std::uint32_t word = 0;  ///< in the row
    std::uint32_t words = 1;
};

/// One row of a table, copied whole.
class RowView {
public:
    RowView(std::vector<std::uint64_t> words, std::span<const FigureView> figures)
        : words_{std::move(words)}, figures_{figures}
    {
    }
    /// 0 where the file has no such figure: it comes from another version.
    [[nodiscard]] std::uint64_t value(std::string_view figure) const;
    [[nodiscard]] std::string text(std::string_view figure) const;
    [[nodiscard]] std::span<const FigureView> figures() const { return figures_; }

private:
    [[nodiscard]] const FigureView* find(std::string_view figure) const;

    std::vector<std::uint64_t> words_;
    std::span<const FigureView> figures_;  // of the reader, which outlives the row
};

/// A block of counters, or a table.
class BlockView {
public:
    std::string name;
    bool table = false;
    std::vector<FigureView> figures;

    /// A figure's present value; 0 where there is none of this name, or it is text.
    [[nodiscard]] std::uint64_t value(std::string_view figure) const;
    [[nodiscard]] std::uint64_t value(const FigureView& figure) const noexcept;

    /// Rows that may hold something; 0 for counters.
    [[nodiscard]] std::size_t rows_used() const noexcept;
    /// A row as it was at one moment; nothing where it is empty, or being written over and over.
    [[nodiscard]] std::optional<RowView> row(std::size_t index) const;

private:
    friend class StatsReader;
    std::span<const Counters::Word> words_;
    std::size_t row_words_ = 1;
    const std::atomic<std::uint32_t>* used_ = nullptr;
};

/// Owner: whoever opened it.
class StatsReader {
public:
    /// Maps the file. Every name, offset and size in it is checked once, and copied.
    ///
    /// returns   the reader, or an Error: no file, no right to read it, or not a whole counter file of this version
    [[nodiscard]] static Result<std::unique_ptr<StatsReader>> open(const std::string& path);
    /// The same from memory, 8-byte aligned, which outlives the reader.
    [[nodiscard]] static Result<std::unique_ptr<StatsReader>> read(std::span<const std::byte> memory);
    ~StatsReader();
    StatsReader(const StatsReader&) = delete;
    StatsReader& operator=(const StatsReader&) = delete;

    struct Identity {
        std::string node;
        std::string program;
        std::uint64_t pid = 0;
        Nanos started_at = 0ns;  ///< wall clock
    };
    [[nodiscard]] const Identity& identity() const noexcept { return identity_; }
    /// Whether the node that made the file still runs.
    [[nodiscard]] bool alive() const noexcept;

    [[nodiscard]] std::span<const BlockView> blocks() const noexcept { return blocks_; }
    /// nullptr where there is none.
    [[nodiscard]] const BlockView* find(std::string_view block) const noexcept;

private:
    StatsReader() = default;
    [[nodiscard]] Result<void> load(std::span<const std::byte> memory);

    int fd_ = -1;
    std::span<std::byte> mapped_;
    Identity identity_;
    std::vector<BlockView> blocks_;
};

}  // namespace rb
