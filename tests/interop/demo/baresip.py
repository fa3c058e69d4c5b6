#!/usr/bin/env python3
"""baresip.py — a softphone people use calls the demo. Usage: baresip.py RINGBRIDGE [CASE…]

baresip finds its own address on an interface that is not loopback; where there is none, the cases are skipped, loudly.
"""
import math
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import wave

from cases import case, expect, run_with_node
from node import Node
from phone import Phone, level_of, silence
from started import figure, own_address

MODULES = "/usr/lib/baresip/modules"


class Codec:
    """The module of baresip that has it, and the rate and channels of its audio."""

    def __init__(self, module, rate=8000, channels=1):
        self.module, self.rate, self.channels = module, rate, channels


G711 = Codec("g711")
G722 = Codec("g722", 16000)
OPUS = Codec("opus", 48000, 2)


class Baresip:
    """baresip that says a tone; its statistics tell what it hears."""

    def __init__(self, frequency, *options, codec=G711, mediaenc=None, medianat=None):
        self.folder = tempfile.mkdtemp(prefix="baresip-")
        said = os.path.join(self.folder, "said.wav")
        with wave.open(said, "wb") as file:
            file.setparams((codec.channels, 2, codec.rate, 0, "NONE", ""))
            samples = [int(6000 * math.sin(2 * math.pi * frequency * i / codec.rate)) for i in range(codec.rate * 20)]
            file.writeframes(b"".join(struct.pack("<h", sample) * codec.channels for sample in samples))
        self.write("accounts", "<sip:baresip@%s>;regint=0;answermode=auto%s%s\n" %
                   (own_address(), ";mediaenc=" + mediaenc if mediaenc else "",
                    ";medianat=" + medianat if medianat else ""))
        self.write("contacts", "")
        # An account names what the modules before it bring.
        modules = (codec.module, "aufile", "srtp", "dtls_srtp", "ice", "account", "menu")
        self.write("config", "sip_listen 0.0.0.0:5085\naudio_source aufile,%s\naudio_alert aufile,%s\n"
                             "rtp_ports 42000-42998\nmodule_path %s\n%s%s"
                   % (said, said, MODULES, "".join("module %s.so\n" % module for module in modules),
                      "rtcp_mux yes\n" if mediaenc == "dtls_srtp" else ""))
        self.log = open(os.path.join(self.folder, "log"), "w+b")
        self.process = subprocess.Popen(["baresip", "-f", self.folder, "-t", "8", *options], stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log)

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def text(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def received_bits(self):
        """Bits a second it has received, as it shows them while a call is up; the highest."""
        return max([int(rate) for rate in re.findall(r"audio=\d+/(\d+) ", self.text())], default=0)

    def shows_bits(self):
        """Whether what it shows moves at all: now and then it counts none of its own either, for a whole call."""
        return re.search(r"audio=[1-9]", self.text()) is not None

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder)


def hears_its_echo(at="127.0.0.1", **options):
    baresip = Baresip(440, "-e", "/dial sip:600@" + at, **options)
    try:
        time.sleep(6)
        text = baresip.text()
        expect("Call established" in text and "mediaenc not found" not in text, "the call is up:\n" + text[-600:])
        expect(baresip.received_bits() > 50_000, "what it says comes back: %d bit/s" % baresip.received_bits())
    finally:
        baresip.close()


@case
def baresip_hears_its_echo():
    hears_its_echo()


@case
def baresip_hears_its_echo_by_srtp():
    """srtp-mand: it hangs up on who does not encrypt."""
    hears_its_echo(mediaenc="srtp-mand")


@case
def baresip_hears_its_echo_by_ice():
    """It checks RTP and RTCP, and never again once it has nominated."""
    before = figure("ice.checks")
    hears_its_echo(medianat="ice")
    checks = figure("ice.checks") - before
    expect(checks >= 2, "it has checked the node: %d" % checks)


@case
def baresip_hears_its_echo_by_dtls():
    """It offers to begin or not, and the node begins."""
    hears_its_echo(mediaenc="dtls_srtp")


