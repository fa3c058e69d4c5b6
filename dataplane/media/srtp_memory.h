// srtp_memory.h — the memory of one SRTP session in one piece.
//
// libsrtp2 makes a session of a dozen small allocations, and each packet touches most of them: where a thousand
// sessions take turns none is in the cache, and one is waited for after the other. Of one piece, all can be asked for
// at once and ahead of the packet (docs/decisions/0007-srtp.md).
//
// libsrtp2 knows no allocator but its own srtp_crypto_alloc() and srtp_crypto_free(), which it exports, so that those
// of a program take their place. Where it is built not to ask, its sessions are as they were, only slower.
#pragma once

#include "dataplane/base/prefetch.h"

#include <array>
#include <cstddef>

namespace rb::media {

/// Owner: its session.
class SrtpMemory {
public:
    /// A session and its first stream; for what goes beyond there is the heap.
    static constexpr std::size_t kBytes = 2048;

    /// While it lives, what libsrtp2 and its ciphers allocate on this thread is of this memory.
    class Scope {
    public:
        explicit Scope(SrtpMemory& memory) noexcept : before_{current_} { current_ = &memory; }
        ~Scope() { current_ = before_; }
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

    private:
        SrtpMemory* before_;
    };

    /// Zeroes, of the memory in scope or of the heap; nullptr = there are none left.
    ///
    /// align   a power of two, at most that of a cache line
    [[nodiscard]] static void* allocate(std::size_t bytes, std::size_t align = alignof(std::max_align_t)) noexcept;
    /// What allocate() gave, in the same scope, if in any; or nullptr.
    static void free(void* allocated) noexcept;

    /// Has the CPU fetch what the next packet will touch.
    void prefetch() const noexcept
    {
        // Between the two lies what SRTCP has of its own. With GCM it is the key's powers that few packets are long
        // enough for.
        rb::prefetch(bytes_.data(), 896);
        rb::prefetch(bytes_.data() + 1280, kBytes - 1280);
    }

private:
    [[nodiscard]] void* take(std::size_t bytes, std::size_t align) noexcept;
    [[nodiscard]] bool give_back(void* allocated) noexcept;

    static thread_local SrtpMemory* current_;

    alignas(kCacheLine) std::array<std::byte, kBytes> bytes_{};
    std::size_t used_ = 0;
    std::size_t newest_ = 0;  // where the last allocation begins
};

}  // namespace rb::media
