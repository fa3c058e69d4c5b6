// main — rbload: reads the options, runs, prints.
#include "dataplane/media/srtp_ciphers.h"
#include "tools/rbload/media_run.h"
#include "tools/rbload/report.h"
#include "tools/rbload/signalling_run.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sys/resource.h>

namespace {

using namespace rb;
using namespace rb::load;

constexpr int kCouldNotRun = 2;

/// Two sockets a leg want more descriptors than a shell grants by default.
void raise_descriptor_limit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        static_cast<void>(setrlimit(RLIMIT_NOFILE, &limit));
    }
}

Result<Outcome> run(const Options& options)
{
    if (auto pinned = pin_to(options.cpu); !pinned) {
        return tl::unexpected(std::move(pinned.error()));
    }
    if (auto installed = media::install_srtp_ciphers(); options.srtp && !installed) {
        return tl::unexpected(std::move(installed.error()));
    }
    raise_descriptor_limit();
    catch_interrupts();
    if (options.mode == Mode::Signalling) {
        return run_signalling(options);
    }
    auto media = MediaRun::create(options);
    if (!media) {
        return tl::unexpected(std::move(media.error()));
    }
    return (*media)->run();
}

int print(const Options& options, const Outcome& outcome)
{
    if (options.json == "-") {
        std::fputs(to_json(options, outcome).c_str(), stdout);
        return exit_code(outcome);
    }
    std::fputs(to_text(options, outcome).c_str(), stdout);
    if (!options.json.empty() && !(std::ofstream{options.json} << to_json(options, outcome) << std::flush)) {
        std::fprintf(stderr, "rbload: cannot write %s\n", options.json.c_str());
        return kCouldNotRun;
    }
    return exit_code(outcome);
}

}  // namespace

int main(int argc, char** argv)
{
    const auto options = read_options(argc, argv);
    if (const auto* exit = std::get_if<Exit>(&options)) {
        return exit->code;
    }
    const auto outcome = run(std::get<Options>(options));
    if (!outcome) {
        std::fprintf(stderr, "rbload: %s\n", outcome.error().message.c_str());
        return kCouldNotRun;
    }
    return print(std::get<Options>(options), *outcome);
}
