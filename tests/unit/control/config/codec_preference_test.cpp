// Goal: the options that order the codecs of an endpoint are read as Asterisk reads them, or refused with what is
// accepted. Method: lines of an endpoint, and either what it has then or the exact message.
#include "control/config/load.h"
#include "control/config/object_schema.h"

#include <gtest/gtest.h>

namespace rb::config {
namespace {

Loaded load_endpoint(const std::string& lines)
{
    return load(*text_source({{"pjsip.conf", "[e]\ntype=endpoint\nallow=ulaw\n" + lines + "\n"}}));
}

std::string said_of(const Loaded& loaded)
{
    std::string text;
    for (const auto& problem : loaded.problems) {
        text += to_string(problem);
    }
    return text;
}

Endpoint endpoint_of(const std::string& lines)
{
    const auto loaded = load_endpoint(lines);
    EXPECT_EQ(said_of(loaded), "") << lines;
    return loaded.snapshot ? loaded.snapshot->endpoints.at("e") : Endpoint{};
}

TEST(CodecPreference, IsThatOfAsteriskWhereNothingIsSaid)
{
    const Endpoint endpoint = endpoint_of("");
    EXPECT_EQ(endpoint.incoming_call_offer_pref, IncomingOfferPref::Local);
    EXPECT_FALSE(endpoint.preferred_codec_only);
    EXPECT_FALSE(endpoint.codec_prefs_incoming_offer);
    EXPECT_EQ(endpoint.codec_prefs_incoming_answer, CodecPrefs{});
    EXPECT_EQ(endpoint.outgoing_call_offer_pref, OutgoingOfferPref::RemoteMerge);
    EXPECT_FALSE(endpoint.codec_prefs_outgoing_offer);
    EXPECT_FALSE(endpoint.codec_prefs_outgoing_answer);
}

TEST(CodecPreference, PairsComeInAnyOrderAndTheRestIsTheDefault)
{
    const CodecPrefs odd{.prefer = CodecPrefs::Prefer::Configured,
                         .operation = CodecPrefs::Operation::OnlyNonpreferred,
                         .keep = CodecPrefs::Keep::First,
                         .transcode = CodecPrefs::Transcode::Prevent};
    EXPECT_EQ(endpoint_of("codec_prefs_incoming_offer = transcode: prevent,keep:first , prefer :configured,operation: "
                          "only_nonpreferred")
                  .codec_prefs_incoming_offer,
              odd);
    EXPECT_EQ(endpoint_of("codec_prefs_incoming_offer = Keep: First").codec_prefs_incoming_offer,
              CodecPrefs{.keep = CodecPrefs::Keep::First});
    EXPECT_EQ(endpoint_of("codec_prefs_incoming_offer =").codec_prefs_incoming_offer, CodecPrefs{});
    EXPECT_EQ(endpoint_of("codec_prefs_incoming_answer = operation: union").codec_prefs_incoming_answer,
              CodecPrefs{.operation = CodecPrefs::Operation::Union});
    EXPECT_EQ(endpoint_of("codec_prefs_outgoing_offer = keep: first").codec_prefs_outgoing_offer,
              (CodecPrefs{.operation = CodecPrefs::Operation::Union, .keep = CodecPrefs::Keep::First}));
    EXPECT_EQ(endpoint_of("codec_prefs_outgoing_answer =").codec_prefs_outgoing_answer, CodecPrefs{});
    // The last line counts, and nothing is left of one before.
    EXPECT_EQ(endpoint_of("codec_prefs_incoming_answer=keep:first\ncodec_prefs_incoming_answer=prefer:configured")
                  .codec_prefs_incoming_answer,
              CodecPrefs{.prefer = CodecPrefs::Prefer::Configured});
}

TEST(CodecPreference, AWrongWordIsRefusedWithWhatIsAccepted)
{
    const std::string pairs =
        " is not accepted: expected prefer:, operation:, keep: or transcode: and a value, with commas between";
    const std::vector<std::pair<std::string, std::string>> cases{
        {"incoming_call_offer_pref=remote_merge",
         "incoming_call_offer_pref: 'remote_merge' is not accepted: expected local, local_first, remote, remote_first"},
        {"preferred_codec_only=first", "preferred_codec_only: 'first' is not accepted: expected yes or no"},
        {"outgoing_call_offer_pref=first",
         "outgoing_call_offer_pref: 'first' is not accepted: expected local, local_merge, local_first, remote, "
         "remote_merge, remote_first"},
        {"codec_prefs_outgoing_offer=union", "codec_prefs_outgoing_offer: 'union'" + pairs},
        {"codec_prefs_outgoing_answer=keep: none",
         "codec_prefs_outgoing_answer: keep: 'none' is not accepted: expected all, first"},
        {"codec_prefs_incoming_offer=operation: union",
         "codec_prefs_incoming_offer: operation: 'union' is not accepted: expected intersect, only_preferred, "
         "only_nonpreferred"},
        {"codec_prefs_incoming_offer=prefer: me",
         "codec_prefs_incoming_offer: prefer: 'me' is not accepted: expected pending, configured"},
        {"codec_prefs_incoming_answer=operation: join",
         "codec_prefs_incoming_answer: operation: 'join' is not accepted: expected union, intersect, only_preferred, "
         "only_nonpreferred"},
        {"codec_prefs_incoming_answer=keep: two",
         "codec_prefs_incoming_answer: keep: 'two' is not accepted: expected all, first"},
        {"codec_prefs_incoming_answer=keep:",
         "codec_prefs_incoming_answer: keep: '' is not accepted: expected all, first"},
        {"codec_prefs_incoming_answer=transcode: no",
         "codec_prefs_incoming_answer: transcode: 'no' is not accepted: expected allow, prevent"},
        {"codec_prefs_incoming_offer=prefer", "codec_prefs_incoming_offer: 'prefer'" + pairs},
        {"codec_prefs_incoming_offer=keep: all, order: local", "codec_prefs_incoming_offer: 'order: local'" + pairs},
    };
    for (const auto& [line, message] : cases) {
        const auto loaded = load_endpoint(line);
        EXPECT_EQ(said_of(loaded), "pjsip.conf:4: " + message) << line;
        EXPECT_FALSE(loaded.snapshot) << line;
    }
}

TEST(CodecPreference, WhatIsSaidTwiceIsRefusedOrWarnedOf)
{
    EXPECT_EQ(said_of(load_endpoint("incoming_call_offer_pref=remote\npreferred_codec_only=yes")),
              "pjsip.conf:5: preferred_codec_only=yes means incoming_call_offer_pref=local_first: leave it out beside "
              "incoming_call_offer_pref");
    EXPECT_EQ(said_of(load_endpoint("preferred_codec_only=yes\ncodec_prefs_incoming_offer=keep:first")),
              "pjsip.conf:4: preferred_codec_only=yes means incoming_call_offer_pref=local_first: leave it out beside "
              "codec_prefs_incoming_offer");
    EXPECT_TRUE(endpoint_of("incoming_call_offer_pref=local\npreferred_codec_only=yes").preferred_codec_only);
    const auto loaded = load_endpoint("incoming_call_offer_pref=local\ncodec_prefs_incoming_offer=keep:first");
    EXPECT_EQ(said_of(loaded),
              "pjsip.conf:4: warning: incoming_call_offer_pref has no effect: codec_prefs_incoming_offer takes its "
              "place");
    EXPECT_TRUE(loaded.snapshot);
    EXPECT_EQ(said_of(load_endpoint("codec_prefs_outgoing_offer=\noutgoing_call_offer_pref=local")),
              "pjsip.conf:5: warning: outgoing_call_offer_pref has no effect: codec_prefs_outgoing_offer takes its "
              "place");
}

TEST(CodecPreference, TheReferenceShowsTheDefaults)
{
    const Option* option = find_type("pjsip.conf", "endpoint")->find("codec_prefs_incoming_answer");
    ASSERT_NE(option, nullptr);
    const Endpoint endpoint;
    EXPECT_EQ(option->print(&endpoint), "prefer: pending, operation: intersect, keep: all, transcode: allow");
}

}  // namespace
}  // namespace rb::config
