// key_book.h — the checker of keys: opens what a server sends under every key it was given, and notices the index used
// twice, the worst a server of SRTP can do.
#pragma once

#include "dataplane/base/srtp_suite.h"
#include "dataplane/media/srtp_session.h"

#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

namespace rb::sim {

class KeyBook {
public:
    /// A key the server has been given.
    void add(const SrtpKey& key);
    [[nodiscard]] bool empty() const noexcept { return sessions_.empty(); }

    /// Opens a datagram in place, RTP or RTCP.
    ///
    /// clear   set to what it holds
    /// returns what is wrong with it; empty when nothing is
    [[nodiscard]] std::string open(std::span<std::uint8_t> datagram, std::span<std::uint8_t>& clear);

private:
    std::vector<std::unique_ptr<media::SrtpSession>> sessions_;             // by key, the newest last
    std::set<std::tuple<std::size_t, std::uint32_t, std::uint64_t>> used_;  // key, SSRC, index
    std::vector<std::uint64_t> newest_;                                     // index of each key's stream
};

}  // namespace rb::sim
