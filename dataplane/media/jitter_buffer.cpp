#include "dataplane/media/jitter_buffer.h"

#include <algorithm>

namespace rb::media {

JitterBuffer::JitterBuffer(Storage storage)
    : cell_bytes_{storage.cell_bytes},
      cells_{storage.cells},
      bytes_{std::make_unique_for_overwrite<std::uint8_t[]>(storage.cell_bytes * storage.cells)},
      free_cell_{0},
      free_cells_{storage.cells}
{
    RB_ASSERT(storage.cells > 0);
    RB_ASSERT(storage.cells <= kCellsMax);
    RB_ASSERT(storage.cell_bytes > 0);
    for (std::size_t i = 0; i < storage.cells; ++i) {
        next_cell_[i] = i + 1 < storage.cells ? static_cast<std::uint8_t>(i + 1) : kNoCell;
    }
}

tl::expected<void, Drop> JitterBuffer::put(const Packet& packet, Nanos now) noexcept
{
    const std::size_t cells = (packet.payload.size() + cell_bytes_ - 1) / cell_bytes_;
    if (packet.payload.size() > kDatagramBytesMax || cells > cells_) {
        return tl::unexpected(Drop::BadLength);
    }
    ++counters_.put;
    if (!started_) {
        begin(packet);
    }
    const auto ahead = static_cast<std::int32_t>(packet.sequence - next_);
    if (ahead < 0) {
        ++counters_.late;
        // Late by a little means that the target is too short; a packet from long ago says nothing.
        if (ahead > -static_cast<std::int32_t>(kPacketsMax)) {
            target_ = std::min(target_ + kTargetStep, kDelayCap / 2);
        }
        return tl::unexpected(Drop::Late);
    }
    if (ahead < static_cast<std::int32_t>(kPacketsMax) && entry(packet.sequence).present()) {
        ++counters_.duplicate;
        return tl::unexpected(Drop::Duplicate);
    }
    if (ahead >= static_cast<std::int32_t>(kPacketsMax)) {
        // A gap wider than the buffer: what is held is older than anybody wants to hear.
        reset();
        begin(packet);
    }
    while (count_ > 0 && (free_cells_ < cells || held_ + packet.duration > kDelayCap)) {
        if (static_cast<std::int32_t>(packet.sequence - oldest()) < 0) {
            ++counters_.overflow;  // it fills a gap before all that is held, so it is itself the oldest
            return tl::unexpected(Drop::Overflow);
        }
        give_up_next();
    }
    if (filling_ && count_ == 0) {
        filling_since_ = now;  // a talk spurt begins
    }
    store(packet);
    return {};
}

void JitterBuffer::begin(const Packet& packet) noexcept
{
    started_ = true;
    filling_ = true;
    next_ = packet.sequence;
}

void JitterBuffer::store(const Packet& packet) noexcept
{
    RB_ASSERT(packet.duration >= 1ms);
    RB_ASSERT(packet.duration < 256ms);
    Entry& added = entry(packet.sequence);
    added = {.sequence = packet.sequence,
             .size = static_cast<std::uint16_t>(packet.payload.size()),
             .duration_ms = static_cast<std::uint8_t>(to_ms(packet.duration))};
    std::uint8_t* link = &added.first_cell;
    for (auto rest = packet.payload; !rest.empty();) {
        const std::size_t piece = std::min(rest.size(), cell_bytes_);
        const std::uint8_t index = free_cell_;
        free_cell_ = next_cell_[index];
        --free_cells_;
        std::copy_n(rest.begin(), piece, cell(index));
        *link = index;
        link = &next_cell_[index];
        rest = rest.subspan(piece);
    }
    *link = kNoCell;
    ++count_;
    held_ += packet.duration;
}

JitterBuffer::Taken JitterBuffer::take(Nanos now, Scratch& scratch) noexcept
{
    if (!due(now)) {
        return {};
    }
    if (count_ == 0) {
        run_dry();
        return {};
    }
    Entry& turn = entry(next_);
    ++next_;
    if (!turn.present()) {
        ++counters_.lost;
        return {.verdict = Verdict::Lost};
    }
    const Taken taken{.verdict = Verdict::Frame, .payload = gather(turn, scratch), .duration = turn.duration()};
    release(turn);
    ++counters_.taken;
    observe();
    return taken;
}

std::span<const std::uint8_t> JitterBuffer::next_in_turn(Scratch& scratch) noexcept
{
    const Entry& turn = entry(next_);
    return turn.present() ? gather(turn, scratch) : std::span<const std::uint8_t>{};
}

/// Whether playing has begun, or may now: the target delay is held, or its time has passed since the first packet.
bool JitterBuffer::due(Nanos now) noexcept
{
    if (!started_) {
        return false;
    }
    if (filling_ && count_ > 0 && (held_ > target_ || now - filling_since_ >= target_)) {
        filling_ = false;
    }
    return !filling_;
}

std::span<const std::uint8_t> JitterBuffer::gather(const Entry& entry, Scratch& scratch) noexcept
{
    if (entry.size <= cell_bytes_) {
        return entry.size == 0 ? std::span<const std::uint8_t>{} : std::span{cell(entry.first_cell), entry.size};
    }
    std::size_t copied = 0;
    for (std::uint8_t index = entry.first_cell; index != kNoCell; index = next_cell_[index]) {
        const std::size_t piece = std::min<std::size_t>(entry.size - copied, cell_bytes_);
        std::copy_n(cell(index), piece, scratch.data() + copied);
        copied += piece;
    }
    return std::span{scratch}.first(entry.size);
}

void JitterBuffer::release(Entry& entry) noexcept
{
    for (std::uint8_t index = entry.first_cell; index != kNoCell;) {
        const std::uint8_t following = next_cell_[index];
        next_cell_[index] = free_cell_;
        free_cell_ = index;
        ++free_cells_;
        index = following;
    }
    held_ -= entry.duration();
    --count_;
    entry = {};
}

std::uint32_t JitterBuffer::oldest() noexcept
{
    std::uint32_t sequence = next_;
    while (!entry(sequence).present()) {
        ++sequence;
    }
    return sequence;
}

/// Gives up the oldest packet held, and the turns of lost ones before it.
void JitterBuffer::give_up_next() noexcept
{
    next_ = oldest();
    release(entry(next_));
    ++next_;
    ++counters_.overflow;
}

/// Nothing is held: the talk spurt has ended, or packets are slower than we play. Which one shows when the next comes;
/// its turn is kept, and playing waits for the target again.
void JitterBuffer::run_dry() noexcept
{
    ++counters_.underruns;
    filling_ = true;
    least_held_ = kNever;
    turns_ = 0;
}

/// Gives delay back: when even the least held over a window was more than the target, one packet is skipped.
void JitterBuffer::observe() noexcept
{
    least_held_ = std::min(least_held_, held_);
    if (++turns_ < kWindow) {
        return;
    }
    if (least_held_ > target_ && count_ > 1) {
        give_up_next();
    } else if (least_held_ >= kTargetMin && target_ > kTargetMin) {
        target_ -= kTargetStep;
    }
    least_held_ = kNever;
    turns_ = 0;
}

void JitterBuffer::reset() noexcept
{
    while (count_ > 0) {
        give_up_next();
    }
    started_ = false;
    filling_ = true;
    target_ = kTargetMin;
    least_held_ = kNever;
    turns_ = 0;
}

}  // namespace rb::media
