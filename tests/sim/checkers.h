// checkers.h — those who stand outside: each looks at what happened and says what was wrong, with time and call.
#pragma once

#include "sim/call.h"
#include "sim/options.h"

#include <string>
#include <vector>

namespace rb::sim {

class Checkers {
public:
    explicit Checkers(const Options& options) : options_{options} {}

    /// Streams and addresses: one datagram the server sent to a call.
    void sent(Call& call, const Sent& datagram, Nanos now);
    /// Events: a key reported.
    void key(Call& call, const Event& event, Nanos now);
    /// Events, at the end: what was pressed against what was reported.
    void keys_at_end(const Call& call, Nanos now);
    /// Hearing: everyone in the bridge hears everyone else, and not itself.
    void hearing(const std::vector<const Call*>& together, Nanos now);
    void complain(Nanos now, const std::string& what);

    [[nodiscard]] const std::vector<std::string>& problems() const noexcept { return problems_; }

private:
    void stream(Call& call, const wire::RtpHeader& header, Nanos now);
    void timestamps(Call& call, const wire::RtpHeader& header, Nanos now);

    const Options& options_;
    std::vector<std::string> problems_;
};

}  // namespace rb::sim
