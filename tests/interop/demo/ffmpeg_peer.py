#!/usr/bin/env python3
"""ffmpeg_peer.py — ffmpeg speaks in a room of the demo, and ffmpeg listens in it. Usage: ffmpeg_peer.py RINGBRIDGE [CASE…]"""
import os
import struct
import subprocess
import sys
import tempfile
import time

from cases import case, expect, run_with_node
from peer_codecs import level
from phone import Phone

# The encoder as ffmpeg names it, its rate, the format in SDP, and the bytes of a packet of 20 ms.
CODECS = (("pcm_mulaw", 8000, "0 PCMU/8000", 172), ("pcm_alaw", 8000, "8 PCMA/8000", 172),
          ("g722", 16000, "9 G722/8000", 172), ("libopus", 48000, "111 opus/48000/2", 1400),
          ("adpcm_g726le", 8000, "97 G726-32/8000", 92), ("adpcm_g726", 8000, "97 AAL2-G726-32/8000", 92),
          ("pcm_s16be", 16000, "97 L16/16000", 652))
SECONDS = 4
HEARD_RATE = 8000


class Ffmpeg(Phone):
    """A phone that only signals: its media are ffmpeg's."""

    def __init__(self, format_, port):
        super().__init__(codecs=(format_,))
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


def speak(encoder, rate, format_, size, port, room):
    """A tone of 500 Hz at an eighth of full scale."""
    leg = Ffmpeg(format_, port)
    expect(leg.call(room) == 200, "%s answers %s" % (room, format_))
    target = "rtp://%s:%d?localrtpport=%d&pkt_size=%d" % (*leg.peer, port, size)
    leg.run("-re", "-f", "lavfi", "-i", "sine=frequency=500:sample_rate=%d" % rate, "-ac", "1", "-c:a", encoder,
            *(("-b:a", "32k") if "g726" in encoder else ()), "-payload_type", format_.split()[0], "-f", "rtp", target)
    return leg


def listen(format_, port, room):
    leg = Ffmpeg(format_, port)
    with tempfile.NamedTemporaryFile("w", suffix=".sdp", delete=False) as description:
        description.write("\r\n".join(line for line in leg.sdp().split("\r\n") if "telephone-event" not in line)
                          .replace(" 101", ""))
    leg.run("-protocol_whitelist", "file,udp,rtp", "-i", description.name, "-t", str(SECONDS), "-ac", "1", "-ar",
            str(HEARD_RATE), "-f", "s16le", "-")
    time.sleep(0.5)  # its port is open before the first packet comes
    expect(leg.call(room) == 200, "%s answers %s" % (room, format_))
    return leg, description.name


@case
def ffmpeg_hears_ffmpeg_in_every_codec():
    for number, (encoder, rate, format_, size) in enumerate(CODECS):
        room = "8%04d" % (number + 100)
        speaker = speak(encoder, rate, format_, size, 41000 + 20 * number, room)
        listener, description = listen(format_, 41010 + 20 * number, room)
        heard, said = listener.process.communicate(timeout=30)
        listener.end()
        speaker.end()
        os.unlink(description)
        samples = struct.unpack("<%dh" % (len(heard) // 2), heard[:len(heard) // 2 * 2])
        expect(len(samples) > (SECONDS - 1) * HEARD_RATE, "%s: %d samples: %s" % (encoder, len(samples), said))
        loud = level(samples[-2 * HEARD_RATE:], 500, HEARD_RATE)
        expect(3400 < loud < 4700, "%s: heard at %d" % (encoder, loud))


if __name__ == "__main__":
    sys.exit(run_with_node([sys.argv[1]], sys.argv[2:]))
