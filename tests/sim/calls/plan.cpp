#include "sim/calls/plan.h"

#include "sim/tone_clip.h"

#include <array>

namespace rb::sim::calls {
namespace {

constexpr const char* kPlan = R"([globals]
COUNT=0
[c]
exten => 600,1,Answer()
 same => n,Echo()
 same => n,Wait(1)
exten => 601,1,Answer()
 same => n(again),Playback(hello&goodbye)
 same => n,Goto(again)
exten => 602,1,MusicOnHold(default)
exten => 603,1,Answer()
 same => n,Set(TRIES=0)
 same => n,Goto(menu,s,1)
exten => 606,1,Ringing()
 same => n,Progress()
 same => n,Playtones(ring)
 same => n,Wait(1)
 same => n,StopPlaytones()
 same => n,Answer()
 same => n,Echo()
exten => 607,1,Answer()
 same => n(ask),Read(KEYS,beep,4,,2,1)
 same => n,SayDigits(${KEYS})
 same => n,GotoIf($["${KEYS}" = ""]?end:ask)
 same => n(end),SendDTMF(12w3,50,80)
exten => 608,1,Record(say-%d.wav,1,3,)
 same => n,Playback(${RECORDED_FILE})
 same => n,Record(again-%d.wav,0,2,yqa)
exten => 609,1,MixMonitor(all-${UNIQUEID}.wav,r(in-${UNIQUEID}.wav)t(out-${UNIQUEID}.wav))
 same => n,Playback(hello)
 same => n,Wait(1)
 same => n,StopMixMonitor()
 same => n,MixMonitor(more-${UNIQUEID}.wav,a)
 same => n,Echo()
exten => 610,1,Playback(hello,noanswer)
 same => n,Wait(0.2)
 same => n,Hangup(17)
exten => 614,1,ChanSpy(PJSIP,q)
exten => 611,1,Wait(0.5)
exten => 615,1,Set(TIMEOUT(absolute)=2)
 same => n,Goto(608,1)
exten => 612,1,Busy()
exten => 613,1,Playback(missing)
 same => n,Background(missing)
 same => n,MusicOnHold(missing,1)
 same => n,NoSuchApplication()

exten => 701,1,ConfBridge(one,mixed8,quiet)
exten => 702,1,ConfBridge(two,mixed16,member,keys)
 same => n,Playback(goodbye)
exten => 712,1,ConfBridge(two,mixed16,admin,adminkeys)
 same => n,Goto(602,1)
exten => 703,1,ConfBridge(three,mixed48,waiting,keys)
 same => n,Playback(goodbye)
exten => 713,1,ConfBridge(three,mixed48,leader,adminkeys)
exten => 704,1,ConfBridge(four,small,pin)
exten => 705,1,MixMonitor(room-${UNIQUEID}.wav,b)
 same => n,ConfBridge(five,recorded,named,keys)
exten => 706,1,ConfBridge(one,mixed8,early,keys)
 same => n,ConfBridge(two,mixed16,member,keys)
 same => n,ConfBridge(one,mixed8,early)
exten => 707,1,Set(VOLUME(RX)=-2)
 same => n,Set(TALK_DETECT(set)=500,300)
 same => n,ConfBridge(two,mixed16,short)
exten => 708,1,Set(TIMEOUT(absolute)=2)
 same => n,Goto(706,1)

exten => 801,1,Dial(PJSIP/phone,3)
exten => 802,1,Dial(PJSIP/phone&PJSIP/7@phone&PJSIP/wide,4,g)
 same => n,Playback(goodbye)
exten => 803,1,Dial(PJSIP/phone,5,m)
exten => 804,1,Dial(PJSIP/wide,5,r)
exten => 805,1,MixMonitor(dial-${UNIQUEID}.wav,b)
 same => n,Dial(PJSIP/wide,5,Rg)
 same => n,ConfBridge(two,mixed16,member,keys)
exten => 806,1,Answer()
 same => n,Playback(hello)
 same => n,Dial(PJSIP/nowhere&PJSIP/phone,2)
 same => n,Congestion()
exten => 807,1,Dial(PJSIP/phone,2)
 same => n,Dial(PJSIP/wide,2)
 same => n,Dial(PJSIP/missing)
 same => n,Goto(603,1)
exten => 808,1,Set(TIMEOUT(absolute)=3)
 same => n,Goto(802,1)
exten => 809,1,MSet(LIMIT_WARNING_FILE=hello,LIMIT_TIMEOUT_FILE=goodbye,LIMIT_PLAYAUDIO_CALLEE=yes)
 same => n,Dial(PJSIP/phone,3,gL(2500:2000:400))
 same => n,Set(LIMIT_TIMEOUT_FILE=missing)
 same => n,Dial(PJSIP/wide,3,L(1000))
exten => T,1,Playback(goodbye)
exten => h,1,Set(GLOBAL(COUNT)=$[${COUNT} + 1])
 same => n,NoOp(end ${HANGUPCAUSE} ${DIALSTATUS} ${CONFBRIDGE_RESULT})

[menu]
exten => s,1,Background(hello)
 same => n,WaitExten(1)
exten => 1,1,Echo()
 same => n,Goto(s,1)
exten => 2,1,ConfBridge(two,mixed16,member,keys)
 same => n,Goto(s,1)
exten => 3,1,Record(menu-%d.wav,1,2,q)
 same => n,Goto(s,1)
exten => 9,1,Playback(goodbye)
exten => i,1,Goto(t,1)
exten => t,1,Set(TRIES=$[${TRIES} + 1])
 same => n,GotoIf($[${TRIES} < 3]?s,1:9,1)
exten => h,1,NoOp(end)
)";

constexpr const char* kEndpoints = R"([udp]
type=transport
protocol=udp
bind=192.0.2.1:5060
[basics](!)
type=endpoint
context=c
disallow=all
allow=ulaw,alaw,g722,slin16
dtmf_mode=rfc4733
rtp_symmetric=yes
rtp_timeout=3
rtp_timeout_hold=4
media_encryption=sdes
media_encryption_optimistic=yes
srtp_secure_signaling=no
ice_support=yes
[anonymous](basics)
[phone](basics)
aors=phone
[phone]
type=aor
contact=sip:192.0.2.99:5060
[wide](basics)
allow=!all,slin16,ulaw
aors=phone
[nowhere](basics)
aors=nowhere
[nowhere]
type=aor
contact=sip:nowhere.example:5060
)";

