// ledger.h — watches what a call engine lends to a worker and gets back, object by object, as commands and events pass.
#pragma once

#include "dataplane/worker/command.h"

#include <map>
#include <string>
#include <vector>

namespace rb::test {

/// Plans and party lists change hands inside a leg or bridge, so of those only the number is known.
class Ledger {
public:
    void note(const Command& command);
    void note(const Event& event);

    /// What is lent now, by kind: "2 player, 1 adapter"; empty when all is home.
    [[nodiscard]] std::string open() const;
    /// Objects lent twice, or come home though they never went.
    [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }

private:
    void lend(const void* object, const char* kind);
    void take(const void* object, const char* kind);

    std::map<const void*, const char*> lent_;
    int plans_ = 0;
    int lists_ = 0;
    std::vector<std::string> problems_;
};

}  // namespace rb::test
