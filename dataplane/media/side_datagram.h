// side_datagram.h — datagrams that share a leg's socket with its media and are control's business: DTLS and STUN.
//
// The contract. A worker that meets one copies it into a free buffer of its own and lends that to control by
// DatagramReceived; control reads it and gives it back by DatagramRead before it does anything else. What control
// wants to send goes the other way, by SendDatagram in a buffer of control's for that worker (WorkerProxy), which comes
// home with DatagramSent. So neither side allocates or waits, and no more than kSideDatagramsMax are under way in
// either direction. A datagram is lost, as a network would lose it, where a leg receives more than its SideBudget
// (drop.side_rate), where all buffers are out (drop.side_full; send_datagram() says so to its caller), and where its
// leg has gone or is moving to another worker: whoever speaks DTLS or STUN repeats himself.
#pragma once

#include "dataplane/base/packet.h"
#include "dataplane/base/time.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace rb::media {

/// Under way at a time, for each worker and direction. A leg's handshake has about four in a row.
inline constexpr std::size_t kSideDatagramsMax = 256;

/// One datagram, in a buffer that is lent. Not initialised: what is never used costs no memory.
struct SideDatagram {
    std::size_t size;
    std::array<std::uint8_t, kDatagramBytesMax> buffer;

    [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept { return {buffer.data(), size}; }
    /// Takes a copy of at most kDatagramBytesMax bytes.
    void assign(std::span<const std::uint8_t> bytes) noexcept
    {
        size = bytes.size();
        std::copy(bytes.begin(), bytes.end(), buffer.begin());
    }
};

/// How many such datagrams a leg may receive: some at once, then so many a second. Whoever floods a port costs control
/// no more.
/// Owner: the leg's worker.
class SideBudget {
public:
    static constexpr int kBurst = 40;
    static constexpr Nanos kEach = 20ms;

    /// Whether one more may pass.
    [[nodiscard]] bool take(Nanos now) noexcept
    {
        spent_until_ = std::max(spent_until_, now);
        if (spent_until_ - now > kEach * (kBurst - 1)) {
            return false;
        }
        spent_until_ += kEach;
        return true;
    }

private:
    Nanos spent_until_ = 0ns;
};

}  // namespace rb::media
