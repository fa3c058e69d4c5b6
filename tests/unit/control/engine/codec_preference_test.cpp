// Goal: codecs are answered and offered in the order, and as many of them, as Asterisk's options say.
// Method: the resolution in every combination; then offers, endpoints as pjsip.conf has them, and what is answered.
#include "control/engine/codec_preference.h"

#include "control/config/load.h"
#include "control/engine/negotiation.h"
#include "signaling/media_exchange.h"

#include <gtest/gtest.h>

#include <memory>

namespace rb::engine {
namespace {

using codecs::CodecId;
using config::CodecPrefs;

/// The endpoint [e] with these lines.
std::shared_ptr<const config::Snapshot> configuration_with(const std::string& lines)
{
    auto loaded = config::load(*config::text_source({{"pjsip.conf", "[e]\ntype=endpoint\n" + lines + "\n"}}));
    for (const auto& problem : loaded.problems) {
        ADD_FAILURE() << to_string(problem);
    }
    return loaded.snapshot;
}

std::string codec_names(const Codecs& list)
{
    std::string text;
    for (const CodecId codec : list) {
        text += (text.empty() ? "" : " ") + std::string{codecs::codec_info(codec).config_name};
    }
    return text;
}

TEST(Resolve, InEveryCombination)
{
    using enum CodecPrefs::Prefer;
    using enum CodecPrefs::Operation;
    const Codecs pending{CodecId::G722, CodecId::Opus, CodecId::Pcma};
    const Codecs configured{CodecId::Pcmu, CodecId::Pcma, CodecId::G722};
    struct Row {
        CodecPrefs::Prefer prefer;
        CodecPrefs::Operation operation;
        const char* all;
        const char* first;
    };
    for (const Row& row : {
             Row{Pending, Union, "g722 alaw ulaw", "g722"},
             Row{Pending, Intersect, "g722 alaw", "g722"},
             Row{Pending, OnlyPreferred, "g722 alaw", "g722"},
             Row{Pending, OnlyNonpreferred, "ulaw alaw g722", "ulaw"},
             Row{Configured, Union, "ulaw alaw g722", "ulaw"},
             Row{Configured, Intersect, "alaw g722", "alaw"},
             Row{Configured, OnlyPreferred, "ulaw alaw g722", "ulaw"},
             Row{Configured, OnlyNonpreferred, "g722 alaw", "g722"},
         }) {
        CodecPrefs prefs{.prefer = row.prefer, .operation = row.operation};
        EXPECT_EQ(codec_names(resolve(prefs, pending, configured)), row.all);
        prefs.keep = CodecPrefs::Keep::First;
        EXPECT_EQ(codec_names(resolve(prefs, pending, configured)), row.first);
    }
    EXPECT_EQ(codec_names(resolve({}, {CodecId::Opus}, configured)), "");
    EXPECT_EQ(codec_names(resolve({.operation = Union}, {}, configured)), "ulaw alaw g722");
}

std::string encodings(const std::vector<sip::MediaFormat>& formats)
{
    std::string text;
    for (const auto& format : formats) {
        text += (text.empty() ? "" : " ") + format.encoding;
    }
    return text;
}

/// SDP of a peer with these formats.
std::string peer_sdp(const std::string& numbers)
{
    return "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP " + numbers +
           "\r\n";
}

struct OptionsRow {
    const char* options;
    const char* chosen;
};

TEST(IncomingOffer, IsAnsweredAsTheEndpointSays)
{
    for (const OptionsRow& row : {
             // Asterisk's own example.
             OptionsRow{"", "PCMA G722"},
             OptionsRow{"incoming_call_offer_pref=local", "PCMA G722"},
             OptionsRow{"incoming_call_offer_pref=local_first", "PCMA"},
             OptionsRow{"incoming_call_offer_pref=remote", "G722 PCMA"},
             OptionsRow{"incoming_call_offer_pref=remote_first", "G722"},
             OptionsRow{"preferred_codec_only=yes", "PCMA"},
             OptionsRow{"preferred_codec_only=yes\nincoming_call_offer_pref=local", "PCMA"},
             // In detail, with the defaults of Asterisk where something is not said.
             OptionsRow{"codec_prefs_incoming_offer=", "G722 PCMA"},
             OptionsRow{"codec_prefs_incoming_offer=keep:first", "G722"},
             OptionsRow{"codec_prefs_incoming_offer=prefer:configured", "PCMA G722"},
             OptionsRow{"codec_prefs_incoming_offer=keep: first, prefer: configured", "PCMA"},
             OptionsRow{"codec_prefs_incoming_offer=operation:only_preferred", "G722 PCMA"},
             OptionsRow{"codec_prefs_incoming_offer=operation:only_nonpreferred", "PCMA G722"},
             OptionsRow{"codec_prefs_incoming_offer=prefer:configured,operation:only_nonpreferred", "G722 PCMA"},
             OptionsRow{"codec_prefs_incoming_offer=prefer:configured,operation:only_preferred,keep:first", "PCMA"},
         }) {
        const auto configuration = configuration_with("allow=ulaw,alaw,g722\n" + std::string{row.options});
        const auto& endpoint = configuration->endpoints.at("e");
        sip::MediaExchange exchange{1};
        const auto media = exchange.receive_offer(peer_sdp("9 8 18"), capabilities_of(endpoint, *configuration));
        ASSERT_TRUE(media) << row.options;
        EXPECT_EQ(encodings(media->formats), row.chosen) << row.options;
    }
}

TEST(IncomingAnswer, IsTakenAsTheEndpointSays)
{
    for (const OptionsRow& row : {
             OptionsRow{"", "G722 PCMA"},
             OptionsRow{"codec_prefs_incoming_answer=keep:first", "G722"},
             OptionsRow{"codec_prefs_incoming_answer=prefer:configured", "PCMA G722"},
             OptionsRow{"codec_prefs_incoming_answer=prefer:configured,operation:union,keep:first,transcode:prevent",
                        "PCMA"},
             OptionsRow{"codec_prefs_incoming_answer=operation:only_nonpreferred", "PCMA G722"},
         }) {
        const auto configuration = configuration_with("allow=ulaw,alaw,g722\n" + std::string{row.options});
        sip::MediaExchange exchange{1};
        const std::string offer =
            exchange.write_offer({.rtp = *parse_address("198.51.100.1:20000"),
                                  .capabilities = capabilities_of(configuration->endpoints.at("e"), *configuration)});
        EXPECT_NE(offer.find("m=audio 20000 RTP/AVP 0 8 9 101\r\n"), std::string::npos) << offer;
        const auto media = exchange.receive_answer(peer_sdp("9 8"));
        ASSERT_TRUE(media) << row.options;
        EXPECT_EQ(encodings(media->formats), row.chosen) << row.options;
    }
}

}  // namespace
}  // namespace rb::engine
