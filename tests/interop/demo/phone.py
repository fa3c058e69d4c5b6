"""phone.py — a telephone for tests: SIP over UDP, one stream of G.711 µ-law or L16, telephone-events. Standard library.

A Phone places or takes one call. It sends a tone, or whatever bytes it is given, every 20 ms, and keeps every packet it
receives with its time, so that a test can ask afterwards what was heard.
"""
import math
import random
import re
import socket
import struct
import threading
import time
import weakref

FRAME = 160  # bytes and samples of 20 ms
FRAME_TIME = 0.02  # seconds


def ulaw(sample):
    sample = max(-32635, min(32635, int(sample)))
    sign = 0x80 if sample < 0 else 0
    magnitude = abs(sample) + 132
    exponent = magnitude.bit_length() - 8
    return ~(sign | exponent << 4 | (magnitude >> (exponent + 3) & 0x0F)) & 0xFF


def linear(code):
    code = ~code & 0xFF
    magnitude = (((code & 0x0F) << 3) + 132 << (code >> 4 & 7)) - 132
    return -magnitude if code & 0x80 else magnitude


LINEAR = [linear(code) for code in range(256)]


def tone(frequency, amplitude=6000):
    """An endless tone as G.711 µ-law frames."""
    sample = 0
    while True:
        yield bytes(ulaw(amplitude * math.sin(2 * math.pi * frequency * (sample + i) / 8000)) for i in range(FRAME))
        sample += FRAME


