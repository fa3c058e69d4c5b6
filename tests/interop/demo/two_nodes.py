#!/usr/bin/env python3
"""two_nodes.py — one node calls another in every codec, in the clear and encrypted. Usage: two_nodes.py BUILD_DIR [CASE…]

A phone that speaks PCMU calls the first, which dials the echo of the second in the codec and with the keys of the
number called: what comes back was coded four times, and encrypted twice.
"""
import sys
import threading
import time

from cases import CASES, case, expect, run_case
from node import Node
from phone import Phone, level_of, tone

NEAR, FAR = "127.0.0.1", "127.0.0.2"
FORMATS = ("ulaw", "alaw", "g722", "opus", "slin", "slin16", "slin48", "gsm", "g726", "g726aal2", "adpcm",
           "g726-16", "g726-24", "g726aal2-16", "g726aal2-24")
SECURITY = {
    "clear": "",
    "sdes": "media_encryption = sdes\n",
    "short": "media_encryption = sdes\nsrtp_tag_32 = yes\n",
    "avpf": "media_encryption = sdes\nuse_avpf = yes\n",
    "maybe": "media_encryption = sdes\nmedia_encryption_optimistic = yes\n",
    "dtls": "media_encryption = dtls\n",
    "dtls_passive": "media_encryption = dtls\ndtls_setup = passive\ndtls_fingerprint = SHA-1\nuse_avpf = yes\n",
    "dtls_maybe": "media_encryption = dtls\nmedia_encryption_optimistic = yes\n",
}
BASICS = """
[udp]
type = transport
bind = %s:5060

[basics](!)
type = endpoint
context = calls
disallow = all
srtp_secure_signaling = no      ; the keys cross loopback
"""


def far_node():
    pjsip = BASICS % FAR + "[anonymous](basics)\nallow = %s\nmedia_encryption = sdes,dtls\n"
    pjsip += "media_encryption_optimistic = yes\n"
    return Node(sys.argv[1], demo=False, pjsip=pjsip % ",".join(FORMATS), rtp="[general]\nrtpstart = 30000\nrtpend = 39999\n",
                extensions="[calls]\nexten => 600,1,Answer()\n same => n,Echo()\n")


def near_node():
    """Its peers are named by format and security, and so are the numbers that dial them."""
    pjsip, extensions = BASICS % NEAR + "[anonymous](basics)\nallow = ulaw\n", "[calls]\n"
    for format_ in FORMATS:
        for security, options in SECURITY.items():
            name = "%s_%s" % (format_, security)
            pjsip += "[%s](basics)\nallow = %s\naors = far\n%s" % (name, format_, options)
            extensions += "exten => %s,1,Dial(PJSIP/600@%s)\n" % (name, name)
    pjsip += "[far]\ntype = aor\ncontact = sip:%s:5060\n" % FAR
    return Node(sys.argv[1], demo=False, pjsip=pjsip, extensions=extensions)


def echo_of(name):
    """How loud a tone comes back that is sent to this number; or what was answered instead."""
    phone = Phone()
    code = phone.call(name, send=tone(1000))
    time.sleep(1.5)
    level = level_of(phone.heard(0.8), 1000) if code == 200 else 0
    phone.hang_up()
    return level if code == 200 else "answered %d" % code


def softest(name):
    """What was sent before the other had finished its handshake is lost; a decoder of GSM that misses the first frame
    makes a steady tone 4 dB softer."""
    return 3500 if name.startswith("gsm_dtls") else 4500


@case
def each_pair_of_codec_and_security_returns_what_is_said():
    heard = {}

    def call(name):
        heard[name] = echo_of(name)

    for security in SECURITY:
        callers = [threading.Thread(target=call, args=("%s_%s" % (format_, security),)) for format_ in FORMATS]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
    wrong = {name: level for name, level in heard.items()
             if isinstance(level, str) or not softest(name) < level < 8000}
    expect(len(heard) == len(FORMATS) * len(SECURITY), "all were tried")
    expect(not wrong, "%d of %d: %s" % (len(wrong), len(heard), wrong))


def main():
    failed = []
    with far_node(), near_node():
        failed = [name for name in sys.argv[2:] or CASES if not run_case(name)]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
