#include "signaling/sdp_dtls.h"

#include "signaling/text.h"

namespace rb::sip {

bool read_dtls(std::string_view name, std::string_view value, SdpDtls& dtls)
{
    if (name == "fingerprint") {
        const auto fingerprint = read_fingerprint(value);
        if (fingerprint && dtls.fingerprints.size() < kSdpFingerprintsMax) {
            dtls.fingerprints.push_back(*fingerprint);
        }
        return true;
    }
    if (name == "setup") {
        dtls.setup = read_setup(value);
        return true;
    }
    if (name == "tls-id") {
        dtls.tls_id = take_word(value);
        return true;
    }
    return false;
}

void add_session_dtls(SdpDtls& media, const SdpDtls& session)
{
    if (media.fingerprints.empty()) {
        media.fingerprints = session.fingerprints;
    }
    if (!media.setup) {
        media.setup = session.setup;
    }
    if (media.tls_id.empty()) {
        media.tls_id = session.tls_id;
    }
}

void write_dtls(std::string& text, const SdpDtls& dtls)
{
    if (dtls.setup) {
        text += "a=setup:" + std::string{setup_name(*dtls.setup)} + "\r\n";
    }
    for (const Fingerprint& fingerprint : dtls.fingerprints) {
        text += "a=fingerprint:" + write_fingerprint(fingerprint) + "\r\n";
    }
    if (!dtls.tls_id.empty()) {
        text += "a=tls-id:" + dtls.tls_id + "\r\n";
    }
}

}  // namespace rb::sip
