#include "bridges/softmix.h"

#include "bridges/mix_kernel.h"
#include "bridges/party.h"
#include "bridges/player.h"
#include "bridges/rate_change.h"
#include "bridges/recorder.h"
#include "bridges/track_recorder.h"
#include "codecs/comfort.h"
#include "codecs/gain.h"
#include "codecs/l16.h"

#include <algorithm>

namespace rb::bridges {
namespace {

/// Who was mixed a tick ago counts as this much louder (3 dB), so that two equal voices do not take turns.
constexpr std::uint32_t kHysteresisNumerator = 181;
constexpr std::uint32_t kHysteresisDenominator = 128;

/// Leg::talker of who listens, and of a listener who has been given a mix of its own in this tick.
constexpr std::int32_t kListens = -1;
constexpr std::int32_t kIsServed = -2;

/// The parties' audio of this tick: fills scratch.talkers with the loudest, marks their legs.
class Listening {
public:
    Listening(const Bridge& bridge, TickContext& tick) noexcept
        : tick_{tick},
          frame_{codecs::frame_samples(bridge.options.rate)},
          max_{std::min(bridge.options.talkers_max, kTalkersMax)}
    {
        tick_.scratch.talker_count = 0;
    }

    void hear_party(media::Leg& leg) noexcept
    {
        const bool mixed_before = leg.talker >= 0;
        leg.talker = kListens;
        std::uint32_t& count = tick_.scratch.talker_count;
        Talker& candidate = tick_.scratch.talkers[count];
        if (!hear(leg, std::span{candidate.samples}.first(frame_), true, tick_).audible) {
            return;
        }
        candidate.leg = &leg;
        candidate.level = leg.talk.level();
        if (mixed_before) {
            candidate.level = candidate.level * kHysteresisNumerator / kHysteresisDenominator;
        }
        if (count < max_) {
            leg.talker = static_cast<std::int32_t>(count++);
            return;
        }
        displace_quietest(candidate);
    }

private:
    void displace_quietest(Talker& candidate) noexcept
    {
        const auto talkers = std::span{tick_.scratch.talkers}.first(max_);
        Talker& quietest = *std::min_element(talkers.begin(), talkers.end(),
                                             [](const Talker& a, const Talker& b) { return a.level < b.level; });
        if (candidate.level <= quietest.level) {
            return;
        }
        quietest.leg->talker = kListens;
        candidate.leg->talker = static_cast<std::int32_t>(&quietest - talkers.data());
        quietest = candidate;
    }

