#include "dataplane/media/protection.h"

#include "dataplane/base/packet.h"

#include <array>
#include <cstring>
#include <utility>

namespace rb::media {

void Protection::take_over(Protection& before, Nanos now) noexcept
{
    if (!secure_ || anew_) {
        return;
    }
    if (receive_ == nullptr) {
        receive_ = std::move(before.receive_);
        receive_before_ = std::move(before.receive_before_);
        before_until_ = before.before_until_;
    } else {
        receive_before_ = std::move(before.receive_);
        before_until_ = now + kOldKeyLife;
    }
    if (send_ == nullptr) {
        send_ = std::move(before.send_);
    }
}

Protection::In Protection::unprotect(std::span<std::uint8_t> packet, Unprotect transform, Nanos now) noexcept
{
    if (receive_ == nullptr) {
        return tl::unexpected(Drop::SrtpNoKey);
    }
    if (receive_before_ == nullptr || now >= before_until_ || packet.size() > kDatagramBytesMax) {
        return (*receive_.*transform)(packet);
    }
    // A GCM suite overwrites what it fails on.
    std::array<std::uint8_t, kDatagramBytesMax> copy;  // NOLINT(cppcoreguidelines-pro-type-member-init)
    std::memcpy(copy.data(), packet.data(), packet.size());
    auto opened = (*receive_.*transform)(packet);
    if (!opened && opened.error() == Drop::SrtpAuthFailed) {
        std::memcpy(packet.data(), copy.data(), packet.size());
        opened = (*receive_before_.*transform)(packet);
    }
    return opened;
}

Protection::Out Protection::protect(std::span<std::uint8_t> room, std::size_t size, Protect transform) noexcept
{
    if (send_ == nullptr) {
        return tl::unexpected(Drop::SrtpNoKey);
    }
    return (*send_.*transform)(room, size);
}

}  // namespace rb::media
