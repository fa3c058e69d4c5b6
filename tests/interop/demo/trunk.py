#!/usr/bin/env python3
"""trunk.py — peers behind NAT, and a provider that asks for a login and is found by name. Usage: trunk.py BUILD_DIR"""
import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import dns  # noqa: E402
from phone import Phone, numbered_frames  # noqa: E402
from resolv_conf import can_mount, mounted  # noqa: E402

PROVIDER_PORT = 6070
FILES = {
    "pjsip.conf": """
[udp]
type = transport
bind = 127.0.0.1:5060
external_signaling_address = 198.51.100.7
external_media_address = 198.51.100.8
local_net = 127.0.0.8/29

[basics](!)
type = endpoint
context = test
allow = ulaw
force_rport = yes

[anonymous](basics)
rtp_symmetric = yes
rewrite_contact = yes

[plain](basics)
rtp_symmetric = no

[plain]
type = identify
endpoint = plain
match = 127.0.0.3

[provider](basics)
outbound_auth = login
from_user = customer
aors = provider

[provider]
type = aor
contact = sip:trunk.test

[login]
type = auth
auth_type = userpass
username = customer
password = secret

[nowhere](basics)
aors = nowhere

[nowhere]
type = aor
contact = sip:nowhere.test
""",
    "extensions.conf": """
[test]
exten => 600,1,Answer()
 same => n,Echo()
exten => 604,1,Answer()
 same => n,Wait(1)
 same => n,Hangup()
exten => 700,1,Dial(PJSIP/555@provider)
exten => 701,1,Dial(PJSIP/nowhere)
 same => n,GotoIf($["${DIALSTATUS}" = "CHANUNAVAIL"]?gone)
 same => n,Hangup(17)
 same => n(gone),Hangup(27)
""",
}


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


class NatPhone(Phone):
    """A phone that names an address of its own which nobody can reach."""

    shown = None  # the address that the node's SDP names

    def sdp(self):
        return super().sdp().replace("c=IN IP4 " + self.host, "c=IN IP4 127.0.0.66")

    def request(self, *arguments, **options):
        real, self.sip = self.sip, self  # see sendto
        self.real = real
        try:
            super().request(*arguments, **options)
        finally:
            self.sip = real

    def getsockname(self):
        return self.real.getsockname()

    def recvfrom(self, size):
        return self.real.recvfrom(size)

    def sendto(self, data, server):
        self.real.sendto(re.sub(rb"(Contact: <sip:test@)[^>]+", rb"\g<1>10.0.0.9:5060", data), server)

    def learn(self, text):
        """Sends to where a NAT would bring its packets, and keeps what SDP showed."""
        shown = re.search(r"^c=IN IP4 (\S+)", text, re.M)
        self.shown = shown.group(1) if shown else self.shown
        super().learn(re.sub(r"^c=IN IP4 \S+", "c=IN IP4 127.0.0.1", text, flags=re.M))


def contact_of(phone):
    return re.sub(r".*@|sip:", "", phone.remote_target)


def outside_peers_see_the_external_addresses():
    phone = NatPhone("127.0.0.2", server=("127.0.0.1", 5060))
    expect(phone.call("600", send=numbered_frames()) == 200, "600 answers")
    expect(contact_of(phone) == "198.51.100.7:5060", "Contact is " + phone.remote_target)
    expect(phone.shown == "198.51.100.8", "SDP shows " + phone.shown)
    phone.hang_up()


def peers_in_local_net_see_the_own_address():
    phone = Phone("127.0.0.9", server=("127.0.0.1", 5060))
    expect(phone.call("600", send=numbered_frames()) == 200, "600 answers")
    expect(contact_of(phone) == "127.0.0.1:5060", "Contact is " + phone.remote_target)
    expect(phone.peer[0] == "127.0.0.1", "SDP shows " + phone.peer[0])
    time.sleep(0.5)
    phone.hang_up()
    expect(len(phone.received) > 10, "the echo comes back")


def rtp_symmetric_sends_to_where_packets_come_from():
    phone = NatPhone("127.0.0.2", server=("127.0.0.1", 5060))
    expect(phone.call("600", send=numbered_frames()) == 200, "600 answers")
    time.sleep(0.8)
    phone.hang_up()
    expect(len(phone.received) > 15, "the echo finds the phone: %d packets" % len(phone.received))


def without_rtp_symmetric_sdp_is_believed():
    phone = NatPhone("127.0.0.3", server=("127.0.0.1", 5060))
    expect(phone.call("600", send=numbered_frames()) == 200, "600 answers")
    time.sleep(0.5)
    phone.hang_up()
    expect(not phone.received, "the echo goes to the address in SDP, not to us")


