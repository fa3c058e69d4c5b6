#include "control/config/options/readers.h"

#include "control/config/text.h"

#include <array>
#include <utility>

namespace rb::config {
namespace {

constexpr unsigned kTosMax = 255;

/// Class selectors and assured forwarding: RFC 2474 §4.2.2, RFC 2597 §6; expedited forwarding: RFC 3246.
std::optional<unsigned> tos_by_name(std::string_view name)
{
    const auto digit = [name](std::size_t index, char low, char high) {
        return name.size() > index && name[index] >= low && name[index] <= high;
    };
    const auto value = [name](std::size_t index) { return static_cast<unsigned>(name[index] - '0'); };
    if (name == "ef") {
        return 46U << 2U;
    }
    if (name.size() == 3 && name.starts_with("cs") && digit(2, '0', '7')) {
        return value(2) << 5U;
    }
    if (name.size() == 4 && name.starts_with("af") && digit(2, '1', '4') && digit(3, '1', '3')) {
        return (value(2) << 5U) | (value(3) << 3U);
    }
    return std::nullopt;
}

}  // namespace

Result<void> read_tos(std::string_view text, unsigned& tos)
{
    if (const auto named = tos_by_name(lower(text))) {
        tos = *named;
        return {};
    }
    const auto read = detail::read_value(text, {.max = kTosMax}, tos);
    return read ? read
                : failure("'" + std::string{text} +
                          "' is not accepted: expected ef, cs0 to cs7, af11 to af43, or a "
                          "number from 0 to 255");
}

Result<CallerId> read_caller_id(std::string_view text)
{
    const auto open = text.find('<');
    if (open == std::string_view::npos) {
        return CallerId{.number = std::string{trim(text)}};
    }
    const auto close = text.find('>', open);
    if (close == std::string_view::npos || !trim(text.substr(close + 1)).empty()) {
        return failure("'" + std::string{text} + "' is not accepted: expected \"Name\" <number>");
    }
    auto name = trim(text.substr(0, open));
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"') {
        name = name.substr(1, name.size() - 2);
    }
    return CallerId{.name = std::string{name}, .number = std::string{trim(text.substr(open + 1, close - open - 1))}};
}

void warn_of_way(std::string_view way, ReadContext& context)
{
    if (way != "ip" && way != "username" && way != "anonymous") {
        context.warnings.push_back("'" + std::string{way} + "' is accepted and has no effect");
    }
}

Result<void> append_rules(AclRules& rules, std::string_view text, bool permit)
{
    for (auto part : split(text, ',')) {
        const bool inverted = part.front() == '!';
        part.remove_prefix(inverted ? 1 : 0);
        const auto network = parse_network(trim(part));
        if (!network) {
            return tl::unexpected(network.error());
        }
        rules.push_back({.permit = permit != inverted, .network = *network});
    }
    return {};
}

Result<void> append_named_acls(AccessLists& lists, std::string_view names, const ReadContext& context)
{
    for (const auto name : split(names, ',')) {
        const auto found = context.named_acls.find(name);
        if (found == context.named_acls.end()) {
            return failure("there is no section [" + std::string{name} + "] in acl.conf");
        }
        lists.named.push_back(found->second.rules.own);
    }
    return {};
}

}  // namespace rb::config
