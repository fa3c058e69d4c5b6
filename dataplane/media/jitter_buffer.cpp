#include "dataplane/media/jitter_buffer.h"

#include "dataplane/base/assert.h"

#include <algorithm>

namespace rb::media {
namespace {

/// The least target: a frame is asked for every 20 ms, and packets come at any moment in between.
constexpr Nanos kTargetMin = kFrame;
/// What the delay may be off its target. A spurt begins up to a frame late, since that is how often anybody looks.
constexpr Nanos kTooMuch = kFrame;
constexpr Nanos kTooLittle = 5ms;
/// What a fixed buffer may hold above its size: a frame that nobody has asked for yet, and a long packet.
constexpr Nanos kAboveFixed = kFrame + 60ms;
/// A timestamp this far ahead is no rounding any more but a pause.
constexpr std::int32_t kPauseMin_ms = 5;  // NOLINT(readability-identifier-naming): the unit comes last
/// How long nothing may come until it counts as a pause: as long as concealment lasts.
constexpr Nanos kDryMax = 60ms;

}  // namespace

JitterBuffer::JitterBuffer(Storage storage, const JitterOptions& options)
    : cell_bytes_{storage.cell_bytes},
      cells_{storage.cells},
      ticks_per_ms_{static_cast<std::int32_t>(storage.clock_rate / 1000)},
      thirds_per_tick_{3'000'000 / ticks_per_ms_},
      bytes_{std::make_unique_for_overwrite<std::uint8_t[]>(storage.cell_bytes * storage.cells)},
      free_cell_{0},
      free_cells_{storage.cells}
{
    RB_ASSERT(storage.cells > 0);
    RB_ASSERT(storage.cells <= kCellsMax);
    RB_ASSERT(storage.cell_bytes > 0);
    RB_ASSERT(thirds_per_tick_ * ticks_per_ms_ == 3'000'000);
    for (std::size_t i = 0; i < storage.cells; ++i) {
        next_cell_[i] = i + 1 < storage.cells ? static_cast<std::uint8_t>(i + 1) : kNoCell;
    }
    set_options(options);
}

void JitterBuffer::set_options(const JitterOptions& options) noexcept
{
    options_ = options;
    // Two cells are for packets that are just coming and going.
    const Nanos room = kFrame * static_cast<Nanos::rep>(std::max<std::size_t>(cells_, 3) - 2);
    const Nanos wanted = options.mode == JitterMode::Fixed ? options.max_size + kAboveFixed : options.max_size;
    cap_ = std::min(wanted, room);
}

tl::expected<void, Drop> JitterBuffer::put(const Packet& packet, Nanos now) noexcept
{
    const std::size_t cells = cells_for(packet.payload.size());
    if (packet.payload.size() > kDatagramBytesMax || cells > cells_) {
        return tl::unexpected(Drop::BadLength);
    }
    ++counters_.put;
    if (!started_) {
        begin(packet);
    }
    const auto ahead = static_cast<std::int32_t>(packet.sequence - next_);
    constexpr auto most_ahead = static_cast<std::int32_t>(kPacketsMax);
    if (ahead >= 0 && ahead < most_ahead && entry(packet.sequence).present) {
        ++counters_.duplicate;
        return tl::unexpected(Drop::Duplicate);
    }
    // A packet from long ago says nothing about the delay.
    if (packet.content == Content::Audio && ahead > -most_ahead) {
        observe(packet, now);
    }
    if (ahead < 0) {
        ++counters_.late;
        return tl::unexpected(Drop::Late);
    }
    if (ahead >= most_ahead) {
        // A gap wider than the buffer: what is held is older than anybody wants to hear.
        forget_all();
        begin(packet);
    }
    if (!make_room(packet, cells)) {
        ++counters_.overflow;  // it fills a gap before all that is held, so it is itself the oldest
        return tl::unexpected(Drop::Overflow);
    }
    store(packet);
    return {};
}

void JitterBuffer::begin(const Packet& packet) noexcept
{
    started_ = true;
    waiting_ = true;
    full_ = false;
    next_ = packet.sequence;
    next_timestamp_ = packet.timestamp;
    if (!estimate_.known()) {
        anchor_timestamp_ = packet.timestamp;
    }
}

void JitterBuffer::observe(const Packet& packet, Nanos now) noexcept
{
    anchor_ = media_time(packet.timestamp);
    anchor_timestamp_ = packet.timestamp;
    const Nanos transit = now - anchor_;
    if (estimate_.known() && std::chrono::abs(transit - estimate_.least()) > options_.resync_threshold) {
        estimate_.reset();
    }
    estimate_.observe(transit, packet.duration, now);
}

/// The time of a timestamp on the sender's clock, within half its range of the newest one.
Nanos JitterBuffer::media_time(std::uint32_t timestamp) const noexcept
{
    const auto ticks = static_cast<std::int32_t>(timestamp - anchor_timestamp_);
    return anchor_ + Nanos{ticks * thirds_per_tick_ / 3};
}

/// Gives up the oldest until the packet fits. Returns false when it is itself older than all that is held. What is left
/// need not grow older: it would be given up in its turn, and nobody would ever be heard.
bool JitterBuffer::make_room(const Packet& packet, std::size_t cells) noexcept
{
    const Nanos duration = packet.content == Content::Audio ? packet.duration : 0ns;
    while (count_ > 0 && (free_cells_ < cells || held_ + duration > cap_)) {
        if (static_cast<std::int32_t>(packet.sequence - oldest()) < 0) {
            return false;
        }
        skip_next();
        ++counters_.overflow;
        full_ = true;
    }
    return true;
}

void JitterBuffer::store(const Packet& packet) noexcept
{
    const bool audio = packet.content == Content::Audio;
    RB_ASSERT(!audio || packet.duration >= 1ms);
    RB_ASSERT(packet.duration < 256ms);
    Entry& added = entry(packet.sequence);
    added = {.sequence = packet.sequence,
             .timestamp = packet.timestamp,
             .size = static_cast<std::uint16_t>(packet.payload.size()),
             .duration_ms = static_cast<std::uint8_t>(audio ? to_ms(packet.duration) : 0),
             .content = packet.content,
             .present = true};
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
    held_ += added.duration();
    if (audio) {
        ++audio_count_;
        audio_cells_ += cells_for(added.size);
    }
}

JitterBuffer::Taken JitterBuffer::take(Nanos now, Scratch& scratch) noexcept
{
    if (count_ == 0) {
        return run_dry(now);
    }
    Entry& turn = entry(next_);
    const Entry& first = turn.present ? turn : entry(oldest());
    if (turn.present && turn.content == Content::Audio && gap_before(turn) >= kPauseMin_ms * ticks_per_ms_) {
        waiting_ = true;
    }
    if (waiting_ && !due(first, now)) {
        return {};
    }
    return turn.present ? take_present(turn, now, scratch) : take_lost(first);
}

/// Ticks between the audio due next and this packet, in which nothing was said; negative where they overlap.
std::int32_t JitterBuffer::gap_before(const Entry& entry) const noexcept
{
    return static_cast<std::int32_t>(entry.timestamp - next_timestamp_);
}

/// Whether a talk spurt that begins with this packet, or whose turns before it are lost, may begin.
bool JitterBuffer::due(const Entry& first, Nanos now) const noexcept
{
    if (full_ || first.content != Content::Audio || !estimate_.known()) {
        return true;
    }
    return now - media_time(first.timestamp) - estimate_.least() >= target();
}

JitterBuffer::Taken JitterBuffer::take_lost(const Entry& first) noexcept
{
    const auto missing = static_cast<std::int32_t>(first.sequence - next_);
    // What is missing before a talk spurt belongs to the pause.
    const std::int32_t gap_ms = waiting_ ? 0 : gap_before(first) / ticks_per_ms_ / missing;
    const Nanos each = std::clamp<Nanos>(std::chrono::milliseconds{gap_ms}, 0ns, packet_duration_);
    next_timestamp_ += static_cast<std::uint32_t>(to_ms(each) * ticks_per_ms_);
    ++next_;
    ++counters_.lost;
    return {.verdict = Verdict::Lost, .duration = each};
}

std::span<const std::uint8_t> JitterBuffer::next_in_turn(Scratch& scratch) noexcept
{
    const Entry& turn = entry(next_);
    const bool audio = turn.present && turn.content == Content::Audio;
    return audio ? gather(turn, scratch) : std::span<const std::uint8_t>{};
}

JitterBuffer::Taken JitterBuffer::take_present(Entry& turn, Nanos now, Scratch& scratch) noexcept
{
    Taken taken{.payload = gather(turn, scratch), .duration = turn.duration()};
    switch (turn.content) {
        case Content::Audio:
            taken.verdict = Verdict::Frame;
            age_ = now - media_time(turn.timestamp);
            packet_duration_ = turn.duration();
            next_timestamp_ = turn.timestamp + static_cast<std::uint32_t>(turn.duration_ms * ticks_per_ms_);
            waiting_ = false;
            full_ = false;
            break;
        case Content::Noise:
            taken.verdict = Verdict::Noise;
            break;
        case Content::NoAudio:
            taken.verdict = Verdict::NoAudio;
            break;
    }
    after_audio_ = turn.content == Content::Audio;
    dry_since_ = kNever;
    release(turn);
    ++next_;
    ++counters_.taken;
    return taken;
}

/// Nothing is held: the talk spurt has ended, or packets are slower than we play. Which one shows when the next comes;
/// its turn is kept.
JitterBuffer::Taken JitterBuffer::run_dry(Nanos now) noexcept
{
    if (waiting_) {
        return {};
    }
    if (!after_audio_) {
        waiting_ = true;
    } else if (dry_since_ == kNever) {
        ++counters_.underruns;
        dry_since_ = now;
    } else if (now - dry_since_ >= kDryMax) {
        waiting_ = true;
    }
    return {.verdict = waiting_ ? Verdict::Pause : Verdict::Dry};
}

Nanos JitterBuffer::delay() const noexcept
{
    return estimate_.known() ? std::clamp(age_ - estimate_.least(), 0ns, JitterOptions::kMaxSizeMax) : 0ns;
}

JitterBuffer::Adjustment JitterBuffer::adjustment() const noexcept
{
    if (options_.mode != JitterMode::Adaptive || !estimate_.known()) {
        return Adjustment::None;
    }
    const Nanos excess = this->excess();
    if (excess > kTooMuch && held_ > 0ns) {
        return Adjustment::Shorten;
    }
    return excess < -kTooLittle ? Adjustment::Lengthen : Adjustment::None;
}

Nanos JitterBuffer::target() const noexcept
{
    // What waits for a frame to be asked for, and the packet that has just come, must fit, too.
    const Nanos beside = kFrame + packet_duration_;
    switch (options_.mode) {
        case JitterMode::Adaptive:
            break;
        case JitterMode::Fixed:
            return std::max(std::min(cap_ - kAboveFixed, room() - beside), kTargetMin);
        case JitterMode::Disabled:
            return Nanos::min() / 2;  // whatever has come is due
    }
    const Nanos jitter = estimate_.known() ? estimate_.most() - estimate_.least() : 0ns;
    const Nanos wanted = std::max(jitter, kTargetMin) + options_.target_extra;
    return std::min(wanted, std::max(std::min(cap_, room()) - beside, kTargetMin));
}

/// How much audio the storage holds of such as is in it: packets shorter than a frame take a cell each, dense ones
/// several.
Nanos JitterBuffer::room() const noexcept
{
    if (audio_count_ == 0) {
        return packet_duration_ * static_cast<Nanos::rep>(std::min(cells_, kPacketsMax));
    }
    const auto times = [this](std::size_t most, std::size_t used) {
        return held_ * static_cast<Nanos::rep>(most) / static_cast<Nanos::rep>(used);
    };
    return std::min(times(cells_, std::max<std::size_t>(audio_cells_, 1)), times(kPacketsMax, audio_count_));
}

Nanos JitterBuffer::next_duration() const noexcept
{
    const Entry& turn = entry(next_);
    return turn.present && turn.content == Content::Audio && gap_before(turn) < kPauseMin_ms * ticks_per_ms_
               ? turn.duration()
               : 0ns;
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
    if (entry.content == Content::Audio) {
        --audio_count_;
        audio_cells_ -= cells_for(entry.size);
    }
    entry = {};
}

std::uint32_t JitterBuffer::oldest() const noexcept
{
    std::uint32_t sequence = next_;
    while (!entry(sequence).present) {
        ++sequence;
    }
    return sequence;
}

/// Lets go of the oldest packet held, and of the turns of lost ones before it.
void JitterBuffer::skip_next() noexcept
{
    next_ = oldest();
    release(entry(next_));
    ++next_;
}

void JitterBuffer::forget_all() noexcept
{
    counters_.forgotten += count_;
    while (count_ > 0) {
        skip_next();
    }
}

void JitterBuffer::reset() noexcept
{
    forget_all();
    started_ = false;
    waiting_ = true;
    full_ = false;
    after_audio_ = false;
    dry_since_ = kNever;
    estimate_.reset();
}

}  // namespace rb::media
