// Goal: whom Dial calls is offered, and the caller answered, the codecs that the options of both endpoints say.
// Method: whole calls on a bench with pjsip.conf of its own: what the INVITE and the answer name, and what is heard.
#include "support/call_bench.h"

#include <gtest/gtest.h>

namespace rb::test {
namespace {

using codecs::CodecId;

/// A bench whose callers' endpoint and whose callee's have these lines; numbers 1 Dial, 2 Answer and Dial.
struct TwoEndpoints {
    TwoEndpoints(const std::string& callers, const std::string& callees)
        : bench{
              "[c]\nexten => 1,1,Dial(PJSIP/phone,,g)\n same => n,NoOp(on: ${DIALSTATUS} ${HANGUPCAUSE})\n"
              "exten => 2,1,Answer()\n same => n,Dial(PJSIP/phone,,g)\n same => n,NoOp(on: ${DIALSTATUS})\n",
              {{"pjsip.conf",
                "[udp]\ntype=transport\nprotocol=udp\nbind=192.0.2.1\n"
                "[anonymous]\ntype=endpoint\ncontext=c\nallow=ulaw,alaw,g722\n" +
                    callers + "\n[phone]\ntype=endpoint\ncontext=c\nallow=ulaw,alaw,g722\naors=phone\n" + callees +
                    "\n[phone]\ntype=aor\ncontact=sip:phone@192.0.2.60\n"}}}
    {
    }
    ~TwoEndpoints() { EXPECT_EQ(bench.leftovers(), ""); }
    TwoEndpoints(const TwoEndpoints&) = delete;
    TwoEndpoints& operator=(const TwoEndpoints&) = delete;

    /// What the callee is offered when somebody who offers these dials.
    std::string offered_to_callee(std::vector<CodecId> callers, const std::string& number = "1")
    {
        anna = &bench.call(number, {.hz = 440, .codec = callers.front(), .codecs = callers});
        bench.run(100ms);
        return bench.dialled_count() == 0 ? "nothing" : named(bench.dialled(0).invite.media);
    }
    static std::string named(const sip::LocalMedia& media)
    {
        std::string text;
        for (const auto& format : media.capabilities.formats) {
            text += (text.empty() ? "" : " ") + format.encoding;
        }
        return text;
    }

