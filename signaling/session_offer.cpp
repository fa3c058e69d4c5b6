// session_offer.cpp — a change of the media in a running call: re-INVITE and UPDATE in both directions, glare.
#include "signaling/q850.h"
#include "signaling/received.h"
#include "signaling/session.h"
#include "signaling/session_layer.h"

#include <utility>

namespace rb::sip {
namespace {

constexpr unsigned kGlaresMax = 5;
constexpr unsigned kRetryAfterMax = 10;  // seconds, RFC 3261 §14.2

}  // namespace

std::optional<Reply> Session::refuse_offer(const sip_t* request)
{
    const bool carries_offer = !body_of(request).empty() || request->sip_request->rq_method == sip_method_invite;
    if (!carries_offer) {
        return std::nullopt;
    }
    const bool ours_open = exchange_.we_have_offered() || reoffer_out_ != nullptr;
    // An answer that was not sent reliably is none yet (RFC 3311 §5.2).
    const bool unanswered = state_ == State::Incoming && !sdp_sent_reliably_;
    const bool theirs_open = exchange_.peer_has_offered() || offer_in_ != nullptr || unanswered;
    if (!ours_open && !theirs_open) {
        return std::nullopt;
    }
    layer_.counters().add(SipCounter::Glare);
    if (ours_open) {
        return Reply{.code = 491};
    }
    return Reply{.code = 500,
                 .phrase = "Another offer is open",
                 .headers = "Retry-After: " + std::to_string(layer_.rng().below(kRetryAfterMax + 1)) + "\r\n"};
}

void Session::on_offer(nta_incoming_t* transaction, const sip_t* request)
{
    if (const auto refusal = refuse_offer(request)) {
        refuse(transaction, *refusal);
        return;
    }
    const bool invite = request->sip_request->rq_method == sip_method_invite;
    std::optional<NegotiatedMedia> media;
    if (body_of(request).empty() && !invite) {  // UPDATE that only refreshes the session
        dialog_.refresh_target(request->sip_contact);
        answer_with(transaction, {.code = 200, .contact = contact()});
        nta_incoming_destroy(transaction);
        return;
    }
    if (!body_of(request).empty()) {
        auto offered = exchange_.receive_offer(body_of(request), start_.endpoint->capabilities);
        if (!offered) {
            refuse(transaction, media_refusal(offered.error()));
            return;
        }
        media = std::move(*offered);
        if (calling_ != nullptr) {
            calling_->early.media = media;
        }
    }
    offer_in_ = transaction;
    nta_incoming_bind(transaction, on_ack_or_cancel, this);
    if (invite) {
        answer_with(transaction, {.code = 100});
    }
    layer_.emit(OfferReceived{.session = start_.id, .media = std::move(media)});
}

void Session::handle(AcceptOffer&& action)
{
    if (offer_in_ == nullptr) {
        return;
    }
    offer_to_foreground();
    std::string body;
    if (exchange_.peer_has_offered()) {
        auto text = exchange_.write_answer(action.media);
        if (!text) {
            exchange_.abandon();
            refuse(offer_in_, media_refusal(text.error()));
            return;
        }
        body = std::move(*text);
    } else {
        body = exchange_.write_offer(action.media);
    }
    nta_incoming_t* transaction = std::exchange(offer_in_, nullptr);
    msg_t* request = nta_incoming_getrequest(transaction);
    dialog_.refresh_target(sip_object(request)->sip_contact);
    msg_destroy(request);
    answer_with(transaction, {.code = 200, .contact = contact(), .body = std::move(body)});
    if (nta_incoming_method(transaction) == sip_method_invite) {
        nta_incoming_destroy(std::exchange(reinvite_in_, transaction));
    } else {
        nta_incoming_destroy(transaction);
        send_queued_offer();
    }
}

void Session::handle(RejectOffer&& action)
{
    if (offer_in_ == nullptr) {
        return;
    }
    offer_to_foreground();
    exchange_.abandon();
    const int code = action.code >= 400 && action.code <= 699 ? action.code : 488;
    refuse(offer_in_, {.code = code});
    send_queued_offer();
}

void Session::handle(Reoffer&& action)
{
    if (state_ != State::Confirmed && state_ != State::AwaitingAck) {
        layer_.emit(OfferAnswered{.session = start_.id, .media = std::nullopt});
        return;
    }
    queued_offer_ = std::make_unique<LocalMedia>(std::move(action.media));
    send_queued_offer();
}

void Session::send_queued_offer()
{
    const bool busy =
        reoffer_out_ != nullptr || offer_in_ != nullptr || reinvite_in_ != nullptr || glare_timer_ != nullptr;
    if (ended_ || busy || state_ != State::Confirmed || !queued_offer_) {
        return;
    }
    glares_ = 0;
    LocalMedia media = std::move(*queued_offer_);
    queued_offer_.reset();
    send_offer(std::move(media));
}

void Session::send_offer(LocalMedia&& media)
{
    last_offer_ = std::move(media);
    begin_request();
    reoffer_out_ = send_reinvite(exchange_.write_offer(last_offer_));
    if (reoffer_out_ == nullptr) {
        exchange_.abandon();
        layer_.emit(OfferAnswered{.session = start_.id, .media = std::nullopt});
    }
}

nta_outgoing_t* Session::send_reinvite(std::string body)
{
    reoffer_cseq_ = dialog_.next_cseq();
    RequestParts invite = parts(SIP_METHOD_INVITE, reoffer_cseq_);
    invite.body = std::move(body);
    invite.headers = login_lines_of_invite();
    if (login_ != nullptr) {
        login_->reoffer_body = invite.body;
    }
    layer_.counters().add(SipCounter::SentInvite);
    return dialog_.send(*start_.listener, invite, on_reoffer_response, this);
}

int Session::on_reoffer_response(Session* session, nta_outgoing_t* transaction, const sip_t* sip)
{
    const int code = nta_outgoing_status(transaction);
    if (code >= 200 && code < 300) {
        session->on_reoffered(sip);
    } else if (code >= 300) {
        nta_outgoing_destroy(std::exchange(session->reoffer_out_, nullptr));
        if (session->challenged(code, sip)) {
            session->reoffer_out_ = session->send_reinvite(session->login_->reoffer_body);
        }
        if (session->reoffer_out_ == nullptr) {
            session->on_reoffer_refused(code);
        }
    }
    return 0;
}

void Session::on_reoffered(const sip_t* response)
{
    dialog_.refresh_target(response->sip_contact);
    acknowledge(reoffer_cseq_);
    nta_outgoing_destroy(std::exchange(reoffer_out_, nullptr));
    auto media = exchange_.receive_answer(body_of(response));
    if (!media) {
        const int cause = cause_from_code(488);
        send_bye(cause, {});
        end(0, cause, "200 without a usable answer: " + media.error().text);
        return;
    }
    layer_.emit(OfferAnswered{.session = start_.id, .media = std::move(*media)});
    send_queued_offer();
}

void Session::on_reoffer_refused(int code)
{
    exchange_.abandon();
    if (code == 491 && glares_ < kGlaresMax) {
        ++glares_;
        // RFC 3261 §14.1: the owner of the Call-ID waits 2.1 to 4 s, the other 0 to 2 s, in steps of 10 ms.
        const auto steps = caller_ ? 210 + layer_.rng().below(191) : layer_.rng().below(201);
        glare_timer_ = start_timer(10ms * static_cast<std::int64_t>(steps), on_glare_over);
        return;
    }
    if (code == 481 || code == 408) {  // the dialog is gone at the other end (§12.2.1.2)
        send_bye(cause_from_code(code), {});
        end(0, cause_from_code(code), "re-INVITE answered with " + std::to_string(code));
        return;
    }
    layer_.emit(OfferAnswered{.session = start_.id, .media = std::nullopt});
    send_queued_offer();
}

void Session::on_glare_over(su_root_magic_t* magic, su_timer_t* timer, su_timer_arg_t* arg)
{
    static_cast<void>(magic);
    static_cast<void>(timer);
    auto* session = static_cast<Session*>(arg);
    session->glare_timer_.reset();
    if (session->queued_offer_) {  // a newer wish replaces the one that met glare
        session->last_offer_ = std::move(*session->queued_offer_);
        session->queued_offer_.reset();
    }
    if (session->offer_in_ != nullptr || session->reinvite_in_ != nullptr) {
        session->queued_offer_ = std::make_unique<LocalMedia>(std::move(session->last_offer_));
        return;
    }
    session->send_offer(LocalMedia{session->last_offer_});
}

}  // namespace rb::sip
