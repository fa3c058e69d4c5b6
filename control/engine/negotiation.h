// negotiation.h — between the three languages of media: endpoint options, what SDP agreed, and a worker's plan.
#pragma once

#include "control/config/objects.h"
#include "control/engine/codec_preference.h"
#include "dataplane/media/media_plan.h"
#include "signaling/message.h"

#include <memory>
#include <optional>

namespace rb::engine {

/// The address media are bound to: the endpoint's media_address where it says so, or the one of its signalling. An
/// offer of media in the other address family is met there, when a transport has an address of it (SIP-01).
///
/// local     where its SIP is received or sent
/// offered   the peer's, or none
[[nodiscard]] Address media_host(const config::ByName<config::Transport>& transports, const config::Endpoint& endpoint,
                                 const Address& local, const Address& offered);

/// The address SDP shows: the endpoint's media_address, or to peers outside local_net the one that leads in from there.
///
/// local     where the socket is bound
/// peer      where its SIP comes from or goes to; none = a name, which counts as outside
/// learned   what a STUN server says of us, or none; what the configuration says comes before it
[[nodiscard]] Address announced_address(const config::Transport* transport, const config::Endpoint& endpoint,
                                        const Address& local, const Address& peer, const Address& learned);

/// What an endpoint can do, in its order of preference, and how its offers and answers are read.
[[nodiscard]] sip::MediaCapabilities capabilities_of(const config::Endpoint& endpoint,
                                                     const config::Snapshot& configuration);

/// How SDP names codecs of an endpoint; two that have one name are one.
[[nodiscard]] std::vector<sip::MediaFormat> formats_of(const Codecs& codecs, const config::Endpoint& endpoint,
                                                       const config::Snapshot& configuration);

/// The codec under whose name SDP speaks of one: with g726_non_standard both packings of G.726 are called G726-32, and
/// both are that of AAL2.
[[nodiscard]] codecs::CodecId named_in_sdp(codecs::CodecId codec, const config::Endpoint& endpoint) noexcept;

/// The codec by whose packing an endpoint goes: the reverse of it.
[[nodiscard]] codecs::CodecId as_packed(codecs::CodecId codec, const config::Endpoint& endpoint) noexcept;

/// The codec that a format of SDP means for an endpoint; none = we do not have it.
[[nodiscard]] std::optional<codecs::CodecId> codec_of(const sip::MediaFormat& format, const config::Endpoint& endpoint);

/// The codec a call will probably have: of what was agreed, else of what the endpoint likes best, the first that is not
/// only passed on.
[[nodiscard]] codecs::CodecId likely_codec(const std::optional<sip::NegotiatedMedia>& agreed,
                                           const config::Endpoint& endpoint);

/// What a plan is made from.
struct PlanInputs {
    const config::Endpoint& endpoint;
    const config::Rtp& rtp;
    const config::Opus& opus;
    const sip::NegotiatedMedia& media;
    Address signalling_source;  ///< where the peer's SIP comes from
    Address local;              ///< where it came to
    media::JitterOptions jitter{};
    Nanos key_held_min = 0ns;                    ///< as which shorter presses count
    bool listened = false;                       ///< somebody has listened to the leg before, and may be at it
    const media::MediaPlan* previous = nullptr;  ///< the plan it replaces: coded the same way = states are kept
};

/// The plan for one leg; nullptr when no agreed format is a codec we have.
[[nodiscard]] std::unique_ptr<media::MediaPlan> make_plan(const PlanInputs& inputs);

/// Turns a plan into one for T.38 with a peer that is at plan.remote_rtp: nothing of audio is sent or heard, and nobody
/// is timed out for it.
void carry_fax(media::MediaPlan& plan, const PlanInputs& inputs);

}  // namespace rb::engine
