#!/usr/bin/env python3
"""fax.py — T.38 between two phones that a node bridges: UDPTL both ways, byte for byte. Usage: fax.py BUILD_DIR [CASE…]"""
import re
import socket
import sys
import threading
import time

from cases import CASES, case, expect, run_case
from node import Node
from phone import Phone, level_of, tone

PJSIP = """
[fax](!,basics)
media_encryption = no
allow = !all,ulaw
rtp_symmetric = no
t38_udptl = yes

[anonymous](+)
t38_udptl = yes

[faxes](fax)
aors = peer

[plain](fax)
t38_udptl = no
aors = peer
"""
EXTENSIONS = """
[demo](+)
exten => 701,1,Dial(PJSIP/faxes)
exten => 702,1,Dial(PJSIP/plain)
"""
T38 = ("m=image %d udptl t38\r\na=T38FaxVersion:0\r\na=T38MaxBitRate:%d\r\na=T38FaxRateManagement:transferredTCF\r\n"
       "a=T38FaxMaxDatagram:400\r\na=T38FaxUdpEC:t38UDPRedundancy\r\n")


class FaxPhone(Phone):
    """Has a socket of its own for UDPTL; takes what it is offered, unless it refuses faxes."""

    def __init__(self, bit_rate, refuses=None):
        super().__init__()
        self.bit_rate, self.refuses = bit_rate, refuses
        self.udptl = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udptl.bind((self.host, 0))
        self.udptl.settimeout(0.3)
        self.fax_peer = None
        self.offers = []

    def fax_sdp(self, port=None):
        return self.sdp().split("m=audio")[0] + T38 % (self.udptl.getsockname()[1] if port is None else port, self.bit_rate)

    def take(self, text):
        """The media of what the node offers or answers."""
        self.last_sdp = text
        host = re.search(r"^c=IN IP4 (\S+)", text, re.M).group(1)
        kind, port = re.search(r"^m=(audio|image) ([1-9]\d*) ", text, re.M).groups()
        if kind == "image":
            self.fax_peer = (host, int(port))
        else:
            self.peer = (host, int(port))

    def learn(self, text):
        if "m=image" in text:
            self.take(text)
        else:
            super().learn(text)

    def answer(self, **options):
        """As Phone does; then it may offer and hang up as well."""
        super().answer(**options)
        sender = re.search(r"^From:.*<([^>]+)>.*;tag=([^;\r\n]+)", self.invite, re.M | re.I)
        self.to, self.remote_tag = sender.groups()
        self.call_id = re.search(r"^Call-ID: *(\S+)", self.invite, re.M | re.I).group(1)

    def reply(self, text, source, code, body="", reason="OK"):
        if text.startswith("INVITE") and self.peer is not None:
            self.offers.append(text)
            if "m=image" not in text:
                body = self.sdp()
            elif self.refuses == 488:
                code, reason = 488, "Not Acceptable Here"
            else:
                body = self.fax_sdp(self.refuses)
            if body:
                self.take(text)
        super().reply(text, source, code, body, reason)

    def close(self):
        super().close()
        self.udptl.close()


def datagrams(filling, count=150):
    """UDPTL as far as a relay can tell: a number, and whatever; of many lengths, and with any byte at the beginning."""
    return [(number * 437).to_bytes(2, "big") + bytes([filling]) * (5 + number * 7 % 390) for number in range(count)]


def exchange(one, other):
    """Sends both ways at once; what came to each."""
    came = {}

    def collect(phone, count):
        came[phone] = []
        while len(came[phone]) < count:
            try:
                came[phone].append(phone.udptl.recvfrom(2048))
            except socket.timeout:
                return

    sent = {one: datagrams(0x11), other: datagrams(0xEE)}
    readers = [threading.Thread(target=collect, args=(phone, 150)) for phone in sent]
    for reader in readers:
        reader.start()
    for pair in zip(sent[one], sent[other]):
        for phone, datagram in zip((one, other), pair):
            phone.udptl.sendto(datagram, phone.fax_peer)
        time.sleep(0.005)
    for reader in readers:
        reader.join()
    for phone, source in ((one, other), (other, one)):
        missing = [number for number, data in enumerate(sent[source]) if data not in [it for it, _ in came[phone]]]
        expect([data for data, _ in came[phone]] == sent[source], "byte for byte and in order; missing: %s" % missing)
        expect({address for _, address in came[phone]} == {phone.fax_peer}, "from the node")


