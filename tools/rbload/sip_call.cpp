#include "tools/rbload/sip_call.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace rb::load {
namespace {

// RFC 3261 §17, table 4.
constexpr Nanos kT1 = 500ms;
constexpr Nanos kT2 = 4s;
constexpr Nanos kGiveUp = 64 * kT1;
/// A ringing phone may take its time.
constexpr Nanos kRingMax = 180s;
/// How long repeated messages of an ended call are still answered.
constexpr Nanos kLinger = 4s;

unsigned number_of(std::string_view cseq)
{
    unsigned number = 0;
    std::from_chars(cseq.data(), cseq.data() + cseq.size(), number);
    return number;
}

}  // namespace

void SipCall::place(const std::string& uri, const MediaDescription& offer, Nanos now, SipOutbox& out)
{
    local_ = "<sip:rbload@" + plan_.local.to_string() + ">;tag=" + plan_.tag;
    remote_ = "<" + uri + ">";
    target_ = uri;
    sdp_ = write_sdp(offer);
    placed_at_ = now;
    invite_cseq_ = ++cseq_;
    state_ = State::Calling;
    send_reliably(request("INVITE", target_, invite_cseq_, sdp_), now, out);
}

void SipCall::answer(const MediaDescription& media, Nanos now, SipOutbox& out)
{
    const auto invite = parse_sip(invite_);
    if (state_ != State::Arrived || !invite) {
        return;
    }
    sdp_ = write_sdp(media);
    state_ = State::Accepted;
    send_reliably(reply_to(*invite, {.to_tag = plan_.tag, .contact = contact(), .sdp = sdp_}), now, out);
}

void SipCall::hang_up(Nanos now, SipOutbox& out)
{
    if (state_ == State::Up || state_ == State::Accepted) {
        state_ = State::Ending;
        send_reliably(request("BYE", target_, ++cseq_, {}), now, out);
    }
}

CallChange SipCall::on_message(const SipMessage& message, std::string_view datagram, Nanos now, SipOutbox& out)
{
    if (message.is_request()) {
        return on_request(message, datagram, now, out);
    }
    if (message.method == "INVITE") {
        return on_invite_response(message, now, out);
    }
    if (message.method == "BYE" && message.status >= 200 && state_ == State::Ending) {
        end(now);
        return CallChange::Ended;
    }
    return CallChange::None;
}

CallChange SipCall::on_timer(Nanos now, SipOutbox& out)
{
    if (state_ == State::Over) {
        timer_at_ = kNever;
        return CallChange::Forgotten;
    }
    if (now >= give_up_at_) {
        end(now);
        return CallChange::TimedOut;
    }
    if (state_ == State::Proceeding) {
        timer_at_ = give_up_at_;
        return CallChange::None;
    }
    ++retransmissions_;
    out.push_back({.to = plan_.peer, .text = last_});
    interval_ = state_ == State::Calling ? interval_ * 2 : std::min(interval_ * 2, kT2);
    timer_at_ = std::min(now + interval_, give_up_at_);
    return CallChange::None;
}

CallChange SipCall::on_request(const SipMessage& request, std::string_view datagram, Nanos now, SipOutbox& out)
{
    if (request.method == "INVITE") {
        return on_invite(request, datagram, out);
    }
    if (request.method == "ACK") {
        if (state_ == State::Accepted) {
            state_ = State::Up;
            timer_at_ = kNever;
            if (!remote_media_) {
                take_media(request.body);
                return CallChange::MediaChanged;
            }
        }
        return CallChange::None;
    }
    const bool with_media = request.method == "UPDATE" && !request.body.empty();
    out.push_back({.to = plan_.peer,
                   .text = reply_to(request, {.to_tag = plan_.tag,
                                              .contact = contact(),
                                              .sdp = with_media ? std::string_view{sdp_} : std::string_view{}})});
    if (with_media) {
        take_media(request.body);
        return CallChange::MediaChanged;
    }
    if (request.method == "BYE" && state_ != State::Over) {
        const bool crossed = state_ == State::Ending;  // both hung up at once
        end(now);
        return crossed ? CallChange::Ended : CallChange::EndedByPeer;
    }
    return CallChange::None;
}