def linear_tone(frequency, rate, amplitude=6000):
    """An endless tone as L16 frames."""
    sample = 0
    while True:
        yield struct.pack("!%dh" % (rate // 50), *(int(amplitude * math.sin(2 * math.pi * frequency * (sample + i) / rate))
                                                    for i in range(rate // 50)))
        sample += rate // 50


def numbered_frames():
    """Frames that can be told apart: each begins with its number."""
    number = 0
    while True:
        yield number.to_bytes(4, "big") + b"\xff" * (FRAME - 4)
        number += 1


def silence():
    while True:
        yield b"\xff" * FRAME


def level_of(payload, frequency):
    """Amplitude of one frequency (Goertzel) in µ-law bytes."""
    coefficient = 2 * math.cos(2 * math.pi * frequency / 8000)
    return amplitude_of([LINEAR[code] for code in payload], coefficient)


def level_of_linear(payload, frequency, rate):
    """The same in L16 bytes."""
    samples = struct.unpack("!%dh" % (len(payload) // 2), payload)
    return amplitude_of(samples, 2 * math.cos(2 * math.pi * frequency / rate))


def amplitude_of(samples, coefficient):
    before = previous = 0.0
    for sample in samples:
        before, previous = previous, sample + coefficient * previous - before
    power = previous * previous + before * before - coefficient * previous * before
    return 2 * math.sqrt(max(power, 0)) / max(len(samples), 1)


def longest_silence(samples, rate=8000):
    """Seconds in a row in which next to nothing is heard."""
    longest = run = 0
    for sample in samples:
        run = run + 1 if abs(sample) < 200 else 0
        longest = max(longest, run)
    return longest / rate


def loudness(payload):
    return sum(abs(LINEAR[code]) for code in payload) / max(len(payload), 1)


def is_rtcp(data):
    """Whether a datagram on a port with both is RTCP (RFC 5761 §4)."""
    return len(data) > 1 and data[0] >> 6 == 2 and 192 <= data[1] <= 223


class Phone:
    unclosed = weakref.WeakSet()

    @staticmethod
    def hang_up_all():
        """Ends what a case that failed has left behind."""
        for phone in list(Phone.unclosed):
            phone.hang_up()

    def __init__(self, host="127.0.0.1", server=None, codecs=("0 PCMU/8000",)):
        self.family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.host, self.server = host, server or (host, 5060)
        self.codecs = codecs
        self.ptime = 20           # ms of a packet that it asks for
        self.sip = socket.socket(self.family, socket.SOCK_DGRAM)
        self.sip.bind((host, 0))
        self.rtp = socket.socket(self.family, socket.SOCK_DGRAM)
        self.rtp.bind((host, 0))
        self.rtp.settimeout(0.1)
        self.call_id = "%x@test" % random.getrandbits(64)
        self.user = "test"
        self.headers = []         # lines of its requests
        self.tag = "%x" % random.getrandbits(32)
        self.remote_tag = ""
        self.cseq = 0
        self.codes = []           # every response to our INVITE, with its time
        self.received = []        # (time, payload type, sequence, timestamp, payload)
        self.peer = None          # where RTP goes
        self.remote_target = None
        self.ended = threading.Event()
        self.sequence = random.getrandbits(15)
        self.timestamp = random.getrandbits(31)
        self.ssrc = random.getrandbits(32)
        self.keys = []
        self.sending = threading.Event()
        self.frame_time = FRAME_TIME
        self.closed = False
        self.offer_answered = threading.Event()
        Phone.unclosed.add(self)

    # ── SIP ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def bracketed(self, host):
        return "[%s]" % host if ":" in host else host

    def uri(self, user):
        return "sip:%s@%s:%d" % (user, self.bracketed(self.server[0]), self.server[1])

    def sdp(self):
        address = "IP6" if self.family == socket.AF_INET6 else "IP4"
        formats = [codec.split()[0] for codec in self.codecs] + ["101"]
        lines = ["v=0", "o=test 1 1 IN %s %s" % (address, self.host), "s=-", "c=IN %s %s" % (address, self.host),
                 "t=0 0", "m=audio %d RTP/AVP %s" % (self.rtp.getsockname()[1], " ".join(formats))]
        lines += ["a=rtpmap:" + codec for codec in self.codecs]
        return "\r\n".join(lines + ["a=rtpmap:101 telephone-event/8000", "a=ptime:%d" % self.ptime, ""])

    def request(self, method, target, body="", cseq=None, branch=None, body_type="application/sdp"):
        if cseq is None:
            self.cseq += 1
        host = self.bracketed(self.host)
        port = self.sip.getsockname()[1]
        to_tag = ";tag=" + self.remote_tag if self.remote_tag else ""
        lines = ["%s %s SIP/2.0" % (method, target),
                 "Via: SIP/2.0/UDP %s:%d;branch=z9hG4bK%s;rport" % (host, port, branch or "%x" % random.getrandbits(48)),
                 "From: <sip:%s@%s>;tag=%s" % (self.user, host, self.tag), "To: <%s>%s" % (self.to, to_tag),
                 "Call-ID: " + self.call_id, "CSeq: %d %s" % (cseq or self.cseq, method),
                 "Contact: <sip:test@%s:%d>" % (host, port), "Max-Forwards: 70"] + self.headers
        if body:
            lines.append("Content-Type: " + body_type)
        lines.append("Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.sip.sendto("\r\n".join(lines).encode(), self.server)

    def call(self, number, timeout=10, send=None):
        """Places the call; returns the final response code. Media run from the answer (or early media) on."""
        self.to = self.uri(number)
        self.source = send or silence()
        branch = "%x" % random.getrandbits(48)
        self.request("INVITE", self.to, self.sdp(), branch=branch)
        self.invite_branch, self.invite_cseq = branch, self.cseq
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            self.sip.settimeout(max(deadline - time.monotonic(), 0.01))
            try:
                text = self.sip.recv(65535).decode(errors="replace")
            except socket.timeout:
                break
            self.text = text
            code = int(text.split()[1])
            self.codes.append((code, time.monotonic()))
            self.learn(text)
            if code >= 300:
                self.request("ACK", self.to, cseq=self.invite_cseq, branch=branch)
                self.remote_tag = ""
                return code
            if code >= 200:
                self.request("ACK", self.remote_target or self.to, cseq=self.invite_cseq)
                threading.Thread(target=self.listen, daemon=True).start()
                return code
        return 0

    def learn(self, text):
        tag = re.search(r"^To:.*;tag=([^;\r\n]+)", text, re.M | re.I)
        contact = re.search(r"^Contact:.*<([^>]+)>", text, re.M | re.I)
        media = re.search(r"^m=audio (\d+)", text, re.M)
        address = re.search(r"^c=IN IP[46] (\S+)", text, re.M)
        self.remote_tag = tag.group(1) if tag else self.remote_tag
        self.remote_target = contact.group(1) if contact else self.remote_target
        if media and address:
            self.last_sdp = text
            self.peer = (address.group(1), int(media.group(1)))
            if not self.sending.is_set():
                self.sending.set()
                threading.Thread(target=self.stream, daemon=True).start()
                threading.Thread(target=self.hear, daemon=True).start()

    def listen(self):
        """Answers what the other side asks while the call is up."""
        self.sip.settimeout(0.1)
        while not self.closed:
            try:
                text, source = self.sip.recvfrom(65535)
            except (socket.timeout, OSError):
                continue
            text = text.decode(errors="replace")
            final = re.match(r"SIP/2\.0 ([2-6]\d\d) ", text)
            if final and re.search(r"^CSeq: *\d+ INVITE", text, re.M | re.I):
                self.codes.append((int(final.group(1)), time.monotonic()))
                accepted = final.group(1) == "200"
                self.request("ACK", self.remote_target or self.to, cseq=self.cseq,
                             branch=None if accepted else self.invite_branch)
                if accepted:
                    self.learn(text)
                self.offer_answered.set()
            if text.startswith(("SIP/2.0 ", "ACK ")):
                continue
            self.reply(text, source, 200)
            if text.startswith("BYE"):
                self.ended_at = time.monotonic()
                self.ended.set()

    def reply(self, text, source, code, body="", reason="OK"):
        kept = [line for line in text.split("\r\n\r\n")[0].split("\r\n")
                if re.match(r"(Via|From|To|Call-ID|CSeq|Record-Route):", line, re.I)]
        kept = [line + ";tag=" + self.tag if line.lower().startswith("to:") and ";tag=" not in line else line
                for line in kept]
        host = "%s:%d" % (self.bracketed(self.host), self.sip.getsockname()[1])
        kept += ["Contact: <sip:test@%s>" % host] + (["Content-Type: application/sdp"] if body else [])
        head = "SIP/2.0 %d %s\r\n%s\r\nContent-Length: %d\r\n\r\n" % (code, reason, "\r\n".join(kept), len(body))
        self.sip.sendto((head + body).encode(), source)

    def move_to(self, port):
        """Is reached there from now on, even if a phone that was before has not quite gone."""
        self.sip.close()
        self.sip = socket.socket(self.family, socket.SOCK_DGRAM)
        self.sip.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sip.bind((self.host, port))

    def wait_for_call(self, port, **options):
        """Listens on a port at once, and answers one call there. Returns the thread that does."""
        self.move_to(port)
        taker = threading.Thread(target=self.answer, kwargs=options)
        taker.start()
        return taker

    def answer(self, timeout=10, send=None):
        """Waits for one call, rings, and answers it."""
        self.source = send or silence()
        self.sip.settimeout(timeout)
        text, source = self.sip.recvfrom(65535)
        text = text.decode()
        self.invite = text
        self.reply(text, source, 180, reason="Ringing")
        time.sleep(0.2)
        self.reply(text, source, 200, self.sdp())
        self.learn(text)
        threading.Thread(target=self.listen, daemon=True).start()

    def change_codec(self, codecs, send):
        """A re-INVITE with other codecs; speaks the first of them once that is answered."""
        self.codecs = codecs
        answered = self.offer(self.sdp()) == 200
        self.source = send
        return answered

    def offer(self, sdp):
        """A re-INVITE with this description; the code of the answer, 0 for none."""
        self.offer_answered.clear()
        self.invite_branch = "%x" % random.getrandbits(48)
        self.request("INVITE", self.remote_target or self.to, sdp, branch=self.invite_branch)
        return self.codes[-1][0] if self.offer_answered.wait(3) else 0

    def cancel(self):
        self.request("CANCEL", self.to, cseq=self.invite_cseq, branch=self.invite_branch)

    def hang_up(self):
        if not self.ended.is_set() and self.remote_tag:
            self.request("BYE", self.remote_target or self.to)
            time.sleep(0.05)
        self.close()

    def press_by_info(self, keys, pause=0.25):
        for key in keys:
            self.request("INFO", self.remote_target or self.to, "Signal=%s\r\nDuration=100\r\n" % key,
                         body_type="application/dtmf-relay")
            time.sleep(pause)

    def close(self):
        self.closed = True
        Phone.unclosed.discard(self)
        self.sending.clear()
        time.sleep(0.05)
        self.sip.close()
        self.rtp.close()

    # ── RTP ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def packet(self, payload_type, payload, timestamp, marker=False):
        header = struct.pack("!BBHII", 0x80, payload_type | (0x80 if marker else 0), self.sequence & 0xFFFF,
                             timestamp & 0xFFFFFFFF, self.ssrc)
        self.sequence += 1
        return header + payload

    def stream(self):
        due = time.monotonic()
        while self.sending.is_set():
            audio, ticks = int(self.codecs[0].split()[0]), int(self.codecs[0].split("/")[1]) // 50
            try:
                if self.keys:
                    due = self.send_key(self.keys.pop(0), due)
                self.rtp.sendto(self.packet(audio, next(self.source), self.timestamp), self.peer)
            except OSError:
                return
            self.timestamp += ticks
            due += self.frame_time
            time.sleep(max(due - time.monotonic(), 0))

    def send_key(self, key, due, held=5):
        """One press of `held` packets of 20 ms, its end three times (RFC 4733)."""
        event = "0123456789*#ABCD".index(key)
        start = self.timestamp
        for step in range(1, held + 1):
            copies = 3 if step == held else 1
            for _ in range(copies):
                payload = struct.pack("!BBH", event, 10 | (0x80 if step == held else 0), step * FRAME)
                self.rtp.sendto(self.packet(101, payload, start, step == 1), self.peer)
            due += 0.02
            time.sleep(max(due - time.monotonic(), 0))
        self.timestamp = start + held * FRAME
        return due

    def press(self, keys, pause=0.25):
        for key in keys:
            self.keys.append(key)
            time.sleep(0.1 + pause)

    def opened(self, data):
        """What a datagram holds; nothing where it is to be passed over."""
        return data

    def hear(self):
        while self.sending.is_set():
            try:
                data = self.rtp.recv(2048)
                data = None if is_rtcp(data) else self.opened(data)
            except socket.timeout:
                continue
            except OSError:
                return
            if data is None:
                continue
            _, payload_type, sequence, timestamp, _ = struct.unpack("!BBHII", data[:12])
            self.received.append((time.monotonic(), payload_type & 0x7F, sequence, timestamp, data[12:]))

    def heard(self, seconds=None):
        """The audio of the last seconds as one run of bytes."""
        since = 0 if seconds is None else time.monotonic() - seconds
        return b"".join(packet[4] for packet in list(self.received) if packet[0] >= since and packet[1] != 101)

    def heard_once_loud(self):
        """The last second, once it is loud: pieces of music begin and end softly, for up to nine seconds."""
        deadline = time.monotonic() + 12
        while loudness(self.heard(1)) <= 100 and time.monotonic() < deadline:
            time.sleep(0.25)
        return self.heard(1)

    def heard_samples(self, seconds):
        """The same as samples at 8 kHz, whatever codec each packet is in: µ-law, or L16 at 16 kHz."""
        since = time.monotonic() - seconds
        samples = []
        for at, payload_type, _, _, payload in list(self.received):
            if at >= since and payload_type == 0:
                samples += [LINEAR[code] for code in payload]
            elif at >= since and payload_type != 101:
                samples += struct.unpack("!%dh" % (len(payload) // 2), payload)[::2]
        return samples

    def longest_gap(self, seconds=None):
        """Seconds between two packets, of those of the last seconds."""
        since = 0 if seconds is None else time.monotonic() - seconds
        times = [packet[0] for packet in list(self.received) if packet[0] >= since]
        return max((b - a for a, b in zip(times, times[1:])), default=0)