def rewrite_contact_brings_bye_to_a_phone_behind_nat():
    phone = NatPhone("127.0.0.2", server=("127.0.0.1", 5060))
    expect(phone.call("604") == 200, "604 answers")
    expect(phone.ended.wait(4), "BYE arrives, whatever Contact says")
    phone.close()


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def provider_asks_for_a_login():
    """The provider is the second server of its name; at the first nobody listens. Its nonce is refused for BYE."""
    provider = Phone()
    provider.sip.close()
    provider.sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    provider.sip.bind(("127.0.0.1", PROVIDER_PORT))
    provider.sip.settimeout(10)
    caller = Phone()
    caller.to, caller.source = caller.uri("700"), numbered_frames()
    caller.request("INVITE", caller.to, caller.sdp())

    def challenged(nonce):
        text, source = provider.sip.recvfrom(65535)
        text = text.decode()
        challenge = '\r\nWWW-Authenticate: Digest realm="provider", nonce="%s", qop="auth"' % nonce
        provider.reply(text, source, 401, reason="Unauthorized" + challenge)
        return text

    def answered(method):
        text, source = provider.sip.recvfrom(65535)
        text = text.decode()
        expect(text.startswith(method), method + " comes, not " + text.split("\r\n")[0])
        value = re.search("^Authorization: Digest (.*)\r$", text, re.M).group(1)
        given = dict(re.findall(r'(\w+)="?([^",]*)', value))
        expect(given["username"] == "customer", "the user of type=auth")
        right = md5(":".join([md5("customer:provider:secret"), given["nonce"], given["nc"], given["cnonce"], "auth",
                              md5(method + ":" + given["uri"])]))
        expect(given["response"] == right, "the answer to the challenge")
        return text, source

    first = challenged("one")
    expect(first.startswith("INVITE sip:555@trunk.test SIP/2.0"), "the INVITE names the provider")
    expect("From: <sip:customer@" in first, "From names the customer")
    expect(provider.sip.recvfrom(65535)[0].startswith(b"ACK"), "401 is acknowledged")
    text, source = answered("INVITE")
    provider.reply(text, source, 200, provider.sdp())
    ack = provider.sip.recvfrom(65535)[0]
    expect(ack.startswith(b"ACK") and b"Authorization: Digest" in ack, "ACK carries the answer of its INVITE")
    caller.sip.settimeout(5)
    while True:
        text = caller.sip.recv(65535).decode()
        caller.learn(text)
        if text.startswith("SIP/2.0 200"):
            break
    caller.request("ACK", caller.to, cseq=caller.cseq)
    caller.request("BYE", caller.to)
    challenged("two")
    provider.reply(*answered("BYE"), 200)
    caller.close()
    provider.close()


def a_name_that_leads_nowhere_is_chanunavail():
    phone = Phone()
    began = time.monotonic()
    expect(phone.call("701") == 502, "cause 27 by way of DIALSTATUS: %s" % phone.codes)
    expect(time.monotonic() - began < 3, "at once")
    phone.close()


CASES = [outside_peers_see_the_external_addresses, peers_in_local_net_see_the_own_address,
         rtp_symmetric_sends_to_where_packets_come_from, without_rtp_symmetric_sdp_is_believed,
         rewrite_contact_brings_bye_to_a_phone_behind_nat, provider_asks_for_a_login,
         a_name_that_leads_nowhere_is_chanunavail]
NAMED = CASES[-2:]


def start(directory, names):
    """With a resolv.conf of its own where that can be had; without, the cases that need one are left out."""
    command = [sys.argv[1] + "/ringbridge", "--config", directory]
    if can_mount():
        command = mounted(names.resolv_conf, command)
    node = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = ""
    for line in node.stdout:
        said += line
        if " is up: " in line:
            return node
    raise AssertionError("the node did not start: " + said)


def main():
    directory = tempfile.mkdtemp(prefix="ringbridge-")
    for name, text in FILES.items():
        with open(os.path.join(directory, name), "w") as file:
            file.write(text)
    names = dns.DnsServer({("_sip._udp.trunk.test", dns.SRV): [dns.srv(10, PROVIDER_PORT + 1, "a.test"),
                                                               dns.srv(20, PROVIDER_PORT, "a.test")],
                           ("a.test", dns.A): [dns.a("127.0.0.1")]})
    node = start(directory, names)
    try:
        for case in CASES:
            if case in NAMED and not can_mount():
                print("skipped %s: needs root and a mount namespace" % case.__name__)
                continue
            case()
            print("ok      " + case.__name__, flush=True)
        node.terminate()
        expect(node.wait(10) == 0, "SIGTERM ends the node")
    except AssertionError as problem:
        print("FAILED  %s: %s" % (case.__name__, problem))
        return 1
    finally:
        if node.poll() is None:
            node.kill()
            print(node.stdout.read()[-3000:])
        shutil.rmtree(directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