def two_phones(number, refuses=None):
    caller, callee = FaxPhone(14400), FaxPhone(9600, refuses)
    taker = callee.wait_for_call(6060, send=tone(700))
    expect(caller.call(number, send=tone(440)) == 200, "%s answers: %s" % (number, caller.codes))
    taker.join()
    expect_audio(caller, callee)
    return caller, callee


def expect_audio(caller, callee):
    time.sleep(1)
    heard = level_of(caller.heard(0.5), 700), level_of(callee.heard(0.5), 440)
    expect(min(heard) > 4000, "the two hear each other: %d, %d" % heard)


def fax_node():
    return Node(sys.argv[1], pjsip=PJSIP, extensions=EXTENSIONS)


@case
def a_fax_passes_untouched_and_then_they_talk_again():
    with fax_node() as node:
        caller, callee = two_phones("701")
        expect(caller.offer(caller.fax_sdp()) == 200, "T.38 is accepted: %s" % caller.codes)
        expect("a=T38MaxBitRate:9600\r\n" in caller.last_sdp, "with what the callee says: " + caller.last_sdp)
        expect("a=T38MaxBitRate:14400\r\n" in callee.offers[0], "which was offered what the caller says")
        exchange(caller, callee)
        audio = len(callee.received)
        time.sleep(0.3)
        expect(len(callee.received) == audio, "no audio meanwhile")
        expect(callee.offer(callee.sdp()) == 200, "back to audio: %s" % callee.codes)
        expect_audio(caller, callee)
        expect("m=audio" in caller.offers[-1], "the caller was offered it, too")
        expect(callee.offer(callee.fax_sdp()) == 200, "and a fax from the other side")
        exchange(callee, caller)
        caller.hang_up()
        expect(callee.ended.wait(3), "one hangs up, both are gone")
        callee.close()
        expect("fax by T.38" in node.output(), "the log tells of it")


@case
def a_stranger_is_neither_passed_on_nor_answered():
    with fax_node():
        caller, callee = two_phones("701")
        expect(caller.offer(caller.fax_sdp()) == 200, "T.38 is accepted")
        stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        stranger.bind(("127.0.0.1", 0))
        stranger.settimeout(0.5)
        for datagram in datagrams(0x66, 50):
            for phone in (caller, callee):
                stranger.sendto(datagram, phone.fax_peer)
        exchange(caller, callee)
        try:
            stranger.recv(2048)
            raise AssertionError("the node sent to a stranger")
        except (socket.timeout, ConnectionRefusedError):
            pass
        stranger.close()
        callee.hang_up()
        expect(caller.ended.wait(3), "one hangs up, both are gone")
        caller.close()


@case
def who_refuses_goes_on_talking():
    with fax_node():
        for number, refuses in (("701", 488), ("701", 0), ("702", None)):
            caller, callee = two_phones(number, refuses)
            expect(caller.offer(caller.fax_sdp()) == 488, "%s: 488, not %s" % (number, caller.codes))
            expect(bool(callee.offers) == (number == "701"), "only who can is asked")
            expect_audio(caller, callee)
            caller.hang_up()
            expect(callee.ended.wait(3), "and the call ends as any")
            callee.close()


@case
def a_calling_fax_machine_leaves_what_it_hears_for_the_extension_fax():
    with Node(sys.argv[1], pjsip=PJSIP + "\n[anonymous](+)\nfax_detect = yes\n",
              extensions=EXTENSIONS + "exten => fax,1,Dial(PJSIP/faxes)\n") as node:
        caller, callee = FaxPhone(14400), FaxPhone(9600)
        taker = callee.wait_for_call(6060, send=tone(700))
        expect(caller.call("602", send=tone(1100)) == 200, "602 answers with music: %s" % caller.codes)
        taker.join()
        expect("a fax machine calls" in node.output(), "the log tells of it")
        time.sleep(1)
        expect(level_of(caller.heard(0.5), 700) > 4000, "it hears the machine of the extension fax")
        expect(caller.offer(caller.fax_sdp()) == 200, "which it then sends a fax: %s" % caller.codes)
        exchange(caller, callee)
        caller.hang_up()
        expect(callee.ended.wait(3), "one hangs up, both are gone")
        callee.close()


def main():
    failed = [name for name in sys.argv[2:] or CASES if not run_case(name)]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
