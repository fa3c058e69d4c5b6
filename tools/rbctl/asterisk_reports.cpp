#include "tools/rbctl/asterisk_reports.h"

#include "tools/rbctl/text.h"

#include <functional>

namespace rb::rbctl {
namespace {

void for_each_call(const StatsReader& reader, const std::function<void(const RowView&)>& visit)
{
    const BlockView* const calls = reader.find("calls");
    for (std::size_t i = 0; calls != nullptr && i < calls->rows_used(); ++i) {
        if (const auto row = calls->row(i)) {
            visit(*row);
        }
    }
}

Nanos age_of(const RowView& call, Nanos wall_now)
{
    return wall_now - Nanos{static_cast<std::int64_t>(call.value("started_at"))};
}

std::string text(const RowView& row, const char* figure)
{
    return printable(row.text(figure));
}

/// Fields and their order are those of Asterisk, so that scripts that cut at '!' go on working; what it has and a call
/// here has not is empty: context, priority, data, account, peer account, flags, bridged channel.
std::string concise(const RowView& call, Nanos wall_now)
{
    const auto seconds = std::to_string(age_of(call, wall_now) / 1s);
    return text(call, "name") + "!!" + text(call, "number") + "!!" + text(call, "state") + '!' +
           text(call, "application") + "!!" + text(call, "caller") + "!!!3!" + seconds + '!' + text(call, "room") +
           '!' + text(call, "id") + '\n';
}

std::string count_of(const StatsReader& reader, const char* figure)
{
    const BlockView* const control = reader.find("control");
    return std::to_string(control == nullptr ? 0 : control->value(figure));
}

}  // namespace

std::string report_call_count(const StatsReader& reader)
{
    return count_of(reader, "channels") + " active channels\n" + count_of(reader, "calls") + " calls processed\n";
}

std::optional<std::string> report_channels(const StatsReader& reader, const std::string& form,
                                           const ReportOptions& options)
{
    if (form == "count") {
        return report_call_count(reader);
    }
    if (options.json) {
        return report_calls(reader, options);
    }
    if (form == "concise") {
        std::string lines;
        for_each_call(reader, [&](const RowView& call) { lines += concise(call, options.wall_now); });
        return lines;
    }
    if (!form.empty() && form != "verbose") {
        return std::nullopt;
    }
    const bool verbose = form == "verbose";
    std::vector<std::vector<std::string>> lines{{"CHANNEL", "EXTENSION", "STATE", "APPLICATION"}};
    if (verbose) {
        lines[0].insert(lines[0].end(), {"CALLER", "CODEC", "DURATION", "ROOM", "ID"});
    }
    for_each_call(reader, [&](const RowView& call) {
        lines.push_back({text(call, "name"), text(call, "number"), text(call, "state"), text(call, "application")});
        if (verbose) {
            lines.back().insert(lines.back().end(),
                                {text(call, "caller"), text(call, "codec"), duration(age_of(call, options.wall_now)),
                                 text(call, "room"), text(call, "id")});
        }
    });
    return columns(lines) + report_call_count(reader);
}

std::string report_rtp_stats(const StatsReader& reader, const ReportOptions& options)
{
    std::vector<std::vector<std::string>> lines{
        {"CHANNEL", "CODEC", "RECEIVED", "SENT", "LOST", "LATE", "JITTER us", "RTT us"}};
    std::vector<std::string> objects;
    for_each_call(reader, [&](const RowView& call) {
        const std::uint64_t worker = call.value("worker");
        const BlockView* const legs = worker == 0 ? nullptr : reader.find("legs." + std::to_string(worker - 1));
        const auto leg = legs == nullptr ? std::nullopt : legs->row(call.value("leg") - 1);
        if (!leg) {
            return;
        }
        lines.push_back({text(call, "name"), text(*leg, "codec")});
        json::Object object;
        object.add_text("channel", call.text("name")).add_text("codec", leg->text("codec"));
        for (const char* figure : {"received", "sent", "lost", "late", "jitter_us", "round_trip_us"}) {
            lines.back().push_back(std::to_string(leg->value(figure)));
            object.add_number(figure, leg->value(figure));
        }
        objects.push_back(object.str());
    });
    return options.json ? json::array(objects) + '\n' : columns(lines);
}

std::string report_uptime(const StatsReader& reader, const ReportOptions& options)
{
    const Nanos up = options.wall_now - reader.identity().started_at;
    return "System uptime: " + duration(up) + "\nStarted: " + wall_time(reader.identity().started_at) + '\n';
}

std::string report_version(const StatsReader& reader)
{
    return printable(reader.identity().program) + " on " + printable(reader.identity().node) + ", pid " +
           std::to_string(reader.identity().pid) + '\n';
}

}  // namespace rb::rbctl
