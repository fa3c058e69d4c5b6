#include "dataplane/base/stats_file.h"

#include "dataplane/base/assert.h"
#include "dataplane/base/stats_layout.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace rb {
namespace {

using namespace stats;

/// Its group may look, strangers may not: rows name callers.
constexpr mode_t kMode = 0640;
/// Two nodes that start at once may each find the other's half-made file this often.
constexpr int kAttemptsMax = 8;

std::size_t whole_pages(std::size_t bytes) noexcept
{
    return (bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
}

template <std::size_t Size>
std::array<char, Size> padded(std::string_view text) noexcept
{
    std::array<char, Size> bytes{};
    std::memcpy(bytes.data(), text.data(), std::min(text.size(), Size - 1));
    return bytes;
}

std::string host_name()
{
    std::array<char, 64> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "ringbridge";
}

/// The tables at the head of the file, made before there is a file.
struct Plan {
    FileHeader header;
    std::vector<BlockEntry> blocks;
    std::vector<FigureEntry> figures;
};

BlockEntry plan_block(const StatsBlock& block, std::vector<FigureEntry>& figures)
{
    BlockEntry entry;
    RB_ASSERT(block.name.size() < entry.name.size());
    entry.name = padded<32>(block.name);
    entry.guarded = block.rows > 0 ? 1 : 0;
    entry.rows = std::max(block.rows, 1U);
    entry.first_figure = static_cast<std::uint32_t>(figures.size());
    entry.figures = static_cast<std::uint32_t>(block.figures.size());
    std::uint32_t word = entry.guarded;
    for (const Figure& figure : block.figures) {
        RB_ASSERT(std::strlen(figure.name) < FigureEntry{}.name.size());
        figures.push_back({.name = padded<48>(figure.name),
                           .word = word,
                           .words = figure.words,
                           .kind = static_cast<std::uint16_t>(figure.kind)});
        word += figure.words;
    }
    constexpr auto kLine = static_cast<std::uint32_t>(kLineWords);
    entry.row_words = entry.guarded != 0 ? (word + kLine - 1) / kLine * kLine : word;
    return entry;
}

Plan make_plan(const StatsIdentity& identity, std::span<const StatsBlock> blocks)
{
    Plan plan;
    for (const StatsBlock& block : blocks) {
        plan.blocks.push_back(plan_block(block, plan.figures));
    }
    RB_ASSERT(plan.blocks.size() <= kBlocksMax);
    RB_ASSERT(plan.figures.size() <= kFiguresMax);
    std::size_t end = whole_pages(sizeof(FileHeader) + plan.blocks.size() * sizeof(BlockEntry) +
                                  plan.figures.size() * sizeof(FigureEntry));
    for (BlockEntry& block : plan.blocks) {
        block.offset = end;
        end += whole_pages(std::size_t{block.rows} * block.row_words * kWordBytes);
    }
    plan.header = {.magic = kMagic,
                   .version = kVersion,
                   .header_bytes = sizeof(FileHeader),
                   .file_bytes = end,
                   .pid = static_cast<std::uint64_t>(getpid()),
                   .started_at = static_cast<std::uint64_t>(identity.started_at.count()),
                   .blocks = static_cast<std::uint32_t>(plan.blocks.size()),
                   .figures = static_cast<std::uint32_t>(plan.figures.size()),
                   .node = padded<64>(identity.node.empty() ? host_name() : identity.node),
                   .program = padded<32>(identity.program)};
    return plan;
}

/// Takes the lock that says "a node lives here"; the kernel gives it up however the node ends.
bool lock(int fd) noexcept
{
    struct flock whole {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    return fcntl(fd, F_OFD_SETLK, &whole) == 0;
}

bool still_at(const std::string& path, int fd) noexcept
{
    struct stat by_path {};
    struct stat by_fd {};
    return stat(path.c_str(), &by_path) == 0 && fstat(fd, &by_fd) == 0 && by_path.st_ino == by_fd.st_ino &&
           by_path.st_dev == by_fd.st_dev;
}

std::string refusal(const std::string& path, const char* what)
{
    return "cannot " + std::string{what} + " the counter file " + path + ": " + std::strerror(errno) +
           "; set counters in [paths] of ringbridge.conf to a file this user may write";
}

/// Removes what a dead node left. False when a live one uses it.
Result<void> remove_left_over(const std::string& path)
{
    const int old = open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (old < 0) {
        return errno == ENOENT ? Result<void>{} : failure(refusal(path, "open"));
    }
    Result<void> outcome;
    if (!lock(old)) {
        outcome = failure("the counter file " + path +
                          " belongs to a node that is running; stop it, or give this one another file with counters "
                          "in [paths] of ringbridge.conf");
    } else if (still_at(path, old) && unlink(path.c_str()) != 0) {
        outcome = failure(refusal(path, "replace"));
    }
    close(old);
    return outcome;
}

/// An empty file at the path, locked.
Result<int> claim(const std::string& path)
{
    for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
        if (const auto removed = remove_left_over(path); !removed) {
            return tl::unexpected(removed.error());
        }
        const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kMode);
        if (fd < 0 && errno != EEXIST) {
            return failure(refusal(path, "create"));
        }
        if (fd >= 0 && lock(fd) && still_at(path, fd)) {
            return fd;
        }
        if (fd >= 0) {
            close(fd);
        }
    }
    return failure("the counter file " + path + " is being made by another node; try again");
}

std::span<BlockEntry> entries(std::span<std::byte> memory) noexcept
{
    const auto* header = reinterpret_cast<const FileHeader*>(memory.data());
    return {reinterpret_cast<BlockEntry*>(memory.data() + sizeof(FileHeader)), header->blocks};
}

BlockEntry& find(std::span<std::byte> memory, std::string_view name) noexcept
{
    const std::span<BlockEntry> all = entries(memory);
    const auto found =
        std::find_if(all.begin(), all.end(), [name](const BlockEntry& entry) { return name == entry.name.data(); });
    RB_ASSERT(found != all.end());
    return *found;
}

std::span<Counters::Word> words(std::span<std::byte> memory, const BlockEntry& block) noexcept
{
    return {reinterpret_cast<Counters::Word*>(memory.data() + block.offset), std::size_t{block.rows} * block.row_words};
}

void write_plan(const Plan& plan, std::byte* to) noexcept
{
    const std::size_t block_bytes = plan.blocks.size() * sizeof(BlockEntry);
    std::byte* const behind_header = to + sizeof(FileHeader);
    std::memcpy(behind_header, plan.blocks.data(), block_bytes);
    std::memcpy(behind_header + block_bytes, plan.figures.data(), plan.figures.size() * sizeof(FigureEntry));
    const std::size_t magic_bytes = sizeof(FileHeader::magic);
    std::memcpy(to + magic_bytes, reinterpret_cast<const std::byte*>(&plan.header) + magic_bytes,
                sizeof(FileHeader) - magic_bytes);
    std::uint64_t magic = 0;
    std::memcpy(&magic, plan.header.magic.data(), sizeof magic);
    reinterpret_cast<Counters::Word*>(to)->store(magic, std::memory_order_release);
}

}  // namespace

