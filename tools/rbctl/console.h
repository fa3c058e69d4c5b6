// console.h — the prompt of rbctl on a terminal: history, and completion from the table of commands.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace rb::rbctl {

/// Reads lines until the end of input, "quit" or "exit", and runs each that is not empty. Lines are kept in
/// ~/.rbctl_history.
///
/// returns   what the last line's run returned, 0 without one
int run_console(const std::function<int(const std::string&)>& run);

/// Splits a line as the node does; nothing where there are no words or a quote is left open.
[[nodiscard]] std::vector<std::string> split_line(const std::string& line);

}  // namespace rb::rbctl
