// stats_file.h — the counter file: every figure of the node in shared memory, written in place and read by anybody.
//
// Looking costs the node nothing: rbctl and the exporters map it read-only (stats_reader.h).
#pragma once

#include "dataplane/base/counters.h"
#include "dataplane/base/error.h"
#include "dataplane/base/row_table.h"
#include "dataplane/base/time.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace rb {

/// One block to be had in the file: the counters of one thread, or a table.
struct StatsBlock {
    std::string name;                 ///< "worker.0", "sip", "control", "legs"; at most 31 bytes, once
    std::span<const Figure> figures;  ///< names at most 47 bytes; needed until create() returns
    std::uint32_t rows = 0;           ///< 0 = counters; else a table of so many rows
};

/// Who writes the file.
struct StatsIdentity {
    std::string node;        ///< systemname; empty = the host's name
    std::string program;     ///< name and version
    Nanos started_at = 0ns;  ///< wall clock
};

/// Owner: control, which hands the views out before the threads start and outlives them.
class StatsFile {
public:
    /// Makes the file. One left by a node that is gone is replaced; readers of the old one keep what they see.
    ///
    /// returns   the file, or an Error: a live node uses the path, the directory refuses, or the memory is not there
    [[nodiscard]] static Result<std::unique_ptr<StatsFile>> create(const std::string& path,
                                                                   const StatsIdentity& identity,
                                                                   std::span<const StatsBlock> blocks);
    /// Removes the file, unless another has taken its place.
    ~StatsFile();
    StatsFile(const StatsFile&) = delete;
    StatsFile& operator=(const StatsFile&) = delete;

    /// The words of a block of counters, indexed as its figures are; the block exists (asserted).
    [[nodiscard]] Counters counters(std::string_view block) noexcept;
    /// The rows of a table; it exists (asserted).
    [[nodiscard]] RowTable table(std::string_view block) noexcept;

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    StatsFile() = default;

    std::string path_;
    int fd_ = -1;  // its lock says that the node lives
    std::span<std::byte> memory_;
};

}  // namespace rb
