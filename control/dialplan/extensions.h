// extensions.h — extensions.conf as an immutable plan: contexts, extensions, priorities, labels, includes.
#pragma once

#include "control/config/ini_file.h"
#include "control/config/problem.h"
#include "control/dialplan/pattern.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rb::dialplan {

/// One priority: what to run, as written, before any substitution.
struct Step {
    std::string application;  ///< as written; names are compared without case
    std::string arguments;
    std::string label;  ///< empty: none
    config::Place place;
};

/// `exten => 600,…` with all its priorities; `600/4930…` answers only that caller id.
struct Extension {
    Pattern pattern;
    std::optional<Pattern> caller_id;
    std::map<unsigned, Step> steps;
};

struct Context {
    std::string name;
    std::vector<Extension> extensions;  ///< most specific first: literals by name, then patterns
    std::size_t first_pattern = 0;      ///< where the patterns begin
    std::vector<std::string> includes;  ///< searched in this order after its own extensions
};

/// Which extension is meant, and who asks.
struct Query {
    std::string_view context;
    std::string_view exten;
    std::string_view caller_id;
};

/// What collected digits amount to in a context; tells WaitExten whether to go on waiting.
struct DigitMatch {
    bool exact = false;  ///< an extension matches now
    bool more = false;   ///< a longer one may match
};

class Dialplan {
public:
    using Contexts = std::map<std::string, Context, std::less<>>;
    using Globals = std::vector<std::pair<std::string, std::string>>;

    /// Sorts the extensions of each context.
    Dialplan(Contexts contexts, Globals globals);

    /// The step at a priority, of the most specific extension that has it; null where there is none. The special
    /// extensions i, t, T, h and e are found by name only, never by a pattern.
    [[nodiscard]] const Step* find(const Query& query, unsigned priority) const;
    /// The priority that carries a label in the extension, if any does.
    [[nodiscard]] std::optional<unsigned> find_label(const Query& query, std::string_view label) const;
    /// Whether a call may enter here: priority 1 exists.
    [[nodiscard]] bool exists(const Query& query) const { return find(query, 1) != nullptr; }
    [[nodiscard]] DigitMatch match_digits(const Query& query) const;

    [[nodiscard]] bool has_context(std::string_view name) const { return contexts_.contains(name); }
    [[nodiscard]] const Contexts& contexts() const { return contexts_; }
    /// [globals] in file order, values as written.
    [[nodiscard]] const Globals& globals() const { return globals_; }

private:
    Contexts contexts_;
    Globals globals_;
};

using DialplanPtr = std::shared_ptr<const Dialplan>;

/// Names of the applications and functions the node has, lower case; anything else in a plan is a load error (DP-12).
struct Vocabulary {
    std::set<std::string, std::less<>> applications;
    std::set<std::string, std::less<>> functions;
};

/// Everything that features.md names for DP-04 to DP-08.
[[nodiscard]] const Vocabulary& default_vocabulary();

/// Builds the plan.
///
/// file        extensions.conf as read_ini gave it
/// vocabulary  what may be called
/// problems    what is wrong is added here, with file and line
/// returns     the plan; null if anything added is an error
[[nodiscard]] DialplanPtr parse_extensions(const config::IniFile& file, const Vocabulary& vocabulary,
                                           config::Problems& problems);

}  // namespace rb::dialplan
