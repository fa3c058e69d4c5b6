#include "tools/rbload/judge.h"

#include <algorithm>
#include <cmath>

namespace rb::load {
namespace {

constexpr double kLevelTolerance_db = 1;
constexpr double kSelfMax_db = -50;

double decibels(double ratio)
{
    constexpr double kFloor = 1e-10;
    return 20 * std::log10(std::max(ratio, kFloor));
}

double seconds_of(Nanos span)
{
    return std::chrono::duration<double>{span}.count();
}

void add_leg(MediaOutcome& sum, const Leg& leg, bool stamped)
{
    const Reception& heard = leg.reception;
    const ReceptionCounts& counts = heard.counts();
    sum.received += counts.packets;
    sum.silent_legs += counts.packets == 0 ? 1U : 0U;
    sum.missing += heard.numbering().missing();
    const SequenceWindow& order = stamped ? heard.stamps() : heard.numbering();
    sum.lost += stamped ? heard.stamps_lost() : 0;
    sum.duplicates += order.duplicates();
    sum.reordered += order.reordered() + order.late();
    sum.changed += counts.changed;
    sum.misrouted += counts.misrouted;
    sum.strangers += counts.strangers;
    sum.malformed += counts.malformed;
    sum.not_genuine += leg.not_genuine();
    sum.other_payload += counts.other_payload;
    sum.source_changes += counts.source_changes;
    sum.gaps += counts.gaps;
    sum.longest_gap = std::max(sum.longest_gap, counts.longest_gap);
    sum.rtcp_reports += leg.rtcp_counts().reports;
    sum.rtcp_malformed += leg.rtcp_counts().malformed;
    sum.lost_by_server += leg.rtcp_counts().lost_by_server;
}

/// One listener's ear for one talker.
void hear(HearingOutcome& outcome, std::uint32_t listener, std::uint32_t talker, double level_db)
{
    const auto describe = [&](const char* how) {
        outcome.worst = "leg " + std::to_string(listener) + how + std::to_string(talker) + " at " +
                        std::to_string(level_db) + " dB of what was sent";
    };
    if (listener == talker) {
        outcome.echoed += level_db > kSelfMax_db ? 1U : 0U;
        outcome.loudest_self_db = std::max(outcome.loudest_self_db, level_db);
        return;
    }
    outcome.unheard += std::abs(level_db) > kLevelTolerance_db ? 1U : 0U;
    if (std::abs(level_db) > std::abs(outcome.worst_level_db)) {
        outcome.worst_level_db = level_db;
        describe(" hears leg ");
    }
}

}  // namespace

MediaOutcome judge_media(const Streams& streams)
{
    MediaOutcome sum{.seconds = streams.seconds, .speaking = streams.speaking};
    for (std::size_t i = 0; i < streams.judged.size(); ++i) {
        if (streams.judged[i]) {
            ++sum.legs;
            add_leg(sum, streams.streamer.legs()[i], streams.options.stamped());
        }
    }
    sum.sent = streams.sent.sent;
    sum.latency = streams.streamer.histograms().latency.percentiles();
    sum.jitter = streams.streamer.histograms().jitter.percentiles();
    return sum;
}

std::optional<HearingOutcome> judge_hearing(const Streams& streams)
{
    if (!streams.plan.hearing_is_judged()) {
        return std::nullopt;
    }
    HearingOutcome outcome;
    const std::uint32_t per_room = streams.options.legs_per_room();
    const double sent = tone_amplitude_for(streams.plan.talkers());
    for (std::uint32_t listener = 0; listener < streams.judged.size(); ++listener) {
        const ToneMeter& tones = streams.streamer.legs()[listener].reception.tones();
        if (!streams.judged[listener] || tones.seconds() == 0) {
            continue;
        }
        ++outcome.legs;
        const std::uint32_t first = streams.plan.room_of(listener) * per_room;
        for (std::uint32_t i = 0; i < streams.plan.talkers() && first + i < streams.judged.size(); ++i) {
            if (streams.judged[first + i]) {
                hear(outcome, listener, first + i, decibels(tones.amplitude(i) / sent));
            }
        }
    }
    return outcome.legs > 0 ? std::optional{outcome} : std::nullopt;
}

ServerOutcome judge_server(const ServerSample& began, const ServerSample& ended, double legs)
{
    const double seconds = std::max(seconds_of(ended.at - began.at), 1e-9);
    const double cpu = seconds_of(ended.cpu - began.cpu);
    const auto user = static_cast<double>(ended.user_ticks - began.user_ticks);
    const auto system = static_cast<double>(ended.system_ticks - began.system_ticks);
    constexpr double kMicro = 1e6;
    ServerOutcome outcome{.cpu_percent = 100 * cpu / seconds,
                          .user_share = user + system > 0 ? user / (user + system) : 0,
                          .us_per_leg_second = legs > 0 ? kMicro * cpu / seconds / legs : 0,
                          .rss_kb = ended.rss_kb};
    for (const auto& [tid, thread] : ended.threads) {
        const auto before = began.threads.find(tid);
        const double used = seconds_of(thread.used - (before == began.threads.end() ? Nanos{} : before->second.used));
        outcome.thread_percent[thread.name] += 100 * used / seconds;
        if (legs > 0) {
            outcome.thread_us_per_leg_second[thread.name] += kMicro * used / seconds / legs;
        }
    }
    return outcome;
}

void judge_generator(GeneratorOutcome& generator)
{
    constexpr double kCpuMax = 90;
    constexpr Nanos kLatenessMax = 2ms;
    if (generator.cpu_percent > kCpuMax) {
        generator.too_slow = true;
        generator.why = "it took more than 90 % of a core";
    } else if (generator.lateness.p99 > kLatenessMax) {
        generator.too_slow = true;
        generator.why = "one packet or call in a hundred left more than 2 ms late";
    }
}

void add_media_faults(const Options& options, const Outcome& outcome, std::vector<std::string>& faults)
{
    if (!outcome.media) {
        return;
    }
    const MediaOutcome& media = *outcome.media;
    const auto say = [&faults](std::uint64_t count, const char* what) {
        if (count > 0) {
            faults.push_back(std::to_string(count) + " " + what);
        }
    };
    const bool passes_unchanged = options.mode == Mode::Bridge || options.mode == Mode::Raw;
    const bool hears = !options.listeners_on_hold && (options.mode != Mode::Raw || options.flow != Flow::Send);
    say(hears ? media.silent_legs : 0, "legs heard nothing");
    say(media.lost, "packets lost");
    say(media.missing, "holes in the sequence numbers received");
    say(media.duplicates, "packets received twice");
    say(media.reordered, "packets out of order");
    say(media.changed, "payloads changed on the way");
    say(media.misrouted, "packets of a foreign leg");
    say(passes_unchanged ? media.strangers : 0, "packets nobody sent");
    say(media.malformed, "datagrams that are no RTP");
    say(media.not_genuine, "datagrams that SRTP refused");
    say(media.other_payload, "packets of a payload type not agreed upon");
    say(media.rtcp_malformed, "malformed RTCP packets");
    if (hears && media.silent_legs == 0 && media.longest_gap > std::chrono::milliseconds{options.gap_ms_max}) {
        faults.push_back("a pause of " + std::to_string(to_ms(media.longest_gap)) + " ms");
    }
    if (outcome.hearing) {
        say(outcome.hearing->unheard, "pairs of legs do not hear each other at the level sent");
        say(outcome.hearing->echoed, "talkers hear themselves");
    }
}

}  // namespace rb::load
