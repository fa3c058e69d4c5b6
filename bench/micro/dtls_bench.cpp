// dtls_bench.cpp — what a DTLS handshake costs the end that makes it, and what an association that is done with it
// keeps.
#include "control/dtls/association.h"
#include "dataplane/base/assert.h"

#include <benchmark/benchmark.h>

#include <malloc.h>

namespace rb::dtls {
namespace {

constexpr auto kHash = sip::FingerprintHash::Sha256;

/// Two ends and their certificates.
class Ends {
public:
    [[nodiscard]] std::unique_ptr<Association> begin(bool client) const
    {
        const auto& peer = client ? server_ : client_;
        return *Association::begin(client ? client_ : server_,
                                   {.client = client, .fingerprints = {peer->certificate().fingerprint(kHash)}});
    }

private:
    std::shared_ptr<const Context> client_ = *Context::create({.certificate = *Certificate::generate()});
    std::shared_ptr<const Context> server_ = *Context::create({.certificate = *Certificate::generate()});
};

bool established(const Association& association)
{
    return association.state() == Association::State::Established;
}

/// One whole handshake; only what the end looked at does is timed.
void handshake(benchmark::State& state, bool client)
{
    const Ends ends;
    for ([[maybe_unused]] auto iteration : state) {
        state.PauseTiming();
        auto other = ends.begin(!client);
        state.ResumeTiming();
        auto own = ends.begin(client);
        for (int flight = 0; flight < 4; ++flight) {
            const auto sent = own->take_output();
            state.PauseTiming();
            for (const Datagram& datagram : sent) {
                other->receive(datagram);
            }
            const auto answered = other->take_output();
            state.ResumeTiming();
            for (const Datagram& datagram : answered) {
                own->receive(datagram);
            }
        }
        state.PauseTiming();
        RB_ASSERT(established(*own));
        RB_ASSERT(established(*other));
        other.reset();
        state.ResumeTiming();
    }
}
BENCHMARK_CAPTURE(handshake, as_server, false)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(handshake, as_client, true)->Unit(benchmark::kMicrosecond);

/// Bytes an established association holds, of both ends half.
void memory(benchmark::State& state)
{
    const Ends ends;
    for ([[maybe_unused]] auto iteration : state) {
        constexpr std::size_t kPairs = 100;
        std::vector<std::unique_ptr<Association>> kept;
        const std::size_t before = mallinfo2().uordblks;
        for (std::size_t i = 0; i < kPairs; ++i) {
            auto client = ends.begin(true);
            auto server = ends.begin(false);
            for (int flight = 0; flight < 4; ++flight) {
                for (const Datagram& datagram : client->take_output()) {
                    server->receive(datagram);
                }
                for (const Datagram& datagram : server->take_output()) {
                    client->receive(datagram);
                }
            }
            kept.push_back(std::move(client));
            kept.push_back(std::move(server));
        }
        state.counters["bytes"] = static_cast<double>(mallinfo2().uordblks - before) / (2 * kPairs);
    }
}
BENCHMARK(memory)->Iterations(1);

}  // namespace
}  // namespace rb::dtls
