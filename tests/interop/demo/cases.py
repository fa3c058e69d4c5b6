"""cases.py — named cases and how they are told: shared by the programs of this folder."""
import subprocess
import tempfile
import time

from phone import Phone
from stalls import Stalls

CASES = {}
ATTEMPTS = 3
STALL_S = 0.05  # a jitter buffer does not bridge it
STALLS = Stalls()


def case(function):
    CASES[function.__name__] = function
    return function


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def run_case(name):
    """Runs one and says how it went; True when well.

    One that fails while the machine stands still has shown nothing, and is run again.
    """
    for attempt in range(1, ATTEMPTS + 1):
        STALLS.taken()
        began = time.monotonic()
        try:
            CASES[name]()
            print("ok      %s (%.1f s)" % (name, time.monotonic() - began), flush=True)
            return True
        except AssertionError as problem:
            Phone.hang_up_all()
            stalled = STALLS.taken()
            verdict = "AGAIN " if stalled > STALL_S and attempt < ATTEMPTS else "FAILED"
            print("%s  %s: %s (the machine stood still for %.0f ms)" % (verdict, name, problem, 1000 * stalled), flush=True)
            if verdict == "FAILED":
                return False


def run_cases(wanted):
    """Runs the cases wanted, or all, each with what nodes it starts; returns the exit code."""
    wanted = wanted or list(CASES)
    failed = [name for name in wanted if not run_case(name)]
    print("%d passed, %d failed" % (len(wanted) - len(failed), len(failed)))
    return 1 if failed else 0


def run_with_node(command, wanted):
    """Starts a node by this command and runs the cases wanted, or all; returns the exit code."""
    wanted = wanted or list(CASES)
    log = tempfile.NamedTemporaryFile("w+", prefix="ringbridge-", suffix=".log")
    node = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    failed = []
    try:
        for _ in range(200):
            if " is up" in open(log.name).read():
                break
            time.sleep(0.05)
        for name in wanted:
            if not run_case(name):
                failed.append(name)
            if node.poll() is not None:
                failed.append("the node has ended")
                break
    finally:
        node.terminate()
        try:
            node.wait(20)
        except subprocess.TimeoutExpired:
            failed.append("shutdown")
            print("FAILED  shutdown: the node did not drain")
            node.kill()
    if failed:
        log.seek(0)
        print("".join(log.readlines()[-60:]))
    print("%d passed, %d failed" % (len(wanted) - len(failed), len(failed)))
    return 1 if failed or node.returncode != 0 else 0
