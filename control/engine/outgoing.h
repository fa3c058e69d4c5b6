// outgoing.h — what a call out is asked for.
#pragma once

#include "control/engine/channel.h"
#include "dataplane/base/time.h"

#include <cstddef>
#include <string>

namespace rb::engine {

struct Outgoing {
    std::string endpoint;
    std::string user;  ///< put into the contact's URI; empty = as the contact says
    std::string uri;   ///< called instead of the endpoint's contact; empty = its contact
    std::string caller_name;
    std::string caller_number;
    sip::Diversion diverted = {};
    Nanos timeout = 0s;
    std::size_t worker = 0;  ///< whose worker its media goes to
    ChannelRef parent;       ///< told of what becomes of it
};

}  // namespace rb::engine
