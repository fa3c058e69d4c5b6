#!/usr/bin/env python3
"""operations.py — what the node's keepers see and do, tried on a node of its own. Usage: operations.py BUILD_DIR [CASE…]"""
import fcntl
import functools
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import node as nodes
from cases import case, expect, run_cases
from phone import Phone, level_of, numbered_frames, silence, tone

BUILD = sys.argv[1]
Node = functools.partial(nodes.Node, BUILD)


@case
def a_port_rests_until_its_peer_is_quiet():
    with Node() as node:
        phone = Phone()
        expect(phone.call("600", send=numbered_frames()) == 200, "600 answers")
        time.sleep(0.3)
        expect(node.control("ports.resting") == 0, "nothing rests yet")
        free = node.control("ports.free")
        phone.request("BYE", phone.remote_target)  # and goes on sending
        time.sleep(6.5)
        sending = node.control("ports.sending"), node.control("ports.resting"), node.control("ports.free")
        phone.close()
        expect(sending == (1, 1, free), "a peer that goes on keeps its port: %s" % (sending,))
        quiet = Phone()
        expect(quiet.call("600", send=numbered_frames()) == 200, "600 answers")
        time.sleep(0.3)
        quiet.hang_up()
        expect(node.control("ports.resting") == 2, "another port rests")
        time.sleep(5)
        expect(node.control("ports.resting") == 1, "and is free after five seconds")


