#!/usr/bin/env python3
"""dtls.py — DTLS-SRTP: a phone with an implementation of its own (libssl) against the node, and what attackers send to it.

Usage: dtls.py RINGBRIDGE [CASE…]. SRTP itself is srtp.py's.
"""
import ctypes
import ctypes.util
import hashlib
import os
import re
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time

from cases import case, expect, run_with_node
from phone import Phone, level_of, numbered_frames, silence, tone
from srtp_stream import Srtp
from started import drops, figure

SSL = ctypes.CDLL(ctypes.util.find_library("ssl"))
CRYPTO = ctypes.CDLL(ctypes.util.find_library("crypto"))
for library, names in ((SSL, ("SSL_CTX_new", "SSL_new", "DTLS_method", "SSL_get1_peer_certificate")),
                       (CRYPTO, ("BIO_new", "BIO_s_mem", "EVP_sha256"))):
    for name in names:
        getattr(library, name).restype = ctypes.c_void_p
VERIFY = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p)
ACCEPT_ALL = VERIFY(lambda ok, store: 1)  # whom it is, the phone judges by the fingerprint
NO_QUERY_MTU, SET_MTU, SET_EOF_RETURN, HANDLE_TIMEOUT = 1 << 12, 17, 130, 74
LABEL = b"EXTRACTOR-dtls_srtp"


