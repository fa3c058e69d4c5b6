#include "control/config/host_port.h"

#include "dataplane/base/address.h"

#include <algorithm>
#include <charconv>

namespace rb::config {
namespace {

constexpr std::size_t kNameBytesMax = 253;  // RFC 1035 §2.3.4
constexpr std::size_t kLabelBytesMax = 63;

/// Letters, digits and hyphens (RFC 1123 §2.1), and the underscore that names in the field have.
bool is_label(std::string_view label)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    return !label.empty() && label.size() <= kLabelBytesMax && std::all_of(label.begin(), label.end(), allowed);
}

bool is_host_name(std::string_view name)
{
    if (name.empty() || name.size() > kNameBytesMax) {
        return false;
    }
    if (name.ends_with('.')) {
        name.remove_suffix(1);  // a name that is complete
    }
    while (is_label(name.substr(0, name.find('.')))) {
        const auto dot = name.find('.');
        if (dot == std::string_view::npos) {
            return true;
        }
        name.remove_prefix(dot + 1);
    }
    return false;
}

std::uint16_t read_port(std::string_view text)
{
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() ? port : std::uint16_t{0};
}

}  // namespace

std::string HostPort::to_string() const
{
    const bool v6 = host.find(':') != std::string::npos;
    return (v6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

Result<HostPort> parse_host_port(std::string_view text, std::uint16_t default_port)
{
    if (const auto address = parse_address(text); address && !address->is_unspecified()) {
        return HostPort{.host = address->host(), .port = address->port() == 0 ? default_port : address->port()};
    }
    const auto colon = text.find(':');
    const std::string_view host = text.substr(0, colon);
    const std::uint16_t port = colon == std::string_view::npos ? default_port : read_port(text.substr(colon + 1));
    const bool is_number = host.find_first_not_of("0123456789.") == std::string_view::npos;  // and no address
    if (!is_host_name(host) || is_number || port == 0) {
        return failure("'" + std::string{text} +
                       "' is not accepted: expected a host name or an address, and perhaps :port");
    }
    return HostPort{.host = std::string{host}, .port = port};
}

}  // namespace rb::config
