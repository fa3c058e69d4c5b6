#!/usr/bin/env python3
"""run.py — calls every number of the demo and listens to what it does. Usage: run.py RINGBRIDGE [CASE…]"""
import itertools
import os
import socket
import struct
import sys
import threading
import time

from cases import case, expect, run_with_node
from phone import Phone, level_of, loudness, numbered_frames, silence, tone


@case
def echo_600_returns_every_byte():
    phone = Phone()
    expect(phone.call("600", send=numbered_frames()) == 200, "600 answers")
    time.sleep(2)
    frames = [packet[4] for packet in phone.received]
    phone.hang_up()
    numbers = [int.from_bytes(frame[:4], "big") for frame in frames]
    expect(len(numbers) > 80, "two seconds come back, got %d packets" % len(numbers))
    expect(numbers == list(range(numbers[0], numbers[0] + len(numbers))), "in order, none missing, none twice")
    expect(all(frame[4:] == b"\xff" * 156 for frame in frames), "byte for byte")


@case
def echo_600_by_ipv6_and_alaw():
    phone = Phone(host="::1", codecs=("8 PCMA/8000",))
    expect(phone.call("600", send=numbered_frames()) == 200, "600 answers on ::1")
    time.sleep(1)
    phone.hang_up()
    expect(len(phone.received) > 35, "echo by IPv6")
    expect(all(packet[1] == 8 for packet in phone.received), "in A-law")


@case
def echo_600_of_wide_audio():
    phone = Phone(codecs=("96 L16/48000",))
    frames = (number.to_bytes(4, "big") * 480 for number in itertools.count())
    expect(phone.call("600", send=frames) == 200, "600 answers to L16 at 48 kHz")
    time.sleep(1)
    phone.hang_up()
    expect(len(phone.received) > 35, "frames of 1,920 bytes come back: %d" % len(phone.received))
    expect(all(len(packet[4]) == 1920 for packet in phone.received), "whole")


@case
def media_by_ipv6_for_a_call_by_ipv4():
    phone = Phone()
    phone.rtp.close()
    phone.rtp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    phone.rtp.bind(("::1", 0))
    phone.rtp.settimeout(0.1)
    phone.sdp = lambda: ("v=0\r\no=test 1 1 IN IP6 ::1\r\ns=-\r\nc=IN IP6 ::1\r\nt=0 0\r\n"
                         "m=audio %d RTP/AVP 0\r\n" % phone.rtp.getsockname()[1])
    expect(phone.call("600", send=numbered_frames()) == 200, "600 answers")
    time.sleep(1)
    peer = phone.peer
    phone.hang_up()
    expect(peer[0] == "::1", "the answer names an address of the same family: %s" % peer[0])
    expect(len(phone.received) > 35, "echo: %d packets" % len(phone.received))


@case
def prompt_601_plays_over_and_over():
    phone = Phone()
    expect(phone.call("601") == 200, "601 answers")
    time.sleep(3)
    audio = phone.heard()
    gap = phone.longest_gap()
    phone.hang_up()
    expect(len(audio) > 2.5 * 8000, "continuous, got %d bytes" % len(audio))
    expect(loudness(audio) > 200, "speech is heard: %d" % loudness(audio))
    expect(gap < 0.08, "without a gap: %.3f s" % gap)


@case
def music_602_is_the_same_for_all():
    first, second = Phone(), Phone()
    expect(first.call("602") == 200 and second.call("602") == 200, "602 answers")
    time.sleep(3)
    first.heard_once_loud()
    heard = first.heard(1.5), second.heard(1.5)
    first.hang_up(), second.hang_up()
    expect(loudness(heard[0]) > 100, "music is heard: %d" % loudness(heard[0]))
    expect(heard[0][4000:6400] in heard[1] or heard[1][4000:6400] in heard[0], "both hear the same position")


@case
def menu_603_echo():
    phone = Phone()
    expect(phone.call("603", send=tone(440)) == 200, "603 answers")
    expect(loudness(phone.heard_once_loud()) > 100, "the menu is read")
    phone.press("1")
    time.sleep(1.5)
    heard = phone.heard(0.8)
    phone.hang_up()
    expect(level_of(heard, 440) > 4000, "1 is echo: %d" % level_of(heard, 440))


