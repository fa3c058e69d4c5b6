// The far side of SIP: what phones say, and what they and the session layer make of the engine's actions.
#include "support/call_bench.h"

#include <algorithm>

namespace rb::test {

BenchPhone& CallBench::add_phone(sip::SessionId session, PhoneOptions options)
{
    const auto port = static_cast<std::uint16_t>(30000 + 2 * phones_.size());
    const Address own = options.at.value_or(parse_address("192.0.2.50:0")->with_port(port));
    phones_.push_back(std::make_unique<BenchPhone>(session, own, std::move(options)));
    by_session_[session] = phones_.back().get();
    return *phones_.back();
}

BenchPhone& CallBench::call(const std::string& number, PhoneOptions options)
{
    BenchPhone& phone = add_phone(sip::SessionId{next_session_}, std::move(options));
    next_session_ += 2;
    sip::InviteReceived invite;
    invite.session = phone.session();
    invite.endpoint = phone.options().endpoint;
    invite.transport = "udp";
    invite.local = *parse_address("192.0.2.1:5060");
    invite.source = phone.own().with_port(5060);
    invite.request_user = number;
    invite.from = {.display = phone.options().name, .user = phone.options().number, .host = phone.own().host()};
    invite.headers = phone.options().headers;
    invite.call_id = "call-" + std::to_string(next_session_);
    if (!phone.options().late_offer) {
        invite.media = phone.media();
    }
    tell(invite);
    return phone;
}

void CallBench::ring(BenchPhone& callee)
{
    tell(sip::Progressed{.session = callee.session(), .code = 180, .media = {}, .headers = {}});
}

void CallBench::early_media(BenchPhone& callee)
{
    callee.speak_to(callee.invite.media, now_);
    tell(sip::Progressed{.session = callee.session(), .code = 183, .media = callee.media(), .headers = {}});
}

void CallBench::answer(BenchPhone& callee, double hz)
{
    callee.say(hz);
    callee.answered = true;
    callee.rings_until = kNever;
    callee.speak_to(callee.invite.media, now_);
    tell(sip::Answered{.session = callee.session(), .media = callee.media(), .remote = {}, .headers = {}});
}

void CallBench::refuse(BenchPhone& callee, int code, int cause)
{
    end(callee, code, cause);
}

void CallBench::hang_up(BenchPhone& phone)
{
    end(phone, 0, 16);
}

void CallBench::reoffer(BenchPhone& phone, codecs::CodecId codec)
{
    phone.use(codec);
    offer(phone);
}

void CallBench::hold(BenchPhone& phone, bool held)
{
    phone.held = held;
    offer(phone);
}

void CallBench::renew_key(BenchPhone& phone)
{
    phone.renew_key();
    offer(phone);
}

void CallBench::restart_ice(BenchPhone& phone)
{
    phone.restart_ice();
    offer(phone);
}

void CallBench::offer(BenchPhone& phone)
{
    if (!phone.ended) {
        ++phone.offers_open;
        tell(sip::OfferReceived{.session = phone.session(), .media = phone.media()});
    }
}

void CallBench::offer_fax(BenchPhone& phone)
{
    ++phone.offers_open;
    tell(sip::OfferReceived{.session = phone.session(), .media = phone.fax_media()});
}

void CallBench::withdraw_offer(BenchPhone& phone)
{
    phone.withdrawn += std::exchange(phone.offers_open, 0);
    tell(sip::OfferAnswered{.session = phone.session(), .media = std::nullopt});
    send_queued(phone);
}

void CallBench::ask_for_offer(BenchPhone& phone)
{
    phone.asked = true;
    ++phone.offers_open;
    tell(sip::OfferReceived{.session = phone.session(), .media = std::nullopt});
}

void CallBench::cancel(BenchPhone& caller)
{
    end(caller, 487, 16);
}

void CallBench::end(BenchPhone& phone, int code, int cause)
{
    if (!phone.ended) {
        phone.ended = true;
        phone.rings_until = kNever;
        tell(sip::SessionEnded{.session = phone.session(), .code = code, .cause = cause, .reason = {}, .headers = {}});
    }
}

/// An event of the sip thread is under way for a while, and waits where control stands still; none overtakes another.
void CallBench::tell(const sip::SipEvent& event)
{
    const Nanos takes = lag();
    if (events_.empty() && takes == 0ns && !stalled()) {
        return deliver(event);
    }
    const Nanos newest = events_.empty() ? now_ : events_.back().due;
    events_.push_back({.due = std::max(newest, now_ + takes), .what = event});
}

void CallBench::deliver_events()
{
    while (!events_.empty() && events_.front().due <= now_) {
        const sip::SipEvent event = std::move(events_.front().what);
        events_.pop_front();
        deliver(event);
    }
}

void CallBench::deliver(const sip::SipEvent& event)
{
    engine_->on(event, now_);
    collect_actions();
    if (const auto* ended = std::get_if<sip::SessionEnded>(&event)) {
        forgotten_.insert(ended->session);
    }
    on_actions();
}

Nanos CallBench::lag()
{
    return faults_.sip_lag == 0ns ? 0ns : Nanos{rng_.below(static_cast<std::uint64_t>(faults_.sip_lag.count()))};
}

BenchPhone* CallBench::phone_of(sip::SessionId session)
{
    const auto found = by_session_.find(session);
    return found == by_session_.end() ? nullptr : found->second;
}

void CallBench::wrong(sip::SessionId session, const std::string& what)
{
    wrongs_.push_back("session " + std::to_string(static_cast<std::uint64_t>(session)) + ": " + what);
}

/// Takes what the engine has posted. Of sessions it knows to be over, it must not speak any more.
void CallBench::collect_actions()
{
    for (; !world_.actions.empty(); world_.actions.pop_front()) {
        sip::SipAction& action = world_.actions.front();
        std::visit(
            [this](const auto& body) {
                if constexpr (requires { body.session; }) {
                    if (forgotten_.contains(body.session)) {
                        wrong(body.session, "an action after its end");
                    }
                }
            },
            action);
        const Nanos newest = actions_.empty() ? now_ : actions_.back().due;
        actions_.push_back({.due = std::max(newest, now_ + lag()), .what = std::move(action)});
    }
}

/// What the session layer and the far side make of the node's actions. Their events may lead to further actions.
void CallBench::on_actions()
{
    collect_actions();
    while (!actions_.empty() && actions_.front().due <= now_) {
        const sip::SipAction action = std::move(actions_.front().what);
        actions_.pop_front();
        on(action);
        collect_actions();
    }
}

void CallBench::on(const sip::SipAction& action)
{
    if (const auto* place = std::get_if<sip::PlaceCall>(&action)) {
        on(*place);
    } else if (const auto* progress = std::get_if<sip::SendProgress>(&action)) {
        on(*progress);
    } else if (const auto* answer = std::get_if<sip::SendAnswer>(&action)) {
        on(*answer);
    } else if (const auto* accept = std::get_if<sip::AcceptOffer>(&action)) {
        on(*accept);
    } else if (const auto* reject = std::get_if<sip::RejectOffer>(&action)) {
        if (BenchPhone* phone = phone_of(reject->session)) {
            ++phone->refusals;
        }
        on(sip::AcceptOffer{.session = reject->session, .media = {}});
    } else if (const auto* reoffer = std::get_if<sip::Reoffer>(&action)) {
        on(*reoffer);
    } else if (const auto* ended = std::get_if<sip::EndSession>(&action)) {
        on(*ended);
    }
}

void CallBench::on(const sip::PlaceCall& place)
{
    if (phone_of(place.session) != nullptr) {
        return wrong(place.session, "placed twice");
    }
    BenchPhone& callee = add_phone(place.session, callee_options);
    callee.invite = place;
    callee.rings_until = place.timeout > 0s ? now_ + place.timeout : kNever;
    callees_.push_back(&callee);
}

void CallBench::on(const sip::SendProgress& progress)
{
    BenchPhone* phone = phone_of(progress.session);
    if (phone == nullptr || phone->ended) {
        return;
    }
    if (phone->answered) {
        wrong(progress.session, "progress after the answer");
    }
    phone->codes.push_back(progress.code);
    if (progress.media) {
        phone->speak_as(*progress.media);
        phone->speak_to(*progress.media, now_);
    }
}

void CallBench::on(const sip::SendAnswer& answer)
{
    BenchPhone* phone = phone_of(answer.session);
    if (phone == nullptr || phone->ended) {
        return;
    }
    if (phone->answered) {
        wrong(answer.session, "answered twice");
    }
    phone->codes.push_back(200);
    phone->answered = true;
    phone->speak_as(answer.media);
    phone->speak_to(answer.media, now_);
    tell(sip::Acknowledged{.session = phone->session(),
                           .media = phone->options().late_offer ? std::optional{phone->media()} : std::nullopt});
}

void CallBench::on(const sip::AcceptOffer& accept)
{
    BenchPhone* phone = phone_of(accept.session);
    if (phone == nullptr || phone->ended) {
        return;
    }
    if (phone->offers_open == 0 && phone->withdrawn > 0) {
        --phone->withdrawn;
        return;
    }
    if (phone->offers_open-- == 0) {
        wrong(accept.session, "an answer to no offer");
    }
    if (accept.media.rtp) {
        phone->speak_to(accept.media, now_);
        phone->fax_with(accept.media.fax);
    }
    if (std::exchange(phone->asked, false)) {
        tell(sip::Acknowledged{.session = phone->session(), .media = phone->media()});
    }
    send_queued(*phone);
}

void CallBench::send_queued(BenchPhone& phone)
{
    if (auto queued = std::exchange(phone.queued, std::nullopt)) {
        on(sip::Reoffer{.session = phone.session(), .media = std::move(*queued)});
    }
}

/// A phone that takes no fax, or has none of the codecs, refuses with 488.
void CallBench::on(const sip::Reoffer& reoffer)
{
    BenchPhone* phone = phone_of(reoffer.session);
    if (phone == nullptr || phone->ended) {
        return;
    }
    if (phone->offers_open > 0) {
        phone->queued = reoffer.media;
        return;
    }
    phone->offers.push_back(reoffer.media);
    const bool refused = reoffer.media.fax ? !phone->options().fax : !phone->take_codec(reoffer.media);
    if (!refused) {
        phone->fax_with(reoffer.media.fax);
    }
    auto media = reoffer.media.fax ? phone->fax_media() : phone->media();
    if (reoffer.media.direction == sip::Direction::SendOnly) {
        media.direction = phone->held ? sip::Direction::Inactive : sip::Direction::SendOnly;
    }
    tell(sip::OfferAnswered{.session = phone->session(), .media = refused ? std::nullopt : std::optional{media}});
}

void CallBench::on(const sip::EndSession& ended)
{
    BenchPhone* phone = phone_of(ended.session);
    if (phone == nullptr || phone->ended) {
        return;
    }
    phone->hung_up_by_node = true;
    phone->cause = ended.cause;
    if (!phone->answered && ended.code != 0) {
        phone->codes.push_back(ended.code);
    }
    end(*phone, phone->answered ? 0 : 487, ended.cause);
}

}  // namespace rb::test