    CallBench bench;
    BenchPhone* anna = nullptr;
};

struct OfferRow {
    const char* callees;
    const char* offered;
};

TEST(DialCodecs, TheCalleeIsOfferedWhatItsEndpointSays)
{
    // What the caller's own endpoint has made of its offer.
    const std::vector<CodecId> callers{CodecId::G722, CodecId::Pcma};
    for (const OfferRow& row : {
             OfferRow{"", "G722 PCMA PCMU"},
             OfferRow{"outgoing_call_offer_pref=remote_merge", "G722 PCMA PCMU"},
             OfferRow{"outgoing_call_offer_pref=remote", "G722 PCMA"},
             OfferRow{"outgoing_call_offer_pref=remote_first", "G722"},
             OfferRow{"outgoing_call_offer_pref=local", "PCMA G722"},
             OfferRow{"outgoing_call_offer_pref=local_merge", "PCMU PCMA G722"},
             OfferRow{"outgoing_call_offer_pref=local_first", "PCMA"},
             // Nothing in common.
             OfferRow{"allow=!all,ulaw,opus", "PCMU opus"},
             OfferRow{"allow=!all,ulaw,opus\noutgoing_call_offer_pref=remote", "PCMU opus"},
             OfferRow{"allow=!all,ulaw,opus\noutgoing_call_offer_pref=local_first", "PCMU opus"},
             OfferRow{"allow=!all,ulaw,opus\noutgoing_call_offer_pref=remote_first", "PCMU"},
             // In detail.
             OfferRow{"codec_prefs_outgoing_offer=", "G722 PCMA PCMU"},
             OfferRow{"codec_prefs_outgoing_offer=operation: intersect", "G722 PCMA"},
             OfferRow{"codec_prefs_outgoing_offer=prefer: configured", "PCMU PCMA G722"},
             OfferRow{"codec_prefs_outgoing_offer=operation: only_preferred, keep: first", "G722"},
             OfferRow{"codec_prefs_outgoing_offer=operation: only_nonpreferred", "PCMU PCMA G722"},
             OfferRow{"codec_prefs_outgoing_offer=transcode: prevent", "G722 PCMA"},
             OfferRow{"codec_prefs_outgoing_offer=prefer: configured, keep: first, transcode: prevent", "PCMA"},
         }) {
        TwoEndpoints call{"", row.callees};
        EXPECT_EQ(call.offered_to_callee(callers), row.offered) << row.callees;
    }
    TwoEndpoints call{"codec_prefs_incoming_offer=transcode: prevent", ""};
    EXPECT_EQ(call.offered_to_callee(callers), "G722 PCMA");
}

TEST(DialCodecs, ByTheirPackingAndNotByTheirNameInSdp)
{
    // Both are called G726-32, but the caller's is packed as AAL2 does.
    const std::vector<CodecId> callers{CodecId::G726, CodecId::Pcma};
    const std::string odd = "allow=g726,g726aal2\ng726_non_standard=yes";
    EXPECT_EQ(
        (TwoEndpoints{odd, "allow=!all,ulaw,g726,alaw\noutgoing_call_offer_pref=remote"}.offered_to_callee(callers)),
        "PCMA");
    EXPECT_EQ((TwoEndpoints{odd, "allow=!all,ulaw,g726\ng726_non_standard=yes"}.offered_to_callee(callers)),
              "G726-32 PCMU");
    EXPECT_EQ((TwoEndpoints{odd, "allow=!all,ulaw,g726aal2"}.offered_to_callee(callers)), "AAL2-G726-32 PCMU");
}

TEST(DialCodecs, WhereTranscodingIsPreventedNobodyIsCalledWithoutACodecInCommon)
{
    for (const auto& [callers, callees] :
         {std::pair{"codec_prefs_incoming_offer=transcode:prevent", "allow=!all,opus"},
          std::pair{"", "allow=!all,opus\ncodec_prefs_outgoing_offer=transcode: prevent"}}) {
        TwoEndpoints call{callers, callees};
        EXPECT_EQ(call.offered_to_callee({CodecId::Pcma}), "nothing");
        EXPECT_TRUE(call.bench.world().logged("cannot dial PJSIP/phone: it has no codec in common with the caller"));
        EXPECT_TRUE(call.bench.world().logged("on: CHANUNAVAIL 44"));
    }
}

TEST(DialCodecs, ACallerThatWasAnsweredHasOneCodecLeft)
{
    TwoEndpoints call{"", "outgoing_call_offer_pref=remote"};
    EXPECT_EQ(call.offered_to_callee({CodecId::G722, CodecId::Pcma, CodecId::Pcmu}, "2"), "G722");
    TwoEndpoints merged{"", ""};
    EXPECT_EQ(merged.offered_to_callee({CodecId::G722, CodecId::Pcma, CodecId::Pcmu}, "2"), "G722 PCMU PCMA");
}

TEST(DialCodecs, WhoHasOfferedNothingIsTakenToHaveAll)
{
    TwoEndpoints call{"", "outgoing_call_offer_pref=remote"};
    call.bench.call("1", {.late_offer = true});
    EXPECT_EQ(TwoEndpoints::named(call.bench.dialled(0).invite.media), "PCMU PCMA G722");
}

/// A caller who can ulaw and alaw, and a callee who answers in alaw.
struct AnsweredInAlaw : TwoEndpoints {
    AnsweredInAlaw(const std::string& callers, const std::string& callees, bool early = false)
        : TwoEndpoints{callers, callees}
    {
        bench.callee_options.codec = CodecId::Pcma;
        EXPECT_NE(offered_to_callee({CodecId::Pcmu, CodecId::Pcma}), "nothing");
        if (early) {
            bench.early_media(bench.dialled(0));
            bench.run(200ms);
        }
        bench.answer(bench.dialled(0), 700);
        bench.run(1s);
        EXPECT_GT(anna->heard(700, 500ms), 5000);
        EXPECT_GT(bench.dialled(0).heard(440, 500ms), 5000);
    }
    [[nodiscard]] CodecId callers_codec() { return bench.channel(*anna)->media.codec; }
};

TEST(DialCodecs, TheCallerIsAnsweredInItsOwnFirstUnlessItsEndpointSaysOtherwise)
{
    EXPECT_EQ(AnsweredInAlaw("", "").callers_codec(), CodecId::Pcmu);
    EXPECT_EQ(AnsweredInAlaw("codec_prefs_outgoing_answer=", "").callers_codec(), CodecId::Pcma);
    EXPECT_EQ(AnsweredInAlaw("codec_prefs_outgoing_answer=", "", true).callers_codec(), CodecId::Pcma) << "early media";
    EXPECT_EQ(
        AnsweredInAlaw("codec_prefs_outgoing_answer=prefer: configured, operation: intersect", "").callers_codec(),
        CodecId::Pcma);
    EXPECT_EQ(AnsweredInAlaw("codec_prefs_outgoing_answer=prefer: configured, operation: union", "").callers_codec(),
              CodecId::Pcmu);
    EXPECT_EQ(AnsweredInAlaw("codec_prefs_outgoing_answer=operation: only_nonpreferred", "").callers_codec(),
              CodecId::Pcmu);
    EXPECT_EQ(AnsweredInAlaw("allow=!all,ulaw\ncodec_prefs_outgoing_answer=", "").callers_codec(), CodecId::Pcmu)
        << "it does not have it";
}

TEST(DialCodecs, WhereTranscodingIsPreventedTheCallerGetsTheCalleesCodec)
{
    EXPECT_EQ(AnsweredInAlaw("codec_prefs_incoming_offer=prefer: configured, transcode: prevent", "").callers_codec(),
              CodecId::Pcma);
    EXPECT_EQ(AnsweredInAlaw("", "codec_prefs_outgoing_offer=transcode: prevent").callers_codec(), CodecId::Pcma);
}

TEST(DialCodecs, TheCallerStaysInThatCodecWhenItHoldsTheCall)
{
    AnsweredInAlaw call{"codec_prefs_outgoing_answer=", ""};
    for (const bool held : {true, false}) {
        call.bench.hold(*call.anna, held);
        call.bench.run(500ms);
        EXPECT_EQ(call.callers_codec(), CodecId::Pcma);
    }
    EXPECT_GT(call.anna->heard(700, 300ms), 5000);
    EXPECT_GT(call.bench.dialled(0).heard(440, 300ms), 5000);
}

}  // namespace
}  // namespace rb::test