class Certificate:
    """A key and a certificate in files."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="dtls-")
        self.key, self.pem = os.path.join(self.folder, "key"), os.path.join(self.folder, "pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", "2", "-subj", "/CN=phone", "-keyout", self.key, "-out", self.pem],
                       check=True, capture_output=True)

    def fingerprint(self, name="sha256"):
        with open(self.pem, encoding="ascii") as file:
            digest = hashlib.new(name, ssl.PEM_cert_to_DER_cert(file.read())).hexdigest().upper()
        return ":".join(digest[i:i + 2] for i in range(0, len(digest), 2))

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


class Dtls:
    """One end of a handshake; what it has to say is in `out`, a record each."""

    def __init__(self, certificate, client):
        self.client, self.done, self.out = client, False, []
        self.lock = threading.Lock()
        self.context = ctypes.c_void_p(SSL.SSL_CTX_new(ctypes.c_void_p(SSL.DTLS_method())))
        SSL.SSL_CTX_use_certificate_file(self.context, certificate.pem.encode(), 1)
        SSL.SSL_CTX_use_PrivateKey_file(self.context, certificate.key.encode(), 1)
        SSL.SSL_CTX_set_verify(self.context, 3, ACCEPT_ALL)
        SSL.SSL_CTX_set_options(self.context, ctypes.c_uint64(NO_QUERY_MTU))
        SSL.SSL_CTX_set_tlsext_use_srtp(self.context, b"SRTP_AES128_CM_SHA1_80")
        self.ssl = ctypes.c_void_p(SSL.SSL_new(self.context))
        self.input, self.output = (ctypes.c_void_p(CRYPTO.BIO_new(ctypes.c_void_p(CRYPTO.BIO_s_mem()))) for _ in "io")
        for bio in (self.input, self.output):
            CRYPTO.BIO_ctrl(bio, SET_EOF_RETURN, ctypes.c_long(-1), None)
        SSL.SSL_set_bio(self.ssl, self.input, self.output)
        SSL.SSL_ctrl(self.ssl, SET_MTU, ctypes.c_long(1200), None)
        (SSL.SSL_set_connect_state if client else SSL.SSL_set_accept_state)(self.ssl)

    def advance(self, datagram=None):
        with self.lock:
            if datagram is not None:
                CRYPTO.BIO_write(self.input, datagram, len(datagram))
            if self.done:
                SSL.SSL_read(self.ssl, ctypes.create_string_buffer(2048), 2048)
            else:
                self.done = SSL.SSL_do_handshake(self.ssl) == 1
            return self.take_output()

    def repeat(self):
        with self.lock:
            SSL.SSL_ctrl(self.ssl, HANDLE_TIMEOUT, ctypes.c_long(0), None)
            return self.take_output()

    def goodbye(self):
        with self.lock:
            SSL.SSL_shutdown(self.ssl)
            return self.take_output()

    def take_output(self):
        buffer = ctypes.create_string_buffer(65536)
        size = CRYPTO.BIO_read(self.output, buffer, 65536)
        data, records = buffer.raw[:max(size, 0)], []
        while len(data) >= 13:
            length = 13 + struct.unpack("!H", data[11:13])[0]
            records.append(data[:length])
            data = data[length:]
        return records

    def peer_fingerprint(self):
        certificate = ctypes.c_void_p(SSL.SSL_get1_peer_certificate(self.ssl))
        digest, size = ctypes.create_string_buffer(64), ctypes.c_uint(0)
        CRYPTO.X509_digest(certificate, ctypes.c_void_p(CRYPTO.EVP_sha256()), digest, ctypes.byref(size))
        return ":".join("%02X" % byte for byte in digest.raw[:size.value])

    def keys(self):
        """What to send with, and what to hear with (RFC 5764 §4.2)."""
        material = ctypes.create_string_buffer(60)
        SSL.SSL_export_keying_material(self.ssl, material, ctypes.c_size_t(60), LABEL, ctypes.c_size_t(len(LABEL)),
                                       None, ctypes.c_size_t(0), 0)
        raw = material.raw
        client, server = raw[:16] + raw[32:46], raw[16:32] + raw[46:]
        return (client, server) if self.client else (server, client)


class DtlsPhone(Phone):
    """A phone that has keys from a handshake alone. What comes before is counted, and so is what it cannot open."""

    def __init__(self, setup="active", profile="UDP/TLS/RTP/SAVP", shows=None, fingerprint=None, session_level=False):
        super().__init__()
        self.setup, self.profile, self.session_level = setup, profile, session_level
        self.certificate = Certificate()
        self.shows = shows or self.certificate
        self.fingerprint = fingerprint
        self.dtls, self.node_lines, self.send_with, self.hear_with = None, None, None, []
        self.keyed = threading.Event()
        self.early = self.not_genuine = self.handshake_datagrams = 0
        self.begin_after = 0

    def sdp(self):
        fingerprint = self.fingerprint or "a=fingerprint:sha-256 " + self.certificate.fingerprint()
        lines = [line for line in (fingerprint, "a=setup:" + self.setup) if line != "-"]
        text = super().sdp().replace("RTP/AVP", self.profile)
        if self.session_level:
            return text.replace("m=audio", "\r\n".join(lines + ["m=audio"])) + "a=rtcp-mux\r\n"
        return text + "\r\n".join(lines + ["a=rtcp-mux", ""])

    def learn(self, text):
        first = self.peer is None
        super().learn(text)
        setup, fingerprint = (re.search(r"^a=%s:(.*?)\r?$" % name, text, re.M) for name in ("setup", "fingerprint"))
        if not setup or not fingerprint:
            return
        lines = (setup.group(1), fingerprint.group(1), self.certificate.fingerprint())
        if lines != self.node_lines:
            self.node_lines = lines
            self.dtls = Dtls(self.shows, client=setup.group(1) == "passive")
            if self.dtls.client:
                threading.Timer(self.begin_after, lambda: self.say(self.dtls.advance())).start()
            if first:
                threading.Thread(target=self.repeat, daemon=True).start()

    def say(self, records):
        for record in records:
            try:
                self.rtp.sendto(record, self.peer)
            except OSError:
                return

    def repeat(self):
        while self.sending.is_set():
            time.sleep(0.2)
            if self.dtls and not self.dtls.done:
                self.say(self.dtls.repeat())

    def stream(self):
        while self.sending.is_set() and not self.keyed.wait(0.01):
            pass
        super().stream()

    def packet(self, *arguments):
        return self.send_with.protect(super().packet(*arguments))

    def opened(self, data):
        if data and 20 <= data[0] <= 63:
            self.handshake_datagrams += 1
            if self.dtls:
                was_done = self.dtls.done
                self.say(self.dtls.advance(data))
                if self.dtls.done and not was_done:
                    send, hear = self.dtls.keys()
                    self.hear_with.append(Srtp(hear))
                    self.send_with = Srtp(send)
                    self.keyed.set()
            return None
        if not self.keyed.is_set():
            self.early += 1
            return None
        if data[1] >= 192 and data[1] <= 223:
            return None  # RTCP on the same port
        for context in reversed(self.hear_with):
            clear = context.unprotect(data)
            if clear:
                return clear
        self.not_genuine += 1
        return None

    def offer_again(self):
        self.offer_answered.clear()
        self.request("INVITE", self.remote_target or self.to, self.sdp())
        return self.offer_answered.wait(3)

    def close(self):
        super().close()
        self.certificate.close()


def echoes(phone, seconds=2):
    expect(phone.call("600", send=tone(440)) == 200, "600 answers " + phone.profile)
    time.sleep(seconds)
    return level_of(phone.heard()[-4000:], 440)


@case
def an_echo_by_dtls_whoever_begins():
    for setup, answer in (("active", "passive"), ("passive", "active"), ("actpass", "active")):
        phone = DtlsPhone(setup)
        level = echoes(phone)
        shown = phone.dtls.peer_fingerprint()
        phone.hang_up()
        expect("UDP/TLS/RTP/SAVP " in phone.last_sdp and phone.node_lines[0] == answer, "in kind: " + phone.last_sdp)
        expect("a=crypto" not in phone.last_sdp and "a=rtcp-mux" in phone.last_sdp, "no key in SDP: " + phone.last_sdp)
        expect(phone.node_lines[1].split()[1] == shown, "its certificate is the one of SDP: " + shown)
        expect(level > 5000, "%s: the tone comes back: %d" % (setup, level))
        expect(phone.early == 0 and phone.not_genuine == 0, "nothing else: %d, %d" % (phone.early, phone.not_genuine))


@case
def whatever_way_sdp_says_it():
    for options in ({"profile": "UDP/TLS/RTP/SAVPF"}, {"session_level": True}, {"profile": "RTP/AVP"},
                    {"profile": "RTP/SAVPF"}):
        phone = DtlsPhone(**options)
        level = echoes(phone, 1.5)
        phone.hang_up()
        expect(phone.profile + " " in phone.last_sdp, "in kind: " + phone.last_sdp)
        expect(level > 5000 and phone.not_genuine == 0, "%s: the tone comes back: %d" % (options, level))


@case
def the_strongest_of_several_fingerprints_counts():
    phone = DtlsPhone()
    phone.fingerprint = ("a=fingerprint:sha-1 %s\r\na=fingerprint:md5 00:11\r\na=fingerprint:sha-512 %s" %
                         (Certificate().fingerprint("sha1"), phone.certificate.fingerprint("sha512")))
    level = echoes(phone, 1.5)
    phone.hang_up()
    expect(level > 5000, "the tone comes back: %d" % level)


@case
def without_a_fingerprint_that_can_be_checked_it_is_refused():
    for fingerprint in ("-", "a=fingerprint:md5 00:11", "a=fingerprint:sha-256 00:11"):
        phone = DtlsPhone(fingerprint=fingerprint)
        expect(phone.call("600") == 488, "488 to " + fingerprint)
        expect("302" in re.search(r"^Warning: *(.*)", phone.text, re.M | re.I).group(1), "with a warning: " + phone.text)
        phone.close()


@case
def nothing_is_sent_before_the_handshake():
    phone = DtlsPhone()
    phone.begin_after = 2
    expect(phone.call("601", send=silence()) == 200, "601 answers")
    time.sleep(1.5)
    expect(not phone.keyed.is_set() and phone.early == 0, "silence until then: %d packets" % phone.early)
    time.sleep(2)
    phone.hang_up()
    expect(len(phone.received) > 30 and phone.not_genuine == 0, "then the prompt: %d" % len(phone.received))


@case
def a_wrong_fingerprint_means_no_media():
    other = Certificate()
    for setup in ("active", "passive"):
        before = figure("dtls.wrong_fingerprints")
        phone = DtlsPhone(setup, shows=other)
        expect(phone.call("601", send=tone(440)) == 200, "601 answers")
        time.sleep(1.5)
        phone.hang_up()
        expect(phone.early == 0 and not phone.received, "nothing is sent to it: %d" % phone.early)
        expect(figure("dtls.wrong_fingerprints") > before, "and it is counted")
    other.close()


@case
def who_is_quicker_with_another_certificate_delays_nobody():
    """From the phone's own address, as who can forge that would send it."""
    phone, other = DtlsPhone(), Certificate()
    phone.begin_after = 1
    before = figure("dtls.wrong_fingerprints")
    thief = Dtls(other, client=True)
    genuine_opened = phone.opened

    def opened_by_thief(data):
        if data and 20 <= data[0] <= 63 and figure("dtls.wrong_fingerprints") == before:
            phone.say(thief.advance(data))
            return None
        return genuine_opened(data)
    phone.opened = opened_by_thief
    expect(phone.call("600", send=tone(440)) == 200, "600 answers")
    phone.say(thief.advance())
    time.sleep(4)
    level = level_of(phone.heard()[-4000:], 440)
    phone.hang_up()
    other.close()
    expect(figure("dtls.wrong_fingerprints") == before + 1, "the thief is counted")
    expect(level > 5000 and phone.not_genuine == 0, "the phone hears its echo: %d" % level)


