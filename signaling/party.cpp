#include "signaling/party.h"

#include <string_view>

namespace rb::sip {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

bool is_control(char letter) noexcept
{
    return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f;
}

bool is_user_character(char letter) noexcept
{
    const bool alphanumeric =
        (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
    return alphanumeric || std::string_view{"-_.!~*'()&=+$,;?/"}.find(letter) != std::string_view::npos;
}

void append_escaped(std::string& text, char letter)
{
    const auto byte = static_cast<unsigned char>(letter);
    text += '%';
    text += kHex[byte >> 4U];
    text += kHex[byte & 0x0fU];
}

}  // namespace

std::string write_party(const Party& party)
{
    std::string text;
    if (!party.display.empty()) {
        text += '"';
        for (const char letter : party.display) {
            if (!is_control(letter)) {
                text += letter == '"' || letter == '\\' ? "\\" : "";
                text += letter;
            }
        }
        text += "\" ";
    }
    text += "<sip:";
    for (const char letter : party.user) {
        if (is_user_character(letter)) {
            text += letter;
        } else if (!is_control(letter)) {
            append_escaped(text, letter);
        }
    }
    text += party.user.empty() ? "" : "@";
    for (const char letter : party.host) {
        if (!is_control(letter) && letter != '>') {
            text += letter;
        }
    }
    return text + '>';
}

}  // namespace rb::sip
