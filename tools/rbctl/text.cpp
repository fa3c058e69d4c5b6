#include "tools/rbctl/text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace rb::rbctl {
namespace {

std::uint8_t byte_at(std::string_view text, std::size_t index)
{
    return index < text.size() ? static_cast<std::uint8_t>(text[index]) : 0;
}

/// Bytes of the UTF-8 character at this place (RFC 3629 §3); 0 where there is none that may be printed.
std::size_t character_bytes(std::string_view text, std::size_t at)
{
    const std::uint8_t first = byte_at(text, at);
    const std::uint8_t second = byte_at(text, at + 1);
    if (first < 0x80) {
        return first >= 0x20 && first != 0x7f ? 1 : 0;
    }
    const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte_at(text, at + i) & 0xc0U) != 0x80) {
            return 0;
        }
    }
    const bool overlong = first < 0xc2 || (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
    const bool surrogate = first == 0xed && second >= 0xa0;
    const bool beyond = first > 0xf4 || (first == 0xf4 && second >= 0x90);
    const bool control = first == 0xc2 && second < 0xa0;  // U+0080 to U+009F
    return overlong || surrogate || beyond || control ? 0 : size;
}

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

std::string printable(std::string_view text)
{
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = character_bytes(text, at);
        result += size == 0 ? std::string_view{"?"} : text.substr(at, size);
        at += std::max<std::size_t>(size, 1);
    }
    return result;
}

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

namespace json {

std::string quote(std::string_view text)
{
    std::string result = "\"";
    for (const char c : printable(text)) {
        if (c == '"' || c == '\\') {
            result += '\\';
        }
        result += c;
    }
    return result + '"';
}

Object& Object::add(std::string_view key, std::string_view value)
{
    members_ += (members_.empty() ? "" : ",") + quote(key) + ':';
    members_ += value;
    return *this;
}

std::string array(const std::vector<std::string>& values)
{
    std::string text = "[";
    for (const std::string& value : values) {
        text += (text.size() == 1 ? "" : ",") + value;
    }
    return text + ']';
}

}  // namespace json
}  // namespace rb::rbctl
