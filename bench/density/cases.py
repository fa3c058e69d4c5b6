"""cases — what density measures: the load, the floor it is held against, and how good the result has to be."""
import dataclasses
from typing import Callable, Optional

QUICK_DIVISOR = 10


def media(result):
    return result["media"]


def at_most(limit):
    def judge(row, _nodes):
        return [(f"at most {limit} × floor", row["ratio"] is not None and row["ratio"] <= limit)]
    return judge


def no_fault(row, _nodes):
    return [("no call refused, no packet lost, late or changed", not row["faults"])]


def native(row, nodes):
    return at_most(1.3)(row, nodes) + no_fault(row, nodes) + [
        ("added latency p99 at most 2 ms", row["added_latency_us_p99"] <= 2000)]


def adds_at_most(limit):
    """What a forwarded packet costs more than in the case beside it."""
    def judge(row, _nodes):
        adds = row["adds_us_per_packet"]
        measured = "not measured: runs with the case beside it only" if adds is None else f"{adds:.2f}"
        return [(f"adds at most {limit} µs to a packet of a native bridge ({measured})",
                 adds is not None and adds <= limit)]
    return judge


def times_at_most(limit):
    """What a leg costs, against one in the case beside it."""
    def judge(row, _nodes):
        times = row["times_beside"]
        measured = "not measured: runs with the case beside it only" if times is None else f"{times:.2f}"
        return [(f"at most {limit} × the same with PCMU ({measured})", times is not None and times <= limit)]
    return judge


def codec_at_least(share):
    """How much of what a leg costs is the codec's own work, as the node measures that at its start."""
    def judge(row, _nodes):
        measured = row["codec_us_per_leg_second"] / row["node_us_per_leg_second"]
        return [(f"at least {share:.0%} of what the codec alone allows ({measured:.0%})", measured >= share)]
    return judge


def fast_signalling(row, nodes):
    return no_fault(row, nodes) + [
        ("INVITE to 200 p99 below 20 ms", all(run["calls"]["invite_to_200_us_p99"] < 20_000 for run in nodes)),
        ("3,000 calls a second placed", all(run["calls"]["placed_per_second"] > 2_950 for run in nodes))]


def lean(row, nodes):
    kept = [run["server"]["rss_kb_per_leg_after_100"] for run in nodes]
    return no_fault(row, nodes) + [("at most 12 KiB a leg beyond the first hundred", max(kept) <= 12)]


def in_time(_row, nodes):
    return [("99.9 % of slots at most 2 ms late", all(run["slot_lateness_us_p999"] <= 2048 for run in nodes))]


def hardly_seen(_row, nodes):
    return [("rbctl takes below 0.1 % of a core", all(run["beside"]["cpu_percent"] < 0.1 for run in nodes))]


def several(*judges):
    return lambda row, nodes: [verdict for judge in judges for verdict in judge(row, nodes)]


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    title: str
    mode: str
    user: str
    legs: int
    judge: Callable
    floor: Optional[str] = None  # mode of floor
    legs_per_call: int = 1
    rate: int = 500
    extra: tuple = ()
    rbctl: bool = False  # with rbctl watching
    beside: Optional[str] = None  # name of an earlier case, of which this one is to cost little more
    translation: Optional[tuple] = None  # two codecs between which the node is to translate

    def leg_count(self, options):
        return max(20, self.legs // QUICK_DIVISOR) if options.quick else self.legs

    def title_for(self, options):
        return self.title.format(legs=f"{self.leg_count(options):,}")

    def common(self, options):
        return ["--cpu", str(options.load_cpu), "--hold", str(options.seconds)]

    def node_arguments(self, node, options):
        calls = self.leg_count(options) // self.legs_per_call
        hold = self.common(options)
        if self.mode == "signalling":
            calls, hold = int(self.rate * options.seconds), hold[:2]
        return [*hold, "--mode", self.mode, "--target", f"sip:{self.user}@127.0.0.1:{node.sip_port}", "--calls",
                str(calls), "--rate", str(self.rate), "--answer-port", str(options.answer_port), *self.extra]

    def floor_arguments(self, floor, options):
        flow = {"forward": "pairs", "receive": "send", "send": "receive", "duplex": "duplex"}[self.floor]
        return [*self.common(options), "--mode", "raw", "--flow", flow, "--target", f"127.0.0.1:{floor.port}",
                "--calls", str(self.leg_count(options))]


CASES = [
    Case("native", "native bridge, {legs} legs", "bridge", "90000", 1000, native, "forward", 2),
    Case("native_2000", "native bridge, {legs} legs on one worker", "bridge", "90000", 2000,
         several(at_most(1.3), no_fault, in_time), "forward", 2),
    Case("srtp_cm", "native bridge of SRTP, AES-CM and HMAC-SHA1-80, {legs} legs", "bridge", "90000", 1000,
         several(no_fault, adds_at_most(1.0)), "forward", 2, extra=("--srtp", "AES_CM_128_HMAC_SHA1_80"),
         beside="native"),
    Case("srtp_gcm", "native bridge of SRTP, AES-128-GCM, {legs} legs", "bridge", "90000", 1000,
         several(no_fault, adds_at_most(0.7)), "forward", 2, extra=("--srtp", "AEAD_AES_128_GCM"), beside="native"),
    Case("room", "one room, {legs} legs of which 3 talk", "room", "60001", 1003, several(at_most(1.4), no_fault),
         "duplex", extra=("--talkers", "3")),
    Case("room_opus", "one room of Opus at 48 kHz, {legs} legs of which 3 talk", "room", "80001", 1003,
         several(times_at_most(1.6), no_fault), "duplex", extra=("--talkers", "3", "--codec", "opus"), beside="room"),
    Case("room_codecs", "one room of PCMU, PCMA, G.722 and Opus, {legs} legs of which 3 talk", "room", "80001", 100,
         no_fault, "duplex", extra=("--talkers", "3", "--codec", "ulaw,alaw,g722,opus")),
    Case("transcoding", "bridge from PCMU to Opus and back, {legs} legs", "bridge", "920000", 240,
         several(codec_at_least(0.85), no_fault), "forward", 2, extra=("--codec", "ulaw,opus"),
         translation=("ulaw", "opus")),
    Case("prompt", "prompts, {legs} legs", "prompt", "601", 1000, several(at_most(1.3), no_fault), "duplex"),
    Case("echo", "echo, {legs} legs", "echo", "600", 1000, lean, "forward"),
    Case("echo_rbctl", "echo, {legs} legs, rbctl watching", "echo", "600", 1000, several(no_fault, hardly_seen), "forward",
         rbctl=True),
    Case("signalling", "3,000 one-leg calls a second", "signalling", "605", 0, fast_signalling, rate=3000),
    # As many as there are ports for below the ephemeral ones; each has one party, who is on hold.
    Case("held_rooms", "{legs} rooms, each with a party on hold", "room", "60001", 5000, no_fault,
         extra=("--room-size", "1", "--talkers", "0", "--listeners-on-hold")),
]
