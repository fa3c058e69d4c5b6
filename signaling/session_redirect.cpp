// session_redirect.cpp — a call of ours that is sent elsewhere by 3xx, and on to the next place where one fails
// (RFC 3261 §8.1.3.4).
#include "signaling/received.h"
#include "signaling/session.h"
#include "signaling/session_layer.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace rb::sip {
namespace {

constexpr std::size_t kTargetsMax = 6;  // places one call is sent to, the first included

std::string uri_text(const url_t* url)
{
    const Home home = make_home();
    return std::string{text_of(url_as_string(home.get(), url))};
}

/// The URI with another user part; empty where there is none to take.
std::string with_user_of(const std::string& uri, const url_t* other)
{
    const Home home = make_home();
    url_t* url = url_make(home.get(), uri.c_str());
    if (url == nullptr || text_of(other->url_user).empty()) {
        return {};
    }
    url->url_user = other->url_user;
    return uri_text(url);
}

double preference(const sip_contact_t* contact)
{
    return contact->m_q == nullptr ? 1.0 : std::strtod(contact->m_q, nullptr);
}

/// What may stand in a request line and in To: Contact may hold more (RFC 3261 §19.1.5).
std::string as_target(const url_t* contact)
{
    const Home home = make_home();
    url_t* url = url_hdup(home.get(), contact);
    if (url == nullptr) {
        return {};
    }
    url->url_headers = nullptr;
    return uri_text(url);
}

}  // namespace

bool Session::send_elsewhere(int code, const sip_t* response)
{
    if (ended_ || calling_ == nullptr) {
        return false;
    }
    if (response != nullptr && code >= 300 && code <= 302) {
        note_targets(response);
    } else if (code >= 600) {  // nobody anywhere wants the call (RFC 3261 §21.6)
        calling_->targets.clear();
    }
    while (!calling_->targets.empty()) {
        std::string target = std::move(calling_->targets.front());
        calling_->targets.erase(calling_->targets.begin());
        const auto hop = layer_.next_hop(*start_.endpoint, target);
        if (!hop) {
            continue;
        }
        start_.listener = hop->listener;
        start_.peer = hop->peer;
        calling_->blank.dialog.set_target(std::move(target));
        begin_request();
        layer_.counters().add(SipCounter::Redirected);
        if (send_invite()) {
            return true;
        }
    }
    return false;
}

void Session::note_targets(const sip_t* response)
{
    std::vector<const sip_contact_t*> contacts;
    for (const sip_contact_t* contact = response->sip_contact; contact != nullptr; contact = contact->m_next) {
        if (is_sip_contact(contact)) {
            contacts.push_back(contact);
        }
    }
    std::stable_sort(contacts.begin(), contacts.end(),
                     [](const sip_contact_t* a, const sip_contact_t* b) { return preference(a) > preference(b); });
    auto& seen = calling_->seen;
    auto place = calling_->targets.begin();  // before what an earlier 3xx named
    for (const sip_contact_t* contact : contacts) {
        std::string target = start_.endpoint->redirect == Redirect::User
                                 ? with_user_of(calling_->blank.dialog.target(), contact->m_url)
                                 : as_target(contact->m_url);
        const bool fresh =
            !target.empty() && seen.size() < kTargetsMax && std::find(seen.begin(), seen.end(), target) == seen.end();
        if (fresh) {
            seen.push_back(target);
            place = std::next(calling_->targets.insert(place, std::move(target)));
        }
    }
}

}  // namespace rb::sip