class Sink:
    """A statsd server that keeps every line."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def lines(self):
        """All that has come since it was asked last."""
        self.socket.setblocking(False)
        lines = []
        try:
            while True:
                datagram = self.socket.recv(65535)
                expect(len(datagram) <= 1432, "no datagram needs fragments: %d bytes" % len(datagram))
                lines += datagram.decode().split("\n")
        except BlockingIOError:
            return lines


def health(page):
    """Status, what the page says, and after how long to ask again."""
    try:
        with urllib.request.urlopen("http://127.0.0.1:8088/pbx/health/" + page, timeout=5) as answer:
            return answer.status, json.load(answer), None
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.load(refusal), refusal.headers.get("Retry-After")


@case
def monitors_ask_for_health_by_http():
    with Node(http="[general](+)\nprefix = pbx\n", asterisk="[options]\nhighpriority = no\n") as node:
        expect(health("live") == (200, {"status": "live", "reasons": []}, None), "it lives")
        expect(health("ready") == (200, {"status": "ready", "reasons": []}, None), "and takes calls")
        expect(health("nothing")[0] == 404, "and has no other pages")
        phone = Phone()
        expect(phone.call("600", send=numbered_frames()) == 200, "600 answers")
        expect(node.rbctl("drain")[0] == 0, "drain")
        expect(health("live")[0] == 200, "it lives while draining")
        expect(health("ready") == (503, {"status": "not ready",
                                         "reasons": ["new calls get 503: the node is draining"]}, "30"),
               "takes no calls then: %s" % (health("ready"),))
        expect(node.rbctl("drain", "off")[0] == 0 and health("ready")[0] == 200, "and takes them again")
        node.write("pjsip", "[broken]\ntype = nonsense\n")
        expect(node.rbctl("reload")[0] != 0, "a reload is refused")
        status, page, _ = health("degraded")
        expect(status == 503 and "the last reload was refused" in page["reasons"], "which shows: %s" % page)
        phone.hang_up()
        figures = node.figures()["control"]
        expect(figures["http.requests"] >= 8 and figures["http.bad_requests"] == 0, "requests are counted")


@case
def statsd_has_asterisks_names_and_the_nodes():
    sink = Sink()
    with Node(statsd="[general](+)\nenabled = yes\nserver = 127.0.0.1:%d\nprefix = pbx\n" % sink.port,
              asterisk="[options]\nsystemname = node1\n") as node:
        short, phone = Phone(), Phone()
        expect(phone.call("600", send=numbered_frames()) == 200, "600 answers")
        expect(short.call("600", send=numbered_frames()) == 200, "600 answers")
        time.sleep(1)
        short.hang_up()
        time.sleep(10.5)
        lines = sink.lines()
        phone.hang_up()
        for line in ("channels.count:1|g", "endpoints.PJSIP.anonymous.channels:1|g", "media.legs.codec.ulaw:1|g",
                     "media.legs.technology.none:1|g"):
            expect("pbx.node1." + line in lines, line + " is sent")
        calls = [int(line.split(":")[1][:-2]) for line in lines if line.startswith("pbx.node1.control.calls:")]
        expect(sum(calls) == 2, "both calls are counted: %s" % calls)
        expect(all(line.startswith("pbx.node1.") for line in lines), "every name begins with prefix and node")
        calltime = [line for line in lines if "channels.calltime" in line]
        expect(len(calltime) == 1 and 900 < int(calltime[0].split(":")[1].split("|")[0]) < 2000, "%s" % calltime)
        for name in ("slot_lateness_us.p50", "slot_lateness_us.p99", "slot_busy_us.p999"):
            expect(any(line.startswith("pbx.node1.worker.0." + name) for line in lines), name + " is sent")
        time.sleep(0.6)
        control = node.figures()["control"]
        expect(control["statsd.datagrams"] > 0 and control["statsd.failed"] == 0, "datagrams are counted")
        expect(control["descriptors"] > 10 and control["control_socket.clients"] == 0, "descriptors are counted")


@case
def a_dead_statsd_server_costs_nothing():
    sink = Sink()
    sink.socket.close()
    with Node(statsd="[general](+)\nenabled = yes\nserver = 127.0.0.1:%d\n" % sink.port) as node:
        phone = Phone()
        expect(phone.call("600", send=numbered_frames()) == 200, "600 answers")
        time.sleep(10.5)
        gap = phone.longest_gap()
        phone.hang_up()
        expect(gap < 0.1, "the audio does not stop: %.3f s" % gap)
        expect(node.control("statsd.failed") > 0, "refusals are counted")


class Manager:
    """systemd, as far as a service of Type=notify sees it."""

    def __init__(self):
        self.path = tempfile.mktemp(prefix="notify-")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.setblocking(False)
        self.environment = {"NOTIFY_SOCKET": self.path, "WATCHDOG_USEC": "1000000"}

    def told(self):
        """What it has been told since it was asked last."""
        told = []
        try:
            while True:
                told.append(self.socket.recv(1024).decode())
        except BlockingIOError:
            return told

    def close(self):
        self.socket.close()
        os.unlink(self.path)


@case
def the_service_manager_hears_ready_alive_and_stopping():
    manager = Manager()
    with Node(manager.environment) as node:
        time.sleep(2.2)
        told = manager.told()
        expect(told[0] == "READY=1" and 3 <= told.count("WATCHDOG=1") <= 6, "ready, then alive: %s" % told)
        threads = json.loads(node.rbctl("workers", "--json")[1])
        expect({thread["thread"] for thread in threads} == {"worker.0", "sip", "control", "files"}, "%s" % threads)
        expect(all(thread["state"] == "turns" for thread in threads), "all turn: %s" % threads)
    expect("STOPPING=1" in manager.told(), "and when it stops")
    manager.close()


@case
def a_stuck_thread_is_named_and_the_service_manager_hears_no_more():
    manager = Manager()
    sounds = tempfile.mkdtemp(dir="/dev/shm")
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    lease = os.open(sounds + "/stuck.wav", os.O_RDWR | os.O_CREAT)
    fcntl.fcntl(lease, fcntl.F_SETLEASE, fcntl.F_WRLCK)  # whoever opens it now waits, 45 s at most
    with Node(manager.environment, ringbridge="[paths](+)\nsounds = %s\n" % sounds,
              extensions="[demo](+)\nexten => 699,1,Playback(stuck)\n") as node:
        phone = Phone()
        phone.call("699", send=silence(), timeout=2)
        expect(node.wait_for(lambda: "thread files has not turned its loop for 30 s" in node.output(), 40), "it is named")
        threads = json.loads(node.rbctl("workers", "--json")[1])
        expect([t["thread"] for t in threads if t["state"] == "stuck"] == ["files"], "rbctl names it: %s" % threads)
        expect(node.control("threads.stuck") == 1 and node.control("threads.stalls") == 1, "and it is counted")
        manager.told()
        time.sleep(1.5)
        expect(not manager.told(), "the service manager is not told that all is well")
        fcntl.fcntl(lease, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        expect(node.wait_for(lambda: "thread files turns its loop again" in node.output()), "it goes on")
        time.sleep(1)
        expect("WATCHDOG=1" in manager.told(), "and all is well")
        phone.close()
    shutil.rmtree(sounds)
    manager.close()


def refused_calls(count):
    """The answers to so many calls to the echo, of which those that are taken stay."""
    phones = [Phone() for _ in range(count)]
    codes = [phone.call("600", send=silence()) for phone in phones]
    return phones, codes


@case
def the_demo_starts_without_a_warning_and_says_what_it_costs():
    with Node() as node:
        expect("warning" not in node.output(), node.output())
        limits = [line for line in node.output().splitlines() if line.startswith("limits: ")]
        expect(len(limits) == 1 and "5000 legs" in limits[0] and " MB" in limits[0], "%s" % limits)


@case
def calls_beyond_maxcalls_get_503_and_when_to_come_back():
    with Node(asterisk="[options]\nmaxcalls = 2\n") as node:
        phones, codes = refused_calls(3)
        expect(codes == [200, 200, 503], "the third is refused: %s" % codes)
        expect(re.search("^Retry-After: 5", phones[2].text, re.M), "with Retry-After: " + phones[2].text)
        expect(node.control("calls.refused.limit") == 1, "counted by its reason")
        phones[0].hang_up()
        expect(refused_calls(1)[1] == [200], "and taken again when there is room")
        expect("refused: as many calls" in node.output(), "the log says why")


@case
def calls_that_would_overload_the_worker_get_503():
    with Node(ringbridge="[limits](+)\ncpu_percent_max = 1\n") as node:
        codes = refused_calls(120)[1]
        taken = codes.count(200)
        expect(set(codes) == {200, 503} and taken > 0, "some are taken, others not: %s" % codes)
        expect(node.control("calls.refused.cpu") == codes.count(503), "counted by their reason")


@case
def calls_are_refused_while_the_host_is_short_of_memory():
    with Node(asterisk="[options]\nminmemfree = 1000000000\n") as node:
        expect(refused_calls(1)[1] == [503], "no call is taken")
        expect(node.control("calls.refused.memory") == 1, "counted by its reason")


@case
def what_keeps_the_node_from_starting_is_named_with_its_remedy():
    def start(**paths):
        """What a node says that is to start beside the other, or with bad paths."""
        with tempfile.TemporaryDirectory() as directory:
            shutil.copytree(nodes.DEMO, directory, dirs_exist_ok=True)
            with open(directory + "/ringbridge.conf", "a") as file:
                places = {"counters": directory + "/counters", "control_socket": directory + "/ctl", **paths}
                file.write("\n[paths](+)\n" + "".join("%s = %s\n" % place for place in places.items()))
            node = subprocess.run([BUILD + "/ringbridge", "--config", directory], capture_output=True, text=True,
                                  timeout=10)
            expect(node.returncode == 1, "the node does not start: " + node.stderr)
            return node.stderr

    with Node() as node:
        for paths, named in (({}, "127.0.0.1:5060"), ({"counters": node.directory + "/counters"}, "/counters")):
            said = start(**paths)
            expect(re.search("cannot start: .*" + named + ".*[;,] ", said), "a second node: " + said)
    for name in ("counters", "control_socket"):
        said = start(**{name: "/proc/none/file"})
        expect(re.search("cannot start: .*/proc/none.*[;,] ", said), name + ": " + said)


@case
def root_is_given_up_and_the_socket_has_its_mode():
    if os.geteuid() != 0:
        return
    with Node(asterisk="[options]\nrunuser = nobody\nrungroup = nogroup\n[files]\nastctlpermissions = 0600\n") as node:
        threads = "/proc/%d/task" % node.process.pid
        users = {re.search(r"^Uid:\s+(\d+)\s+(\d+)", open("%s/%s/status" % (threads, thread)).read(), re.M).groups()
                 for thread in os.listdir(threads)}
        nobody = str(pwd.getpwnam("nobody").pw_uid)
        expect(users == {(nobody, nobody)}, "every thread is nobody: %s" % users)
        expect(os.stat(node.directory + "/ctl").st_mode & 0o777 == 0o600, "the socket's mode")
        phone = Phone()
        expect(phone.call("600", send=numbered_frames()) == 200, "600 answers")
        time.sleep(0.5)
        expect(len(phone.received) > 10, "and echoes")
        phone.hang_up()


@case
def silence_is_described_to_a_phone_that_knows_comfort_noise():
    with Node(pjsip="[saver](basics)\ncomfort_noise = yes\n"):
        saver, plain, speaker = Phone(codecs=("0 PCMU/8000", "13 CN/8000")), Phone(), Phone()
        saver.user = "saver"
        for phone in (saver, plain):
            expect(phone.call("60077") == 200, "60077 answers")
        time.sleep(3)
        since = time.monotonic() - 2
        quiet = [[packet for packet in list(phone.received) if packet[0] > since] for phone in (saver, plain)]
        expect(4 <= len(quiet[0]) <= 6, "a packet every 400 ms, not %d in 2 s" % len(quiet[0]))
        expect({(packet[1], packet[4]) for packet in quiet[0]} == {(13, b"\x7f")}, "and it is comfort noise")
        expect(len(quiet[1]) > 95, "who has not asked gets silence itself: %d packets" % len(quiet[1]))
        expect(speaker.call("60077", send=tone(500)) == 200, "60077 answers a third")
        time.sleep(1.5)
        heard = level_of(saver.heard(1), 500)
        expect(heard > 5000, "speech is heard at %d" % heard)
        speaker.hang_up()
        time.sleep(1.5)
        expect(saver.received[-1][1] == 13, "and then there is a pause again")
        sequences = [packet[2] for packet in saver.received]
        expect(all((b - a) % 65536 == 1 for a, b in zip(sequences, sequences[1:])), "no pause looks like a loss")
        for phone in (saver, plain):
            phone.hang_up()


@case
def silence_is_described_to_a_callee_that_answers_so():
    plan = "[demo](+)\nexten => 20,1,Set(TALK_DETECT(set)=)\n same => n,Dial(PJSIP/1@peer-ulaw)\n"  # listens
    with Node(pjsip="[peer-ulaw](+)\ncomfort_noise = yes\n", extensions=plan):
        for noise in (("13 CN/8000",), ()):
            caller, callee = Phone(), Phone(codecs=("0 PCMU/8000", *noise))
            taker = callee.wait_for_call(6060, send=silence())
            expect(caller.call("20", send=tone(500)) == 200, "20 is answered")
            taker.join()
            expect(re.search(r"^m=audio \d+ RTP/AVP 0 13 101", callee.invite, re.M), "CN is offered: " + callee.invite)
            time.sleep(1.5)
            heard = level_of(callee.heard(1), 500)
            caller.sending.clear()  # as a phone does that sends nothing in pauses
            time.sleep(3)
            quiet = [packet for packet in list(callee.received) if packet[0] > time.monotonic() - 2]
            caller.hang_up(), callee.close()
            expect(heard > 5000, "speech is heard at %d" % heard)
            if noise:
                expect(4 <= len(quiet) <= 6, "a packet every 400 ms, not %d in 2 s" % len(quiet))
                expect({(packet[1], packet[4]) for packet in quiet} == {(13, b"\x7f")}, "and it is comfort noise")
            else:
                expect(len(quiet) > 95, "who has not got it gets silence itself: %d packets" % len(quiet))


def command_table(where):
    """The commands of docs/CLI.md that are answered there, without their parameters."""
    with open(os.path.join(nodes.DEMO, "../../docs/CLI.md")) as page:
        rows = re.findall(r"^\| `rbctl ([^`]+)` \| ([^|]+) \|", page.read(), re.M)
    return [re.sub(r" [A-Z\[].*", "", name) for name, who in rows if who == where]


@case
def asterisks_commands_are_answered():
    with Node() as node:
        phone = Phone()
        expect(phone.call("60001", send=silence()) == 200, "the room answers")
        time.sleep(1.6)  # a worker publishes each leg once a second
        name = json.loads(node.rbctl("calls", "--json")[1])[0]["name"]
        for command, wanted in {
                "core show channels": name, "core show channels concise": name + "!!60001!!Up!confbridge!",
                "core show channel " + name: "confbridge", "confbridge list 60001": "8000 Hz",
                "core show settings": "busy with one more leg", "core show applications": "confbridge",
                "core show functions": "callerid", "dialplan show demo": "600", "dialplan show 600@demo": "Echo",
                "config show help rtp.conf general": "rtpstart", "config show effective anonymous": "allow", "config check": "can be used",
                "config diff": "would change nothing", "moh show classes": "default", "moh show files": ".wav",
                "pjsip show endpoints": "anonymous", "pjsip show endpoint anonymous": "allow",
                "pjsip show aors": "contacts", "pjsip show transports": "127.0.0.1:5060",
                "logger show levels": "notice", "confbridge lock 60001": "locked", "confbridge unlock 60001": "unlocked",
                "confbridge mute 60001 " + name: "1 muted", "confbridge unmute 60001 all": "1 unmuted",
                "core set verbose 3": "call verbose", "core set verbose off": "call notice",
                "core set debug 1 call": "call debug", "core set debug off": "call notice",
                "confbridge show profile users": "default_user", "confbridge show profile user default_user": "pin",
                "confbridge show profile bridges": "default_bridge", "confbridge show menus": "",
                "confbridge show profile bridge default_bridge": "internal_sample_rate    auto",
                "dialplan set global PRICE 3": "set to '3'", "dialplan show globals": "PRICE=3",
                "dialplan debug on": "is on", "dialplan debug off": "is off",
                "core reload": "reloaded", "dialplan reload": "reloaded", "rtp show stats": "ulaw"}.items():
            code, text = node.rbctl("-rx", command)
            expect(code == 0 and wanted in text, "%s: %d %s" % (command, code, text))
        for command in command_table("node"):
            code, text = node.rbctl("-x", command) if command not in ("stop", "core stop now", "drain",
                                                                      "core stop gracefully") else (0, "")
            expect("does not know" not in text and "no command" not in text, command + ": " + text)
        expect(node.rbctl("confbridge", "kick", "60001", name)[0] == 0 and phone.ended.wait(3), "kicked")
        expect(node.rbctl("core", "show", "chanels")[0] == 1, "a command that is not there")
        node.write("rtp", "\n[general](+)\nrtpstart = banana\n")
        code, text = node.rbctl("config", "check")
        expect(code == 1 and "rtp.conf" in text and "banana" in text, "what is wrong is named: " + text)
        expect(node.rbctl("core", "stop", "now")[0] == 0 and node.process.wait(5) == 0, "the node ends")


if __name__ == "__main__":
    sys.exit(run_cases(sys.argv[2:]))
