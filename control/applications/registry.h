// registry.h — the dialplan applications this node has, by name.
#pragma once

#include "control/applications/arguments.h"
#include "control/engine/application.h"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace rb::applications {

class Registry {
public:
    using Maker = std::function<std::unique_ptr<engine::Application>(const Arguments&)>;

    /// name   lower case
    void add(const std::string& name, Maker maker) { makers_[name] = std::move(maker); }
    [[nodiscard]] std::unique_ptr<engine::Application> make(const std::string& name, const std::string& arguments) const
    {
        const auto found = makers_.find(name);
        return found == makers_.end() ? nullptr : found->second(Arguments{arguments});
    }

private:
    std::map<std::string, Maker> makers_;
};

// Each in the file of its name.
void add_call_control(Registry& registry);
void add_chanspy(Registry& registry);
void add_conference(Registry& registry);
void add_dial(Registry& registry);
void add_keys(Registry& registry);
void add_monitoring(Registry& registry);
void add_playing(Registry& registry);
void add_recording(Registry& registry);

/// The factory the call engine wants, with all of them.
[[nodiscard]] engine::ApplicationFactory all_applications();

}  // namespace rb::applications
