"""srtp_stream.py — SRTP as another implementation than the node's: AES_CM_128_HMAC_SHA1_80 alone, with libcrypto for AES."""
import ctypes
import ctypes.util
import hashlib
import hmac
import struct

CRYPTO = ctypes.CDLL(ctypes.util.find_library("crypto"))
for name in ("EVP_CIPHER_CTX_new", "EVP_aes_128_ctr"):
    getattr(CRYPTO, name).restype = ctypes.c_void_p
SUITE = "AES_CM_128_HMAC_SHA1_80"
TAG = 10


def key_stream(key, counter, size):
    """AES-128 in counter mode (RFC 3711 §4.1.1)."""
    context = ctypes.c_void_p(CRYPTO.EVP_CIPHER_CTX_new())
    CRYPTO.EVP_EncryptInit_ex(context, ctypes.c_void_p(CRYPTO.EVP_aes_128_ctr()), None, key, counter.to_bytes(16, "big"))
    out, written = ctypes.create_string_buffer(size + 16), ctypes.c_int(0)
    CRYPTO.EVP_EncryptUpdate(context, out, ctypes.byref(written), bytes(size), size)
    CRYPTO.EVP_CIPHER_CTX_free(context)
    return out.raw[:size]


class Srtp:
    """One direction of one stream (RFC 3711)."""

    def __init__(self, secret):
        self.secret = secret
        key, salt = secret[:16], int.from_bytes(secret[16:], "big")
        derive = lambda label, size: key_stream(key, (salt ^ label << 48) << 16, size)  # noqa: E731
        self.key, self.auth, self.salt = derive(0, 16), derive(1, 20), int.from_bytes(derive(2, 14), "big")
        self.rollover, self.highest = 0, None

    def index(self, sequence):
        """Rollover counter for a sequence number (RFC 3711 §3.3.1)."""
        if self.highest is None:
            return self.rollover
        if self.highest < 0x8000:
            return self.rollover - (sequence - self.highest > 0x8000)
        return self.rollover + (self.highest - 0x8000 > sequence)

    def apply(self, packet, rollover):
        _, _, sequence, _, ssrc = struct.unpack("!BBHII", packet[:12])
        counter = self.salt << 16 ^ ssrc << 64 ^ (rollover << 16 | sequence) << 16
        stream = key_stream(self.key, counter, len(packet) - 12)
        return packet[:12] + bytes(a ^ b for a, b in zip(packet[12:], stream))

    def tag(self, packet, rollover):
        return hmac.new(self.auth, packet + struct.pack("!I", rollover), hashlib.sha1).digest()[:TAG]

    def reached(self, sequence, rollover):
        if self.highest is None or (rollover, sequence) > (self.rollover, self.highest):
            self.rollover, self.highest = rollover, sequence

    def protect(self, packet):
        sequence = struct.unpack("!H", packet[2:4])[0]
        rollover = self.index(sequence)
        self.reached(sequence, rollover)
        packet = self.apply(packet, rollover)
        return packet + self.tag(packet, rollover)

    def unprotect(self, packet):
        """The packet in the clear; nothing when it is not genuine."""
        sequence = struct.unpack("!H", packet[2:4])[0]
        rollover = self.index(sequence)
        if not hmac.compare_digest(self.tag(packet[:-TAG], rollover), packet[-TAG:]):
            return None
        self.reached(sequence, rollover)
        return self.apply(packet[:-TAG], rollover)