@case
def a_strangers_hello_is_not_answered():
    phone, other = DtlsPhone(), Certificate()
    phone.begin_after = 1
    expect(phone.call("600", send=tone(440)) == 200, "600 answers")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.settimeout(0.7)
        for record in Dtls(other, client=True).advance():
            stranger.sendto(record, phone.peer)
        try:
            answer = stranger.recv(2048)
        except (socket.timeout, ConnectionRefusedError):
            answer = None
    time.sleep(2)
    level = level_of(phone.heard()[-4000:], 440)
    phone.hang_up()
    other.close()
    expect(answer is None, "no ServerHello for who is nobody")
    expect(level > 5000, "the phone is served: %d" % level)


@case
def a_reinvite_keeps_the_association_or_brings_another():
    phone = DtlsPhone()
    expect(phone.call("600", send=numbered_frames()) == 200, "600 answers")
    time.sleep(1)
    datagrams = phone.handshake_datagrams
    expect(phone.offer_again(), "the re-INVITE is answered")
    time.sleep(1)
    expect(phone.handshake_datagrams == datagrams and len(phone.hear_with) == 1, "no other handshake")
    numbers = [int.from_bytes(packet[4][:4], "big") for packet in phone.received]
    expect(numbers == list(range(numbers[0], numbers[0] + len(numbers))), "and no packet lost")
    phone.shows = phone.certificate = Certificate()
    phone.received.clear()
    expect(phone.offer_again(), "the re-INVITE with another certificate is answered")
    time.sleep(1.5)
    phone.hang_up()
    expect(len(phone.hear_with) == 2, "another handshake")
    expect(len(phone.received) > 40, "and the echo goes on: %d" % len(phone.received))


