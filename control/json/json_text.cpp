#include "control/json/json_text.h"

#include <algorithm>

namespace rb::json {
namespace {

std::uint8_t byte_at(std::string_view text, std::size_t index)
{
    return index < text.size() ? static_cast<std::uint8_t>(text[index]) : 0;
}

/// Bytes of the UTF-8 character at this place (RFC 3629 §3); 0 where there is none.
std::size_t character_bytes(std::string_view text, std::size_t at)
{
    const std::uint8_t first = byte_at(text, at);
    const std::uint8_t second = byte_at(text, at + 1);
    if (first < 0x80) {
        return 1;
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
    return overlong || surrogate || beyond ? 0 : size;
}

/// U+0000 to U+001F and U+007F to U+009F, of the characters there are.
bool is_control(std::string_view character)
{
    const std::uint8_t first = byte_at(character, 0);
    return first < 0x20 || first == 0x7f || (first == 0xc2 && byte_at(character, 1) < 0xa0);
}

std::string escape(std::string_view control)
{
    constexpr std::string_view kHex = "0123456789abcdef";
    const std::uint8_t code = byte_at(control, control.size() - 1);  // of two bytes, the second is the number
    return std::string{"\\u00"} + kHex[code >> 4U] + kHex[code & 0xfU];
}

/// The text again, with something else in place of each control character and of each byte that is not UTF-8.
template <typename Control>
std::string rewrite(std::string_view text, Control&& control, std::string_view invalid)
{
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = character_bytes(text, at);
        const std::string_view character = text.substr(at, size);
        if (size == 0) {
            result += invalid;
        } else if (is_control(character)) {
            result += control(character);
        } else {
            result += character;
        }
        at += std::max<std::size_t>(size, 1);
    }
    return result;
}

}  // namespace

std::string printable(std::string_view text)
{
    return rewrite(
        text, [](std::string_view /*control*/) { return '?'; }, "?");
}

std::string quote(std::string_view text)
{
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            result += '\\';
        }
        result += c;
    }
    return rewrite(result, escape, "\\ufffd") + '"';
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
