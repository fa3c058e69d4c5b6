#!/usr/bin/env python3
"""rooms.py — rooms, menus and recordings as callers hear them, and as their files are. Usage: rooms.py RINGBRIDGE [CASE…]

The node runs with the demo's configuration but for the files written here, in a directory of its own.
"""
import glob
import json
import math
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import wave

from cases import case, expect, run_with_node
from phone import Phone, level_of, level_of_linear, linear_tone, longest_silence, loudness, silence, tone

NODE = sys.argv[1]
DIRECTORY = tempfile.mkdtemp(prefix="ringbridge-rooms-")
RECORDINGS = os.path.join(DIRECTORY, "recordings")
SOUNDS = os.path.join(DIRECTORY, "sounds")

EXTENSIONS = """
[demo]
exten => 10,1,ConfBridge(ten,,pin,keys)
 same => n,Playback(still-here)
exten => 11,1,ConfBridge(ten,,plain,keys)
exten => 12,1,ConfBridge(twelve,recorded,plain)
exten => 13,1,ConfBridge(thirteen,,named)
exten => 14,1,ConfBridge(fourteen,,plain)
exten => 15,1,ConfBridge(fifteen,apart,plain)
exten => 20,1,MixMonitor(call.wav,r(in)t(out))
 same => n,Dial(PJSIP/1@peer-ulaw,20)
exten => 21,1,Dial(PJSIP/1@peer-ulaw,20)
exten => 40,1,ChanSpy(PJSIP/anon,q)
exten => 41,1,ChanSpy(PJSIP/anon,qw)
exten => 30,1,Playback(still-here)
 same => n,Hangup()
exten => 31,1,Read(KEYS,still-here,4,,1,2)
 same => n,SendDTMF(${KEYS},60,100)
 same => n,Wait(2)

[aside]
exten => s,1,Read(KEY,still-here,1,,1,2)
 same => n,SayDigits(${KEY})
 same => n,Return()
exten => out,1,Hangup()
"""

CONFBRIDGE = """
[pin]
type=user
pin=4711
announce_only_user=no
[plain]
type=user
quiet=yes
[named]
type=user
announce_join_leave=yes
announce_only_user=no
[recorded]
type=bridge
record_conference=yes
record_file=room.wav
record_file_timestamp=no
[apart]
type=bridge
record_tracks=yes
record_file=talk.wav
[keys]
type=menu
1=toggle_mute
2=leave_conference
3=dialplan_exec(aside,s,1)
4=dialplan_exec(aside,out,1)
"""


def configure(node):
    demo = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../control/demo")
    for path in glob.glob(os.path.join(demo, "*.conf")):
        shutil.copy(path, DIRECTORY)
    os.makedirs(SOUNDS)
    os.makedirs(RECORDINGS)
    for path in glob.glob("/usr/share/asterisk/sounds/en_US_f_Allison/*.wav"):
        shutil.copy(path, SOUNDS)
    write_tone("still-here", 1000, 1.0)
    with open(os.path.join(DIRECTORY, "extensions.conf"), "w") as file:
        file.write(EXTENSIONS)
    with open(os.path.join(DIRECTORY, "confbridge.conf"), "w") as file:
        file.write(CONFBRIDGE)
    with open(os.path.join(DIRECTORY, "ringbridge.conf"), "w") as file:
        file.write("[paths]\nsounds = %s\nrecordings = %s\n" % (SOUNDS, RECORDINGS))
    return [node, "--config", DIRECTORY]


