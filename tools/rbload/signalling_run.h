// signalling_run.h — calls set up and torn down at a rate, without media: how fast, how many, what it costs.
#pragma once

#include "tools/rbload/call_ledger.h"
#include "tools/rbload/options.h"

namespace rb::load {

/// Runs to the end, or to an interrupt. An Error when a socket cannot be had.
[[nodiscard]] Result<Outcome> run_signalling(const Options& options);

}  // namespace rb::load
