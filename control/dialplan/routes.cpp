#include "control/dialplan/routes.h"

#include <algorithm>

namespace rb::dialplan {

Routes::Routes(const config::Node& node, config::Problems& problems) : default_app_(node.default_app)
{
    for (const auto& route : node.routes) {
        auto pattern = Pattern::parse(route.pattern);
        if (!pattern) {
            problems.push_back({config::Severity::Error,
                                {.file = "ringbridge.conf"},
                                "route [" + route.name + "]: " + pattern.error().message});
            continue;
        }
        entries_.push_back({.endpoint = route.endpoint,
                            .pattern = std::move(*pattern),
                            .target = {.app = route.app, .args = route.args}});
    }
    std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& left, const Entry& right) {
        if (left.endpoint.empty() != right.endpoint.empty()) {
            return right.endpoint.empty();
        }
        return left.pattern < right.pattern;
    });
}

std::optional<RouteTarget> Routes::find(std::string_view endpoint, std::string_view number) const
{
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
        return (entry.endpoint.empty() || entry.endpoint == endpoint) && entry.pattern.match(number) == Match::Exact;
    });
    if (found != entries_.end()) {
        return found->target;
    }
    return default_app_.empty() ? std::nullopt : std::optional{RouteTarget{.app = default_app_}};
}

}  // namespace rb::dialplan
