// hearing.h — who is to hear whom: what the engine wants, held against what is in the phones' ears.
#pragma once

#include "support/call_bench.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace rb::sim::calls {

/// One phone in one moment, as the engine sees it.
struct Place {
    const test::BenchPhone* phone = nullptr;
    std::string name;   ///< in messages
    std::string group;  ///< who share it hear each other; empty = nobody
    std::string state;  ///< all that decides what is heard
    bool speaks = true;
    bool hears = true;
    int gain_in_db = 0;
    int gain_out_db = 0;
    bool music = false;
    bool echo = false;
    bool whispers = false;
    bool spies = false;                              ///< hears what others say and hear, whoever they are
    std::uint64_t channel = 0;                       ///< bits of its reference
    std::unordered_map<std::uint64_t, bool> wishes;  ///< channels it hears, or not, otherwise than the others do
    bool sound_in_room = false;                      ///< something plays to it that is to end by itself
};

/// What the engine wants for a channel.
[[nodiscard]] Place place_of(engine::CallEngine& engine, const engine::Channel& channel, const test::BenchPhone& phone);

/// What is wrong in one ear; `places` are all there are.
[[nodiscard]] std::vector<std::string> judge(const Place& listener, const std::vector<Place>& places);

}  // namespace rb::sim::calls
