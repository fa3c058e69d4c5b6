// sent_hash.h — one number for all that a server sent, to tell two runs apart.
#pragma once

#include "sim/sim_worker.h"

#include <cstdint>
#include <span>

namespace rb::sim {

/// FNV-1a over each datagram and where it went.
class SentHash {
public:
    void add(const Sent& datagram)
    {
        mix(datagram.destination.ip);
        mix(datagram.destination.port_bytes);
        mix(datagram.bytes);
        ++datagrams_;
    }
    [[nodiscard]] std::uint64_t value() const { return value_; }
    [[nodiscard]] std::uint64_t datagrams() const { return datagrams_; }

private:
    void mix(std::span<const std::uint8_t> bytes)
    {
        for (const std::uint8_t byte : bytes) {
            value_ = (value_ ^ byte) * 1'099'511'628'211U;
        }
    }
    std::uint64_t value_ = 14'695'981'039'346'656'037U;
    std::uint64_t datagrams_ = 0;
};

}  // namespace rb::sim
