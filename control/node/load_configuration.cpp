#include "control/node/load_configuration.h"

namespace rb::node {

LoadedConfiguration load_configuration(const config::Source& source)
{
    auto [snapshot, problems] = config::load(source);
    if (snapshot == nullptr) {
        return {.configuration = {}, .problems = std::move(problems)};
    }
    auto plan = dialplan::parse_extensions(snapshot->extensions, dialplan::default_vocabulary(), problems);
    auto routes = std::make_shared<const dialplan::Routes>(snapshot->node, problems);
    LoadedConfiguration loaded{.configuration = {}, .problems = std::move(problems)};
    if (plan != nullptr && !config::has_errors(loaded.problems)) {
        loaded.configuration = engine::Configuration{.snapshot = snapshot, .plan = plan, .routes = routes};
    }
    return loaded;
}

}  // namespace rb::node
