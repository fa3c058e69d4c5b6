"""ice_phone.py — a phone that is a full ICE agent, and the STUN messages it speaks, written by hand."""
import hashlib
import hmac
import os
import re
import socket
import struct
import time
import zlib

from phone import Phone

COOKIE = 0x2112A442
USERNAME, INTEGRITY, ERROR_CODE, XOR_MAPPED, PRIORITY = 0x0006, 0x0008, 0x0009, 0x0020, 0x0024
USE_CANDIDATE, FINGERPRINT, CONTROLLED, CONTROLLING = 0x0025, 0x8028, 0x8029, 0x802A


def attribute(kind, value):
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)


def binding(username, password, nominates=False, role=CONTROLLING):
    """A check (RFC 8445 §7.2.2), signed where there is a password."""
    body = attribute(USERNAME, username.encode()) if username else b""
    body += attribute(PRIORITY, struct.pack("!I", 1 << 24)) + attribute(role, os.urandom(8))
    body += attribute(USE_CANDIDATE, b"") if nominates else b""
    head = lambda size: struct.pack("!HHI", 1, size, COOKIE)  # noqa: E731
    transaction = os.urandom(12)
    if password:
        signed = head(len(body) + 24) + transaction + body
        body += attribute(INTEGRITY, hmac.new(password.encode(), signed, hashlib.sha1).digest())
    message = head(len(body) + 8) + transaction + body
    return message + attribute(FINGERPRINT, struct.pack("!I", zlib.crc32(message) ^ 0x5354554E))


def attributes_of(message):
    found, at = {}, 20
    while at < len(message):
        kind, size = struct.unpack("!HH", message[at:at + 4])
        found[kind] = message[at + 4:at + 4 + size]
        at += 4 + size + -size % 4
    return found


def error_of(message):
    """The code of ERROR-CODE; 0 in a success."""
    code = attributes_of(message).get(ERROR_CODE)
    return code[2] * 100 + code[3] if code else 0


class IcePhone(Phone):
    """A phone that is a full ICE agent, with one component and its candidates to come."""

    def __init__(self, lines=None, connection="0.0.0.0"):
        super().__init__()
        self.lines, self.connection = lines, connection
        self.ufrag, self.pwd = "phone1", "phoneHas22CharactersOrSo"
        self.answers = []

    def sdp(self):
        lines = self.lines or ["a=ice-ufrag:" + self.ufrag, "a=ice-pwd:" + self.pwd, "a=ice-options:trickle",
                               "a=candidate:1 1 udp 99 0b1c-2d3e.local 4000 typ host"]
        text = super().sdp().replace("c=IN IP4 127.0.0.1", "c=IN IP4 " + self.connection)
        return text + "\r\n".join(["a=rtcp-mux", *lines, ""])

    def learn(self, text):
        super().learn(text)
        login = [re.search(r"^a=ice-%s:(\S+)" % name, text, re.M) for name in ("ufrag", "pwd")]
        if all(login):
            self.login = tuple(part.group(1) for part in login)

    def username(self):
        return self.login[0] + ":" + self.ufrag

    def check(self, nominates=True, by=None):
        """Checks the node from our RTP socket, or from another."""
        (by or self.rtp).sendto(binding(self.username(), self.login[1], nominates), self.peer)

    def opened(self, data):
        if data[0] > 3:
            return data
        self.answers.append(data)
        return None

    def answered(self, message, by=None):
        """What the node answers to a message: an error code, 0 for success, nothing at all."""
        self.answers.clear()
        if by is None:
            self.rtp.sendto(message, self.peer)
        else:
            by.sendto(message, self.peer)
            try:
                self.answers = [by.recv(2048)]
            except socket.timeout:
                return None
        for _ in range(50):
            if self.answers:
                return error_of(self.answers[0])
            time.sleep(0.01)
        return None
