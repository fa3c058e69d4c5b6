#include "signaling/media_security.h"

#include <algorithm>
#include <iterator>

namespace rb::sip {
namespace {

bool is_plain_rtp(std::string_view protocol) noexcept
{
    return protocol == "RTP/AVP" || protocol == "RTP/AVPF";
}

bool permits(const MediaCapabilities& capabilities, MediaKeying keying) noexcept
{
    return capabilities.security != MediaSecurity::None &&
           std::find(capabilities.keying.begin(), capabilities.keying.end(), keying) != capabilities.keying.end();
}

bool can_use(MediaKeying keying, const SdpMedia& offered, const MediaCapabilities& capabilities) noexcept
{
    switch (keying) {
        case MediaKeying::Sdes:
            return !is_dtls_profile(offered.protocol) && choose_crypto(offered, capabilities) != nullptr;
        case MediaKeying::Dtls:
            break;
    }
    return offered.dtls.offered();
}

/// Why none of the keys of an m= line whose profile demands some can be used.
std::string missing_key(const SdpMedia& offered)
{
    return is_dtls_profile(offered.protocol) ? "no certificate's fingerprint that can be checked"
                                             : "no SRTP key of a suite in common";
}

}  // namespace

std::string_view offered_profile(const MediaCapabilities& capabilities) noexcept
{
    if (capabilities.security != MediaSecurity::Required) {
        return capabilities.avpf ? "RTP/AVPF" : "RTP/AVP";
    }
    if (!capabilities.keying.empty() && capabilities.keying.front() == MediaKeying::Dtls) {
        return capabilities.avpf ? "UDP/TLS/RTP/SAVPF" : "UDP/TLS/RTP/SAVP";
    }
    return capabilities.avpf ? "RTP/SAVPF" : "RTP/SAVP";
}

std::string security_problem(const SdpMedia& offered, const MediaCapabilities& capabilities)
{
    const bool plain = is_plain_rtp(offered.protocol);
    const bool dtls = is_dtls_profile(offered.protocol) && permits(capabilities, MediaKeying::Dtls);
    const bool sdes = is_sdes_profile(offered.protocol) && capabilities.security != MediaSecurity::None;
    if (!plain && !dtls && !sdes) {
        return "media protocol " + offered.protocol + " not available";
    }
    if (choose_keying(offered, capabilities)) {
        return {};
    }
    if (!plain) {
        return missing_key(offered);
    }
    return capabilities.security == MediaSecurity::Required ? "media must be encrypted" : "";
}

std::optional<MediaKeying> choose_keying(const SdpMedia& offered, const MediaCapabilities& capabilities) noexcept
{
    if (capabilities.security == MediaSecurity::None) {
        return std::nullopt;
    }
    const auto found = std::find_if(capabilities.keying.begin(), capabilities.keying.end(),
                                    [&](MediaKeying keying) { return can_use(keying, offered, capabilities); });
    return found == capabilities.keying.end() ? std::nullopt : std::optional{*found};
}

const SdpCrypto* choose_crypto(const SdpMedia& offered, const MediaCapabilities& capabilities) noexcept
{
    if (!permits(capabilities, MediaKeying::Sdes)) {
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

DtlsAgreement agree_on_dtls(const SdpMedia& peer, DtlsSetup wanted)
{
    // Who says nothing leaves the choice, whatever RFC 4145 §4.1 makes of it: RFC 5763 §5 wants it said.
    const DtlsSetup theirs = peer.dtls.setup.value_or(DtlsSetup::ActPass);
    const bool choice = theirs == DtlsSetup::ActPass;
    DtlsAgreement agreement{.client = choice ? wanted != DtlsSetup::Passive : theirs == DtlsSetup::Passive,
                            .fingerprints = {},
                            .tls_id = peer.dtls.tls_id};
    const auto strongest = std::max_element(peer.dtls.fingerprints.begin(), peer.dtls.fingerprints.end(),
                                            [](const Fingerprint& a, const Fingerprint& b) { return a.hash < b.hash; });
    std::copy_if(peer.dtls.fingerprints.begin(), peer.dtls.fingerprints.end(),
                 std::back_inserter(agreement.fingerprints),
                 [&](const Fingerprint& fingerprint) { return fingerprint.hash == strongest->hash; });
    return agreement;
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

bool answers_dtls(const SdpMedia& offered, const SdpMedia& answer) noexcept
{
    return !offered.dtls.fingerprints.empty() && answer.dtls.offered();
}

std::string answer_problem(const SdpMedia& offered, const SdpMedia& answer, MediaSecurity security)
{
    const bool sdes = is_sdes_profile(offered.protocol);
    const bool dtls = is_dtls_profile(offered.protocol);
    const bool same_kind = dtls   ? is_dtls_profile(answer.protocol)
                           : sdes ? is_sdes_profile(answer.protocol)
                                  : is_plain_rtp(answer.protocol);
    if (!same_kind) {
        return "media protocol " + answer.protocol + " not offered";
    }
    if (answering_crypto(offered, answer) != nullptr || answers_dtls(offered, answer)) {
        return {};
    }
    // A peer that answers with a key is going to encrypt, be it one that we cannot use.
    if (dtls || sdes || (!offered.crypto.empty() && !answer.crypto.empty())) {
        return dtls ? missing_key(offered) : "the answer takes none of the SRTP keys offered";
    }
    return security == MediaSecurity::Required ? "media must be encrypted" : "";
}

}  // namespace rb::sip
