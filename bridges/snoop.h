// snoop.h — lets one who sits in a bridge of its own listen to a leg, whatever that does, and speak to it unheard by
// others.
//
// The two are joined by a trunk, as the parts of a room are: the leg may be on another worker. Nobody else hears any
// difference, unless the spy barges in.
#pragma once

#include "bridges/both_ways.h"
#include "bridges/trunk.h"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace rb::bridges {

/// Control builds it and lends it with StartSnoop; it comes home with SnoopReturned, and goes along when its leg moves
/// to another worker. A leg may have several, one after another in a list. Owner: whoever holds the leg.
class Snoop {
public:
    struct Options {
        codecs::CodecId codec = codecs::CodecId::Pcmu;  ///< of the leg
        bool received_only = false;                     ///< what the leg is sent is not passed on
        bool whispers = false;                          ///< the leg hears the spy
        bool barges = false;                            ///< and so does whoever hears the leg
        std::uint64_t tag = 0;                          ///< control's own, to know it again
    };

    /// end   of the trunk to the spy's bridge, whose rate is that of the codec
    Snoop(const Options& options, TrunkEnd& end);

    [[nodiscard]] const Options& options() const noexcept { return options_; }
    [[nodiscard]] TrunkEnd& end() const noexcept { return end_; }

    /// A frame of 20 ms begins: the one before goes to the spy, and what that says comes. What the leg says is given as
    /// to BothWays::begin.
    void begin_frame(std::span<const codecs::Sample> received) noexcept;
    /// What the leg is sent in this frame, without what the spy says.
    template <typename Audio>
    void sent(std::span<const Audio> audio) noexcept
    {
        frame_.send(audio);
    }
    /// The same as it was given last, at the rate of the leg's codec, or of a bridge where that has any rate.
    void copy_sent(std::span<codecs::Sample> samples) noexcept;

    /// Whether the spy has something to say in this frame.
    [[nodiscard]] bool speaks() const noexcept { return speaks_; }
    /// Adds it to samples of the leg's codec, or of a bridge where that has any rate.
    void add_to(std::span<codecs::Sample> samples) noexcept;

    Snoop* next = nullptr;  ///< of the same leg

private:
    /// Takes samples from the codec's rate to the one that has room for as many as `samples`.
    void convert(std::span<const codecs::Sample> from, std::span<codecs::Sample> samples, std::size_t stream) noexcept;

    Options options_;
    TrunkEnd& end_;
    BothWays frame_;
    bool speaks_ = false;
    std::array<std::int32_t, codecs::kFrameSamplesMax> sum_;
    std::array<codecs::Sample, codecs::kFrameSamplesMax> speech_;   // at the codec's rate …
    std::array<codecs::Sample, codecs::kFrameSamplesMax> adapted_;  // … and at that of the bridge
    /// For a codec of any rate: of what the spy says, and of what the leg is sent.
    std::vector<std::array<codecs::Resampler, 2>> to_lower_;
};

}  // namespace rb::bridges
