// call.h — one call of the simulation: its phone, its leg, and what the checkers remember of them.
#pragma once

#include "dataplane/media/leg.h"
#include "sim/checkers.h"
#include "sim/client.h"
#include "sim/sim_worker.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace rb::sim {

struct Call {
    enum class State : std::uint8_t {
        Up,
        Moving,   ///< its leg is on its way to another worker
        Leaving,  ///< … or home
        Gone
    };

    unsigned number = 0;
    std::unique_ptr<SimClient> client;
    Address server;
    Address signalled;
    media::SourcePolicy policy;
    std::set<Address> known;  ///< every address negotiated or used by the phone
    State state = State::Up;
    std::size_t worker = 0;
    std::size_t goes_to = 0;
    media::LegRef leg;
    bool in_bridge = false;
    bool announcer = false;  ///< in a holding bridge
    bool held = false;
    bool was_held = false;
    bool echo = false;
    StreamSeen stream;
    std::string keys;  ///< reported as pressed
    bool key_down = false;

    /// A plan for the leg; with_states also builds its codecs.
    [[nodiscard]] std::unique_ptr<media::MediaPlan> plan(bool with_states) const;
};

}  // namespace rb::sim
