#!/usr/bin/env python3
"""preferences.py — which codecs the node answers and offers, and in which order. Usage: preferences.py BUILD_DIR [CASE…]

Calls are recognised by the user in From, so that each endpoint is a table row: its name says what its option is. What is
looked at are the m= lines of the answers that callers get and of the INVITEs that a callee gets.
"""
import re
import sys
import time

from cases import CASES, case, expect, run_case
from node import Node
from phone import Phone, numbered_frames

ULAW, ALAW, G722 = "0 PCMU/8000", "8 PCMA/8000", "9 G722/8000"
CALLERS = {
    "plain": "",
    "remote": "incoming_call_offer_pref = remote",
    "remote_first": "incoming_call_offer_pref = remote_first",
    "only": "preferred_codec_only = yes",
    "detailed": "codec_prefs_incoming_offer = prefer: pending, operation: intersect, keep: all, transcode: allow",
    "following": "codec_prefs_outgoing_answer = prefer: pending, operation: intersect",
    "untranscoded": "codec_prefs_incoming_offer = prefer: configured, transcode: prevent",
}
CALLEES = {
    "default": "",
    "local": "outgoing_call_offer_pref = local",
    "local_merge": "outgoing_call_offer_pref = local_merge",
    "first": "codec_prefs_outgoing_offer = operation: intersect, keep: first",
    "gsm": "allow = !all,gsm",
    "ours": "codec_prefs_incoming_answer = prefer: configured",
}


def node():
    pjsip = "[udp]\ntype = transport\nbind = 127.0.0.1:5060\n[basics](!)\ntype = endpoint\ncontext = calls\n"
    pjsip += "allow = !all,ulaw,alaw,g722\nidentify_by = username\n"
    extensions = "[calls]\nexten => 600,1,Answer()\n same => n,Echo()\n"
    for name, option in CALLERS.items():
        pjsip += "[%s](basics)\n%s\n" % (name, option)
    for name, option in CALLEES.items():
        pjsip += "[to_%s](basics)\naors = far\n%s\n" % (name, option)
        extensions += "exten => %s,1,Dial(PJSIP/to_%s,5)\n same => n,Hangup(58)\n" % (name, name)
    pjsip += "[far]\ntype = aor\ncontact = sip:127.0.0.1:6060\n"
    return Node(sys.argv[1], demo=False, pjsip=pjsip, extensions=extensions)


class Caller(Phone):
    """A phone that speaks what it is answered in."""

    def __init__(self, endpoint, *codecs):
        super().__init__(codecs=codecs)
        self.user = endpoint

    def learn(self, text):
        if "m=audio" in text:
            self.codecs = sorted(self.codecs, key=lambda codec: codec.split()[0] != codecs_in(text)[0])
        super().learn(text)


def codecs_in(sdp):
    """The payload types of the m= line that are no telephone-event."""
    numbers = re.search(r"^m=audio \d+ RTP/AVP ([\d ]+)", sdp, re.M).group(1).split()
    return [number for number in numbers if not re.search("a=rtpmap:%s telephone-event" % number, sdp)]


def dial(caller, number, *callee_codecs):
    """The caller's code, and the callee that took the call and says nothing."""
    callee = Phone(codecs=callee_codecs)
    callee.stream = lambda: None
    taker = callee.wait_for_call(6060)
    code = caller.call(number, send=numbered_frames())
    taker.join()
    return code, callee


@case
def an_offer_is_answered_in_the_order_of_the_endpoint():
    for endpoint, number in (("plain", "8"), ("remote", "9"), ("remote_first", "9"), ("only", "8"), ("detailed", "9")):
        phone = Caller(endpoint, G722, ALAW)
        expect(phone.call("600") == 200, endpoint + " is answered")
        answered = codecs_in(phone.last_sdp)
        phone.hang_up()
        expect(answered == [number], "%s: %s is answered, not %s" % (endpoint, answered, number))


@case
def a_callee_is_offered_what_the_caller_has_as_its_endpoint_says():
    for caller, callee, offer in (("plain", "default", ["8", "9", "0"]), ("remote", "default", ["9", "8", "0"]),
                                  ("only", "default", ["8", "0", "9"]), ("remote", "local", ["8", "9"]),
                                  ("remote", "local_merge", ["0", "8", "9"]), ("remote", "first", ["9"]),
                                  ("remote", "gsm", ["3"]), ("untranscoded", "default", ["8", "9"])):
        phone = Caller(caller, G722, ALAW)
        code, far = dial(phone, callee, *{"3": ("3 GSM/8000",), "9": (G722,)}.get(offer[0], (ALAW,)))
        phone.hang_up(), far.close()
        expect(code == 200, "%s to %s is answered: %d" % (caller, callee, code))
        expect(codecs_in(far.invite) == offer, "%s to %s: %s is offered, not %s" % (caller, callee,
                                                                                codecs_in(far.invite), offer))


@case
def nobody_is_called_where_transcoding_is_prevented_and_nothing_is_common():
    phone, callee = Caller("untranscoded", G722, ALAW), Phone()
    callee.move_to(6060)
    code = phone.call("gsm")
    callee.sip.setblocking(False)
    try:
        asked = callee.sip.recv(2048)
    except BlockingIOError:
        asked = b""
    phone.close(), callee.close()
    expect(code >= 400, "the call is refused: %d" % code)
    expect(not asked, "before anybody was asked")


@case
def a_caller_that_follows_is_answered_in_the_codec_of_the_callee():
    for endpoint, number in (("plain", "0"), ("following", "8"), ("untranscoded", "8")):
        phone = Caller(endpoint, ULAW, ALAW)
        code, far = dial(phone, "default", ALAW)
        expect(code == 200, endpoint + " is answered: %d" % code)
        answered = codecs_in(phone.last_sdp)
        time.sleep(1)
        passed_on = [packet[4] for packet in far.received if packet[4][4:] == b"\xff" * 156]
        phone.hang_up(), far.close()
        expect(answered == [number], "%s: %s is answered, not %s" % (endpoint, answered, number))
        # What is passed on as it is was not transcoded.
        expect(bool(passed_on) == (number == "8"), "%s: %d packets came as they were sent" % (endpoint, len(passed_on)))


@case
def an_answer_is_taken_in_our_order_where_the_endpoint_says_so():
    for callee, number in (("default", 9), ("ours", 8)):
        phone = Caller("plain", ALAW)
        code, far = dial(phone, callee, G722, ALAW)
        time.sleep(1)
        heard = {packet[1] for packet in far.received}
        phone.hang_up(), far.close()
        expect(code == 200, callee + " answers: %d" % code)
        expect(heard == {number}, "%s is sent %s, not %d" % (callee, heard, number))


def main():
    with node():
        failed = [name for name in sys.argv[2:] or CASES if not run_case(name)]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
