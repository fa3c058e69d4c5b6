#include "tools/rbload/media_plan.h"

#include "tools/rbload/tone_plan.h"

#include <algorithm>
#include <charconv>
#include <sys/random.h>
#include <utility>

namespace rb::load {
namespace {

constexpr std::uint32_t kEarsMax = 100;

std::uint64_t number_in(const std::string& text)
{
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

}  // namespace

Result<MediaPlan> MediaPlan::make(const Options& options)
{
    MediaPlan plan{options};
    for (std::uint32_t leg = 0; options.srtp && leg < options.legs(); ++leg) {
        SrtpKey& key = plan.keys_.emplace_back(SrtpKey{.suite = *options.srtp});
        if (getrandom(key.bytes.data(), key.size(), 0) != static_cast<ssize_t>(key.size())) {
            return failure("no random numbers for keys");
        }
    }
    for (const codecs::CodecId codec : options.codecs) {
        if (auto made = plan.make_voices(codec); !made) {
            return tl::unexpected(std::move(made.error()));
        }
    }
    return plan;
}

Result<void> MediaPlan::make_voices(codecs::CodecId codec)
{
    const Voice::Form form{.codec = codec, .ptime_ms = options_->ptime_ms};
    voices_.insert_or_assign({codec, 0}, Voice::silence(form));
    if (!options_->speech.empty()) {
        auto speech = Voice::speech(form, options_->speech);
        if (!speech) {
            return tl::unexpected(std::move(speech.error()));
        }
        voices_.insert_or_assign({codec, 1}, std::move(*speech));
        return {};
    }
    for (std::uint32_t i = 0; hearing_is_judged() && i < talkers(); ++i) {
        voices_.insert_or_assign({codec, 1 + i}, Voice::tone(form, tone_hz(i), tone_amplitude_for(talkers())));
    }
    return {};
}

/// All of them, but of codecs that cost the generator more to decode than to receive only so many.
bool MediaPlan::listens(std::uint32_t leg) const noexcept
{
    return hearing_is_judged() && (leg < kEarsMax || !codecs::codec_info(options_->codec_of(leg)).has_history);
}

Leg::Setup MediaPlan::setup(std::uint32_t leg) const
{
    Leg::Setup setup{.index = leg,
                     .codec = options_->codec_of(leg),
                     .ptime_ms = options_->ptime_ms,
                     .any_byte = options_->mode != Mode::Echo,
                     .rtcp = options_->mode != Mode::Raw,
                     .tones = listens(leg) ? talkers() : 0};
    if (!keys_.empty()) {
        setup.srtp = keys_[leg];
    }
    if (!options_->stamped()) {
        const bool speaks = (options_->mode == Mode::Room || options_->transcoded()) && is_talker(leg);
        const std::size_t voice = options_->speech.empty() ? 1 + leg % options_->legs_per_room() : 1;
        setup.voice = &voices_.at({setup.codec, speaks ? voice : 0});
    }
    return setup;
}

Address MediaPlan::local(std::uint32_t leg) const
{
    return options_->local.with_port(static_cast<std::uint16_t>(options_->local.port() + leg * kPortsPerLeg));
}

std::uint32_t MediaPlan::stamps_of(std::uint32_t leg) const noexcept
{
    return options_->stamped() && options_->mode != Mode::Echo ? leg ^ 1U : leg;
}

bool MediaPlan::is_quiet(std::uint32_t leg) const noexcept
{
    return options_->mode == Mode::Room && (options_->quiet_listeners || options_->listeners_on_hold) &&
           !is_talker(leg);
}

MediaDescription MediaPlan::description(std::uint32_t leg) const
{
    MediaDescription media{
        .address = local(leg),
        .formats = {{.payload_type = payload_type_of(options_->codec_of(leg)), .codec = options_->codec_of(leg)}},
        .on_hold = options_->mode == Mode::Room && options_->listeners_on_hold && !is_talker(leg),
        .ptime_ms = options_->ptime_ms};
    if (!keys_.empty()) {
        media.profile = "RTP/SAVP";
        media.crypto = {{.key = keys_[leg]}};
    }
    return media;
}

MediaDescription MediaPlan::answer_to(const std::optional<MediaDescription>& offer, std::uint32_t leg) const
{
    MediaDescription media = description(leg);
    if (const PayloadFormat* format = offer ? offer->format_of(options_->codec_of(leg)) : nullptr) {
        media.formats = {*format};
    }
    const CryptoLine* taken = offer && options_->srtp ? offer->crypto_of(*options_->srtp) : nullptr;
    if (taken != nullptr) {
        media.profile = offer->profile;
        media.crypto.front().tag = taken->tag;
    }
    return media;
}

std::uint32_t MediaPlan::near_leg(std::uint32_t call) const noexcept
{
    return options_->mode == Mode::Bridge ? 2 * call : call;
}

std::string MediaPlan::uri(std::uint32_t call) const
{
    const bool counts_up = options_->mode == Mode::Bridge || options_->mode == Mode::Room;
    const std::uint32_t step = options_->mode == Mode::Bridge ? call : call / options_->legs_per_room();
    if (!counts_up || step == 0) {
        return options_->target;
    }
    return "sip:" + std::to_string(number_in(options_->user) + step) +
           options_->target.substr(options_->target.find('@'));
}

std::uint32_t MediaPlan::far_leg(const std::string& number) const
{
    const std::uint64_t first = number_in(options_->user);
    const std::uint64_t called = number_in(number);
    return called >= first && called - first < options_->calls ? static_cast<std::uint32_t>(2 * (called - first) + 1)
                                                               : legs();
}

std::uint32_t MediaPlan::talkers() const noexcept
{
    return std::min(options_->talkers, options_->legs_per_room());
}

bool MediaPlan::is_talker(std::uint32_t leg) const noexcept
{
    return leg % options_->legs_per_room() < talkers();
}

bool MediaPlan::hearing_is_judged() const noexcept
{
    return (options_->mode == Mode::Room || options_->transcoded()) && options_->speech.empty();
}

}  // namespace rb::load
