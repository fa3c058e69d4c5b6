#include "control/applications/registry.h"

namespace rb::applications {

engine::ApplicationFactory all_applications()
{
    auto registry = std::make_shared<Registry>();
    add_call_control(*registry);
    add_chanspy(*registry);
    add_conference(*registry);
    add_dial(*registry);
    add_keys(*registry);
    add_monitoring(*registry);
    add_playing(*registry);
    add_recording(*registry);
    return
        [registry](const std::string& name, const std::string& arguments) { return registry->make(name, arguments); };
}

}  // namespace rb::applications
