#include "dataplane/base/stats_reader.h"

#include "dataplane/base/stats_layout.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace rb {
namespace {

using namespace stats;

/// Looks at a row under way this often: a write takes some ten nanoseconds, unless its writer died in it.
constexpr int kAttemptsMax = 100;

template <typename T>
T read_at(std::span<const std::byte> memory, std::size_t offset) noexcept
{
    T value;
    std::memcpy(&value, memory.data() + offset, sizeof value);
    return value;
}

template <std::size_t Size>
std::string text_of(const std::array<char, Size>& bytes)
{
    return {bytes.begin(), std::find(bytes.begin(), bytes.end(), '\0')};
}

const FigureView* find_figure(std::span<const FigureView> figures, std::string_view name) noexcept
{
    const auto found =
        std::find_if(figures.begin(), figures.end(), [name](const FigureView& figure) { return figure.name == name; });
    return found == figures.end() ? nullptr : &*found;
}

Result<void> check(const FileHeader& header, std::size_t size)
{
    if (header.magic != kMagic) {
        return failure("not a counter file, or not finished yet");
    }
    if (header.version != kVersion || header.header_bytes != sizeof(FileHeader)) {
        return failure("a counter file of version " + std::to_string(header.version) + "; this program reads version " +
                       std::to_string(kVersion));
    }
    if (header.blocks > kBlocksMax || header.figures > kFiguresMax || header.file_bytes > size ||
        sizeof(FileHeader) + header.blocks * sizeof(BlockEntry) + header.figures * sizeof(FigureEntry) > size) {
        return failure("a counter file that is cut short or broken");
    }
    return {};
}

/// Whether everything the entry speaks of lies in the file.
bool fits(const BlockEntry& entry, const FileHeader& header, std::size_t size) noexcept
{
    const std::uint64_t words = std::uint64_t{entry.rows} * entry.row_words;  // cannot wrap: 32 bits each
    return entry.row_words > 0 && entry.guarded <= 1 && entry.offset % kWordBytes == 0 && entry.offset <= size &&
           words <= (size - entry.offset) / kWordBytes && entry.first_figure <= header.figures &&
           entry.figures <= header.figures - entry.first_figure;
}

/// Reads the figures of a block; empty where one lies outside the row.
std::optional<std::vector<FigureView>> figures_of(const BlockEntry& entry, std::span<const std::byte> table)
{
    std::vector<FigureView> figures;
    for (std::size_t i = 0; i < entry.figures; ++i) {
        const auto figure = read_at<FigureEntry>(table, (entry.first_figure + i) * sizeof(FigureEntry));
        const bool inside = figure.words > 0 && figure.word < entry.row_words &&
                            figure.words <= entry.row_words - figure.word && figure.word >= entry.guarded;
        if (!inside || figure.kind > static_cast<std::uint16_t>(FigureKind::Text)) {
            return std::nullopt;
        }
        figures.push_back({.name = text_of(figure.name),
                           .kind = static_cast<FigureKind>(figure.kind),
                           .word = figure.word,
                           .words = figure.words});
    }
    return figures;
}

}  // namespace

const FigureView* RowView::find(std::string_view figure) const
{
    return find_figure(figures_, figure);
}

std::uint64_t RowView::value(std::string_view figure) const
{
    const FigureView* const found = find(figure);
    return found == nullptr || found->kind == FigureKind::Text ? 0 : words_[found->word];
}

std::string RowView::text(std::string_view figure) const
{
    const FigureView* const found = find(figure);
    if (found == nullptr || found->kind != FigureKind::Text) {
        return {};
    }
    std::string bytes(found->words * kWordBytes, '\0');
    std::memcpy(bytes.data(), words_.data() + found->word, bytes.size());
    bytes.resize(std::min(bytes.find('\0'), bytes.size()));
    return bytes;
}

std::uint64_t BlockView::value(std::string_view figure) const
{
    const FigureView* const found = find_figure(figures, figure);
    return found == nullptr ? 0 : value(*found);
}

std::uint64_t BlockView::value(const FigureView& figure) const noexcept
{
    return table || figure.kind == FigureKind::Text ? 0 : words_[figure.word].load(std::memory_order_relaxed);
}

std::size_t BlockView::rows_used() const noexcept
{
    return table ? std::min<std::size_t>(used_->load(std::memory_order_relaxed), words_.size() / row_words_) : 0;
}

