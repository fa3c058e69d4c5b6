// media_plan.h — which leg says what to whom: derived from the options, without a socket.
#pragma once

#include "tools/rbload/leg.h"
#include "tools/rbload/options.h"
#include "tools/rbload/session_description.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rb::load {

/// Owns the voices, which the legs borrow.
class MediaPlan {
public:
    [[nodiscard]] static Result<MediaPlan> make(const Options& options);

    [[nodiscard]] std::uint32_t legs() const noexcept { return options_->legs(); }
    /// What a leg is to be opened with.
    [[nodiscard]] Leg::Setup setup(std::uint32_t leg) const;
    [[nodiscard]] Address local(std::uint32_t leg) const;
    /// Whose stamps a leg is to hear; itself where there are none.
    [[nodiscard]] std::uint32_t stamps_of(std::uint32_t leg) const noexcept;
    /// What it offers or answers.
    [[nodiscard]] MediaDescription description(std::uint32_t leg) const;
    /// The same as the answer to an offer.
    [[nodiscard]] MediaDescription answer_to(const std::optional<MediaDescription>& offer, std::uint32_t leg) const;
    /// Whether it sends nothing at all.
    [[nodiscard]] bool is_quiet(std::uint32_t leg) const noexcept;

    /// The leg with which we place a call, and the URI it calls.
    [[nodiscard]] std::uint32_t near_leg(std::uint32_t call) const noexcept;
    [[nodiscard]] std::string uri(std::uint32_t call) const;
    /// The leg that answers a call to this number; legs() when we never called it.
    [[nodiscard]] std::uint32_t far_leg(const std::string& number) const;

    [[nodiscard]] std::uint32_t room_of(std::uint32_t leg) const noexcept { return leg / options_->legs_per_room(); }
    /// Talkers of each room; their tones are the first of the tone plan, in order.
    [[nodiscard]] std::uint32_t talkers() const noexcept;
    [[nodiscard]] bool is_talker(std::uint32_t leg) const noexcept;
    /// Whether the rooms' tones can be told apart.
    [[nodiscard]] bool hearing_is_judged() const noexcept;

private:
    explicit MediaPlan(const Options& options) : options_{&options} {}
    [[nodiscard]] Result<void> make_voices(codecs::CodecId codec);
    [[nodiscard]] bool listens(std::uint32_t leg) const noexcept;

    const Options* options_;
    std::vector<SrtpKey> keys_;  ///< by leg
    /// By codec: silence, then the talkers' tones or the one speech.
    std::map<std::pair<codecs::CodecId, std::size_t>, Voice> voices_;
};

}  // namespace rb::load
