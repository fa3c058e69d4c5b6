#include "control/stats/metrics_reference.h"

#include "control/stats/node_stats.h"
#include "control/stats/statsd_names.h"
#include "dataplane/worker/worker_counters.h"
#include "signaling/counters.h"

#include <span>
#include <string_view>

namespace rb::stats {
namespace {

constexpr std::string_view kHead = R"(# Metrics

What a node counts, where it can be read, and what each name means. Written from the tables in the code by
`build/dev/metrics_reference`; a test fails when the two differ.

## Where

| reader | how |
| --- | --- |
| `rbctl` | reads the counter file (`counters` in `[paths]` of `ringbridge.conf`, default `/dev/shm/ringbridge`) |
| statsd | `statsd.conf`: every 10 s, UDP datagrams of at most 1400 bytes; counters as differences, gauges as they are |

A counter only rises. A gauge is a state. A histogram is a counter for each bucket; the last part of the name is the
bucket's upper bound, and a value lies in the first bucket that holds it.

## Names in statsd

`PREFIX.SYSTEMNAME.BLOCK.NAME`: `prefix` is that of `statsd.conf`, `systemname` that of `asterisk.conf` with `.` written
as `_`; each is left out where it is empty. So several nodes can share one server, and a node without a `systemname` has
the names Asterisk has. A counter or bucket that has not changed is not sent. A histogram that has grown also gives the
gauges `NAME.p50`, `NAME.p99` and `NAME.p999`: the bound of the bucket below which so much of the last interval lay, and
twice the highest bound for what lay above. `meter_support = no` sends a meter as the
counter `NAME_meter`.
)";

std::string kind_of(const Figure& figure)
{
    switch (figure.kind) {
        case FigureKind::Counter:
            return "counter";
        case FigureKind::Gauge:
            return "gauge";
        case FigureKind::Bucket:
            return "histogram";
        case FigureKind::Text:
            return "text";
    }
    return "";
}

/// A table of a block's figures; the buckets of a histogram are one line.
std::string figures(std::string_view title, std::string_view about, std::span<const Figure> all)
{
    std::string text =
        "\n## " + std::string{title} + "\n\n" + std::string{about} + "\n\n| name | kind | |\n| --- | --- | --- |\n";
    std::string histogram;
    for (const Figure& figure : all) {
        std::string name = figure.name;
        if (figure.kind == FigureKind::Bucket) {
            name = name.substr(0, name.rfind('.')) + ".BOUND";
            if (name == histogram) {
                continue;
            }
            histogram = name;
        }
        text += "| `" + name + "` | " + kind_of(figure) + " | " + std::string{meaning_of(figure.name)} + " |\n";
    }
    return text;
}

}  // namespace

std::string metrics_markdown()
{
    std::string text{kHead};
    text +=
        "\n## Asterisk's names\n\nSent besides the blocks below, without a block's name.\n\n| name | kind | |\n| --- | "
        "--- | --- |\n";
    for (const AsteriskName& name : kAsteriskNames) {
        text += "| `" + std::string{name.name} + "` | " + std::string{name.kind} + " | " + std::string{name.meaning} +
                " |\n";
    }
    text += figures("Block `control`", "The control thread and what the node holds.", kControlFigures);
    text += figures("Block `sip`", "The sip thread.", sip::kSipFigures);
    text += figures("Block `files`", "The thread that waits for the disk.", kFileFigures);
    text += figures("Block `media`", "The legs there are, twice a second.", media_figures());
    text += figures("Blocks `worker.N`", "Each worker.", worker_figures());
    text += figures("Table `legs.N`", "One row for each leg of a worker, once a second; `rbctl call`, `rbctl top`.",
                    kLegFigures);
    text += figures("Table `calls`", "One row for each call; `rbctl calls --json`.", kCallFigures);
    text += figures("Table `rooms`", "One row for each conference room; `rbctl rooms --json`.", kRoomFigures);
    text += figures("Table `errors`", "Each distinct warning or error; `rbctl errors`.", kErrorFigures);
    return text;
}

}  // namespace rb::stats
