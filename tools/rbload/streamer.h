// streamer.h — all legs' packets on one thread: what is due is sent, what has come is judged, once a millisecond.
#pragma once

#include "tools/rbload/leg.h"

#include <deque>
#include <memory>
#include <vector>

namespace rb::load {

/// How well the generator itself kept time.
struct StreamerCounts {
    std::uint64_t sent = 0;
    std::uint64_t send_failed = 0;
    Histogram lateness;  ///< of each packet behind the moment it was due
};

/// The legs take turns evenly over the packet time. Owner: the generator's one thread.
class Streamer {
public:
    /// legs   how many will be added, which sets their distance in time
    [[nodiscard]] static Result<std::unique_ptr<Streamer>> create(std::size_t legs, unsigned ptime_ms);
    ~Streamer();
    Streamer(const Streamer&) = delete;
    Streamer& operator=(const Streamer&) = delete;

    /// Opens the next leg; its index is the count of those before.
    [[nodiscard]] Result<void> add(const Leg::Setup& setup, const Address& local);

    [[nodiscard]] std::deque<Leg>& legs() noexcept { return legs_; }
    [[nodiscard]] const std::deque<Leg>& legs() const noexcept { return legs_; }
    [[nodiscard]] const MediaHistograms& histograms() const noexcept { return histograms_; }
    [[nodiscard]] const StreamerCounts& counts() const noexcept { return counts_; }

    /// Sends what is due at `now` and takes what has arrived.
    void run(Nanos now);

    /// From here on counts. stamps_of: for each leg, whose stamps it is to hear.
    void begin(Nanos now, const std::vector<std::uint32_t>& stamps_of);
    void end(Nanos now, const std::vector<std::uint32_t>& stamps_of);

private:
    Streamer(int epoll, std::size_t legs, unsigned ptime_ms);
    void receive();
    void send(Nanos now);

    int epoll_;
    std::size_t legs_planned_;
    Nanos packet_time_;
    std::deque<Leg> legs_;
    MediaHistograms histograms_;
    StreamerCounts counts_;
    std::vector<std::uint8_t> buffer_;
    Nanos round_{};         ///< when the first leg of this round was due
    std::size_t turn_ = 0;  ///< whose packet is due next
};

}  // namespace rb::load
