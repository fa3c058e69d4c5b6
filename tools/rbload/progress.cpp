#include "tools/rbload/progress.h"

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace rb::load {

Progress::Progress() : terminal_{isatty(STDOUT_FILENO) == 1} {}

void Progress::show(Nanos now, const std::string& what, double share)
{
    constexpr Nanos kEvery = 100ms;
    constexpr int kWidth = 40;
    if (!terminal_ || now - shown_at_ < kEvery) {
        return;
    }
    shown_at_ = now;
    const int full = static_cast<int>(std::clamp(share, 0.0, 1.0) * kWidth);
    const std::string bar =
        std::string(static_cast<std::size_t>(full), '#') + std::string(static_cast<std::size_t>(kWidth - full), '.');
    std::printf("\r[%s] %-40s", bar.c_str(), what.c_str());
    std::fflush(stdout);
}

void Progress::finish()
{
    if (terminal_) {
        std::printf("\r%90s\r", "");
        std::fflush(stdout);
    }
}

}  // namespace rb::load
