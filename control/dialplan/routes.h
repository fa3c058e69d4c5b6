// routes.h — what a number reaches without extensions.conf: the routes and default_app of ringbridge.conf (DP-10).
#pragma once

#include "control/config/node_objects.h"
#include "control/config/problem.h"
#include "control/dialplan/pattern.h"

#include <optional>
#include <string_view>
#include <vector>

namespace rb::dialplan {

/// The application a call goes to.
struct RouteTarget {
    std::string app;
    config::Names args;

    friend bool operator==(const RouteTarget&, const RouteTarget&) = default;
};

class Routes {
public:
    /// Reads the patterns; a wrong one is added to the problems as an Error.
    Routes(const config::Node& node, config::Problems& problems);

    /// The most specific route for a call; routes that name the endpoint come before those for any. Where none fits,
    /// default_app; nothing where there is none of that either.
    [[nodiscard]] std::optional<RouteTarget> find(std::string_view endpoint, std::string_view number) const;

private:
    struct Entry {
        std::string endpoint;
        Pattern pattern;
        RouteTarget target;
    };

    std::vector<Entry> entries_;  ///< in the order they are tried
    std::string default_app_;
};

}  // namespace rb::dialplan
