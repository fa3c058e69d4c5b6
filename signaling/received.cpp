#include "signaling/received.h"

#include "signaling/q850.h"
#include "signaling/text.h"

#include <cstring>

namespace rb::sip {
namespace {

/// "Name: value\r\n folded" as a pair; the name in full although it may have been written short.
std::pair<std::string, std::string> read_field(std::string_view field, const char* full_name)
{
    const auto name = trim(take_until(field, ':'));
    std::string value;
    bool blank = false;
    for (const char letter : trim(field)) {
        const bool space = letter == '\r' || letter == '\n' || letter == '\t' || letter == ' ';
        if (!space) {
            value += blank ? " " : "";
            value += letter;
        }
        blank = space && !value.empty();
    }
    return {full_name != nullptr ? std::string{full_name} : std::string{name}, std::move(value)};
}

std::string without_quotes(std::string_view display)
{
    display = trim(display);
    if (display.size() < 2 || display.front() != '"' || display.back() != '"') {
        return std::string{display};
    }
    std::string plain;
    for (std::size_t i = 1; i + 1 < display.size(); ++i) {
        i += display[i] == '\\' && i + 2 < display.size() ? 1U : 0U;
        plain += display[i];
    }
    return plain;
}

}  // namespace

Headers received_headers(const sip_t* sip)
{
    Headers headers;
    const Home home = make_home();
    const auto* header = sip->sip_request != nullptr ? sip->sip_request->rq_common : sip->sip_status->st_common;
    for (; header != nullptr && headers.size() < kHeadersMax;
         header = reinterpret_cast<const msg_common_t*>(header->h_succ)) {
        const msg_hclass_t* kind = header->h_class;
        if (kind == sip_request_class || kind == sip_status_class || kind == sip_separator_class ||
            kind == sip_payload_class) {
            continue;
        }
        if (header->h_data == nullptr) {  // changed on receipt, as Via is by rport
            const auto* changed = reinterpret_cast<const sip_header_t*>(header);
            const auto field = text_of(sip_header_as_string(home.get(), changed));
            headers.emplace_back(text_of(kind->hc_name), trim(field));
            continue;
        }
        const std::string_view field{static_cast<const char*>(header->h_data), header->h_len};
        if (field.find(':') != std::string_view::npos) {
            const bool known = kind != sip_unknown_class && kind != sip_error_class;
            headers.push_back(read_field(field, known ? kind->hc_name : nullptr));
        }
    }
    return headers;
}

std::optional<std::string_view> find_header(const Headers& headers, std::string_view name)
{
    for (const auto& [field, value] : headers) {
        if (equal_ignoring_case(field, name)) {
            return value;
        }
    }
    return std::nullopt;
}

Party received_party(const char* display, const url_t* url)
{
    Party party;
    party.display = without_quotes(text_of(display));
    if (url != nullptr) {
        party.user = text_of(url->url_user);
        party.user.resize(url_unescape_to(party.user.data(), party.user.c_str(), party.user.size()));
        party.host = text_of(url->url_host);
    }
    return party;
}

Address source_of(msg_t* msg)
{
    sockaddr_storage storage{};
    const su_sockaddr_t* source = msg_addr(msg);
    std::memcpy(&storage, source, source->su_family == AF_INET ? sizeof source->su_sin : sizeof source->su_sin6);
    return from_sockaddr(storage);
}

std::string_view body_of(const sip_t* sip)
{
    const sip_payload_t* payload = sip->sip_payload;
    return payload == nullptr || payload->pl_data == nullptr ? std::string_view{}
                                                             : std::string_view{payload->pl_data, payload->pl_len};
}

std::optional<int> cause_of(const Headers& headers)
{
    const auto reason = find_header(headers, "Reason");
    return reason ? read_reason(*reason) : std::nullopt;
}

}  // namespace rb::sip
