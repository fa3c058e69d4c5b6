#include "tools/rbctl/console.h"

#include "control/cli/command_table.h"
#include "control/cli/control_socket.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <editline/readline.h>
#include <memory>

namespace rb::rbctl {
namespace {

std::vector<std::string> candidates;  // of the completion under way: the library's callbacks carry nothing

char* next_candidate(const char* /*text*/, int state)
{
    const auto index = static_cast<std::size_t>(state);
    return index < candidates.size() ? strdup(candidates[index].c_str()) : nullptr;
}

char** complete(const char* text, int start, int /*end*/)
{
    std::vector<std::string> words = split_line(std::string{rl_line_buffer, static_cast<std::size_t>(start)});
    words.emplace_back(text);
    candidates = cli::completions(words);
    // No file names when nothing fits.
    rl_attempted_completion_over = 1;
    return candidates.empty() ? nullptr : rl_completion_matches(text, next_candidate);
}

std::string history_file()
{
    const char* const home = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe): there is one thread
    return home == nullptr ? std::string{} : std::string{home} + "/.rbctl_history";
}

}  // namespace

std::vector<std::string> split_line(const std::string& line)
{
    const auto request = cli::parse_request(line);
    if (!request) {
        return {};
    }
    std::vector<std::string> words{request->verb};
    words.insert(words.end(), request->arguments.begin(), request->arguments.end());
    return words;
}

int run_console(const std::function<int(const std::string&)>& run)
{
    constexpr int kHistoryMax = 500;
    rl_attempted_completion_function = complete;
    using_history();
    stifle_history(kHistoryMax);
    const std::string kept = history_file();
    static_cast<void>(read_history(kept.c_str()));
    int code = 0;
    for (;;) {
        const std::unique_ptr<char, void (*)(void*)> read{readline("rbctl> "), std::free};
        if (read == nullptr) {
            break;
        }
        const std::vector<std::string> words = split_line(read.get());
        if (words.empty()) {
            continue;
        }
        if (words.front() == "quit" || words.front() == "exit") {
            break;
        }
        add_history(read.get());
        static_cast<void>(write_history(kept.c_str()));  // at once: Ctrl-C at the prompt ends the program
        code = run(read.get());
    }
    return code;
}

}  // namespace rb::rbctl
