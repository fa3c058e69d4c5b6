// call.h — one call of the simulation: its phone, its leg, and what the checkers remember of them.
#pragma once

#include "dataplane/media/leg.h"
#include "sim/checkers.h"
#include "sim/client.h"
#include "sim/key_book.h"
#include "sim/sim_worker.h"

#include <memory>
#include <optional>
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
    bool announcer = false;                ///< in a holding bridge
    std::optional<SrtpKey> key_to_server;  ///< SRTP; nothing = in the clear
    std::optional<SrtpKey> key_to_client;
    std::uint32_t ssrc = 0;  ///< of what the server sends
    KeyBook sent_under;      ///< every key it has been given to send with
    bool held = false;
    bool was_held = false;
    bool echo = false;
    StreamSeen stream;
    std::string keys;  ///< reported as pressed
    bool key_down = false;

    /// A plan for the leg; with_states also builds its codecs. Its SRTP sessions go on.
    [[nodiscard]] std::unique_ptr<media::MediaPlan> plan(bool with_states) const;
    /// Gives both sides new keys: the server with this plan, the phone as soon as an answer can have reached it.
    void renew_keys(media::MediaPlan& plan, Rng& rng, Nanos now);
};

}  // namespace rb::sim
