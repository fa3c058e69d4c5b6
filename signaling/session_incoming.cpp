// session_incoming.cpp — a call to us: 100, 18x, 200 until ACK, CANCEL.
#include "signaling/q850.h"
#include "signaling/received.h"
#include "signaling/session.h"
#include "signaling/session_layer.h"

#include <utility>

namespace rb::sip {
namespace {

constexpr int kRecoveryOnTimer = 102;  // Q.850

}  // namespace

void Session::begin_incoming(nta_incoming_t* transaction, const sip_t* invite)
{
    invite_in_ = transaction;
    invited_by_ = start_.listener;
    invite_cseq_ = invite->sip_cseq->cs_seq;
    dialog_ = Dialog::from_request(invite, start_.local_tag);
    nta_incoming_tag(transaction, start_.local_tag.c_str());
    nta_incoming_bind(transaction, on_ack_or_cancel, this);
    if (start_.endpoint->rewrite_contact) {
        dialog_.route_to_source(start_.peer);
    }
    InviteReceived event{.session = start_.id,
                         .endpoint = start_.endpoint->name,
                         .transport = start_.listener->transport.name,
                         .local = start_.listener->address,
                         .source = start_.peer,
                         .request_user = received_party(nullptr, invite->sip_request->rq_url).user,
                         .from = received_party(invite->sip_from->a_display, invite->sip_from->a_url),
                         .to = received_party(invite->sip_to->a_display, invite->sip_to->a_url),
                         .call_id = dialog_.call_id(),
                         .headers = received_headers(invite),
                         .media = std::nullopt};
    begin_reliable(invite);
    event.reliable = reliable_ != nullptr;
    if (!body_of(invite).empty()) {
        auto media = exchange_.receive_offer(body_of(invite), start_.endpoint->capabilities);
        if (!media) {
            refuse(invite_in_, media_refusal(media.error()));
            end(media.error().code, cause_from_code(media.error().code), media.error().text);
            return;
        }
        event.media = std::move(*media);
    }
    answer_with(invite_in_, {.code = 100});
    announced_ = true;
    layer_.emit(std::move(event));
}

void Session::handle(SendProgress&& action)
{
    if (state_ != State::Incoming || held_answer_) {
        return;
    }
    std::string body;
    if (action.media && offer_in_ == nullptr && exchange_.peer_has_offered()) {
        auto text = exchange_.write_answer(*action.media);
        if (!text) {
            refuse(invite_in_, media_refusal(text.error()));
            end(text.error().code, cause_from_code(text.error().code), text.error().text);
            return;
        }
        answer_ = std::move(*text);
        body = answer_;
    } else if (action.media && reliable_ != nullptr && !exchange_.settled() && !exchange_.we_have_offered()) {
        body = exchange_.write_offer(*action.media);
    } else if (action.media && !sdp_sent_reliably_) {
        body = answer_;
    }
    const bool provisional = action.code > 100 && action.code < 200;
    send_provisional({.code = provisional ? action.code : 180,
                      .contact = contact(),
                      .body = std::move(body),
                      .headers = extra_lines(action.headers)});
}

void Session::handle(SendAnswer&& action)
{
    if (state_ != State::Incoming) {
        return;
    }
    if (reliable_ != nullptr && reliable_->holds_sdp()) {  // 200 must not overtake it (RFC 3262 §3)
        held_answer_ = std::make_unique<SendAnswer>(std::move(action));
        return;
    }
    reliable_timer_.reset();
    if (offer_in_ == nullptr && exchange_.peer_has_offered()) {
        auto text = exchange_.write_answer(action.media);
        if (!text) {
            refuse(invite_in_, media_refusal(text.error()));
            end(text.error().code, cause_from_code(text.error().code), text.error().text);
            return;
        }
        answer_ = std::move(*text);
    } else if (!exchange_.settled()) {
        answer_ = exchange_.write_offer(action.media);
    }
    state_ = State::AwaitingAck;
    answer_with(invite_in_, {.code = 200,
                             .contact = contact(),
                             .body = sdp_sent_reliably_ ? std::string{} : answer_,
                             .headers = extra_lines(action.headers)});
}

int Session::on_ack_or_cancel(Session* session, nta_incoming_t* transaction, const sip_t* sip)
{
    if (sip == nullptr || sip->sip_request == nullptr) {
        session->on_no_ack(transaction);
    } else if (sip->sip_request->rq_method == sip_method_ack) {
        session->layer_.counters().add(SipCounter::RequestAck);
        session->on_ack(transaction, sip);
    } else {
        session->layer_.counters().add(SipCounter::RequestCancel);
        session->on_cancel(transaction, sip);
    }
    return 0;
}

void Session::on_ack(nta_incoming_t* transaction, const sip_t* ack)
{
    const bool first = transaction == invite_in_;
    if (first) {
        state_ = State::Confirmed;
        answer_ = {};  // nobody asks for it again
    }
    nta_incoming_destroy(std::exchange(first ? invite_in_ : reinvite_in_, nullptr));
    if (ended_) {
        send_bye(pending_bye_cause_, {});
        retire_when_idle();
        return;
    }
    std::optional<NegotiatedMedia> media;
    if (exchange_.we_have_offered()) {
        auto answered = exchange_.receive_answer(body_of(ack));
        if (!answered) {
            const int cause = cause_from_code(488);
            send_bye(cause, {});
            end(0, cause, "ACK without a usable answer: " + answered.error().text);
            return;
        }
        media = std::move(*answered);
    }
    if (first || media) {
        layer_.emit(Acknowledged{.session = start_.id, .media = std::move(media)});
    }
    send_queued_offer();
}

void Session::on_cancel(nta_incoming_t* transaction, const sip_t* cancel)
{
    if (transaction == offer_in_) {
        exchange_.abandon();
        refuse(offer_in_, {.code = 487});
        layer_.emit(OfferAnswered{.session = start_.id, .media = std::nullopt});
        send_queued_offer();
        return;
    }
    if (transaction != invite_in_ || state_ != State::Incoming) {
        return;
    }
    Headers headers = received_headers(cancel);
    const int cause = cause_of(headers).value_or(cause_from_code(487));
    refuse(invite_in_, {.code = 487});
    end(487, cause, "CANCEL received", std::move(headers));
}

void Session::on_no_ack(nta_incoming_t* transaction)
{
    nta_incoming_destroy(std::exchange(transaction == invite_in_ ? invite_in_ : reinvite_in_, nullptr));
    send_bye(ended_ ? pending_bye_cause_ : kRecoveryOnTimer, {});
    end(0, kRecoveryOnTimer, "no ACK came");
}

}  // namespace rb::sip
