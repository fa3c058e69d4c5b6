// Goal: any bytes are a counter file or refused; nothing outside them is read.
// Method: the bytes are the file, on their own heap block, and everything the reader offers is looked at.
#include "dataplane/base/stats_reader.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::vector<std::uint64_t> aligned((size + 7) / 8);
    if (size > 0) {
        std::memcpy(aligned.data(), data, size);
    }
    const auto reader = rb::StatsReader::read(std::as_bytes(std::span{aligned}).first(size));
    if (!reader) {
        return 0;
    }
    constexpr std::size_t kRowsLooked = 64;
    for (const rb::BlockView& block : (*reader)->blocks()) {
        for (const rb::FigureView& figure : block.figures) {
            static_cast<void>(block.value(figure));
        }
        for (std::size_t i = 0; i < std::min(block.rows_used(), kRowsLooked); ++i) {
            const auto row = block.row(i);
            for (std::size_t f = 0; row && f < row->figures().size(); ++f) {
                static_cast<void>(row->text(row->figures()[f].name));
                static_cast<void>(row->value(row->figures()[f].name));
            }
        }
    }
    return 0;
}
