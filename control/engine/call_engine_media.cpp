// The media of a channel: its port and place, the leg lent to a worker, bridges, prompts and recordings.
#include "bridges/snoop.h"
#include "control/engine/call_engine.h"
#include "control/engine/ice.h"
#include "control/engine/negotiation.h"
#include "control/engine/passed_codecs.h"
#include "control/engine/srtp_keys.h"

#include <algorithm>

namespace rb::engine {
namespace {

/// Ports that somebody else on the host has taken are passed over, so many at the most.
constexpr int kPortTriesMax = 64;

std::uint64_t key(std::size_t worker, std::uint32_t index)
{
    return std::uint64_t{worker} << 32U | index;
}

/// As which the presses of the channel's peer count where they are shorter.
Nanos shortest_key(const Channel& channel)
{
    return std::chrono::milliseconds{channel.config->asterisk.mindtmfduration_ms};
}

}  // namespace

/// Takes a port, opens its sockets and reserves a place on the channel's worker.
bool CallEngine::reserve_media(Channel& channel)
{
    ChannelMedia& media = channel.media;
    const media::LegRef ref = workers_[media.worker]->reserve_leg();
    if (!ref) {
        return false;
    }
    for (int tries = 0; tries < kPortTriesMax; ++tries) {
        const auto port = ports_.take();
        if (!port) {
            break;
        }
        const Address offered = channel.media.agreed ? channel.media.agreed->remote_rtp : Address{};
        const Address local =
            media_host(channel.config->transports, channel.endpoint, channel.local, offered).with_port(*port);
        const auto sockets = environment_.open_sockets({.local = local, .tos = channel.endpoint.tos_audio});
        if (!sockets) {
            ports_.skip(*port);
            continue;
        }
        media.leg = ref;
        media.port = *port;
        media.sockets = *sockets;
        const auto transport = channel.config->transports.find(channel.transport);
        media.local = {
            .rtp = announced_address(transport == channel.config->transports.end() ? nullptr : &transport->second,
                                     channel.endpoint, local, channel.source, environment_.public_address()),
            .capabilities = capabilities_of(channel.endpoint, *channel.config)};
        if (media.local.capabilities.ice) {
            media.local.ice = {.login = new_ice_login(environment_), .host = local};
        }
        if (make_own_keys(channel)) {
            return true;
        }
        environment_.close_sockets(media.sockets);
        ports_.give_back_unused(media.port);
        media.leg = {};
        break;
    }
    workers_[media.worker]->cancel_leg(ref);
    return false;
}

/// Media as the offer allows, or a place for them when we are to make the offer.
bool CallEngine::open_media(Channel& channel)
{
    if (channel.media.leg) {
        return true;
    }
    if (!reserve_media(channel)) {
        return false;
    }
    if (!channel.media.agreed) {
        narrow_own_offer(*this, channel);
    }
    return !channel.media.agreed || adopt_leg(channel, *channel.media.agreed);
}

bool CallEngine::adopt_leg(Channel& channel, const sip::NegotiatedMedia& told)
{
    ChannelMedia& media = channel.media;
    const sip::NegotiatedMedia agreed = suited(*this, channel, told);
    auto plan = make_plan({.endpoint = channel.endpoint,
                           .rtp = channel.config->rtp,
                           .opus = channel.config->opus,
                           .media = agreed,
                           .signalling_source = channel.source,
                           .local = channel.local,
                           .jitter = channel.jitter,
                           .key_held_min = shortest_key(channel),
                           .listened = media.listened});
    if (plan == nullptr) {
        return false;
    }
    if (plan->connected) {
        environment_.connect_sockets(media.sockets, {plan->remote_rtp, plan->rtcp_mux ? Address{} : plan->remote_rtcp});
    }
    if (channel.endpoint.fax_detect && channel.plan && !codecs::codec_info(plan->codec).passed_only) {
        plan->fax = std::make_unique<media::FaxListener>(channel.endpoint.fax_detect_timeout);
    }
    auto leg = std::make_unique<media::Leg>(media.leg, media.sockets, std::move(plan), rng_, options_.wall_offset);
    media.ssrc = leg->sender.ssrc();
    if (!secure(channel, agreed, *leg->plan, channel.incoming && channel.offer_came)) {
        return false;
    }
    note_agreed(channel, agreed, *leg->plan);
    media.adopted = true;
    workers_[media.worker]->adopt_leg(std::move(leg), channel.ref.bits());
    for (const Command& held : std::exchange(media.held, {})) {
        workers_[media.worker]->post(held);
    }
    lend_cleaners(channel, false);
    if (media.monitored && !recordings_.lend_monitor(channel)) {
        media.monitored.reset();
        log(1, channel, "cannot be recorded: the name must stay below the recordings directory");
    }
    return true;
}

/// Our answers name the one codec in use: whoever is told of several may send any of them at any time.
void CallEngine::note_agreed(Channel& channel, const sip::NegotiatedMedia& agreed, const media::MediaPlan& plan)
{
    ChannelMedia& media = channel.media;
    media.agreed = agreed;
    media.codec = plan.codec;
    media.opus = plan.opus;
    media.ptime_ms = plan.ptime_ms;
    media.audible = media.audible || !std::ranges::all_of(agreed.formats, is_passed_only);
    media.audio_wanted = media.audio_wanted && codecs::codec_info(plan.codec).passed_only;
    media.local.capabilities = capabilities_of(channel.endpoint, *channel.config);
    const auto& info = codecs::codec_info(named_in_sdp(plan.codec, channel.endpoint));
    std::erase_if(media.local.capabilities.formats, [&](const sip::MediaFormat& format) {
        return format.encoding != info.encoding_name || format.clock_rate != info.clock_rate;
    });
    media.local.capabilities.formats.shrink_to_fit();  // of ten to one, for the length of the call
    settle_annex_b(*this, channel);
}

/// The plan that replaces the one lent; one whose codec is the same keeps its states.
std::unique_ptr<media::MediaPlan> CallEngine::next_plan(const Channel& channel,
                                                        const sip::NegotiatedMedia& agreed) const
{
    media::MediaPlan previous;
    previous.codec = channel.media.codec;
    previous.opus = channel.media.opus;
    previous.ptime_ms = channel.media.ptime_ms;
    return make_plan({.endpoint = channel.endpoint,
                      .rtp = channel.config->rtp,
                      .opus = channel.config->opus,
                      .media = agreed,
                      .signalling_source = channel.source,
                      .local = channel.local,
                      .jitter = channel.jitter,
                      .key_held_min = shortest_key(channel),
                      .listened = channel.media.listened || channel.media.bridge,
                      .previous = &previous});
}

/// New SDP: the worker gets a new plan.
void CallEngine::change_media(Channel& channel, const sip::NegotiatedMedia& told, bool answering)
{
    ChannelMedia& media = channel.media;
    const sip::NegotiatedMedia agreed = suited(*this, channel, told);
    const bool after_fax = media.fax && media.fax->state >= ChannelFax::State::On;
    if (!media.adopted || (media.agreed == agreed && !own_key_changes(media) && !after_fax)) {
        return;
    }
    auto plan = next_plan(channel, agreed);
    if (plan == nullptr || !secure(channel, agreed, *plan, answering)) {
        return;
    }
    const bool codec_changed = plan->codec != media.codec || plan->opus != media.opus;
    if (codec_changed && media.bridge) {  // what was passed on will be decoded, both ways
        media.listened = true;
        channels_.for_each([&](ChannelRef, Channel& other) {
            if (other.media.worker == media.worker && other.media.bridge == media.bridge) {
                listen_to(other);
            }
        });
    }
    note_agreed(channel, agreed, *plan);
    change_plan(channel, std::move(plan));
    if (codec_changed) {
        lend_cleaners(channel, false);
    }
    if (codec_changed && media.bridge) {
        join(channel, media.bridge, media.party);
    }
    if (after_fax) {
        end_fax(channel);
    }
}

void CallEngine::change_plan(Channel& channel, std::unique_ptr<media::MediaPlan> plan)
{
    ++channel.media.plans_awaited;
    command(channel, command::ChangeMedia{.leg = channel.media.leg, .plan = plan.release()});
}

/// The peer may send by our answer as soon as it has it, so it is sent when the leg goes by it (RFC 3264 §6.1): until
/// then a socket connected to where it sent from before would take nothing from elsewhere.
void CallEngine::accept_offer(Channel& channel, sip::LocalMedia local)
{
    if (channel.media.plans_awaited > 0) {
        channel.media.answer = std::make_unique<sip::LocalMedia>(std::move(local));
    } else {
        environment_.post(sip::AcceptOffer{.session = channel.session, .media = std::move(local)});
    }
}

/// The leg goes home; its sockets are closed and its port rests when it arrives.
void CallEngine::close_media(Channel& channel)
{
    ChannelMedia& media = channel.media;
    if (!media.leg) {
        return;
    }
    end_dtls(channel);
    media.answer.reset();
    WorkerProxy& worker = *workers_[media.worker];
    if (media.migrating) {
        Homecoming& homecoming = homecoming_[key(media.worker_before, media.leg_before.index)];
        homecoming.migrates = {};
        homecoming.departure = reports_.departure(channel);
        worker.cancel_leg(media.leg);
    } else if (media.adopted) {
        homecoming_[key(media.worker, media.leg.index)] = {
            .sockets = media.sockets, .port = media.port, .migrates = {}, .departure = reports_.departure(channel)};
        worker.post(command::ReturnLeg{.leg = media.leg});
    } else {
        environment_.close_sockets(media.sockets);
        ports_.give_back_unused(media.port);
        worker.cancel_leg(media.leg);
    }
    media.leg = {};
    for (const Command& held : std::exchange(media.held, {})) {
        take_back(media.worker, held);
    }
}

void CallEngine::command(Channel& channel, const Command& body)
{
    if (channel.media.migrating || !channel.media.adopted) {
        channel.media.held.push_back(body);
    } else {
        workers_[channel.media.worker]->post(body);
    }
}

bool CallEngine::place(Channel& channel, std::size_t worker)
{
    ChannelMedia& media = channel.media;
    if (media.worker == worker) {
        return true;
    }
    if (!media.leg) {
        media.worker = worker;
        return true;
    }
    const media::LegRef there = media.migrating ? media::LegRef{} : workers_[worker]->reserve_leg();
    if (!there) {
        return false;
    }
    if (!media.adopted) {
        workers_[media.worker]->cancel_leg(media.leg);
        media.worker = worker;
        media.leg = there;
        return true;
    }
    homecoming_[key(media.worker, media.leg.index)] = {
        .sockets = media.sockets, .port = media.port, .migrates = channel.ref, .departure = {}};
    workers_[media.worker]->post(command::ReturnLeg{.leg = media.leg, .migrating = true});
    media.worker_before = media.worker;
    media.leg_before = media.leg;
    media.worker = worker;
    media.leg = there;
    media.migrating = true;
    media.bridge = {};
    return true;
}

void CallEngine::on(std::size_t worker, const event::LegReturned& event)
{
    const std::uint32_t index = event.leg->ref.index;
    std::unique_ptr<media::Leg> leg = workers_[worker]->leg_returned(*event.leg);
    delete leg->adapter;
    leg->adapter = nullptr;
    const auto found = homecoming_.find(key(worker, index));
    RB_ASSERT(found != homecoming_.end());
    const Homecoming homecoming = found->second;
    homecoming_.erase(found);
    Channel* channel = channels_.find(homecoming.migrates);
    if (channel == nullptr) {
        report_quality(homecoming.departure, *leg);
        if (leg->monitor != nullptr) {
            recordings_.finish_monitor(std::unique_ptr<bridges::Monitor>{std::exchange(leg->monitor, nullptr)});
        }
        while (leg->snoop != nullptr) {
            on(worker, event::SnoopReturned{.snoop = std::exchange(leg->snoop, leg->snoop->next)});
        }
        reports_.destroyed(homecoming.departure);
        if (leg->counters.received == 0) {
            ports_.give_back_unheard(homecoming.port, homecoming.sockets, now_, environment_);
        } else {
            ports_.give_back(homecoming.port, homecoming.sockets, now_, environment_);
        }
        return;
    }
    ChannelMedia& media = channel->media;
    leg->ref = media.leg;
    media.migrating = false;
    workers_[media.worker]->adopt_leg(std::move(leg), channel->ref.bits());
    for (const Command& held : std::exchange(media.held, {})) {
        workers_[media.worker]->post(held);
    }
}

bridges::BridgeRef CallEngine::make_bridge(std::size_t worker, const bridges::BridgeOptions& options, const Room* room)
{
    const bridges::BridgeRef ref = workers_[worker]->adopt_bridge(options, 1);
    if (ref) {
        book_of(worker, ref) = {
            .room = room == nullptr ? RoomKey{} : RoomKey{.room = room->name, .serial = room->serial},
            .rate = options.rate,
            .groups = {},
            .kinds = {}};
    }
    return ref;
}

bool CallEngine::add_trunk(const BridgeAt& one, const BridgeAt& other, std::uint32_t rate_max)
{
    trunk_ends_.resize(workers_.size());
    if (std::max(trunk_ends_[one.worker], trunk_ends_[other.worker]) == bridges::kTrunkEndsMax) {
        return false;
    }
    auto& trunk = *trunks_.emplace_back(std::make_unique<bridges::Trunk>(rate_max));
    for (const auto& [at, end] : {std::pair{&one, &trunk.ends()[0]}, std::pair{&other, &trunk.ends()[1]}}) {
        end->holder = media::Holder::Queue;
        workers_[at->worker]->post(command::AddTrunk{.bridge = at->bridge, .end = end});
        ++trunk_ends_[at->worker];
    }
    return true;
}

void CallEngine::return_bridge(std::size_t worker, bridges::BridgeRef bridge)
{
    workers_[worker]->post(command::ReturnBridge{.bridge = bridge});
}

void CallEngine::grow_bridge(std::size_t worker, bridges::BridgeRef bridge, std::uint32_t parties)
{
    // The worker takes the list over, and gives the old one back.
    workers_[worker]->post(
        command::GrowBridge{.bridge = bridge, .list = std::make_unique<bridges::PartyList>(parties).release()});
}

}  // namespace rb::engine
