#!/usr/bin/env python3
"""tidy.py — what neither the compiler nor clang-tidy checks: lengths, first lines, and words that have no place."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINES_MAX = 400
COLUMNS_MAX = 120

# Folder → words its code may not use, each with what to use instead.
BANNED = {
    "dataplane": {
        r"\bstd::mutex\b": "queues; workers share nothing",
        r"\bstd::function\b": "a switch over an enum or a variant",
        r"\bsteady_clock::now\b": "the time that is passed down",
        r"\bprintf\(": "a counter or an event (asserts excepted)",
        r"\bspdlog\b": "an event; control logs",
    },
    "bridges": {r"\bsocket\(": "frames; bridges see no socket", r"\bstd::mutex\b": "nothing; a bridge has one owner"},
    "codecs": {r"\bwire::": "samples; codecs see no RTP"},
}
EXEMPT = {"dataplane/base/assert.h"}


def tracked():
    names = subprocess.run(["git", "ls-files", "*.h", "*.cpp"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in names.stdout.split() if (ROOT / name).exists()]


def problems_of(name):
    text = (ROOT / name).read_text()
    lines = text.splitlines()
    if not name.startswith("tests/") and len(lines) > LINES_MAX:
        yield "%s: %d lines, at most %d" % (name, len(lines), LINES_MAX)
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS_MAX:
            yield "%s:%d: %d columns, at most %d" % (name, number, len(line), COLUMNS_MAX)
    if name.endswith(".h") and not lines[0].startswith("// "):
        yield "%s: the first line says what the file is" % name
    for pattern, instead in BANNED.get(name.split("/")[0], {}).items():
        if name not in EXEMPT and re.search(pattern, re.sub(r"//.*", "", text)):
            yield "%s: uses %s; here use %s" % (name, pattern.strip(r"\b"), instead)


def main():
    found = [problem for name in tracked() for problem in problems_of(name)]
    print("\n".join(found) or "nothing to tidy")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
