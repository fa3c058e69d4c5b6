// srtp_session.h — SRTP and SRTCP for one direction of one leg (RFC 3711, RFC 7714): what goes out is protected, what
// comes in is authenticated, decrypted, and refused the second time.
//
// libsrtp2 keeps the rollover counter and the replay window of each stream. A session lives as long as its key: a new
// one begins at counter 0, so the same key must never be given to two of them.
#pragma once

#include "dataplane/base/drop.h"
#include "dataplane/base/error.h"
#include "dataplane/base/prefetch.h"
#include "dataplane/base/srtp_suite.h"
#include "dataplane/media/srtp_memory.h"

#include <tl/expected.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

struct srtp_ctx_t_;

namespace rb::media {

/// Owner: whoever holds the leg. Made and destroyed by control: both allocate (20 µs).
class SrtpSession {
public:
    /// Bytes protection adds at most: the 16 of a GCM tag, and the index of SRTCP.
    static constexpr std::size_t kTrailerMax = 20;
    /// Packets a late one may be behind the newest.
    static constexpr unsigned kWindow = 128;
    /// Streams one key may receive. libsrtp2 allocates when the first packet of another than the first has proved
    /// genuine, never else; a peer that holds the key is not to make it do so without end. One that takes another SSRC
    /// with each transfer or announcement is to be heard all the same.
    static constexpr std::size_t kStreamsMax = 64;

    /// A session for what the peer sends under its key, whatever the SSRC. install_srtp_ciphers() must have succeeded.
    [[nodiscard]] static Result<std::unique_ptr<SrtpSession>> receiving(const SrtpKey& key);
    /// A session for the one stream we send.
    [[nodiscard]] static Result<std::unique_ptr<SrtpSession>> sending(const SrtpKey& key, std::uint32_t ssrc);

    ~SrtpSession();
    SrtpSession(const SrtpSession&) = delete;
    SrtpSession& operator=(const SrtpSession&) = delete;

    /// Authenticates and decrypts in place.
    ///
    /// returns the packet without its trailer, or Drop::TooShort, BadLength, SrtpAuthFailed, SrtpReplayed, SrtpTooOld,
    ///         SrtpStreams. A packet that failed may have been overwritten when the suite is a GCM one.
    [[nodiscard]] tl::expected<std::span<std::uint8_t>, Drop> unprotect_rtp(std::span<std::uint8_t> packet) noexcept;
    [[nodiscard]] tl::expected<std::span<std::uint8_t>, Drop> unprotect_rtcp(std::span<std::uint8_t> packet) noexcept;

    /// Encrypts in place and adds the trailer.
    ///
    /// room    the packet, and at least kTrailerMax bytes behind it (asserted)
    /// size    of the packet
    /// returns the new size, or Drop::Duplicate (its index has been used), Drop::Late (it lies behind the window), or
    ///         Drop::SrtpNoKey (the key's life is over)
    [[nodiscard]] tl::expected<std::size_t, Drop> protect_rtp(std::span<std::uint8_t> room, std::size_t size) noexcept;
    [[nodiscard]] tl::expected<std::size_t, Drop> protect_rtcp(std::span<std::uint8_t> room, std::size_t size) noexcept;

    /// Has the CPU fetch what the next packet will touch.
    void prefetch() const noexcept
    {
        rb::prefetch(this);
        memory_.prefetch();
    }

private:
    struct TagBytes {
        std::size_t rtp = 0;
        std::size_t rtcp = 0;
    };

    SrtpSession() = default;

    [[nodiscard]] static Result<std::unique_ptr<SrtpSession>> make(const SrtpKey& key, const std::uint32_t* ssrc);
    template <typename Transform>
    [[nodiscard]] tl::expected<std::span<std::uint8_t>, Drop> unprotect(std::span<std::uint8_t> packet,
                                                                        std::uint32_t ssrc,
                                                                        Transform transform) noexcept;
    template <typename Transform>
    [[nodiscard]] tl::expected<std::size_t, Drop> protect(std::span<std::uint8_t> room, std::size_t size,
                                                          Transform transform) noexcept;

    srtp_ctx_t_* context_ = nullptr;
    TagBytes tags_;
    std::size_t stream_count_ = 0;
    std::array<std::uint32_t, kStreamsMax> streams_{};  // SSRCs, in network order
    SrtpMemory memory_;
};

}  // namespace rb::media
