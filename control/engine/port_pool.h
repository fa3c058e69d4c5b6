// port_pool.h — RTP ports in pairs, even and odd; a port given back rests before anybody else gets it (MED-05).
#pragma once

#include "control/engine/environment.h"
#include "dataplane/base/time.h"

#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <optional>

namespace rb::engine {

/// A pair rests kRest, its sockets open: whoever still sends during the last kListen of it would be heard by the next
/// call, so the pair rests on until a whole kQuiet has passed without a packet, kRestMax at most.
/// Owner: control.
class PortPool {
public:
    /// How long a port rests after its call: the peer's last packets must not reach a stranger's call.
    static constexpr Nanos kRest = 5s;
    /// Of it, the part in which a packet means that the peer has not stopped; what comes before was under way.
    static constexpr Nanos kListen = 1s;
    /// How long a peer that went on must have been quiet.
    static constexpr Nanos kQuiet = 30s;
    static constexpr Nanos kRestMax = 600s;
    /// How long a pair rests that was announced but heard nobody: the peer's first packets may be under way.
    static constexpr Nanos kUnheardRest = 500ms;

    /// first, last   the range of rtp.conf; pairs begin at even ports
    /// sockets_max   pairs whose sockets may stay open while they rest; one beyond rests kQuiet unobserved
    PortPool(std::uint16_t first, std::uint16_t last,
             std::size_t sockets_max = std::numeric_limits<std::size_t>::max());

    /// An even port whose pair is free, the one that has rested longest; nothing when all are taken or rest.
    [[nodiscard]] std::optional<std::uint16_t> take();
    /// Gives a pair back at the end of its call, with its open sockets, which look() closes.
    void give_back(std::uint16_t port, const SocketPair& sockets, Nanos now, Environment& environment);
    /// The same for a pair on which nobody has been heard: a short rest will do.
    void give_back_unheard(std::uint16_t port, const SocketPair& sockets, Nanos now, Environment& environment);
    /// Gives back a pair on which media were never agreed: it needs no rest.
    void give_back_unused(std::uint16_t port);
    /// Puts a pair that another program has taken at the end of the line.
    void skip(std::uint16_t port) { free_.push_back(port); }

    /// Looks at the sockets whose time has come: frees the quiet pairs.
    void look(Nanos now, Environment& environment);
    /// When look() wants to be called next; kNever = nothing rests.
    [[nodiscard]] Nanos next_look() const { return resting_.empty() ? kNever : resting_.begin()->first; }

    /// Pairs that may be taken now, those that rest, and those of them whose old peer still sends.
    [[nodiscard]] std::size_t free() const { return free_.size(); }
    [[nodiscard]] std::size_t resting() const { return resting_.size(); }
    [[nodiscard]] std::size_t sending() const { return sending_; }
    /// All there are, taken ones included.
    [[nodiscard]] std::size_t size() const { return size_; }

private:
    enum class Phase : std::uint8_t {
        Settling,   ///< packets that were under way may come
        Listening,  ///< none may
        Sending,    ///< the peer went on; a quiet kQuiet is waited for
        Unobserved,
    };
    struct Resting {
        std::uint16_t port = 0;
        SocketPair sockets{-1, -1};
        Nanos since = 0ns;
        Phase phase = Phase::Settling;
    };

    void begin_rest(const Resting& pair, Phase phase, Nanos lasts, Environment& environment);
    void rest_on(Resting pair, Phase phase, Nanos until);
    void free_again(const Resting& pair, Environment& environment);

    std::deque<std::uint16_t> free_;
    std::multimap<Nanos, Resting> resting_;  // by when to look
    std::size_t open_ = 0;                   // of those, with sockets
    std::size_t sending_ = 0;
    std::size_t size_ = 0;
    std::size_t sockets_max_;
};

}  // namespace rb::engine
