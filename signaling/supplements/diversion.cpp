#include "signaling/supplements/diversion.h"

#include "signaling/party.h"
#include "signaling/text.h"

#include <algorithm>
#include <charconv>

namespace rb::sip {
namespace {

constexpr std::string_view kUnknown = "unknown";

/// Where a character stands outside of quotes and angle brackets; the end where it does not.
std::size_t find_bare(std::string_view text, char wanted) noexcept
{
    bool quoted = false;
    bool bracketed = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char letter = text[i];
        if (quoted) {
            i += letter == '\\' ? 1U : 0U;
            quoted = letter != '"';
            continue;
        }
        if (letter == wanted && !bracketed) {
            return i;
        }
        quoted = letter == '"';
        bracketed = letter == '<' || (bracketed && letter != '>');
    }
    return text.size();
}

/// Without %xx, control characters, and parameters that were hidden by %3B.
std::string number_in(std::string_view text)
{
    std::string plain;
    while (!text.empty()) {
        unsigned char byte = 0;
        const bool escape = text.front() == '%' && text.size() > 2;
        const auto read = escape ? std::from_chars(text.data() + 1, text.data() + 3, byte, 16).ptr : text.data();
        const bool decoded = read == text.data() + 3;
        const char letter = decoded ? static_cast<char>(byte) : text.front();
        text.remove_prefix(decoded ? 3 : 1);
        if (static_cast<unsigned char>(letter) >= 0x20 && letter != '\x7f') {
            plain += letter;
        }
    }
    return plain.substr(0, plain.find(';'));
}

std::string number_of(std::string_view uri)
{
    const auto scheme = trim(take_until(uri, ':'));
    if (equal_ignoring_case(scheme, "tel")) {
        return number_in(take_until(uri, ';'));
    }
    const auto at = uri.find('@');
    if (at == std::string_view::npos || !(equal_ignoring_case(scheme, "sip") || equal_ignoring_case(scheme, "sips"))) {
        return {};
    }
    const auto user = uri.substr(0, at);
    return number_in(user.substr(0, user.find_first_of(":;")));  // without password and parameters
}

bool is_reason(std::string_view text) noexcept
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '-' || letter == '_' || letter == '.';
    });
}

std::string_view reason_of(std::string_view parameters) noexcept
{
    while (!parameters.empty()) {
        const auto end = find_bare(parameters, ';');
        std::string_view value = parameters.substr(0, end);
        parameters.remove_prefix(std::min(end + 1, parameters.size()));
        const auto name = trim(take_until(value, '='));
        value = trim(value);
        if (value.size() > 1 && value.front() == '"' && value.back() == '"') {
            value = value.substr(1, value.size() - 2);
        }
        if (equal_ignoring_case(name, "reason") && is_reason(value)) {
            return value;
        }
    }
    return kUnknown;
}

}  // namespace

std::optional<Diversion> read_diversion(std::string_view header)
{
    const auto entry = header.substr(0, find_bare(header, ','));
    const auto open = find_bare(entry, '<');
    std::string_view parameters = entry.substr(open);
    std::string_view uri = entry;
    if (open < entry.size()) {
        uri = take_until(parameters, '>').substr(1);
    } else {  // addr-spec, whose parameters are the header's (RFC 3261 §20)
        const auto end = find_bare(entry, ';');
        uri = entry.substr(0, end);
        parameters = entry.substr(end);
    }
    Diversion diversion{.number = number_of(uri), .reason = std::string{reason_of(parameters)}};
    return diversion.number.empty() ? std::nullopt : std::optional{std::move(diversion)};
}

std::string write_diversion(const Diversion& diversion, std::string_view host)
{
    return write_party({.display = {}, .user = diversion.number, .host = std::string{host}}) +
           ";reason=" + (is_reason(diversion.reason) ? diversion.reason : std::string{kUnknown});
}

}  // namespace rb::sip
