"""node.py — a node of a test's own, with its files, its figures and its rbctl."""
import json
import os
import shutil
import subprocess
import tempfile
import time

from cases import expect
from resolv_conf import mounted

DEMO = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../control/demo")


class Node:
    """A node with a configuration of its own, or the demo's and more: files are texts appended to it, by name.

    resolv_conf is a file that takes the place of the host's, where resolv_conf.py can have that."""

    def __init__(self, build, environment=None, demo=True, resolv_conf=None, **files):
        self.build = build
        self.directory = tempfile.mkdtemp(prefix="ringbridge-")
        self.files = os.path.join(self.directory, "etc")
        if demo:
            shutil.copytree(DEMO, self.files)
        else:
            os.mkdir(self.files)
        self.write("ringbridge", "\n[paths]%s\ncounters = %s/counters\ncontrol_socket = %s/ctl\n"
                   % ("(+)" if demo else "", self.directory, self.directory))
        for name, text in files.items():
            self.write(name, "\n" + text)
        self.log = open(os.path.join(self.directory, "log"), "w+")
        command = [self.build + "/ringbridge", "--config", self.files]
        if resolv_conf:
            command = mounted(resolv_conf, command)
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT,
                                        env={**os.environ, **(environment or {})})
        self.wait_for(lambda: " is up: " in self.output() or self.process.poll() is not None)
        expect(self.process.poll() is None, "the node starts:\n" + self.output())

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        try:
            self.process.terminate()
            time.sleep(0.2)
            self.process.terminate()  # the second ends what calls there are
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
        done = subprocess.run([self.build + "/rbctl", "--file", self.directory + "/counters",
                               "--socket", self.directory + "/ctl", *words], capture_output=True, text=True, timeout=10)
        return done.returncode, done.stdout + done.stderr

    def figures(self):
        return json.loads(self.rbctl("stats", "--all", "--json")[1])

    def control(self, name):
        time.sleep(0.6)  # figures are written twice a second
        return self.figures()["control"][name]
