#include "control/node/log_commands.h"

#include <optional>
#include <string_view>

namespace rb::node {
namespace {

/// "3" or "off"; nothing where it is neither.
std::optional<bool> read_depth(const std::string& text)
{
    if (text == "off") {
        return false;
    }
    const bool number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    return number ? std::optional{text.find_first_not_of('0') != std::string::npos} : std::nullopt;
}

}  // namespace

cli::Reply set_log_level(logging::Log& log, const std::vector<std::string>& arguments)
{
    const std::string module = arguments.size() > 1 ? arguments[1] : "";
    if (!log.set_level(arguments[0], module)) {
        return failure("no level " + arguments[0] + " or module '" + module +
                       "'; levels are error, warning, notice, verbose, debug, modules call, config, node");
    }
    return log.levels();
}

cli::Reply set_verbose(logging::Log& log, const std::string& depth)
{
    const auto on = read_depth(depth);
    if (!on) {
        return failure("'" + depth + "' is not accepted: expected a number or off");
    }
    log.set_verbose(*on);
    return log.levels();
}

cli::Reply set_debug(logging::Log& log, const std::vector<std::string>& arguments)
{
    const auto on = read_depth(arguments[0]);
    if (!on || !log.set_debug(*on, arguments.size() > 1 ? arguments[1] : "")) {
        return failure("expected a number or off, and then one of the modules call, config, node, or nothing");
    }
    return log.levels();
}

}  // namespace rb::node
