// session_forks.cpp — the dialogs an INVITE of ours opens before it is answered: one for each phone it reaches, of
// which one is in the foreground (RFC 3261 §13.2.2.4), and the provisional responses to be acknowledged (RFC 3262 §4).
#include "signaling/q850.h"
#include "signaling/received.h"
#include "signaling/request_rules.h"
#include "signaling/session.h"
#include "signaling/session_layer.h"

#include <algorithm>
#include <utility>

namespace rb::sip {
namespace {

constexpr std::size_t kForksMax = 16;  // further phones are heard of when they answer

}  // namespace

bool Session::knows_peer(std::string_view tag) const
{
    return dialog_.remote_tag() == tag ||
           (calling_ != nullptr && std::any_of(calling_->parked.begin(), calling_->parked.end(),
                                               [tag](const Fork& fork) { return fork.dialog.remote_tag() == tag; }));
}

void Session::offer_to_foreground()
{
    msg_t* request = nta_incoming_getrequest(offer_in_);
    static_cast<void>(to_foreground(text_of(sip_object(request)->sip_from->a_tag)));
    msg_destroy(request);
}

bool Session::to_foreground(std::string_view tag)
{
    if (calling_ == nullptr || tag.empty() || dialog_.remote_tag() == tag) {
        return calling_ != nullptr;
    }
    auto& parked = calling_->parked;
    const auto found =
        std::find_if(parked.begin(), parked.end(), [tag](const Fork& fork) { return fork.dialog.remote_tag() == tag; });
    if (found == parked.end() && parked.size() >= kForksMax) {
        return false;
    }
    Fork wanted{.dialog = dialog_, .exchange = exchange_, .early = {}};
    if (found != parked.end()) {
        wanted = std::move(*found);
        parked.erase(found);
    } else if (!dialog_.remote_tag().empty()) {
        wanted = calling_->blank;
    }
    if (!dialog_.remote_tag().empty()) {
        parked.push_back(
            {.dialog = std::move(dialog_), .exchange = std::move(exchange_), .early = std::move(calling_->early)});
    }
    dialog_ = std::move(wanted.dialog);
    exchange_ = std::move(wanted.exchange);
    calling_->early = std::move(wanted.early);
    return true;
}

void Session::on_provisional(int code, const sip_t* response)
{
    if (ended_ || response == nullptr || code == 100 || !to_foreground(text_of(response->sip_to->a_tag))) {
        return;
    }
    const bool reliable = start_.endpoint->reliable != Reliable::No && response->sip_rseq != nullptr &&
                          requires_extension(response, k100rel) && response->sip_to->a_tag != nullptr;
    if (reliable && !accept_rseq(static_cast<std::uint32_t>(response->sip_rseq->rs_response))) {
        return;
    }
    if (response->sip_to->a_tag != nullptr) {
        dialog_.confirm(response);
        follow_source(invite_out_);
    }
    Progressed event{.session = start_.id, .code = code, .media = std::nullopt, .headers = received_headers(response)};
    const auto body = body_of(response);
    if (!body.empty() && exchange_.we_have_offered()) {
        auto media = reliable ? exchange_.receive_answer(body) : exchange_.preview_answer(body);
        if (media) {
            event.media = std::move(*media);
            calling_->early.media = event.media;
            calling_->early.body = reliable ? std::string{} : std::string{body};
        }
    }
    if (reliable) {
        acknowledge_provisional(response);
    }
    layer_.emit(std::move(event));
}

/// Repeated ones are dropped, since our PRACK repeats itself; so are those that overtook another, which will come
/// again.
bool Session::accept_rseq(std::uint32_t rseq)
{
    std::uint32_t& last = calling_->early.rseq;
    if (last != 0 && rseq != last + 1) {
        return false;
    }
    last = rseq;
    return true;
}

void Session::acknowledge_provisional(const sip_t* response)
{
    RequestParts prack = parts(SIP_METHOD_PRACK, dialog_.next_cseq());
    prack.contact.clear();
    prack.headers = "RAck: " + std::to_string(response->sip_rseq->rs_response) + ' ' +
                    std::to_string(response->sip_cseq->cs_seq) + " INVITE\r\n" + login_lines("PRACK");
    layer_.counters().add(SipCounter::SentPrack);
    dialog_.send(*start_.listener, prack, nullptr, nullptr);
}

/// The peer was named by a URI; only its response shows where it really is.
void Session::follow_source(nta_outgoing_t* transaction)
{
    if (start_.endpoint->rewrite_contact) {
        msg_t* response = nta_outgoing_getresponse(transaction);
        dialog_.route_to_source(source_of(response));
        msg_destroy(response);
    }
}

}  // namespace rb::sip
