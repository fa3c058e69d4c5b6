#!/usr/bin/env python3
"""transcoding.py — phones that speak other codecs than G.711 call the demo. Usage: transcoding.py RINGBRIDGE [CASE…]"""
import sys
import time

from cases import case, expect, run_with_node
from peer_codecs import Dvi4, G722, G726, G726Aal2, Gsm, Opus, coded_tone, heard_with, level
from phone import Phone, level_of, tone

ALL = (Opus, G722, Gsm, G726, G726Aal2, Dvi4)


def wide_phone(kind, more=()):
    return Phone(codecs=(kind.format,) + tuple(more))


def level_with(kind, phone, frequency, seconds=1.0):
    return level(heard_with(kind(), phone, seconds), frequency, kind.rate)


@case
def an_echo_comes_back_in_every_codec():
    for kind in ALL:
        phone = wide_phone(kind)
        expect(phone.call("600", send=coded_tone(kind(), 1000)) == 200, "600 answers %s" % kind.format)
        time.sleep(1.5)
        heard = level_with(kind, phone, 1000)
        phone.hang_up()
        expect(heard > 4500, "%s: %d" % (kind.format, heard))


@case
def a_prompt_is_heard_in_every_codec():
    for kind in ALL:
        phone = wide_phone(kind)
        expect(phone.call("601") == 200, "601 answers %s" % kind.format)
        time.sleep(2.5)
        samples = heard_with(kind(), phone, 2)
        phone.hang_up()
        loudness = sum(map(abs, samples)) / max(len(samples), 1)
        expect(loudness > 300, "%s: %d" % (kind.format, loudness))
        expect(phone.longest_gap() < 0.06, "%s: a gap of %.0f ms" % (kind.format, phone.longest_gap() * 1000))


@case
def a_room_joins_three_codecs():
    for number in ("60021", "70021", "80021"):
        narrow, opus, g722 = Phone(), wide_phone(Opus), wide_phone(G722)
        expect(narrow.call(number, send=tone(500)) == 200, number + " answers PCMU")
        expect(opus.call(number, send=coded_tone(Opus(), 900)) == 200, number + " answers Opus")
        expect(g722.call(number, send=coded_tone(G722(), 1300)) == 200, number + " answers G.722")
        time.sleep(3)
        heard = {"PCMU": {hz: level_of(narrow.heard(1), hz) for hz in (500, 900, 1300)},
                 "Opus": {hz: level_with(Opus, opus, hz) for hz in (500, 900, 1300)},
                 "G722": {hz: level_with(G722, g722, hz) for hz in (500, 900, 1300)}}
        for phone in (narrow, opus, g722):
            phone.hang_up()
        own = {"PCMU": 500, "Opus": 900, "G722": 1300}
        for who, levels in heard.items():
            for hz, loud in levels.items():
                right = loud < 300 if own[who] == hz else 4000 < loud < 8000
                expect(right, "%s: %s hears %d Hz at %d" % (number, who, hz, loud))


@case
def the_far_side_is_dialled_in_opus_and_in_g722():
    for number, kind in (("921234", Opus), ("931234", G722)):
        caller, callee = Phone(), wide_phone(kind)
        taker = callee.wait_for_call(6060, send=coded_tone(kind(), 900))
        expect(caller.call(number, send=tone(500)) == 200, number + " is answered")
        taker.join()
        time.sleep(2.5)
        at_caller, at_callee = level_of(caller.heard(1), 900), level_with(kind, callee, 500)
        caller.hang_up()
        callee.ended.wait(3)
        callee.close()
        expect(at_caller > 4000, "%s: the caller hears %d" % (number, at_caller))
        expect(at_callee > 4000, "%s: the callee hears %d" % (number, at_callee))
        expect(" %s\r\n" % kind.format.split()[1] in callee.invite, callee.invite)
        if kind is Opus:
            expect("useinbandfec=1" in callee.invite and "telephone-event/48000" in callee.invite, callee.invite)


