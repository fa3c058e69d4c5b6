"""cases.py — named cases and how they are told: shared by the programs of this folder."""
import subprocess
import tempfile
import time

CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def run_case(name):
    """Runs one and says how it went; True when well."""
    began = time.monotonic()
    try:
        CASES[name]()
    except AssertionError as problem:
        print("FAILED  %s: %s" % (name, problem), flush=True)
        return False
    print("ok      %s (%.1f s)" % (name, time.monotonic() - began), flush=True)
    return True


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
