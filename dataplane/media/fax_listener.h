// fax_listener.h — waits for the peer to prove a fax machine: once, and for a limited time.
#pragma once

#include "codecs/cng_detector.h"
#include "codecs/narrow_band.h"
#include "dataplane/base/time.h"

#include <cstdint>
#include <limits>
#include <span>

namespace rb::media {

/// Owner: whoever holds the leg. The constructor allocates; nothing else does.
class FaxListener {
public:
    /// most   of what is heard; 0 = until there is a fax
    explicit FaxListener(Nanos most)
        : frames_left_{most == 0ns ? std::numeric_limits<std::uint64_t>::max()
                                   : static_cast<std::uint64_t>(most / kFrame)}
    {
    }

    /// Listens to a frame of 20 ms at any of kSampleRates (asserted); empty = nothing was said.
    ///
    /// returns   whether this is where the fax has been found; never again afterwards
    [[nodiscard]] bool hear(std::span<const codecs::Sample> frame) noexcept
    {
        if (!listening()) {
            return false;
        }
        --frames_left_;
        const bool found = detector_.process(narrow_.take(frame));
        frames_left_ = found ? 0 : frames_left_;
        return found;
    }

    [[nodiscard]] bool listening() const noexcept { return frames_left_ > 0; }

private:
    codecs::NarrowBand narrow_;
    codecs::CngDetector detector_;
    std::uint64_t frames_left_;
};

}  // namespace rb::media
