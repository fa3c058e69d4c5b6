#include "signaling/received.h"

#include "signaling/multipart.h"
#include "signaling/q850.h"
#include "signaling/text.h"

#include <cstring>

namespace rb::sip {
namespace {

/// One line, whatever the folding was.
std::string unfold(std::string_view text)
{
    std::string value;
    bool blank = false;
    for (const char letter : trim(text)) {
        const bool space = letter == '\r' || letter == '\n' || letter == '\t' || letter == ' ';
        if (!space) {
            value += blank ? " " : "";
            value += letter;
        }
        blank = space && !value.empty();
    }
    return value;
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
        if (kind == sip_unknown_class) {
            const auto* unknown = reinterpret_cast<const sip_unknown_t*>(header);
            headers.emplace_back(text_of(unknown->un_name), unfold(text_of(unknown->un_value)));
        } else if (kind != sip_error_class) {
            const auto* known = reinterpret_cast<const sip_header_t*>(header);
            headers.emplace_back(text_of(kind->hc_name), unfold(text_of(sip_header_as_string(home.get(), known))));
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
    const sip_content_type_t* type = sip->sip_content_type;
    if (payload == nullptr || payload->pl_data == nullptr || type == nullptr) {
        return {};
    }
    const std::string_view body{payload->pl_data, payload->pl_len};
    if (equal_ignoring_case(text_of(type->c_type), "application/sdp")) {
        return body;
    }
    const Home home = make_home();
    const auto* header = reinterpret_cast<const sip_header_t*>(type);
    return find_sdp_part(text_of(sip_header_as_string(home.get(), header)), body).value_or(std::string_view{});
}

std::optional<int> cause_of(const Headers& headers)
{
    const auto reason = find_header(headers, "Reason");
    return reason ? read_reason(*reason) : std::nullopt;
}

}  // namespace rb::sip
