#!/usr/bin/env python3
"""quality.py — how a node judges a leg, and whom it tells: the peer, the log, the counters. Usage: quality.py BUILD_DIR [CASE…]"""
import re
import socket
import struct
import sys
import threading
import time

from cases import CASES, case, expect, run_case
from node import Node
from phone import Phone, tone

RTP = "\n[general](+)\nrtcpinterval = 500\n"
EXTENDED_REPORT = 207


class LossyPhone(Phone):
    """Loses one packet in so many before it is sent; keeps the RTCP that it is sent; asks for VoIP metrics, or not."""

    def __init__(self, asks=True):
        super().__init__()
        self.asks, self.loses_every, self.reports = asks, 0, []
        while True:  # RTCP goes to the next port
            self.rtcp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                self.rtcp.bind((self.host, self.rtp.getsockname()[1] + 1))
                break
            except OSError:
                self.rtp.close()
                self.rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                self.rtp.bind((self.host, 0))
                self.rtp.settimeout(0.1)
        threading.Thread(target=self.read_reports, daemon=True).start()

    def sdp(self):
        return super().sdp() + ("a=rtcp-xr:rcvr-rtt=all voip-metrics\r\n" if self.asks else "")

    def packet(self, *args, **options):
        if self.loses_every and self.sequence % self.loses_every == 0:
            self.sequence += 1
        return super().packet(*args, **options)

    def read_reports(self):
        while not self.closed:
            try:
                data = self.rtcp.recv(2048)
            except OSError:
                return
            while len(data) >= 4:
                size = 4 * (struct.unpack("!H", data[2:4])[0] + 1)
                self.reports.append((data[1], data[:size]))
                data = data[size:]

    def metrics(self):
        """The newest VoIP metrics block (RFC 3611 §4.7), without its header."""
        blocks = [packet[12:] for kind, packet in self.reports if kind == EXTENDED_REPORT and packet[8] == 7]
        return blocks[-1] if blocks else None

    def close(self):
        super().close()
        self.rtcp.close()


@case
def metrics_go_to_whom_asks():
    with Node(sys.argv[1], rtp=RTP):
        asks, does_not = LossyPhone(), LossyPhone(asks=False)
        for phone in (asks, does_not):
            phone.loses_every = 10
            expect(phone.call("60077", send=tone(440)) == 200, "the room answers")
        time.sleep(6)
        for phone in (asks, does_not):
            expect(("a=rtcp-xr:voip-metrics" in phone.last_sdp) == phone.asks, "as offered: " + phone.last_sdp)
            expect(len(phone.reports) > 4, "both have reports: %d" % len(phone.reports))
            expect((phone.metrics() is not None) == phone.asks, "extended ones go to whom asks")
        about, loss, discarded = struct.unpack("!IBB", asks.metrics()[:6])
        expect(about == asks.ssrc, "about its own stream")
        expect(18 <= loss <= 34, "a tenth is lost: %d of 256" % loss)
        expect(20 <= asks.metrics()[22] <= 40, "a mean opinion score: %d tenths" % asks.metrics()[22])
        asks.hang_up(), does_not.hang_up()


@case
def a_bad_leg_is_told_of_and_what_it_came_to():
    with Node(sys.argv[1], rtp=RTP) as node:
        bad, good = LossyPhone(), LossyPhone()
        for phone in (bad, good):
            expect(phone.call("60077", send=tone(440)) == 200, "the room answers")
        time.sleep(3)
        expect("ChannelQualityAlert" not in node.output(), "nothing is wrong yet")
        bad.loses_every = 4
        heard_of = node.wait_for(lambda: "ChannelQualityAlert kind=loss_percent" in node.output(), 8)
        expect(heard_of, "the log tells of the loss:\n" + node.output()[-600:])
        expect(node.control("quality.alerts.loss") == 1, "one leg is counted")
        expect(node.control("quality.alerts.mos") == 1, "its opinion score, too")
        bad.loses_every = 0
        expect(node.wait_for(lambda: "kind=loss_percent value=0.0, well again" in node.output(), 8), "it is well again")
        bad.hang_up(), good.hang_up()
        expect(node.wait_for(lambda: node.output().count("ChannelQuality mos_mean=") == 2), "each leg is told of at its end")
        ends = re.findall(r"mos_mean=(\S+) mos_min=(\S+) lost_percent=(\S+) ", node.output())
        lost = sorted(float(percent) for _, _, percent in ends)
        expect(lost[0] == 0 and 3 < lost[1] < 25, "lost: %s" % lost)
        expect(min(float(least) for _, least, _ in ends) < 3.5, "the worst opinion is kept: %s" % ends)


@case
def a_diagnosis_tells_what_goes_on_now():
    with Node(sys.argv[1], rtp=RTP) as node:
        bad, good = LossyPhone(), LossyPhone()
        bad.loses_every = 4
        for phone in (bad, good):
            expect(phone.call("60077", send=tone(440)) == 200, "the room answers")
        diagnosis = lambda: node.rbctl("room", "60077", "--diagnose")[1]  # noqa: E731
        verdict = lambda: diagnosis().split("\n")[0]  # noqa: E731
        expect(node.wait_for(lambda: re.search(r": loses 2\d\.\d % of what it sends", verdict()), 8), diagnosis())
        bad.loses_every = 0
        expect(node.wait_for(lambda: re.search(r": earlier lost \d", verdict()), 40), "it is over: " + diagnosis())
        good.sending.clear()
        expect(node.wait_for(lambda: ": has sent nothing for" in verdict(), 10), "one has gone: " + diagnosis())
        bad.hang_up(), good.hang_up()


def main():
    failed = [name for name in sys.argv[2:] or CASES if not run_case(name)]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
