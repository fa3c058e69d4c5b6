#include "bridges/monitor.h"

#include "dataplane/base/assert.h"

namespace rb::bridges {

Monitor::Monitor(const Options& options, Recorders recorders)
    : options_{options}, recorders_{std::move(recorders)}, frame_{options.codec}
{
    for (const auto& recorder : recorders_) {
        RB_ASSERT(recorder == nullptr || recorder->options().rate == frame_.rate());
    }
}

void Monitor::begin_frame(std::span<const codecs::Sample> received, bool bridged, EventOutbox& events) noexcept
{
    end(events);
    wanted_ = bridged || !options_.bridged_only;
    frame_.begin(received);
}

void Monitor::end(EventOutbox& events) noexcept
{
    if (std::exchange(wanted_, false)) {
        std::array<codecs::Sample, codecs::kFrameSamplesMax> room;
        add(Track::Received, frame_.received(), events);
        add(Track::Sent, frame_.sent(), events);
        add(Track::Both, frame_.sum(room), events);
    }
}

void Monitor::add(Track track, std::span<const codecs::Sample> samples, EventOutbox& events) noexcept
{
    const auto& recorder = recorders_[static_cast<std::size_t>(track)];
    if (recorder == nullptr) {
        return;
    }
    if (const auto full = recorder->add(samples).full) {
        events.give_back(event::RecordBlock{.recorder = recorder.get(), .block = *full});
    }
}

}  // namespace rb::bridges
