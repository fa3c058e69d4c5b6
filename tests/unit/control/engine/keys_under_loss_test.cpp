// Goal: no key is lost or doubled where one packet in twenty is, however long it is held.
// Method: whole calls on a bench with a bad network; telephone-events in, into the plan and out to a room of fifty.
#include "support/call_bench.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace rb::test {
namespace {

constexpr std::array kLengths{50ms, 80ms, 100ms, 250ms, 500ms, 1000ms, 2000ms};

BenchFaults one_in_twenty(std::uint64_t seed)
{
    return {.seed = seed,
            .to_server = {.loss = 0.05, .duplicate = 0.02, .delay = 20ms, .jitter_mean = 5ms},
            .to_client = {.loss = 0.05, .delay = 20ms}};
}

TEST(KeysUnderLoss, AreReadOnceEach)
{
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CallBench bench{"[c]\nexten => 1,1,Answer()\n same => n,Read(KEYS,,16,,1,9)\n same => n,Wait(60)\n"};
        bench.suffer(one_in_twenty(seed));
        BenchPhone& anna = bench.call("1");
        bench.run(500ms);
        const std::string keys = "0123456789ABCD*1";
        for (std::size_t i = 0; i < keys.size(); ++i) {
            const Nanos held = kLengths[(i + seed) % kLengths.size()];
            anna.press(keys.substr(i, 1), held);
            bench.run(held + 200ms);
        }
        bench.run(500ms);
        EXPECT_EQ(bench.variable(anna, "KEYS"), keys) << "seed " << seed;
        EXPECT_EQ(bench.leftovers(), "");
    }
}

TEST(KeysUnderLoss, ReachEachOfFiftyInARoomOnce)
{
    CallBench bench{"[c]\nexten => 1,1,ConfBridge(crowd,,open)\n",
                    {{"confbridge.conf", "[open]\ntype=user\nquiet=yes\ndtmf_passthrough=yes\n"}}};
    bench.suffer(one_in_twenty(1));
    std::vector<BenchPhone*> crowd;
    for (int i = 0; i < 50; ++i) {
        crowd.push_back(&bench.call("1"));
    }
    bench.run(1s);
    const std::string keys = "159*C08";
    for (std::size_t i = 0; i < keys.size(); ++i) {
        crowd[i]->press(keys.substr(i, 1), kLengths[i]);
        bench.run(kLengths[i] + 1s);
    }
    for (std::size_t i = 0; i < crowd.size(); ++i) {
        std::string others = keys;
        if (i < others.size()) {
            others.erase(i, 1);
        }
        EXPECT_EQ(crowd[i]->keys_received(), others) << "phone " << i;
    }
    EXPECT_EQ(bench.leftovers(), "");
}

}  // namespace
}  // namespace rb::test
