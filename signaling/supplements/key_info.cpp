#include "signaling/supplements/key_info.h"

#include "signaling/text.h"

#include <algorithm>

namespace rb::sip {
namespace {

constexpr std::string_view kKeys = "0123456789*#ABCD";  // each at its event code (RFC 4733 §3.2)

std::optional<char> key_of(std::string_view text) noexcept
{
    if (text.size() == 1) {
        const char letter = text[0] >= 'a' && text[0] <= 'd' ? static_cast<char>(text[0] - 'a' + 'A') : text[0];
        return kKeys.find(letter) != std::string_view::npos ? std::optional{letter} : std::nullopt;
    }
    const auto code = read_number<unsigned>(text);
    return code && *code < kKeys.size() ? std::optional{kKeys[*code]} : std::nullopt;
}

}  // namespace

bool is_key_info(std::string_view content_type) noexcept
{
    const std::string_view type = trim(take_until(content_type, ';'));
    return equal_ignoring_case(type, kKeyInfoType) || equal_ignoring_case(type, "application/dtmf");
}

std::optional<KeyInfo> read_key_info(std::string_view body) noexcept
{
    std::optional<char> digit;
    Nanos held = KeyInfo{}.held;
    while (!body.empty()) {
        std::string_view value = take_until(body, '\n');
        if (!value.empty() && value.back() == '\r') {
            value.remove_suffix(1);
        }
        const bool named = value.find('=') != std::string_view::npos;
        const std::string_view name = named ? trim(take_until(value, '=')) : "Signal";
        if (equal_ignoring_case(name, "Signal") && !digit) {
            digit = key_of(trim(value));
        } else if (equal_ignoring_case(name, "Duration")) {
            const auto ms = read_number<unsigned>(trim(value));
            held = ms ? std::chrono::milliseconds{std::clamp(*ms, 40U, 8000U)} : held;
        }
    }
    return digit ? std::optional{KeyInfo{.digit = *digit, .held = held}} : std::nullopt;
}

std::string write_key_info(const KeyInfo& key)
{
    return "Signal=" + std::string(1, key.digit) + "\r\nDuration=" + std::to_string(to_ms(key.held)) + "\r\n";
}

}  // namespace rb::sip
