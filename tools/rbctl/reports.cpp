#include "tools/rbctl/reports.h"

#include "dataplane/base/heartbeat.h"
#include "tools/rbctl/rows.h"
#include "tools/rbctl/text.h"

namespace rb::rbctl {
namespace {

using Lines = std::vector<std::vector<std::string>>;

/// Every column under its name, whatever they are.
std::string row_json(const RowView& row)
{
    json::Object object;
    for (const FigureView& figure : row.figures()) {
        if (figure.kind == FigureKind::Text) {
            object.add_text(figure.name, row.text(figure.name));
        } else {
            object.add_number(figure.name, row.value(figure.name));
        }
    }
    return object.str();
}

std::string table_json(const StatsReader& reader, const std::string& table)
{
    std::vector<std::string> rows;
    for_each_row(reader, table, [&rows](const RowView& row) { rows.push_back(row_json(row)); });
    return json::array(rows) + '\n';
}

std::string text_of(const RowView& row, std::string_view figure)
{
    const std::string text = printable(row.text(figure));
    return text.empty() ? "-" : text;
}

std::string number_of(const RowView& row, std::string_view figure)
{
    return std::to_string(row.value(figure));
}

std::string age(const RowView& row, std::string_view figure, Nanos wall_now)
{
    const std::uint64_t at = row.value(figure);
    return at == 0 ? "-" : duration(wall_now - Nanos{static_cast<std::int64_t>(at)});
}

const std::vector<std::string> kCallTitles{"ID",          "STATE", "ENDPOINT", "CALLER", "NUMBER",
                                           "APPLICATION", "CODEC", "ROOM",     "AGE"};

std::vector<std::string> call_line(const RowView& row, Nanos wall_now)
{
    return {text_of(row, "id"),     text_of(row, "state"),  text_of(row, "endpoint"),
            text_of(row, "caller"), text_of(row, "number"), text_of(row, "application"),
            text_of(row, "codec"),  text_of(row, "room"),   age(row, "started_at", wall_now)};
}

void leg_lines(const RowView& leg, Lines& lines)
{
    lines.push_back({"received", number_of(leg, "received") + " packets, " + number_of(leg, "lost") + " lost, " +
                                     number_of(leg, "late") + " late, " + number_of(leg, "discarded") + " discarded, " +
                                     number_of(leg, "dropped") + " dropped, " + number_of(leg, "concealed") +
                                     " frames concealed"});
    lines.push_back({"sent", number_of(leg, "sent") + " packets, peer lost " + number_of(leg, "remote_lost_percent") +
                                 " %, peer's jitter " + milliseconds(leg.value("remote_jitter_us"))});
    lines.push_back({"jitter", milliseconds(leg.value("jitter_us")) + ", jitter buffer " +
                                   milliseconds(leg.value("jitter_buffer_us")) + ", round trip " +
                                   (leg.value("round_trip_us") == 0 ? std::string{"not known"}
                                                                    : milliseconds(leg.value("round_trip_us")))});
    lines.push_back({"quality", "MOS " + mos(leg.value("mos_milli")) + " now, " + mos(leg.value("mos_min_milli")) +
                                    " at its worst, " + mos(leg.value("mos_mean_milli")) + " on average; by the peer " +
                                    mos(leg.value("remote_mos_milli"))});
    lines.push_back({"talking", leg.value("talking") != 0 ? "yes" : "no"});
}

std::string security_of(const RowView& row)
{
    const std::string keys = row.text("keys");
    if (keys.empty()) {
        return "none";
    }
    const std::string suite = row.text("suite");
    return suite.empty() ? "DTLS handshake under way, no media yet"
                         : suite + (keys == "dtls" ? ", keys by DTLS" : ", keys in SDP");
}

std::string call_text(const StatsReader& reader, const RowView& row, Nanos wall_now)
{
    Lines lines;
    for (const char* name : {"id", "name", "state", "endpoint", "caller", "number", "application", "codec", "room"}) {
        lines.push_back({name, text_of(row, name)});
    }
    const auto started = Nanos{static_cast<std::int64_t>(row.value("started_at"))};
    lines.push_back({"started", wall_time(started) + ", " + age(row, "started_at", wall_now) + " ago"});
    lines.push_back({"answered", row.value("answered_at") == 0 ? "no" : age(row, "answered_at", wall_now) + " ago"});
    if (row.value("worker") != 0) {
        lines.push_back({"media", "worker " + std::to_string(row.value("worker") - 1) + ", leg " +
                                      std::to_string(row.value("leg") - 1)});
    }
    if (const auto leg = leg_of(reader, row)) {
        lines.push_back({"security", security_of(row)});
        lines.push_back({"ice", row.text("ice").empty() ? "no" : text_of(row, "ice")});
        leg_lines(*leg, lines);
    }
    return columns(lines);
}

/// The id of who leads the conversation.
std::string speaker_of(const StatsReader& reader, const RowView& room)
{
    const BlockView* const calls = reader.find("calls");
    const std::uint64_t speaker = room.value("speaker");
    const auto call = calls == nullptr || speaker == 0 ? std::nullopt : calls->row(speaker - 1);
    return call ? text_of(*call, "id") : "nobody";
}

std::string room_text(const StatsReader& reader, const RowView& room, Nanos wall_now)
{
    Lines lines{{"name", text_of(room, "name")},
                {"rate", number_of(room, "rate") + " Hz"},
                {"members", number_of(room, "members") + ", " + number_of(room, "talking") + " talking"},
                {"speaker", speaker_of(reader, room) + ", " + number_of(room, "speaker_changes") + " changes"},
                {"locked", room.value("locked") != 0 ? "yes" : "no"},
                {"recorded", room.value("recorded") != 0 ? "yes" : "no"},
                {"worker", number_of(room, "worker")},
                {"age", age(room, "started_at", wall_now)}};
    Lines members{kCallTitles};
    for_each_row(reader, "calls", [&](const RowView& call) {
        if (call.text("room") == room.text("name")) {
            members.push_back(call_line(call, wall_now));
        }
    });
    return columns(lines) + '\n' + columns(members);
}

std::uint64_t drops(const Sample& sample, const std::string& worker)
{
    std::uint64_t sum = 0;
    const std::string prefix = worker + ".drop.";
    for (auto it = sample.values().lower_bound(prefix); it != sample.values().end() && it->first.starts_with(prefix);
         ++it) {
        sum += it->second;
    }
    return sum;
}

/// Time since the thread's last turn, as long as it may be seen from here.
std::uint64_t silence_ms(const Sample& sample, const std::string& thread)
{
    const std::uint64_t beat = sample.get(thread + ".heartbeat_ms");
    const auto now = static_cast<std::uint64_t>(to_ms(sample.at()));
    return now > beat ? now - beat : 0;
}

/// "stuck" where the node's own watchdog would say so; control itself nobody but the reader can judge.
const char* state_of(const std::string& thread, std::uint64_t silent_ms)
{
    const Nanos most = thread == "files" ? kFileSilenceMax : kSilenceMax;
    return silent_ms > static_cast<std::uint64_t>(to_ms(most)) ? "stuck" : "turns";
}

/// One thread as `rbctl workers` shows it; what only workers have is empty for the others.
struct ThreadFigures {
    std::string name;
    std::string state;
    std::uint64_t silent_ms = 0;
    bool worker = false;
    std::string cpu;   ///< %
    std::string busy;  ///< %
    std::string legs;
    std::string bridges;
    Span::Spread late;
    std::string received;  ///< packets a second
    std::string sent;
    std::string dropped;
};

ThreadFigures thread_figures(const Span& span, const std::string& name)
{
    const std::uint64_t silent_ms = silence_ms(span.after(), name);
    ThreadFigures figures{.name = name, .state = state_of(name, silent_ms), .silent_ms = silent_ms};
    if (!name.starts_with("worker")) {
        return figures;
    }
    figures.worker = true;
    figures.cpu = fixed(span.per_second(name + ".thread_cpu_ns") / 1e7);
    figures.busy = fixed(span.per_second(name + ".busy_ns") / 1e7);
    figures.legs = std::to_string(span.after().get(name + ".legs"));
    figures.bridges = std::to_string(span.after().get(name + ".bridges"));
    figures.late = span.spread(name + ".slot_lateness_us");
    figures.received = fixed(span.per_second(name + ".packets.received"));
    figures.sent = fixed(span.per_second(name + ".packets.sent"));
    figures.dropped = std::to_string(drops(span.after(), name));
    return figures;
}

std::vector<std::string> thread_line(const ThreadFigures& thread)
{
    std::vector<std::string> line{thread.name, thread.state, std::to_string(thread.silent_ms)};
    if (thread.worker) {
        line.insert(line.end(), {thread.cpu, thread.busy, thread.legs, thread.bridges, thread.late.p50, thread.late.p99,
                                 thread.late.max, thread.received, thread.sent, thread.dropped});
    }
    return line;
}

/// A bucket's bound as JSON: a number, null where nothing was counted, or text above the largest bound.
std::string bound_json(const std::string& bound)
{
    if (bound == kNothingCounted) {
        return "null";
    }
    return bound == kAbove ? json::quote(bound) : bound;
}

std::string thread_json(const ThreadFigures& thread)
{
    json::Object object;
    object.add_text("thread", thread.name).add_text("state", thread.state).add_number("silent_ms", thread.silent_ms);
    if (thread.worker) {
        object.add("cpu_percent", thread.cpu).add("busy_percent", thread.busy);
        object.add("legs", thread.legs).add("bridges", thread.bridges);
        object.add("late_us_p50", bound_json(thread.late.p50)).add("late_us_p99", bound_json(thread.late.p99));
        object.add("late_us_max", bound_json(thread.late.max));
        object.add("received_per_s", thread.received).add("sent_per_s", thread.sent).add("dropped", thread.dropped);
    }
    return object.str();
}

}  // namespace

std::string report_stats(const StatsReader& reader, const ReportOptions& options)
{
    const StatsReader::Identity& identity = reader.identity();
    const auto up = static_cast<std::uint64_t>((options.wall_now - identity.started_at) / 1s);
    if (options.json) {
        json::Object document;
        document.add_text("node", identity.node).add_text("program", identity.program);
        document.add_number("pid", identity.pid).add_number("uptime_s", up);
        for (const BlockView& block : reader.blocks()) {
            json::Object object;
            for (const FigureView& figure : block.figures) {
                object.add_number(figure.name, block.value(figure));
            }
            if (!block.table) {
                document.add(block.name, object.str());
            }
        }
        return document.str() + '\n';
    }
    Lines lines{{"node", printable(identity.node) + " (pid " + std::to_string(identity.pid) + ", " +
                             printable(identity.program) + "), up " + duration(std::chrono::seconds{up})}};
    const Sample sample{reader, options.wall_now};
    for (const auto& [name, value] : sample.values()) {
        if (value != 0 || options.all) {
            lines.push_back({printable(name), std::to_string(value)});
        }
    }
    return columns(lines);
}

std::string report_calls(const StatsReader& reader, const ReportOptions& options)
{
    if (options.json) {
        return table_json(reader, "calls");
    }
    Lines lines{kCallTitles};
    for_each_row(reader, "calls", [&](const RowView& row) { lines.push_back(call_line(row, options.wall_now)); });
    return columns(lines) + std::to_string(lines.size() - 1) + (lines.size() == 2 ? " call\n" : " calls\n");
}

std::optional<std::string> report_call(const StatsReader& reader, const std::string& id, const ReportOptions& options)
{
    std::optional<std::string> report;
    for_each_row(reader, "calls", [&](const RowView& row) {
        if (report || (row.text("id") != id && row.text("name") != id)) {
            return;
        }
        if (!options.json) {
            report = call_text(reader, row, options.wall_now);
            return;
        }
        const auto leg = leg_of(reader, row);
        json::Object object;
        object.add("call", row_json(row)).add("leg", leg ? row_json(*leg) : "null");
        report = object.str() + '\n';
    });
    return report;
}

std::string report_rooms(const StatsReader& reader, const ReportOptions& options)
{
    if (options.json) {
        return table_json(reader, "rooms");
    }
    Lines lines{{"NAME", "RATE", "MEMBERS", "TALKING", "LOCKED", "RECORDED", "WORKER", "AGE"}};
    for_each_row(reader, "rooms", [&](const RowView& row) {
        lines.push_back({text_of(row, "name"), number_of(row, "rate"), number_of(row, "members"),
                         number_of(row, "talking"), row.value("locked") != 0 ? "yes" : "no",
                         row.value("recorded") != 0 ? "yes" : "no", number_of(row, "worker"),
                         age(row, "started_at", options.wall_now)});
    });
    return columns(lines) + std::to_string(lines.size() - 1) + (lines.size() == 2 ? " room\n" : " rooms\n");
}

std::optional<std::string> report_room(const StatsReader& reader, const std::string& name, const ReportOptions& options)
{
    std::optional<std::string> report;
    for_each_row(reader, "rooms", [&](const RowView& room) {
        if (report || room.text("name") != name) {
            return;
        }
        if (!options.json) {
            report = room_text(reader, room, options.wall_now);
            return;
        }
        std::vector<std::string> members;
        for_each_row(reader, "calls", [&](const RowView& call) {
            if (call.text("room") == name) {
                members.push_back(row_json(call));
            }
        });
        json::Object object;
        object.add("room", row_json(room)).add("members", json::array(members));
        report = object.str() + '\n';
    });
    return report;
}

std::string report_workers(const StatsReader& reader, const Sample& before, const Sample& after,
                           const ReportOptions& options)
{
    const Span span{before, after};
    Lines lines{{"THREAD", "STATE", "SILENT ms", "CPU %", "BUSY %", "LEGS", "BRIDGES", "LATE p50 us", "p99", "max",
                 "RX/s", "TX/s", "DROPS"}};
    std::vector<std::string> objects;
    std::vector<std::string> names = worker_names(reader);
    names.insert(names.end(), {"sip", "control", "files"});
    for (const std::string& name : names) {
        const ThreadFigures thread = thread_figures(span, name);
        lines.push_back(thread_line(thread));
        objects.push_back(thread_json(thread));
    }
    return options.json ? json::array(objects) + '\n' : columns(lines);
}

std::string report_errors(const StatsReader& reader, const ReportOptions& options)
{
    if (options.json) {
        return table_json(reader, "errors");
    }
    Lines lines{{"COUNT", "FIRST", "LAST", "MESSAGE"}};
    for_each_row(reader, "errors", [&lines](const RowView& row) {
        const auto at = [&row](const char* which) {
            return wall_time(Nanos{static_cast<std::int64_t>(row.value(which))});
        };
        lines.push_back({number_of(row, "count"), at("first_at"), at("last_at"), text_of(row, "message")});
    });
    return lines.size() == 1 ? "no errors since the node started\n" : columns(lines);
}

}  // namespace rb::rbctl
