#!/usr/bin/env python3
"""public_address.py — a node behind a NAT learns from a STUN server how the world sees it, and says so in SDP.

Usage: public_address.py BUILD_DIR [CASE…]
"""
import re
import socket
import struct
import sys
import tempfile
import threading
import time

from cases import case, expect, run_cases
from ice_phone import COOKIE, XOR_MAPPED, IcePhone, attribute
from node import Node
from phone import Phone, numbered_frames
from resolv_conf import can_mount

BUILD = sys.argv[1]

class StunServer:
    """Answers Binding requests with an address of the test's choosing, and a port that is nobody's; None: not at all."""

    def __init__(self, mapped, port=0):
        self.mapped, self.asked = mapped, 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", port))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            request, client = self.socket.recvfrom(2048)
            kind, _, cookie = struct.unpack("!HHI", request[:8])
            if (kind, cookie) != (1, COOKIE):
                continue
            self.asked += 1
            if self.mapped:
                self.socket.sendto(self.answer(request[8:20]), client)

    def answer(self, transaction):
        address = struct.unpack("!I", socket.inet_aton(self.mapped))[0] ^ COOKIE
        body = attribute(XOR_MAPPED, struct.pack("!HHI", 1, 61234 ^ COOKIE >> 16, address))
        return struct.pack("!HHI", 0x0101, len(body), COOKIE) + transaction + body


class Outside:
    """Of a phone on the other side of the NAT, which turns the public address into ours; `shown` is what SDP said."""

    shown = None

    def learn(self, text):
        found = re.search(r"^c=IN IP4 (\S+)", text, re.M)
        self.shown = found.group(1) if found else self.shown
        super().learn(re.sub(r"^c=IN IP4 \S+", "c=IN IP4 127.0.0.1", text, flags=re.M))


class OutsidePhone(Outside, Phone):
    pass


class OutsideIcePhone(Outside, IcePhone):
    pass


def node_with(rtp, **files):
    return Node(BUILD, rtp="[general](+)\n%s\n" % rtp, **files)


def learnt(node, address):
    line = "our public address is %s, says STUN server" % address
    expect(node.wait_for(lambda: line in node.output()), "the node learns %s:\n%s" % (address, node.output()))


def shown_to(phone):
    """The address a new call is shown; the echo must come back, too."""
    expect(phone.call("600", send=numbered_frames()) == 200, "600 answers")
    time.sleep(0.5)
    heard = len(phone.received)
    phone.hang_up()
    expect(heard > 10, "the echo comes back to %s: %d" % (phone.host, heard))
    return getattr(phone, "shown", None) or phone.peer[0]


@case
def peers_outside_are_shown_what_the_server_says():
    server = StunServer("198.51.100.20")
    with node_with("stunaddr = 127.0.0.1:%d" % server.port,
                   pjsip="[udp-ipv4](+)\nlocal_net = 127.0.0.8/29\n") as node:
        learnt(node, "198.51.100.20")
        shown = shown_to(OutsidePhone())
        expect(shown == "198.51.100.20", "SDP shows " + shown)
        settings = node.rbctl("core", "show", "settings")[1]
        expect("198.51.100.20, as a STUN server says" in settings, "and rbctl: " + settings)
        inside = shown_to(Phone("127.0.0.9", server=("127.0.0.1", 5060)))
        expect(inside == "127.0.0.1", "and the own address to who is in local_net: " + inside)
        expect(node.control("stun.answers") == 1 and node.control("stun.known") == 1, "which is counted")


@case
def its_candidates_are_host_candidates_there():
    server = StunServer("198.51.100.20")
    with node_with("stunaddr = localhost:%d" % server.port) as node:
        learnt(node, "198.51.100.20")
        phone = OutsideIcePhone()
        expect(phone.call("600", send=numbered_frames()) == 200, "600 answers")
        candidates = re.findall(r"^a=candidate:\S+ 1 UDP (\d+) (\S+) (\d+) typ (\S+)\r$", phone.last_sdp, re.M)
        port = str(phone.peer[1])
        expect([found[1:] for found in sorted(candidates, key=lambda found: -int(found[0]))]
               == [("198.51.100.20", port, "host"), ("127.0.0.1", port, "host")],
               "the public one comes first, with the port that is ours: %s" % candidates)
        phone.check()
        time.sleep(0.7)
        heard = len(phone.received)
        phone.hang_up()
        expect(heard > 10, "and a check makes the echo come back: %d" % heard)


