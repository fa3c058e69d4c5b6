#include "bridges/party.h"

#include "bridges/monitor.h"
#include "bridges/player.h"
#include "bridges/rate_adapter.h"
#include "bridges/recorder.h"
#include "bridges/snoop.h"
#include "codecs/comfort.h"
#include "codecs/gain.h"
#include "codecs/level.h"
#include "dataplane/media/transmit.h"

#include <algorithm>

namespace rb::bridges {
namespace {

/// Discontinuous transmission as libopus does it: after 200 ms of silence one packet each 400 ms.
constexpr std::uint32_t kDtxAfterFrames = 10;
constexpr std::uint32_t kDtxRefreshFrames = 20;
/// What comfort noise says of it: −127 dBov, as little as there is (RFC 3389 §3.1). The sum of nobody has no noise.
constexpr std::uint8_t kSilenceLevel = 127;

/// Whether the party can be mixed at this rate at all: its codec has it, or its adapter leads to it.
bool reaches(const media::Leg& leg, std::size_t mix_samples) noexcept
{
    return leg.plan->frame_samples() == mix_samples ||
           (leg.adapter != nullptr && codecs::frame_samples(leg.adapter->rate) == mix_samples);
}

void give(media::Leg& leg, std::span<const std::uint8_t> payload, TickContext& tick) noexcept
{
    leg.silent_frames = 0;
    if (leg.monitor != nullptr) {
        leg.monitor->sent(payload);
    }
    media::send_frame(leg, payload, tick.at, tick.tx);
}

/// Whether nothing but what another peer sent can be sent to the leg.
bool passes_only(const media::Leg& leg) noexcept
{
    return leg.plan->encoder->info().passed_only;
}

/// Who listens in hears the frame, and speaks.
void begin_snoops(const media::Leg& leg, std::span<const codecs::Sample> said) noexcept
{
    for (Snoop* snoop = leg.snoop; snoop != nullptr; snoop = snoop->next) {
        snoop->begin_frame(said);
    }
}

/// Lets those who barge in be heard in place of the party, or with it. Returns whether any is.
///
/// heard   the party itself is in the samples
bool barge_in(const media::Leg& leg, std::span<codecs::Sample> samples, bool heard) noexcept
{
    bool any = false;
    for (Snoop* snoop = leg.snoop; snoop != nullptr; snoop = snoop->next) {
        if (!snoop->speaks() || !snoop->options().barges) {
            continue;
        }
        if (!heard && !any) {
            std::fill(samples.begin(), samples.end(), codecs::Sample{0});
        }
        snoop->add_to(samples);
        any = true;
    }
    return any;
}

void add_whispers(const media::Leg& leg, std::span<codecs::Sample> samples) noexcept
{
    for (Snoop* snoop = leg.snoop; snoop != nullptr; snoop = snoop->next) {
        if (snoop->speaks()) {
            snoop->add_to(samples);
        }
    }
}

/// Encodes samples of the party's own rate for it alone and sends them.
void send_own(media::Leg& leg, std::span<const codecs::Sample> samples, TickContext& tick) noexcept
{
    codecs::Encoder& encoder = leg.take_encoder();
    encoder.limit_complexity(tick.complexity_max);
    const std::size_t size = encoder.encode(samples, tick.scratch.payload);
    give(leg, std::span{tick.scratch.payload}.first(size), tick);
}

/// Sends a payload of what plays to the party: as it is, or as loud as it is to be.
void send_prompt(media::Leg& leg, std::span<const std::uint8_t> payload, TickContext& tick) noexcept
{
    const std::span samples = std::span{tick.scratch.adapted}.first(leg.plan->frame_samples());
    if (!leg.player->decode(payload, samples)) {
        return send_payload(leg, payload, tick);
    }
    for (Snoop* snoop = leg.snoop; snoop != nullptr; snoop = snoop->next) {
        snoop->sent(std::span<const codecs::Sample>{samples});
    }
    add_whispers(leg, samples);
    send_own(leg, samples, tick);
}

}  // namespace

bool is_whispered_to(const media::Leg& leg) noexcept
{
    for (const Snoop* snoop = leg.snoop; snoop != nullptr; snoop = snoop->next) {
        if (snoop->speaks()) {
            return true;
        }
    }
    return false;
}

Said hear(media::Leg& leg, std::span<codecs::Sample> samples, bool gated, TickContext& tick) noexcept
{
    media::AudioIn* const in = leg.plan->in.get();
    // The guess from an undecoded payload may be low by a factor of six for a pure tone; speech it hits within half.
    const media::TalkThresholds& talk = leg.party.talk;
    const bool listened_to =
        leg.monitor != nullptr || leg.snoop != nullptr || leg.cleaner_in != nullptr || leg.plan->listens();
    std::uint32_t gate = 0;
    if (gated && !listened_to) {
        const std::uint32_t pause = std::min(talk.magnitude, media::kAudibleMagnitude) / 6;
        gate = leg.party.muted ? media::AudioIn::kClosed : leg.talk.audible(tick.at) ? 0 : pause;
    }
    const std::size_t own = leg.plan->frame_samples();
    const bool direct = own == samples.size();
    const std::span decoded = direct ? samples : std::span{tick.scratch.adapted}.first(own);
    auto frame = in == nullptr ? media::AudioIn::Frame{} : in->read(decoded, gate, tick.at);
    if (leg.cleaner_in != nullptr && frame.heard == media::AudioIn::Heard::Audio) {
        leg.cleaner_in->process(decoded);
        frame.magnitude = codecs::mean_magnitude(decoded);
    }
    const std::span said = frame.heard == media::AudioIn::Heard::Audio ? decoded : std::span<codecs::Sample>{};
    if (leg.plan->inband != nullptr && !leg.plan->inband->hear(said).empty()) {
        tick.keys_heard = true;
    }
    if (leg.plan->fax != nullptr && leg.plan->fax->hear(said)) {
        tick.events.tell(event::FaxHeard{.leg = leg.ref});
    }
    if (leg.monitor != nullptr) {
        leg.monitor->begin_frame(said, leg.bridge != nullptr, tick.events);
    }
    begin_snoops(leg, said);
    if (frame.heard == media::AudioIn::Heard::Audio && frame.magnitude >= talk.magnitude) {
        leg.voice.frame(frame.magnitude, codecs::peak(decoded));
    }
    const bool changed = leg.talk.frame(leg.party.muted ? 0 : frame.magnitude, talk, tick.at);
    if (!leg.party.muted && leg.talk.audible(tick.at)) {
        leg.speech.frame(frame.magnitude, talk.magnitude, tick.at);
    }
    if (changed && leg.party.report_talk) {
        tick.events.tell(event::TalkChanged{.leg = leg.ref, .talking = leg.talk.talking()});
    }
    if (!reaches(leg, samples.size())) {
        return {.heard = frame.heard};
    }
    const bool heard = frame.heard == media::AudioIn::Heard::Audio && !leg.party.muted;
    const bool barged = barge_in(leg, decoded, heard);
    if (!heard && !barged) {
        return {.heard = frame.heard};
    }
    const bool worth_mixing = leg.party.drop_silence ? leg.talk.talking() : leg.talk.audible(tick.at);
    if (gated && !worth_mixing && !barged) {
        return {.heard = media::AudioIn::Heard::Quiet};
    }
    if (!direct) {
        leg.adapter->to_mix.process(decoded, samples);
    }
    codecs::apply_gain(samples, leg.party.gain_in_db);
    return {.heard = frame.heard, .audible = true};
}

bool send_private(media::Leg& leg, TickContext& tick) noexcept
{
    if (media::send_dtmf(leg, tick.at, tick.tx)) {
        return true;
    }
    if (leg.player != nullptr) {
        const bool fits = leg.player->codec() == leg.plan->codec;
        if (fits && leg.player->paused()) {
            send_silence(leg, tick);
            return true;
        }
        const auto payload = fits ? leg.player->next(tick.at) : std::span<const std::uint8_t>{};
        if (!payload.empty()) {
            send_prompt(leg, payload, tick);
            return true;
        }
        return_player(leg.player, fits ? event::Ending::Finished : event::Ending::Failed, tick.events);
    }
    if (leg.party.deaf) {
        send_silence(leg, tick);
        return true;
    }
    return false;
}

void send_payload(media::Leg& leg, std::span<const std::uint8_t> payload, TickContext& tick) noexcept
{
    for (Snoop* snoop = leg.snoop; snoop != nullptr; snoop = snoop->next) {
        snoop->sent(payload);
    }
    if (is_whispered_to(leg)) {
        const std::span samples = std::span{tick.scratch.adapted}.first(leg.plan->frame_samples());
        leg.snoop->copy_sent(samples);
        add_whispers(leg, samples);
        return send_own(leg, samples, tick);
    }
    leg.encoder_in_use = false;
    give(leg, payload, tick);
}

void send_samples(media::Leg& leg, std::span<const codecs::Sample> samples, TickContext& tick) noexcept
{
    if (passes_only(leg)) {
        return;
    }
    if (!reaches(leg, samples.size())) {
        send_silence(leg, tick);
        return;
    }
    const std::size_t own = leg.plan->frame_samples();
    std::span<const codecs::Sample> adapted = samples;
    if (own != samples.size()) {
        const std::span room = std::span{tick.scratch.adapted}.first(own);
        leg.adapter->from_mix.process(samples, room);
        adapted = room;
    }
    if (leg.party.gain_out_db != 0 || leg.snoop != nullptr || leg.cleaner_out != nullptr) {
        const std::span room = std::span{tick.scratch.adapted}.first(own);
        if (adapted.data() != room.data()) {
            std::copy(adapted.begin(), adapted.end(), room.begin());
        }
        if (leg.cleaner_out != nullptr) {
            leg.cleaner_out->process(room);
        }
        codecs::apply_gain(room, leg.party.gain_out_db);
        for (Snoop* snoop = leg.snoop; snoop != nullptr; snoop = snoop->next) {
            snoop->sent(std::span<const codecs::Sample>{room});
        }
        add_whispers(leg, room);
        adapted = room;
    }
    send_own(leg, adapted, tick);
}

void send_silence(media::Leg& leg, TickContext& tick) noexcept
{
    if (passes_only(leg)) {
        return;
    }
    if (is_whispered_to(leg)) {
        const std::span samples = std::span{tick.scratch.adapted}.first(leg.plan->frame_samples());
        std::fill(samples.begin(), samples.end(), codecs::Sample{0});
        add_whispers(leg, samples);
        return send_own(leg, samples, tick);
    }
    const std::uint32_t before = leg.silent_frames;
    const bool lasts = before >= kDtxAfterFrames;
    if (lasts && leg.plan->describe_silence) {
        leg.encoder_in_use = false;
        if ((before - kDtxAfterFrames) % kDtxRefreshFrames == 0) {
            media::send_noise(leg, kSilenceLevel, tick.at, tick.tx);
        }
    } else if (lasts && leg.plan->opus.dtx && before % kDtxRefreshFrames != 0) {
        leg.encoder_in_use = false;
    } else {
        send_payload(leg, codecs::write_silence(leg.plan->codec, tick.scratch.payload), tick);
    }
    leg.silent_frames = before + 1;
}

void return_player(Player*& player, event::Ending ending, EventOutbox& events) noexcept
{
    events.give_back(event::PlayerReturned{.player = player, .ending = ending});
    player = nullptr;
}

void return_recorder(Recorder*& recorder, event::Ending ending, EventOutbox& events) noexcept
{
    events.give_back(event::RecorderReturned{.recorder = recorder, .ending = ending});
    recorder = nullptr;
}

void record(Recorder*& recorder, std::span<const codecs::Sample> samples, EventOutbox& events) noexcept
{
    const auto step = recorder->add(samples);
    if (step.full) {
        events.give_back(event::RecordBlock{.recorder = recorder, .block = *step.full});
    }
    if (step.ending) {
        return_recorder(recorder, *step.ending, events);
    }
}

}  // namespace rb::bridges
