// config_reference.cpp — writes docs/CONFIGURATION.md to standard output, from the table of options.
#include "control/config/reference.h"

#include <cstdio>

int main()
{
    const std::string page = rb::config::reference_markdown();
    return std::fwrite(page.data(), 1, page.size(), stdout) == page.size() ? 0 : 1;
}
