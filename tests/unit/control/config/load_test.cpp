// Goal: a configuration loads to the objects it describes, or is refused whole with every fault named.
// Method: pairs of files and either the objects or the exact messages.
#include "control/config/load.h"

#include <gtest/gtest.h>

namespace rb::config {
namespace {

Loaded load_texts(Texts texts)
{
    return load(*text_source(std::move(texts)));
}

Loaded load_pjsip_text(const std::string& text)
{
    return load_texts({{"pjsip.conf", text}});
}

std::vector<std::string> messages(const Loaded& loaded)
{
    std::vector<std::string> texts;
    for (const auto& problem : loaded.problems) {
        texts.push_back(to_string(problem));
    }
    return texts;
}

using Messages = std::vector<std::string>;

TEST(Load, WithoutAnyFileTheDefaultsStand)
{
    const auto loaded = load_texts({});
    ASSERT_TRUE(loaded.snapshot);
    EXPECT_TRUE(loaded.problems.empty());
    EXPECT_TRUE(loaded.snapshot->endpoints.empty()) << "nobody may call what nobody configured";
    EXPECT_EQ(loaded.snapshot->user_profiles.count("default_user"), 1U);
    EXPECT_EQ(loaded.snapshot->bridge_profiles.count("default_bridge"), 1U);
    EXPECT_EQ(loaded.snapshot->indications.zones.count("de"), 1U);
    EXPECT_EQ(loaded.snapshot->statsd.server.to_string(), "127.0.0.1:8125");
    EXPECT_FALSE(loaded.snapshot->has_extensions);
}

TEST(Load, TheDemoLoadsWithoutAWord)
{
    const auto loaded = load(*demo_source());
    EXPECT_EQ(messages(loaded), Messages{});
    ASSERT_TRUE(loaded.snapshot);
    const Snapshot& demo = *loaded.snapshot;
    EXPECT_EQ(demo.transports.at("udp-ipv4").bind.to_string(), "127.0.0.1:5060");
    EXPECT_EQ(demo.transports.at("udp-ipv6").bind.to_string(), "[::1]:5060");
    EXPECT_EQ(demo.rtp.rtpstart, 20000);
    EXPECT_EQ(demo.rtp.rtpend, 29999);
    EXPECT_EQ(demo.bridge_profiles.at("room-8k").internal_sample_rate, 8000U);
    EXPECT_EQ(demo.bridge_profiles.at("room-16k").internal_sample_rate, 16000U);
    EXPECT_EQ(demo.bridge_profiles.at("room-48k").internal_sample_rate, 48000U);
    EXPECT_TRUE(demo.user_profiles.at("quiet").quiet);
    EXPECT_EQ(demo.endpoints.at("peer-ulaw").allow, Names{"ulaw"});
    EXPECT_EQ(demo.endpoints.at("peer-alaw").allow, Names{"alaw"});
    EXPECT_EQ(demo.aors.at("peer").contact, Names{"sip:127.0.0.1:6060"});
    EXPECT_EQ(demo.node.workers.talkers_max, 16U);
    EXPECT_EQ(demo.node.limits.cpu_percent_max, 80U);
    EXPECT_TRUE(demo.has_extensions);
}

TEST(Load, TheDemoLetsInThisHostAndNobodyElse)
{
    const auto loaded = load(*demo_source());
    ASSERT_TRUE(loaded.snapshot);
    for (const auto& [name, endpoint] : loaded.snapshot->endpoints) {
        EXPECT_TRUE(allows(endpoint.acl, *parse_address("127.0.0.1"))) << name;
        EXPECT_TRUE(allows(endpoint.acl, *parse_address("::1"))) << name;
        EXPECT_FALSE(allows(endpoint.acl, *parse_address("192.0.2.1"))) << name;
        EXPECT_FALSE(allows(endpoint.acl, *parse_address("2001:db8::1"))) << name;
    }
}

TEST(Load, ReadsAnEndpoint)
{
    const auto loaded = load_pjsip_text(R"(
[udp]
type=transport
bind=10.0.0.1
tos=cs3
local_net=10.0.0.0/8
local_net=192.168.0.0/16

[base](!)
type=endpoint
disallow=all
allow=alaw,ulaw
rtp_timeout=30

[6001](base)
aors=6001,spare
transport=udp
context=office
dtmfmode=rfc2833
callerid="Anna B" <6001>
set_var=COLOUR=red
set_var=_SIZE=9
rtp_timeout=60
tos_audio=ef
identify_by=ip,header
100rel=no
deny=0.0.0.0/0
permit=10.0.0.0/8

[6001]
type=aor
contact=sip:6001@10.0.0.9

[spare]
type=aor

[6001-ip]
type=identify
endpoint=6001
match=10.0.0.9,2001:db8::/64
match_header=X-Key: /^a.*/

[global]
type=global
endpoint_identifier_order=username,ip

[system]
type=system
timer_t1=200
)");
    const Messages warned{"pjsip.conf:25: warning: identify_by: 'header' is accepted and has no effect",
                          "pjsip.conf:41: warning: option 'match_header' of identify is accepted and has no effect"};
    EXPECT_EQ(messages(loaded), warned);
    ASSERT_TRUE(loaded.snapshot);
    const Transport& transport = loaded.snapshot->transports.at("udp");
    EXPECT_EQ(transport.bind.to_string(), "10.0.0.1:5060");
    EXPECT_EQ(transport.tos, 96U);
    EXPECT_EQ(transport.local_net.size(), 2U);
    const Endpoint& endpoint = loaded.snapshot->endpoints.at("6001");
    EXPECT_EQ(endpoint.context, "office");
    EXPECT_EQ(endpoint.allow, (Names{"alaw", "ulaw"}));
    EXPECT_EQ(endpoint.aors, (Names{"6001", "spare"}));
    EXPECT_EQ(endpoint.dtmf_mode, DtmfMode::Rfc4733);
    EXPECT_EQ(endpoint.callerid, (CallerId{.name = "Anna B", .number = "6001"}));
    EXPECT_EQ(endpoint.set_var, (std::vector<SetVar>{{"COLOUR", "red"}, {"_SIZE", "9"}}));
    EXPECT_EQ(endpoint.rtp_timeout, Seconds{60});
    EXPECT_EQ(endpoint.tos_audio, 184U);
    EXPECT_EQ(endpoint.identify_by, (std::vector<IdentifyBy>{IdentifyBy::Ip, IdentifyBy::Header}));
    EXPECT_EQ(endpoint.reliable, Reliable::No);
    EXPECT_FALSE(allows(endpoint.acl, *parse_address("11.0.0.1")));
    const Identify& identify = loaded.snapshot->identifies.at("6001-ip");
    EXPECT_EQ(identify.match.size(), 2U);
    EXPECT_EQ(identify.match_header, (MatchHeader{.name = "X-Key", .value = "/^a.*/"}));
    EXPECT_EQ(loaded.snapshot->global.endpoint_identifier_order, (Names{"username", "ip"}));
    EXPECT_EQ(loaded.snapshot->system.timer_t1, Millis{200});
}

TEST(Load, ReadsALogin)
{
    const std::string md5(32, 'A');
    const std::string sha(64, 'b');
    const auto loaded =
        load_pjsip_text("[trunk]\ntype=endpoint\nallow=ulaw\noutbound_auth=one,two,three\n[one]\n" +
                        std::string{"type=auth\nusername=u\npassword=p\nrealm=r\n"} +
                        "[two]\ntype=auth\nauth_type=md5\nusername=u\nmd5_cred=" + md5 +
                        "\n[three]\ntype=auth\nauth_type=digest\nusername=u\npassword_digest=MD5:" + md5 +
                        "\npassword_digest=sha-256:" + sha + "\nsupported_algorithms_uac=SHA-256,md5\n");
    EXPECT_EQ(messages(loaded), Messages{});
    ASSERT_TRUE(loaded.snapshot);
    EXPECT_EQ(loaded.snapshot->endpoints.at("trunk").outbound_auth, (Names{"one", "two", "three"}));
    const auto& auths = loaded.snapshot->auths;
    EXPECT_EQ(auths.at("one"), (Auth{.name = "one", .username = "u", .password = "p", .realm = "r"}));
    EXPECT_EQ(auths.at("two"),
              (Auth{.name = "two", .kind = AuthKind::Md5, .username = "u", .hashes = {{"md5", std::string(32, 'a')}}}));
    EXPECT_EQ(auths.at("three"), (Auth{.name = "three",
                                       .kind = AuthKind::Digest,
                                       .username = "u",
                                       .hashes = {{"md5", std::string(32, 'a')}, {"sha-256", sha}},
                                       .algorithms_uac = {"sha-256", "md5"}}));
}

TEST(Load, RefusesALoginThatCannotWorkWithoutRepeatingItsSecrets)
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {"password=p", "1: auth [a] needs username"},
        {"username=u", "1: auth [a] needs password, or another auth_type"},
        {"username=u\nauth_type=md5\npassword=p", "1: auth [a] needs md5_cred for auth_type=md5"},
        {"username=u\nauth_type=digest", "1: auth [a] needs password_digest or password for auth_type=digest"},
        {"username=u\npassword=p\nmd5_cred=hidden",
         "5: md5_cred: the hash is not accepted: expected 32 hexadecimal digits of username:realm:password"},
        {"username=u\npassword=p\npassword_digest=MD4:hidden",
         "5: password_digest: the value is not accepted: expected ALGORITHM:hash with MD5, SHA-256 or SHA-512-256"},
        {"username=u\npassword=p\nsupported_algorithms_uac=MD4",
         "5: supported_algorithms_uac: 'MD4' is not accepted: expected MD5, SHA-256 or SHA-512-256"},
        {"username=u\npassword=p\nauth_type=google_oauth",
         "5: auth_type: 'google_oauth' is not accepted: expected userpass, md5, digest"},
    };
    for (const auto& [lines, message] : cases) {
        const auto loaded = load_pjsip_text("[a]\ntype=auth\n" + lines + "\n");
        EXPECT_EQ(messages(loaded), Messages{"pjsip.conf:" + message}) << lines;
        EXPECT_FALSE(loaded.snapshot) << lines;
    }
}

