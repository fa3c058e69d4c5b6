#include "signaling/multipart.h"

#include "signaling/text.h"

#include <string>

namespace rb::sip {
namespace {

constexpr std::string_view kMultipart = "multipart/";
constexpr std::size_t kBoundaryMax = 70;  // RFC 2046 §5.1.1

std::string_view boundary_of(std::string_view parameters)
{
    while (!parameters.empty()) {
        auto parameter = take_until(parameters, ';');
        const auto name = trim(take_until(parameter, '='));
        auto value = trim(parameter);
        if (!equal_ignoring_case(name, "boundary")) {
            continue;
        }
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
            value = value.substr(1, value.size() - 2);
        }
        return value.size() <= kBoundaryMax ? value : std::string_view{};
    }
    return {};
}

/// The text after the blank line of a part whose headers say application/sdp.
std::optional<std::string_view> sdp_of(std::string_view part)
{
    bool is_sdp = false;
    while (!part.empty()) {
        auto line = take_until(part, '\n');
        line = line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
        if (line.empty()) {
            return is_sdp ? std::optional{part} : std::nullopt;
        }
        const auto name = trim(take_until(line, ':'));
        const auto type = trim(take_until(line, ';'));
        is_sdp = is_sdp || (equal_ignoring_case(name, "Content-Type") && equal_ignoring_case(type, "application/sdp"));
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string_view> find_sdp_part(std::string_view content_type, std::string_view body)
{
    const auto type = trim(take_until(content_type, ';'));
    const auto boundary = boundary_of(content_type);
    if (!equal_ignoring_case(type.substr(0, kMultipart.size()), kMultipart) || boundary.empty()) {
        return std::nullopt;
    }
    const std::string delimiter = "--" + std::string{boundary};
    auto start = body.find(delimiter);
    while (start != std::string_view::npos) {
        const auto content = start + delimiter.size();
        if (body.substr(content).starts_with("--")) {
            break;
        }
        const auto end = body.find(delimiter, content);
        auto part = body.substr(content, end == std::string_view::npos ? end : end - content);
        static_cast<void>(take_until(part, '\n'));  // what stands behind the delimiter on its line
        if (const auto sdp = sdp_of(part)) {
            return sdp;
        }
        start = end;
    }
    return std::nullopt;
}

}  // namespace rb::sip
