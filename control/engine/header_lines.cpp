#include "control/engine/header_lines.h"

#include "signaling/text.h"

namespace rb::engine {

HeaderLines::HeaderLines(const sip::Headers& headers)
{
    std::size_t size = 0;
    for (const auto& [name, value] : headers) {
        size += name.size() + value.size() + 2;
    }
    lines_.reserve(size);
    for (const auto& [name, value] : headers) {
        lines_.append(name).append(1, ':').append(value).append(1, '\n');
    }
}

std::optional<std::string_view> HeaderLines::find(std::string_view name, std::size_t nth) const noexcept
{
    std::string_view rest = lines_;
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(line.size() + 1);
        const auto colon = line.find(':');
        if (sip::equal_ignoring_case(line.substr(0, colon), name) && --nth == 0) {
            return line.substr(colon + 1);
        }
    }
    return std::nullopt;
}

}  // namespace rb::engine
