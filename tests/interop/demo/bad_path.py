"""bad_path.py — a network that loses packets, delays and reorders them, phones that speak through it, and listeners.

What is said is a tone of two levels, in a pattern that never repeats for long, so that what is heard can be laid over
what was said: how late it comes, how loud, and how much alike the two are. To be in time with dozens of calls on a busy
machine, everything is encoded beforehand, one thread sends all of it, and the kernel notes when packets come.
"""
import heapq
import math
import random
import select
import socket
import struct
import threading
import time

from phone import LINEAR, Phone, ulaw

HZ = 500  # whole periods in 20 ms, at every rate
LOUD, SOFT = 6000, 1500
SYLLABLE = 3  # frames of one level
STEP = 0.005  # seconds: how finely envelopes are told
TIMESTAMP_NS = 35  # SO_TIMESTAMPNS, which Python does not name


class Network(threading.Thread):
    """Does things at their time."""

    def __init__(self):
        super().__init__(daemon=True)
        self.due, self.changed, self.number = [], threading.Condition(), 0
        self.lateness = []  # of each thing done

    def at(self, when, action):
        with self.changed:
            self.number += 1
            heapq.heappush(self.due, (when, self.number, action))
            self.changed.notify()

    def run(self):
        while True:
            with self.changed:
                while not self.due or self.due[0][0] > time.monotonic():
                    self.changed.wait(self.due[0][0] - time.monotonic() if self.due else None)
                when, _, action = heapq.heappop(self.due)
            self.lateness.append(time.monotonic() - when)
            action()

    def late_ms(self):
        """What 99 of 100 things stayed below."""
        return 1000 * sorted(self.lateness)[len(self.lateness) * 99 // 100]


class Path:
    """loss and swapped are shares of packets; a swapped one comes 30 ms later, after the next. jitter_ms is the most
    a packet is delayed, each by a length of its own. A clock that drifts sends more, or less, than 50 frames a second."""

    def __init__(self, loss=0.0, jitter_ms=0, swapped=0.0, drift_ppm=0):
        self.loss, self.jitter_ms, self.swapped, self.drift_ppm = loss, jitter_ms, swapped, drift_ppm

    def late(self, rng):
        """Seconds."""
        return rng.uniform(0, self.jitter_ms) / 1000 + (0.03 if rng.random() < self.swapped else 0)


class Pcmu:
    rate, format = 8000, "0 PCMU/8000"

    def __init__(self):
        self.known = {}

    def encode(self, samples):
        return self.known.setdefault(tuple(samples), bytes(map(ulaw, samples)))


def recite(codec, seconds):
    """The pattern: (amplitude, payload) of each frame."""
    rng, count, amplitude, frames = random.Random(1), codec.rate // 50, LOUD, []
    tones = {amplitude: [int(amplitude * math.sin(2 * math.pi * HZ * i / codec.rate)) for i in range(count)]
             for amplitude in (LOUD, SOFT)}
    for i in range(seconds * 50):
        amplitude = rng.choice((LOUD, SOFT)) if i % SYLLABLE == 0 else amplitude
        frames.append((amplitude, codec.encode(tones[amplitude])))
    return frames


class Quiet(Phone):
    """Takes part in nothing but the one INVITE."""

    def listen(self):
        """To no request: none comes in so short a call."""

    def hear(self):
        """Nothing."""

    def stream(self):
        """Nothing."""


class Speaker(Quiet):
    """Says what is recited in a codec, through a path."""

    def __init__(self, network, path, format_, recital, seed):
        super().__init__(codecs=(format_,))
        self.network, self.path, self.recital = network, path, recital
        self.payload_type, self.ticks = int(format_.split()[0]), int(format_.split("/")[1]) // 50
        self.rng = random.Random(seed)
        self.said = []  # (when, amplitude) of each frame

    def stream(self):
        self.speak(time.monotonic())

    def speak(self, now):
        if not self.sending.is_set() or len(self.said) == len(self.recital):
            return
        amplitude, payload = self.recital[len(self.said)]
        self.said.append((now, amplitude))
        packet = self.packet(self.payload_type, payload, self.timestamp)
        self.timestamp += self.ticks
        late = self.path.late(self.rng)
        if self.rng.random() >= self.path.loss:
            self.network.at(now + late, lambda: self.rtp.sendto(packet, self.peer))
        following = now + 0.02 / (1 + self.path.drift_ppm * 1e-6)
        self.network.at(following, lambda: self.speak(following))

    def envelope(self, since, until):
        """Amplitudes said from one time to another."""
        frames = iter([frame for frame in self.said if frame[0] > since - 0.05])
        amplitudes, now, following = [], 0, next(frames)
        for i in range(round((until - since) / STEP)):
            while following and following[0] <= since + i * STEP:
                now, following = following[1], next(frames, None)
            amplitudes.append(now)
        return amplitudes


class Listener(Quiet):
    """Hears µ-law and says nothing."""

    def __init__(self):
        super().__init__()
        self.rtp.setblocking(False)
        self.rtp.setsockopt(socket.SOL_SOCKET, TIMESTAMP_NS, 1)

    def take(self):
        """All that has come."""
        try:
            while True:
                data, notes, _, _ = self.rtp.recvmsg(2048, 64)
                seconds, nanoseconds = struct.unpack("qq", notes[0][2])
                sequence, timestamp = struct.unpack("!HI", data[2:8])
                self.received.append((seconds + nanoseconds * 1e-9, 0, sequence, timestamp, data[12:]))
        except BlockingIOError:
            pass

    def heard_between(self, since, until):
        """The samples of this time. Packets are in step, so the one that came fastest tells when all were sent."""
        behind = time.time() - time.monotonic()  # the kernel's clock is the wall's
        packets = [(at - behind, timestamp, payload) for at, _, _, timestamp, payload in list(self.received)]
        packets = [packet for packet in packets if since - 1 < packet[0] < until + 1]
        origin = min(at - timestamp / 8000 for at, timestamp, _ in packets)
        samples = [0] * round((until - since) * 8000)
        for _, timestamp, payload in packets:
            first = round((origin + timestamp / 8000 - since) * 8000)
            for i, code in enumerate(payload, first):
                if 0 <= i < len(samples):
                    samples[i] = LINEAR[code]
        return samples


def listen_for(seconds, listeners):
    """Lets them hear for a while."""
    poll = select.epoll()
    by_number = {listener.rtp.fileno(): listener for listener in listeners}
    for number in by_number:
        poll.register(number, select.EPOLLIN)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for number, _ in poll.poll(until - time.monotonic()):
            by_number[number].take()
        time.sleep(0.1)  # many at a time cost less


def envelope_of(samples):
    """Amplitudes, as of a sine."""
    size = round(8000 * STEP)
    return [math.sqrt(2 * sum(sample * sample for sample in samples[i:i + size]) / size)
            for i in range(0, len(samples) - size + 1, size)]


def likeness(one, other):
    """The correlation of two envelopes."""
    mean_one, mean_other = sum(one) / len(one), sum(other) / len(other)
    both = sum((a - mean_one) * (b - mean_other) for a, b in zip(one, other))
    power = sum((a - mean_one) ** 2 for a in one) * sum((b - mean_other) ** 2 for b in other)
    return both / math.sqrt(max(power, 1e-9))
