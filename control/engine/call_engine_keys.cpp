// The keys of a channel's media: from SDP, or from a handshake between the media sockets.
#include "control/engine/call_engine.h"
#include "control/engine/ice.h"
#include "control/engine/srtp_keys.h"

#include <utility>

namespace rb::engine {
namespace {

sip::FingerprintHash own_hash(const config::Endpoint& endpoint)
{
    return endpoint.dtls_fingerprint == config::DtlsFingerprint::Sha1 ? sip::FingerprintHash::Sha1
                                                                      : sip::FingerprintHash::Sha256;
}

/// Whether our next SDP has to name our certificate.
bool needs_certificate(const ChannelMedia& media)
{
    if (media.agreed) {
        return media.agreed->dtls.has_value();
    }
    const sip::MediaCapabilities& own = media.local.capabilities;
    return own.security != sip::MediaSecurity::None && !own.keying.empty() &&
           own.keying.front() == sip::MediaKeying::Dtls;
}

}  // namespace

/// What our first SDP needs; false when there is no certificate for it.
bool CallEngine::make_own_keys(Channel& channel)
{
    ChannelMedia& media = channel.media;
    if (!media.agreed) {
        media.local.srtp_keys = keys_to_offer(media.local.capabilities, environment_);
    }
    if (!needs_certificate(media)) {
        return true;
    }
    auto context = environment_.dtls_context(channel.endpoint);
    if (!context) {
        log(0, channel, context.error().message);
        return false;
    }
    media.dtls_context = std::move(*context);
    media.local.fingerprint = media.dtls_context->certificate().fingerprint(own_hash(channel.endpoint));
    return true;
}

/// Gives the plan what protects its packets, and by what the peer's checks are known.
bool CallEngine::secure(Channel& channel, const sip::NegotiatedMedia& agreed, media::MediaPlan& plan, bool answering)
{
    if (answering) {
        settle_own_ice(channel.media, agreed, environment_);
    }
    plan.ice = ice_for(channel.media, agreed);
    if (agreed.dtls) {
        return secure_by_dtls(channel, agreed, plan);
    }
    end_dtls(channel);
    channel.media.local.fingerprint.reset();
    settle_own_key(channel.media, agreed, answering, environment_);
    auto protection = protection_for(channel.media, agreed, channel.media.ssrc);
    if (!protection) {
        log(0, channel, protection.error().message);
        return false;
    }
    plan.protection = std::move(*protection);
    return true;
}

/// The association there is goes on while SDP says the same of it; else there will be another, and until it has yielded
/// keys nothing is sent or heard (RFC 8842 §5).
bool CallEngine::secure_by_dtls(Channel& channel, const sip::NegotiatedMedia& agreed, media::MediaPlan& plan)
{
    ChannelMedia& media = channel.media;
    if (media.dtls && media.dtls->agreement == *agreed.dtls) {
        plan.protection = media::Protection{{}};
        return true;
    }
    end_dtls(channel);
    if (!media.local.fingerprint) {  // a re-INVITE has changed over to DTLS
        const auto before = std::exchange(media.agreed, agreed);
        if (!make_own_keys(channel)) {
            media.agreed = before;
            return false;
        }
    }
    media.keys.reset();
    media.local.srtp_keys.clear();
    plan.protection = media::Protection::awaiting_keys();
    media.dtls = ChannelDtls{.id = new_serial(), .agreement = *agreed.dtls};
    handshakes_[media.dtls->id] = channel.ref;
    environment_.begin_handshake(
        {.id = media.dtls->id,
         .context = media.dtls_context,
         .terms = {.association = {.client = agreed.dtls->client, .fingerprints = agreed.dtls->fingerprints},
                   .peer = agreed.remote_rtp,
                   .renew_after = channel.endpoint.dtls_rekey}});
    return true;
}

void CallEngine::end_dtls(Channel& channel)
{
    if (channel.media.dtls) {
        environment_.end_handshake(channel.media.dtls->id);
        channel.media.dtls.reset();
    }
}

void CallEngine::on(const HandshakeNews& news, Nanos now)
{
    now_ = now;
    retired_.clear();
    const auto found = handshakes_.find(news.id);
    RB_ASSERT(found != handshakes_.end());
    Channel* channel = channels_.find(found->second);
    if (news.over) {
        handshakes_.erase(found);
    }
    if (channel != nullptr) {
        take_news(*channel, news);
    }
}

/// Of a handshake that another has replaced only its goodbye counts.
void CallEngine::take_news(Channel& channel, const HandshakeNews& news)
{
    const ChannelMedia& media = channel.media;
    if (!media.leg) {
        return;
    }
    for (const auto& [to, datagram] : news.outcome.datagrams) {
        const bool under_way = media.adopted && !media.migrating &&
                               workers_[media.worker]->send_datagram(media.leg, Socket::Rtp, to, datagram);
        counters_.dtls_datagrams_lost += under_way ? 0 : 1;
    }
    if (!media.dtls || media.dtls->id != news.id) {
        return;
    }
    for (const auto& failure : news.outcome.failures) {
        ++counters_.dtls_failed;
        counters_.dtls_wrong_fingerprints += failure.wrong_fingerprint ? 1 : 0;
        log(1, channel, "DTLS with " + failure.with.to_string() + " failed: " + failure.problem);
    }
    if (news.outcome.keys) {
        ++counters_.dtls_handshakes;
        take_dtls_keys(channel, *news.outcome.keys);
    }
    if (news.outcome.closed) {
        log(2, channel, "the peer has ended its DTLS association: nothing is sent or heard any more");
        end_dtls(channel);  // another begins with the next SDP that is not the same
        use_protection(channel, media::Protection::awaiting_keys());
    }
}

void CallEngine::take_dtls_keys(Channel& channel, const dtls::SrtpKeys& keys)
{
    auto receive = media::SrtpSession::receiving(keys.receive);
    auto send = media::SrtpSession::sending(keys.send, channel.media.ssrc);
    if (!receive || !send) {
        log(0, channel, (receive ? send : receive).error().message);
        return;
    }
    log(3, channel, "DTLS has yielded keys of " + std::string{srtp_suite_info(keys.send.suite).name});
    channel.media.dtls->keys = SrtpKeysInUse{.receive = keys.receive, .send = keys.send};
    use_protection(channel, media::Protection{{.receive = std::move(*receive), .send = std::move(*send)}});
}

/// The same plan with other keys.
void CallEngine::use_protection(Channel& channel, media::Protection protection)
{
    auto plan = next_plan(channel, *channel.media.agreed);
    RB_ASSERT(plan != nullptr);  // as it was when this was agreed
    plan->protection = std::move(protection);
    change_plan(channel, std::move(plan));
}

}  // namespace rb::engine