def strict_node():
    """It calls by DTLS or not at all, and leaves it to the other side to begin."""
    pjsip = """
[udp]
type = transport
bind = 127.0.0.1:5070
[anonymous]
type = endpoint
context = calls
allow = ulaw
media_encryption = dtls
media_encryption_optimistic = yes
dtls_setup = passive
rtp_symmetric = yes             ; what goes to loopback comes from there, whatever SDP says
[baresip](anonymous)
media_encryption_optimistic = no
aors = baresip
[baresip]
type = aor
contact = sip:baresip@%s:5085
""" % own_address()
    return Node(os.path.dirname(os.path.abspath(sys.argv[1])), demo=False, pjsip=pjsip,
                rtp="[general]\nrtpstart = 36000\nrtpend = 36999\n",
                extensions="[calls]\nexten => 600,1,Answer()\n same => n,Echo()\n"
                           "exten => 9,1,Dial(PJSIP/baresip)\n")


@case
def baresip_begins_the_handshake():
    with strict_node() as node:
        hears_its_echo("127.0.0.1:5070", mediaenc="dtls_srtp")
        expect(node.control("dtls.handshakes") == 1, "by DTLS")


@case
def baresip_is_called_by_dtls():
    with strict_node() as node:
        baresip, phone = Baresip(440, mediaenc="dtls_srtp"), Phone(server=("127.0.0.1", 5070))
        try:
            time.sleep(1)
            expect(phone.call("9", send=silence()) == 200, "baresip answers:\n" + baresip.text()[-600:])
            time.sleep(3)
            heard = level_of(phone.heard(1), 440)
            expect(heard > 4000, "its tone is heard: %d\n%s" % (heard, baresip.text()[-600:]))
            expect(node.control("dtls.handshakes") == 1, "by DTLS")
        finally:
            baresip.close()
            phone.hang_up()


@case
def baresip_is_heard_in_a_room():
    hear_in_a_room(None)


@case
def baresip_is_heard_in_a_room_by_dtls():
    hear_in_a_room("dtls_srtp")


@case
def baresip_is_heard_in_a_room_by_srtp():
    hear_in_a_room("srtp-mand")


def hear_in_a_room(mediaenc):
    expect(any(heard_in_a_room(mediaenc) for _ in range(3)), "baresip shows its bits in one of three calls")


def heard_in_a_room(mediaenc):
    """False where baresip shows nothing by which to tell."""
    phone = Phone()
    expect(phone.call("60088", send=silence()) == 200, "the room answers")
    baresip = Baresip(440, "-e", "/dial sip:60088@127.0.0.1", mediaenc=mediaenc)
    try:
        time.sleep(5)
        audio = phone.heard()[-8000:]
        expect(level_of(audio, 440) > 4000, "baresip's tone is in the room: %d" % level_of(audio, 440))
        expect(baresip.received_bits() > 50_000 or not baresip.shows_bits(),
               "it hears the room: %d bit/s" % baresip.received_bits())
        return baresip.shows_bits()
    finally:
        baresip.close()
        phone.hang_up()


@case
def baresip_speaks_opus_and_g722():
    for number, codec in (("80088", OPUS), ("70088", G722)):
        phone = Phone()
        expect(phone.call(number, send=silence()) == 200, "the room answers")
        baresip = Baresip(440, "-e", "/dial sip:%s@127.0.0.1" % number, codec=codec)
        try:
            time.sleep(5)
            heard = level_of(phone.heard(1), 440)
            expect(heard > 4000, "its tone in %s is in the room: %d\n%s" % (codec.module, heard, baresip.text()[-600:]))
        finally:
            baresip.close()
            phone.hang_up()
        baresip = Baresip(440, "-e", "/dial sip:600@127.0.0.1", codec=codec)
        try:
            time.sleep(6)
            expect(baresip.received_bits() > 15_000, "an echo in %s:\n%s" % (codec.module, baresip.text()[-900:]))
        finally:
            baresip.close()


if __name__ == "__main__":
    if own_address() is None:
        print("SKIPPED: baresip needs an address that is not loopback; this host has none")
        sys.exit(0)
    sys.exit(run_with_node([sys.argv[1]], sys.argv[2:]))
