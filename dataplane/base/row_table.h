// row_table.h — a table in the counter file, as its writers see it: rows published whole, each under a sequence word.
#pragma once

#include "dataplane/base/counters.h"
#include "dataplane/base/stats_layout.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace rb {

/// A view; an empty one swallows what is published, as in tests.
///
/// Owner: of each row, one thread at a time; rows of one table may belong to different threads. Nothing here locks,
/// waits or allocates: a reader that meets a row being written looks again.
class RowTable {
public:
    RowTable() = default;
    /// words       rows × row_words, word 0 of each row its sequence word
    /// rows_used   grows to one beyond the highest row ever written
    RowTable(std::span<Counters::Word> words, std::size_t row_words, std::atomic<std::uint32_t>* rows_used) noexcept
        : words_{words}, row_words_{row_words}, rows_used_{rows_used}
    {
    }

    [[nodiscard]] std::size_t rows() const noexcept { return row_words_ == 0 ? 0 : words_.size() / row_words_; }

    /// Replaces a row. A row beyond the table is ignored: it is a figure nobody sees, not an error.
    ///
    /// values   the figures in their order; at most the row's
    void publish(std::size_t row, std::span<const std::uint64_t> values) noexcept
    {
        if (row >= rows()) {
            return;
        }
        note_used(static_cast<std::uint32_t>(row) + 1);
        const std::span<Counters::Word> words = words_.subspan(row * row_words_, row_words_);
        const std::uint64_t next = begin(words[0]);
        const std::size_t count = std::min(values.size(), row_words_ - 1);
        for (std::size_t i = 0; i < count; ++i) {
            words[i + 1].store(values[i], std::memory_order_relaxed);
        }
        words[0].store(next | stats::kRowPresent, std::memory_order_release);
    }

    /// The same from a struct whose members are the figures in their order: 64-bit words and arrays of them.
    template <typename Row>
    void publish_row(std::size_t row, const Row& values) noexcept
    {
        static_assert(std::has_unique_object_representations_v<Row>);
        publish(row, std::bit_cast<std::array<std::uint64_t, sizeof(Row) / sizeof(std::uint64_t)>>(values));
    }

    /// Empties a row; readers skip it.
    void clear(std::size_t row) noexcept
    {
        if (row >= rows() || row >= rows_used_->load(std::memory_order_relaxed)) {
            return;
        }
        Counters::Word& sequence = words_[row * row_words_];
        sequence.store(begin(sequence), std::memory_order_release);
    }

private:
    /// Marks the row as being written; returns the sequence it will have then.
    static std::uint64_t begin(Counters::Word& sequence) noexcept
    {
        const std::uint64_t now = sequence.load(std::memory_order_relaxed) & ~(stats::kRowStep - 1);
        sequence.store(now | stats::kRowBusy, std::memory_order_relaxed);
        std::atomic_thread_fence(std::memory_order_release);
        return now + stats::kRowStep;
    }

    /// Several threads may write rows for the first time; after that it is one load.
    void note_used(std::uint32_t used) noexcept
    {
        std::uint32_t known = rows_used_->load(std::memory_order_relaxed);
        while (known < used && !rows_used_->compare_exchange_weak(known, used, std::memory_order_relaxed)) {
        }
    }

    std::span<Counters::Word> words_;
    std::size_t row_words_ = 0;
    std::atomic<std::uint32_t>* rows_used_ = nullptr;
};

/// Words that a row of these figures has, for comparing with the struct that is published.
template <std::size_t Count>
[[nodiscard]] constexpr std::size_t words_of(const std::array<Figure, Count>& figures) noexcept
{
    std::size_t words = 0;
    for (const Figure& figure : figures) {
        words += figure.words;
    }
    return words;
}

/// Text as a row holds it: '\0'-padded, cut where it is too long, never inside a UTF-8 character.
template <std::size_t Words>
[[nodiscard]] std::array<std::uint64_t, Words> text_words(std::string_view text) noexcept
{
    std::size_t size = std::min(text.size(), Words * sizeof(std::uint64_t));
    while (size > 0 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80U) {
        --size;
    }
    std::array<std::uint64_t, Words> words{};
    if (size > 0) {  // an empty view may hold a null pointer, which memcpy must not see
        std::memcpy(words.data(), text.data(), size);
    }
    return words;
}

}  // namespace rb
