#include "signaling/media_ice.h"

#include <algorithm>

namespace rb::sip {
namespace {

constexpr unsigned kRtp = 1;  // components, RFC 8839 §5.1
constexpr unsigned kRtcp = 2;
/// What stands where candidates are yet to come (RFC 8840 §4.1.1).
constexpr std::uint16_t kDiscardPort = 9;
/// By this name, and with this track, a browser knows what it hears of us.
constexpr std::string_view kStream = "ringbridge audio";
constexpr std::string_view kFirstMid = "0";

bool is_candidate(const SdpIce& ice, unsigned component, const Address& address) noexcept
{
    return std::any_of(ice.candidates.begin(), ice.candidates.end(), [&](const SdpCandidate& candidate) {
        return candidate.component == component && candidate.address == address;
    });
}

bool has_component(const SdpIce& ice, unsigned component) noexcept
{
    return std::any_of(ice.candidates.begin(), ice.candidates.end(),
                       [=](const SdpCandidate& candidate) { return candidate.component == component; });
}

/// RFC 8839 §4.2.5; host names and addresses yet to come are no mismatch.
bool has_mismatch(const SdpMedia& peer) noexcept
{
    if (peer.ice.candidates.empty() || !peer.connection || peer.connection->is_unspecified() ||
        peer.port == kDiscardPort) {
        return false;
    }
    const Address rtp = peer.connection->with_port(peer.port);
    if (!is_candidate(peer.ice, kRtp, rtp)) {
        return true;
    }
    if (peer.rtcp_mux || !has_component(peer.ice, kRtcp)) {
        return false;
    }
    const Address host = peer.rtcp && peer.rtcp->with_port(0) ? *peer.rtcp : rtp;
    const unsigned next_port = peer.port + 1U;
    const std::uint16_t port = peer.rtcp ? peer.rtcp->port() : static_cast<std::uint16_t>(next_port);
    return !is_candidate(peer.ice, kRtcp, host.with_port(port));
}

/// RFC 8445 §5.1.2: a host candidate, of the first or a further address, of a component.
std::uint32_t priority_of(std::uint32_t rank, unsigned component) noexcept
{
    return 126U << 24U | (65535U - rank) << 8U | (256U - component);
}

}  // namespace

bool uses_ice(const SdpMedia& peer, bool available)
{
    return available && peer.ice.offered() && !peer.ice.mismatch && !has_mismatch(peer);
}

std::optional<IceLogin> checking_peer(const SdpMedia& peer, bool available)
{
    if (!uses_ice(peer, available) || peer.ice.lite) {
        return std::nullopt;
    }
    return IceLogin{.ufrag = peer.ice.ufrag, .pwd = peer.ice.pwd};
}

SdpIce own_ice(const LocalMedia& local, bool rtcp_mux)
{
    SdpIce ice{.ufrag = local.ice->login.ufrag, .pwd = local.ice->login.pwd, .lite = true, .end_of_candidates = true};
    const unsigned components = rtcp_mux ? kRtp : kRtcp;
    for (unsigned component = kRtp; component <= components; ++component) {
        const auto add = [&](const Address& host, std::uint32_t rank) {
            const unsigned port = local.rtp.port() + component - kRtp;
            ice.candidates.push_back({.foundation = std::to_string(rank + 1),
                                      .component = component,
                                      .priority = priority_of(rank, component),
                                      .address = host.with_port(static_cast<std::uint16_t>(port))});
        };
        add(local.rtp, 0);
        if (local.ice->host.with_port(0) != local.rtp.with_port(0)) {
            add(local.ice->host, 1);
        }
    }
    return ice;
}

void answer_transport(const SessionDescription& offer, std::size_t index, const LocalMedia& local,
                      SessionDescription& answer)
{
    const SdpMedia& offered = offer.media[index];
    SdpMedia& line = answer.media[index];
    line.rtcp_rsize = offered.rtcp_rsize;
    if (uses_ice(offered, local.capabilities.ice) && local.ice) {
        line.ice = own_ice(local, line.rtcp_mux);
    } else {
        line.ice.mismatch = local.capabilities.ice && offered.ice.offered() && has_mismatch(offered);
    }
    const bool bundled = std::find(offer.bundle.begin(), offer.bundle.end(), offered.mid) != offer.bundle.end();
    if (local.capabilities.bundle && bundled && !offered.mid.empty()) {
        answer.bundle = {offered.mid};
        line.msid = kStream;
    }
}

void offer_transport(const LocalMedia& local, std::size_t index, SessionDescription& offer)
{
    SdpMedia& line = offer.media[index];
    line.rtcp_rsize = local.capabilities.avpf;
    if (local.capabilities.ice && local.ice) {
        line.ice = own_ice(local, line.rtcp_mux);
    }
    if (local.capabilities.bundle) {
        line.mid = line.mid.empty() ? kFirstMid : line.mid;
        line.msid = kStream;
        offer.bundle = {line.mid};
    }
}

}  // namespace rb::sip
