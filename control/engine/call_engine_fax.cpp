// Fax by T.38: what one party of a native bridge offers is offered to the other, whose answer is its answer. Control
// sees no more of it than SDP; the datagrams pass by MediaCore::on_udptl.
#include "control/engine/call_engine.h"
#include "control/engine/negotiation.h"

namespace rb::engine {
namespace {

using State = ChannelFax::State;

/// UDPTL has no keys: who has agreed on encrypted media gets no fax in the clear instead.
bool may_fax(const Channel& channel)
{
    const ChannelMedia& media = channel.media;
    return channel.endpoint.t38_udptl && channel.state == ChannelState::Up && !channel.hanging_up && media.adopted &&
           !media.migrating && !media.fax && media.agreed && !media.agreed->srtp && !media.agreed->dtls &&
           !media.agreed->ice;
}

/// What a channel's peer says of itself, as others are told of it.
sip::T38 as_passed_on(const Channel& from, sip::T38 t38)
{
    if (from.endpoint.t38_udptl_maxdatagram != 0) {
        t38.max_datagram = from.endpoint.t38_udptl_maxdatagram;
    }
    return t38;
}

}  // namespace

/// With whom the channel could exchange a fax at this moment, or nullptr.
Channel* CallEngine::fax_partner(const Channel& channel)
{
    if (!may_fax(channel) || technology_of(channel) != Technology::NativeRtp) {
        return nullptr;
    }
    Channel* partner = nullptr;
    channels_.for_each([&](ChannelRef, Channel& other) {
        if (&other != &channel && other.media.worker == channel.media.worker &&
            other.media.bridge == channel.media.bridge && may_fax(other)) {
            partner = &other;
        }
    });
    return partner;
}

void CallEngine::take_fax_offer(Channel& channel, const sip::NegotiatedMedia& offered)
{
    ChannelMedia& media = channel.media;
    if (media.fax && media.fax->state == State::On) {  // the same again, perhaps from elsewhere
        begin_fax(channel, offered);
        sip::LocalMedia local = media.local;
        local.fax = media.fax->local;
        accept_offer(channel, std::move(local));
        return;
    }
    Channel* other = fax_partner(channel);
    if (other == nullptr) {
        environment_.post(sip::RejectOffer{.session = channel.session, .code = 488});
        return;
    }
    media.fax =
        std::make_unique<ChannelFax>(ChannelFax{.state = State::Offered, .other = other->ref, .offer = offered});
    other->media.fax = std::make_unique<ChannelFax>(ChannelFax{.state = State::Asked, .other = channel.ref});
    other->media.fax->local = as_passed_on(channel, *offered.fax);
    sip::LocalMedia local = other->media.local;
    local.fax = other->media.fax->local;
    environment_.post(sip::Reoffer{.session = other->session, .media = std::move(local)});
}

/// The answer to an offer of ours while the channel has to do with fax, or the end of its peer's.
///
/// answered   nothing = refused or withdrawn, and what stood before stands
void CallEngine::take_fax_answer(Channel& channel, const std::optional<sip::NegotiatedMedia>& answered)
{
    switch (channel.media.fax->state) {
        case State::Offered:
            channel.media.fax.reset();
            return;  // the other's answer finds nobody who waits for it
        case State::Asked:
            return settle_fax(channel, answered);
        case State::On:  // withdrawn when we had accepted it already
            return change_media(channel, sip::NegotiatedMedia{*channel.media.agreed}, true);
        case State::Returning:
            break;
    }
    if (answered && !answered->formats.empty()) {
        change_media(channel, *answered, false);
        return tell_of_media(channel);
    }
    log(1, channel, "takes no audio after its fax: cleared");
    hang_up(channel, 58);
}

/// The channel's peer has been asked on behalf of another's, and this is its answer.
void CallEngine::settle_fax(Channel& channel, const std::optional<sip::NegotiatedMedia>& answered)
{
    ChannelFax& fax = *channel.media.fax;
    Channel* other = channels_.find(fax.other);
    const bool awaited = other != nullptr && other->media.fax && other->media.fax->state == State::Offered &&
                         other->media.fax->other == channel.ref;
    const bool accepted = answered && answered->fax;
    if (!accepted || !awaited) {
        channel.media.fax.reset();
        if (awaited) {
            other->media.fax.reset();
            environment_.post(sip::RejectOffer{.session = other->session, .code = 488});
        }
        if (answered) {  // its stream is no audio any more
            channel.media.fax = std::make_unique<ChannelFax>(ChannelFax{.state = State::On, .other = {}});
            return_to_audio(channel);
        }
        return;
    }
    ChannelFax& theirs = *other->media.fax;
    theirs.local = as_passed_on(channel, *answered->fax);
    begin_fax(channel, *answered);
    begin_fax(*other, theirs.offer);
    fax.state = State::On;
    theirs.state = State::On;
    sip::LocalMedia local = other->media.local;
    local.fax = theirs.local;
    accept_offer(*other, std::move(local));
    log(2, *other, "fax by T.38 with " + channel.name);
}

/// As Asterisk does: the plan goes on at the extension fax, whatever it is doing.
void CallEngine::on(std::size_t worker, const event::FaxHeard& event)
{
    Channel* channel = channel_of(worker, event.leg);
    if (channel == nullptr || !channel->plan) {
        return;
    }
    const dialplan::Cursor at = channel->plan->cursor();
    if (at.exten == "fax") {
        return;
    }
    log(2, *channel, "a fax machine calls");
    channel->variables().set("FAXEXTEN", at.exten);
    if (!redirect(*channel, at.context + ",fax,1")) {
        log(2, *channel, "there is no extension fax in " + at.context);
    }
}

/// The leg carries fax to and from this peer from now on; what was agreed for audio stands until there is audio again.
void CallEngine::begin_fax(Channel& channel, const sip::NegotiatedMedia& fax)
{
    sip::NegotiatedMedia media = *channel.media.agreed;
    media.remote_rtp = fax.remote_rtp;
    media.remote_rtcp = fax.remote_rtcp;
    auto plan = next_plan(channel, media);
    carry_fax(*plan, {.endpoint = channel.endpoint,
                      .rtp = channel.config->rtp,
                      .opus = channel.config->opus,
                      .media = media,
                      .signalling_source = channel.source,
                      .local = channel.local});
    change_plan(channel, std::move(plan));
}

/// The channel has audio again; the other follows.
void CallEngine::end_fax(Channel& channel)
{
    Channel* other = channels_.find(channel.media.fax->other);
    channel.media.fax.reset();
    if (other != nullptr && other->media.fax && other->media.fax->other == channel.ref) {
        return_to_audio(*other);
    }
}

/// The channel leaves its bridge. Whoever waits for its answer, or it for another's, waits no longer.
void CallEngine::leave_fax(Channel& channel)
{
    if (!channel.media.fax || channel.media.fax->state == State::On) {
        return;  // who goes on gets audio again when something is to be heard
    }
    const auto give_up = [this](Channel& offerer) {
        offerer.media.fax.reset();
        if (!offerer.gone && !offerer.hanging_up) {
            environment_.post(sip::RejectOffer{.session = offerer.session, .code = 488});
        }
    };
    if (channel.media.fax->state == State::Offered) {
        return give_up(channel);
    }
    Channel* other = channels_.find(channel.media.fax->other);
    if (other != nullptr && other->media.fax && other->media.fax->state == State::Offered &&
        other->media.fax->other == channel.ref) {
        give_up(*other);
    }
}

/// Offers audio to who has fax.
void CallEngine::return_to_audio(Channel& channel)
{
    ChannelMedia& media = channel.media;
    if (media.fax && media.fax->state == State::On && !channel.gone && !channel.hanging_up) {
        media.fax->state = State::Returning;
        environment_.post(sip::Reoffer{.session = channel.session, .media = media.local});
    }
}

}  // namespace rb::engine