/// A whole endpoint with one line put in, at line 4.
Loaded with_endpoint_line(const std::string& line)
{
    return load_pjsip_text("[e]\ntype=endpoint\nallow=ulaw\n" + line + "\n");
}

TEST(Load, RefusesAWrongValueAndNamesWhatIsAccepted)
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {"rtp_symmetric=maybe", "rtp_symmetric: 'maybe' is not accepted: expected yes or no"},
        {"rtp_timeout=-1", "rtp_timeout: '-1' is not accepted: expected a whole number, 0 to 86400"},
        {"rtp_timeout=1.5", "rtp_timeout: '1.5' is not accepted: expected a whole number, 0 to 86400"},
        {"rtp_timeout=86401", "rtp_timeout: '86401' is not accepted: expected a whole number, 0 to 86400"},
        {"dtmf_mode=telepathy",
         "dtmf_mode: 'telepathy' is not accepted: expected rfc4733, inband, info, auto, auto_info, none"},
        {"media_encryption=zrtp",
         "media_encryption: 'zrtp' is not accepted: expected no, sdes, dtls, or both with a comma"},
        {"dtls_setup=holdconn", "dtls_setup: 'holdconn' is not accepted: expected actpass, active, passive"},
        {"media_encryption=sdes",
         "media_encryption=sdes sends its keys in SIP, and SIP over TLS is not available: srtp_secure_signaling=no "
         "permits that they can be read on their way"},
        {"webrtc=maybe", "webrtc: 'maybe' is not accepted: expected yes or no"},
        {"auth=a",
         "auth: digest authentication is not available, and without it anyone could call as this endpoint; remove auth "
         "and say by acl, permit or identify who may"},
        {"identify_by=smell",
         "identify_by: 'smell' is not accepted: expected username, auth_username, ip, header, request_uri"},
        {"permit=10.0.0.0/40",
         "permit: '40' is not a mask for 10.0.0.0: expected a prefix from 0 to 32 or a mask of ones followed by zeros"},
        {"acl=nobody", "acl: there is no section [nobody] in acl.conf"},
        {"aors=nobody", "aors: there is no aor named 'nobody'"},
        {"outbound_auth=nobody", "outbound_auth: there is no auth named 'nobody'"},
        {"transport=nobody", "transport: there is no transport named 'nobody'"},
        {"set_var=x", "set_var: 'x' is not accepted: expected NAME=value"},
        {"callerid=a <b", "callerid: 'a <b' is not accepted: expected \"Name\" <number>"},
        {"tos_audio=fast",
         "tos_audio: 'fast' is not accepted: expected ef, cs0 to cs7, af11 to af43, or a number from 0 to 255"},
        {"media_address=example.com",
         "media_address: 'example.com' is not an IPv4 or IPv6 address (host names are not accepted here)"},
        {"bind_rtp_to_media_address=yes", "bind_rtp_to_media_address needs media_address"},
    };
    for (const auto& [line, message] : cases) {
        const auto loaded = with_endpoint_line(line);
        EXPECT_EQ(messages(loaded), Messages{"pjsip.conf:4: " + message}) << line;
        EXPECT_FALSE(loaded.snapshot) << line;
    }
}

