#!/usr/bin/env python3
"""webrtc.py — what a browser speaks, without the browser: aiortc calls the demo with ICE, DTLS-SRTP, BUNDLE and Opus.

Usage: webrtc.py RINGBRIDGE [CASE…]. aiortc needs an address that is not loopback; where there is none, or no aiortc, the
cases are skipped, loudly.
"""
import asyncio
import fractions
import sys

from cases import case, expect, run_with_node
from phone import Phone
from started import own_address

try:
    import av
    import numpy
    from aiortc import MediaStreamTrack, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
except ImportError:
    MediaStreamTrack = None

RATE = 48000
FRAME = RATE // 50


class Tone(MediaStreamTrack or object):
    """A sine, in frames of 20 ms."""

    kind = "audio"

    def __init__(self, frequency):
        super().__init__()
        self.frequency, self.sent = frequency, 0

    async def recv(self):
        await asyncio.sleep(0.018)
        times = (self.sent + numpy.arange(FRAME)) / RATE
        samples = (6000 * numpy.sin(2 * numpy.pi * self.frequency * times)).astype(numpy.int16)
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self.sent, fractions.Fraction(1, RATE)
        self.sent += FRAME
        return frame


class Signalling(Phone):
    """The SIP of a call whose media are somebody else's."""

    def stream(self):
        pass

    def hear(self):
        pass


class Browser:
    def __init__(self, frequency, codec="audio/opus"):
        self.peer, self.frequency, self.codec = RTCPeerConnection(), frequency, codec
        self.heard, self.listening = [], []
        self.sip = Signalling()

        @self.peer.on("track")
        def on_track(track):
            self.listening.append(asyncio.ensure_future(self.listen(track)))

    async def listen(self, track):
        while True:
            frame = await track.recv()
            samples = frame.to_ndarray().reshape(-1)
            self.heard.append(samples[::2] if len(frame.layout.channels) == 2 else samples)

    async def call(self, number, changed=lambda offer: offer):
        """Offers by INVITE, takes the answer, and waits until media flow; the response code."""
        codecs = [codec for codec in RTCRtpSender.getCapabilities("audio").codecs if codec.mimeType == self.codec]
        self.peer.addTransceiver(Tone(self.frequency)).setCodecPreferences(codecs)
        await self.peer.setLocalDescription(await self.peer.createOffer())
        self.sip.sdp = lambda: changed(self.peer.localDescription.sdp)
        code = await asyncio.get_running_loop().run_in_executor(None, self.sip.call, number)
        if code == 200:
            answer = self.sip.last_sdp.split("\r\n\r\n", 1)[1]
            await self.peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        return code

    async def connected(self, seconds=8):
        for _ in range(seconds * 20):
            if self.peer.connectionState in ("connected", "failed"):
                break
            await asyncio.sleep(0.05)
        return self.peer.connectionState

    def level(self, frequency, seconds=1):
        """Amplitude of a frequency, a multiple of 20 Hz, in the last seconds heard: the median of its pieces of 50 ms, for
        on a busy machine aiortc skips audio now and then."""
        piece = RATE // 20
        samples = numpy.concatenate(self.heard or [numpy.zeros(piece)])[-int(seconds * RATE):].astype(float)
        turns = numpy.exp(-2j * numpy.pi * frequency * numpy.arange(piece) / RATE)
        pieces = samples[:len(samples) // piece * piece].reshape(-1, piece)
        return float(numpy.median(2 * abs(pieces @ turns) / piece))

    async def close(self):
        self.sip.hang_up()
        for task in self.listening:
            task.cancel()
        await self.peer.close()


def browser_case(function):
    def run():
        asyncio.run(function())
    run.__name__ = function.__name__
    return case(run)


@browser_case
async def a_browser_hears_its_echo_in_opus():
    browser = Browser(440)
    try:
        expect(await browser.call("600") == 200, "600 answers: %s" % browser.sip.codes)
        answer = browser.sip.last_sdp
        for line in ("UDP/TLS/RTP/SAVPF", "a=fingerprint:sha-256 ", "a=ice-lite", "a=rtcp-mux", "opus/48000/2"):
            expect(line in answer, line + " in " + answer)
        state = await browser.connected()
        expect(state == "connected", "ICE and DTLS end well: " + state)
        await asyncio.sleep(4)
        heard = browser.level(440)
        expect(heard > 4000, "the tone comes back: %d" % heard)
    finally:
        await browser.close()


@browser_case
async def two_browsers_hear_each_other_in_a_room():
    one, other = Browser(440), Browser(620)
    try:
        for browser in (one, other):
            expect(await browser.call("80066") == 200, "the room answers: %s" % browser.sip.codes)
            expect(await browser.connected() == "connected", "ICE and DTLS end well")
        await asyncio.sleep(5)
        levels = one.level(620), other.level(440), one.level(440)
        expect(min(levels[:2]) > 3500, "each hears the other: %d, %d" % levels[:2])
        expect(levels[2] < 300, "and not itself: %d" % levels[2])
    finally:
        await one.close()
        await other.close()


if __name__ == "__main__":
    if MediaStreamTrack is None or own_address() is None:
        print("SKIPPED: %s" % ("python3-aiortc is not installed" if MediaStreamTrack is None
                               else "aiortc needs an address that is not loopback; this host has none"))
        sys.exit(0)
    sys.exit(run_with_node([sys.argv[1]], sys.argv[2:]))
