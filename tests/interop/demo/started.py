"""started.py — the node that cases.py has started, whose program is the first argument: what it says of itself, and
what lies beside it."""
import json
import os
import socket
import subprocess
import sys
import time


def beside(program):
    """A program built with the node."""
    return os.path.join(os.path.dirname(os.path.abspath(sys.argv[1])), program)


def rbctl(*arguments):
    return subprocess.run([beside("rbctl"), *arguments], capture_output=True, text=True, check=True).stdout


def shown_call():
    """The newest call as `rbctl call` shows it: lines by their first word."""
    time.sleep(0.6)  # rows are written twice a second
    calls = json.loads(rbctl("calls", "--json"))
    newest = max(calls, key=lambda call: call["started_at"])
    return dict(line.split(None, 1) for line in rbctl("call", newest["id"]).splitlines() if len(line.split()) > 1)


def drops():
    """What the workers have dropped so far, by reason."""
    return figures("drop.")


def figure(name):
    """A figure of the workers, of all together."""
    return figures(name).get(name, 0)


def figures(prefix):
    """Those whose names begin so."""
    text = rbctl("stats", "--all", "--json")
    counts = {}

    def gather(value):
        for name, part in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(part, (dict, list)):
                gather(part)
            elif isinstance(name, str) and name.startswith(prefix):
                counts[name] = counts.get(name, 0) + part
    gather(json.loads(text))
    return counts


def own_address():
    """The host's address as baresip sees it, or nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("198.51.100.1", 9))  # sends nothing
        except OSError:
            return None
        address = probe.getsockname()[0]
    return None if address.startswith("127.") else address
