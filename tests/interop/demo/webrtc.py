#!/usr/bin/env python3
"""webrtc.py — what a browser speaks, without the browser: aiortc calls the demo with ICE, DTLS-SRTP, BUNDLE and Opus.

Usage: webrtc.py RINGBRIDGE [CASE…]. aiortc needs an address that is not loopback; where there is none, or no aiortc, the
cases are skipped, loudly.
"""
import asyncio
import fractions
import re
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

    async def call(self, number, changed=lambda offer: offer, understood=lambda answer: answer):
        """Offers by INVITE, takes the answer, and waits until media flow; the response code.

        changed and understood make another offer and answer of those of aiortc and the node."""
        codecs = [codec for codec in RTCRtpSender.getCapabilities("audio").codecs if codec.mimeType == self.codec]
        self.peer.addTransceiver(Tone(self.frequency)).setCodecPreferences(codecs)
        await self.peer.setLocalDescription(await self.peer.createOffer())
        self.sip.sdp = lambda: changed(self.peer.localDescription.sdp)
        code = await asyncio.get_running_loop().run_in_executor(None, self.sip.call, number)
        if code == 200:
            answer = self.sip.last_sdp.split("\r\n\r\n", 1)[1]
            await self.peer.setRemoteDescription(RTCSessionDescription(understood(answer), "answer"))
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


# What a browser adds for a camera and a data channel; their transports are not those of the audio.
TRANSPORT = ("c=IN IP4 0.0.0.0\r\na=ice-ufrag:%s\r\na=ice-pwd:notThePasswordOfTheAudio\r\na=setup:actpass\r\n"
             "a=fingerprint:sha-256 " + ":".join(["AB"] * 32) + "\r\na=mid:%s\r\n")
VIDEO = ("m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n" + TRANSPORT % ("vvvv", "cam") + "a=sendrecv\r\na=rtcp-mux\r\n"
         "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack pli\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n")
CHANNEL = ("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n" + TRANSPORT % ("dddd", "chan")
           + "a=sctp-port:5000\r\na=max-message-size:262144\r\n")


@browser_case
async def a_camera_and_a_data_channel_are_turned_down_and_the_audio_goes_on():
    """aiortc 1.4 takes no answer with rejected lines, so that they are put in and taken out around it."""
    for order in (["cam", "audio", "chan"], ["audio", "cam", "chan"]):
        browser, seen = Browser(440), []

        def with_more(offer):
            head, audio = offer.split("m=audio", 1)
            mid = re.search(r"a=mid:(\S+)", audio).group(1)
            lines = {"cam": VIDEO, "audio": "m=audio" + audio, "chan": CHANNEL}
            head = re.sub(r"a=group:BUNDLE [^\r]*", "a=group:BUNDLE " + " ".join(
                mid if name == "audio" else name for name in order), head)
            return head + "".join(lines[name] for name in order)

        def audio_only(answer):
            head, *lines = re.split(r"(?m)^(?=m=)", answer)
            seen.extend([head, *lines])
            return head + "".join(line for line in lines if line.startswith("m=audio"))

        try:
            expect(await browser.call("600", with_more, audio_only) == 200, "600 answers: %s" % browser.sip.codes)
            head, lines = seen[0], dict(zip(order, seen[1:]))
            expect(len(seen) == 4 and lines["cam"].startswith("m=video 0 UDP/TLS/RTP/SAVPF ")
                   and lines["chan"].startswith("m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n"),
                   "each line has its place, and these no port: %s" % seen)
            mid = re.search(r"a=mid:(\S+)", lines["audio"]).group(1)
            expect(all("a=mid:%s\r\n" % name in lines[name] for name in ("cam", "chan")), "and their names: %s" % seen)
            expect("a=group:BUNDLE %s\r\n" % mid in head, "which the group has no more: " + head)
            expect(await browser.connected() == "connected", "ICE and DTLS end well")
            await asyncio.sleep(3)
            heard = browser.level(440)
            expect(heard > 4000, "the tone comes back: %d" % heard)
        finally:
            await browser.close()


if __name__ == "__main__":
    if MediaStreamTrack is None or own_address() is None:
        print("SKIPPED: %s" % ("python3-aiortc is not installed" if MediaStreamTrack is None
                               else "aiortc needs an address that is not loopback; this host has none"))
        sys.exit(0)
    sys.exit(run_with_node([sys.argv[1]], sys.argv[2:]))
