// metrics_reference.cpp — writes docs/METRICS.md to standard output, from the tables of figures.
#include "control/stats/metrics_reference.h"

#include <cstdio>

int main()
{
    const std::string page = rb::stats::metrics_markdown();
    return std::fwrite(page.data(), 1, page.size(), stdout) == page.size() ? 0 : 1;
}
