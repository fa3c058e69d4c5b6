// recorder.h — collects the samples of a leg or a room in blocks that control writes to a file.
#pragma once

#include "codecs/pcm.h"
#include "dataplane/base/time.h"
#include "dataplane/media/event.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace rb::bridges {

/// Control builds it and lends it with Record; full blocks travel back by RecordBlock and return empty by BlockWritten.
/// Owner: whoever holds what it records.
class Recorder {
public:
    /// Blocks in flight: a disk may stall for four seconds before samples are lost.
    static constexpr std::size_t kBlocks = 5;
    static constexpr std::uint32_t kBlock_ms = 1000;

    struct Options {
        std::uint32_t rate = 8000;              ///< of the samples, one of codecs::kSampleRates
        Nanos max_duration = 0s;                ///< 0 = none
        Nanos max_silence = 0s;                 ///< of audio below silence_magnitude; 0 = none
        bool keep_silence = false;              ///< the silence that ended it stays in the file
        std::uint32_t silence_magnitude = 160;  ///< mean |sample|
        std::array<char, 16> keys{};            ///< that end the recording, '\0'-padded
        std::uint64_t tag = 0;                  ///< control's own, to know it again
    };

    /// What becomes of the frames that come.
    enum class Flow : std::uint8_t {
        Record,
        Pause,  ///< nothing is added
        Mute    ///< silence is added
    };

    explicit Recorder(const Options& options);

    void set(Flow flow) noexcept { flow_ = flow; }

    [[nodiscard]] const Options& options() const noexcept { return options_; }

    /// What one frame led to.
    struct Step {
        std::optional<std::uint8_t> full;     ///< a block to be written
        std::optional<event::Ending> ending;  ///< the recording is over
    };

    /// Adds 20 ms of audio, or of silence when the span is empty.
    [[nodiscard]] Step add(std::span<const codecs::Sample> frame) noexcept;
    /// Whether the key ends the recording.
    [[nodiscard]] bool ends_with(char key) const noexcept;
    /// A block has been written and may be filled again.
    void written(std::uint8_t block) noexcept;

    /// What a block holds; after the end, the last one is partly filled.
    [[nodiscard]] std::span<const codecs::Sample> block(std::uint8_t index) const noexcept;
    [[nodiscard]] std::uint8_t current() const noexcept { return current_; }
    /// Whether the current block is full and has been handed out already.
    [[nodiscard]] bool current_in_flight() const noexcept { return in_flight_[current_] || stalled_; }
    [[nodiscard]] Nanos duration() const noexcept { return duration_; }
    [[nodiscard]] Nanos trailing_silence() const noexcept { return silence_; }
    /// Frames lost because no block was free.
    [[nodiscard]] std::uint64_t lost_frames() const noexcept { return lost_; }

private:
    [[nodiscard]] std::optional<std::uint8_t> free_block() const noexcept;

    Options options_;
    std::size_t block_samples_;
    std::unique_ptr<codecs::Sample[]> samples_;
    std::array<std::size_t, kBlocks> filled_{};
    std::array<bool, kBlocks> in_flight_{};
    std::uint8_t current_ = 0;
    Flow flow_ = Flow::Record;
    bool stalled_ = false;  // the current block is full and no other is free
    Nanos duration_ = 0ns;
    Nanos silence_ = 0ns;
    std::uint64_t lost_ = 0;
};

}  // namespace rb::bridges