std::optional<RowView> BlockView::row(std::size_t index) const
{
    if (index >= rows_used()) {
        return std::nullopt;
    }
    const auto words = words_.subspan(index * row_words_, row_words_);
    std::vector<std::uint64_t> copy(row_words_);
    for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
        const std::uint64_t before = words[0].load(std::memory_order_acquire);
        if ((before & kRowBusy) != 0) {
            continue;
        }
        if ((before & kRowPresent) == 0) {
            return std::nullopt;
        }
        for (std::size_t i = 1; i < words.size(); ++i) {
            copy[i] = words[i].load(std::memory_order_relaxed);
        }
        std::atomic_thread_fence(std::memory_order_acquire);
        if (words[0].load(std::memory_order_relaxed) == before) {
            return RowView{std::move(copy), figures};
        }
    }
    return std::nullopt;
}

Result<void> StatsReader::load(std::span<const std::byte> memory)
{
    if (memory.size() < sizeof(FileHeader)) {
        return failure("not a counter file, or not finished yet");
    }
    const auto header = read_at<FileHeader>(memory, 0);
    if (const auto checked = check(header, memory.size()); !checked) {
        return checked;
    }
    identity_ = {.node = text_of(header.node),
                 .program = text_of(header.program),
                 .pid = header.pid,
                 .started_at = Nanos{static_cast<std::int64_t>(header.started_at)}};
    const auto figure_table = memory.subspan(sizeof(FileHeader) + header.blocks * sizeof(BlockEntry));
    for (std::size_t i = 0; i < header.blocks; ++i) {
        const std::size_t at = sizeof(FileHeader) + i * sizeof(BlockEntry);
        const auto entry = read_at<BlockEntry>(memory, at);
        auto figures = fits(entry, header, memory.size()) ? figures_of(entry, figure_table) : std::nullopt;
        if (!figures || (entry.guarded == 0 && entry.rows != 1)) {
            return failure("a counter file that is cut short or broken: block " + std::to_string(i) +
                           " points outside it");
        }
        BlockView& block = blocks_.emplace_back();
        block.name = text_of(entry.name);
        block.table = entry.guarded == 1;
        block.figures = std::move(*figures);
        block.words_ = {reinterpret_cast<const Counters::Word*>(memory.data() + entry.offset),
                        std::size_t{entry.rows} * entry.row_words};
        block.row_words_ = entry.row_words;
        block.used_ =
            reinterpret_cast<const std::atomic<std::uint32_t>*>(memory.data() + at + offsetof(BlockEntry, rows_used));
    }
    return {};
}

Result<std::unique_ptr<StatsReader>> StatsReader::read(std::span<const std::byte> memory)
{
    std::unique_ptr<StatsReader> reader{new StatsReader};
    if (const auto loaded = reader->load(memory); !loaded) {
        return tl::unexpected(loaded.error());
    }
    return reader;
}

Result<std::unique_ptr<StatsReader>> StatsReader::open(const std::string& path)
{
    std::unique_ptr<StatsReader> reader{new StatsReader};
    reader->fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (reader->fd_ < 0) {
        return failure("cannot open " + path + ": " + std::strerror(errno));
    }
    struct stat found {};
    if (fstat(reader->fd_, &found) != 0 || !S_ISREG(found.st_mode) || found.st_size <= 0) {
        return failure(path + " is not a counter file, or not finished yet");
    }
    const auto size = static_cast<std::size_t>(found.st_size);
    void* const memory = mmap(nullptr, size, PROT_READ, MAP_SHARED, reader->fd_, 0);
    if (memory == MAP_FAILED) {
        return failure("cannot map " + path + ": " + std::strerror(errno));
    }
    reader->mapped_ = {static_cast<std::byte*>(memory), size};
    if (const auto loaded = reader->load(reader->mapped_); !loaded) {
        return failure(path + " is " + loaded.error().message);
    }
    return reader;
}

StatsReader::~StatsReader()
{
    if (!mapped_.empty()) {
        munmap(mapped_.data(), mapped_.size());
    }
    if (fd_ >= 0) {
        close(fd_);
    }
}

bool StatsReader::alive() const noexcept
{
    struct flock whole {};
    whole.l_type = F_RDLCK;
    whole.l_whence = SEEK_SET;
    return fd_ >= 0 && fcntl(fd_, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
}

const BlockView* StatsReader::find(std::string_view block) const noexcept
{
    const auto found =
        std::find_if(blocks_.begin(), blocks_.end(), [block](const BlockView& view) { return view.name == block; });
    return found == blocks_.end() ? nullptr : &*found;
}

}  // namespace rb