CallChange SipCall::on_invite(const SipMessage& request, std::string_view datagram, SipOutbox& out)
{
    if (state_ == State::Idle) {
        state_ = State::Arrived;
        invite_ = datagram;
        number_ = user_in(request.uri);
        local_ = std::string{request.to} + ";tag=" + plan_.tag;
        remote_ = request.from;
        target_ = uri_in(request.contact);
        for (const auto route : request.record_routes) {
            routes_.append("Route: ").append(route).append("\r\n");
        }
        take_media(request.body);
        return CallChange::Incoming;
    }
    if (state_ == State::Accepted) {  // our 200 was lost
        ++retransmissions_;
        out.push_back({.to = plan_.peer, .text = last_});
        return CallChange::None;
    }
    if (state_ == State::Up) {
        out.push_back({.to = plan_.peer, .text = reply_to(request, {.contact = contact(), .sdp = sdp_})});
        take_media(request.body);
        return CallChange::MediaChanged;
    }
    return CallChange::None;
}

CallChange SipCall::on_invite_response(const SipMessage& response, Nanos now, SipOutbox& out)
{
    if (number_of(response.cseq) != invite_cseq_) {
        return CallChange::None;
    }
    if (response.status < 200) {
        const bool ringing = response.status == 180 || response.status == 183;
        if (state_ == State::Calling) {
            give_up_at_ = now + kRingMax;
            timer_at_ = give_up_at_;
            state_ = State::Proceeding;
        }
        return state_ == State::Proceeding && ringing ? CallChange::Ringing : CallChange::None;
    }
    if (response.status < 300) {
        return on_final_success(response, out);
    }
    // RFC 3261 §17.1.1.3: this ACK belongs to the INVITE's transaction, hence its branch and the response's To.
    std::string ack = request("ACK", target_, invite_cseq_, {});
    if (const auto at = ack.find("To: " + remote_); at != std::string::npos) {
        ack.replace(at, 4 + remote_.size(), "To: " + std::string{response.to});
    }
    out.push_back({.to = plan_.peer, .text = std::move(ack)});
    if (state_ != State::Calling && state_ != State::Proceeding) {
        return CallChange::None;
    }
    status_ = response.status;
    end(now);
    return CallChange::Refused;
}

CallChange SipCall::on_final_success(const SipMessage& response, SipOutbox& out)
{
    const bool first = state_ == State::Calling || state_ == State::Proceeding;
    if (first) {
        status_ = response.status;
        remote_ = response.to;
        if (const auto uri = uri_in(response.contact); !uri.empty()) {
            target_ = uri;
        }
        for (auto route = response.record_routes.rbegin(); route != response.record_routes.rend(); ++route) {
            routes_.append("Route: ").append(*route).append("\r\n");
        }
        take_media(response.body);
        state_ = State::Up;
        timer_at_ = kNever;
    } else {
        ++retransmissions_;  // our ACK was lost
    }
    out.push_back({.to = plan_.peer, .text = request("ACK", target_, invite_cseq_, {})});
    return first ? CallChange::Answered : CallChange::None;
}

void SipCall::take_media(std::string_view sdp)
{
    if (const auto media = read_sdp(sdp)) {
        remote_media_ = media;
    }
}

std::string SipCall::request(std::string_view method, std::string_view uri, unsigned cseq, std::string_view sdp) const
{
    const std::string number = std::to_string(cseq);
    std::string text;
    text.reserve(1024);
    text.append(method).append(" ").append(uri).append(" SIP/2.0\r\nVia: SIP/2.0/UDP ");
    text.append(plan_.local.to_string()).append(";rport;branch=z9hG4bK").append(plan_.tag).append("-").append(number);
    // The ACK of a 2xx is a transaction of its own; that of a refusal is not (RFC 3261 §17.1.1.3).
    text.append(method == "ACK" && state_ == State::Up ? "-ack\r\n" : "\r\n");
    text.append("Max-Forwards: 70\r\n").append(routes_);
    text.append("From: ").append(local_).append("\r\nTo: ").append(remote_);
    text.append("\r\nCall-ID: ").append(plan_.call_id).append("\r\nCSeq: ").append(number).append(" ").append(method);
    text.append("\r\nContact: <").append(contact()).append(">\r\n");
    finish_message(text, sdp);
    return text;
}

std::string SipCall::contact() const
{
    return "sip:rbload@" + plan_.local.to_string();
}

void SipCall::send_reliably(std::string text, Nanos now, SipOutbox& out)
{
    last_ = std::move(text);
    out.push_back({.to = plan_.peer, .text = last_});
    interval_ = kT1;
    timer_at_ = now + interval_;
    give_up_at_ = now + kGiveUp;
}

void SipCall::end(Nanos now)
{
    state_ = State::Over;
    timer_at_ = now + kLinger;
}

}  // namespace rb::load
