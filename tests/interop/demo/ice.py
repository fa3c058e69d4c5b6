#!/usr/bin/env python3
"""ice.py — ICE against the node: full agents that check it, and strangers that would like to.

Usage: ice.py RINGBRIDGE [CASE…]. The checks are ice_phone.py's, written by hand; one case has those of aioice, where the
host has an address that is not loopback.
"""
import asyncio
import re
import socket
import struct
import sys
import time

from cases import case, expect, run_with_node
from ice_phone import CONTROLLED, COOKIE, XOR_MAPPED, IcePhone, attributes_of, binding, error_of
from phone import Phone, level_of, numbered_frames, silence, tone
from started import drops, own_address, shown_call


def stranger():
    other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    other.bind(("127.0.0.1", 0))
    other.settimeout(0.3)
    return other


@case
def media_wait_for_a_check_and_follow_the_nomination():
    phone = IcePhone()
    expect(phone.call("600", send=tone(440)) == 200, "600 answers")
    for line in ("a=ice-lite", "a=ice-options:ice2", "a=end-of-candidates", "a=rtcp-mux"):
        expect(line + "\r\n" in phone.last_sdp, line + " in " + phone.last_sdp)
    candidate = re.search(r"^a=candidate:\S+ 1 UDP \d+ (\S+) (\d+) typ host", phone.last_sdp, re.M)
    expect((candidate.group(1), int(candidate.group(2))) == phone.peer, "its candidate: " + phone.last_sdp)
    time.sleep(0.7)
    expect(not phone.received, "nothing before a check: %d" % len(phone.received))
    expect(phone.answered(binding(phone.username(), phone.login[1])) == 0, "a check succeeds")
    own = attributes_of(phone.answers[0])[XOR_MAPPED]
    port = struct.unpack("!H", own[2:4])[0] ^ COOKIE >> 16
    expect(port == phone.rtp.getsockname()[1], "and says where it came from: %d" % port)
    time.sleep(0.5)
    expect(not phone.received, "nothing before the nomination: %d" % len(phone.received))
    expect(shown_call()["ice"].strip() == "checking", "rbctl call shows that it waits")
    phone.check()
    time.sleep(1)
    heard = level_of(phone.heard()[-4000:], 440)
    shown = shown_call()
    phone.hang_up()
    expect(shown["ice"].strip() == "127.0.0.1:%d" % port, "and where media go: " + shown["ice"])
    expect(shown["security"].strip() == "none", "in the clear")
    expect(heard > 5000, "then the echo: %d" % heard)


@case
def a_phone_that_changes_networks_takes_its_call_along():
    phone = IcePhone()
    expect(phone.call("600", send=silence()) == 200, "600 answers")
    phone.check()
    time.sleep(0.5)
    with stranger() as elsewhere:
        phone.check(by=elsewhere)
        expect(error_of(elsewhere.recv(2048)) == 0, "a check from another address succeeds")
        frames = 0
        for data in (elsewhere.recv(2048) for _ in range(20)):
            frames += data[0] == 0x80
        expect(frames >= 19, "and media go there: %d" % frames)
        phone.check()
        phone.received.clear()
        time.sleep(0.5)
        expect(len(phone.received) > 15, "and back again: %d" % len(phone.received))
    phone.hang_up()


@case
def strangers_are_told_off_and_not_followed():
    phone = IcePhone()
    expect(phone.call("600", send=numbered_frames()) == 200, "600 answers")
    phone.check()
    time.sleep(0.3)
    before = drops()
    ours, pwd = phone.username(), phone.login[1]
    with stranger() as other:
        for message, code, what in (
                (binding(ours, "not-the-password-of-anybody", nominates=True), 401, "a wrong password"),
                (binding("nobody:here", pwd, nominates=True), 401, "an unknown name"),
                (binding(ours, "", nominates=True), 400, "no signature"),
                (binding("", pwd, nominates=True), 400, "no name"),
                (binding(ours, pwd, nominates=True, role=CONTROLLED), 487, "the wrong role")):
            expect(phone.answered(message, by=other) == code, "%d for %s" % (code, what))
        spoiled = bytearray(binding(ours, pwd, nominates=True))
        spoiled[30] ^= 1
        for message in (spoiled, spoiled[:-1], b"\0\1\0\0", b"\0", bytes(65507)):
            expect(phone.answered(message, by=other) is None, "rubbish is not answered: %s" % bytes(message[:20]).hex())
        for number in range(50):
            other.sendto(struct.pack("!BBHII", 0x80, 0, number, number * 160, 77) + bytes(160), phone.peer)
        for _ in range(200):
            other.sendto(binding(ours, "not-the-password-of-anybody", nominates=True), phone.peer)
        answers = 0
        try:
            while other.recv(2048):
                answers += 1
        except socket.timeout:
            pass
        expect(answers <= 60, "strangers are answered now and then: %d" % answers)
    phone.received.clear()
    time.sleep(1.2)
    grown = {name: count - before.get(name, 0) for name, count in drops().items()}
    expect(grown["drop.stun_stranger"] >= 204, "checks of strangers are counted: %s" % grown)
    expect(grown["drop.ice_unchecked"] >= 50 and grown["drop.stun_refused"] == 1, "and their media: %s" % grown)
    expect(grown["drop.stun_bad"] >= 1, "and what is no check: %s" % grown)
    expect(len(phone.received) > 40, "the call goes on: %d" % len(phone.received))
    expect(all(packet[4][4:] == b"\xff" * 156 for packet in phone.received), "with what was said and nothing else")
    phone.hang_up()


