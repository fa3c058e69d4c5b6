// load_configuration.h — files to a configuration the engine can run on: all of it, or the list of what is wrong.
#pragma once

#include "control/config/load.h"
#include "control/engine/call_engine.h"

#include <optional>

namespace rb::node {

struct LoadedConfiguration {
    std::optional<engine::Configuration> configuration;  ///< nothing when any problem is an error
    config::Problems problems;
};

[[nodiscard]] LoadedConfiguration load_configuration(const config::Source& source);

}  // namespace rb::node
