"""dns.py — a name server for tests: A and SRV records from a table, NXDOMAIN for all else, on a loopback port."""
import pathlib
import socket
import struct
import tempfile
import threading

A, SRV = 1, 33


def name(text):
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".")) + b"\0"


def a(address):
    return socket.inet_aton(address)


def srv(priority, port, target):
    return struct.pack("!HHH", priority, 10, port) + name(target)


class DnsServer:
    """records: {(name, type): [rdata]}. resolv_conf names a file that leads to this server."""

    def __init__(self, records):
        self.records = records
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.folder = tempfile.TemporaryDirectory()
        self.resolv_conf = pathlib.Path(self.folder.name, "resolv.conf")
        self.resolv_conf.write_text("nameserver 127.0.0.1\nport %d\n" % self.socket.getsockname()[1])
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            question, client = self.socket.recvfrom(512)
            self.socket.sendto(self.answer(question), client)

    def answer(self, question):
        labels, at = [], 12
        while question[at]:
            labels.append(question[at + 1:at + 1 + question[at]].decode())
            at += question[at] + 1
        kind = struct.unpack("!H", question[at + 1:at + 3])[0]
        found = self.records.get((".".join(labels), kind), [])
        flags = 0x8580 if found else 0x8583
        reply = question[:2] + struct.pack("!HHHHH", flags, 1, len(found), 0, 0) + question[12:at + 5]
        for rdata in found:
            reply += b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 60, len(rdata)) + rdata
        return reply
