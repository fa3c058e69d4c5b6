#!/usr/bin/env python3
"""g729.py — G.729, which a node only passes on: byte for byte between two who have it, silence anywhere else.

Usage: g729.py BUILD_DIR [CASE…]
"""
import itertools
import re
import subprocess
import sys
import tempfile
import time

from cases import case, expect, run_cases
from node import Node
from phone import Phone, level_of, tone

PJSIP = """
[anonymous](+)
allow = g729

[both](basics)
allow = !all,g729,ulaw
aors = peer
"""
EXTENSIONS = """
[demo](+)
exten => 701,1,Dial(PJSIP/both)
exten => 702,1,Playback(demo-welcome)
 same => n,Hangup(27)
"""
G729, PCMU = "18 G729/8000", "0 PCMU/8000"
OTHER = 39  # seed of the other one's bytes


def coded(seed):
    """Payloads of 20 ms, each another: no decoder is to look at them."""
    for number in itertools.count(seed << 24):
        yield number.to_bytes(4, "big") * 5


class G729Phone(Phone):
    """Says of annex B what it is told to."""

    def __init__(self, *codecs, annex_b="no"):
        super().__init__(codecs=codecs or (G729,))
        self.annex_b = annex_b

    def sdp(self):
        return super().sdp() + "a=fmtp:18 annexb=%s\r\n" % self.annex_b

    def learn(self, text):
        media = re.search(r"^m=audio \d+ \S+ (\d+)", text, re.M)
        if media:  # the codec named first is spoken
            self.codecs = tuple(sorted(self.codecs, key=lambda codec: codec.split()[0] != media.group(1)))
        super().learn(text)

    def audio(self):
        return [packet for packet in list(self.received) if packet[1] != 101]


def g729_node():
    return Node(sys.argv[1], pjsip=PJSIP, extensions=EXTENSIONS)


def connect(caller, callee, says, number="701"):
    taker = callee.wait_for_call(6060, send=says[1])
    expect(caller.call(number, send=says[0]) == 200, "%s answers: %s" % (number, caller.codes))
    taker.join()


def expect_untouched(listener, seed):
    packets = listener.audio()
    expect(len(packets) > 80, "two seconds have come: %d packets" % len(packets))
    expect({packet[1] for packet in packets} == {18}, "in G.729 alone")
    first = int.from_bytes(packets[0][4][:4], "big")
    expect(first >> 24 == seed, "of the other one")
    whole = [number.to_bytes(4, "big") * 5 for number in range(first, first + len(packets))]
    expect([packet[4] for packet in packets] == whole, "byte for byte, none missing, none twice")
    steps = {later[3] - earlier[3] for earlier, later in zip(packets, packets[1:])}
    expect(steps <= {160, 160 - 2 ** 32, 160 * 6}, "timestamps of 20 ms, of a key's 100 ms besides: %s" % steps)


@case
def two_phones_have_each_others_bytes_and_keys():
    with g729_node() as node:
        for annex_b in (("no", "no"), ("yes", "yes"), ("yes", "no")):
            caller, callee = (G729Phone(annex_b=each) for each in annex_b)
            connect(caller, callee, (coded(1), coded(OTHER)))
            expect("a=rtpmap:18 G729/8000" in callee.invite, "the callee is offered it: " + callee.invite)
            expect("PCMU" not in callee.invite, "and nothing that the caller could not hear")
            expect("a=fmtp:18 annexb=" + annex_b[0] in callee.invite, "as the caller says: " + callee.invite)
            agreed = "yes" if set(annex_b) == {"yes"} else "no"
            expect("a=fmtp:18 annexb=" + agreed in caller.last_sdp, "the answer has both ends': " + caller.last_sdp)
            time.sleep(2)
            caller.press("5")
            time.sleep(0.3)
            key = {packet[4][0] for packet in list(callee.received) if packet[1] == 101}
            expect_untouched(callee, 1)
            expect_untouched(caller, OTHER)
            expect(key == {5}, "the key has come: %s" % key)
            caller.hang_up()
            expect(callee.ended.wait(3), "one hangs up, both are gone")
            callee.close()
        code, matrix = node.rbctl("translation")
        row = re.search(r"^ *g729((?: +-)+)$", matrix, re.M)
        expect(code == 0 and row, "there is no path from G.729: " + matrix)


@case
def who_is_bridged_with_pcmu_has_pcmu():
    with g729_node():
        caller, callee = G729Phone(G729, PCMU), Phone()
        connect(caller, callee, (tone(440), tone(700)))
        expect(re.search(r"^m=audio \d+ RTP/AVP 0 101\r", caller.last_sdp, re.M), "PCMU it is: " + caller.last_sdp)
        time.sleep(1.5)
        heard = level_of(caller.heard(0.5), 700), level_of(callee.heard(0.5), 440)
        expect(min(heard) > 4000, "the two hear each other: %d, %d" % heard)
        caller.hang_up()
        expect(callee.ended.wait(3), "one hangs up, both are gone")
        callee.close()


@case
def in_a_room_it_is_silent_and_disturbs_nobody():
    with g729_node() as node:
        mute, anna, berta = G729Phone(), Phone(), Phone()
        for phone, says in ((mute, coded(1)), (anna, tone(440)), (berta, tone(700))):
            expect(phone.call("60001", send=says) == 200, "60001 answers: %s" % phone.codes)
        time.sleep(4)
        heard = level_of(anna.heard(0.5), 700), level_of(berta.heard(0.5), 440)
        gaps = anna.longest_gap(2), berta.longest_gap(2)
        for phone in (mute, anna, berta):
            phone.hang_up()
        expect(min(heard) > 4000, "the others hear each other: %d, %d" % heard)
        expect(max(gaps) < 0.1, "without a gap: %.3f, %.3f s" % gaps)
        expect(not mute.audio(), "nothing is sent to it: %d packets" % len(mute.audio()))
        expect("g729 is only passed on, and nothing else was offered" in node.output(), "the log says why")


@case
def a_prompt_fails_and_the_plan_goes_on():
    with g729_node() as node:
        phone = G729Phone()
        expect(phone.call("702", send=coded(1)) == 200, "702 answers: %s" % phone.codes)
        expect(phone.ended.wait(3), "the plan has gone on to its end")
        phone.close()
        expect("cannot be played in g729" in node.output(), "the log says why")


@case
def ffmpeg_decodes_what_has_been_passed_on():
    """Silence of G.729: frames of zeros, which a decoder of somebody else takes for frames."""
    with g729_node():
        caller, callee = G729Phone(), G729Phone()
        connect(caller, callee, (itertools.repeat(bytes(20)), coded(OTHER)))
        time.sleep(2)
        frames = b"".join(packet[4] for packet in callee.audio())
        caller.hang_up()
        callee.close()
    with tempfile.NamedTemporaryFile(suffix=".g729") as file:
        file.write(frames)
        file.flush()
        done = subprocess.run(["ffmpeg", "-v", "error", "-f", "g729", "-i", file.name, "-f", "s16le", "-"],
                              capture_output=True, check=True)
    expect(len(done.stdout) == len(frames) // 10 * 80 * 2, "10 ms for each ten bytes: %d of %d"
           % (len(done.stdout), len(frames)))


if __name__ == "__main__":
    sys.exit(run_cases(sys.argv[2:]))
