#!/usr/bin/env python3
"""bad_network.py — what a room hears of a phone on a bad network. Usage: bad_network.py BUILD_DIR [--measure]

Each case is a room of its own, with one who speaks through a bad path and one who listens; all go on at once. What was
measured when all was well stands in bad_network.golden; --measure prints such figures anew.
"""
import functools
import json
import math
import os
import sys
import time

import node as nodes
from bad_path import STEP, Listener, Network, Path, Pcmu, Speaker, envelope_of, likeness, listen_for, recite
from cases import expect
from phone import longest_silence
from peer_codecs import G722, Gsm, Opus

Node = functools.partial(nodes.Node, sys.argv[1])
GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bad_network.golden")
SETTLES_S, RECOVERS_S, HEARD_S = 6, 5, 12
PART_S = 2  # in which the delay hardly changes
LAG_MAX = 80  # steps
TOLD = ("received", "lost", "late", "discarded", "dropped", "concealed", "updated_ms")
ENDPOINTS = """
[fixed](basics)
set_var = JITTERBUFFER(fixed)=150
[disabled](basics)
set_var = JITTERBUFFER(disabled)=
"""
SPELL_MS_MIN = 80  # of delay


class OpusFec(Opus):
    """Each packet carries the one before once more, coarsely."""

    def __init__(self):
        super().__init__()
        for request, value in ((4012, 1), (4014, 20), (4002, 24000), (4024, 3001)):  # FEC, loss %, bit/s, voice
            self.lib.opus_encoder_ctl(self.encoder, request, value)


class Case:
    """codec, path; the bad spell before, from which the node is to recover; and whose endpoint it is."""

    def __init__(self, codec, spell=None, user="test", **path):
        self.codec, self.path, self.spell, self.user = codec, Path(**path), spell and Path(**spell), user


CASES = {
    "clean": Case(Pcmu),
    "loss_5": Case(Pcmu, loss=0.05),
    "loss_10": Case(Pcmu, loss=0.10),
    "loss_20": Case(Pcmu, loss=0.20),
    "jitter_30": Case(Pcmu, jitter_ms=30),
    "jitter_100": Case(Pcmu, jitter_ms=100),
    "swapped": Case(Pcmu, swapped=0.1),
    "fast_clock": Case(Pcmu, drift_ppm=300),
    "slow_clock": Case(Pcmu, drift_ppm=-300),
    "very_fast_clock": Case(Pcmu, drift_ppm=3000),
    "very_slow_clock": Case(Pcmu, drift_ppm=-3000),
    "all_of_it": Case(Pcmu, loss=0.10, jitter_ms=60, swapped=0.05, drift_ppm=300),
    "recovers": Case(Pcmu, spell={"loss": 0.1, "jitter_ms": 120}),
    "gsm_loss_10": Case(Gsm, loss=0.10),
    "g722_clean": Case(G722),
    "g722_loss_10": Case(G722, loss=0.10),
    "g722_jitter_100": Case(G722, jitter_ms=100),
    "opus_clean": Case(Opus),
    "opus_loss_20": Case(Opus, loss=0.20),
    "opus_jitter_30": Case(Opus, loss=0.05, jitter_ms=30),
    "opus_recovers": Case(Opus, spell={"jitter_ms": 120}),
    "fec_loss_10": Case(OpusFec, loss=0.10),
    "fec_loss_20": Case(OpusFec, loss=0.20),
    "fec_all_of_it": Case(OpusFec, loss=0.10, jitter_ms=60, swapped=0.05, drift_ppm=-300),
    "fixed_jitter_30": Case(Pcmu, user="fixed", jitter_ms=30),
    "disabled_stays": Case(Pcmu, user="disabled", spell={"jitter_ms": 120}),
}


class Figures:
    """What is compared: the level of what is heard against what is said, how late it comes, the share of frames the
    node made up, how much alike the two are, both in percent, and the longest silence."""

    names = ("level_db", "delay_ms", "made_up", "likeness", "silence_ms")
    # A delay: a frame, for how the clocks of both sides stand to each other. Made up: the share the buffer aims at giving
    # up as too late. Likeness: what that costs.
    tolerances = (0.4, 25, 3.5, 6, 12)

    def __init__(self, *values):
        self.values = [float(value) for value in values]

    def __str__(self):
        return "".join("%12.1f" % value for value in self.values)

    def differences(self, golden):
        return ["%s is %.1f, not %.1f" % (name, value, wanted) for name, value, wanted, tolerance
                in zip(self.names, self.values, golden.values, self.tolerances) if abs(value - wanted) > tolerance]


