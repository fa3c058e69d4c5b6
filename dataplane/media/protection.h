// protection.h — whether and how one leg's packets are protected: in the clear, or by SRTP under keys that signalling
// or a handshake has yielded. Part of the plan, because keys come and go with it.
#pragma once

#include "dataplane/base/drop.h"
#include "dataplane/base/time.h"
#include "dataplane/media/srtp_session.h"

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace rb::media {

/// Owner: whoever holds the plan.
class Protection {
public:
    /// Packets under a key that has been replaced may still be on their way so long.
    static constexpr Nanos kOldKeyLife = 1s;

    /// The sessions of both directions. None = that of the plan before goes on, with its rollover counter; where there
    /// was none either, nothing goes through: keys are on their way.
    struct Sessions {
        std::unique_ptr<SrtpSession> receive;
        std::unique_ptr<SrtpSession> send;
    };

    /// In the clear.
    Protection() = default;
    /// SRTP and nothing else, whether or not the keys are there yet.
    explicit Protection(Sessions sessions) noexcept
        : secure_{true}, receive_{std::move(sessions.receive)}, send_{std::move(sessions.send)}
    {
    }

    /// SRTP whose keys are on their way, with somebody who may not be who it was before: nothing goes on meanwhile.
    [[nodiscard]] static Protection awaiting_keys() noexcept
    {
        Protection protection{Sessions{}};
        protection.anew_ = true;
        return protection;
    }

    /// The plan this is part of replaces that of `before`: what it brings no session for goes on, and what is still on
    /// its way under the old key is understood for a while.
    void take_over(Protection& before, Nanos now) noexcept;

    [[nodiscard]] bool secure() const noexcept { return secure_; }
    [[nodiscard]] bool can_send() const noexcept { return !secure_ || send_ != nullptr; }
    /// Room that must be left behind a packet for send_rtp() and send_rtcp().
    [[nodiscard]] std::size_t trailer_max() const noexcept { return secure_ ? SrtpSession::kTrailerMax : 0; }

    /// What a received datagram holds in the clear, in place; or why it is refused, as SrtpSession::unprotect_rtp()
    /// does, or Drop::SrtpNoKey.
    [[nodiscard]] tl::expected<std::span<std::uint8_t>, Drop> receive_rtp(std::span<std::uint8_t> packet,
                                                                          Nanos now) noexcept
    {
        return secure_ ? unprotect(packet, &SrtpSession::unprotect_rtp, now) : In{packet};
    }
    [[nodiscard]] tl::expected<std::span<std::uint8_t>, Drop> receive_rtcp(std::span<std::uint8_t> packet,
                                                                           Nanos now) noexcept
    {
        return secure_ ? unprotect(packet, &SrtpSession::unprotect_rtcp, now) : In{packet};
    }

    /// Protects a packet in place.
    ///
    /// room    the packet, and trailer_max() bytes behind it
    /// returns the size to send, or why it must not be sent: see SrtpSession::protect_rtp()
    [[nodiscard]] tl::expected<std::size_t, Drop> send_rtp(std::span<std::uint8_t> room, std::size_t size) noexcept
    {
        return secure_ ? protect(room, size, &SrtpSession::protect_rtp) : Out{size};
    }
    [[nodiscard]] tl::expected<std::size_t, Drop> send_rtcp(std::span<std::uint8_t> room, std::size_t size) noexcept
    {
        return secure_ ? protect(room, size, &SrtpSession::protect_rtcp) : Out{size};
    }

    /// Ahead of receive_rtp().
    void prefetch_receive() const noexcept { prefetch(receive_.get()); }
    /// Ahead of send_rtp().
    void prefetch_send() const noexcept { prefetch(send_.get()); }

private:
    using In = tl::expected<std::span<std::uint8_t>, Drop>;
    using Out = tl::expected<std::size_t, Drop>;
    using Unprotect = In (SrtpSession::*)(std::span<std::uint8_t>) noexcept;
    using Protect = Out (SrtpSession::*)(std::span<std::uint8_t>, std::size_t) noexcept;

    static void prefetch(const SrtpSession* session) noexcept
    {
        if (session != nullptr) {
            session->prefetch();
        }
    }
    [[nodiscard]] In unprotect(std::span<std::uint8_t> packet, Unprotect transform, Nanos now) noexcept;
    [[nodiscard]] Out protect(std::span<std::uint8_t> room, std::size_t size, Protect transform) noexcept;

    bool secure_ = false;
    bool anew_ = false;  // takes nothing over
    std::unique_ptr<SrtpSession> receive_;
    std::unique_ptr<SrtpSession> send_;
    std::unique_ptr<SrtpSession> receive_before_;  // under the key replaced
    Nanos before_until_ = 0ns;
};

}  // namespace rb::media
