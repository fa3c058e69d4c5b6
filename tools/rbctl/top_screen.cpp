// What `rbctl top` shows, as lines of text: the totals, the workers, why packets were dropped, and who hears worst.
#include "tools/rbctl/rows.h"
#include "tools/rbctl/text.h"
#include "tools/rbctl/top.h"

#include <algorithm>
#include <array>
#include <map>

namespace rb::rbctl {
namespace {

using Lines = std::vector<std::vector<std::string>>;

const char* figure_of(TopSort sort)
{
    switch (sort) {
        case TopSort::Lost:
            return "lost";
        case TopSort::Jitter:
            return "jitter_us";
        case TopSort::Dropped:
            return "dropped";
        case TopSort::Concealed:
            return "concealed";
    }
    return "lost";
}

void append(std::vector<std::string>& screen, const Lines& lines)
{
    std::string text = columns(lines);
    for (std::size_t end = 0; (end = text.find('\n')) != std::string::npos; text.erase(0, end + 1)) {
        screen.push_back(text.substr(0, end));
    }
}

Lines worker_lines(const std::vector<std::string>& workers, const Sample& now, const Span& span)
{
    Lines lines{{"WORKER", "BUSY %", "LEGS", "NATIVE", "SIMPLE", "MIXED", "HOLDING", "LATE p50 us", "p99", "max",
                 "RX/s", "TX/s"}};
    for (const std::string& worker : workers) {
        const auto gauge = [&](const char* figure) { return std::to_string(now.get(worker + figure)); };
        const auto late = span.spread(worker + ".slot_lateness_us");
        lines.push_back({worker, fixed(span.per_second(worker + ".busy_ns") / 1e7), gauge(".legs"),
                         gauge(".bridges.native_rtp"), gauge(".bridges.simple_bridge"), gauge(".bridges.softmix"),
                         gauge(".bridges.holding_bridge"), late.p50, late.p99, late.max,
                         fixed(span.per_second(worker + ".packets.received")),
                         fixed(span.per_second(worker + ".packets.sent"))});
    }
    return lines;
}

/// Reasons that have dropped something, all workers together.
std::string drop_line(const std::vector<std::string>& workers, const Sample& now, const Span& span)
{
    struct Reason {
        std::uint64_t total = 0;
        double rate = 0;
    };
    std::map<std::string, Reason> reasons;
    for (const std::string& worker : workers) {
        const std::string prefix = worker + ".drop.";
        for (auto it = now.values().lower_bound(prefix); it != now.values().end() && it->first.starts_with(prefix);
             ++it) {
            Reason& reason = reasons[it->first.substr(prefix.size())];
            reason.total += it->second;
            reason.rate += span.per_second(it->first);
        }
    }
    std::string line;
    for (const auto& [name, reason] : reasons) {
        if (reason.total > 0) {
            line += (line.empty() ? "" : ", ") + printable(name) + ' ' + std::to_string(reason.total) + " (" +
                    fixed(reason.rate) + "/s)";
        }
    }
    return line.empty() ? "nothing" : line;
}

/// A leg's row with where it is.
struct Worst {
    std::string place;
    std::uint64_t rank = 0;
    RowView row;
};

Lines leg_lines(const StatsReader& reader, std::size_t workers, TopSort sort, std::size_t legs_max)
{
    std::vector<Worst> legs;
    for (std::size_t worker = 0; worker < workers; ++worker) {
        const BlockView* const table = reader.find("legs." + std::to_string(worker));
        for (std::size_t slot = 0; table != nullptr && slot < table->rows_used(); ++slot) {
            if (auto row = table->row(slot)) {
                const std::uint64_t rank = row->value(figure_of(sort));
                legs.push_back({std::to_string(worker) + ':' + std::to_string(slot), rank, std::move(*row)});
            }
        }
    }
    const std::size_t shown = std::min(legs.size(), legs_max);
    std::partial_sort(legs.begin(), legs.begin() + static_cast<std::ptrdiff_t>(shown), legs.end(),
                      [](const Worst& a, const Worst& b) { return a.rank > b.rank; });
    Lines lines{{"WORKER:LEG", "CODEC", "RECEIVED", "SENT", "LOST", "LATE", "DROPPED", "CONCEALED", "JITTER ms",
                 "BUFFER ms", "RTT ms", "MOS", "MOS min"}};
    for (std::size_t i = 0; i < shown; ++i) {
        const RowView& row = legs[i].row;
        const auto count = [&row](const char* figure) { return std::to_string(row.value(figure)); };
        const auto ms = [&row](const char* figure) { return fixed(static_cast<double>(row.value(figure)) / 1000); };
        lines.push_back({legs[i].place, printable(row.text("codec")), count("received"), count("sent"), count("lost"),
                         count("late"), count("dropped"), count("concealed"), ms("jitter_us"), ms("jitter_buffer_us"),
                         ms("round_trip_us"), mos(row.value("mos_milli")), mos(row.value("mos_min_milli"))});
    }
    return lines;
}

}  // namespace

std::vector<std::string> top_screen(const StatsReader& reader, const Span& span, TopSort sort, std::size_t legs_max)
{
    const Sample& now = span.after();
    const std::vector<std::string> workers = worker_names(reader);
    const auto control = [&now](const char* figure) {
        return std::to_string(now.get(std::string{"control."} + figure));
    };
    std::vector<std::string> screen{
        "Ringbridge " + printable(reader.identity().node) + "  pid " + std::to_string(reader.identity().pid),
        "calls " + control("channels") + "   legs " + control("legs") + " of " + control("legs.max") + "   rooms " +
            control("rooms") + "   new calls/s " + fixed(span.per_second("control.calls")) + "   refused " +
            control("calls.refused") + (now.get("control.draining") != 0 ? "   DRAINING" : ""),
        "packets/s in " + fixed(per_second_of_all(span, workers, "packets.received")) + "   out " +
            fixed(per_second_of_all(span, workers, "packets.sent")) + "   sip requests/s " +
            fixed(span.per_second("sip.request_invite") + span.per_second("sip.request_bye")) + "   errors " +
            control("log.errors"),
        ""};
    append(screen, worker_lines(workers, now, span));
    screen.insert(screen.end(), {"", "dropped: " + drop_line(workers, now, span), ""});
    append(screen, leg_lines(reader, workers.size(), sort, legs_max));
    return screen;
}

}  // namespace rb::rbctl