class Room:
    """One case under way."""

    def __init__(self, number, name, network, recitals):
        self.name, self.case = name, CASES[name]
        codec = self.case.codec
        self.number = {8000: "60%03d", 16000: "70%03d", 48000: "80%03d"}[codec.rate] % number
        self.speaker = Speaker(network, self.case.spell or self.case.path, codec.format, recitals[codec], seed=number)
        self.speaker.user = self.case.user
        self.listener = Listener()
        for phone in (self.speaker, self.listener):
            expect(phone.call(self.number) == 200, self.number + " answers")

    def leg(self, server, calls):
        """What the node tells of the speaker, who came first."""
        first = min((call for call in calls if call["number"] == self.number), key=lambda call: call["started_at"])
        return json.loads(server.rbctl("call", first["id"], "--json")[1])["leg"]

    def figures(self, before, after):
        since = self.speaker.said[0][0] + SETTLES_S + RECOVERS_S  # so that what is lost is the same in every run
        samples = self.listener.heard_between(since, since + HEARD_S)
        heard = envelope_of(samples)
        said = self.speaker.envelope(since - LAG_MAX * STEP, since + HEARD_S)
        level = math.sqrt(sum(a * a for a in heard) / sum(a * a for a in said[-len(heard):]))
        part, parts = round(PART_S / STEP), []
        for first in range(0, len(heard), part):
            parts.append(max((likeness(heard[first:first + part], said[first + LAG_MAX - lag:][:part]), lag)
                             for lag in range(LAG_MAX)))
        alike, lags = zip(*parts)
        self.told = {name: after[name] - before[name] for name in TOLD}
        made_up = self.told["concealed"] / (self.told["updated_ms"] / 20)
        return Figures(20 * math.log10(level), 1000 * STEP * sum(lags) / len(lags), 100 * made_up,
                       100 * sum(alike) / len(alike), 1000 * longest_silence(samples))

    def end(self):
        for phone in (self.speaker, self.listener):
            phone.sending.clear()
            phone.request("BYE", phone.remote_target)


def measure():
    """The figures of each case, and what the node has counted meanwhile."""
    network = Network()
    network.start()
    kinds = {case.codec for case in CASES.values()}
    recitals = {codec: recite(codec(), SETTLES_S + RECOVERS_S + HEARD_S + 10) for codec in kinds}
    with Node(pjsip=ENDPOINTS) as server:
        rooms = [Room(number, name, network, recitals) for number, name in enumerate(CASES)]
        listeners = [room.listener for room in rooms]
        listen_for(SETTLES_S, listeners)
        calls = json.loads(server.rbctl("calls", "--json")[1])
        for room in rooms:
            delay = room.leg(server, calls)["jitter_buffer_us"] / 1000
            expect(not room.case.spell or delay > SPELL_MS_MIN, "%s: only %.0f ms of delay" % (room.name, delay))
            room.speaker.path = room.case.path
        listen_for(RECOVERS_S, listeners)
        before = [room.leg(server, calls) for room in rooms]
        listen_for(HEARD_S, listeners)
        after = [room.leg(server, calls) for room in rooms]
        listen_for(0.5, listeners)
        for room in rooms:
            room.end()
    print("packets were sent within %.1f ms of their time" % network.late_ms(), file=sys.stderr)
    figures = {room.name: room.figures(*legs) for room, *legs in zip(rooms, before, after)}
    return figures, {room.name: room.told for room in rooms}


def goldens():
    with open(GOLDEN) as file:
        return {words[0]: Figures(*words[1:]) for words in map(str.split, file) if words and words[0] in CASES}


def main():
    figures, told = measure()
    if "--measure" in sys.argv:
        print("%-18s%s" % ("", "".join("%12s" % name for name in Figures.names)))
        for name, measured in figures.items():
            print("%-18s%s" % (name, measured))
        return 0
    failed = 0
    golden = goldens()
    for name in CASES:
        problems = figures[name].differences(golden[name])
        problems += [str(told[name])] if problems else []
        failed += bool(problems)
        print("%s %-18s%s  %s" % ("FAILED" if problems else "ok    ", name, figures[name], "; ".join(problems)))
    print("%d passed, %d failed" % (len(figures) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
