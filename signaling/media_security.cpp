#include "signaling/media_security.h"

#include <algorithm>

namespace rb::sip {
namespace {

bool is_plain_rtp(std::string_view protocol) noexcept
{
    return protocol == "RTP/AVP" || protocol == "RTP/AVPF";
}

}  // namespace

std::string_view offered_profile(const MediaCapabilities& capabilities) noexcept
{
    const bool secure = capabilities.security == MediaSecurity::Required;
    if (capabilities.avpf) {
        return secure ? "RTP/SAVPF" : "RTP/AVPF";
    }
    return secure ? "RTP/SAVP" : "RTP/AVP";
}

std::string security_problem(const SdpMedia& offered, const MediaCapabilities& capabilities)
{
    const bool sdes = is_sdes_profile(offered.protocol);
    if (!is_plain_rtp(offered.protocol) && (!sdes || capabilities.security == MediaSecurity::None)) {
        return "media protocol " + offered.protocol + " not available";
    }
    if (choose_crypto(offered, capabilities) != nullptr) {
        return {};
    }
    if (sdes) {
        return "no SRTP key of a suite in common";
    }
    return capabilities.security == MediaSecurity::Required ? "media must be encrypted" : "";
}

const SdpCrypto* choose_crypto(const SdpMedia& offered, const MediaCapabilities& capabilities) noexcept
{
    if (capabilities.security == MediaSecurity::None) {
        return nullptr;
    }
    for (const SrtpSuite suite : capabilities.suites) {
        const auto line = std::find_if(offered.crypto.begin(), offered.crypto.end(),
                                       [suite](const SdpCrypto& crypto) { return crypto.key.suite == suite; });
        if (line != offered.crypto.end()) {
            return &*line;
        }
    }
    return nullptr;
}

const SrtpKey* find_key(std::span<const SrtpKey> keys, SrtpSuite suite) noexcept
{
    const auto found =
        std::find_if(keys.begin(), keys.end(), [suite](const SrtpKey& key) { return key.suite == suite; });
    return found == keys.end() ? nullptr : &*found;
}

const SdpCrypto* answering_crypto(const SdpMedia& offered, const SdpMedia& answer) noexcept
{
    const auto taken = std::find_if(answer.crypto.begin(), answer.crypto.end(), [&](const SdpCrypto& line) {
        return std::any_of(offered.crypto.begin(), offered.crypto.end(), [&](const SdpCrypto& own) {
            return own.tag == line.tag && own.key.suite == line.key.suite;
        });
    });
    return taken == answer.crypto.end() ? nullptr : &*taken;
}

std::string answer_problem(const SdpMedia& offered, const SdpMedia& answer, MediaSecurity security)
{
    const bool sdes = is_sdes_profile(offered.protocol);
    if (sdes ? !is_sdes_profile(answer.protocol) : !is_plain_rtp(answer.protocol)) {
        return "media protocol " + answer.protocol + " not offered";
    }
    if (answering_crypto(offered, answer) != nullptr) {
        return {};
    }
    // A peer that answers with a key is going to encrypt, be it one that we cannot use.
    if (sdes || (!offered.crypto.empty() && !answer.crypto.empty())) {
        return "the answer takes none of the SRTP keys offered";
    }
    return security == MediaSecurity::Required ? "media must be encrypted" : "";
}

}  // namespace rb::sip
