// main.cpp — reads the command line and the configuration, starts the node, says where it can be reached, and waits.
#include "control/node/load_configuration.h"
#include "control/node/node.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <fcntl.h>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

/// What jemalloc is to do (it reads this name): give back within a second what the end of calls has freed, by a thread
/// of its own; and keep no cache by thread, for messages are allocated by one thread and freed by another, and what is
/// to last would come to lie between Sofia's transactions, which do not. For the same reason each thread that allocates
/// has an arena of its own, on one CPU, too, where jemalloc would make a single one. A leg then holds 10.5 KiB, instead
/// of 18.7 with caches and 16.9 with one arena.
extern "C" const char* malloc_conf;
const char* malloc_conf = "narenas:4,background_thread:true,dirty_decay_ms:1000,muzzy_decay_ms:0,tcache:false";

namespace {

using rb::config::Severity;

/// Prints what is wrong, errors to the end, and returns whether the configuration can be used.
bool report(const rb::node::LoadedConfiguration& loaded, const std::string& where)
{
    for (const auto& problem : loaded.problems) {
        std::fprintf(stderr, "%s\n", rb::config::to_string(problem).c_str());
    }
    if (!loaded.configuration) {
        std::fprintf(stderr, "configuration %s refused\n", where.c_str());
    }
    return loaded.configuration.has_value();
}

void greet(const rb::node::Node& node, const std::string& where)
{
    std::string at;
    for (const auto& transport : node.transports()) {
        at += (at.empty() ? "" : ", ") + transport.address.to_string();
    }
    std::printf("Ringbridge %s is up: SIP on %s (UDP), %zu worker%s on %s, configuration %s\n", RB_VERSION, at.c_str(),
                node.worker_count(), node.worker_count() == 1 ? "" : "s",
                node.io() == rb::IoKind::Uring ? "io_uring" : "recvmmsg", where.c_str());
    std::printf("%s\n", node.capacity().c_str());
    if (const auto http = node.http()) {
        std::printf("HTTP on %s: /health/live, /health/ready, /health/degraded\n", http->to_string().c_str());
    }
    if (where == "built-in demo") {
        std::printf(
            "Call   sip:600@127.0.0.1  echo          sip:601@127.0.0.1  a prompt      sip:602@127.0.0.1  music\n"
            "       sip:603@127.0.0.1  a menu        sip:60001@127.0.0.1  a conference room\n"
            "Watch  rbctl top\n");
    }
    std::fflush(stdout);
}

/// Whoever reads our output through a pipe may stop reading: then lines are lost, and no thread waits. Sofia writes
/// there too, from the sip thread.
void never_wait_for_readers()
{
    for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) {
        struct stat kind {};
        if (fstat(fd, &kind) == 0 && (S_ISFIFO(kind.st_mode) || S_ISSOCK(kind.st_mode))) {
            static_cast<void>(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK));
        }
    }
}

}  // namespace

int main(int argc, char** argv)
{
    never_wait_for_readers();
    CLI::App app{"Ringbridge — a media server for conferences and voice applications on SIP"};
    std::string directory;
    bool check = false;
    app.add_option("-C,--config", directory,
                   "directory of the configuration (default: /etc/ringbridge, else /etc/asterisk, else the demo)");
    app.add_flag("--check-config", check, "check the configuration and exit: 0 when it can be used");
    app.set_version_flag("--version", RB_VERSION);
    CLI11_PARSE(app, argc, argv);

    const auto source = rb::config::find_source(directory.empty() ? std::nullopt : std::optional{directory});
    if (!source) {
        std::fprintf(stderr, "%s\n", source.error().message.c_str());
        return 2;
    }
    auto loaded = rb::node::load_configuration(**source);
    if (!report(loaded, (*source)->name())) {
        return 1;
    }
    if (check) {
        std::printf("configuration %s can be used\n", (*source)->name().c_str());
        return 0;
    }
    auto node = rb::node::Node::start(std::move(*loaded.configuration));
    if (!node) {
        std::fprintf(stderr, "cannot start: %s\n", node.error().message.c_str());
        return 1;
    }
    greet(**node, (*source)->name());
    (*node)->run([&] { return rb::node::load_configuration(**source); });
    std::printf("Ringbridge has stopped\n");
    return 0;
}
