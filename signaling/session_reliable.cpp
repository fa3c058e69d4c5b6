// session_reliable.cpp — provisional responses of ours that the caller acknowledges (RFC 3262).
#include "signaling/q850.h"
#include "signaling/received.h"
#include "signaling/request_rules.h"
#include "signaling/session.h"
#include "signaling/session_layer.h"

#include <utility>

namespace rb::sip {
namespace {

constexpr int kRecoveryOnTimer = 102;               // Q.850
constexpr std::uint64_t kFirstRseqMax = 1U << 30U;  // RFC 3262 §3 allows up to 2^31 - 1, and room to count

bool wants_reliable(Reliable setting, const sip_t* invite)
{
    switch (setting) {
        case Reliable::No:
            return false;
        case Reliable::Yes:
            return requires_extension(invite, k100rel);
        case Reliable::Required:
        case Reliable::PeerSupported:
            return speaks_extension(invite, k100rel);
    }
    return false;
}

}  // namespace

void Session::begin_reliable(const sip_t* invite)
{
    if (wants_reliable(start_.endpoint->reliable, invite)) {
        const auto first = static_cast<std::uint32_t>(1 + layer_.rng().below(kFirstRseqMax));
        const Settings& settings = layer_.settings();
        reliable_ = std::make_unique<ReliableResponses>(
            first, ReliableResponses::Pace{.t1 = settings.timer_t1, .give_up = settings.timer_b});
    }
}

void Session::send_provisional(Reply reply)
{
    if (reliable_ == nullptr) {
        answer_with(invite_in_, reply);
        return;
    }
    sdp_sent_reliably_ = sdp_sent_reliably_ || !reply.body.empty();
    if (reliable_->push(std::move(reply))) {
        transmit_reliable();
    }
}

void Session::transmit_reliable()
{
    const auto wait = reliable_->next_wait();
    if (!wait) {
        refuse(invite_in_, {.code = 504, .headers = reason_line(kRecoveryOnTimer, {})});
        end(504, kRecoveryOnTimer, "no PRACK came");
        return;
    }
    answer_with(invite_in_, reliable_->current());
    reliable_timer_ = start_timer(*wait, on_unacknowledged);
}

void Session::on_unacknowledged(su_root_magic_t* magic, su_timer_t* timer, su_timer_arg_t* arg)
{
    static_cast<void>(magic);
    static_cast<void>(timer);
    auto* session = static_cast<Session*>(arg);
    session->reliable_timer_.reset();
    session->transmit_reliable();
}

void Session::on_prack(nta_incoming_t* transaction, const sip_t* prack)
{
    const sip_rack_t* rack = prack->sip_rack;
    const bool of_the_invite = rack->ra_method == sip_method_invite && rack->ra_cseq == invite_cseq_;
    if (reliable_ == nullptr || !of_the_invite || !reliable_->acknowledge(rack->ra_response)) {
        layer_.counters().add(SipCounter::NoDialog);
        refuse(transaction, {.code = 481});
        return;
    }
    reliable_timer_.reset();
    if (state_ == State::Incoming && exchange_.we_have_offered()) {  // by the response just acknowledged
        if (!take_answer_of_prack(transaction, prack)) {
            return;
        }
    } else if (!body_of(prack).empty()) {
        on_offer(transaction, prack);
    } else {
        refuse(transaction, {.code = 200});
    }
    if (state_ == State::Incoming && reliable_->advance()) {
        transmit_reliable();
    } else if (held_answer_ && !reliable_->holds_sdp()) {
        SendAnswer held = std::move(*held_answer_);
        held_answer_.reset();
        handle(std::move(held));
    }
}

bool Session::take_answer_of_prack(nta_incoming_t* transaction, const sip_t* prack)
{
    auto media = exchange_.receive_answer(body_of(prack));
    if (!media) {
        const Reply refusal = media_refusal(media.error());
        refuse(transaction, refusal);
        refuse(invite_in_, refusal);
        end(refusal.code, cause_from_code(refusal.code), "PRACK without a usable answer: " + media.error().text);
        return false;
    }
    refuse(transaction, {.code = 200});
    layer_.emit(Acknowledged{.session = start_.id, .media = std::move(*media)});
    return true;
}

}  // namespace rb::sip