constexpr const char* kRooms = R"([mixed8]
type=bridge
internal_sample_rate=8000
[mixed16]
type=bridge
internal_sample_rate=16000
[mixed48]
type=bridge
internal_sample_rate=48000
[small]
type=bridge
max_members=2
[recorded]
type=bridge
record_conference=yes
record_tracks=yes
[quiet]
type=user
quiet=yes
[member]
type=user
announce_user_count=yes
music_on_hold_when_empty=yes
hear_own_join_sound=no
[admin]
type=user
admin=yes
announce_only_user=no
[waiting]
type=user
wait_marked=yes
end_marked=yes
music_on_hold_when_empty=yes
[leader]
type=user
marked=yes
admin=yes
[pin]
type=user
pin=12
[named]
type=user
announce_join_leave=yes
announce_join_leave_review=yes
[early]
type=user
quiet=yes
answer_channel=no
dtmf_passthrough=yes
[short]
type=user
timeout=2
announcement=hello
announce_user_count_all=1
dsp_drop_silence=yes
[keys]
type=menu
1=toggle_mute
2=playback_and_continue(hello&goodbye)
3=decrease_talking_volume
4=decrease_listening_volume
5=participant_count
6=playback(hello),toggle_mute,toggle_mute
8=leave_conference
*=reset_talking_volume
*1=reset_listening_volume
[adminkeys]
type=menu
1=admin_toggle_mute_participants
2=admin_kick_last
3=admin_toggle_conference_lock
4=playback(goodbye)
8=leave_conference
)";

constexpr std::array kIvr{"600", "601", "602", "603", "606", "607", "608", "609",
                          "610", "611", "612", "613", "614", "615", "999"};
constexpr std::array kRoomNumbers{"701", "702", "712", "703", "713", "704", "705", "706", "707", "708", "702", "701"};
constexpr std::array kDials{"801", "802", "803", "804", "805", "806", "807", "808", "809", "801"};

}  // namespace

std::string plan_text()
{
    return kPlan;
}

config::Texts files(const Options& options)
{
    const auto last = std::to_string(20'000 + 2 * options.ports - 1);
    return {{"pjsip.conf", kEndpoints},
            {"confbridge.conf", kRooms},
            {"rtp.conf", "[general]\nrtpstart=20000\nrtpend=" + last + "\nrtcpinterval=1000\n"},
            {"ringbridge.conf", "[workers]\nroom_parties_max=" + std::to_string(options.room_parties) + "\n"}};
}

std::string number(const Options& options, Rng& rng)
{
    for (;;) {
        const std::uint64_t kind = rng.below(3);
        if (kind == 0 && options.ivr) {
            return kIvr[rng.below(kIvr.size())];
        }
        if (kind == 1 && options.rooms) {
            return kRoomNumbers[rng.below(kRoomNumbers.size())];
        }
        if (kind == 2 && options.dials) {
            return kDials[rng.below(kDials.size())];
        }
    }
}

void provide_sounds(test::BenchWorld& world)
{
    world.provide({"hello", "goodbye", "beep", "tone:ring", "vm-rec-name", "vm-review"});
    for (const char* name : {"confbridge-join",    "confbridge-leave",   "conf-onlyperson",       "conf-onlyone",
                             "conf-thereare",      "conf-otherinparty",  "conf-getpin",           "conf-invalidpin",
                             "conf-full",          "conf-locked",        "conf-kicked",           "conf-leaderhasleft",
                             "conf-waitforleader", "conf-placeintoconf", "confbridge-conf-begin", "conf-hasjoin",
                             "conf-hasleft",       "conf-muted",         "conf-unmuted",          "conf-errormenu",
                             "conf-lockednow",     "conf-unlockednow"}) {
        world.provide({name});
    }
    for (int digit = 0; digit < 10; ++digit) {
        world.provide({"digits/" + std::to_string(digit)});
    }
    world.sounds["moh:default"] = {.hz = kMusicHz, .duration_ms = 1'000};
}

}  // namespace rb::sim::calls