@case
def who_says_goodbye_hears_no_more():
    phone = DtlsPhone()
    expect(echoes(phone, 1) > 5000, "the tone comes back")
    phone.say(phone.dtls.goodbye())
    time.sleep(0.5)
    phone.received.clear()
    time.sleep(0.5)
    silent = not phone.received
    phone.hang_up()
    expect(silent, "and then no more")


@case
def floods_and_rubbish_do_no_harm():
    phone = DtlsPhone()
    expect(echoes(phone, 1) > 5000, "the tone comes back")
    before = drops()
    for _ in range(100):
        for attack in (b"\x16", b"\x16\xfe\xfd" + os.urandom(60), b"\x16" + bytes(1990), b"\x16" + bytes(65000),
                       b"\x14\xfe\xfd" + bytes(20), b"\x15\xfe\xfd\x00\x00" + bytes(6) + b"\x00\x02\x02\x28"):
            phone.rtp.sendto(attack, phone.peer)
        time.sleep(0.005)
    time.sleep(1)
    after = drops()
    level = level_of(phone.heard()[-4000:], 440)
    phone.hang_up()
    expect(after["drop.side_rate"] > before.get("drop.side_rate", 0) + 200, "the leg's share is used up: %s" % after)
    expect(level > 5000 and phone.not_genuine == 0, "the echo goes on: %d" % level)


@case
def dtls_sdes_and_plain_phones_hear_one_another():
    plain, secure = Phone(), DtlsPhone()
    expect(plain.call("60056", send=tone(440)) == 200, "the room answers RTP")
    expect(secure.call("60056", send=tone(620)) == 200, "and DTLS")
    time.sleep(3)
    heard_plain, heard_secure = plain.heard()[-8000:], secure.heard()[-8000:]
    for phone in (plain, secure):
        phone.hang_up()
    expect(level_of(heard_plain, 620) > 4000, "DTLS is heard: %d" % level_of(heard_plain, 620))
    expect(level_of(heard_secure, 440) > 4000, "and hears: %d" % level_of(heard_secure, 440))


if __name__ == "__main__":
    sys.exit(run_with_node([sys.argv[1]], sys.argv[2:]))
