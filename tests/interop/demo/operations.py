#!/usr/bin/env python3
"""operations.py — what the node's keepers see and do, tried on a node of its own. Usage: operations.py BUILD_DIR [CASE…]"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from cases import CASES, case, expect, run_case
from phone import Phone, numbered_frames

BUILD = sys.argv[1]
DEMO = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../control/demo")

class Node:
    """A node with the demo's configuration and more: files are texts appended to the demo's, by name."""

    def __init__(self, environment=None, **files):
        self.directory = tempfile.mkdtemp(prefix="ringbridge-")
        self.files = os.path.join(self.directory, "etc")
        shutil.copytree(DEMO, self.files)
        self.write("ringbridge", "\n[paths](+)\ncounters = %s/counters\ncontrol_socket = %s/ctl\n"
                   % (self.directory, self.directory))
        for name, text in files.items():
            self.write(name, "\n" + text)
        self.log = open(os.path.join(self.directory, "log"), "w+")
        self.process = subprocess.Popen([BUILD + "/ringbridge", "--config", self.files], stdout=self.log,
                                        stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})})
        self.wait_for(lambda: " is up: " in self.output() or self.process.poll() is not None)
        expect(self.process.poll() is None, "the node starts:\n" + self.output())

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        if kind is not None:
            print(self.output()[-3000:])
        self.log.close()
        shutil.rmtree(self.directory)

    def write(self, name, text):
        with open(os.path.join(self.files, name + ".conf"), "a") as file:
            file.write(text)

    def output(self):
        with open(self.log.name) as log:
            return log.read()

    def wait_for(self, condition, seconds=5):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if condition():
                return True
            time.sleep(0.05)
        return False

    def rbctl(self, *words):
        """Exit code and output."""
        done = subprocess.run([BUILD + "/rbctl", "--file", self.directory + "/counters",
                               "--socket", self.directory + "/ctl", *words], capture_output=True, text=True, timeout=10)
        return done.returncode, done.stdout + done.stderr

    def figures(self):
        return json.loads(self.rbctl("stats", "--all", "--json")[1])

    def control(self, name):
        time.sleep(0.6)  # figures are written twice a second
        return self.figures()["control"][name]


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


def main():
    wanted = sys.argv[2:] or list(CASES)
    failed = [name for name in wanted if not run_case(name)]
    print("%d passed, %d failed" % (len(wanted) - len(failed), len(failed)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
