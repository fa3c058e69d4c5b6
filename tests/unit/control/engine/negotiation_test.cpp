// Goal: SDP shows each peer the address it can reach, whichever side of a NAT it is on.
// Method: a table of transports, endpoints and peers.
#include "control/engine/negotiation.h"

#include <gtest/gtest.h>

#include <utility>

namespace rb::engine {
namespace {

struct Row {
    const char* what;
    const char* external;
    const char* media_address;
    const char* peer;
    const char* learned;
    const char* shown;
};

TEST(AnnouncedAddress, IsWhatThePeerCanReach)
{
    const Address local = parse_address("10.0.0.1")->with_port(20000);
    for (const Row& row : {
             Row{"nothing set", "", "", "198.51.100.9:5060", "", "10.0.0.1:20000"},
             Row{"media_address", "", "10.0.0.2", "198.51.100.9:5060", "", "10.0.0.2:20000"},
             Row{"peer outside", "203.0.113.1", "", "198.51.100.9:5060", "", "203.0.113.1:20000"},
             Row{"peer outside, both set", "203.0.113.1", "10.0.0.2", "198.51.100.9:5060", "", "203.0.113.1:20000"},
             Row{"peer inside", "203.0.113.1", "", "10.1.2.3:5060", "", "10.0.0.1:20000"},
             Row{"peer inside, both set", "203.0.113.1", "10.0.0.2", "10.1.2.3:5060", "", "10.0.0.2:20000"},
             Row{"peer still a name", "203.0.113.1", "", "", "", "203.0.113.1:20000"},
             Row{"external address of the other family", "2001:db8::1", "", "198.51.100.9:5060", "", "10.0.0.1:20000"},
             Row{"learned, peer outside", "", "", "198.51.100.9:5060", "203.0.113.7", "203.0.113.7:20000"},
             Row{"learned, peer still a name", "", "", "", "203.0.113.7", "203.0.113.7:20000"},
             Row{"learned, peer inside", "", "", "10.1.2.3:5060", "203.0.113.7", "10.0.0.1:20000"},
             Row{"learned, but it is written", "203.0.113.1", "", "198.51.100.9:5060", "203.0.113.7",
                 "203.0.113.1:20000"},
             Row{"learned, but the endpoint has its own", "", "10.0.0.2", "198.51.100.9:5060", "203.0.113.7",
                 "10.0.0.2:20000"},
             Row{"learned of the other family", "", "", "198.51.100.9:5060", "2001:db8::7", "10.0.0.1:20000"},
         }) {
        config::Transport transport{.external_media_address = row.external};
        transport.local_net = {*config::parse_network("10.0.0.0/8")};
        config::Endpoint endpoint;
        if (*row.media_address != '\0') {
            endpoint.media_address = *parse_address(row.media_address);
        }
        const Address peer = *row.peer == '\0' ? Address{} : *parse_address(row.peer);
        const Address learned = *row.learned == '\0' ? Address{} : *parse_address(row.learned);
        EXPECT_EQ(announced_address(&transport, endpoint, local, peer, learned).to_string(), row.shown) << row.what;
    }
    EXPECT_EQ(announced_address(nullptr, {}, local, {}, {}).to_string(), "10.0.0.1:20000");
}

/// A leg whose peer has agreed to these formats.
std::unique_ptr<media::MediaPlan> plan_for(std::vector<sip::MediaFormat> formats, const config::Opus& opus = {},
                                           const media::MediaPlan* previous = nullptr,
                                           std::vector<sip::PayloadAlias> aliases = {})
{
    const config::Endpoint endpoint;
    const config::Rtp rtp;
    const sip::NegotiatedMedia agreed{.formats = std::move(formats), .aliases = std::move(aliases)};
    return make_plan({.endpoint = endpoint,
                      .rtp = rtp,
                      .opus = opus,
                      .media = agreed,
                      .signalling_source = {},
                      .local = {},
                      .previous = previous});
}

sip::MediaFormat opus_format(std::string fmtp = {})
{
    return {.encoding = "opus", .clock_rate = 48'000, .channels = 2, .payload_type = 111, .fmtp = std::move(fmtp)};
}

TEST(Capabilities, SayWhatOpusWeWant)
{
    config::Endpoint endpoint;
    endpoint.allow = {"opus", "ulaw"};
    config::Snapshot configuration;
    configuration.opus = {.bitrate = 32'000, .dtx = true};
    const auto capabilities = capabilities_of(endpoint, configuration);
    ASSERT_EQ(capabilities.formats.size(), 2U);
    EXPECT_EQ(capabilities.formats[0].fmtp, "maxaveragebitrate=32000;useinbandfec=1;usedtx=1");
    EXPECT_EQ(capabilities.formats[0].channels, 2U);
    EXPECT_EQ(capabilities.formats[1].fmtp, "");
}

TEST(Capabilities, CallG726WhatTheFieldCallsIt)
{
    // Either name in allow, or both: SDP has one format, and it is packed as AAL2 does.
    for (const config::Names& allow : {config::Names{"g726"}, {"g726aal2"}, {"g726aal2", "g726"}}) {
        const config::Endpoint endpoint{.allow = allow, .g726_non_standard = true};
        const auto formats = capabilities_of(endpoint, {}).formats;
        ASSERT_EQ(formats.size(), 1U);
        EXPECT_EQ(formats[0].encoding, "G726-32");
        const sip::NegotiatedMedia agreed{.formats = formats};
        EXPECT_EQ(likely_codec(agreed, endpoint), codecs::CodecId::G726Aal2);
        EXPECT_EQ(likely_codec(agreed, {}), codecs::CodecId::G726);
    }
    const config::Endpoint standard{.allow = {"g726", "g726aal2"}};
    EXPECT_EQ(capabilities_of(standard, {}).formats.size(), 2U);
}

TEST(Capabilities, SayOfG729ThatItsAnnexBMayNotBeSent)
{
    const config::Endpoint endpoint{.allow = {"g729", "alaw"}};
    const auto formats = capabilities_of(endpoint, {}).formats;
    ASSERT_EQ(formats.size(), 2U);
    EXPECT_EQ(formats[0], (sip::MediaFormat{.encoding = "G729", .payload_type = 18, .fmtp = "annexb=no"}));
}

TEST(LikelyCodec, IsOneThatIsHeardIfThereIsAny)
{
    const sip::MediaFormat g729{.encoding = "G729", .payload_type = 18, .fmtp = {}};
    const sip::MediaFormat unknown{.encoding = "silk", .payload_type = 98, .fmtp = {}};
    const sip::MediaFormat alaw{.encoding = "PCMA", .payload_type = 8, .fmtp = {}};
    EXPECT_EQ(likely_codec(sip::NegotiatedMedia{.formats = {g729, alaw}}, {}), codecs::CodecId::Pcma);
    EXPECT_EQ(likely_codec(sip::NegotiatedMedia{.formats = {unknown, g729}}, {}), codecs::CodecId::G729);
    EXPECT_EQ(likely_codec(std::nullopt, {.allow = {"g729", "g722", "ulaw"}}), codecs::CodecId::G722);
    EXPECT_EQ(likely_codec(std::nullopt, {}), codecs::CodecId::Pcmu);
}

TEST(MakePlan, ListensForNothingInACodecThatIsOnlyPassedOn)
{
    for (const bool heard : {false, true}) {
        config::Endpoint endpoint;
        endpoint.dtmf_mode = config::DtmfMode::Inband;
        endpoint.comfort_noise = true;
        const sip::NegotiatedMedia agreed{
            .formats = {{.encoding = heard ? "PCMU" : "G729", .payload_type = heard ? 0 : 18, .fmtp = {}}},
            .comfort_noise = sip::MediaFormat{.encoding = "CN", .payload_type = 13, .fmtp = {}}};
        const auto plan = make_plan(
            {.endpoint = endpoint, .rtp = {}, .opus = {}, .media = agreed, .signalling_source = {}, .local = {}});
        EXPECT_EQ(plan->inband_keys, heard);
        EXPECT_EQ(plan->describe_silence, heard);
    }
}

TEST(MakePlan, PacksG726AsTheEndpointSays)
{
    for (const bool as_aal2 : {false, true}) {
        const config::Endpoint endpoint{.g726_non_standard = as_aal2};
        const sip::NegotiatedMedia agreed{.formats = {{.encoding = "g726-32", .payload_type = 110}}};
        const auto plan = make_plan(
            {.endpoint = endpoint, .rtp = {}, .opus = {}, .media = agreed, .signalling_source = {}, .local = {}});
        EXPECT_EQ(plan->codec, as_aal2 ? codecs::CodecId::G726Aal2 : codecs::CodecId::G726);
    }
}

TEST(Capabilities, HaveIceWhereTheEndpointAndTheNodeDo)
{
    for (const bool endpoint_has : {false, true}) {
        for (const bool node_has : {false, true}) {
            config::Snapshot configuration;
            configuration.rtp.icesupport = node_has;
            const config::Endpoint endpoint{.ice_support = endpoint_has};
            EXPECT_EQ(capabilities_of(endpoint, configuration).ice, endpoint_has && node_has);
        }
    }
}

TEST(MakePlan, LeavesTheSocketOpenForChecks)
{
    const config::Endpoint endpoint;
    sip::NegotiatedMedia agreed{.remote_rtp = *parse_address("127.0.0.1:4000"), .formats = {{.encoding = "PCMU"}}};
    agreed.formats[0].payload_type = 0;
    const auto connected = [&] {
        return make_plan({.endpoint = endpoint,
                          .rtp = {},
                          .opus = {},
                          .media = agreed,
                          .signalling_source = *parse_address("127.0.0.1:5060"),
                          .local = *parse_address("127.0.0.1:5060")})
            ->connected;
    };
    EXPECT_TRUE(connected());
    agreed.ice = sip::IceLogin{.ufrag = "peer", .pwd = "peerHas22CharactersOrSo"};
    EXPECT_FALSE(connected());
}

TEST(MakePlan, EncodesOpusAsThePeerWants)
{
    const auto plan = plan_for({opus_format("maxplaybackrate=16000; maxaveragebitrate=20000; useinbandfec=1")});
    EXPECT_EQ(plan->codec, codecs::CodecId::Opus);
    EXPECT_EQ(plan->payload_type, 111);
    EXPECT_EQ(plan->opus.playback_rate, 16'000U);
    EXPECT_EQ(plan->opus.bitrate_max, 20'000U);
    EXPECT_TRUE(plan->opus.fec);
}

TEST(MakePlan, EncodesOpusInFramesAsShortAsThePeerWants)
{
    const auto frames_are_short = [](unsigned ptime_ms, const char* encoding) {
        sip::NegotiatedMedia agreed{.formats = {opus_format()}};
        agreed.formats[0].encoding = encoding;
        agreed.formats[0].channels = agreed.formats[0].encoding == "opus" ? 2 : 1;
        agreed.ptime_ms = ptime_ms;
        const auto plan =
            make_plan({.endpoint = {}, .rtp = {}, .opus = {}, .media = agreed, .signalling_source = {}, .local = {}});
        EXPECT_EQ(plan->ptime_ms, ptime_ms);
        return plan->opus.short_frames;
    };
    EXPECT_TRUE(frames_are_short(10, "opus"));
    EXPECT_FALSE(frames_are_short(20, "opus"));
    EXPECT_FALSE(frames_are_short(60, "opus"));
    EXPECT_FALSE(frames_are_short(10, "L16"));
}

TEST(MakePlan, KnowsTheFormatsThePeerMayChangeOverTo)
{
    const auto plan = plan_for({{.encoding = "PCMU", .clock_rate = 8'000, .payload_type = 0},
                                opus_format(),
                                {.encoding = "G728", .clock_rate = 8'000, .payload_type = 15}});
    EXPECT_EQ(plan->codec, codecs::CodecId::Pcmu);
    EXPECT_TRUE(plan->further_formats.test(111));
    EXPECT_EQ(plan->further_formats.count(), 1U);
}

TEST(MakePlan, KnowsAllEventsThePeerMayUse)
{
    const sip::MediaFormat fine{.encoding = "telephone-event", .clock_rate = 48'000, .payload_type = 97};
    const sip::MediaFormat usual{.encoding = "telephone-event", .clock_rate = 8'000, .payload_type = 101};
    const config::Endpoint endpoint;
    const config::Rtp rtp;
    const config::Opus opus;
    const sip::NegotiatedMedia agreed{
        .formats = {opus_format()}, .telephone_event = fine, .telephone_events = {usual, fine}};
    const auto plan = make_plan(
        {.endpoint = endpoint, .rtp = rtp, .opus = opus, .media = agreed, .signalling_source = {}, .local = {}});
    EXPECT_EQ(plan->dtmf->payload_type, 97);
    ASSERT_EQ(plan->further_dtmf.size(), 1U);
    EXPECT_EQ(plan->events_of(101)->clock_rate, 8'000U);
    EXPECT_EQ(plan->events_at(48'000)->payload_type, 97);
    EXPECT_EQ(plan->events_at(16'000), nullptr);
}

TEST(MakePlan, KnowsTheNumbersOfTheOfferThatTheAnswerHasChanged)
{
    const auto plan = plan_for({opus_format()}, {}, nullptr, {{.heard = 96, .means = 111}});
    EXPECT_EQ(plan->meaning_of(96), 111);
    EXPECT_EQ(plan->meaning_of(111), 111);
    EXPECT_EQ(plan->meaning_of(97), 97);
}

TEST(MakePlan, KeepsTheStatesOfAStreamThatIsCodedAsBefore)
{
    const auto first = plan_for({opus_format()});
    EXPECT_EQ(plan_for({opus_format("stereo=1")}, {}, first.get())->encoder, nullptr);
    EXPECT_NE(plan_for({opus_format("useinbandfec=1")}, {}, first.get())->encoder, nullptr);
}

TEST(Capabilities, HaveComfortNoiseWhereTheEndpointHas)
{
    EXPECT_FALSE(capabilities_of({}, {}).comfort_noise);
    EXPECT_TRUE(capabilities_of({.comfort_noise = true}, {}).comfort_noise);
}

TEST(MakePlan, DescribesSilenceAtTheClockOfTheCodecOnly)
{
    const config::Endpoint endpoint{.comfort_noise = true};
    sip::NegotiatedMedia agreed{.formats = {{.encoding = "PCMU", .clock_rate = 8'000, .payload_type = 0}},
                                .comfort_noise = sip::MediaFormat{.encoding = "CN", .payload_type = 13}};
    const auto describes = [&] {
        return make_plan(
                   {.endpoint = endpoint, .rtp = {}, .opus = {}, .media = agreed, .signalling_source = {}, .local = {}})
            ->describe_silence;
    };
    EXPECT_TRUE(describes());
    agreed.formats.insert(agreed.formats.begin(), opus_format());  // to which the peer has changed over
    EXPECT_FALSE(describes());
}

TEST(Capabilities, SayWhereKeysMayComeFromAndWhoBegins)
{
    config::Endpoint endpoint;
    EXPECT_EQ(capabilities_of(endpoint, {}).security, sip::MediaSecurity::None);
    endpoint.media_encryption = {config::MediaEncryption::Dtls, config::MediaEncryption::Sdes};
    endpoint.dtls_setup = config::DtlsSetup::Passive;
    const auto required = capabilities_of(endpoint, {});
    EXPECT_EQ(required.security, sip::MediaSecurity::Required);
    EXPECT_EQ(required.keying, (std::vector{sip::MediaKeying::Dtls, sip::MediaKeying::Sdes}));
    EXPECT_EQ(required.setup, sip::DtlsSetup::Passive);
    endpoint.media_encryption_optimistic = true;
    EXPECT_EQ(capabilities_of(endpoint, {}).security, sip::MediaSecurity::Optional);
}

}  // namespace
}  // namespace rb::engine