TEST(Load, ReadsWhereTheKeysOfMediaComeFrom)
{
    using Ways = std::vector<MediaEncryption>;
    const std::vector<std::pair<std::string, Ways>> cases{
        {"media_encryption=no", {}},
        {"media_encryption=dtls", {MediaEncryption::Dtls}},
        {"media_encryption=sdes, dtls\nsrtp_secure_signaling=no", {MediaEncryption::Sdes, MediaEncryption::Dtls}},
        {"mediaencryption=dtls,sdes,dtls\nsrtp_secure_signaling=no", {MediaEncryption::Dtls, MediaEncryption::Sdes}},
    };
    for (const auto& [lines, ways] : cases) {
        const auto loaded = with_endpoint_line(lines);
        ASSERT_TRUE(loaded.snapshot) << lines;
        EXPECT_EQ(loaded.snapshot->endpoints.at("e").media_encryption, ways) << lines;
    }
    const auto loaded = with_endpoint_line(
        "media_encryption=dtls\ndtls_setup=passive\ndtls_fingerprint=sha-1\ndtls_rekey=600\ndtls_verify=yes\n"
        "dtls_ca_path=/ca\ndtls_cert_file=/a.pem\ndtlsprivatekey=/a.key\ndtls_cipher=HIGH");
    ASSERT_TRUE(loaded.snapshot);
    EXPECT_EQ(messages(loaded), Messages{});
    const Endpoint& endpoint = loaded.snapshot->endpoints.at("e");
    EXPECT_EQ(endpoint.dtls_setup, DtlsSetup::Passive);
    EXPECT_EQ(endpoint.dtls_fingerprint, DtlsFingerprint::Sha1);
    EXPECT_EQ(endpoint.dtls_rekey, Seconds{600});
    EXPECT_EQ(endpoint.dtls_verify, DtlsVerify::Yes);
    EXPECT_EQ(endpoint.dtls_private_key, "/a.key");
    EXPECT_EQ(messages(with_endpoint_line("media_encryption=dtls\ndtls_auto_generate_cert=no")),
              Messages{"pjsip.conf:5: dtls_auto_generate_cert=no leaves DTLS without a certificate: set "
                       "dtls_cert_file"});
    EXPECT_EQ(messages(with_endpoint_line("media_encryption=dtls\ndtls_verify=certificate")),
              Messages{"pjsip.conf:5: dtls_verify trusts nobody without an authority: set dtls_ca_file or "
                       "dtls_ca_path"});
}

