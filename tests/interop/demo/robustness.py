#!/usr/bin/env python3
"""robustness.py — what must not hurt the node: churn, garbage, vanished callers, kill -9. Usage: robustness.py BUILD_DIR"""
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from phone import Phone, numbered_frames, silence

BUILD = sys.argv[1]
DEMO = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../control/demo")


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def start(directory=None):
    node = subprocess.Popen([BUILD + "/ringbridge"] + (["--config", directory] if directory else []),
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in node.stdout:
        if " is up: " in line:
            return node  # from here on nobody reads what it prints, and it must not wait for that
    raise AssertionError("the node did not start")


def descriptors(node):
    return len(os.listdir("/proc/%d/fd" % node.pid))


def resident_kb(node):
    with open("/proc/%d/status" % node.pid) as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def echo_works():
    phone = Phone()
    expect(phone.call("600", send=numbered_frames()) == 200, "600 answers")
    time.sleep(0.6)
    phone.hang_up()
    expect(len(phone.received) > 15, "and returns what it is sent")


def churn_leaves_nothing(node):
    """Ten times 500 calls: descriptors return to where they were, memory does not grow from round to round."""
    before, after_first = descriptors(node), 0
    for round_ in range(10):
        load = subprocess.run([BUILD + "/rbload", "--mode", "signalling", "--calls", "500", "--rate", "500",
                               "--hold", "0.2", "--rtp-ports", "40000"], capture_output=True, text=True)
        expect(load.returncode != 1, "500 calls: " + load.stdout[-300:])
        if round_ == 3:
            after_first = resident_kb(node)
    time.sleep(1)
    expect(descriptors(node) <= before + 4, "descriptors %d → %d" % (before, descriptors(node)))
    # SIP transactions live for 32 s; what they take is bounded by the rate and has been reached by the fourth round.
    expect(resident_kb(node) < after_first * 1.5 + 8192, "memory %d → %d kB" % (after_first, resident_kb(node)))
    echo_works()


def garbage_does_no_harm(node):
    """Mutated RTP and RTCP from the very address the node listens to, and mutated SIP."""
    rng = random.Random(1)
    phone = Phone()
    expect(phone.call("60077", send=silence()) == 200, "the room answers")
    time.sleep(0.2)
    good = phone.packet(0, b"\x55" * 160, 0)
    for _ in range(1_000_000):
        packet = bytearray(good[:rng.choice((1, 11, 12, 13, 40, 172, 172, 172))])
        for _ in range(rng.randrange(1, 6)):
            packet[rng.randrange(len(packet))] = rng.randrange(256)
        target = phone.peer if rng.random() < 0.7 else (phone.peer[0], phone.peer[1] + 1)
        phone.rtp.sendto(bytes(packet), target)
    text = ("INVITE sip:600@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\n"
            "To: <sip:600@127.0.0.1>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\nContact: <sip:a@127.0.0.1>\r\n"
            "Content-Type: application/sdp\r\nContent-Length: 60\r\n\r\nv=0\r\nm=audio 9 RTP/AVP 0\r\n").encode()
    for _ in range(5_000):
        message = bytearray(text)
        for _ in range(rng.randrange(1, 20)):
            message[rng.randrange(len(message))] = rng.randrange(256)
        phone.sip.sendto(bytes(message), ("127.0.0.1", 5060))
    time.sleep(0.5)
    phone.hang_up()
    expect(node.poll() is None, "the node lives")
    echo_works()


def a_vanished_caller_ends_by_rtp_timeout():
    directory = tempfile.mkdtemp(prefix="ringbridge-")
    for name in os.listdir(DEMO):
        with open(os.path.join(DEMO, name)) as source, open(os.path.join(directory, name), "w") as target:
            target.write(source.read().replace("rtp_timeout = 30 ", "rtp_timeout = 1 "))
    node = start(directory)
    try:
        phone = Phone()
        expect(phone.call("605") == 200, "605 answers")
        time.sleep(0.5)
        phone.sending.clear()
        expect(phone.ended.wait(5), "a caller who sends nothing any more is hung up on")
        phone.close()
        node.send_signal(signal.SIGTERM)
        expect(node.wait(10) == 0, "SIGTERM ends the node when the last call has")
    finally:
        if node.poll() is None:
            node.kill()
        shutil.rmtree(directory)


def kill_leaves_nothing_in_the_way(node):
    phone = Phone()
    expect(phone.call("605") == 200, "605 answers")
    node.kill()
    node.wait()
    phone.close()
    again = start()
    echo_works()
    return again


def main():
    node = start()
    try:
        for check in (churn_leaves_nothing, garbage_does_no_harm):
            check(node)
            print("ok      " + check.__name__, flush=True)
        node = kill_leaves_nothing_in_the_way(node)
        print("ok      kill_leaves_nothing_in_the_way", flush=True)
        node.terminate()
        expect(node.wait(10) == 0, "SIGTERM ends the node")
        a_vanished_caller_ends_by_rtp_timeout()
        print("ok      a_vanished_caller_ends_by_rtp_timeout", flush=True)
    except AssertionError as problem:
        print("FAILED  %s" % problem)
        return 1
    finally:
        if node.poll() is None:
            node.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
