// plan.h — the node that whole calls are simulated on: its configuration files, and the numbers that can be dialled.
#pragma once

#include "control/config/source.h"
#include "sim/calls/options.h"

#include <string>

namespace rb::sim::calls {

/// extensions.conf.
[[nodiscard]] std::string plan_text();
/// All other files.
[[nodiscard]] config::Texts files(const Options& options);
/// A number of the plan, of those kinds the options ask for; some lead nowhere.
[[nodiscard]] std::string number(const Options& options, Rng& rng);
/// Makes every sound that the plan can ask for: prompts are silence, music is a tone.
void provide_sounds(test::BenchWorld& world);

}  // namespace rb::sim::calls
