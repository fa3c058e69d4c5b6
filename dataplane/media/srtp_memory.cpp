#include "dataplane/media/srtp_memory.h"

#include <cstdlib>
#include <cstring>
#include <functional>

namespace rb::media {

thread_local SrtpMemory* SrtpMemory::current_ = nullptr;

void* SrtpMemory::allocate(std::size_t bytes, std::size_t align) noexcept
{
    if (void* const taken = current_ == nullptr ? nullptr : current_->take(bytes, align)) {
        return taken;
    }
    const std::size_t whole = (bytes + align - 1) / align * align;  // as aligned_alloc wants it
    void* const made = std::aligned_alloc(align, whole);
    return made == nullptr ? nullptr : std::memset(made, 0, whole);
}

void SrtpMemory::free(void* allocated) noexcept
{
    if (current_ == nullptr || !current_->give_back(allocated)) {
        std::free(allocated);
    }
}

void* SrtpMemory::take(std::size_t bytes, std::size_t align) noexcept
{
    const std::size_t at = (used_ + align - 1) / align * align;
    if (at > kBytes || bytes > kBytes - at) {
        return nullptr;
    }
    newest_ = at;
    used_ = at + bytes;
    return bytes_.data() + at;
}

/// Only the newest can be taken anew: that is the cipher keys are derived with, the largest of what lives for a moment.
/// Returns false for what is none of this memory.
bool SrtpMemory::give_back(void* allocated) noexcept
{
    const auto* const at = static_cast<const std::byte*>(allocated);
    const bool before = std::less<>{}(at, bytes_.data());
    if (before || !std::less<>{}(at, bytes_.data() + bytes_.size())) {
        return false;
    }
    if (at == bytes_.data() + newest_) {
        std::memset(allocated, 0, used_ - newest_);
        used_ = newest_;
    }
    return true;
}

}  // namespace rb::media

extern "C" {

void* srtp_crypto_alloc(std::size_t bytes);
void srtp_crypto_free(void* allocated);

void* srtp_crypto_alloc(std::size_t bytes)
{
    return rb::media::SrtpMemory::allocate(bytes);
}

void srtp_crypto_free(void* allocated)
{
    rb::media::SrtpMemory::free(allocated);
}
}
