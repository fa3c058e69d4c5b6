#include "signaling/sdp_ice.h"

#include "signaling/text.h"

#include <algorithm>

namespace rb::sip {
namespace {

// RFC 8839 §5.1 and §5.4.
constexpr std::size_t kUfragMin = 4;
constexpr std::size_t kPwdMin = 22;
constexpr std::size_t kLoginMax = 256;
constexpr std::size_t kFoundationMax = 32;
constexpr unsigned kComponentsMax = 256;

bool is_ice_text(std::string_view text, std::size_t min, std::size_t max) noexcept
{
    constexpr std::string_view kOthers = "+/";
    return text.size() >= min && text.size() <= max && std::all_of(text.begin(), text.end(), [&](char letter) {
               return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                      (letter >= '0' && letter <= '9') || kOthers.find(letter) != std::string_view::npos;
           });
}

/// "1 1 UDP 2130706431 10.0.1.1 8998 typ host …"
std::optional<SdpCandidate> read_candidate(std::string_view value)
{
    SdpCandidate candidate;
    candidate.foundation = take_word(value);
    const auto component = read_number<unsigned>(take_word(value));
    const auto transport = take_word(value);
    const auto priority = read_number<std::uint32_t>(take_word(value));
    const auto host = take_word(value);
    const auto port = read_number<std::uint16_t>(take_word(value));
    const bool typed = take_word(value) == "typ" && !take_word(value).empty();
    if (!is_ice_text(candidate.foundation, 1, kFoundationMax) || !component || *component == 0 ||
        *component > kComponentsMax || !equal_ignoring_case(transport, "UDP") || !priority || !port || *port == 0 ||
        !typed || host.find_first_of("[]") != std::string_view::npos) {
        return std::nullopt;
    }
    const auto address = parse_address(host);
    if (!address || address->port() != 0 || address->is_unspecified()) {
        return std::nullopt;
    }
    candidate.component = *component;
    candidate.priority = *priority;
    candidate.address = address->with_port(*port);
    return candidate;
}

void write_line(std::string& text, std::string_view name, std::string_view value)
{
    text += name;
    text += value;
    text += "\r\n";
}

}  // namespace

bool read_ice(std::string_view name, std::string_view value, SdpIce& ice)
{
    if (name == "candidate") {
        const auto candidate = read_candidate(value);
        if (candidate && ice.candidates.size() < kSdpCandidatesMax) {
            ice.candidates.push_back(*candidate);
        }
    } else if (name == "ice-ufrag") {
        ice.ufrag = is_ice_text(trim(value), kUfragMin, kLoginMax) ? trim(value) : "";
    } else if (name == "ice-pwd") {
        ice.pwd = is_ice_text(trim(value), kPwdMin, kLoginMax) ? trim(value) : "";
    } else if (name == "ice-lite") {
        ice.lite = true;
    } else if (name == "ice-mismatch") {
        ice.mismatch = true;
    } else if (name == "end-of-candidates") {
        ice.end_of_candidates = true;
    } else {
        return false;
    }
    return true;
}

void write_ice(std::string& text, const SdpIce& ice)
{
    if (!ice.ufrag.empty()) {
        write_line(text, "a=ice-ufrag:", ice.ufrag);
    }
    if (!ice.pwd.empty()) {
        write_line(text, "a=ice-pwd:", ice.pwd);
    }
    for (const SdpCandidate& candidate : ice.candidates) {
        write_line(text, "a=candidate:",
                   candidate.foundation + ' ' + std::to_string(candidate.component) + " UDP " +
                       std::to_string(candidate.priority) + ' ' + candidate.address.host() + ' ' +
                       std::to_string(candidate.address.port()) + " typ host");
    }
    if (ice.end_of_candidates) {
        write_line(text, "a=end-of-candidates", "");
    }
    if (ice.mismatch) {
        write_line(text, "a=ice-mismatch", "");
    }
}

}  // namespace rb::sip
