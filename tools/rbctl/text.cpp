#include "tools/rbctl/text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace rb::rbctl {
namespace {

std::size_t width(std::string_view text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<std::uint8_t>(c) & 0xc0U) != 0x80; }));
}

bool is_number(std::string_view text)
{
    return !text.empty() && text.find_first_not_of("0123456789.%-+") == std::string_view::npos;
}

}  // namespace

std::string columns(const std::vector<std::vector<std::string>>& lines)
{
    std::vector<std::size_t> widths;
    std::vector<bool> numeric;
    for (std::size_t row = 0; row < lines.size(); ++row) {
        widths.resize(std::max(widths.size(), lines[row].size()));
        numeric.resize(widths.size(), lines.size() > 1);
        for (std::size_t i = 0; i < lines[row].size(); ++i) {
            widths[i] = std::max(widths[i], width(lines[row][i]));
            numeric[i] = numeric[i] && (row == 0 || is_number(lines[row][i]));
        }
    }
    std::string text;
    for (const auto& line : lines) {
        std::string out;
        for (std::size_t i = 0; i < line.size(); ++i) {
            const std::string padding(widths[i] - width(line[i]), ' ');
            out += (i == 0 ? "" : "  ") + (numeric[i] ? padding + line[i] : line[i] + padding);
        }
        out.erase(out.find_last_not_of(' ') + 1);
        text += out + '\n';
    }
    return text;
}

std::string duration(Nanos span)
{
    const auto seconds = std::max<std::int64_t>(span / 1s, 0);
    std::array<char, 48> text{};
    const auto days = static_cast<long long>(seconds / 86400);
    const int size = std::snprintf(text.data(), text.size(), "%02d:%02d:%02d", static_cast<int>(seconds / 3600 % 24),
                                   static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
    const std::string clock{text.data(), static_cast<std::size_t>(size)};
    return days > 0 ? std::to_string(days) + "d " + clock : clock;
}

std::string wall_time(Nanos since_1970)
{
    const auto seconds = static_cast<std::time_t>(since_1970 / 1s);
    std::tm local{};
    localtime_r(&seconds, &local);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &local)};
}

}  // namespace rb::rbctl