    TickContext& tick_;
    std::size_t frame_;
    std::uint32_t max_;
};

/// The way between the mix and linear audio of another rate; nullptr where the rates agree.
RateAdapter* adapter_for(const Bridge& bridge, std::uint32_t rate) noexcept
{
    return rate == bridge.options.rate ? nullptr : bridge.others[mix_rate_index(rate)].get();
}

/// Whether linear audio of this rate can be had from the mix, and be added to it.
bool reaches(const Bridge& bridge, std::uint32_t rate) noexcept
{
    return rate == bridge.options.rate || adapter_for(bridge, rate) != nullptr;
}

/// Gives the floor to the talker, if any, who takes it from who has it; of several, to who has spoken most.
void elect_speaker(Bridge& bridge, std::span<const Talker> talkers, TickContext& tick) noexcept
{
    using Scores = media::SpeechActivity::Scores;
    const Scores holder = bridge.speaker == nullptr ? Scores{} : bridge.speaker->speech.scores(tick.at);
    media::Leg* elected = bridge.speaker;
    float most = 0;
    for (const Talker& talker : talkers) {
        const Scores scores = talker.leg->speech.scores(tick.at);
        const bool for_all = !talker.leg->hearing.whispers;
        if (for_all && talker.leg != bridge.speaker && scores.medium > most && media::takes_floor(scores, holder)) {
            elected = talker.leg;
            most = scores.medium;
        }
    }
    if (elected != bridge.speaker) {
        bridge.speaker = elected;
        tick.events.tell(event::SpeakerChanged{.bridge = bridge.ref, .leg = elected->ref});
    }
}

/// Adds up those who do not whisper. Returns whether there are any.
bool add_talkers(std::span<std::int32_t> total, std::span<const Talker> talkers) noexcept
{
    bool any = false;
    for (const Talker& talker : talkers) {
        if (talker.leg->hearing.whispers) {
            talker.leg->talker = kListens;  // to what all hear
        } else {
            mix_add(total, std::span{talker.samples}.first(total.size()));
            any = true;
        }
    }
    return any;
}

/// Keeps apart what each of those who talk adds to the mix.
void record_tracks(Bridge& bridge, std::span<const Talker> talkers, TickContext& tick) noexcept
{
    if (bridge.tracks == nullptr) {
        return;
    }
    bridge.tracks->begin_tick(tick.at, bridge.options.rate, tick.events);
    for (const Talker& talker : talkers) {
        if (talker.leg->track != 0 && !talker.leg->hearing.whispers) {
            bridge.tracks->add(talker.leg->track,
                               std::span{talker.samples}.first(codecs::frame_samples(bridge.options.rate)),
                               tick.events);
        }
    }
}

/// Adds what plays to the whole room. Returns whether anything did.
bool add_announcement(Bridge& bridge, std::span<std::int32_t> total, TickContext& tick) noexcept
{
    if (bridge.player == nullptr || bridge.player->paused()) {
        return false;
    }
    const std::uint32_t rate = codecs::codec_info(bridge.player->codec()).sample_rate;
    if (!reaches(bridge, rate) && bridge.change != nullptr) {
        return false;  // it is for the rate to come
    }
    RateAdapter* adapter = adapter_for(bridge, rate);
    const auto payload = bridge.player->next(tick.at);
    const bool linear = payload.size() == codecs::frame_samples(rate) * sizeof(codecs::Sample);
    if (!linear || !reaches(bridge, rate)) {
        return_player(bridge.player, payload.empty() ? event::Ending::Finished : event::Ending::Failed, tick.events);
        return false;
    }
    const std::span samples = std::span{tick.scratch.limited}.first(codecs::frame_samples(rate));
    codecs::decode_l16(payload, samples);
    codecs::apply_gain(samples, bridge.player->gain_db());
    std::span added = samples;
    if (adapter != nullptr) {
        added = std::span{tick.scratch.adapted}.first(total.size());
        adapter->to_mix.process(samples, added);
    }
    mix_add(total, added);
    if (bridge.tracks != nullptr) {
        bridge.tracks->add(TrackRecorder::kAnnouncements, added, tick.events);
    }
    return true;
}

/// Adds the mix to the recording of the room, whose file keeps the rate it began with.
void record_mix(Bridge& bridge, std::span<const codecs::Sample> mixed, TickContext& tick) noexcept
{
    const std::uint32_t rate = bridge.recorder->options().rate;
    RateAdapter* adapter = adapter_for(bridge, rate);
    if (adapter == nullptr || mixed.empty()) {
        return record(bridge.recorder, reaches(bridge, rate) ? mixed : std::span<const codecs::Sample>{}, tick.events);
    }
    const std::span adapted = std::span{tick.scratch.adapted}.first(codecs::frame_samples(rate));
    adapter->from_mix.process(mixed, adapted);
    record(bridge.recorder, adapted, tick.events);
}

/// Hands the other parts of the room what this one says, and adds what they say. Returns whether they do.
bool exchange_with_trunks(Bridge& bridge, std::span<std::int32_t> total, bool audible, TickContext& tick) noexcept
{
    if (bridge.trunks == nullptr) {
        return false;
    }
    const std::span own = std::span{tick.scratch.without_own}.first(total.size());  // free until talkers are served
    std::copy(total.begin(), total.end(), own.begin());
    bool heard = false;
    for (TrunkEnd* end = bridge.trunks; end != nullptr; end = end->next) {
        if (!end->out->send(audible ? own : std::span<const std::int32_t>{})) {
            ++tick.trunk_frames_lost;
        }
        heard = end->in->add_to(total) || heard;
    }
    return heard;
}

/// What a listener of this group hears, encoded at the first who needs it: by its group's encoder, or, where the rates
/// agree and the codec has no history, by the leg's own. Empty when this leg can only be served alone.
std::span<const std::uint8_t> shared_payload(const Bridge& bridge, media::Leg& leg, SharedPayloads& shared,
                                             std::uint8_t complexity_max) noexcept
{
    const std::size_t number = group_number(leg.plan->codec, leg.opus_kind);
    if (number >= kGroupsMax) {
        return {};
    }
    auto& entry = shared.of[number];
    const auto& encoder = leg.plan->encoder;
    GroupEncoder* group = bridge.groups[number].get();
    if (entry.size != 0) {
        return std::span{entry.bytes}.first(entry.size);
    }
    const std::span mixed = std::span{shared.mixed}.first(codecs::frame_samples(bridge.options.rate));
    std::size_t size = 0;
    if (shared.silent && encoder->info().any_rate) {
        // A codec that would spend as much on silence as on speech.
        size = codecs::write_silence(leg.plan->codec, entry.bytes).size();
        if (group != nullptr) {
            group->pause();
        }
    } else if (group != nullptr) {
        size = group->encode(mixed, entry.bytes, complexity_max);
    } else if (!encoder->info().has_history && codecs::frame_samples(encoder->rate()) == mixed.size()) {
        size = encoder->encode(mixed, entry.bytes);
    }
    entry.size = static_cast<std::uint32_t>(size);
    return std::span{entry.bytes}.first(size);
}

std::span<const Talker> talkers_of(const TickContext& tick) noexcept
{
    return std::span{tick.scratch.talkers}.first(tick.scratch.talker_count);
}

/// Whether somebody talks whom this party hears otherwise than the others do.
bool has_exception(const media::Leg& leg, const TickContext& tick) noexcept
{
    return leg.hearing.any() && std::ranges::any_of(talkers_of(tick), [&leg](const Talker& talker) {
               return talker.leg != &leg && leg.hearing.excepts(talker.leg->ref);
           });
}

/// Takes those out of a party's mix whom it does not hear, and adds those who whisper to it.
void make_exceptions(const media::Leg& leg, std::span<std::int32_t> mix, const TickContext& tick) noexcept
{
    for (const Talker& talker : talkers_of(tick)) {
        if (talker.leg == &leg || !leg.hearing.excepts(talker.leg->ref)) {
            continue;
        }
        const std::span samples = std::span{talker.samples}.first(mix.size());
        talker.leg->hearing.whispers ? mix_add(mix, samples) : mix_subtract(mix, samples);
    }
}

/// A mix for one party alone. A talker hears everybody else: its own samples are taken out of the sum, exactly.
void serve_alone(Fade fade, media::Leg& leg, std::span<const std::int32_t> total, TickContext& tick) noexcept
{
    if (send_private(leg, tick)) {
        return;
    }
    const std::size_t frame = total.size();
    const std::span without = std::span{tick.scratch.without_own}.first(frame);
    if (leg.talker >= 0) {
        const Talker& own = tick.scratch.talkers[static_cast<std::size_t>(leg.talker)];
        mix_without(without, total, std::span{own.samples}.first(frame));
    } else {
        std::copy(total.begin(), total.end(), without.begin());
    }
    if (has_exception(leg, tick)) {
        make_exceptions(leg, without, tick);
        ++tick.mixes_apart;
    }
    const std::span limited = std::span{tick.scratch.limited}.first(frame);
    Limiter limiter{leg.limiter};
    limiter.process(without, limited);
    leg.limiter = limiter.state();
    apply_fade(fade, limited);
    send_samples(leg, limited, tick);
}

void serve_listener(const Bridge& bridge, media::Leg& leg, SharedPayloads& shared, TickContext& tick) noexcept
{
    if (send_private(leg, tick)) {
        return;
    }
    if (shared.silent && leg.plan->may_pause()) {
        return send_silence(leg, tick);
    }
    const bool as_all = leg.party.gain_out_db == 0 && leg.cleaner_out == nullptr;
    const auto payload =
        as_all ? shared_payload(bridge, leg, shared, tick.complexity_max) : std::span<const std::uint8_t>{};
    if (!payload.empty()) {
        return send_payload(leg, payload, tick);
    }
    if (shared.silent && leg.plan->encoder->info().any_rate) {
        return send_silence(leg, tick);  // served alone, and yet nothing is to be encoded
    }
    send_samples(leg, std::span{shared.mixed}.first(codecs::frame_samples(bridge.options.rate)), tick);
}

SharedPayloads& shared_of(Bridge& bridge, TickContext& tick) noexcept
{
    return bridge.parties->shared() != nullptr ? *bridge.parties->shared() : tick.scratch.shared;
}

/// Gives all who need it a mix of their own.
void serve_apart(Bridge& bridge, std::span<const std::int32_t> total, TickContext& tick) noexcept
{
    for (const Talker& talker : talkers_of(tick)) {
        if (talker.leg->talker >= 0) {
            serve_alone(bridge.fade, *talker.leg, total, tick);
        }
    }
    if (bridge.exceptions == 0) {
        return;
    }
    for (media::Leg* leg : bridge.parties->legs()) {
        if (leg->talker == kListens && has_exception(*leg, tick)) {
            serve_alone(bridge.fade, *leg, total, tick);
            leg->talker = kIsServed;
        }
    }
}

/// Serves the next listeners; true when some are left.
bool serve_listeners(Bridge& bridge, TickContext& tick) noexcept
{
    SharedPayloads& shared = shared_of(bridge, tick);
    const auto legs = bridge.parties->legs();
    // The whole room within 16 of the 20 slots, however large.
    const std::size_t share = std::max<std::size_t>(kFanOutPerSlot, (legs.size() + 15) / 16);
    const std::size_t end = std::min(legs.size(), bridge.fan_out_next + share);
    for (; bridge.fan_out_next < end; ++bridge.fan_out_next) {
        media::Leg& leg = *legs[bridge.fan_out_next];
        if (leg.talker == kListens) {
            serve_listener(bridge, leg, shared, tick);
        }
    }
    return bridge.fan_out_next < legs.size();
}

}  // namespace

void tick_softmix(Bridge& bridge, TickContext& tick) noexcept
{
    step_rate_change(bridge, tick.at, tick.events);
    Listening listening{bridge, tick};
    for (media::Leg* leg : bridge.parties->legs()) {
        listening.hear_party(*leg);
    }
    const std::span total = std::span{tick.scratch.total}.first(codecs::frame_samples(bridge.options.rate));
    std::fill(total.begin(), total.end(), 0);
    const auto talkers = talkers_of(tick);
    const bool spoken = add_talkers(total, talkers);
    record_tracks(bridge, talkers, tick);
    if (bridge.options.kind == BridgeKind::Conference) {
        elect_speaker(bridge, talkers, tick);
    }
    const bool announced = add_announcement(bridge, total, tick);
    const bool others = exchange_with_trunks(bridge, total, announced || spoken, tick);
    SharedPayloads& shared = shared_of(bridge, tick);
    shared.clear();
    const std::span mixed = std::span{shared.mixed}.first(total.size());
    bridge.limiter.process(total, mixed);
    apply_fade(bridge.fade, mixed);
    shared.silent = !spoken && !announced && !others;
    if (bridge.recorder != nullptr) {
        record_mix(bridge, shared.silent ? std::span<const codecs::Sample>{} : mixed, tick);
    }
    serve_apart(bridge, total, tick);
    bridge.fan_out_next = 0;
    bridge.fan_out_at = tick.at;
    serve_listeners(bridge, tick);
}

bool continue_fan_out(Bridge& bridge, TickContext& tick) noexcept
{
    tick.at = bridge.fan_out_at;
    return serve_listeners(bridge, tick);
}

}  // namespace rb::bridges