TEST(Load, RefusesSectionsThatDoNotFit)
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {"[x]\ntype=endpont\n",
         "pjsip.conf:2: unknown type 'endpont', did you mean 'endpoint': expected transport, "
         "endpoint, auth, aor, identify, global, system, acl, contact, registration, "
         "domain_alias, resource_list, subscription_persistence, inbound-publication, "
         "outbound-publish, asterisk-publication, phoneprov"},
        {"[x]\nbind=::1\n",
         "pjsip.conf:1: [x] has no line 'type = ...': expected transport, endpoint, auth, aor, identify, "
         "global, system, acl, contact, registration, domain_alias, resource_list, "
         "subscription_persistence, inbound-publication, outbound-publish, asterisk-publication, "
         "phoneprov"},
        {"[x]\ntype=transport\n", "pjsip.conf:1: transport [x] needs bind, such as 0.0.0.0:5060"},
        {"[x]\ntype=transport\nbind=::1\nexternal_signaling_address=example.org\n",
         "pjsip.conf:4: external_signaling_address: 'example.org' is not accepted: expected a literal address"},
        {"[x]\ntype=transport\nbind=::1\nprotocol=tls\n",
         "pjsip.conf:4: protocol: 'tls' is not accepted: expected udp"},
        {"[x]\ntype=endpoint\n",
         "pjsip.conf:1: endpoint [x] is left without a codec: allow at least one of ulaw, alaw, g722, opus, slin, "
         "slin16, slin48, gsm, g726, g726aal2, g726-16, g726-24, g726aal2-16, g726aal2-24, "
         "adpcm, g729"},
        {"[x]\ntype=identify\nmatch=::1\n", "pjsip.conf:1: identify [x] needs endpoint"},
        {"[x]\ntype=identify\nendpoint=y\nmatch=::1\n", "pjsip.conf:3: endpoint: there is no endpoint named 'y'"},
        {"[x]\ntype=aor\n[x]\ntype=aor\n", "pjsip.conf:3: [x] is there twice with the same type"},
        {"[x]\ntype=global\n[y]\ntype=global\n", "pjsip.conf:3: there may be one section of type global"},
        {"[x]\ntype=aor\ncontact=127.0.0.1\n",
         "pjsip.conf:3: contact: '127.0.0.1' is not accepted: expected a SIP URI such as sip:10.0.0.1:5060"},
        {"[x]\ntype=transport\nbind=::1\n[y]\ntype=transport\nbind=::1\n",
         "pjsip.conf: transports [x] and [y] both bind [::1]:5060"},
    };
    for (const auto& [text, message] : cases) {
        const auto loaded = load_pjsip_text(text);
        EXPECT_EQ(messages(loaded), Messages{message}) << text;
        EXPECT_FALSE(loaded.snapshot) << text;
    }
}

