#include "tools/rbload/sip_message.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace rb::load {
namespace {

constexpr std::string_view kVersion = "SIP/2.0";
constexpr std::string_view kSpace = " \t\r\n";

std::string_view trim(std::string_view text) noexcept
{
    const auto first = text.find_first_not_of(kSpace);
    return first == std::string_view::npos ? std::string_view{}
                                           : text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

bool same(std::string_view a, std::string_view b) noexcept
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
    });
}

/// Takes the text up to the next end of line off the front.
std::string_view take_line(std::string_view& text) noexcept
{
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

bool read_start_line(std::string_view line, SipMessage& message)
{
    const auto first = line.find(' ');
    if (first == std::string_view::npos) {
        return false;
    }
    const std::string_view rest = line.substr(first + 1);
    if (line.substr(0, first) == kVersion) {
        const auto code = rest.substr(0, 3);
        const auto [end, problem] = std::from_chars(code.data(), code.data() + code.size(), message.status);
        return problem == std::errc{} && message.status >= 100 && message.status <= 699;
    }
    const auto second = rest.rfind(' ');
    message.method = line.substr(0, first);
    message.uri = rest.substr(0, second);
    return second != std::string_view::npos && rest.substr(second + 1) == kVersion && !message.method.empty();
}

void read_field(std::string_view line, SipMessage& message)
{
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) {
        return;
    }
    const std::string_view name = trim(line.substr(0, colon));
    const std::string_view value = trim(line.substr(colon + 1));
    const auto is = [name](std::string_view full, std::string_view compact) {
        return same(name, full) || (!compact.empty() && same(name, compact));
    };
    if (is("Via", "v")) {
        message.vias.push_back(value);
    } else if (is("From", "f")) {
        message.from = value;
    } else if (is("To", "t")) {
        message.to = value;
    } else if (is("Call-ID", "i")) {
        message.call_id = value;
    } else if (is("CSeq", "")) {
        message.cseq = value;
    } else if (is("Contact", "m")) {
        message.contact = value;
    } else if (is("Record-Route", "")) {
        message.record_routes.push_back(value);
    }
}

}  // namespace

std::optional<SipMessage> parse_sip(std::string_view datagram)
{
    SipMessage message;
    if (!read_start_line(take_line(datagram), message)) {
        return std::nullopt;
    }
    while (!datagram.empty()) {
        const std::string_view line = take_line(datagram);
        if (line.empty()) {
            break;
        }
        read_field(line, message);
    }
    message.body = datagram;
    if (message.vias.empty() || message.from.empty() || message.to.empty() || message.call_id.empty() ||
        message.cseq.find(' ') == std::string_view::npos) {
        return std::nullopt;
    }
    if (!message.is_request()) {
        message.method = trim(message.cseq.substr(message.cseq.find(' ')));
    }
    return message;
}

std::string_view uri_in(std::string_view field) noexcept
{
    const auto open = field.find('<');
    if (open == std::string_view::npos) {
        return trim(field.substr(0, field.find(';')));
    }
    const auto close = field.find('>', open);
    return close == std::string_view::npos ? std::string_view{} : field.substr(open + 1, close - open - 1);
}

std::string_view parameter_in(std::string_view field, std::string_view name) noexcept
{
    const auto close = field.rfind('>');
    std::string_view rest = close == std::string_view::npos ? field : field.substr(close);
    for (auto at = rest.find(';'); at != std::string_view::npos; at = rest.find(';')) {
        rest = rest.substr(at + 1);
        const std::string_view one = rest.substr(0, rest.find(';'));
        const auto equals = one.find('=');
        if (equals != std::string_view::npos && same(trim(one.substr(0, equals)), name)) {
            return trim(one.substr(equals + 1));
        }
    }
    return {};
}

std::string_view user_in(std::string_view uri) noexcept
{
    const auto colon = uri.find(':');
    const auto at = uri.find('@');
    return colon == std::string_view::npos || at == std::string_view::npos || at < colon
               ? std::string_view{}
               : uri.substr(colon + 1, at - colon - 1);
}

std::string reply_to(const SipMessage& request, const SipReply& reply)
{
    std::string text;
    text.reserve(1024);
    text.append(kVersion).append(" ").append(std::to_string(reply.status)).append(" ").append(reply.reason);
    text.append("\r\n");
    for (const auto via : request.vias) {
        text.append("Via: ").append(via).append("\r\n");
    }
    for (const auto route : request.record_routes) {
        text.append("Record-Route: ").append(route).append("\r\n");
    }
    text.append("From: ").append(request.from).append("\r\nTo: ").append(request.to);
    if (!reply.to_tag.empty() && parameter_in(request.to, "tag").empty()) {
        text.append(";tag=").append(reply.to_tag);
    }
    text.append("\r\nCall-ID: ").append(request.call_id).append("\r\nCSeq: ").append(request.cseq).append("\r\n");
    if (!reply.contact.empty()) {
        text.append("Contact: <").append(reply.contact).append(">\r\n");
    }
    finish_message(text, reply.sdp);
    return text;
}

void finish_message(std::string& message, std::string_view sdp)
{
    if (!sdp.empty()) {
        message.append("Content-Type: application/sdp\r\n");
    }
    message.append("Content-Length: ").append(std::to_string(sdp.size())).append("\r\n\r\n").append(sdp);
}

}  // namespace rb::load
