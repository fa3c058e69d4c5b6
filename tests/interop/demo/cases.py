"""cases.py — named cases and how they are told: shared by the programs of this folder."""
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
