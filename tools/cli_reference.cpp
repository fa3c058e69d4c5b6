// cli_reference.cpp — prints the table of commands in docs/CLI.md.
#include "control/cli/command_table.h"

#include <cstdio>

int main()
{
    const std::string page = rb::cli::commands_markdown();
    return std::fwrite(page.data(), 1, page.size(), stdout) == page.size() ? 0 : 1;
}