@case
def a_phone_may_change_over_to_another_format_it_offered():
    phone = wide_phone(Opus)
    phone.codecs = ("0 PCMU/8000", Opus.format)
    expect(phone.call("600", send=tone(500)) == 200, "600 answers")
    time.sleep(1)
    expect(level_of(phone.heard(0.5), 500) > 4500, "the echo in PCMU")
    phone.codecs, phone.source = (Opus.format,), coded_tone(Opus(), 900)
    time.sleep(1.5)
    heard = level_with(Opus, phone, 900, 0.5)
    phone.hang_up()
    expect(heard > 4500, "the echo in Opus, without a re-INVITE: %d" % heard)


@case
def opus_comes_in_packets_as_long_as_asked_for():
    for ms in (10, 20, 40, 60):
        listener, speaker = wide_phone(Opus), Phone()
        listener.ptime = ms
        expect(listener.call("80024", send=coded_tone(Opus(), 900, amplitude=0)) == 200, "80024 answers %d ms" % ms)
        expect(speaker.call("80024", send=tone(500)) == 200, "80024 answers the speaker")
        time.sleep(2)
        times = sorted(packet[3] for packet in list(listener.received) if packet[1] == 111)[-10:]
        heard = level_with(Opus, listener, 500)
        for phone in (listener, speaker):
            phone.hang_up()
        steps = {(later - earlier) // 48 for earlier, later in zip(times, times[1:])}
        expect(steps == {ms}, "asked for %d ms and was sent %s" % (ms, steps))
        expect(heard > 4500, "%d ms: heard at %d" % (ms, heard))


@case
def a_prompt_in_opus_has_no_more_bits_than_the_phone_wants():
    for wanted, most in (("maxaveragebitrate=12000", 14), ("maxplaybackrate=8000;maxaveragebitrate=20000", 23), ("", 40)):
        phone = wide_phone(Opus)
        without = phone.sdp
        phone.sdp = lambda: without() + "a=fmtp:111 useinbandfec=1;%s\r\n" % wanted
        expect(phone.call("601") == 200, "601 answers")
        time.sleep(2.5)
        packets = [packet[4] for packet in list(phone.received)]
        samples = heard_with(Opus(), phone, 2)
        phone.hang_up()
        spent = sum(map(len, packets)) * 8 / 20 / len(packets)  # kbit/s
        expect(spent < most, "%s: %.1f kbit/s" % (wanted, spent))
        narrow = all(packet[0] >> 3 < 4 for packet in packets[10:])  # SILK at 8 kHz (RFC 6716 §3.1)
        expect(narrow or "rate=8000" not in wanted, "%s: no more than it plays" % wanted)
        expect(sum(map(abs, samples)) / max(len(samples), 1) > 300, "%s: it is heard" % wanted)


@case
def every_pair_of_codecs_is_translated():
    """Two at a time in one room: each hears the other's tone and not its own."""
    for i, one in enumerate(ALL):
        for other in ALL[i + 1:]:
            phones = [wide_phone(one), wide_phone(other)]
            for phone, kind, frequency in zip(phones, (one, other), (500, 900)):
                expect(phone.call("60023", send=coded_tone(kind(), frequency)) == 200, "60023 answers " + kind.format)
            time.sleep(1.6)
            heard = [[level_with(kind, phone, frequency, 0.8) for frequency in (500, 900)]
                     for phone, kind in zip(phones, (one, other))]
            for phone in phones:
                phone.hang_up()
            pair = "%s and %s: %s" % (one.format, other.format, heard)
            expect(heard[0][1] > 3500 and heard[1][0] > 3500, pair)
            expect(heard[0][0] < 600 and heard[1][1] < 600, pair)


@case
def listeners_of_opus_hear_what_one_says():
    listeners = [wide_phone(Opus) for _ in range(3)]
    speaker = Phone()
    for phone in listeners:
        expect(phone.call("80022", send=coded_tone(Opus(), 900, amplitude=0)) == 200, "80022 answers")
    expect(speaker.call("80022", send=tone(500)) == 200, "80022 answers the speaker")
    time.sleep(2.5)
    heard = [level_with(Opus, phone, 500) for phone in listeners]
    gaps = [phone.longest_gap(2) for phone in listeners]
    for phone in listeners + [speaker]:
        phone.hang_up()
    expect(min(heard) > 4500, "at %s" % [int(one) for one in heard])
    expect(max(gaps) < 0.06, "gaps of %s" % gaps)


if __name__ == "__main__":
    sys.exit(run_with_node([sys.argv[1]], sys.argv[2:]))
