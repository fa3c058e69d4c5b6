#!/usr/bin/env python3
"""ffmpeg_peer.py — ffmpeg speaks in a room of the demo, and ffmpeg listens in it. Usage: ffmpeg_peer.py BUILD_DIR [CASE…]"""
import os
import re
import struct
import subprocess
import sys
import tempfile
import time

from cases import CASES, case, expect, run_case
from node import Node
from peer_codecs import level
from phone import Phone, tone

# The encoder as ffmpeg names it, its rate, the format in SDP, and the bytes of a packet of 20 ms.
CODECS = (("pcm_mulaw", 8000, "0 PCMU/8000", 172), ("pcm_alaw", 8000, "8 PCMA/8000", 172),
          ("g722", 16000, "9 G722/8000", 172), ("libopus", 48000, "111 opus/48000/2", 1400),
          ("adpcm_g726le", 8000, "97 G726-32/8000", 92), ("adpcm_g726", 8000, "97 AAL2-G726-32/8000", 92),
          ("pcm_s16be", 16000, "97 L16/16000", 652))
# A phone that packs G.726 as AAL2 does and says otherwise.
AAL2_PHONE = "aal2-phone"
PJSIP = """
[%s](basics)
allow = !all,g726
g726_non_standard = yes
""" % AAL2_PHONE
SECONDS = 4
HEARD_RATE = 8000


class Ffmpeg(Phone):
    """A phone that only signals: its media are ffmpeg's."""

    def __init__(self, format_, port, user, ptime=20):
        super().__init__(codecs=(format_,))
        self.user, self.ptime = user, ptime
        self.port = port
        self.process = None

    def sdp(self):
        return super().sdp().replace("m=audio %d" % self.rtp.getsockname()[1], "m=audio %d" % self.port)

    def learn(self, text):
        self.sending.set()  # as far as the phone itself is concerned
        super().learn(text)

    def run(self, *arguments):
        self.process = subprocess.Popen(["ffmpeg", "-nostdin", "-loglevel", "error", *arguments],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def end(self):
        self.process.kill()
        self.process.wait()
        self.hang_up()


def speak(codec, user, port, room, ptime):
    """A tone of 500 Hz at an eighth of full scale."""
    encoder, rate, format_, size = codec
    leg = Ffmpeg(format_, port, user, ptime)
    expect(leg.call(room) == 200, "%s answers %s" % (room, format_))
    target = "rtp://%s:%d?localrtpport=%d&pkt_size=%d" % (*leg.peer, port, size)
    bit_rate = re.search(r"G726-(\d+)", format_)
    leg.run("-re", "-f", "lavfi", "-i", "sine=frequency=500:sample_rate=%d" % rate, "-ac", "1", "-c:a", encoder,
            *(("-b:a", bit_rate[1] + "k") if bit_rate else ()),
            *(("-frame_duration", str(ptime)) if encoder == "libopus" else ()), "-payload_type", format_.split()[0], "-f", "rtp", target)
    return leg


def listen(format_, user, port, room, ptime):
    leg = Ffmpeg(format_, port, user, ptime)
    with tempfile.NamedTemporaryFile("w", suffix=".sdp", delete=False) as description:
        lines = [line for line in leg.sdp().split("\r\n") if "telephone-event" not in line]
        text = "\r\n".join(lines).replace(" 101", "")
        description.write(text.replace(" G726", " AAL2-G726") if user == AAL2_PHONE else text)
    leg.run("-protocol_whitelist", "file,udp,rtp", "-i", description.name, "-t", str(SECONDS), "-ac", "1", "-ar",
            str(HEARD_RATE), "-f", "s16le", "-")
    time.sleep(0.5)  # its port is open before the first packet comes
    expect(leg.call(room) == 200, "%s answers %s" % (room, format_))
    return leg, description.name


def listen_and_speak(codec, user="test", number=0, ptime=20):
    room = "8%04d" % (number + 100)
    speaker = speak(codec, user, 41000 + 20 * number, room, ptime)
    listen_to(speaker, codec[2], user, 41010 + 20 * number, room, ptime)


def listen_to(speaker, format_, user, port, room, ptime=20):
    listener, description = listen(format_, user, port, room, ptime)
    heard, said = listener.process.communicate(timeout=30)
    listener.end()
    speaker.end() if isinstance(speaker, Ffmpeg) else speaker.hang_up()
    os.unlink(description)
    samples = struct.unpack("<%dh" % (len(heard) // 2), heard[:len(heard) // 2 * 2])
    expect(len(samples) > (SECONDS - 1) * HEARD_RATE, "%s: %d samples: %s" % (format_, len(samples), said))
    loud = level(samples[-2 * HEARD_RATE:], 500, HEARD_RATE)
    expect(3400 < loud < 4700, "%s: heard at %d" % (format_, loud))


@case
def ffmpeg_hears_ffmpeg_in_every_codec():
    for number, codec in enumerate(CODECS):
        listen_and_speak(codec, number=number)


@case
def ffmpeg_hears_ffmpeg_in_opus_of_every_packet_length():
    for number, ptime in enumerate((10, 40, 60)):
        listen_and_speak(("libopus", 48000, "111 opus/48000/2", 1400), number=len(CODECS) + 1 + number, ptime=ptime)


@case
def ffmpeg_hears_g726_at_other_rates():
    """A phone speaks: ffmpeg would send half a second at once at these rates, more than a jitter buffer holds."""
    for number, format_ in enumerate(("97 G726-16/8000", "97 AAL2-G726-16/8000", "97 G726-24/8000",
                                      "97 AAL2-G726-24/8000")):
        room, speaker = "8%04d" % (number + 200), Phone()
        expect(speaker.call(room, send=tone(500, 4096)) == 200, room + " answers the phone")
        listen_to(speaker, format_, "test", 43000 + 20 * number, room)


@case
def a_phone_may_pack_g726_as_aal2_does_and_say_otherwise():
    listen_and_speak(("adpcm_g726", 8000, "97 G726-32/8000", 92), AAL2_PHONE, len(CODECS))


def main():
    with Node(sys.argv[1], pjsip=PJSIP):
        failed = [name for name in sys.argv[2:] or CASES if not run_case(name)]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
