// Goal: a call comes up and goes down as RFC 3261 says, whoever calls and whatever is lost on the way.
// Method: two SipCalls facing each other through a wire that drops what the test says.
#include "tools/rbload/sip_call.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace rb::load {
namespace {

const Address kCaller = *parse_address("127.0.0.1:5070");
const Address kCallee = *parse_address("127.0.0.1:5060");
const MediaDescription kCallerMedia{.address = kCaller.with_port(30000)};
const MediaDescription kCalleeMedia{.address = kCallee.with_port(20000)};

/// Two ends, a clock, and a count of what has been sent.
struct Wire {
    SipCall caller{{.call_id = "c", .tag = "a", .local = kCaller, .peer = kCallee}};
    SipCall callee{{.call_id = "c", .tag = "b", .local = kCallee, .peer = kCaller}};
    Nanos now{};
    SipOutbox from_caller;
    SipOutbox from_callee;
    int sent = 0;
    std::set<int> lost;  ///< by count
    std::vector<CallChange> at_caller;
    std::vector<CallChange> at_callee;

    void place() { caller.place("sip:600@127.0.0.1:5060", kCallerMedia, now, from_caller); }

    void carry(SipOutbox& from, SipCall& to, SipOutbox& back, std::vector<CallChange>& changes)
    {
        for (SipOutbox all = std::exchange(from, {}); const SipDatagram& datagram : all) {
            const auto message = parse_sip(datagram.text);
            ASSERT_TRUE(message) << datagram.text;
            if (!lost.contains(sent++)) {
                changes.push_back(to.on_message(*message, datagram.text, now, back));
            }
        }
    }

    void deliver()
    {
        while (!from_caller.empty() || !from_callee.empty()) {
            carry(from_caller, callee, from_callee, at_callee);
            carry(from_callee, caller, from_caller, at_caller);
        }
    }

    void pass(Nanos span)
    {
        for (const Nanos end = now + span; now < end;) {
            now += 100ms;
            if (caller.timer_at() <= now) {
                at_caller.push_back(caller.on_timer(now, from_caller));
            }
            if (callee.timer_at() <= now) {
                at_callee.push_back(callee.on_timer(now, from_callee));
            }
            deliver();
        }
    }