Result<std::unique_ptr<StatsFile>> StatsFile::create(const std::string& path, const StatsIdentity& identity,
                                                     std::span<const StatsBlock> blocks)
{
    const Plan plan = make_plan(identity, blocks);
    const auto fd = claim(path);
    if (!fd) {
        return tl::unexpected(fd.error());
    }
    std::unique_ptr<StatsFile> file{new StatsFile};
    file->path_ = path;
    file->fd_ = *fd;
    const std::size_t size = plan.header.file_bytes;
    // All of it now: a store into a page that cannot be had would end the node later.
    if (errno = posix_fallocate(*fd, 0, static_cast<off_t>(size)); errno != 0) {
        return failure(refusal(path, "find room for"));
    }
    void* const memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, *fd, 0);
    if (memory == MAP_FAILED) {
        return failure(refusal(path, "map"));
    }
    file->memory_ = {static_cast<std::byte*>(memory), size};
    write_plan(plan, file->memory_.data());
    return file;
}

StatsFile::~StatsFile()
{
    if (still_at(path_, fd_)) {
        unlink(path_.c_str());
    }
    if (!memory_.empty()) {
        munmap(memory_.data(), memory_.size());
    }
    close(fd_);
}

Counters StatsFile::counters(std::string_view block) noexcept
{
    const BlockEntry& entry = find(memory_, block);
    RB_ASSERT(entry.guarded == 0);
    return Counters{words(memory_, entry)};
}

RowTable StatsFile::table(std::string_view block) noexcept
{
    BlockEntry& entry = find(memory_, block);
    RB_ASSERT(entry.guarded == 1);
    static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof entry.rows_used);
    return {words(memory_, entry), entry.row_words, reinterpret_cast<std::atomic<std::uint32_t>*>(&entry.rows_used)};
}

}  // namespace rb
