// sip_settings.h — pjsip.conf as the session layer wants it.
#pragma once

#include "control/engine/call_engine.h"
#include "signaling/settings.h"

#include <memory>

namespace rb::node {

/// A snapshot for the sip thread; it keeps what it needs of the configuration alive.
[[nodiscard]] std::shared_ptr<const sip::Settings> make_sip_settings(const engine::Configuration& configuration);

}  // namespace rb::node
