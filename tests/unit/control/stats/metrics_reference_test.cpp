// Goal: every figure of the node is explained, and docs/METRICS.md says what the tables say.
// Method: each name of each table looked up; the page compared with the one written from the tables.
#include "control/stats/metrics_reference.h"

#include "control/stats/node_stats.h"
#include "control/stats/statsd_names.h"
#include "dataplane/worker/worker_counters.h"
#include "signaling/counters.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace rb::stats {
namespace {

TEST(Metrics, EveryFigureIsExplained)
{
    const auto explained = [](std::span<const Figure> figures) {
        for (const Figure& figure : figures) {
            EXPECT_FALSE(meaning_of(figure.name).empty()) << figure.name;
        }
    };
    explained(kControlFigures);
    explained(sip::kSipFigures);
    explained(media_figures());
    explained(worker_figures());
    explained(kLegFigures);
    explained(kCallFigures);
    explained(kRoomFigures);
    explained(kErrorFigures);
}

TEST(Metrics, AnUnknownNameMeansNothing)
{
    EXPECT_EQ(meaning_of("no such figure"), "");
    EXPECT_EQ(meaning_of(""), "");
}

TEST(Metrics, ThePageIsWhatTheTablesSay)
{
    std::ifstream file{"docs/METRICS.md"};
    std::ostringstream page;
    page << file.rdbuf();
    EXPECT_TRUE(page.str() == metrics_markdown())
        << "docs/METRICS.md is out of date; write it again with build/dev/metrics_reference";
}

}  // namespace
}  // namespace rb::stats
