#include "signaling/supplements/extra_headers.h"

#include "signaling/text.h"

#include <algorithm>
#include <array>

namespace rb::sip {
namespace {

constexpr std::array<std::string_view, 30> kReserved{
    "Via",
    "v",
    "From",
    "f",
    "To",
    "t",
    "Call-ID",
    "i",
    "CSeq",
    "Contact",
    "m",
    "Route",
    "Max-Forwards",
    "Record-Route",
    "Content-Length",
    "l",
    "Content-Type",
    "c",
    "Require",
    "Proxy-Require",
    "Supported",
    "k",
    "Allow",
    "RSeq",
    "RAck",
    "User-Agent",
    "Server",
    "Unsupported",
    "Content-Encoding",
    "e",
};

bool is_token(std::string_view name) noexcept
{
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char letter) {
        const bool alphanumeric =
            (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
        return alphanumeric || std::string_view{"-.!%*_+`'~"}.find(letter) != std::string_view::npos;
    });
}

bool is_writable(std::string_view name, std::string_view value) noexcept
{
    const bool reserved = std::any_of(kReserved.begin(), kReserved.end(),
                                      [&](std::string_view other) { return equal_ignoring_case(other, name); });
    const bool one_line = std::none_of(value.begin(), value.end(),
                                       [](char letter) { return letter == '\r' || letter == '\n' || letter == '\0'; });
    return is_token(name) && !reserved && one_line;
}

}  // namespace

ExtraHeaders write_extra_headers(const Headers& headers)
{
    ExtraHeaders written;
    for (const auto& [name, value] : headers) {
        if (!is_writable(name, value)) {
            ++written.refused;
            continue;
        }
        written.lines.append(name).append(": ").append(value).append("\r\n");
    }
    return written;
}

}  // namespace rb::sip
