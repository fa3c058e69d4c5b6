// session_outgoing.cpp — a call from us: INVITE, early media, the first 200 of several, ACK, CANCEL.
#include "signaling/party.h"
#include "signaling/q850.h"
#include "signaling/received.h"
#include "signaling/session.h"
#include "signaling/session_layer.h"

#include <utility>

namespace rb::sip {
namespace {

constexpr int kNoRoute = 3;
constexpr int kNoAnswer = 19;

std::string host_part(const Address& address)
{
    return address.is_v4() ? address.host() : '[' + address.host() + ']';
}

/// sip:proxy as a loose route, which every proxy since RFC 3261 is.
std::string loose(const std::string& proxy)
{
    return proxy.find(";lr") == std::string::npos ? proxy + ";lr" : proxy;
}

/// nta's own response where no name server knows the host.
bool unresolved(int code, const sip_t* response)
{
    return code == 503 && response != nullptr && nta_sip_is_internal(response) != 0 &&
           text_of(response->sip_status->st_phrase) == "DNS Error";
}

std::string reliable_line(Reliable reliable)
{
    switch (reliable) {
        case Reliable::No:
            return {};
        case Reliable::Yes:
        case Reliable::PeerSupported:
            return "Supported: 100rel\r\n";
        case Reliable::Required:
            return "Require: 100rel\r\n";
    }
    return {};
}

}  // namespace

void Session::begin_outgoing(PlaceCall&& call)
{
    announced_ = true;
    caller_ = true;
    state_ = State::Calling;
    const EndpointSettings& endpoint = *start_.endpoint;
    Party from = std::move(call.from);
    if (!endpoint.from_user.empty()) {
        from.user = endpoint.from_user;
    } else if (from.user.empty()) {
        from.user = layer_.settings().default_from_user;
    }
    if (!endpoint.from_domain.empty()) {
        from.host = endpoint.from_domain;
    } else if (from.host.empty()) {
        from.host = host_part(start_.listener->advertised_to(start_.peer));
    }
    dialog_ = Dialog::to_target(layer_.new_tag() + layer_.new_tag(), write_party(from), start_.local_tag,
                                std::move(call.target));
    if (!endpoint.outbound_proxy.empty()) {
        dialog_.set_initial_route(loose(endpoint.outbound_proxy));
    }
    std::string diversion = call.diverted.number.empty()
                                ? std::string{}
                                : "Diversion: " + write_diversion(call.diverted, from.host) + "\r\n";
    calling_ = std::make_unique<Calling>(Calling{.body = exchange_.write_offer(call.media),
                                                 .headers = "Allow: " + std::string{kAllow} + "\r\n" +
                                                            reliable_line(endpoint.reliable) + std::move(diversion) +
                                                            extra_lines(call.headers),
                                                 .blank = {.dialog = dialog_, .exchange = exchange_, .early = {}},
                                                 .parked = {},
                                                 .early = {},
                                                 .targets = {},
                                                 .seen = {dialog_.target()}});
    if (!send_invite()) {
        fail(416, "the target is no SIP URI");
        return;
    }
    if (call.timeout > 0s) {
        call_timeout_ = start_timer(call.timeout, on_call_timeout);
    }
}

bool Session::send_invite()
{
    dialog_ = calling_->blank.dialog;
    exchange_ = calling_->blank.exchange;
    calling_->early = {};
    invite_cseq_ = dialog_.next_cseq();
    calling_->blank.dialog = dialog_;
    calling_->parked.clear();
    RequestParts invite = parts(SIP_METHOD_INVITE, invite_cseq_);
    invite.body = calling_->body;
    invite.headers = calling_->headers + login_lines_of_invite();
    invite_out_ = dialog_.send(*start_.listener, invite, on_invite_response, this);
    layer_.counters().add(SipCounter::SentInvite, invite_out_ == nullptr ? 0 : 1);
    return invite_out_ != nullptr;
}

void Session::fail(int code, std::string reason)
{
    announced_ = true;
    end(code, cause_from_code(code), std::move(reason));
}

int Session::on_invite_response(Session* session, nta_outgoing_t* transaction, const sip_t* sip)
{
    const int code = nta_outgoing_status(transaction);
    if (code < 200) {
        session->on_provisional(code, sip);
    } else if (code < 300) {
        session->on_success(sip);
    } else {
        session->on_failure(code, sip);
    }
    return 0;
}

void Session::on_success(const sip_t* response)
{
    if (!to_foreground(text_of(response->sip_to->a_tag))) {  // of more phones than are kept apart
        dialog_ = calling_->blank.dialog;
        exchange_ = calling_->blank.exchange;
    }
    dialog_.confirm(response);
    follow_source(invite_out_);
    const bool forked = !calling_->parked.empty();
    Early early_media = std::move(calling_->early);
    calling_.reset();
    acknowledge(invite_cseq_);
    nta_outgoing_destroy(std::exchange(invite_out_, nullptr));
    if (ended_) {  // CANCEL and 200 crossed
        send_bye(pending_bye_cause_, {});
        retire_when_idle();
        return;
    }
    state_ = State::Confirmed;
    call_timeout_.reset();
    // Control follows the early media of one phone; where there were several it is told again which has won.
    std::optional<NegotiatedMedia> media = forked ? std::move(early_media.media) : std::nullopt;
    if (exchange_.we_have_offered()) {  // else a reliable response has settled it, and what 200 says is not looked at
        const bool early = body_of(response).empty();
        auto answer = exchange_.receive_answer(early ? std::string_view{early_media.body} : body_of(response));
        if (!answer) {
            const int cause = cause_from_code(488);
            send_bye(cause, {});
            end(488, cause, "200 without a usable answer: " + answer.error().text);
            return;
        }
        if (!early || forked) {
            media = std::move(*answer);
        }
    }
    Answered event{.session = start_.id,
                   .media = std::move(media),
                   .remote = received_party(response->sip_to->a_display, response->sip_to->a_url),
                   .headers = received_headers(response)};
    layer_.emit(std::move(event));
}

void Session::on_failure(int code, const sip_t* response)
{
    nta_outgoing_destroy(std::exchange(invite_out_, nullptr));
    if (!ended_ && challenged(code, response) && send_invite()) {
        return;
    }
    if (send_elsewhere(code, response)) {
        return;
    }
    if (unresolved(code, response)) {
        const std::string& target =
            start_.endpoint->outbound_proxy.empty() ? calling_->blank.dialog.target() : start_.endpoint->outbound_proxy;
        end(code, kNoRoute, "the name in " + target + " leads nowhere: see the name server's records for it");
        return;
    }
    std::string reason = std::to_string(code);
    Headers headers;
    if (response != nullptr) {
        reason += ' ' + std::string{text_of(response->sip_status->st_phrase)};
        headers = received_headers(response);
        const auto contact = find_header(headers, "Contact");
        reason += code < 400 && contact ? " to " + std::string{*contact} : std::string{};
    }
    const int cause = cause_of(headers).value_or(cause_from_code(code));
    end(code, cause, std::move(reason), std::move(headers));
    retire_when_idle();
}

void Session::cancel(const std::string& headers)
{
    layer_.counters().add(SipCounter::SentCancel);
    nta_outgoing_t* cancelling = nta_outgoing_tcancel(
        invite_out_, nullptr, nullptr, SIPTAG_HEADER_STR(headers.empty() ? nullptr : headers.c_str()), TAG_END());
    static_cast<void>(cancelling);  // nta sends it after the first provisional response and keeps it
}

void Session::acknowledge(std::uint32_t cseq)
{
    RequestParts ack = parts(SIP_METHOD_ACK, cseq);
    ack.contact.clear();
    ack.user_agent.clear();
    ack.headers = login_ == nullptr ? std::string{} : login_->ack_lines;
    // nta repeats this ACK for each repeated 200; given up at once, it goes when that can no longer happen.
    nta_outgoing_destroy(dialog_.send(*start_.listener, ack, nullptr, nullptr));
}

void Session::on_call_timeout(su_root_magic_t* magic, su_timer_t* timer, su_timer_arg_t* arg)
{
    static_cast<void>(magic);
    static_cast<void>(timer);
    auto* session = static_cast<Session*>(arg);
    session->pending_bye_cause_ = kNoAnswer;
    session->cancel(session->reason_line(kNoAnswer, {}));
    session->end(408, kNoAnswer, "no answer in time");
}

}  // namespace rb::sip
