// Goal: G.729 passes between two who both have it, byte for byte; nobody is given it who could be given something that
// is heard; and who has nothing else is silence, disturbs nobody, and the log says so.
// Method: calls on a bench whose phones send payloads that can be told apart; each way two ends come by their codecs.
#include "control/engine/passed_codecs.h"

#include "support/call_bench.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace rb::test {
namespace {

using codecs::CodecId;
using Payloads = sim::SimClient::Payloads;

constexpr const char* kPlan =
    "[c]\nexten => 1,1,Dial(PJSIP/phone)\nexten => 2,1,Answer()\n same => n,Dial(PJSIP/phone,,g)\n"
    " same => n,Playback(a)\n same => n,NoOp(played ${PLAYBACKSTATUS})\n same => n,Wait(9)\n"
    "exten => 3,1,ConfBridge(r)\nexten => 4,1,Echo()\nexten => 5,1,Playback(a)\n same => n,NoOp(played "
    "${PLAYBACKSTATUS})\n same => n,Record(r.wav,,3)\n same => n,Wait(9)\n"
    "exten => 6,1,MixMonitor(m.wav)\n same => n,Dial(PJSIP/phone)\n";

config::Texts allowing(const std::string& anna, const std::string& berta, const std::string& both = "")
{
    const auto endpoint = [&both](const std::string& allow) {
        return "type=endpoint\ncontext=c\nallow=!all," + allow + "\n" + both;
    };
    return {{"pjsip.conf", "[udp]\ntype=transport\nprotocol=udp\nbind=192.0.2.1:5060\n[anonymous]\n" + endpoint(anna) +
                               "[phone]\n" + endpoint(berta) +
                               "aors=phone\n[phone]\ntype=aor\ncontact=sip:192.0.2.99:5060\n"}};
}

PhoneOptions having(std::vector<CodecId> codecs, double hz = 440)
{
    PhoneOptions options{.hz = hz, .codec = codecs.front()};
    options.has = std::move(codecs);
    return options;
}

std::vector<std::string> names(const sip::LocalMedia& media)
{
    std::vector<std::string> names;
    for (const auto& format : media.capabilities.formats) {
        names.push_back(format.encoding);
    }
    return names;
}
using Names = std::vector<std::string>;

/// What a recording holds: its length in samples, and whether it is silence throughout.
struct Recorded {
    std::size_t samples = 0;
    bool silent = true;
};

Recorded recorded(CallBench& bench, const std::string& path)
{
    Recorded recorded;
    for (const auto& [id, recording] : bench.world().recordings) {
        if (recording.path == path) {
            recorded.samples += recording.samples.size();
            recorded.silent = recorded.silent &&
                              std::ranges::all_of(recording.samples, [](codecs::Sample sample) { return sample == 0; });
        }
    }
    return recorded;
}

/// Whether what one has heard is what the other has sent, without a gap; of the beginning some may be missing.
bool heard_all(const BenchPhone& listener, const BenchPhone& speaker)
{
    const Payloads& heard = listener.voice().passed_heard();
    const Payloads& sent = speaker.voice().passed_sent();
    if (heard.size() < 40 || heard.size() > sent.size()) {
        return false;
    }
    const auto first = std::ranges::find(sent, heard.front());
    return sent.end() - first >= static_cast<std::ptrdiff_t>(heard.size()) &&
           std::equal(heard.begin(), heard.end(), first);
}

/// Anna, who has these, calls a number that dials Berta, who has those.
struct Pair {
    Pair(std::vector<CodecId> annas, std::vector<CodecId> bertas, const config::Texts& texts,
         const std::string& number = "1")
        : bench{kPlan, texts}
    {
        bench.callee_options = having(std::move(bertas), 700);
        anna = &bench.call(number, having(std::move(annas)));
        bench.run(100ms);
        if (bench.dialled_count() > 0) {
            berta = &bench.dialled(0);
            bench.answer(*berta, 700);
            bench.run(1500ms);
        }
    }
    [[nodiscard]] bool passes() const { return heard_all(*anna, *berta) && heard_all(*berta, *anna); }
    [[nodiscard]] bool talk() const { return anna->heard(700, 500ms) > 5000 && berta->heard(440, 500ms) > 5000; }

