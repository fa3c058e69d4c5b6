// media_run.h — a run with media, from the first INVITE to the last BYE: place, settle, measure, drain, hang up.
#pragma once

#include "tools/rbload/call_ledger.h"
#include "tools/rbload/judge.h"
#include "tools/rbload/pacer.h"
#include "tools/rbload/progress.h"

#include <memory>
#include <optional>
#include <vector>

namespace rb::load {

/// Owner: the generator's one thread.
class MediaRun {
public:
    /// Opens every socket the run needs. options must outlive the run.
    [[nodiscard]] static Result<std::unique_ptr<MediaRun>> create(const Options& options);

    /// Runs to the end, or to an interrupt.
    [[nodiscard]] Outcome run();

private:
    enum class Phase : std::uint8_t {
        Placing,
        Settling,
        Measuring,
        Draining,
        HangingUp,
        Over
    };

    MediaRun(const Options& options, MediaPlan plan);
    [[nodiscard]] Result<void> open();
    void begin_raw();
    void run_sip(Nanos now);
    void on_near(const CallEvent& event, Nanos now);
    void on_far(const CallEvent& event, Nanos now);
    void step(Nanos now);
    void place(Nanos now);
    [[nodiscard]] bool waits_at_first_hundred(Nanos now);
    void begin_measuring(Nanos now);
    void end_measuring(Nanos now);
    void hang_up(Nanos now);
    void enter(Phase phase, Nanos until) noexcept;
    void start_leg(std::uint32_t leg, const std::optional<MediaDescription>& remote);
    [[nodiscard]] std::optional<ServerSample> sample() const;
    [[nodiscard]] Outcome conclude();
    void show(Nanos now);

    const Options& options_;
    MediaPlan plan_;
    std::unique_ptr<Streamer> streamer_;
    std::unique_ptr<SipClient> near_;      ///< places the calls; none in raw mode
    std::unique_ptr<SipClient> far_;       ///< answers them in bridge mode
    std::vector<std::uint32_t> far_legs_;  ///< by the far client's call
    CallLedger ledger_;
    Pacer pacer_;
    OwnCpu own_cpu_;
    Progress progress_;
    Phase phase_ = Phase::Placing;
    Nanos now_{};  ///< of the tick under way
    Nanos phase_began_{};
    Nanos phase_ends_{};
    std::uint64_t far_answered_ = 0;
    std::uint32_t hung_up_ = 0;
    std::vector<std::uint32_t> stamps_of_;
    std::vector<bool> judged_;
    std::uint64_t speaking_ = 0;
    StreamerCounts sent_;
    Nanos measured_from_{};
    Nanos measured_to_{};
    int server_pid_ = 0;
    std::optional<ServerSample> before_;     ///< no call yet
    std::optional<ServerSample> after_100_;  ///< legs, at work for a while
    Nanos hundred_up_ = kNever;              ///< since when they are
    std::optional<ServerSample> began_;
    std::optional<ServerSample> ended_;
};

}  // namespace rb::load
