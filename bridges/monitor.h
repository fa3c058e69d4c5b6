// monitor.h — records both directions of one leg, whatever happens to it: what it says, what it is sent, and the sum.
#pragma once

#include "bridges/both_ways.h"
#include "bridges/recorder.h"
#include "dataplane/media/event_outbox.h"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

namespace rb::bridges {

/// Control builds it and lends it with StartMonitor; it comes home with MonitorReturned, and goes along when its leg
/// moves to another worker. Its recorders' blocks travel as those of any other.
/// Owner: whoever holds the leg.
class Monitor {
public:
    /// Which recorder is for what.
    enum class Track : std::uint8_t {
        Both,
        Received,
        Sent,
        Count_
    };
    static constexpr auto kTracks = static_cast<std::size_t>(Track::Count_);
    using Recorders = std::array<std::unique_ptr<Recorder>, kTracks>;

    struct Options {
        codecs::CodecId codec = codecs::CodecId::Pcmu;  ///< of the leg
        bool bridged_only = false;                      ///< nothing is recorded while the leg is in no bridge
    };

    /// recorders   by Track, at the rate of the codec (asserted); null = that one is not wanted
    Monitor(const Options& options, Recorders recorders);

    [[nodiscard]] codecs::CodecId codec() const noexcept { return options_.codec; }
    [[nodiscard]] const Recorders& recorders() const noexcept { return recorders_; }

    /// A frame of 20 ms begins: the one before goes to the recorders.
    ///
    /// received   what the leg said, at the rate of its codec, or of a bridge where that has any rate; empty = silence
    /// bridged    whether it is in a bridge
    void begin_frame(std::span<const codecs::Sample> received, bool bridged, EventOutbox& events) noexcept;
    /// What the leg is sent in this frame: a payload of its codec.
    void sent(std::span<const std::uint8_t> payload) noexcept { frame_.send(payload); }
    /// The last frame goes to the recorders.
    void end(EventOutbox& events) noexcept;

private:
    void add(Track track, std::span<const codecs::Sample> samples, EventOutbox& events) noexcept;

    Options options_;
    Recorders recorders_;
    BothWays frame_;
    bool wanted_ = false;  // there is a frame, and it is to be recorded
};

}  // namespace rb::bridges
