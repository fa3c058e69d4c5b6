#!/usr/bin/env python3
"""events.py — what a node tells of its calls while they go on. Usage: events.py BUILD_DIR [CASE…]"""
import functools
import json
import os
import pty
import select
import signal
import socket
import subprocess
import sys
import threading
import time

import node as nodes
from cases import case, expect, run_cases
from phone import Phone, silence, tone

BUILD = sys.argv[1]
Node = functools.partial(nodes.Node, BUILD,
                         confbridge="[tells]\ntype = user\nquiet = yes\ntalk_detection_events = yes\n"
                                    "dsp_silence_threshold = 300\n",
                         extensions="[demo](+)\nexten => 690,1,ConfBridge(watched,room-8k,tells)\n")


class Watcher:
    """`rbctl watch`, read all the time."""

    def __init__(self, node, *words):
        self.process = subprocess.Popen([BUILD + "/rbctl", "--socket", node.directory + "/ctl", "watch", *words],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines = []
        self.reader = threading.Thread(target=lambda: self.lines.extend(iter(self.process.stdout.readline, "")))
        self.reader.start()
        expect(node.wait_for(lambda: node.control("control_socket.clients") > 0), "it is connected")

    def end(self, signal_number=None):
        """Exit code, and what it had to say of its end."""
        if signal_number is not None:
            self.process.send_signal(signal_number)
        code = self.process.wait(5)
        self.reader.join(5)
        return code, self.process.stderr.read()


def types_of(events):
    return [event["type"] for event in events]


@case
def a_call_into_a_room_is_told_as_it_goes_on():
    with Node() as node:
        watcher = Watcher(node, "--json")
        phone = Phone()
        expect(phone.call("690", send=silence()) == 200, "the room answers")
        time.sleep(1)
        phone.source = tone(440)
        time.sleep(1.5)
        phone.source = silence()
        time.sleep(1.5)
        phone.press("12#")
        time.sleep(0.5)
        phone.press_by_info("9")
        time.sleep(0.5)
        phone.hang_up()
        expect(node.wait_for(lambda: any("ChannelDestroyed" in line for line in watcher.lines)), "it ends")
        code, complaint = watcher.end(signal.SIGINT)
        expect((code, complaint) == (0, ""), "Ctrl-C ends it: %s" % ((code, complaint),))
        events = [json.loads(line) for line in watcher.lines]
        told = types_of(events)
        expect(told[:4] == ["ChannelCreated", "ChannelStateChange", "BridgeCreated", "ChannelEnteredBridge"], "%s" % told)
        expect(told[-4:] == ["ChannelLeftBridge", "BridgeDestroyed", "ChannelQualityReport", "ChannelDestroyed"],
               "%s" % told)
        for once in ("ChannelCreated", "ChannelDestroyed", "BridgeCreated", "BridgeDestroyed", "ChannelEnteredBridge",
                     "ChannelLeftBridge", "ChannelTalkingStarted", "ChannelTalkingFinished"):
            expect(told.count(once) == 1, "%s once: %s" % (once, told))
        keys = [event for event in events if event["type"] == "ChannelDtmfReceived"]
        expect("".join(event["digit"] for event in keys) == "12#9", "each key once: %s" % keys)
        expect(all(80 <= event["duration_ms"] <= 140 for event in keys), "%s" % keys)
        talk = next(event for event in events if event["type"] == "ChannelTalkingFinished")
        expect(1000 < talk["duration"] < 3000, "%s" % talk["duration"])
        channel = events[0]["channel"]
        expect(channel["state"] == "Ring" and channel["caller"]["number"] == "test", "%s" % channel)
        expect(channel["dialplan"]["exten"] == "690" and channel["protocol_id"] == phone.call_id, "%s" % channel)
        entered = events[3]
        expect(entered["bridge"]["name"] == "watched" and entered["bridge"]["channels"] == [channel["id"]], "%s" % entered)
        expect(entered["channel"]["dialplan"]["app_data"] == "watched,room-8k,tells", "%s" % entered)
        expect(all(event.get("channel", channel)["id"] == channel["id"] for event in events), "of one channel")
        figures = node.figures()["control"]
        expect(figures["events.published"] == len(events) and figures["events.dropped"] == 0, "all are counted")


@case
def types_are_chosen_and_lines_are_text():
    with Node() as node:
        code, text = node.rbctl("watch", "ChannelDestroyd")
        expect((code, text) == (1, "rbctl: no event type 'ChannelDestroyd'; did you mean ChannelDestroyed?\n"), text)
        watcher = Watcher(node, "ChannelDtmfReceived", "ChannelDestroyed")
        phone = Phone()
        expect(phone.call("690", send=silence()) == 200, "the room answers")
        time.sleep(0.5)
        phone.press("5")
        time.sleep(0.5)
        phone.hang_up()
        expect(node.wait_for(lambda: len(watcher.lines) == 2), "two lines: %s" % watcher.lines)
        expect(" ChannelDtmfReceived digit=5 duration_ms=" in watcher.lines[0], watcher.lines[0])
        expect(" ChannelDestroyed cause=16 cause_txt=\"Normal call clearing\" channel=PJSIP/anonymous-00000001 "
               in watcher.lines[1], watcher.lines[1])
        watcher.end(signal.SIGTERM)


@case
def without_watchers_nothing_is_published():
    with Node() as node:
        phone = Phone()
        expect(phone.call("690", send=tone(440)) == 200, "the room answers")
        phone.press("1")
        time.sleep(0.5)
        phone.hang_up()
        expect(node.control("events.published") == 0, "nothing is")


@case
def who_does_not_read_loses_events_and_holds_nobody_up():
    with Node(ringbridge="[paths](+)\nrecordings = /dev/shm/ringbridge-events\n") as node:
        phone = Phone()
        expect(phone.call("690", send=tone(440)) == 200, "the room answers")
        slow = socket.socket(socket.AF_UNIX)
        slow.connect(node.directory + "/ctl")
        slow.sendall(b"watch --json RecordingStarted RecordingFinished\n")
        stuck = subprocess.Popen([BUILD + "/rbctl", "--socket", node.directory + "/ctl", "watch", "--json"],
                                 stdout=subprocess.PIPE)  # whose reader does not read either
        keeper = socket.socket(socket.AF_UNIX)
        keeper.connect(node.directory + "/ctl")
        asked = keeper.makefile("rw")
        name = "/".join(["x" * 200] * 4) + ".wav"  # a long one, for there is room for many short ones
        pairs, expected = 0, 0
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and (pairs % 200 != 0 or node.control("events.dropped") == 0):
            asked.write("record start watched %s\nrecord stop watched\n" % name)
            asked.flush()
            begun = asked.readline() == "ok\n"
            for _ in range(2):
                while asked.readline() != ".\n":
                    pass
            pairs += 1
            expected += 2 if begun else 0  # it begins, and ends
        phone.press("1")
        expect(phone.longest_gap(5) < 0.2, "nobody is held up: %.3f s" % phone.longest_gap(5))
        figures = node.figures()["control"]
        expect(figures["events.dropped"] > 0, "it is too slow: %d pairs" % pairs)
        stuck.send_signal(signal.SIGINT)
        expect(stuck.wait(5) == 0, "Ctrl-C ends who cannot write, too")
        stuck.stdout.close()
        lines, lost, told = slow.makefile("r"), 0, 0
        expect(lines.readline() == "ok\n", "it is answered")
        while not lost:
            event = json.loads(lines.readline())
            lost = event["count"] if event["type"] == "EventsLost" else 0
            told += event["type"] != "EventsLost"
        expect(lost > 0 and told + lost == expected, "%d lost, %d told of %d" % (lost, told, expected))
        slow.close(), keeper.close(), phone.hang_up()
    subprocess.run(["rm", "-r", "/dev/shm/ringbridge-events"], check=True)


@case
def a_node_ends_with_watchers_attached():
    with Node() as node:
        watchers = [Watcher(node), Watcher(node, "--json")]
        expect(node.rbctl("stop")[0] == 0, "stop")
        expect(node.process.wait(5) == 0, "it ends well")
        for watcher in watchers:
            code, complaint = watcher.end()
            expect(code == 3 and "the node has ended" in complaint, "%s %s" % (code, complaint))


class Console:
    """rbctl at a prompt."""

    def __init__(self, node):
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.environ["HOME"] = node.directory
            os.execv(BUILD + "/rbctl", ["rbctl", "--socket", node.directory + "/ctl"])
        self.shown = ""

    def shows(self, text, seconds=5):
        deadline = time.monotonic() + seconds
        while text not in self.shown and time.monotonic() < deadline:
            if select.select([self.terminal], [], [], 0.1)[0]:
                self.shown += os.read(self.terminal, 4096).decode()
        found, self.shown = text in self.shown, self.shown.partition(text)[2]
        return found

    def type(self, text):
        os.write(self.terminal, text.encode())


@case
def at_the_prompt_ctrl_c_ends_what_is_watched_and_then_the_prompt():
    with Node() as node:
        console = Console(node)
        expect(console.shows("rbctl> "), "a prompt")
        console.type("watch ChannelCreated\n")
        expect(node.wait_for(lambda: node.control("control_socket.clients") == 1), "it is connected")
        phone = Phone()
        expect(phone.call("690", send=silence()) == 200, "the room answers")
        expect(console.shows(" ChannelCreated channel=PJSIP/anonymous-00000001 "), "the call is shown: " + console.shown)
        console.type("\x03")
        expect(console.shows("rbctl> "), "the prompt comes back: " + console.shown)
        phone.hang_up()
        console.type("\x03")
        deadline = time.monotonic() + 5
        while (ended := os.waitpid(console.process, os.WNOHANG)) == (0, 0) and time.monotonic() < deadline:
            time.sleep(0.05)
        expect(ended[0] == console.process, "and that ends, too")
        with open(node.directory + "/.rbctl_history") as history:
            expect("watch" in history.read(), "what was typed is kept")
        os.close(console.terminal)


if __name__ == "__main__":
    sys.exit(run_cases(sys.argv[2:]))
