// checkers.h — those who stand outside: each looks at what happened and says what was wrong, with time and call.
#pragma once

#include "dataplane/wire/rtp.h"
#include "sim/options.h"
#include "sim/sim_worker.h"

#include <string>
#include <vector>

namespace rb::sim {

struct Call;

/// What has been seen of the RTP stream sent to a call.
struct StreamSeen {
    bool any = false;
    std::uint32_t ssrc = 0;
    std::uint16_t sequence = 0;
    std::uint32_t timestamp = 0;
    std::uint32_t first_timestamp = 0;
    Nanos first_at = 0ns;
    Nanos last_at = 0ns;
    Nanos longest_gap = 0ns;  ///< since it was last set to 0
};

/// How far a stream may stray, given what happens to those it is made of.
struct StreamRules {
    bool clean = false;      ///< not at all
    bool monotone = false;   ///< never back in time
    std::uint32_t rate = 0;  ///< of its timestamps; 0 = it changes
};

/// What is wrong with the next packet of a stream; empty when nothing is.
[[nodiscard]] std::string next_in_stream(StreamSeen& seen, const wire::RtpHeader& header, const StreamRules& rules,
                                         Nanos now);

/// A level for a message.
[[nodiscard]] std::string decibels(double value);

class Checkers {
public:
    explicit Checkers(const Options& options) : options_{options} {}

    /// Streams, addresses and keys: one datagram the server sent to a call.
    void sent(Call& call, const Sent& datagram, Nanos now);
    /// Events: a key reported.
    void key(Call& call, const Event& event, Nanos now);
    /// Events, at the end: what was pressed against what was reported.
    void keys_at_end(const Call& call, Nanos now);
    /// Hearing: everyone in the bridge hears everyone else, and not itself.
    void hearing(const std::vector<const Call*>& together, Nanos now);
    /// Hearing in a holding bridge: those who wait hear who announces, or else their music.
    void waiting(const std::vector<const Call*>& together, Nanos now);
    void complain(Nanos now, const std::string& what);

    [[nodiscard]] const std::vector<std::string>& problems() const noexcept { return problems_; }

private:
    [[nodiscard]] bool listens(const Call& listener, Nanos now);
    void level(const Call& listener, const Call& talker, bool audible, Nanos now);

    const Options& options_;
    std::vector<std::string> problems_;
};

}  // namespace rb::sim