@case
def menu_603_takes_keys_by_info():
    phone = Phone()
    expect(phone.call("603", send=tone(440)) == 200, "603 answers")
    time.sleep(0.5)
    phone.press_by_info("1")
    time.sleep(1.5)
    heard = phone.heard(0.8)
    phone.hang_up()
    expect(level_of(heard, 440) > 4000, "1 is echo: %d" % level_of(heard, 440))


@case
def menu_603_wrong_key_and_bye():
    phone = Phone()
    expect(phone.call("603") == 200, "603 answers")
    time.sleep(0.5)
    phone.press("7")
    time.sleep(1)
    expect(not phone.ended.is_set(), "a wrong key does not end the call")
    expect(loudness(phone.heard(0.8)) > 100, "it is told")
    time.sleep(1.5)
    phone.press("9")
    expect(phone.ended.wait(5), "9 says goodbye and hangs up")
    phone.close()


@case
def menu_603_leads_to_the_room():
    talker, listener = Phone(), Phone()
    expect(talker.call("603", send=tone(500)) == 200, "603 answers")
    expect(listener.call("60001") == 200, "the room answers")
    time.sleep(0.5)
    talker.press("2")
    time.sleep(1.5)
    heard = listener.heard(0.8)
    talker.hang_up(), listener.hang_up()
    expect(level_of(heard, 500) > 4000, "2 is room 60001: %d" % level_of(heard, 500))


@case
def prompt_604_hangs_up():
    phone = Phone()
    expect(phone.call("604") == 200, "604 answers")
    began = time.monotonic()
    expect(phone.ended.wait(6), "604 hangs up")
    lasted = phone.ended_at - began
    phone.close()
    expect(1.5 < lasted < 3, "after two seconds: %.2f" % lasted)


@case
def stay_605():
    phone = Phone()
    expect(phone.call("605") == 200, "605 answers")
    time.sleep(1)
    expect(not phone.ended.is_set(), "605 stays")
    phone.hang_up()


@case
def early_media_606():
    phone = Phone()
    expect(phone.call("606", send=tone(600)) == 200, "606 answers in the end")
    codes = [code for code, _ in phone.codes]
    expect(180 in codes and 183 in codes, "after 180 and 183: %s" % codes)
    waited = phone.codes[-1][1] - phone.codes[0][1]
    expect(3.5 < waited < 5, "four seconds later: %.2f" % waited)
    early = b"".join(p[4] for p in phone.received if p[0] < phone.codes[-1][1])
    expect(loudness(early) > 100, "early media is heard: %d" % loudness(early))
    time.sleep(1.5)
    heard = phone.heard(0.8)
    phone.hang_up()
    expect(level_of(heard, 600) > 4000, "then echo")


@case
def keys_607_are_said_back():
    phone = Phone()
    expect(phone.call("607") == 200, "607 answers")
    time.sleep(1)
    phone.press("42#")
    time.sleep(0.3)
    silent_before = len(phone.received)
    time.sleep(1.6)
    audio = b"".join(packet[4] for packet in phone.received[silent_before:])
    phone.hang_up()
    expect(loudness(audio) > 200, "digits are said: %d" % loudness(audio))


@case
def record_608_plays_back():
    phone = Phone()

    def spoken():
        for frame in itertools.islice(tone(700), 100):
            yield frame
        yield from silence()

    expect(phone.call("608", send=spoken()) == 200, "608 answers")
    expect(phone.ended.wait(12), "it plays back and hangs up")
    levels = [level_of(b"".join(p[4] for p in phone.received[i:i + 10]), 700) for i in range(0, len(phone.received), 10)]
    phone.close()
    expect(max(levels, default=0) > 4000, "what was said is heard: %d" % max(levels, default=0))


@case
def nothing_3999():
    phone = Phone()
    expect(phone.call("3999") == 404, "3999 is 404")
    phone.close()


