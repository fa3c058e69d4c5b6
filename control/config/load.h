// load.h — files in, one immutable snapshot out: all of it or nothing.
#pragma once

#include "control/config/objects.h"
#include "control/config/problem.h"
#include "control/config/source.h"

namespace rb::config {

/// What a load came to.
struct Loaded {
    SnapshotPtr snapshot;  ///< null if any problem is an error
    Problems problems;     ///< in file order; warnings also where it succeeded
};

/// Reads and checks every file of a source. Pure: nothing outside the result changes.
[[nodiscard]] Loaded load(const Source& source);

}  // namespace rb::config
