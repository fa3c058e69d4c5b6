#include "signaling/dialog.h"

#include <algorithm>
#include <utility>

namespace rb::sip {
namespace {

std::string url_text(const url_t* url)
{
    const Home home = make_home();
    return std::string{text_of(url_as_string(home.get(), url))};
}

/// A From or To value as it stands, tag and all.
std::string party_text(const sip_addr_t* party)
{
    const Home home = make_home();
    const auto* header = reinterpret_cast<const msg_header_t*>(party);
    return std::string{text_of(sip_header_as_string(home.get(), reinterpret_cast<const sip_header_t*>(header)))};
}

std::vector<std::string> route_uris(const sip_record_route_t* recorded)
{
    std::vector<std::string> uris;
    for (const sip_record_route_t* route = recorded; route != nullptr; route = route->r_next) {
        uris.push_back(url_text(route->r_url));
    }
    return uris;
}

}  // namespace

bool is_sip_contact(const sip_contact_t* contact) noexcept
{
    return contact != nullptr && contact->m_url->url_host != nullptr &&
           (contact->m_url->url_type == url_sip || contact->m_url->url_type == url_sips);
}

Dialog Dialog::from_request(const sip_t* invite, std::string local_tag)
{
    Dialog dialog;
    dialog.call_id_ = text_of(invite->sip_call_id->i_id);
    dialog.local_ = party_text(invite->sip_to) + ";tag=" + local_tag;
    dialog.local_tag_ = std::move(local_tag);
    dialog.remote_ = party_text(invite->sip_from);
    dialog.remote_tag_ = text_of(invite->sip_from->a_tag);
    dialog.remote_cseq_ = invite->sip_cseq->cs_seq;
    dialog.route_ = route_uris(invite->sip_record_route);
    dialog.refresh_target(invite->sip_contact);
    if (dialog.target_.empty()) {
        dialog.target_ = url_text(invite->sip_from->a_url);
    }
    return dialog;
}

Dialog Dialog::to_target(std::string call_id, std::string local, std::string local_tag, std::string target)
{
    Dialog dialog;
    dialog.call_id_ = std::move(call_id);
    dialog.local_ = std::move(local) + ";tag=" + local_tag;
    dialog.local_tag_ = std::move(local_tag);
    dialog.remote_ = '<' + target + '>';
    dialog.target_ = std::move(target);
    return dialog;
}

void Dialog::confirm(const sip_t* response)
{
    remote_ = party_text(response->sip_to);
    remote_tag_ = text_of(response->sip_to->a_tag);
    route_ = route_uris(response->sip_record_route);
    std::reverse(route_.begin(), route_.end());
    refresh_target(response->sip_contact);
}

void Dialog::refresh_target(const sip_contact_t* contact)
{
    if (is_sip_contact(contact)) {
        target_ = url_text(contact->m_url);
    }
}

void Dialog::route_to_source(const Address& source)
{
    if (route_.empty()) {
        override_ = "sip:" + source.to_string();
    }
}

void Dialog::set_initial_route(std::string uri)
{
    route_ = {std::move(uri)};
}

bool Dialog::accept_cseq(std::uint32_t cseq) noexcept
{
    if (cseq < remote_cseq_) {
        return false;
    }
    remote_cseq_ = cseq;
    return true;
}

bool Dialog::strict_route() const noexcept
{
    return !route_.empty() && route_.front().find(";lr") == std::string::npos;
}

nta_outgoing_t* Dialog::send(const Listener& listener, const RequestParts& parts, nta_response_f* callback,
                             Session* session) const
{
    msg_t* msg = nta_msg_create(listener.agent.get(), 0);
    sip_t* sip = sip_object(msg);
    const bool strict = strict_route();
    std::string route;
    for (std::size_t i = strict ? 1 : 0; i < route_.size(); ++i) {
        route += (route.empty() ? "<" : ", <") + route_[i] + '>';
    }
    if (strict) {
        route += (route.empty() ? "<" : ", <") + target_ + '>';
    }
    const auto optional = [](const std::string& text) { return text.empty() ? nullptr : text.c_str(); };
    sip->sip_request =
        sip_request_create(msg_home(msg), parts.method, parts.method_name, as_url(request_uri().c_str()), nullptr);
    sip_cseq_t* cseq =
        sip_cseq_create(msg_home(msg), parts.cseq, static_cast<unsigned>(parts.method), parts.method_name);
    nta_outgoing_t* transaction = nullptr;
    if (sip->sip_request != nullptr && cseq != nullptr) {
        transaction = nta_outgoing_mcreate(
            listener.agent.get(), callback, session, override_.empty() ? nullptr : as_url(override_.c_str()), msg,
            SIPTAG_VIA_STR(optional(parts.via)), NTATAG_USER_VIA(parts.via.empty() ? 0 : 1),
            SIPTAG_FROM_STR(local_.c_str()), SIPTAG_TO_STR(remote_.c_str()), SIPTAG_CALL_ID_STR(call_id_.c_str()),
            SIPTAG_CSEQ(cseq), SIPTAG_MAX_FORWARDS_STR(std::to_string(parts.max_forwards).c_str()),
            SIPTAG_ROUTE_STR(optional(route)), SIPTAG_CONTACT_STR(optional(parts.contact)),
            SIPTAG_USER_AGENT_STR(optional(parts.user_agent)),
            SIPTAG_CONTENT_TYPE_STR(parts.body.empty() ? nullptr : parts.content_type),
            SIPTAG_PAYLOAD_STR(optional(parts.body)), SIPTAG_HEADER_STR(optional(parts.headers)), TAG_END());
    }
    if (transaction == nullptr) {
        msg_destroy(msg);
    }
    return transaction;
}

}  // namespace rb::sip