def room(number, tones):
    phones = [Phone() for _ in tones]
    for phone, frequency in zip(phones, tones):
        expect(phone.call(number, send=tone(frequency)) == 200, number + " answers")
    time.sleep(3)
    heard = [phone.heard(1) for phone in phones]
    for phone in phones:
        phone.hang_up()
    for own, audio in zip(tones, heard):
        others = [level_of(audio, other) for other in tones if other != own]
        expect(min(others) > 0.8 * 6000 and max(others) < 1.2 * 6000, "everybody is heard: %s" % others)
        expect(level_of(audio, own) < 60, "%d does not hear itself: %d" % (own, level_of(audio, own)))


@case
def rooms_mix_at_three_rates():
    for number in ("60002", "70002", "80002"):
        room(number, (400, 620, 890))


@case
def bridge_9_connects_two_phones():
    for number in ("90001", "910001"):
        caller = Phone(codecs=("0 PCMU/8000", "8 PCMA/8000"))
        callee = Phone(codecs=("0 PCMU/8000", "8 PCMA/8000") if number == "90001" else ("8 PCMA/8000",))
        taker = callee.wait_for_call(6060, send=numbered_frames())
        expect(caller.call(number, send=tone(500)) == 200, number + " is answered")
        taker.join()
        time.sleep(2)
        to_caller, to_callee = list(caller.received), list(callee.received)
        caller.hang_up()
        expect(callee.ended.wait(3), "the callee is hung up on too")
        callee.close()
        expect(("PCMA" if number == "910001" else "PCMU") in callee.invite, "offered codec")
        expect(len(to_callee) > 60 and len(to_caller) > 60, "both ways: %d %d" % (len(to_callee), len(to_caller)))


@case
def bridge_9_plays_music_to_who_is_on_hold():
    caller, callee = Phone(), Phone()
    taker = callee.wait_for_call(6060, send=silence())
    expect(caller.call("90001", send=tone(700)) == 200, "90001 is answered")
    taker.join()
    time.sleep(1.5)
    before = level_of(callee.heard(0.5), 700)
    expect(caller.offer(caller.sdp() + "a=sendonly\r\n") == 200, "hold is accepted")
    time.sleep(2)
    held, to_caller = callee.heard_once_loud(), len(caller.received)
    expect(caller.offer(caller.sdp()) == 200, "and its end")
    time.sleep(1.5)
    back = level_of(callee.heard(0.5), 700)
    caller.hang_up()
    callee.close()
    expect(before > 4000 and back > 4000, "speech before and after: %d, %d" % (before, back))
    expect(level_of(held, 700) < 300 and loudness(held) > 50, "music meanwhile: %d" % loudness(held))
    expect(len(caller.received) > to_caller, "and the caller is spoken to again")


@case
def bridge_9_passes_a_refusal_on():
    for code, reason in ((486, "Busy Here"), (404, "Not Found"), (480, "Temporarily Unavailable")):
        caller, callee = Phone(), Phone()
        callee.move_to(6060)
        callee.sip.settimeout(5)

        def refuse():
            text, source = callee.sip.recvfrom(65535)
            callee.reply(text.decode(), source, code, reason=reason)

        taker = threading.Thread(target=refuse)
        taker.start()
        got = caller.call("90001")
        taker.join()
        caller.close(), callee.close()
        expect(got == code, "%d is told as it is, not as %d" % (code, got))


@case
def cancel_while_ringing():
    phone = Phone()
    result = []
    thread = threading.Thread(target=lambda: result.append(phone.call("606", timeout=8)))
    thread.start()
    time.sleep(1)
    phone.cancel()
    thread.join()
    phone.close()
    expect(200 in [c for c, _ in phone.codes] or result == [487], "CANCEL ends in 487: %s" % phone.codes)


