// offer_answer_fuzz — whatever the peer offers or answers, our answer has as many lines, carries one stream at most,
// and can be read again.
#include "dataplane/base/assert.h"
#include "signaling/fax_offer.h"
#include "signaling/offer_answer.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace {

rb::sip::LocalMedia local_media()
{
    return {.rtp = *rb::parse_address("198.51.100.1:20000"),
            .capabilities = {.formats = {{.encoding = "PCMU"},
                                         {.encoding = "PCMA"},
                                         {.encoding = "opus", .clock_rate = 48000, .channels = 2}},
                             .rtcp_mux = true,
                             .ice = true,
                             .bundle = true,
                             .security = rb::sip::MediaSecurity::Optional,
                             .keying = {rb::sip::MediaKeying::Sdes, rb::sip::MediaKeying::Dtls},
                             .suites = {rb::SrtpSuite::AeadAes128Gcm, rb::SrtpSuite::AesCm128HmacSha1_80}},
            .srtp_keys = {{.suite = rb::SrtpSuite::AeadAes128Gcm}, {.suite = rb::SrtpSuite::AesCm128HmacSha1_80}},
            .fingerprint = rb::sip::Fingerprint{},
            .ice = rb::sip::LocalIce{.login = {.ufrag = "ours", .pwd = "oursHas22CharactersOrSo"}}};
}

/// The formats of an offer or answer are the same in any order, and one of them where one is to be left.
void check_choices(const rb::sip::SessionDescription& peer)
{
    using rb::sip::FormatOrder;
    auto local = local_media();
    const auto offer = rb::sip::make_offer(local, {});
    const auto formats_by = [&](const rb::sip::FormatChoice& choice, bool answer) {
        local.capabilities.of_offer = choice;
        if (answer) {
            const auto media = rb::sip::accept_answer(offer, peer, 0, local.capabilities.security, choice);
            return media ? media->formats : std::vector<rb::sip::MediaFormat>{};
        }
        const auto agreed = rb::sip::negotiate(peer, local.capabilities, rb::sip::Direction::SendReceive);
        return agreed ? agreed->media.formats : std::vector<rb::sip::MediaFormat>{};
    };
    for (const bool answer : {false, true}) {
        const auto ours = formats_by({.order = FormatOrder::Ours}, answer);
        const auto peers = formats_by({.order = FormatOrder::Peers}, answer);
        RB_ASSERT(std::is_permutation(ours.begin(), ours.end(), peers.begin(), peers.end()));
        for (const auto& [order, all] : {std::pair{FormatOrder::Ours, &ours}, std::pair{FormatOrder::Peers, &peers}}) {
            const auto first = formats_by({.order = order, .first_only = true}, answer);
            RB_ASSERT(first.size() == std::min<std::size_t>(1, all->size()));
            RB_ASSERT(first.empty() || first.front() == all->front());
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto peer = rb::sip::parse_sdp(std::string{data, data + size});
    if (!peer) {
        return 0;
    }
    check_choices(*peer);
    const auto local = local_media();
    const auto made = rb::sip::answer(*peer, local);
    if (made) {
        const auto& lines = made->description.media;
        RB_ASSERT(lines.size() == peer->media.size());
        RB_ASSERT(std::count_if(lines.begin(), lines.end(), [](const auto& line) { return line.port != 0; }) == 1);
        RB_ASSERT(!made->media.formats.empty());
        RB_ASSERT(made->media.srtp.has_value() == (lines[made->line].crypto.size() == 1));
        RB_ASSERT(made->media.dtls.has_value() == (lines[made->line].dtls.fingerprints.size() == 1));
        RB_ASSERT(!made->media.srtp || !made->media.dtls);
        RB_ASSERT(!made->media.ice || lines[made->line].ice.offered());
        RB_ASSERT(made->description.bundle.size() <= 1);
        RB_ASSERT(made->media.ptime_ms >= 10 && made->media.ptime_ms <= 60);
        RB_ASSERT(rb::sip::parse_sdp(rb::sip::LocalDescription{1}.publish(made->description)).has_value());
        const auto again = rb::sip::make_offer(local, {.numbers = made->media.formats, .lines = lines, .line = 0});
        RB_ASSERT(again.media.size() == lines.size());
    }
    auto with_fax = local;
    with_fax.fax = rb::sip::T38{.version = 0};
    if (const auto fax = rb::sip::answer_fax(*peer, with_fax)) {
        const auto& lines = fax->description.media;
        RB_ASSERT(!made);
        RB_ASSERT(lines.size() == peer->media.size());
        RB_ASSERT(std::count_if(lines.begin(), lines.end(), [](const auto& line) { return line.port != 0; }) == 1);
        RB_ASSERT(fax->media.fax && fax->media.formats.empty());
        RB_ASSERT(rb::sip::parse_sdp(rb::sip::LocalDescription{1}.publish(fax->description)).has_value());
        const auto again = rb::sip::offer_fax(with_fax, {.numbers = {}, .lines = lines, .line = fax->line});
        RB_ASSERT(again.media.size() == lines.size());
    }
    static_cast<void>(rb::sip::accept_fax(*peer, 0));
    static_cast<void>(rb::sip::accept_answer(rb::sip::make_offer(local, {}), *peer, 0, local.capabilities.security));
    return 0;
}
