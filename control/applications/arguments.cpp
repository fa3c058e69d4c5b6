#include "control/applications/arguments.h"

#include "control/dialplan/interpreter.h"

#include <algorithm>
#include <cstdlib>

namespace rb::applications {

Arguments::Arguments(std::string_view text) : parts_{dialplan::split_arguments(text)} {}

const std::string& Arguments::operator[](std::size_t index) const
{
    static const std::string none;
    return index < parts_.size() ? parts_[index] : none;
}

Nanos Arguments::seconds(std::size_t index, Nanos otherwise) const
{
    const std::string& text = (*this)[index];
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    constexpr double kSecondsMax = 1e9;
    if (end == text.c_str() || value < 0 || value > kSecondsMax) {
        return otherwise;
    }
    return Nanos{static_cast<std::int64_t>(value * 1e9)};
}

long Arguments::number(std::size_t index, long otherwise) const
{
    const std::string& text = (*this)[index];
    char* end = nullptr;
    const long value = std::strtol(text.c_str(), &end, 10);
    return end == text.c_str() ? otherwise : value;
}

std::optional<std::string> Arguments::option(std::size_t index, char letter) const
{
    const std::string& text = (*this)[index];
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool argued = at + 1 < text.size() && text[at + 1] == '(';
        const std::size_t close = argued ? std::min(text.find(')', at), text.size()) : at;
        if (text[at] == letter) {
            return argued ? text.substr(at + 2, close - at - 2) : std::string{};
        }
        at = close;
    }
    return std::nullopt;
}

bool Arguments::has(std::size_t index, std::string_view option) const
{
    return (*this)[index].find(option) != std::string::npos;
}

std::vector<std::string> split_list(std::string_view text)
{
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto end = text.find('&');
        if (end != 0) {
            parts.emplace_back(text.substr(0, end));
        }
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return parts;
}

}  // namespace rb::applications
