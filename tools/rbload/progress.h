// progress.h — one line on a terminal that says how far a run is; nothing where standard output is no terminal.
#pragma once

#include "dataplane/base/time.h"

#include <string>

namespace rb::load {

class Progress {
public:
    Progress();
    /// Redraws at most ten times a second.
    /// share   0 to 1
    void show(Nanos now, const std::string& what, double share);
    /// Clears the line.
    void finish();

private:
    bool terminal_;
    Nanos shown_at_{};
};

}  // namespace rb::load
