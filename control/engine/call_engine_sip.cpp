// What the sip thread reports, and the calls that go out.
#include "control/engine/call.h"
#include "control/engine/call_engine.h"
#include "control/engine/negotiation.h"
#include "control/engine/passed_codecs.h"
#include "control/engine/srtp_keys.h"
#include "signaling/supplements/diversion.h"

#include <algorithm>

namespace rb::engine {
namespace {

/// The contact's URI with another user part: sip:127.0.0.1:6060 and 91234 make sip:91234@127.0.0.1:6060.
std::string with_user(const std::string& uri, const std::string& user)
{
    if (user.empty()) {
        return uri;
    }
    const auto scheme = uri.find(':') + 1;
    const auto at = uri.find('@');
    const auto host = at == std::string::npos ? scheme : at + 1;
    return uri.substr(0, scheme) + user + "@" + uri.substr(host);
}

/// Whether members of some room have come by this number. The plan alone knows where a call will go, and often only
/// once it has been answered: who dials what they dialled is taken to go where they went.
bool leads_to_room(CallEngine& engine, const std::string& context, const std::string& exten)
{
    return std::ranges::any_of(engine.rooms().all(), [&](const auto& entry) {
        return std::ranges::any_of(entry.second.members, [&](const Member& member) {
            const Channel* channel = engine.channels().find(member.channel);
            return channel != nullptr && channel->incoming && channel->dialled == exten &&
                   channel->endpoint.context == context;
        });
    });
}

}  // namespace

void CallEngine::on(const sip::SipEvent& event, Nanos now)
{
    now_ = now;
    retired_.clear();
    std::visit([this](const auto& body) { on(body); }, event);
}

void CallEngine::on(const sip::InviteReceived& invite)
{
    const auto& endpoints = configuration_.snapshot->endpoints;
    const auto endpoint = endpoints.find(invite.endpoint);
    if (endpoint == endpoints.end()) {
        return refuse(invite, 403);  // removed by a reload while the call was on its way
    }
    const codecs::CodecId codec = likely_codec(invite.media, endpoint->second);
    const std::string exten = invite.request_user.empty() ? "s" : invite.request_user;
    const bool to_room = draining_ && configuration_.snapshot->node.limits.drain_rooms &&
                         leads_to_room(*this, endpoint->second.context, exten);
    if (const Refusal refusal = admit(codec, to_room); refusal != Refusal::None) {
        ++counters_.refused[static_cast<std::size_t>(refusal)];
        environment_.log(1, "call from " + invite.source.to_string() + " refused: " + std::string{to_string(refusal)});
        return refuse(invite, 503);
    }
    const bool exists = configuration_.plan->exists(
        {.context = endpoint->second.context, .exten = exten, .caller_id = invite.from.user});
    if (!exists) {
        return refuse(invite, 404);
    }
    Channel& channel = make_channel(endpoint->second);
    admission_.admitted(channel.media.worker, codec);
    channel.session = invite.session;
    sessions_[static_cast<std::uint64_t>(invite.session)] = channel.ref;
    channel.call_id = invite.call_id;
    const config::CallerId& own = endpoint->second.callerid;
    const bool given = own.name.empty() && own.number.empty();
    channel.caller_name = given ? invite.from.display : own.name;
    channel.caller_number = given ? invite.from.user : own.number;
    channel.dialled = exten;
    channel.far_address = invite.source.to_string();
    channel.transport = invite.transport;
    channel.source = invite.source;
    channel.local = invite.local;
    channel.received_headers = HeaderLines{invite.headers};
    channel.diverted =
        sip::read_diversion(channel.received_headers.find("Diversion", 1).value_or("")).value_or(sip::Diversion{});
    channel.offer_came = invite.media.has_value();
    channel.reliable_progress = invite.reliable;
    channel.media.agreed = invite.media;
    channel.plan.emplace(configuration_.plan, dialplan::Cursor{endpoint->second.context, exten, 1});
    reports_.created(channel);
    log(2, channel, "call from " + channel.caller_number + " at " + channel.far_address + " to " + exten);
    apply_set_var(channel);
    run_plan(channel);
}

void CallEngine::set_state(Channel& channel, ChannelState state)
{
    if (std::exchange(channel.state, state) != state) {
        reports_.state_changed(channel);
    }
}

void CallEngine::refuse(const sip::InviteReceived& invite, int code)
{
    environment_.post(sip::EndSession{.session = invite.session,
                                      .code = code,
                                      .cause = code == 404   ? 1
                                               : code == 403 ? 21
                                                             : 42,
                                      .retry_after_s = code == 503 ? retry_after_s() : 0});
}

void CallEngine::on(const sip::Progressed& progressed)
{
    Channel* channel = channel_of(progressed.session);
    if (channel == nullptr) {
        return;
    }
    channel->received_headers = HeaderLines{progressed.headers};
    set_state(*channel, ChannelState::Ringing);
    if (progressed.media && !channel->media.adopted && adopt_leg(*channel, *progressed.media)) {
        return tell_parent(*channel, CalleeNews::EarlyMedia);
    }
    if (progressed.code == 180) {
        tell_parent(*channel, CalleeNews::Ringing);
    }
}

void CallEngine::on(const sip::Answered& answered)
{
    Channel* channel = channel_of(answered.session);
    if (channel == nullptr) {
        return;
    }
    channel->received_headers = HeaderLines{answered.headers};
    channel->answered_at = now_;
    set_state(*channel, ChannelState::Up);
    if (answered.media) {
        if (channel->media.adopted) {
            change_media(*channel, *answered.media, false);
        } else if (!adopt_leg(*channel, *answered.media)) {
            return hang_up(*channel, 58);
        }
    }
    reports_.note_hold(*channel);
    tell_parent(*channel, CalleeNews::Answered);
}

void CallEngine::on(const sip::Acknowledged& acknowledged)
{
    Channel* channel = channel_of(acknowledged.session);
    if (channel == nullptr || !acknowledged.media) {
        return;
    }
    if (channel->media.adopted) {
        change_media(*channel, *acknowledged.media, false);
    } else if (!adopt_leg(*channel, *acknowledged.media)) {
        return hang_up(*channel, 58);
    }
    tell_of_media(*channel);
}

void CallEngine::tell_of_media(Channel& channel)
{
    reports_.note_hold(channel);
    if (channel.application != nullptr) {
        Call call{*this, channel};
        channel.application->on_media(call);
    }
    Channel* parent = channels_.find(parent_of(channel.ref));
    if (parent != nullptr && parent->application != nullptr) {
        Call call{*this, *parent};
        parent->application->on_media(call);
    }
}

void CallEngine::on(const sip::OfferReceived& offer)
{
    Channel* channel = channel_of(offer.session);
    if (channel == nullptr) {
        return;
    }
    if (!channel->media.leg) {
        environment_.post(sip::RejectOffer{.session = offer.session, .code = 488});
        return;
    }
    if (offer.media && offer.media->fax) {
        return take_fax_offer(*channel, *offer.media);
    }
    if (offer.media) {
        sip::NegotiatedMedia media = *offer.media;
        stay_followed(*channel, media);
        change_media(*channel, media, true);
    } else {
        offer_again(channel->media, environment_);
    }
    accept_offer(*channel, channel->media.local);
    if (offer.media) {
        tell_of_media(*channel);
    }
}

void CallEngine::on(const sip::OfferAnswered& answered)
{
    Channel* channel = channel_of(answered.session);
    if (channel == nullptr) {
        return;
    }
    const bool awaited = std::exchange(channel->media.audio_awaited, false);
    if (channel->media.fax) {
        return take_fax_answer(*channel, answered.media);
    }
    if (answered.media) {
        change_media(*channel, *answered.media, false);
    }
    if (awaited) {
        resume_sound(*channel);
    }
    if (answered.media) {
        tell_of_media(*channel);
    }
}

/// By way of the worker, which knows whether the key came in another way as well, and who else is to have it.
void CallEngine::on(const sip::KeyReceived& key)
{
    Channel* channel = channel_of(key.session);
    if (channel == nullptr || channel->endpoint.dtmf_mode == config::DtmfMode::None) {
        return;
    }
    if (channel->media.adopted) {
        command(*channel, command::ReceiveKey{.leg = channel->media.leg, .digit = key.digit, .held = key.held});
    } else {
        take_key(*channel, key.digit, key.held);
    }
}

void CallEngine::on(const sip::SessionEnded& ended)
{
    Channel* channel = channel_of(ended.session);
    if (channel == nullptr) {
        return;
    }
    if (!channel->hanging_up) {
        channel->cause = ended.cause;
    }
    channel->hanging_up = true;
    channel->received_headers = HeaderLines{ended.headers};
    release(*channel);
}

bool CallEngine::answer(Channel& channel)
{
    if (channel.answer_sent || !channel.incoming) {
        return channel.media.leg.operator bool();
    }
    if (!open_media(channel)) {
        ++counters_.ports_exhausted;
        log(1, channel, "no media port or worker is free: cleared");
        channel.hanging_up = true;
        channel.cause = 34;
        environment_.post(sip::EndSession{.session = channel.session, .code = 503, .cause = 34, .retry_after_s = 5});
        return false;
    }
    channel.answer_sent = true;
    channel.answered_at = now_;
    set_state(channel, ChannelState::Up);
    ++counters_.answered;
    environment_.post(
        sip::SendAnswer{.session = channel.session, .media = channel.media.local, .headers = channel.headers_to_send});
    channel.headers_to_send.clear();
    return true;
}

void CallEngine::ring(Channel& channel)
{
    if (channel.incoming && !channel.answer_sent) {
        environment_.post(sip::SendProgress{.session = channel.session, .code = 180});
    }
}

bool CallEngine::progress(Channel& channel)
{
    if (!channel.incoming || channel.answer_sent || channel.early_media_sent) {
        return channel.media.leg.operator bool();
    }
    // Without an offer there is nothing to answer yet, and an offer of ours needs a reliable response: else the caller
    // hears us after the ACK.
    if ((!channel.offer_came && !channel.reliable_progress) || !open_media(channel)) {
        return false;
    }
    channel.early_media_sent = true;
    environment_.post(sip::SendProgress{.session = channel.session, .code = 183, .media = channel.media.local});
    return true;
}

Result<ChannelRef> CallEngine::call(const Outgoing& outgoing)
{
    const config::Snapshot& snapshot = *configuration_.snapshot;
    const auto endpoint = snapshot.endpoints.find(outgoing.endpoint);
    if (endpoint == snapshot.endpoints.end()) {
        return failure("no endpoint " + outgoing.endpoint + " in pjsip.conf");
    }
    const Codecs offered = codecs_to_offer(endpoint->second, channels_.find(outgoing.parent));
    if (offered.empty()) {
        return failure("it has no codec in common with the caller, and there is to be no transcoding");
    }
    // A call under way may go on to somebody while the node drains, but not beyond what it can carry.
    const codecs::CodecId codec = offered.front();
    if (const Refusal refusal = admit(codec); refusal != Refusal::None && refusal != Refusal::Draining) {
        ++counters_.refused[static_cast<std::size_t>(refusal)];
        return failure(std::string{to_string(refusal)});
    }
    std::string contact = outgoing.uri;
    if (!contact.empty() && !contact.starts_with("sip:")) {
        return failure("'" + contact + "' is not a SIP URI");
    }
    for (const std::string& name : endpoint->second.aors) {
        const auto aor = snapshot.aors.find(name);
        if (contact.empty() && aor != snapshot.aors.end() && !aor->second.contact.empty()) {
            contact = aor->second.contact.front();
        }
    }
    if (contact.empty()) {
        return failure("endpoint " + outgoing.endpoint + " has no contact; set contact in its aor");
    }
    const auto& proxies = endpoint->second.outbound_proxy;
    const auto local =
        environment_.local_address(proxies.empty() ? contact : proxies.front(), endpoint->second.transport);
    if (!local) {
        return tl::unexpected(local.error());
    }
    Channel& channel = make_channel(endpoint->second);
    channel.incoming = false;
    channel.state = ChannelState::Down;
    channel.dialled = outgoing.user;
    channel.caller_name = outgoing.caller_name;
    channel.caller_number = outgoing.caller_number;
    channel.diverted = outgoing.diverted;
    channel.local = local->local;
    channel.source = local->far;
    channel.transport = local->transport;
    channel.far_address = contact;
    channel.media.worker = outgoing.worker;
    admission_.admitted(outgoing.worker, codec);
    channel.session = sip::SessionId{next_session_};
    next_session_ += 2;
    apply_set_var(channel);
    if (!reserve_media(channel)) {
        ++counters_.ports_exhausted;
        environment_.channel_ended(0ns);
        channels_.erase(channel.ref);
        return failure("no media port or worker is free");
    }
    channel.media.local.capabilities.formats = formats_of(offered, endpoint->second, snapshot);
    const Channel* caller = channels_.find(outgoing.parent);
    if (caller != nullptr && !narrow_offer(channel.media.local.capabilities, *caller)) {
        close_media(channel);
        environment_.channel_ended(0ns);
        channels_.erase(channel.ref);
        return failure("no codec of endpoint " + outgoing.endpoint + " can be translated from one of the caller's");
    }
    sessions_[static_cast<std::uint64_t>(channel.session)] = channel.ref;
    parents_[channel.ref.bits()] = outgoing.parent;
    reports_.created(channel);
    environment_.post(
        sip::PlaceCall{.session = channel.session,
                       .endpoint = outgoing.endpoint,
                       .target = with_user(contact, outgoing.user),
                       .from = {.display = outgoing.caller_name, .user = outgoing.caller_number, .host = {}},
                       .diverted = endpoint->second.send_diversion ? channel.diverted : sip::Diversion{},
                       .media = channel.media.local,
                       .timeout = outgoing.timeout,
                       .headers = {}});
    log(2, channel, "call to " + with_user(contact, outgoing.user));
    return channel.ref;
}

}  // namespace rb::engine
