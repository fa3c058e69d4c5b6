#include "signaling/session.h"

#include "signaling/q850.h"
#include "signaling/received.h"
#include "signaling/session_layer.h"
#include "signaling/supplements/extra_headers.h"

#include <utility>

namespace rb::sip {

Session::Session(SessionLayer& layer, SessionStart start)
    : layer_{layer}, start_{std::move(start)}, exchange_{layer.rng().next() >> 33U}
{
    if (!start_.endpoint->outbound_auth.empty()) {
        login_ = std::make_unique<Login>();
    }
}

Session::~Session()
{
    // What still runs in nta ends there by its own timers, without us.
    nta_incoming_destroy(invite_in_);
    nta_incoming_destroy(offer_in_);
    nta_incoming_destroy(reinvite_in_);
    nta_outgoing_destroy(invite_out_);
    nta_outgoing_destroy(reoffer_out_);
    nta_outgoing_destroy(bye_out_);
}

void Session::on_request(const Listener& listener, msg_t* msg, sip_t* sip)
{
    const Address source = source_of(msg);
    if (start_.endpoint->force_rport) {
        force_rport(msg, sip, source);
    }
    const sip_method_t method = sip->sip_request->rq_method;
    if (method == sip_method_ack) {
        on_stray_ack(listener, msg, sip);
        return;
    }
    nta_incoming_t* transaction = nta_incoming_create(listener.agent.get(), nullptr, msg, sip, TAG_END());
    if (transaction == nullptr) {
        return;
    }
    const auto tag = text_of(sip->sip_from->a_tag);
    // CANCEL: nta knows those that have an INVITE.
    if (!knows_peer(tag) || method == sip_method_cancel || (ended_ && method != sip_method_bye) ||
        (method == sip_method_bye && state_ == State::Calling)) {  // RFC 3261 §15: not in an early dialog
        layer_.counters().add(SipCounter::NoDialog);
        refuse(transaction, {.code = 481});
        return;
    }
    static_cast<void>(to_foreground(tag));
    if (start_.endpoint->rewrite_contact && source.is_v4() == start_.listener->address.is_v4()) {
        dialog_.route_to_source(source);
    }
    if (!dialog_.accept_cseq(sip->sip_cseq->cs_seq)) {
        layer_.counters().add(SipCounter::OutOfOrder);
        refuse(transaction, {.code = 500, .phrase = "CSeq out of order"});
    } else if (method == sip_method_bye) {
        on_bye(transaction, sip);
    } else if (method == sip_method_invite || method == sip_method_update) {
        invited_by_ = method == sip_method_invite ? &listener : invited_by_;
        on_offer(transaction, sip);
    } else if (method == sip_method_prack) {
        on_prack(transaction, sip);
    } else if (method == sip_method_info) {
        on_info(transaction, sip);
    } else {  // OPTIONS: the rules let no other method through
        answer_with(transaction,
                    {.code = 200, .contact = contact(), .headers = "Accept: " + std::string{kAccept} + "\r\n"});
        nta_incoming_destroy(transaction);
    }
}

/// nta finds its INVITE for the ACKs that come where the INVITE came. One that came by another listener is passed on to
/// the one that still repeats our 200, as a stateless proxy would.
void Session::on_stray_ack(const Listener& listener, msg_t* msg, const sip_t* ack)
{
    nta_incoming_t* const awaiting = state_ == State::AwaitingAck ? invite_in_ : reinvite_in_;
    const bool ours = awaiting != nullptr && &listener != invited_by_ &&
                      nta_incoming_cseq(awaiting) == ack->sip_cseq->cs_seq && knows_peer(text_of(ack->sip_from->a_tag));
    if (!ours) {
        layer_.counters().add(SipCounter::StrayAck);
        msg_destroy(msg);
        return;
    }
    on_ack(awaiting, ack);
    const std::string where = "sip:" + invited_by_->address.to_string();
    nta_msg_tsend(listener.agent.get(), msg, as_url(where.c_str()), TAG_END());
}

void Session::on_bye(nta_incoming_t* transaction, const sip_t* bye)
{
    answer_with(transaction, {.code = 200});
    nta_incoming_destroy(transaction);
    if (offer_in_ != nullptr) {
        refuse(offer_in_, {.code = 487});
    }
    if (invite_in_ != nullptr && state_ == State::Incoming) {
        refuse(invite_in_, {.code = 487});
    }
    nta_incoming_destroy(std::exchange(invite_in_, nullptr));
    Headers headers = received_headers(bye);
    const int cause = cause_of(headers).value_or(16);
    end(0, cause, "BYE received", std::move(headers));
    retire_when_idle();
}

void Session::handle(EndSession&& action)
{
    switch (state_) {
        case State::Incoming: {
            const int code = action.code >= 300 && action.code <= 699 ? action.code : code_from_cause(action.cause);
            std::string headers = extra_lines(action.headers) + reason_line(action.cause, action.headers);
            if (action.retry_after_s > 0) {
                headers += "Retry-After: " + std::to_string(action.retry_after_s) + "\r\n";
            }
            refuse(invite_in_, {.code = code, .headers = std::move(headers)});
            end(code, action.cause, "refused by the application");
            break;
        }
        case State::AwaitingAck:  // BYE must wait for ACK or its timeout (RFC 3261 §15)
            pending_bye_cause_ = action.cause;
            end(0, action.cause, "hung up by the application");
            break;
        case State::Calling:
            pending_bye_cause_ = action.cause;
            cancel(extra_lines(action.headers) + reason_line(action.cause, action.headers));
            end(487, action.cause, "cancelled by the application");
            break;
        case State::Confirmed:
            send_bye(action.cause, action.headers);
            end(0, action.cause, "hung up by the application");
            break;
    }
}

void Session::send_bye(int cause, const Headers& headers)
{
    layer_.counters().add(SipCounter::SentBye);
    std::string lines = extra_lines(headers) + reason_line(cause, headers);
    if (login_ == nullptr) {  // whatever the answer is, it changes nothing
        static_cast<void>(send_bye(lines, nullptr));
        return;
    }
    begin_request();
    bye_out_ = send_bye(lines, on_bye_response);
    login_->bye_headers = std::move(lines);
}

nta_outgoing_t* Session::send_bye(const std::string& lines, nta_response_f* callback)
{
    RequestParts bye = parts(SIP_METHOD_BYE, dialog_.next_cseq());
    bye.contact.clear();
    bye.headers = lines + login_lines("BYE");
    return dialog_.send(*start_.listener, bye, callback, callback == nullptr ? nullptr : this);
}

int Session::on_bye_response(Session* session, nta_outgoing_t* transaction, const sip_t* sip)
{
    const int code = nta_outgoing_status(transaction);
    if (code >= 200) {
        nta_outgoing_destroy(std::exchange(session->bye_out_, nullptr));
        if (session->challenged(code, sip)) {
            session->bye_out_ = session->send_bye(session->login_->bye_headers, on_bye_response);
        }
        session->retire_when_idle();
    }
    return 0;
}

void Session::begin_request()
{
    if (login_ != nullptr) {
        login_->tries = {};
    }
}

bool Session::challenged(int code, const sip_t* response)
{
    const bool known = (code == 401 || code == 407) && response != nullptr && login_ != nullptr;
    if (!known ||
        !login_->answers.learn(code, received_headers(response), start_.endpoint->outbound_auth, login_->tries)) {
        return false;
    }
    layer_.counters().add(SipCounter::ChallengeAnswered);
    return true;
}

std::string Session::login_lines(const char* method)
{
    return login_ == nullptr ? std::string{} : login_->answers.lines(method, dialog_.request_uri(), layer_.rng());
}

std::string Session::login_lines_of_invite()
{
    std::string lines = login_lines("INVITE");
    if (login_ != nullptr) {
        login_->ack_lines = lines;
    }
    return lines;
}

void Session::end(int code, int cause, std::string reason, Headers headers)
{
    if (!ended_) {
        ended_ = true;
        call_timeout_.reset();
        glare_timer_.reset();
        reliable_timer_.reset();
        held_answer_.reset();
        queued_offer_.reset();
        if (offer_in_ != nullptr) {
            refuse(offer_in_, {.code = 487});
        }
        nta_incoming_destroy(std::exchange(reinvite_in_, nullptr));
        nta_outgoing_destroy(std::exchange(reoffer_out_, nullptr));
        if (announced_) {
            layer_.emit(SessionEnded{.session = start_.id,
                                     .code = code,
                                     .cause = cause,
                                     .reason = std::move(reason),
                                     .headers = std::move(headers)});
        }
    }
    retire_when_idle();
}

void Session::retire_when_idle()
{
    if (ended_ && invite_in_ == nullptr && invite_out_ == nullptr && bye_out_ == nullptr) {
        layer_.retire(*this);
    }
}

void Session::refuse(nta_incoming_t*& transaction, const Reply& reply)
{
    answer_with(transaction, reply);
    nta_incoming_destroy(std::exchange(transaction, nullptr));
}

void Session::answer_with(nta_incoming_t* transaction, const Reply& reply)
{
    sip::reply(transaction, layer_.counters(), layer_.user_agent(), reply);
}

Reply Session::media_refusal(const MediaRefusal& refusal) const
{
    layer_.counters().add(refusal.code == 400 ? SipCounter::BadSdp : SipCounter::NoCommonMedia);
    return {.code = refusal.code, .headers = warning_line(refusal.warning, start_.listener->address, refusal.text)};
}

std::string Session::contact() const
{
    std::string contact = start_.listener->contact_for(start_.peer);
    if (const std::string& user = start_.endpoint->contact_user; !user.empty()) {
        contact.insert(contact.find(':') + 1, user + '@');
    }
    return contact;
}

std::string Session::reason_line(int cause, const Headers& headers) const
{
    const bool given = find_header(headers, "Reason").has_value();
    return start_.endpoint->send_reason && !given ? "Reason: " + write_reason(cause) + "\r\n" : std::string{};
}

std::string Session::extra_lines(const Headers& headers) const
{
    ExtraHeaders written = write_extra_headers(headers);
    layer_.counters().add(SipCounter::HeaderRefused, written.refused);
    return std::move(written.lines);
}

RequestParts Session::parts(sip_method_t method, const char* name, std::uint32_t cseq) const
{
    RequestParts request{.method = method, .method_name = name, .cseq = cseq, .contact = contact()};
    request.user_agent = layer_.user_agent();
    request.max_forwards = layer_.settings().max_forwards;
    const Address advertised = start_.listener->advertised_to(start_.peer);
    if (advertised != start_.listener->address) {
        request.via = "SIP/2.0/UDP " + advertised.to_string();
    }
    return request;
}

Session::Timer Session::start_timer(Nanos delay, su_timer_f callback)
{
    const auto delay_ms = static_cast<su_duration_t>(to_ms(delay));
    Timer timer{su_timer_create(su_root_task(layer_.root()), delay_ms)};
    su_timer_set_interval(timer.get(), callback, this, delay_ms);
    return timer;
}

}  // namespace rb::sip
