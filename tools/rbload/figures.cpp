#include "tools/rbload/figures.h"

namespace rb::load {
namespace {

std::string name_of(Mode mode)
{
    switch (mode) {
        case Mode::Echo:
            return "echo";
        case Mode::Room:
            return "room";
        case Mode::Bridge:
            return "bridge";
        case Mode::Prompt:
            return "prompt";
        case Mode::Signalling:
            return "signalling";
        case Mode::Raw:
            return "raw";
    }
    return {};
}

double microseconds(Nanos span)
{
    return std::chrono::duration<double, std::micro>{span}.count();
}

void add(Section& section, const std::string& name, const Percentiles& spread)
{
    section.figures.push_back({name + "_us_p50", microseconds(spread.p50)});
    section.figures.push_back({name + "_us_p99", microseconds(spread.p99)});
    section.figures.push_back({name + "_us_p999", microseconds(spread.p999)});
    section.figures.push_back({name + "_us_max", microseconds(spread.max)});
}

std::string codec_names(const Options& options)
{
    std::string names;
    for (const codecs::CodecId codec : options.codecs) {
        names += (names.empty() ? "" : ",") + std::string{codecs::codec_info(codec).config_name};
    }
    return names;
}

Section run_section(const Options& options)
{
    return {"run",
            {{"mode", name_of(options.mode)},
             {"target", options.target},
             {"calls", std::uint64_t{options.calls}},
             {"codec", codec_names(options)},
             {"ptime_ms", std::uint64_t{options.ptime_ms}}}};
}

Section call_section(const CallOutcome& calls)
{
    std::uint64_t refused = 0;
    for (const auto& [code, count] : calls.refused) {
        refused += count;
    }
    Section section{"calls",
                    {{"placed", calls.placed},
                     {"placed_per_second", calls.placed_per_second},
                     {"answered", calls.answered},
                     {"refused", refused}}};
    for (const auto& [code, count] : calls.refused) {
        section.figures.push_back({"refused_" + std::to_string(code), count});
    }
    section.figures.push_back({"timed_out", calls.timed_out});
    section.figures.push_back({"ended_by_server", calls.ended_by_server});
    section.figures.push_back({"far_answered", calls.far_answered});
    section.figures.push_back({"retransmissions", calls.retransmissions});
    section.figures.push_back({"malformed", calls.malformed});
    section.figures.push_back({"seconds", calls.seconds});
    add(section, "invite_to_200", calls.setup);
    return section;
}

Section media_section(const MediaOutcome& media)
{
    Section section{"media",
                    {{"seconds", media.seconds},
                     {"legs", media.legs},
                     {"speaking", media.speaking},
                     {"sent", media.sent},
                     {"received", media.received},
                     {"received_per_leg_second",
                      media.legs > 0 && media.seconds > 0
                          ? static_cast<double>(media.received) / media.seconds / static_cast<double>(media.legs)
                          : 0.0},
                     {"lost", media.lost},
                     {"missing_sequence_numbers", media.missing},
                     {"duplicates", media.duplicates},
                     {"reordered", media.reordered},
                     {"changed", media.changed},
                     {"misrouted", media.misrouted},
                     {"strangers", media.strangers},
                     {"malformed", media.malformed},
                     {"not_genuine", media.not_genuine},
                     {"other_payload", media.other_payload},
                     {"source_changes", media.source_changes},
                     {"silent_legs", media.silent_legs},
                     {"gaps", media.gaps},
                     {"longest_gap_us", microseconds(media.longest_gap)},
                     {"rtcp_reports", media.rtcp_reports},
                     {"rtcp_malformed", media.rtcp_malformed},
                     {"lost_by_server", media.lost_by_server}}};
    if (media.latency.count > 0) {
        add(section, "latency", media.latency);
    }
    add(section, "jitter", media.jitter);
    return section;
}

Section hearing_section(const HearingOutcome& hearing)
{
    return {"hearing",
            {{"legs", hearing.legs},
             {"unheard", hearing.unheard},
             {"echoed", hearing.echoed},
             {"worst_level_db", hearing.worst_level_db},
             {"loudest_self_db", hearing.loudest_self_db},
             {"worst", hearing.worst}}};
}

Section server_section(const ServerOutcome& server)
{
    Section section{"server",
                    {{"pid", std::int64_t{server.pid}},
                     {"cpu_percent", server.cpu_percent},
                     {"user_share", server.user_share},
                     {"us_per_leg_second", server.us_per_leg_second},
                     {"us_per_call", server.us_per_call},
                     {"rss_kb", server.rss_kb},
                     {"rss_kb_per_leg", server.rss_kb_per_leg},
                     {"rss_kb_per_leg_after_100", server.rss_kb_per_leg_after_100}}};
    for (const auto& [thread, percent] : server.thread_percent) {
        section.figures.push_back({"thread_" + thread + "_cpu_percent", percent});
    }
    for (const auto& [thread, cost] : server.thread_us_per_leg_second) {
        section.figures.push_back({"thread_" + thread + "_us_per_leg_second", cost});
    }
    return section;
}

Section generator_section(const GeneratorOutcome& generator)
{
    Section section{"generator",
                    {{"cpu_percent", generator.cpu_percent},
                     {"send_failed", generator.send_failed},
                     {"too_slow", std::uint64_t{generator.too_slow ? 1U : 0U}},
                     {"why", generator.why}}};
    add(section, "lateness", generator.lateness);
    return section;
}

}  // namespace

std::vector<Section> figures_of(const Options& options, const Outcome& outcome)
{
    std::vector<Section> sections{run_section(options)};
    if (options.mode != Mode::Raw) {
        sections.push_back(call_section(outcome.calls));
    }
    if (outcome.media) {
        sections.push_back(media_section(*outcome.media));
    }
    if (outcome.hearing) {
        sections.push_back(hearing_section(*outcome.hearing));
    }
    if (outcome.server) {
        sections.push_back(server_section(*outcome.server));
    }
    sections.push_back(generator_section(outcome.generator));
    return sections;
}

}  // namespace rb::load
