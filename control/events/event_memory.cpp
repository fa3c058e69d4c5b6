#include "control/events/event_memory.h"

#include "control/events/event_fields.h"

namespace rb::events {
namespace {

/// One string in a list, with what its allocation costs.
constexpr std::size_t kListed_bytes = 64;

std::size_t outside(const ChannelSnapshot* channel)
{
    std::size_t bytes = 0;
    for (const std::string* text :
         {&channel->id, &channel->protocol_id, &channel->name, &channel->caller.name, &channel->caller.number,
          &channel->connected.name, &channel->connected.number, &channel->caller_rdnis, &channel->accountcode,
          &channel->dialplan.context, &channel->dialplan.exten, &channel->dialplan.app_name,
          &channel->dialplan.app_data}) {
        bytes += text->size();
    }
    return bytes;
}

std::size_t outside(const BridgeSnapshot* bridge)
{
    return bridge->name.size() + kListed_bytes * bridge->channels.size();
}

std::size_t outside(const RecordingSnapshot* recording)
{
    return recording->name.size() + recording->cause.size();
}

std::size_t outside(std::string_view text)
{
    return text.size();
}

/// Numbers are within.
template <typename Number>
std::size_t outside(Number /*value*/)
{
    return 0;
}

}  // namespace

std::size_t memory_of(const Event& event)
{
    std::size_t bytes = sizeof event;
    for (const Field& field : fields_of(event)) {
        bytes += std::visit([](auto value) { return outside(value); }, field.value);
    }
    return bytes;
}

}  // namespace rb::events
