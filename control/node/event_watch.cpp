#include "control/node/event_watch.h"

#include "control/config/text.h"
#include "control/events/event_line.h"

#include <algorithm>
#include <memory>
#include <optional>

namespace rb::node {
namespace {

/// What may wait for a watcher: some seconds of a busy node. Beyond that it is too slow, and is told what it has lost.
constexpr std::size_t kQueueBytesMax = 4 * 1024 * 1024;

Result<events::Types> types_of(const std::vector<std::string>& words)
{
    events::Types types;
    for (const std::string& word : words) {
        const auto* const name =
            std::ranges::find_if(events::kTypeNames, [&](std::string_view of) { return config::same_word(of, word); });
        if (name == events::kTypeNames.end()) {
            const std::vector<std::string_view> names{events::kTypeNames.begin(), events::kTypeNames.end()};
            const auto near = config::nearest(word, names);
            return failure("no event type '" + word + "'; " +
                           (near ? "did you mean " + std::string{*near} + "?" : "there are " + config::join(names)));
        }
        types.set(static_cast<std::size_t>(name - events::kTypeNames.begin()));
    }
    return words.empty() ? ~types : types;
}

}  // namespace

cli::Answer watch_events(std::vector<std::string> arguments, events::Bus& bus, const std::string& asterisk_id)
{
    const bool json = !arguments.empty() && arguments.front() == "--json";
    arguments.erase(arguments.begin(), arguments.begin() + (json ? 1 : 0));
    const auto types = types_of(arguments);
    if (!types) {
        return cli::Reply{tl::unexpected(types.error())};
    }
    // Shared, for functions can be copied.
    const std::shared_ptr<events::Subscription> subscription = bus.subscribe(*types, kQueueBytesMax);
    return [subscription, json, asterisk_id]() -> std::optional<std::string> {
        const events::EventPtr event = subscription->take();
        if (event == nullptr) {
            return std::nullopt;
        }
        return json ? events::to_json(*event, asterisk_id) : events::to_text(*event);
    };
}

}  // namespace rb::node
