#include "tools/rbctl/diagnosis.h"

#include "tools/rbctl/rows.h"
#include "tools/rbctl/text.h"

#include <algorithm>
#include <cmath>

namespace rb::rbctl {
namespace {

// Where each figure begins to be heard, and where it makes a conversation hard (ITU-T G.114 for delay, the E-model for
// loss; levels around the −26 dBov of normal speech).
constexpr double kLossPercent = 1;
constexpr double kJitterMs = 30;
constexpr double kBufferMs = 120;
constexpr double kRoundTripMs = 300;
constexpr double kQuietDbov = -45;
constexpr double kClippedPercent = 5;
/// Speech of a second and a half is enough to be judged; less in a quarter of a minute is silence.
constexpr std::uint64_t kVoiceFramesMin = 75;
constexpr Nanos kSilentAfter = 15s;
/// Who stops sending has gone, or its packets no longer arrive; a phone that is silent sends nothing either where it
/// leaves silence out, so this is never the worst there is.
constexpr double kUnheardSeconds = 5;
constexpr unsigned kUnheardGravityMax = 50;
/// What is over is told behind all that goes on.
constexpr unsigned kPastGravity = 8;

double percent(std::uint64_t part, std::uint64_t whole)
{
    return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

double in_ms(const RowView& leg, std::string_view figure)
{
    return static_cast<double>(leg.value(figure)) / 1000;
}

/// 10 at the threshold, and so much more as the figure is above it.
unsigned gravity(double value, double threshold)
{
    return static_cast<unsigned>(std::clamp(10 * value / threshold, 10.0, 100.0));
}

/// The RMS level of speech of this mean |sample|: that of speech is about 4 dB above its mean.
double voice_dbov(std::uint64_t magnitude)
{
    return 20 * std::log10(static_cast<double>(std::max<std::uint64_t>(magnitude, 1)) / 32768) + 4;
}

/// How to tell of a share of a leg's packets.
struct ShareText {
    std::string figure;
    std::string_view now;     ///< stands before it
    std::string_view before;  ///< the same, of what is over
    std::string_view rest;
};

void judge_share(const RowView& leg, const ShareText& text, std::vector<Finding>& findings)
{
    const double lately = static_cast<double>(leg.value(text.figure + "_lately_permille")) / 10;
    const double overall = percent(leg.value(text.figure), leg.value("received") + leg.value("lost"));
    const auto add = [&](unsigned gravity, std::string_view verb, double share) {
        findings.push_back({gravity, std::string{verb} + fixed(share) + std::string{text.rest}});
    };
    if (lately >= kLossPercent) {
        add(gravity(lately, kLossPercent), text.now, lately);
    } else if (overall >= kLossPercent) {
        add(kPastGravity, text.before, overall);
    }
}

void judge_network(const RowView& leg, std::vector<Finding>& findings)
{
    judge_share(leg, {"lost", "loses ", "earlier lost ", " % of what it sends"}, findings);
    judge_share(leg, {"discarded", "sends ", "earlier sent ", " % too late to be played"}, findings);
    const auto add = [&findings](double value, double threshold, const std::string& text) {
        if (value >= threshold) {
            findings.push_back({gravity(value, threshold), text});
        }
    };
    const auto remote_lost = static_cast<double>(leg.value("remote_lost_percent"));
    add(remote_lost, kLossPercent, "loses " + fixed(remote_lost) + " % of what it is sent");
    add(in_ms(leg, "jitter_us"), kJitterMs, "jitter of " + fixed(in_ms(leg, "jitter_us")) + " ms");
    add(in_ms(leg, "jitter_buffer_us"), kBufferMs,
        "is heard " + fixed(in_ms(leg, "jitter_buffer_us")) + " ms late, which its jitter asks for");
    add(in_ms(leg, "round_trip_us"), kRoundTripMs, "round trip of " + fixed(in_ms(leg, "round_trip_us")) + " ms");
}

void judge_voice(const RowView& leg, Nanos age, std::vector<Finding>& findings)
{
    const std::uint64_t voice = leg.value("voice_frames");
    if (leg.value("received") == 0) {
        findings.push_back({100, "sends nothing"});
        return;
    }
    const double unheard = in_ms(leg, "unheard_ms");
    if (unheard >= kUnheardSeconds) {
        const unsigned worst = std::min(gravity(unheard, kUnheardSeconds), kUnheardGravityMax);
        findings.push_back({worst, "has sent nothing for " + fixed(unheard) + " s"});
        return;
    }
    if (voice < kVoiceFramesMin) {
        if (age >= kSilentAfter) {
            findings.push_back({5, "silent: has hardly been heard to speak"});
        }
        return;
    }
    const double clipped = percent(leg.value("clipped_frames"), voice);
    if (clipped >= kClippedPercent) {
        findings.push_back({gravity(clipped, kClippedPercent), "clipped: " + fixed(clipped) + " % of its speech"});
    }
    const double level = voice_dbov(leg.value("voice_level"));
    if (level <= kQuietDbov) {
        findings.push_back({gravity(level, kQuietDbov), "too quiet: " + fixed(level) + " dBov"});
    }
}

struct Patient {
    RowView call;
    std::uint64_t mos_milli = 0;
    std::vector<Finding> findings;
};

std::string joined(const std::vector<Finding>& findings)
{
    std::string text;
    for (const Finding& finding : findings) {
        text += (text.empty() ? "" : ", ") + finding.text;
    }
    return text.empty() ? "nothing" : text;
}

std::vector<Patient> patients_of(const StatsReader& reader, const std::string& room, Nanos wall_now)
{
    std::vector<Patient> patients;
    for_each_row(reader, "calls", [&](const RowView& call) {
        const auto leg = call.text("room") == room ? leg_of(reader, call) : std::nullopt;
        if (leg) {
            const Nanos age = wall_now - Nanos{static_cast<std::int64_t>(call.value("started_at"))};
            patients.push_back({call, leg->value("mos_milli"), findings_of(*leg, age)});
        }
    });
    const auto worst = [](const Patient& patient) {
        return patient.findings.empty() ? 0U : patient.findings.front().gravity;
    };
    std::stable_sort(patients.begin(), patients.end(),
                     [&](const Patient& a, const Patient& b) { return worst(a) > worst(b); });
    return patients;
}

std::string as_json(const std::string& room, const std::vector<Patient>& patients)
{
    std::vector<std::string> members;
    for (const Patient& patient : patients) {
        std::vector<std::string> texts;
        for (const Finding& finding : patient.findings) {
            texts.push_back(json::quote(finding.text));
        }
        json::Object member;
        member.add_text("id", patient.call.text("id")).add_number("mos_milli", patient.mos_milli);
        members.push_back(member.add("findings", json::array(texts)).str());
    }
    const bool bad = !patients.empty() && !patients.front().findings.empty();
    json::Object object;
    object.add_text("room", room);
    object.add("verdict", bad ? json::quote(patients.front().call.text("id")) : "null");
    return object.add("members", json::array(members)).str() + '\n';
}

std::string as_text(const std::vector<Patient>& patients)
{
    std::string verdict = "nobody: nothing is wrong that the node can measure";
    if (patients.empty()) {
        verdict = "nobody is in the room";
    } else if (!patients.front().findings.empty()) {
        verdict = printable(patients.front().call.text("id")) + ": " + joined(patients.front().findings);
    }
    std::vector<std::vector<std::string>> lines{{"ID", "ENDPOINT", "CALLER", "MOS", "WRONG"}};
    for (const Patient& patient : patients) {
        const auto text = [&patient](const char* figure) { return printable(patient.call.text(figure)); };
        lines.push_back(
            {text("id"), text("endpoint"), text("caller"), mos(patient.mos_milli), joined(patient.findings)});
    }
    return "verdict  " + verdict + "\n\n" + columns(lines);
}

}  // namespace

std::vector<Finding> findings_of(const RowView& leg, Nanos age)
{
    std::vector<Finding> findings;
    judge_network(leg, findings);
    judge_voice(leg, age, findings);
    std::stable_sort(findings.begin(), findings.end(),
                     [](const Finding& a, const Finding& b) { return a.gravity > b.gravity; });
    return findings;
}

std::optional<std::string> report_diagnosis(const StatsReader& reader, const std::string& name,
                                            const ReportOptions& options)
{
    bool known = false;
    for_each_row(reader, "rooms", [&](const RowView& room) { known = known || room.text("name") == name; });
    if (!known) {
        return std::nullopt;
    }
    const auto patients = patients_of(reader, name, options.wall_now);
    return options.json ? as_json(name, patients) : as_text(patients);
}

}  // namespace rb::rbctl
