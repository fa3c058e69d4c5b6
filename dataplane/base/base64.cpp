#include "dataplane/base/base64.h"

namespace rb {
namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr unsigned kSextet = 6;
constexpr unsigned kOctet = 8;

}  // namespace

bool decode_base64(std::string_view text, std::span<std::uint8_t> bytes)
{
    while (text.ends_with('=')) {
        text.remove_suffix(1);
    }
    if (text.size() != (bytes.size() * kOctet + kSextet - 1) / kSextet) {
        return false;
    }
    std::uint32_t held = 0;
    unsigned bits = 0;
    std::size_t filled = 0;
    for (const char letter : text) {
        const auto value = kBase64.find(letter);
        if (value == std::string_view::npos) {
            return false;
        }
        held = held << kSextet | static_cast<std::uint32_t>(value);
        bits += kSextet;
        if (bits >= kOctet) {
            bits -= kOctet;
            bytes[filled++] = static_cast<std::uint8_t>(held >> bits);
        }
    }
    return true;
}

std::string encode_base64(std::span<const std::uint8_t> bytes)
{
    std::string text;
    std::uint32_t held = 0;
    unsigned bits = 0;
    for (const std::uint8_t byte : bytes) {
        held = held << kOctet | byte;
        bits += kOctet;
        while (bits >= kSextet) {
            bits -= kSextet;
            text += kBase64[held >> bits & 63U];
        }
    }
    if (bits > 0) {
        text += kBase64[held << (kSextet - bits) & 63U];
    }
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

}  // namespace rb
