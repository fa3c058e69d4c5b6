// Goal: no datagram breaks a DTLS association, and none yields keys to who does not have the certificate promised.
// Method: the bytes are datagrams, told to a server, to a client in the middle of its handshake, and to both ends of an
// association that has been established: that must survive, for none of them is genuine.
#include "control/dtls/handshake.h"
#include "dataplane/base/assert.h"

#include <algorithm>

using namespace rb;
using dtls::Association;

namespace {

constexpr auto kHash = sip::FingerprintHash::Sha256;
constexpr std::size_t kDatagramsMax = 16;

const std::shared_ptr<const dtls::Context>& context()
{
    static const auto made = *dtls::Context::create({.certificate = *dtls::Certificate::generate()});
    return made;
}

std::unique_ptr<Association> begin(bool client)
{
    return *Association::begin(context(),
                               {.client = client, .fingerprints = {context()->certificate().fingerprint(kHash)}});
}

void pass(Association& from, Association& to)
{
    for (const dtls::Datagram& datagram : from.take_output()) {
        to.receive(datagram);
    }
}

/// The first byte of each says how many of those that follow are in it, the second what kind it begins with.
std::vector<dtls::Datagram> datagrams_of(std::span<const std::uint8_t> bytes)
{
    std::vector<dtls::Datagram> datagrams;
    while (bytes.size() > 1 && datagrams.size() < kDatagramsMax) {
        const std::size_t size = std::min<std::size_t>(bytes.size() - 1, std::size_t{bytes[0]} * 8 + 1);
        datagrams.emplace_back(bytes.begin() + 1, bytes.begin() + 1 + static_cast<std::ptrdiff_t>(size));
        datagrams.back()[0] = static_cast<std::uint8_t>(20 + datagrams.back()[0] % 44);  // as classify() lets through
        bytes = bytes.subspan(1 + size);
    }
    return datagrams;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto datagrams = datagrams_of({data, size});
    const auto server = begin(false);
    const auto client = begin(true);
    const auto one = begin(false);
    const auto other = begin(true);
    for (int flight = 0; flight < 4; ++flight) {
        pass(*other, *one);
        pass(*one, *other);
    }
    RB_ASSERT(one->take_keys() && other->take_keys());
    for (const dtls::Datagram& datagram : datagrams) {
        for (Association* association : {server.get(), client.get(), one.get(), other.get()}) {
            association->receive(datagram);
            RB_ASSERT(!association->take_keys());
        }
    }
    RB_ASSERT(one->state() == Association::State::Established);
    RB_ASSERT(other->state() == Association::State::Established);
    return 0;
}