TEST(Load, WarnsOfAnUnknownOptionAndNamesTheNearest)
{
    const auto loaded = with_endpoint_line("rtp_simetric=yes");
    EXPECT_EQ(messages(loaded),
              Messages{"pjsip.conf:4: warning: unknown option 'rtp_simetric' in [e]; did you mean 'rtp_symmetric'?"});
    EXPECT_TRUE(loaded.snapshot);
}

TEST(Load, WebrtcIsWhatBrowsersNeed)
{
    const auto loaded = with_endpoint_line("bundle=no\nwebrtc=yes\nice_support=no");
    ASSERT_TRUE(loaded.snapshot);
    EXPECT_EQ(messages(loaded), Messages{});
    const Endpoint& endpoint = loaded.snapshot->endpoints.at("e");
    EXPECT_TRUE(endpoint.ice_support && endpoint.rtcp_mux && endpoint.bundle && endpoint.use_avpf);
    EXPECT_EQ(endpoint.media_encryption, std::vector{MediaEncryption::Dtls});
    const auto both = with_endpoint_line("webrtc=yes\nmedia_encryption=dtls,sdes\nsrtp_secure_signaling=no");
    ASSERT_TRUE(both.snapshot);
    EXPECT_EQ(both.snapshot->endpoints.at("e").media_encryption,
              (std::vector{MediaEncryption::Dtls, MediaEncryption::Sdes}));
    EXPECT_FALSE(with_endpoint_line("webrtc=no").snapshot->endpoints.at("e").ice_support);
}

TEST(Load, WarnsOnceOfWhatHasNoEffect)
{
    const auto loaded = load_pjsip_text(
        "[t](!)\ntype=endpoint\nallow=ulaw\nrtp_engine=x\n[a](t)\n[b](t)\nrtp_engine=y\n[r]\ntype=registration\n");
    EXPECT_EQ(messages(loaded),
              (Messages{"pjsip.conf:4: warning: option 'rtp_engine' of endpoint is accepted and has no effect",
                        "pjsip.conf:8: warning: type 'registration' is accepted and has no effect"}));
    EXPECT_TRUE(loaded.snapshot);
}

TEST(Load, WarnsOfAValueThatIsNotActedUpon)
{
    EXPECT_EQ(messages(with_endpoint_line("timers=no")), Messages{});
    EXPECT_EQ(
        messages(with_endpoint_line("timers=required")),
        Messages{"pjsip.conf:4: warning: option 'timers' of endpoint acts as 'no': any other value is accepted and "
                 "has no effect"});
    EXPECT_EQ(messages(with_endpoint_line("timers_min_se=120")),
              Messages{"pjsip.conf:4: warning: option 'timers_min_se' of endpoint is accepted and has no effect"});
}

