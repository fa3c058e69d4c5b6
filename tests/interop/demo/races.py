#!/usr/bin/env python3
"""races.py — all threads of a node at work at once, for the thread sanitizer to watch. Usage: races.py BUILD_DIR [CASE…]

Judges nothing but what the sanitizer says: under it, nothing comes in time."""
import os
import re
import subprocess
import sys
import threading
import time

import node as nodes
from cases import CASES, case, expect, run_case

BUILD = sys.argv[1]
# Rooms that span both, and nothing that waits for a thread which runs before it.
TWO_WORKERS = "[workers](+)\ncount = 2\nroom_parties_max = 6\n[limits](+)\ncpu_percent_max = 100\n"
NOT_REALTIME = "[options]\nhighpriority = no\n"


class Node(nodes.Node):
    def __init__(self):
        super().__init__(BUILD, {"TSAN_OPTIONS": "exitcode=66 " + os.environ.get("TSAN_OPTIONS", "")},
                         ringbridge=TWO_WORKERS, asterisk=NOT_REALTIME)
        expect(self.wait_for(lambda: " is up: " in self.output(), 30), "the node starts:\n" + self.output())

    def ends_well(self):
        self.process.terminate()
        self.process.wait(60)
        expect("ThreadSanitizer" not in self.output(), self.output())
        expect(self.process.returncode == 0, "the node ends well: %d" % self.process.returncode)


def load(mode, *options):
    """Callers, in the background."""
    return subprocess.Popen([BUILD + "/rbload", "--mode", mode, "--hold", "4", *options], stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True)


def finish(callers):
    output = callers.communicate(timeout=120)[0]
    expect("ThreadSanitizer" not in output, output)
    expect(int(re.search(r"answered +(\d+)", output).group(1)) > 0, output)  # what they heard is another matter


def keep_asking(node, until):
    """What an operator does all day; each way into the node, and each into the counter file."""
    rooms = [["lock", "60001"], ["play", "60001", "beep"], ["record", "start", "60001", "/tmp/ringbridge-races"],
             ["room", "60001", "--diagnose"], ["mute", "60001", "all"], ["unmute", "60001", "all"],
             ["unlock", "60001"], ["record", "stop", "60001"]]
    node_wide = [["stats", "--all", "--json"], ["calls"], ["rooms"], ["workers"], ["errors"], ["reload"],
                 ["translation"], ["config", "check"], ["pjsip", "show", "endpoints"], ["log", "level", "debug"],
                 ["log", "level", "notice"]]
    while not until.is_set():
        for words in rooms + node_wide:
            node.rbctl(*words)


def under_load(*callers):
    """Runs callers against a node that is asked, told and reloaded meanwhile, then ends it by SIGTERM."""
    with Node() as node:
        done = threading.Event()
        operator = threading.Thread(target=keep_asking, args=(node, done))
        operator.start()
        try:
            running = [load(mode, *options) for mode, *options in callers]
            for one in running:
                finish(one)
        finally:
            done.set()
            operator.join()
        expect(node.rbctl("reload")[0] == 0, "a reload is taken")
        node.ends_well()


@case
def echoes_and_rooms():
    under_load(["echo", "--calls", "30", "--rtp-ports", "40000"],
               ["room", "--target", "sip:60001@127.0.0.1:5060", "--calls", "24", "--talkers", "4", "--codec", "ulaw,g722",
                "--rtp-ports", "42000"])


@case
def bridges_encrypted_and_in_the_clear():
    under_load(["bridge", "--calls", "15", "--rtp-ports", "40000"],
               ["echo", "--calls", "15", "--srtp", "AEAD_AES_128_GCM", "--rtp-ports", "42000"])


@case
def calls_that_come_and_go():
    under_load(["signalling", "--calls", "300", "--rate", "50"])


@case
def ended_in_the_middle_of_calls():
    with Node() as node:
        callers = [load("echo", "--calls", "20", "--rtp-ports", "40000"),
                   load("room", "--target", "sip:60001@127.0.0.1:5060", "--calls", "12", "--rtp-ports", "42000")]
        time.sleep(4)
        node.process.terminate()
        time.sleep(0.5)
        node.ends_well()
        for one in callers:
            one.communicate(timeout=120)


def main():
    results = [run_case(name) for name in sys.argv[2:] or CASES]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