@case
def what_is_written_comes_before_what_is_learnt():
    server = StunServer("198.51.100.20")
    with node_with("turnaddr = 127.0.0.1:%d" % server.port,
                   pjsip="[udp-ipv4](+)\nexternal_media_address = 198.51.100.8\n") as node:
        learnt(node, "198.51.100.20")
        shown = shown_to(OutsidePhone())
        expect(shown == "198.51.100.8", "SDP shows " + shown)


@case
def a_reload_asks_whoever_is_named_now():
    one, other = StunServer("198.51.100.20"), StunServer("198.51.100.30")
    with node_with("stunaddr = 127.0.0.1:%d" % one.port) as node:
        learnt(node, "198.51.100.20")
        phone = OutsidePhone()
        expect(phone.call("600", send=numbered_frames()) == 200, "600 answers")
        one.mapped = "198.51.100.21"  # the same server, and another address
        expect(node.rbctl("reload")[0] == 0, "reload")
        learnt(node, "198.51.100.21")
        node.write("rtp", "stunaddr = 127.0.0.1:%d\n" % other.port)
        expect(node.rbctl("reload")[0] == 0, "reload")
        learnt(node, "198.51.100.30")
        expect(shown_to(OutsidePhone()) == "198.51.100.30", "new calls show the new one")
        expect(phone.offer(phone.sdp()) == 200 and phone.shown == "198.51.100.20", "calls under way keep theirs")
        phone.hang_up()
        node.write("rtp", "stunaddr =\n")
        expect(node.rbctl("reload")[0] == 0, "reload")
        shown = shown_to(OutsidePhone())
        expect(shown == "127.0.0.1", "no server, no public address: " + shown)


@case
def a_silent_server_is_told_once_and_delays_no_call():
    silent = StunServer(None)
    with node_with("stunaddr = 127.0.0.1:%d" % silent.port) as node:
        began = time.monotonic()
        expect(shown_to(OutsidePhone()) == "127.0.0.1", "calls are shown our own address")
        expect(time.monotonic() - began < 2, "at once")
        expect(silent.asked > 0, "while the server is asked")
        port = silent.port + 1 if silent.port < 65535 else silent.port - 1
        node.write("rtp", "stunaddr = 127.0.0.1:%d\n" % port)  # nobody is there
        expect(node.rbctl("reload")[0] == 0 and node.rbctl("reload")[0] == 0, "reload, twice")
        line = "STUN server 127.0.0.1:%d tells no public address: nothing listens on 127.0.0.1:%d" % (port, port)
        expect(node.wait_for(lambda: line in node.output()), "it is told:\n" + node.output())
        expect(node.rbctl("reload")[0] == 0 and node.control("stun.failures") >= 2, "and it fails again")
        expect(node.output().count(line) == 1, "once:\n" + node.output())
        server = StunServer("198.51.100.20", port)
        expect(node.rbctl("reload")[0] == 0, "reload")
        learnt(node, "198.51.100.20")
        expect(shown_to(OutsidePhone()) == "198.51.100.20", "then it is there")
        expect(server.asked == 1, "asked once")


@case
def a_name_server_that_is_silent_delays_nothing():
    if not can_mount():
        print("skipped a_name_server_that_is_silent_delays_nothing: needs root and a mount namespace")
        return
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf, tempfile.NamedTemporaryFile("w") as resolv_conf:
        deaf.bind(("127.0.0.2", 53))
        resolv_conf.write("nameserver 127.0.0.2\noptions timeout:20 attempts:1\n")
        resolv_conf.flush()
        with node_with("stunaddr = stun.example.com", resolv_conf=resolv_conf.name) as node:
            deaf.settimeout(3)
            expect(deaf.recv(2048), "the name is asked for")
            began = time.monotonic()
            expect(shown_to(OutsidePhone()) == "127.0.0.1", "calls are shown our own address")
            expect(node.rbctl("reload")[0] == 0, "reload")
            expect(time.monotonic() - began < 2, "at once")
            expect(node.control("stun.failures") == 0, "while it is being looked up")
            node.process.terminate()
            expect(node.process.wait(5) == 0, "and the node ends without an answer")


if __name__ == "__main__":
    sys.exit(run_cases(sys.argv[2:]))