def write_tone(name, frequency, seconds):
    samples = [int(8000 * math.sin(2 * math.pi * frequency * i / 8000)) for i in range(int(seconds * 8000))]
    path = os.path.join(SOUNDS, name + ".wav")
    with wave.open(path + ".new", "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(struct.pack("<%dh" % len(samples), *samples))
    os.replace(path + ".new", path)


def eventually(so, seconds=5):
    """Waits until it is so; a busy machine takes its time."""
    until = time.monotonic() + seconds
    while not so() and time.monotonic() < until:
        time.sleep(0.05)
    return so()


def rbctl(*words):
    program = os.path.join(os.path.dirname(os.path.abspath(NODE)), "rbctl")
    told = subprocess.run([program, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return told.stdout


def room_rate(name):
    told = rbctl("room", name)
    found = re.search(r"rate\s+(\d+) Hz", told)
    return found.group(1) if found else told


def technologies():
    """How many bridges there are of each."""
    return {name: int(count) for name, count in re.findall(r"bridges\.(native_rtp|simple_bridge|softmix)\s+(\d+)",
                                                           rbctl("stats", "--all"))}


def read_wave(name, seconds):
    """The samples of a recording, once it has been closed and is as long as it should be."""
    path = os.path.join(RECORDINGS, name)

    def samples():
        try:
            with wave.open(path, "rb") as file:
                return struct.unpack("<%dh" % file.getnframes(), file.readframes(file.getnframes()))
        except (OSError, EOFError, wave.Error):
            return ()

    expect(eventually(lambda: len(samples()) >= seconds * 8000), "%s: %d samples" % (name, len(samples())))
    return samples()


def tone_in(samples, frequency):
    """Amplitude of one frequency, over whole tenths of a second."""
    samples = samples[:len(samples) // 800 * 800]
    real = sum(s * math.cos(2 * math.pi * frequency * i / 8000) for i, s in enumerate(samples))
    imaginary = sum(s * math.sin(2 * math.pi * frequency * i / 8000) for i, s in enumerate(samples))
    return 2 * math.hypot(real, imaginary) / max(len(samples), 1)


@case
def pin_menu_and_the_way_out():
    guest, other = Phone(), Phone()
    expect(guest.call("10", send=tone(500)) == 200, "10 answers")
    time.sleep(1)
    expect(loudness(guest.heard(0.8)) > 100, "the PIN is asked for")
    guest.press("4712#")
    time.sleep(1)
    expect(loudness(guest.heard(0.8)) > 100, "a wrong one is told")
    guest.press("4711#")
    expect(other.call("11") == 200, "11 answers")
    expect(eventually(lambda: level_of(other.heard(0.8), 500) > 4000), "the guest is in")
    guest.press("1")
    expect(eventually(lambda: level_of(other.heard(0.6), 500) < 100), "1 mutes")
    time.sleep(2)  # until that has been told
    guest.press("2")
    led_out = eventually(lambda: level_of(guest.heard(0.5), 1000) > 1000)
    guest.hang_up(), other.hang_up()
    expect(led_out, "2 leads out, and the plan goes on")


@case
def a_menu_runs_the_plan_beside_the_room():
    anna, berta, carla = Phone(), Phone(), Phone()
    for phone, frequency in ((anna, 500), (berta, 700), (carla, 900)):
        expect(phone.call("11", send=tone(frequency)) == 200, "11 answers")
    expect(eventually(lambda: level_of(anna.heard(0.5), 700) > 4000), "they hear each other")
    anna.press("3")
    expect(eventually(lambda: level_of(anna.heard(0.4), 1000) > 1000, 2), "the plan plays to her")
    time.sleep(0.5)
    expect(level_of(anna.heard(0.3), 700) < 100, "who is out of the mix")
    expect(level_of(berta.heard(0.3), 500) < 100, "and not in it")
    expect(level_of(berta.heard(0.3), 900) > 4000, "that goes on")
    expect(re.search(r"members +3\b", rbctl("room", "ten")), rbctl("room", "ten"))
    time.sleep(1)
    anna.press("5")
    expect(eventually(lambda: level_of(berta.heard(0.5), 500) > 4000), "Return() leads back")
    expect(eventually(lambda: level_of(anna.heard(0.5), 900) > 4000), "to all of them")
    anna.press("4")
    expect(anna.ended.wait(3), "Hangup() ends the call")
    expect(eventually(lambda: level_of(berta.heard(0.5), 500) < 100), "and is heard as that")
    expect(level_of(carla.heard(0.5), 700) > 4000, "the others stay")
    anna.close(), berta.hang_up(), carla.hang_up()


@case
def names_are_said_to_the_room():
    first, second = Phone(), Phone()
    names = os.path.join(RECORDINGS, "confbridge/name-*")
    for count, (phone, sound) in enumerate(((first, silence()), (second, tone(600))), 1):
        expect(phone.call("13", send=sound) == 200, "13 answers")
        expect(eventually(lambda: len(glob.glob(names)) == count, 8), "a name is recorded")
        time.sleep(1)
        phone.source = silence()  # what is heard later is the recording
        phone.press("#")
    heard = eventually(lambda: level_of(first.heard(0.4), 600) > 2000, 4)
    first.hang_up(), second.hang_up()
    expect(heard, "the name is heard")
    expect(eventually(lambda: not glob.glob(names)), "and deleted")


@case
def a_room_is_recorded():
    phones = [Phone(), Phone()]
    for phone, frequency in zip(phones, (500, 900)):
        expect(phone.call("12", send=tone(frequency)) == 200, "12 answers")
    time.sleep(3)
    for phone in phones:
        phone.hang_up()
    middle = read_wave("room.wav", 2.5)[8000:16000]
    expect(tone_in(middle, 500) > 4000 and tone_in(middle, 900) > 4000, "both are in it")


@case
def each_member_is_recorded_apart():
    anna, berta = Phone(), Phone()
    expect(anna.call("15", send=tone(500)) == 200, "15 answers")
    time.sleep(1)
    expect(berta.call("15", send=tone(900)) == 200, "15 answers")
    time.sleep(2)
    expect("yes" in re.search(r"recorded +(.*)", rbctl("room", "fifteen")).group(1), rbctl("room", "fifteen"))
    anna.hang_up(), berta.hang_up()
    found = glob.glob(os.path.join(RECORDINGS, "talk-*", "timeline.json"))
    expect(len(found) == 1, "a timeline: %s" % os.listdir(RECORDINGS))

    def timeline():
        with open(found[0]) as file:
            return json.load(file)

    expect(eventually(lambda: timeline()["ended_ms"] is not None), "it ends")
    tracks, directory = timeline()["tracks"], os.path.basename(os.path.dirname(found[0]))
    expect([track["track"] for track in tracks] == [1, 2], "two tracks: %s" % tracks)
    first, second = [read_wave(os.path.join(directory, track["file"]), 2.5) for track in tracks]
    expect(tone_in(first[12000:20000], 500) > 4000 and tone_in(first[12000:20000], 900) < 60, "the first is Anna's")
    expect(tone_in(second[12000:20000], 900) > 4000 and tone_in(second[12000:20000], 500) < 60, "the second Berta's")
    begin = next(i for i, sample in enumerate(second) if sample != 0) / 8
    joined = tracks[1]["joined_ms"]
    expect(abs(begin - joined) < 200, "silence until she came: %d ms, joined after %d ms" % (begin, joined))
    told = [event["event"] for event in timeline()["events"] if event["track"] == 2]
    expect(told == ["join", "talk_start", "talk_stop", "leave"], "what she did: %s" % told)


@case
def a_recording_is_begun_and_ended_by_hand():
    phones = [Phone(), Phone()]
    for phone, frequency in zip(phones, (500, 900)):
        expect(phone.call("14", send=tone(frequency)) == 200, "14 answers")
    time.sleep(1)
    expect("is recorded" in rbctl("record", "start", "fourteen", "asked.wav"), "the mix is recorded")
    expect("member apart" in rbctl("record", "tracks", "fourteen", "apart.wav"), "and the members")
    expect("is being recorded" in rbctl("confbridge", "record", "start", "fourteen"), "not twice")
    time.sleep(2)
    expect("any more" in rbctl("record", "stop", "fourteen"), "it ends")
    mix = read_wave("asked.wav", 1.8)
    time.sleep(1)
    tracks = [read_wave(os.path.relpath(path, RECORDINGS), 1.8)
              for path in sorted(glob.glob(os.path.join(RECORDINGS, "apart", "0*.wav")))]
    for phone in phones:
        phone.hang_up()
    expect(len(tracks) == 2, "two tracks")
    apart = max(abs(sum(samples) - samples_mixed) for *samples, samples_mixed in zip(*tracks, mix))
    expect(apart <= 1, "they are the mix: %d apart" % apart)
    expect(tone_in(mix[4000:12000], 500) > 4000, "in which both are heard")


@case
def a_recording_pauses_and_falls_silent():
    phones = [Phone(), Phone()]
    for phone, frequency in zip(phones, (500, 900)):
        expect(phone.call("14", send=tone(frequency)) == 200, "14 answers")
    expect("is not recorded" in rbctl("record", "pause", "fourteen"), "there is nothing to pause yet")
    expect(eventually(lambda: level_of(phones[0].heard(0.3), 900) > 4000), "they hear each other")
    expect("is recorded" in rbctl("record", "start", "fourteen", "flow.wav"), "the mix is recorded")
    for command, told in (("pause", "pauses"), ("resume", "goes on"), ("mute", "is silent"), ("resume", "goes on")):
        time.sleep(1)
        expect(told in rbctl("record", command, "fourteen"), command)
    time.sleep(1)
    rbctl("record", "stop", "fourteen")
    mix = read_wave("flow.wav", 3.5)
    for phone in phones:
        phone.hang_up()
    expect(3.6 < len(mix) / 8000 < 4.6, "four of five seconds: %.1f" % (len(mix) / 8000))
    pieces = [tone_in(mix[i:i + 800], 500) for i in range(0, len(mix) - 800, 800)]
    quiet = sum(piece < 50 for piece in pieces)
    expect(8 <= quiet <= 12, "one of them silent: %s" % [round(piece) for piece in pieces])


@case
def who_leads_is_told_and_a_volume_is_set_while_they_talk():
    anna, berta = Phone(), Phone()
    expect(anna.call("14", send=tone(500)) == 200, "14 answers")
    time.sleep(1)
    calls = json.loads(rbctl("calls", "--json"))
    identity = calls[-1]["id"]
    expect(berta.call("14") == 200, "14 answers")
    told = eventually(lambda: re.search(r"speaker +%s, 1 changes" % re.escape(identity), rbctl("room", "fourteen")))
    expect(told, rbctl("room", "fourteen"))
    expect(eventually(lambda: level_of(berta.heard(0.5), 500) > 5000), "she is heard")
    reply = rbctl("dialplan", "set", "chanvar", identity, "VOLUME(RX)", "-4")
    expect("is -4" in reply, reply)
    softer = eventually(lambda: 1300 < level_of(berta.heard(0.5), 500) < 1700)
    anna.hang_up(), berta.hang_up()
    expect(softer, "a quarter as loud")


def members_of(room):
    """The ids of its members, in order of their calls."""
    calls = [call["id"] for call in json.loads(rbctl("calls", "--json")) if call["room"] == room]
    return sorted(calls, key=lambda identity: int(identity.split(".")[-1]))


def levels(phones, tones):
    """Who hears which tone: a row of + and - for each phone."""
    heard = [phone.heard(0.5) for phone in phones]
    return ["".join("+" if level_of(samples, hz) > 3000 else "-" for hz in tones) for samples in heard]


@case
def exceptions_of_who_hears_whom():
    tones = (500, 900, 1300)
    phones = [Phone() for _ in tones]
    for phone, hz in zip(phones, tones):
        expect(phone.call("14", send=tone(hz)) == 200, "14 answers")
    expect(eventually(lambda: len(members_of("fourteen")) == 3), "three members")
    ids = members_of("fourteen")

    def become(*truth):
        expect(eventually(lambda: levels(phones, tones) == list(truth)), "%s, not %s" % (levels(phones, tones), truth))

    become("-++", "+-+", "++-")
    expect("does not hear" in rbctl("unhear", "fourteen", ids[0], ids[2]), "the first does not hear the third")
    become("-+-", "+-+", "++-")
    expect("all members" in rbctl("hear", "fourteen", ids[0], ids[2]), "she does again")
    expect("whispers" in rbctl("whisper", "fourteen", ids[2], ids[1]), "the third whispers to the second")
    become("-+-", "+-+", "++-")
    expect("whispers" in rbctl("hearing", "fourteen"), rbctl("hearing", "fourteen"))
    rbctl("speak", "fourteen", ids[2])
    become("-++", "+-+", "++-")
    for phone in phones:
        phone.hang_up()


def expect_no_gap(phone, seconds, what):
    """Neither a packet missing for 60 ms nor 60 ms of silence, in the last seconds."""
    gap = phone.longest_gap(seconds)
    expect(gap < 0.06, "%s: %.0f ms without a packet" % (what, gap * 1000))
    samples = phone.heard_samples(seconds)
    expect(len(samples) > 7000 * seconds, "%s: %d samples" % (what, len(samples)))
    silent = longest_silence(samples)
    expect(silent < 0.06, "%s: %.0f ms of silence" % (what, silent * 1000))


@case
def a_room_follows_its_best_codec():
    anna, berta = Phone(), Phone()
    wide = [Phone(codecs=("118 L16/16000",)) for _ in range(2)]
    expect(anna.call("14", send=tone(500)) == 200 and berta.call("14", send=tone(900)) == 200, "14 answers")
    time.sleep(1.5)
    expect(room_rate("fourteen") == "8000", "two narrow-band phones: %s Hz" % room_rate("fourteen"))
    expect(wide[0].call("14", send=linear_tone(6000, 16000)) == 200, "14 answers a wideband phone")
    expect(wide[1].call("14", send=linear_tone(5000, 16000)) == 200, "and another")
    time.sleep(1.5)
    expect_no_gap(anna, 2.2, "the rate rises")
    expect_no_gap(berta, 2.2, "the rate rises")
    expect(room_rate("fourteen") == "16000", "then: %s Hz" % room_rate("fourteen"))
    heard = wide[1].heard(0.8)
    for phone in wide:
        phone.hang_up()
    expect(level_of_linear(heard, 6000, 16000) > 5000, "6 kHz are heard: %d" % level_of_linear(heard, 6000, 16000))
    expect(level_of_linear(heard, 5000, 16000) < 60, "but not its own tone")
    expect(level_of_linear(heard, 500, 16000) > 4000, "nor are the others lost")
    lowered = eventually(lambda: room_rate("fourteen") == "8000", 15)
    time.sleep(0.5)
    expect_no_gap(anna, 2, "the rate falls")
    expect_no_gap(berta, 2, "the rate falls")
    anna.hang_up(), berta.hang_up()
    expect(lowered, "without them the room is mixed at 8000 Hz again")


@case
def a_bridge_changes_while_they_talk():
    caller, callee = Phone(), Phone()
    taker = callee.wait_for_call(6060, send=tone(900))
    expect(caller.call("21", send=tone(500)) == 200, "21 is answered")
    taker.join()
    expect(eventually(lambda: technologies()["native_rtp"] == 1), "natively: %s" % technologies())
    time.sleep(1)
    expect(caller.change_codec(("118 L16/16000",), linear_tone(500, 16000)), "another codec is agreed")
    expect(eventually(lambda: technologies()["simple_bridge"] == 1), "it is transcoded: %s" % technologies())
    time.sleep(1)
    expect_no_gap(caller, 1.5, "native_rtp to simple_bridge, caller")
    expect_no_gap(callee, 1.5, "native_rtp to simple_bridge, callee")
    expect(caller.change_codec(("0 PCMU/8000",), tone(500)), "the first one is agreed again")
    expect(eventually(lambda: technologies()["native_rtp"] == 1), "native again: %s" % technologies())
    time.sleep(1)
    expect_no_gap(caller, 1.5, "simple_bridge to native_rtp, caller")
    expect_no_gap(callee, 1.5, "simple_bridge to native_rtp, callee")
    caller.hang_up()
    callee.ended.wait(3)
    callee.close()


@case
def one_listens_in_and_another_whispers():
    caller, callee, spy = Phone(), Phone(), Phone()
    taker = callee.wait_for_call(6060, send=tone(900))
    expect(caller.call("21", send=tone(500)) == 200, "21 is answered")
    taker.join()
    expect(spy.call("40", send=tone(1300)) == 200, "40 answers")
    heard = eventually(lambda: level_of(spy.heard(0.5), 500) > 4000 and level_of(spy.heard(0.5), 900) > 4000)
    expect(heard, "both sides are heard")
    time.sleep(1.2)
    expect(max(level_of(phone.heard(0.5), 1300) for phone in (caller, callee)) < 100, "the spy is not")
    expect_no_gap(caller, 1, "spied on")
    spy.hang_up()
    expect(eventually(lambda: technologies()["native_rtp"] == 1), "native again: %s" % technologies())
    coach = Phone()
    expect(coach.call("41", send=tone(1300)) == 200, "41 answers")
    expect(eventually(lambda: level_of(caller.heard(0.5), 1300) > 4000), "the caller hears the coach")
    expect(level_of(caller.heard(0.5), 900) > 4000, "and the callee")
    expect(level_of(callee.heard(0.5), 1300) < 100, "who does not hear the coach")
    coach.hang_up(), caller.hang_up()
    callee.ended.wait(3)
    callee.close()


@case
def a_sound_is_played_to_a_room():
    write_tone("to-all", 1000, 2.0)
    phones = [Phone(), Phone()]
    for phone in phones:
        expect(phone.call("14", send=silence()) == 200, "14 answers")
    expect("is played" in rbctl("play", "fourteen", "to-all"), "a sound is played")
    for phone in phones:
        expect(eventually(lambda: level_of(phone.heard(0.3), 1000) > 4000), "both hear it")
    for phone in phones:
        phone.hang_up()


@case
def what_plays_to_a_room_is_steered():
    write_tone("steered", 1000, 8.0)
    phone = Phone()
    expect(phone.call("14", send=silence()) == 200, "14 answers")
    rbctl("play", "fourteen", "steered")
    expect(eventually(lambda: level_of(phone.heard(0.3), 1000) > 4000), "it is heard")
    expect("pauses" in rbctl("playback", "pause", "fourteen"), "it pauses")
    expect(eventually(lambda: level_of(phone.heard(0.3), 1000) < 100), "silence meanwhile")
    expect("back by 2000 ms" in rbctl("playback", "reverse", "fourteen", "2000"), "it is moved")
    expect("goes on" in rbctl("playback", "resume", "fourteen"), "it goes on")
    expect(eventually(lambda: level_of(phone.heard(0.3), 1000) > 4000), "it is heard again")
    time.sleep(0.4)
    plain = level_of(phone.heard(0.3), 1000)
    expect("-12 dB" in rbctl("playback", "volume", "fourteen", "-12"), "it is made quieter")
    expect(eventually(lambda: level_of(phone.heard(0.3), 1000) < plain / 3), "and is quieter")
    expect("ends" in rbctl("playback", "stop", "fourteen"), "it ends")
    expect(eventually(lambda: level_of(phone.heard(0.3), 1000) < 100), "and is not heard any more")
    phone.hang_up()


@case
def a_full_disk_ends_the_recording_alone():
    if subprocess.call(["mount", "-t", "tmpfs", "-o", "size=32k", "none", RECORDINGS]) != 0:
        print("        skipped: only root can make a disk small")
        return
    phones = [Phone(), Phone()]
    try:
        for phone, frequency in zip(phones, (500, 900)):
            expect(phone.call("12", send=tone(frequency)) == 200, "12 answers")
        time.sleep(5)
        expect(level_of(phones[0].heard(1), 900) > 4000, "the room goes on")
    finally:
        for phone in phones:
            phone.hang_up()
        time.sleep(0.5)
        subprocess.call(["umount", RECORDINGS])


@case
def a_call_is_recorded_both_ways():
    caller, callee = Phone(), Phone()
    taker = callee.wait_for_call(6060, send=tone(900))
    expect(caller.call("20", send=tone(500)) == 200, "20 is answered")
    taker.join()
    time.sleep(3)
    caller.hang_up()
    callee.ended.wait(3)
    callee.close()
    middle = {name: read_wave(name + ".wav", 2.5)[8000:16000] for name in ("call", "in", "out")}
    expect(tone_in(middle["call"], 500) > 4000 and tone_in(middle["call"], 900) > 4000, "both are in one file")
    expect(tone_in(middle["in"], 500) > 4000 and tone_in(middle["in"], 900) < 200, "what the caller says")
    expect(tone_in(middle["out"], 900) > 4000 and tone_in(middle["out"], 500) < 200, "what it hears")


@case
def a_changed_prompt_is_heard_by_the_next_caller():
    for frequency in (1000, 1500):
        write_tone("still-here", frequency, 1.0)
        time.sleep(1.2)
        phone = Phone()
        expect(phone.call("30") == 200, "30 answers")
        heard = eventually(lambda: level_of(phone.heard(0.4), frequency) > 3000, 2)
        phone.hang_up()
        expect(heard, "%d Hz" % frequency)


@case
def keys_are_read_and_sent_back():
    phone = Phone()
    expect(phone.call("31") == 200, "31 answers")
    time.sleep(0.3)
    phone.press("42#")
    time.sleep(1.5)
    events = [packet[4][0] for packet in list(phone.received) if packet[1] == 101]
    phone.hang_up()
    kept = [code for i, code in enumerate(events) if i == 0 or events[i - 1] != code]
    expect(kept == [4, 2], "4 and 2 come back: %s" % kept)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    try:
        sys.exit(run_with_node(configure(NODE), sys.argv[2:]))
    finally:
        shutil.rmtree(DIRECTORY, ignore_errors=True)