    CallBench bench;
    BenchPhone* anna = nullptr;
    BenchPhone* berta = nullptr;
};

TEST(G729, PassesBetweenTwoWhoHaveNothingElse)
{
    Pair call{{CodecId::G729}, {CodecId::G729}, allowing("g729", "g729")};
    EXPECT_EQ(names(call.berta->invite.media), Names{"G729"});
    EXPECT_TRUE(call.passes());
    EXPECT_EQ(call.bench.engine().technology_of(*call.bench.channel(*call.anna)), Technology::NativeRtp);
    call.anna->press("5");
    call.bench.run(1s);
    EXPECT_EQ(call.berta->keys_received(), "5");
    EXPECT_TRUE(call.passes());
    EXPECT_EQ(call.bench.imbalance(), "");
    EXPECT_EQ(call.bench.leftovers(), "");
}

TEST(G729, PassesWithKeysOnOneSideOnly)
{
    CallBench bench{
        kPlan,
        allowing("g729", "g729", "media_encryption=sdes\nmedia_encryption_optimistic=yes\nsrtp_secure_signaling=no\n")};
    bench.callee_options = having({CodecId::G729});
    PhoneOptions secure = having({CodecId::G729});
    secure.srtp = SrtpSuite::AeadAes128Gcm;
    BenchPhone& anna = bench.call("1", secure);
    bench.answer(bench.dialled(0));
    bench.run(2s);
    EXPECT_TRUE(heard_all(anna, bench.dialled(0)));
    EXPECT_TRUE(heard_all(bench.dialled(0), anna));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(G729, PassesWhateverTheLengthOfPacketsAndWhoListensIn)
{
    CallBench bench{
        "[c]\nexten => 1,1,MixMonitor(m.wav)\n same => n,Set(TALK_DETECT(set)=)\n same => n,Set(VOLUME(TX)=3)\n"
        " same => n,Dial(PJSIP/phone)\n",
        allowing("g729", "g729", "dtmf_mode=inband\nfax_detect=yes\ncomfort_noise=yes\n")};
    bench.callee_options = having({CodecId::G729});
    bench.callee_options.ptime_ms = 30;
    BenchPhone& anna = bench.call("1", having({CodecId::G729}));
    bench.answer(bench.dialled(0));
    bench.run(2s);
    EXPECT_TRUE(heard_all(anna, bench.dialled(0)));
    EXPECT_TRUE(heard_all(bench.dialled(0), anna));
    EXPECT_TRUE(bench.world().logged("is recorded as silence"));
    bench.hang_up(anna);
    bench.run(100ms);
    EXPECT_GT(recorded(bench, "m.wav").samples, 8'000U * 3 / 2) << "as long as the call";
    EXPECT_TRUE(recorded(bench, "m.wav").silent);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(G729, IsAgreedWhereItIsTheFirstThatBothHave)
{
    Pair call{{CodecId::G729, CodecId::Pcmu}, {CodecId::G729, CodecId::Pcmu}, allowing("g729,ulaw", "g729,ulaw")};
    EXPECT_EQ(names(call.berta->invite.media), (Names{"G729", "PCMU"}));
    EXPECT_TRUE(call.passes());
    EXPECT_EQ(call.bench.leftovers(), "");
}

TEST(G729, IsNotTakenWhereTheOtherEndTakesAnother)
{
    Pair call{{CodecId::G729, CodecId::Pcmu}, {CodecId::Pcma}, allowing("g729,ulaw", "g729,alaw")};
    EXPECT_EQ(names(call.berta->invite.media), (Names{"G729", "PCMA"}));
    EXPECT_EQ(call.anna->voice().options().codec, CodecId::Pcmu);
    EXPECT_TRUE(call.talk());
    EXPECT_EQ(call.bench.leftovers(), "");
}

TEST(G729, IsNotOfferedToTheCalleeOfWhoHasNotGotIt)
{
    Pair call{{CodecId::Pcmu}, {CodecId::G729, CodecId::Pcmu}, allowing("ulaw", "g729,ulaw")};
    EXPECT_EQ(names(call.berta->invite.media), Names{"PCMU"});
    EXPECT_TRUE(call.talk());
    Pair answered{
        {CodecId::G729, CodecId::Pcmu}, {CodecId::G729, CodecId::Pcmu}, allowing("g729,ulaw", "g729,ulaw"), "2"};
    EXPECT_EQ(names(answered.berta->invite.media), Names{"PCMU"}) << "the caller has been answered in PCMU";
    EXPECT_TRUE(answered.talk());
}

TEST(G729, WithoutAPathNobodyIsDialled)
{
    for (const bool caller : {false, true}) {
        Pair call{{caller ? CodecId::G729 : CodecId::Pcmu},
                  {CodecId::Pcmu},
                  allowing(caller ? "g729" : "ulaw", caller ? "ulaw" : "g729")};
        EXPECT_EQ(call.bench.dialled_count(), 0U);
        EXPECT_TRUE(call.bench.world().logged("no codec of endpoint phone can be translated"));
        EXPECT_TRUE(call.anna->hung_up_by_node);
        EXPECT_EQ(call.bench.leftovers(), "");
    }
}

TEST(G729, ACallerWhoHasBeenAnsweredIsAskedForItWhereTheCalleeHasNothingElse)
{
    Pair call{{CodecId::G729, CodecId::Pcmu}, {CodecId::G729}, allowing("g729,ulaw", "g729"), "2"};
    EXPECT_EQ(names(call.berta->invite.media), Names{"G729"});
    ASSERT_EQ(call.anna->offers.size(), 1U);
    EXPECT_EQ(names(call.anna->offers[0]), Names{"G729"});
    EXPECT_TRUE(call.bench.world().logged("g729 is only passed on, but"));
    EXPECT_TRUE(call.passes());
    // The callee goes, and there is something to be heard again: the caller is asked for what can be.
    call.bench.world().sounds = {{"a", {.hz = 550, .duration_ms = 1000}}};
    call.bench.hang_up(*call.berta);
    call.bench.run(600ms);
    ASSERT_EQ(call.anna->offers.size(), 2U);
    EXPECT_EQ(names(call.anna->offers[1]), Names{"PCMU"});
    EXPECT_GT(call.anna->heard(550, 300ms), 1000);
    call.bench.run(1s);
    EXPECT_TRUE(call.bench.world().logged("played SUCCESS"));
    EXPECT_EQ(call.bench.leftovers(), "");
}

TEST(G729, ACalleeWhoChangesOverIsFollowedOrTheLogSaysWhyNobodyIsHeard)
{
    for (const bool has_it : {false, true}) {
        std::vector<CodecId> annas{CodecId::Pcmu};
        if (has_it) {
            annas.push_back(CodecId::G729);
        }
        Pair call{annas, {CodecId::Pcmu, CodecId::G729}, allowing("ulaw,g729", "ulaw,g729")};
        ASSERT_TRUE(call.talk());
        call.bench.reoffer(*call.berta, CodecId::G729);
        call.bench.run(2s);
        ASSERT_EQ(call.anna->offers.size() + call.berta->offers.size(), 1U);
        if (has_it) {
            EXPECT_EQ(names(call.anna->offers.at(0)), Names{"G729"});
            EXPECT_TRUE(heard_all(*call.anna, *call.berta));
            call.bench.reoffer(*call.berta, CodecId::Pcmu);
            call.bench.run(2s);
            ASSERT_EQ(call.anna->offers.size(), 2U) << "back again";
            EXPECT_EQ(names(call.anna->offers[1]), Names{"PCMU"});
            EXPECT_TRUE(call.talk());
        } else {
            EXPECT_EQ(names(call.berta->offers.at(0)), (Names{"PCMU"})) << "which it has had before";
            EXPECT_TRUE(call.talk());
        }
        EXPECT_EQ(call.bench.leftovers(), "");
    }
}

TEST(G729, ARoomTakesWhatItCanHear)
{
    CallBench bench{kPlan, allowing("g729,ulaw", "g729")};
    BenchPhone& anna = bench.call("3", having({CodecId::G729, CodecId::Pcmu}));
    BenchPhone& berta = bench.call("3", having({CodecId::Pcmu}, 700));
    bench.run(1500ms);
    EXPECT_EQ(anna.voice().options().codec, CodecId::Pcmu);
    EXPECT_GT(anna.heard(700, 500ms), 5000);
    EXPECT_GT(berta.heard(440, 500ms), 5000);
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(G729, InARoomIsSilenceAndDisturbsNobody)
{
    CallBench bench{kPlan, allowing("g729,ulaw", "g729")};
    std::size_t to_mute = 0;
    BenchPhone& mute = bench.call("3", having({CodecId::G729}));
    bench.on_sent = [&](std::size_t, const sim::Sent& sent) { to_mute += sent.destination == mute.own() ? 1U : 0U; };
    BenchPhone& anna = bench.call("3", having({CodecId::Pcmu}));
    bench.run(1s);
    EXPECT_EQ(anna.loudness(500ms), 0);
    BenchPhone& berta = bench.call("3", having({CodecId::Pcmu}, 700));
    bench.run(1500ms);
    EXPECT_GT(anna.heard(700, 500ms), 5000);
    EXPECT_GT(berta.heard(440, 500ms), 5000);
    EXPECT_LE(anna.longest_gap(), 21ms);
    EXPECT_EQ(to_mute, 0U) << "not even empty packets";
    EXPECT_TRUE(mute.voice().passed_heard().empty());
    EXPECT_FALSE(bench.channel(mute)->talking);
    EXPECT_TRUE(bench.world().logged("g729 is only passed on, and nothing else was offered"));
    EXPECT_TRUE(mute.offers.empty());
    EXPECT_EQ(bench.imbalance(), "");
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(G729, EchoReflectsIt)
{
    CallBench bench{kPlan, allowing("g729", "g729")};
    BenchPhone& anna = bench.call("4", having({CodecId::G729}));
    bench.run(1500ms);
    EXPECT_TRUE(heard_all(anna, anna));
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(G729, PlaybackFailsAndARecordingIsSilence)
{
    CallBench bench{kPlan, allowing("g729", "g729")};
    bench.world().sounds = {{"a", {.hz = 550, .duration_ms = 1000}}};
    BenchPhone& anna = bench.call("5", having({CodecId::G729}));
    bench.run(200ms);
    EXPECT_TRUE(bench.world().logged("played FAILED"));
    bench.run(4s);
    EXPECT_GE(recorded(bench, "r.wav").samples, 8'000U * 2);
    EXPECT_TRUE(recorded(bench, "r.wav").silent);
    EXPECT_TRUE(anna.offers.empty()) << "it has never spoken of anything else";
    EXPECT_EQ(bench.leftovers(), "");
}

TEST(G729, IsLeftOutWhereTheCallIsRecorded)
{
    Pair call{{CodecId::G729, CodecId::Pcmu}, {CodecId::G729, CodecId::Pcmu}, allowing("g729,ulaw", "g729,ulaw"), "6"};
    EXPECT_EQ(names(call.berta->invite.media), Names{"PCMU"});
    EXPECT_TRUE(call.talk());
    EXPECT_EQ(call.bench.leftovers(), "");
}

TEST(G729, ACallerWithoutAnOfferIsOfferedWhatCanBeHeard)
{
    CallBench bench{kPlan, allowing("g729,ulaw", "g729")};
    PhoneOptions late = having({CodecId::Pcmu});
    late.late_offer = true;
    BenchPhone& anna = bench.call("4", late);
    bench.run(1500ms);
    EXPECT_GT(anna.heard(440, 500ms), 5000);
    EXPECT_EQ(bench.leftovers(), "");
    CallBench both{kPlan, allowing("ulaw,g729", "g729")};
    both.callee_options = having({CodecId::G729});
    late.has = {CodecId::G729, CodecId::Pcmu};
    late.codec = CodecId::G729;
    BenchPhone& berta = both.call("1", late);
    both.answer(both.dialled(0));
    both.run(1500ms);
    EXPECT_TRUE(heard_all(berta, both.dialled(0))) << "and what its callee has";
    EXPECT_EQ(both.leftovers(), "");
}

// RFC 7261 §3: comfort noise within G.729 is for where both ends may have it.
TEST(G729, AnnexBIsAgreedWhereBothEndsHaveIt)
{
    struct Row {
        const char* anna;
        const char* berta;
        const char* offered;
        const char* answered;
    };
    for (const Row& row :
         {Row{"", "", "annexb=yes", "annexb=yes"}, Row{"annexb=yes", "annexb=no", "annexb=yes", "annexb=no"},
          Row{"annexb=no", "annexb=yes", "annexb=no", "annexb=no"},
          Row{"foo=1; AnnexB = NO", "", "annexb=no", "annexb=no"}}) {
        CallBench bench{kPlan, allowing("g729", "g729")};
        bench.callee_options = having({CodecId::G729});
        bench.callee_options.fmtp = row.berta;
        PhoneOptions caller = having({CodecId::G729});
        caller.fmtp = row.anna;
        BenchPhone& anna = bench.call("1", caller);
        EXPECT_EQ(bench.dialled(0).invite.media.capabilities.formats.at(0).fmtp, row.offered) << row.anna;
        bench.answer(bench.dialled(0));
        bench.run(100ms);
        EXPECT_EQ(bench.channel(anna)->media.local.capabilities.formats.at(0).fmtp, row.answered) << row.anna;
        EXPECT_EQ(bench.channel(bench.dialled(0))->media.local.capabilities.formats.at(0).fmtp, row.answered);
        EXPECT_EQ(bench.leftovers(), "");
    }
    CallBench bench{kPlan, allowing("g729", "g729")};
    BenchPhone& anna = bench.call("4", having({CodecId::G729}));
    EXPECT_EQ(bench.channel(anna)->media.local.capabilities.formats.at(0).fmtp, "annexb=no") << "nobody is there";
}

}  // namespace
}  // namespace rb::test
