// sim — runs seeds of the deterministic simulations, each twice, and says what the checkers found.
//
//     sim --seeds 150              the media plane alone, seeds 1 to 150
//     sim --calls --seeds 150      whole calls
//     sim --calls --seed 42 --until 3.2 --trace
#include "sim/calls/simulation.h"
#include "sim/simulation.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

using namespace rb;

struct Arguments {
    std::uint64_t first = 1;
    std::uint64_t last = 150;
    Nanos until = kNever;
    bool trace = false;
    bool calls = false;
};

Arguments read(std::span<char*> words)
{
    Arguments arguments;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view word = words[i];
        const char* value = i + 1 < words.size() ? words[i + 1] : "0";
        if (word == "--seed") {
            arguments.first = arguments.last = std::strtoull(value, nullptr, 10);
        } else if (word == "--first") {
            arguments.first = std::strtoull(value, nullptr, 10);
        } else if (word == "--seeds") {
            arguments.last = arguments.first + std::strtoull(value, nullptr, 10) - 1;
        } else if (word == "--until") {
            arguments.until = std::chrono::milliseconds{std::lround(std::strtod(value, nullptr) * 1000)};
        } else if (word == "--calls") {
            arguments.calls = true;
        } else if (word == "--trace") {
            arguments.trace = true;
        }
    }
    return arguments;
}

/// Runs one seed twice; true when the checkers are content.
template <typename Simulation, typename Options>
bool run(Options options, const Arguments& arguments, std::uint64_t& datagrams)
{
    Simulation again{options};
    again.run(arguments.until);
    options.trace = arguments.trace;
    Simulation simulation{options};
    simulation.run(arguments.until);
    for (const auto& problem : simulation.problems()) {
        std::printf("seed %llu: %s\n", static_cast<unsigned long long>(options.seed), problem.c_str());
    }
    const bool same = simulation.hash() == again.hash();
    if (!same) {
        std::printf("seed %llu: two runs sent different bytes\n", static_cast<unsigned long long>(options.seed));
    }
    datagrams += simulation.datagrams_sent();
    static_cast<void>(std::fflush(stdout));
    return same && simulation.problems().empty();
}

bool run(std::uint64_t seed, const Arguments& arguments, std::uint64_t& datagrams)
{
    return arguments.calls ? run<sim::calls::Simulation>(sim::calls::options_of(seed), arguments, datagrams)
                           : run<sim::Simulation>(sim::options_of(seed), arguments, datagrams);
}

}  // namespace

int main(int argc, char** argv)
{
    const Arguments arguments = read({argv + 1, static_cast<std::size_t>(argc - 1)});
    std::uint64_t failed = 0;
    std::uint64_t datagrams = 0;
    for (std::uint64_t seed = arguments.first; seed <= arguments.last; ++seed) {
        failed += run(seed, arguments, datagrams) ? 0U : 1U;
    }
    std::printf("%llu seeds, %llu failed, %llu datagrams sent\n",
                static_cast<unsigned long long>(arguments.last - arguments.first + 1),
                static_cast<unsigned long long>(failed), static_cast<unsigned long long>(datagrams));
    return failed == 0 && datagrams > 0 ? 0 : 1;
}
