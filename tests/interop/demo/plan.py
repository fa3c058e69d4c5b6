#!/usr/bin/env python3
"""plan.py — what a dialplan does to calls on a node of its own. Usage: plan.py BUILD_DIR [CASE…]"""
import functools
import math
import struct
import sys
import tempfile
import time
import wave

import node as nodes
from cases import case, expect, run_cases
from phone import Phone, level_of, tone

Node = functools.partial(nodes.Node, sys.argv[1])


def plan(text):
    return "[demo](+)\n" + text


def hears(phone, frequency, seconds=0.3):
    return level_of(phone.heard(seconds), frequency) > 1000


def until(start, seconds):
    time.sleep(max(start + seconds - time.monotonic(), 0))


@case
def a_call_that_lasts_too_long_goes_to_t():
    with Node(extensions=plan("exten => 20,1,Answer()\n same => n,Set(TIMEOUT(absolute)=2)\n same => n,Echo()\n"
                              "exten => T,1,Playback(tone:500/1500)\n")):
        phone = Phone()
        expect(phone.call("20", send=tone(700)) == 200, "20 answers")
        start = time.monotonic()
        until(start, 1.5)
        expect(hears(phone, 700), "the echo is heard")
        until(start, 2.8)
        expect(hears(phone, 500), "T is heard")
        expect(not hears(phone, 700), "the echo is over")
        expect(phone.ended.wait(2), "and then the call is cleared")
        expect(3.3 < phone.ended_at - start < 3.9, "after %.1f s" % (phone.ended_at - start))
        phone.close()


@case
def dial_warns_and_ends_a_call_in_time():
    text = ("exten => 21,1,Set(LIMIT_WARNING_FILE=tone:500/500)\n same => n,Set(LIMIT_PLAYAUDIO_CALLEE=yes)\n"
            " same => n,Dial(PJSIP/1@peer-ulaw,10,L(4000:2500))\n")
    with Node(extensions=plan(text)):
        caller, callee = Phone(), Phone()
        taker = callee.wait_for_call(6060, send=tone(900))
        expect(caller.call("21", send=tone(700)) == 200, "21 is answered")
        start = time.monotonic()
        taker.join()
        until(start, 1.2)
        expect(hears(caller, 900) and hears(callee, 700), "the two hear each other")
        until(start, 1.95)
        expect(hears(caller, 500) and hears(callee, 500), "both are warned")
        until(start, 3)
        expect(hears(caller, 900) and hears(callee, 700), "the two hear each other again")
        expect(caller.ended.wait(2) and callee.ended.wait(2), "both are cleared")
        expect(3.9 < caller.ended_at - start < 4.4, "after %.1f s" % (caller.ended_at - start))
        caller.close(), callee.close()


@case
def who_sent_the_call_on_is_read_and_told():
    text = ("exten => 22,1,Dial(PJSIP/1@peer-ulaw,10)\n"
            "exten => 23,1,Set(CALLERID(rdnis)=+49 30)\n same => n,Goto(22,1)\n")
    with Node(extensions=plan(text)):
        for number, header in (("22", "<sip:300@127.0.0.1>;reason=user-busy"), ("23", "<sip:+49%2030@127.0.0.1>;reason=user-busy")):
            caller, callee = Phone(), Phone()
            caller.headers = ["Diversion: \"Bob\" <sip:300@example.org>;reason=user-busy", "Diversion: <sip:400@b>"]
            taker = callee.wait_for_call(6060)
            expect(caller.call(number) == 200, number + " is answered")
            taker.join()
            caller.hang_up(), callee.close()
            expect("\r\nDiversion: " + header + "\r\n" in callee.invite, "the callee is told: " + callee.invite)


def write_tone(path, frequency, seconds):
    with wave.open(path, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"".join(struct.pack("<h", int(8000 * math.sin(2 * math.pi * frequency * i / 8000)))
                                  for i in range(int(8000 * seconds))))


@case
def a_playlist_is_heard_in_its_order():
    with tempfile.TemporaryDirectory() as directory:
        for frequency in (500, 900):
            write_tone("%s/%d.wav" % (directory, frequency), frequency, 1)
        music = "[list]\nmode = playlist\nentry = %s/900\nentry = %s/500.wav\n" % (directory, directory)
        with Node(extensions=plan("exten => 24,1,MusicOnHold(list)\n"), musiconhold=music) as node:
            phone = Phone()
            expect(phone.call("24") == 200, "24 answers")
            heard = []
            for _ in range(12):
                time.sleep(0.25)
                loud = [f for f in (500, 900) if hears(phone, f, 0.1)]
                heard += [f for f in loud if heard[-1:] != [f]]
            phone.hang_up()
            expect(sorted(set(heard)) == [500, 900] and len(heard) >= 3, "both, in turn: %s" % heard)
            expect("  %s/900" % directory in node.rbctl("moh", "show", "files")[1], "rbctl names the entries")


@case
def each_step_is_told_where_asked():
    with Node(extensions=plan("exten => 25,1,Set(SUM=$[${PRICE} + 1])\n same => n,SayNumber(${SUM})\n")) as node:
        expect(node.rbctl("-rx", "dialplan set global PRICE 41")[0] == 0, "a global variable is set")
        expect("PRICE=41" in node.rbctl("dialplan", "show", "globals")[1], "and shown")
        expect(node.rbctl("-rx", "dialplan debug on")[0] == 0, "debug is on")
        phone = Phone()
        expect(phone.call("25") == 200, "25 answers")
        expect(phone.ended.wait(5), "and ends when the number has been said")
        phone.close()
        for step in ("Executing [25@demo:1] Set(SUM=42)", "Executing [25@demo:2] SayNumber(42)"):
            expect(node.wait_for(lambda: step in node.output()), step)


if __name__ == "__main__":
    sys.exit(run_cases(sys.argv[2:]))
