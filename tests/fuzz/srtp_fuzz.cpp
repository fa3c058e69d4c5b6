// Goal: no datagram is let in that was not protected under the key, none twice, and none spoils a session for those
// that are genuine.
// Method: the bytes are a script: a suite, then datagrams, each made up or genuine with some of its bytes changed.
#include "dataplane/base/assert.h"
#include "dataplane/media/srtp_ciphers.h"
#include "dataplane/media/srtp_session.h"
#include "support/srtp_packets.h"

#include <algorithm>
#include <cstdint>
#include <vector>

using namespace rb;
using media::SrtpSession;
using Bytes = std::vector<std::uint8_t>;

namespace {

class Path {
public:
    explicit Path(SrtpSuite suite)
        : sender_{*SrtpSession::sending(test::srtp_key(suite, 1), test::kSsrc)},
          receiver_{*SrtpSession::receiving(test::srtp_key(suite, 1))}
    {
    }

    /// Nothing that was made up is genuine.
    void stranger(Bytes datagram, bool control) { RB_ASSERT(!receive(datagram, control)); }

    /// A packet that the path has changed, then as it was sent, then once more.
    void genuine(std::span<const std::uint8_t> changes, bool control)
    {
        const Bytes sent = control ? next_control() : test::protect(*sender_, test::rtp_packet(sequence_++));
        Bytes changed = sent;
        for (std::size_t i = 0; i + 1 < changes.size(); i += 2) {
            changed[changes[i] % changed.size()] ^= changes[i + 1];
        }
        if (changed != sent) {
            RB_ASSERT(!receive(changed, control));
        }
        Bytes first = sent;
        Bytes again = sent;
        RB_ASSERT(receive(first, control));
        RB_ASSERT(!receive(again, control));
    }

private:
    bool receive(Bytes& datagram, bool control)
    {
        const auto opened = control ? receiver_->unprotect_rtcp(datagram) : receiver_->unprotect_rtp(datagram);
        RB_ASSERT(!opened || opened->size() < datagram.size());
        return opened.has_value();
    }

    /// An empty receiver report.
    Bytes next_control()
    {
        Bytes packet{0x80, 201, 0, 1, 0xca, 0xfe, 0xba, 0xbe};
        const std::size_t size = packet.size();
        packet.resize(size + SrtpSession::kTrailerMax);
        packet.resize(sender_->protect_rtcp(packet, size).value_or(0));
        return packet;
    }

    std::unique_ptr<SrtpSession> sender_;
    std::unique_ptr<SrtpSession> receiver_;
    std::uint16_t sequence_ = 0xfff0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const bool installed = media::install_srtp_ciphers().has_value();
    RB_ASSERT(installed);
    if (size == 0) {
        return 0;
    }
    Path path{static_cast<SrtpSuite>(data[0] % kSrtpSuites)};
    std::span rest{data + 1, size - 1};
    while (rest.size() >= 2) {
        const std::uint8_t what = rest[0];
        const auto bytes = rest.subspan(2, std::min<std::size_t>(rest[1], rest.size() - 2));
        rest = rest.subspan(2 + bytes.size());
        if (what % 4 < 2) {
            path.stranger({bytes.begin(), bytes.end()}, what % 2 == 1);
        } else {
            path.genuine(bytes, what % 2 == 1);
        }
    }
    return 0;
}