    [[nodiscard]] static bool has(const std::vector<CallChange>& changes, CallChange change)
    {
        return std::count(changes.begin(), changes.end(), change) == 1;
    }
};

void connect(Wire& wire)
{
    wire.place();
    wire.pass(2s);
    ASSERT_TRUE(Wire::has(wire.at_callee, CallChange::Incoming));
    wire.callee.answer(kCalleeMedia, wire.now, wire.from_callee);
    wire.pass(10s);
    ASSERT_TRUE(Wire::has(wire.at_caller, CallChange::Answered));
}

TEST(SipCall, ComesUpAndIsHungUpByTheCaller)
{
    Wire wire;
    connect(wire);
    EXPECT_EQ(wire.callee.number(), "600");
    EXPECT_EQ(wire.caller.remote_media()->address, kCalleeMedia.address);
    EXPECT_EQ(wire.callee.remote_media()->address, kCallerMedia.address);
    wire.caller.hang_up(wire.now, wire.from_caller);
    wire.deliver();
    EXPECT_TRUE(Wire::has(wire.at_caller, CallChange::Ended));
    EXPECT_TRUE(Wire::has(wire.at_callee, CallChange::EndedByPeer));
    wire.pass(5s);
    EXPECT_TRUE(Wire::has(wire.at_caller, CallChange::Forgotten));
}

TEST(SipCall, IsHungUpByTheCallee)
{
    Wire wire;
    connect(wire);
    wire.callee.hang_up(wire.now, wire.from_callee);
    wire.pass(1s);
    EXPECT_TRUE(Wire::has(wire.at_callee, CallChange::Ended));
    EXPECT_TRUE(Wire::has(wire.at_caller, CallChange::EndedByPeer));
}

class SipCallLosing : public ::testing::TestWithParam<int> {};

TEST_P(SipCallLosing, AnyOneMessageStillComesUpAndDown)
{
    Wire wire;
    wire.lost = {GetParam()};
    connect(wire);
    wire.caller.hang_up(wire.now, wire.from_caller);
    wire.pass(5s);
    EXPECT_TRUE(Wire::has(wire.at_caller, CallChange::Ended));
    EXPECT_TRUE(Wire::has(wire.at_callee, CallChange::EndedByPeer));
}

// INVITE, INVITE again (nobody rings), 200, ACK, BYE, its 200.
INSTANTIATE_TEST_SUITE_P(Messages, SipCallLosing, ::testing::Range(0, 10));

TEST(SipCall, GivesUpAfter32Seconds)
{
    Wire wire;
    for (int i = 0; i < 100; ++i) {
        wire.lost.insert(i);
    }
    wire.place();
    wire.pass(33s);
    EXPECT_TRUE(Wire::has(wire.at_caller, CallChange::TimedOut));
    EXPECT_EQ(wire.caller.status(), 0);
    EXPECT_GE(wire.caller.retransmissions(), 6U);  // at 0.5, 1.5, 3.5, 7.5, 15.5, 31.5 s
}

TEST(SipCall, AcknowledgesARefusalInItsTransaction)
{
    SipOutbox out;
    SipCall call{{.call_id = "c", .tag = "a", .local = kCaller, .peer = kCallee}};
    call.place("sip:3999@127.0.0.1:5060", kCallerMedia, 0ns, out);
    const std::string invite = out.at(0).text;
    const std::string refusal = reply_to(*parse_sip(invite), {.status = 404, .reason = "Not Found", .to_tag = "x"});
    EXPECT_EQ(call.on_message(*parse_sip(refusal), refusal, 1ms, out), CallChange::Refused);
    EXPECT_EQ(call.status(), 404);
    const auto ack = parse_sip(out.at(1).text);
    EXPECT_EQ(ack->method, "ACK");
    EXPECT_EQ(ack->vias, parse_sip(invite)->vias);
    EXPECT_EQ(parameter_in(ack->to, "tag"), "x");
    EXPECT_EQ(call.on_message(*parse_sip(refusal), refusal, 2ms, out), CallChange::None);
    EXPECT_EQ(out.size(), 3U);  // acknowledged again
}

TEST(SipCall, WaitsLongForAPhoneThatRings)
{
    SipOutbox out;
    SipCall call{{.call_id = "c", .tag = "a", .local = kCaller, .peer = kCallee}};
    call.place("sip:606@127.0.0.1:5060", kCallerMedia, 0ns, out);
    const std::string invite = out.at(0).text;
    const std::string ringing = reply_to(*parse_sip(invite), {.status = 180, .reason = "Ringing", .to_tag = "x"});
    EXPECT_EQ(call.on_message(*parse_sip(ringing), ringing, 100ms, out), CallChange::Ringing);
    EXPECT_GT(call.timer_at(), 100s);
    EXPECT_EQ(out.size(), 1U);
}

TEST(SipCall, FollowsAReInvite)
{
    Wire wire;
    connect(wire);
    const MediaDescription moved{.address = kCallee.with_port(20100)};
    std::string again =
        "INVITE sip:rbload@127.0.0.1:5070 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKr\r\n"
        "From: <sip:600@127.0.0.1>;tag=b\r\nTo: <sip:rbload@127.0.0.1>;tag=a\r\nCall-ID: c\r\n"
        "CSeq: 1 INVITE\r\nContact: <sip:127.0.0.1:5060>\r\n";
    finish_message(again, write_sdp(moved));
    SipOutbox out;
    EXPECT_EQ(wire.caller.on_message(*parse_sip(again), again, wire.now, out), CallChange::MediaChanged);
    EXPECT_EQ(wire.caller.remote_media()->address, moved.address);
    EXPECT_EQ(parse_sip(out.at(0).text)->status, 200);
    EXPECT_TRUE(read_sdp(parse_sip(out.at(0).text)->body));
}

}  // namespace
}  // namespace rb::load
