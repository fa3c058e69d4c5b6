#include "signaling/session_layer.h"

#include "dataplane/base/clock.h"
#include "signaling/received.h"
#include "signaling/request_rules.h"
#include "signaling/text.h"

#include <algorithm>
#include <random>
#include <type_traits>
#include <utility>

namespace rb::sip {
namespace {

/// The address a URI names, none where it holds a host name; nothing where it is no SIP URI.
std::optional<Address> address_of_uri(const std::string& uri)
{
    const bool one_token = std::none_of(uri.begin(), uri.end(), [](char letter) {
        return static_cast<unsigned char>(letter) <= ' ' || letter == '<' || letter == '>' || letter == '"';
    });
    if (!one_token) {
        return std::nullopt;
    }
    const Home home = make_home();
    const url_t* url = url_make(home.get(), uri.c_str());
    if (url == nullptr || (url->url_type != url_sip && url->url_type != url_sips) || url->url_host == nullptr) {
        return std::nullopt;
    }
    return parse_address(url->url_host).value_or(Address{});
}

/// Whether each Contact that names a literal address may name it.
bool contacts_allowed(const EndpointSettings* endpoint, const sip_contact_t* contacts)
{
    for (; endpoint != nullptr && endpoint->contact_acl && contacts != nullptr; contacts = contacts->m_next) {
        const char* const host = contacts->m_url->url_host;
        const auto address = host == nullptr ? std::nullopt : std::optional{parse_address(host)};
        if (address && *address && !endpoint->contact_acl(**address)) {
            return false;
        }
    }
    return true;
}

/// Whose address the access lists judge. What reaches a loopback address comes from this host, by whichever of the
/// host's addresses a phone on it has bound.
const Address& judged(const Listener& listener, const Address& source)
{
    return listener.address.is_loopback() ? listener.address : source;
}

constexpr std::string_view kDigits = "0123456789abcdef";

/// Stands in for an endpoint that does not exist until the call has been refused.
const EndpointSettings kNobody{};

std::uint64_t seed()
{
    std::random_device device;
    return static_cast<std::uint64_t>(device()) << 32U | device();
}

Reply busy(unsigned retry_after_s)
{
    return {.code = 503, .headers = "Retry-After: " + std::to_string(retry_after_s) + "\r\n"};
}

}  // namespace

SessionLayer::SessionLayer(su_root_t* root, SipCounters& counters, EventSink sink,
                           std::shared_ptr<const Settings> settings)
    : root_{root},
      counters_{counters},
      sink_{std::move(sink)},
      index_{std::make_shared<const EndpointIndex>(std::move(settings))},
      rng_{seed()}
{
}

void SessionLayer::on_request(Listener& listener, msg_t* msg, sip_t* sip)
{
    counters_.add(request_counter(sip));
    if (sip_sanity_check(sip) < 0 || sip->sip_call_id == nullptr || sip->sip_cseq == nullptr) {
        counters_.add(SipCounter::BadRequest);
        msg_destroy(msg);
        return;
    }
    if (sip->sip_to->a_tag == nullptr) {
        on_new_request(listener, msg, sip);
        return;
    }
    Session* session = find_dialog(sip);
    const Reliable reliable = session != nullptr ? session->endpoint().reliable : Reliable::Yes;
    if (auto refusal = refuse_by_rule(sip, reliable)) {
        counters_.add(refusal->counter);
        refuse(listener, msg, refusal->reply);
    } else if (session != nullptr) {
        session->on_request(listener, msg, sip);
    } else if (sip->sip_request->rq_method == sip_method_ack) {
        counters_.add(SipCounter::StrayAck);
        msg_destroy(msg);
    } else {
        counters_.add(SipCounter::NoDialog);
        refuse(listener, msg, {.code = 481});
    }
}

void SessionLayer::on_new_request(Listener& listener, msg_t* msg, sip_t* sip)
{
    const Address source = source_of(msg);
    const auto from_user = text_of(sip->sip_from->a_url->url_user);
    const EndpointSettings* endpoint = index_->identify(source, from_user);
    const sip_method_t method = sip->sip_request->rq_method;
    if (endpoint != nullptr && endpoint->force_rport) {
        force_rport(msg, sip, source);
    }
    if (method == sip_method_ack) {
        counters_.add(SipCounter::StrayAck);
        msg_destroy(msg);
        return;
    }
    if (auto refusal = refuse_by_rule(sip, endpoint != nullptr ? endpoint->reliable : Reliable::Yes)) {
        counters_.add(refusal->counter);
        refuse(listener, msg, refusal->reply);
        return;
    }
    if (method != sip_method_invite && method != sip_method_options) {  // CANCEL, BYE, UPDATE, INFO … belong somewhere
        counters_.add(SipCounter::NoDialog);
        refuse(listener, msg, {.code = 481});
        return;
    }
    if (const auto refusal =
            refuse_caller(endpoint, judged(listener, source), contacts_allowed(endpoint, sip->sip_contact))) {
        refuse(listener, msg, *refusal);
        return;
    }
    const Caller caller{.listener = listener, .endpoint = endpoint, .source = source};
    if (method == sip_method_invite) {
        on_invite(caller, msg, sip);
    } else {
        on_options(caller, msg, sip);
    }
}

std::optional<Reply> SessionLayer::refuse_caller(const EndpointSettings* endpoint, const Address& source,
                                                 bool contacts_allowed)
{
    if (endpoint == nullptr) {
        counters_.add(SipCounter::Unidentified);
        return Reply{.code = 403};
    }
    if (!contacts_allowed || (endpoint->acl && !endpoint->acl(source))) {
        counters_.add(SipCounter::AclRefused);
        return Reply{.code = 403};
    }
    return std::nullopt;
}

std::optional<Reply> SessionLayer::refuse_while_draining()
{
    if (!drain_.draining) {
        return std::nullopt;
    }
    counters_.add(SipCounter::Draining);
    return busy(drain_.retry_after_s != 0 ? drain_.retry_after_s : index_->settings().retry_after_s);
}

std::optional<Reply> SessionLayer::refuse_by_load()
{
    const Settings& settings = index_->settings();
    if (sessions_.size() >= settings.sessions_max || sink_.waiting() > settings.events_waiting_max) {
        counters_.add(SipCounter::Overloaded);
        return busy(settings.retry_after_s);
    }
    return std::nullopt;
}

std::optional<Reply> SessionLayer::refuse_new(const EndpointSettings& endpoint)
{
    if (auto refusal = drain_.asks ? std::nullopt : refuse_while_draining()) {
        return refusal;
    }
    if (auto refusal = refuse_by_load()) {
        return refusal;
    }
    const auto calls = calls_.find(endpoint.name);
    if (endpoint.calls_max != 0 && calls != calls_.end() && calls->second >= endpoint.calls_max) {
        counters_.add(SipCounter::CallLimit);
        return Reply{.code = 486};
    }
    if (!take_rate_token()) {
        counters_.add(SipCounter::RateLimited);
        return busy(index_->settings().retry_after_s);
    }
    return std::nullopt;
}

bool SessionLayer::take_rate_token()
{
    const unsigned limit = index_->settings().invites_per_second_max;
    if (limit == 0) {
        return true;
    }
    const Nanos now = SteadyClock::now();
    const double elapsed_s = std::chrono::duration<double>(now - std::exchange(rate_time_, now)).count();
    rate_tokens_ = std::min<double>(limit, rate_tokens_ + elapsed_s * limit);
    if (rate_tokens_ < 1) {
        return false;
    }
    rate_tokens_ -= 1;
    return true;
}

void SessionLayer::on_invite(const Caller& caller, msg_t* msg, sip_t* sip)
{
    if (const auto refusal = refuse_new(*caller.endpoint)) {
        refuse(caller.listener, msg, *refusal);
        return;
    }
    nta_incoming_t* transaction = nta_incoming_create(caller.listener.agent.get(), nullptr, msg, sip, TAG_END());
    if (transaction == nullptr) {
        return;
    }
    const SessionId id{std::exchange(next_id_, next_id_ + 2)};
    add({.id = id,
         .listener = &caller.listener,
         .index = index_,
         .endpoint = caller.endpoint,
         .peer = caller.source,
         .local_tag = new_tag()})
        .begin_incoming(transaction, sip);
}

void SessionLayer::on_options(const Caller& caller, msg_t* msg, sip_t* sip)
{
    auto refusal = refuse_while_draining();
    if (!refusal) {
        refusal = refuse_by_load();
    }
    if (refusal) {
        refuse(caller.listener, msg, *refusal);
        return;
    }
    const std::string user = received_party(nullptr, sip->sip_request->rq_url).user;
    const auto& exists = index_->settings().extension_exists;
    if (!user.empty() && exists && !exists(*caller.endpoint, user)) {
        counters_.add(SipCounter::NoExtension);
        refuse(caller.listener, msg, {.code = 404});
        return;
    }
    refuse(caller.listener, msg,
           {.code = 200,
            .headers = "Allow: " + std::string{kAllow} + "\r\nAccept: " + kAccept +
                       "\r\nAccept-Encoding: identity\r\nSupported: " +
                       (caller.endpoint->reliable == Reliable::No ? "" : k100rel) +
                       "\r\nX-Load: " + std::to_string(load_percent_) + "\r\n"});
}

Session* SessionLayer::find_dialog(const sip_t* sip)
{
    const auto found = by_tag_.find(text_of(sip->sip_to->a_tag));
    return found != by_tag_.end() && found->second->call_id() == text_of(sip->sip_call_id->i_id) ? found->second
                                                                                                 : nullptr;
}

Session& SessionLayer::add(SessionStart start)
{
    auto session = std::make_unique<Session>(*this, std::move(start));
    Session& added = *session;
    by_tag_.emplace(added.local_tag(), &added);
    ++calls_[added.endpoint().name];
    sessions_.emplace(added.id(), std::move(session));
    counters_.set(SipCounter::SessionsActive, sessions_.size());
    return added;
}

void SessionLayer::retire(const Session& session)
{
    const auto found = sessions_.find(session.id());
    if (found == sessions_.end()) {
        return;
    }
    by_tag_.erase(session.local_tag());
    const auto calls = calls_.find(session.endpoint().name);
    if (--calls->second == 0) {
        calls_.erase(calls);
    }
    retired_.push_back(std::move(found->second));
    sessions_.erase(found);
    counters_.set(SipCounter::SessionsActive, sessions_.size());
}

void SessionLayer::sweep()
{
    retired_.clear();
}

void SessionLayer::forget_all()
{
    by_tag_.clear();
    calls_.clear();
    sessions_.clear();
    retired_.clear();
}

bool SessionLayer::end_all()
{
    std::vector<SessionId> ids;
    ids.reserve(sessions_.size());
    for (const auto& [id, session] : sessions_) {
        ids.push_back(id);
    }
    for (const SessionId id : ids) {
        handle(EndSession{.session = id, .code = 503, .cause = 38});
    }
    return !ids.empty();
}

void SessionLayer::handle(SipAction&& action)
{
    const auto act = [this](auto&& wish) {
        using Wish = std::decay_t<decltype(wish)>;
        if constexpr (std::is_same_v<Wish, PlaceCall>) {
            place(std::forward<decltype(wish)>(wish));
        } else if constexpr (std::is_same_v<Wish, SetDraining>) {
            drain_ = wish;
        } else if constexpr (std::is_same_v<Wish, TellLoad>) {
            load_percent_ = wish.percent;
        } else if constexpr (std::is_same_v<Wish, UseSettings>) {
            index_ = std::make_shared<const EndpointIndex>(std::forward<decltype(wish)>(wish).settings);
        } else if constexpr (!std::is_same_v<Wish, StopSip>) {
            const auto found = sessions_.find(wish.session);
            if (found == sessions_.end() || found->second->ended()) {
                counters_.add(SipCounter::ActionStale);
            } else {
                found->second->handle(std::forward<decltype(wish)>(wish));
            }
        }
    };
    std::visit(act, std::move(action));
}

tl::expected<NextHop, Unreachable> SessionLayer::next_hop(const EndpointSettings& endpoint,
                                                          const std::string& target) const
{
    const std::string& first = endpoint.outbound_proxy.empty() ? target : endpoint.outbound_proxy;
    const auto peer = address_of_uri(first);
    if (!peer || !address_of_uri(target)) {
        return tl::unexpected(Unreachable{416, "'" + (peer ? target : first) + "' is no SIP URI"});
    }
    Listener* listener = stack_->choose(endpoint.transport, *peer);
    if (listener == nullptr) {
        return tl::unexpected(Unreachable{503, "no transport reaches " + first});
    }
    return NextHop{.listener = listener, .peer = *peer};
}

void SessionLayer::place(PlaceCall&& call)
{
    const EndpointSettings* endpoint = index_->find(call.endpoint);
    SessionStart start{.id = call.session,
                       .listener = nullptr,
                       .index = index_,
                       .endpoint = endpoint != nullptr ? endpoint : &kNobody,
                       .local_tag = new_tag()};
    const auto hop = next_hop(*start.endpoint, call.target);
    if (hop) {
        start.listener = hop->listener;
        start.peer = hop->peer;
    }
    Session& session = add(std::move(start));
    if (endpoint == nullptr) {
        session.fail(404, "no endpoint '" + call.endpoint + "'");
    } else if (!hop) {
        session.fail(hop.error().code, hop.error().text);
    } else {
        session.begin_outgoing(std::move(call));
    }
}

std::string SessionLayer::new_tag()
{
    std::string tag(16, '0');
    std::uint64_t bits = rng_.next();
    for (char& digit : tag) {
        digit = kDigits[bits & 0x0fU];
        bits >>= 4U;
    }
    return tag;
}

void SessionLayer::refuse(const Listener& listener, msg_t* msg, const Reply& reply)
{
    reply_stateless(listener, msg, user_agent(), reply);
}

}  // namespace rb::sip
