#include "control/json/json_text.h"

#include <algorithm>

namespace rb::json {
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

}  // namespace rb::json
