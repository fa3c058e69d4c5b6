#include "control/dialplan/brackets.h"

namespace rb::dialplan {

std::size_t find_close(std::string_view text, std::size_t open)
{
    const char opening = text[open];
    const char closing = opening == '(' ? ')' : opening == '[' ? ']' : '}';
    std::size_t depth = 0;
    for (std::size_t at = open; at < text.size(); ++at) {
        if (text[at] == opening) {
            ++depth;
        } else if (text[at] == closing && --depth == 0) {
            return at;
        }
    }
    return std::string_view::npos;
}

std::size_t find_outside(std::string_view text, char separator, std::size_t from)
{
    std::size_t depth = 0;
    bool quoted = false;
    for (std::size_t at = from; at < text.size(); ++at) {
        const char letter = text[at];
        if (letter == separator && depth == 0 && !quoted) {
            return at;
        }
        if (letter == '\\') {
            ++at;
        } else if (letter == '"') {
            quoted = !quoted;
        } else if (!quoted && (letter == '(' || letter == '[' || letter == '{')) {
            ++depth;
        } else if (!quoted && depth > 0 && (letter == ')' || letter == ']' || letter == '}')) {
            --depth;
        }
    }
    return std::string_view::npos;
}

}  // namespace rb::dialplan