@case
def a_restart_brings_another_login_and_costs_no_packet():
    phone = IcePhone()
    expect(phone.call("600", send=numbered_frames()) == 200, "600 answers")
    phone.check()
    time.sleep(0.7)
    before = phone.login
    phone.ufrag, phone.pwd = "phone2", "phoneHasAnotherPasswordNow"
    phone.offer_answered.clear()
    phone.request("INVITE", phone.remote_target or phone.to, phone.sdp())
    expect(phone.offer_answered.wait(3), "the re-INVITE is answered")
    expect(phone.login[0] != before[0] and phone.login[1] != before[1], "with another login")
    time.sleep(0.3)
    phone.check()
    time.sleep(0.7)
    expect(phone.answered(binding(before[0] + ":x", before[1])) == 401, "the old one is worth nothing any more")
    gap = phone.longest_gap(1.5)
    phone.hang_up()
    expect(gap < 0.1, "and the echo never stopped: %.3f s" % gap)


@case
def without_ice_on_both_sides_all_is_as_ever():
    lines = ["a=ice-ufrag:phone1", "a=ice-pwd:phoneHas22CharactersOrSo"]
    for phone, mismatch, what in (
            (Phone(), False, "no ICE"),
            (IcePhone(["a=x"], "127.0.0.1"), False, "no ICE but rtcp-mux"),
            (IcePhone(lines + ["a=candidate:1 1 UDP 99 127.0.0.1 9999 typ host"], "127.0.0.1"), True, "a mismatch")):
        expect(phone.call("600", send=tone(440)) == 200, "600 answers " + what)
        expect("a=ice-ufrag" not in phone.last_sdp, what + ": " + phone.last_sdp)
        expect(("a=ice-mismatch" in phone.last_sdp) == mismatch, what + ": " + phone.last_sdp)
        time.sleep(1)
        heard = level_of(phone.heard()[-4000:], 440)
        phone.hang_up()
        expect(heard > 5000, "an echo with %s: %d" % (what, heard))


@case
def aioice_finds_its_way():
    """An agent of somebody else's, with real candidates, nominating as it likes."""
    try:
        import aioice
    except ImportError:
        print("SKIPPED: python3-aioice is not installed")
        return
    if own_address() is None:
        print("SKIPPED: aioice needs an address that is not loopback; this host has none")
        return
    asyncio.run(echo_by_aioice(aioice))


async def echo_by_aioice(aioice):
    agent = aioice.Connection(ice_controlling=True, components=1, use_ipv6=False)
    await agent.gather_candidates()
    default = agent.get_default_candidate(1)
    lines = ["a=ice-ufrag:" + agent.local_username, "a=ice-pwd:" + agent.local_password]
    lines += ["a=candidate:" + candidate.to_sdp() for candidate in agent.local_candidates]
    phone = IcePhone(lines, default.host)
    offer = phone.sdp
    phone.sdp = lambda: re.sub(r"m=audio \d+", "m=audio %d" % default.port, offer())
    code = await asyncio.get_running_loop().run_in_executor(None, lambda: phone.call("600", send=silence()))
    expect(code == 200, "600 answers: %s" % phone.codes)
    phone.sending.clear()
    agent.remote_username, agent.remote_password = phone.login
    agent.remote_is_lite = True
    for candidate in re.findall(r"^a=candidate:(.+?)\r?$", phone.last_sdp, re.M):
        await agent.add_remote_candidate(aioice.Candidate.from_sdp(candidate))
    await agent.add_remote_candidate(None)
    await asyncio.wait_for(agent.connect(), 10)
    echoed = []
    frames = tone(440)
    for number in range(100):
        await agent.send(struct.pack("!BBHII", 0x80, 0, number, number * 160, 5) + next(frames))
        try:
            echoed.append(await asyncio.wait_for(agent.recv(), 0.02))
        except asyncio.TimeoutError:
            pass
        await asyncio.sleep(0.018)
    await agent.close()
    phone.hang_up()
    heard = level_of(b"".join(data[12:] for data in echoed if data[1] & 0x7F == 0)[-4000:], 440)
    expect(heard > 5000, "what aioice says comes back: %d, %d packets" % (heard, len(echoed)))


if __name__ == "__main__":
    sys.exit(run_with_node([sys.argv[1]], sys.argv[2:]))
