#include "control/engine/srtp_keys.h"

#include "dataplane/base/assert.h"

#include <algorithm>
#include <utility>

namespace rb::engine {
namespace {

SrtpKey new_key(SrtpSuite suite, Environment& environment)
{
    SrtpKey key{.suite = suite};
    environment.make_secret(key.used());
    return key;
}

const SrtpKey* key_of(const std::vector<SrtpKey>& keys, SrtpSuite suite)
{
    const auto found = std::ranges::find(keys, suite, &SrtpKey::suite);
    return found == keys.end() ? nullptr : &*found;
}

}  // namespace

std::vector<SrtpKey> keys_to_offer(const sip::MediaCapabilities& capabilities, Environment& environment)
{
    std::vector<SrtpKey> keys;
    const auto& keying = capabilities.keying;
    if (capabilities.security != sip::MediaSecurity::None && !keying.empty() &&
        keying.front() == sip::MediaKeying::Sdes) {
        for (const SrtpSuite suite : capabilities.suites) {
            keys.push_back(new_key(suite, environment));
        }
    }
    return keys;
}

void offer_again(ChannelMedia& media, Environment& environment)
{
    if (media.keys) {
        media.local.srtp_keys = {new_key(media.keys->send.suite, environment)};
    } else if (media.adopted) {
        media.local.srtp_keys.clear();
    }
}

bool own_key_changes(const ChannelMedia& media)
{
    const SrtpKey* own = media.keys ? key_of(media.local.srtp_keys, media.keys->send.suite) : nullptr;
    return own != nullptr && *own != media.keys->send;
}

void settle_own_key(ChannelMedia& media, const sip::NegotiatedMedia& agreed, bool answering, Environment& environment)
{
    auto& own = media.local.srtp_keys;
    if (!agreed.srtp) {
        own.clear();
        return;
    }
    const bool peer_renewed = media.keys && media.keys->receive != *agreed.srtp;
    if (key_of(own, agreed.srtp->suite) == nullptr || (answering && peer_renewed)) {
        own = {new_key(agreed.srtp->suite, environment)};
    }
}

Result<media::Protection> protection_for(ChannelMedia& media, const sip::NegotiatedMedia& agreed, std::uint32_t ssrc)
{
    if (!agreed.srtp) {
        media.keys.reset();
        return media::Protection{};
    }
    const SrtpKey* own = key_of(media.local.srtp_keys, agreed.srtp->suite);
    RB_ASSERT(own != nullptr);  // settle_own_key() has seen to it
    media::Protection::Sessions sessions;
    if (!media.keys || media.keys->receive != *agreed.srtp) {
        auto receive = media::SrtpSession::receiving(*agreed.srtp);
        if (!receive) {
            return tl::unexpected(receive.error());
        }
        sessions.receive = std::move(*receive);
    }
    if (!media.keys || media.keys->send != *own) {
        auto send = media::SrtpSession::sending(*own, ssrc);
        if (!send) {
            return tl::unexpected(send.error());
        }
        sessions.send = std::move(*send);
    }
    media.keys = SrtpKeysInUse{.receive = *agreed.srtp, .send = *own};
    return media::Protection{std::move(sessions)};
}

}  // namespace rb::engine