TEST(Load, AnUnknownCodecIsLeftOutWithAWarning)
{
    const auto loaded = load_pjsip_text("[e]\ntype=endpoint\nallow=!all,silk16,PCMA\n");
    EXPECT_EQ(messages(loaded),
              Messages{"pjsip.conf:3: warning: allow: codec 'silk16' is not available and left out; "
                       "there are ulaw, alaw, g722, opus, slin, slin16, slin48, gsm, g726, g726aal2, g726-16, g726-24, "
                       "g726aal2-16, g726aal2-24, adpcm, g729"});
    ASSERT_TRUE(loaded.snapshot);
    EXPECT_EQ(loaded.snapshot->endpoints.at("e").allow, Names{"alaw"});
}

TEST(Load, ReadsHowOpusIsSent)
{
    const auto loaded = load_texts({{"codecs.conf",
                                     "[plc]\ngenericplc=yes\n[opus]\ntype=opus\ncomplexity=3\nbitrate=max\n"
                                     "max_bandwidth=wide\nfec=no\nsignal=voice\n[silk8]\ntype=silk\n"}});
    EXPECT_EQ(messages(loaded), (Messages{"codecs.conf:1: warning: section [plc] is accepted and has no effect",
                                          "codecs.conf:9: warning: option 'signal' of opus is accepted and has no "
                                          "effect",
                                          "codecs.conf:10: warning: section [silk8] is accepted and has no effect"}));
    ASSERT_TRUE(loaded.snapshot);
    EXPECT_EQ(loaded.snapshot->opus,
              (Opus{.complexity = 3, .bitrate = 510'000, .max_bandwidth = OpusBandwidth::Wide, .fec = false}));
    EXPECT_EQ(messages(load_texts({{"codecs.conf", "[opus]\nbitrate=400\n"}})),
              Messages{"codecs.conf:2: bitrate: '400' is not accepted: expected a whole number, 500 to 510000"});
}

TEST(Load, ReadsWhomToAskForOurPublicAddress)
{
    const auto loaded = load_texts({{"rtp.conf", "[general]\nstunaddr=stun.example.com\nturnaddr=192.0.2.1:5000\n"}});
    EXPECT_EQ(messages(loaded), Messages{});
    ASSERT_TRUE(loaded.snapshot);
    EXPECT_EQ(loaded.snapshot->rtp.stunaddr, (HostPort{.host = "stun.example.com", .port = 3478}));
    EXPECT_EQ(loaded.snapshot->rtp.turnaddr, (HostPort{.host = "192.0.2.1", .port = 5000}));
    EXPECT_FALSE(load_texts({{"rtp.conf", "[general]\nstunaddr=a\nstunaddr=\n"}}).snapshot->rtp.stunaddr);
    EXPECT_EQ(
        messages(load_texts({{"rtp.conf", "[general]\nstunaddr=stun:a\nturnaddr=a:x\n"}})),
        (Messages{"rtp.conf:2: stunaddr: 'stun:a' is not accepted: expected a host name or an address, and perhaps "
                  ":port",
                  "rtp.conf:3: turnaddr: 'a:x' is not accepted: expected a host name or an address, and perhaps "
                  ":port"}));
}

TEST(Load, NamesAllFaultsOfAllFilesAtOnce)
{
    const auto loaded = load_texts({{"pjsip.conf", "[e]\ntype=endpoint\nallow=ulaw\nrtp_timeout=x\n"},
                                    {"rtp.conf", "[general]\nrtpstart=20000\nrtpend=10000\n"},
                                    {"confbridge.conf", "[r]\ntype=bridge\ninternal_sample_rate=44100\n"}});
    EXPECT_EQ(messages(loaded),
              (Messages{"pjsip.conf:4: rtp_timeout: 'x' is not accepted: expected a whole number, 0 to 86400",
                        "rtp.conf:3: rtpend must be above rtpstart, so that there is a port pair",
                        "confbridge.conf:3: internal_sample_rate: '44100' is not accepted: expected auto, 8000, 16000 "
                        "or 48000 (the rates rooms are mixed at here)"}));
    EXPECT_FALSE(loaded.snapshot);
}

TEST(Load, ReadsRoomsAndMenus)
{
    const auto loaded = load_texts({{"confbridge.conf", R"(
[general]
[boss]
type=user
admin=yes
announce_user_count_all=3
[hall]
type=bridge
max_members=50
sound_join=beep
[keys]
type=menu
*=playback_and_continue(a&b,c)
*1=toggle_mute,no_op
)"}});
    EXPECT_EQ(messages(loaded), Messages{});
    ASSERT_TRUE(loaded.snapshot);
    EXPECT_EQ(loaded.snapshot->user_profiles.at("boss").announce_user_count_all, 3U);
    EXPECT_EQ(loaded.snapshot->bridge_profiles.at("hall").sounds.at("sound_join"), "beep");
    const Menu& menu = loaded.snapshot->menus.at("keys");
    EXPECT_EQ(menu.keys,
              (std::vector<MenuKey>{{"*", {"playback_and_continue(a&b,c)"}}, {"*1", {"toggle_mute", "no_op"}}}));
}

TEST(Load, NamesRecordOptionsThatDoNothing)
{
    const auto loaded = load_texts({{"confbridge.conf",
                                     "[r]\ntype=bridge\nrecord_options=ab\n[s]\ntype=bridge\n"
                                     "record_options=a\n"}});
    EXPECT_EQ(messages(loaded),
              (Messages{"confbridge.conf:3: warning: record_options: of 'ab' only a has an effect in a room"}));
}

TEST(Load, NamesMenuActionsThatDoNothing)
{
    const auto loaded = load_texts({{"confbridge.conf", "[m]\ntype=menu\n1=toggle_mute,toggle_binaural\n"}});
    EXPECT_EQ(messages(loaded),
              (Messages{"confbridge.conf:3: warning: action 'toggle_binaural' of menu is accepted and has no effect"}));
    EXPECT_TRUE(loaded.snapshot);
}

TEST(Load, ReadsTheNodesOwnFile)
{
    const auto loaded = load_texts({{"ringbridge.conf",
                                     "[workers]\ncount=2\ncpus=1,4-6\nio=mmsg\n[limits]\nlegs_max=50\n[sales]\n"
                                     "type=route\npattern=_9XXX\napp=shop\nargs=a,b\n[general]\ndefault_app=hello\n"}});
    EXPECT_EQ(messages(loaded), Messages{});
    ASSERT_TRUE(loaded.snapshot);
    const Node& node = loaded.snapshot->node;
    EXPECT_EQ(node.workers.cpus, (std::vector<unsigned>{1, 4, 5, 6}));
    EXPECT_EQ(node.workers.io, PacketIoKind::Mmsg);
    EXPECT_EQ(node.limits.legs_max, 50U);
    EXPECT_EQ(node.default_app, "hello");
    ASSERT_EQ(node.routes.size(), 1U);
    EXPECT_EQ(node.routes[0].args, (Names{"a", "b"}));
}

TEST(Load, ReadsTheSmallFiles)
{
    const auto loaded = load_texts({
        {"logger.conf", "[general]\nuse_callids=no\n[logfiles]\nconsole => notice,error\nfull=[json]*,verbose(3)\n"},
        {"statsd.conf", "[general]\nenabled=yes\nserver=10.0.0.5\nprefix=rb.\n"},
        {"modules.conf", "[modules]\nautoload=yes\nnoload => app_echo.so\nload = chan_dahdi.so\n"},
        {"asterisk.conf",
         "[options](!)\n[options]\nsystemname=n1\nmaxcalls=99\nmindtmfduration=60\n[directories]\nastdatadir=/x\n"},
        {"musiconhold.conf", "[default]\nmode=files\ndirectory=moh\nsort=random\n"},
        {"indications.conf", "[general]\ncountry=at\n[at]\ndescription=Austria\nringcadence=1000,5000\ndial=420\n"},
    });
    EXPECT_EQ(messages(loaded),
              Messages{"modules.conf:4: info: module 'chan_dahdi' is not known here and has no effect"});
    ASSERT_TRUE(loaded.snapshot);
    const Snapshot& snapshot = *loaded.snapshot;
    EXPECT_EQ(snapshot.logger.channels,
              (std::vector<LogChannel>{{.target = "console", .levels = {"notice", "error"}},
                                       {.target = "full", .format = LogFormat::Json, .levels = {"*", "verbose(3)"}}}));
    EXPECT_EQ(snapshot.statsd.server.to_string(), "10.0.0.5:8125");
    EXPECT_FALSE(snapshot.modules.enabled("app_echo"));
    EXPECT_TRUE(snapshot.modules.enabled("app_dial"));
    EXPECT_EQ(snapshot.asterisk.systemname, "n1");
    EXPECT_EQ(snapshot.asterisk.maxcalls, 99U);
    EXPECT_EQ(snapshot.asterisk.mindtmfduration_ms, 60U);
    EXPECT_EQ(snapshot.asterisk.astdatadir, "/x");
    EXPECT_EQ(snapshot.music_classes.at("default").sort, MusicSort::Random);
    EXPECT_EQ(snapshot.indications.zones.at("at").tones.at("dial"), "420");
    EXPECT_EQ(snapshot.indications.zones.at("at").ringcadence, (std::vector<Millis>{Millis{1000}, Millis{5000}}));
}

TEST(Load, RefusesFaultsOfTheSmallFiles)
{
    const std::vector<std::pair<Texts, std::string>> cases{
        {{{"logger.conf", "[logfiles]\nconsole=loud\n"}},
         "logger.conf:2: 'loud' is not accepted: expected error, warning, notice, verbose, debug, dtmf, fax, security, "
         "verbose(n), debug(n) or *"},
        {{{"logger.conf", "[logfiles]\nconsole=[xml]error\n"}},
         "logger.conf:2: [xml] is not accepted: expected [default], [plain] or [json]"},
        {{{"modules.conf", "[modules]\nrequire=chan_dahdi.so\n"}},
         "modules.conf:2: require: there is no module 'chan_dahdi' here"},
        {{{"asterisk.conf", "[compat]\n[nonsense]\n"}},
         "asterisk.conf:2: unknown section [nonsense]: expected options, directories, compat, files"},
        {{{"musiconhold.conf", "[default]\nmode=custom\ndirectory=x\n"}},
         "musiconhold.conf:2: mode: 'custom' is not accepted: expected files, playlist"},
        {{{"musiconhold.conf", "[default]\nmode=playlist\ndirectory=moh\n"}},
         "musiconhold.conf:1: music class [default] needs an entry"},
        {{{"musiconhold.conf", "[default]\nmode=playlist\nentry=/a\nentry=https://a/b.mp3\n"}},
         "musiconhold.conf:4: entry: 'https://a/b.mp3' is not accepted: expected the absolute path of a file; nothing "
         "is fetched from a URL"},
        {{{"musiconhold.conf", "[default]\nmode=files\n"}},
         "musiconhold.conf:1: music class [default] needs directory"},
        {{{"indications.conf", "[xx]\nbusy=loud/500\n"}},
         "indications.conf:2: busy: 'loud/500' is not a tone: expected frequency[+frequency]/milliseconds, such as "
         "440+480/2000"},
        {{{"indications.conf", "[general]\ncountry=zz\n"}}, "indications.conf:2: country: there is no section [zz]"},
        {{{"confbridge.conf", "[m]\ntype=menu\nx=no_op\n"}},
         "confbridge.conf:3: 'x' is not accepted: expected keys 0-9, A-D, * and #"},
        {{{"confbridge.conf", "[m]\ntype=menu\n1=no_op,dialplan_exec(menu,1)\n"}},
         "confbridge.conf:3: 'dialplan_exec(menu,1)' is not accepted: expected "
         "dialplan_exec(context,extension,priority)"},
        {{{"ringbridge.conf", "[workerz]\ncount=2\n"}},
         "ringbridge.conf:1: unknown section [workerz]: expected workers, limits, paths, general, or a line 'type = "
         "...'"},
        {{{"ringbridge.conf", "[workers]\n[workers]\n"}},
         "ringbridge.conf:2: section [workers] is there twice; (+) adds to the first"},
        {{{"rtp.conf", "[generel]\n"}}, "rtp.conf:1: unknown section [generel]: expected general"},
    };
    for (const auto& [texts, message] : cases) {
        const auto loaded = load_texts(texts);
        ASSERT_FALSE(loaded.problems.empty()) << message;
        EXPECT_EQ(messages(loaded).back(), message);
        EXPECT_FALSE(loaded.snapshot) << message;
    }
}

TEST(Load, SaysWhichFilesItDoesNotRead)
{
    EXPECT_EQ(messages(load_texts({{"ari.conf", "[general]\n"}})),
              Messages{"ari.conf: warning: the file is not read and has no effect"});
}

}  // namespace
}  // namespace rb::config