@case
def a_fax_is_refused_and_the_call_goes_on():
    phone = Phone()
    expect(phone.call("600", send=tone(600)) == 200, "600 answers")
    audio = phone.sdp().split("m=audio")[0]
    t38 = "m=image 4000 udptl t38\r\na=T38FaxVersion:0\r\na=T38MaxBitRate:14400\r\na=T38FaxRateManagement:transferredTCF\r\n"
    expect(phone.offer(audio + t38) == 488, "T.38 is refused: %s" % phone.codes)
    time.sleep(1)
    expect(level_of(phone.heard(0.5), 600) > 4000, "and the echo goes on")
    expect(phone.offer(phone.sdp() + t38) == 200, "beside audio")
    expect("m=image 0 " in phone.last_sdp, "it is refused by its port: " + phone.last_sdp)
    time.sleep(1)
    expect(level_of(phone.heard(0.5), 600) > 4000, "and the audio goes on")
    phone.hang_up()


def stolen_by(socket_of_thief):
    """What the node has sent to somebody it should not send to."""
    socket_of_thief.settimeout(0.5)
    try:
        return socket_of_thief.recv(2048)
    except (socket.timeout, ConnectionRefusedError):
        return None


@case
def strangers_are_neither_heard_nor_sent_to():
    phone, stranger = Phone(), Phone()
    expect(phone.call("600", send=numbered_frames()) == 200, "600 answers")
    time.sleep(0.5)
    for _ in range(50):
        stranger.rtp.sendto(stranger.packet(0, b"\x00" * 160, stranger.timestamp), phone.peer)
        stranger.timestamp += 160
        time.sleep(0.005)
    stolen = stolen_by(stranger.rtp)
    injected = [packet for packet in phone.received if packet[4] == b"\x00" * 160]
    phone.hang_up()
    stranger.close()
    expect(stolen is None, "the node sent to a stranger")
    expect(not injected, "the stranger was heard %d times" % len(injected))


@case
def who_knows_the_stream_is_not_heard_either():
    """rtp-inject: its SSRC, sequence and timestamp, ahead of it, from another port and another address."""
    phone = Phone()
    expect(phone.call("600", send=numbered_frames()) == 200, "600 answers")
    time.sleep(0.5)
    thieves = [Phone().rtp, Phone("127.0.0.7").rtp]
    for number in range(100):
        ahead = struct.pack("!BBHII", 0x80, 0, phone.sequence + 1 & 0xFFFF, phone.timestamp + 160 & 0xFFFFFFFF, phone.ssrc)
        for thief in thieves:
            for attack in (ahead + b"\x00" * 160, ahead, b"\x80", ahead + bytes(65507 - 12)):
                thief.sendto(attack, phone.peer)
        time.sleep(0.01)
    stolen = [thief for thief in thieves if stolen_by(thief)]
    heard = [packet[4] for packet in phone.received]
    phone.hang_up()
    expect(not stolen, "nothing is sent to them")
    expect(len(heard) > 50 and all(frame[4:] == b"\xff" * 156 for frame in heard),
           "the echo goes on with what was said and nothing else: %d" % len(heard))


@case
def probes_of_every_port_steal_no_audio():
    """rtp-bleed, before the phone has said a word and while it speaks."""
    phone = Phone()
    stream, phone.stream = phone.stream, lambda: None
    expect(phone.call("601") == 200, "601 answers")
    thieves = [Phone().rtp, Phone("127.0.0.7").rtp]

    def probe():
        for number in range(8):  # more than the probation of a new source
            for port in range(phone.peer[1] - 100, phone.peer[1] + 101):
                for thief in thieves:
                    thief.sendto(struct.pack("!BBHII", 0x80, 0, number, number * 160, 77) + b"\xff" * 160,
                                 ("127.0.0.1", port))
        return [thief for thief in thieves if stolen_by(thief)]

    expect(not probe(), "nobody is answered before the phone has spoken")
    threading.Thread(target=stream, daemon=True).start()
    time.sleep(0.3)
    expect(not probe(), "nor after")
    phone.received.clear()
    time.sleep(1)
    heard = len(phone.received)
    phone.hang_up()
    expect(heard > 40, "and the phone is played to: %d" % heard)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    sys.exit(run_with_node([sys.argv[1]], sys.argv[2:]))
