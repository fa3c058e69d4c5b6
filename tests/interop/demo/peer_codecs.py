"""peer_codecs.py — codecs for test phones that are more than a table: Opus and G.722 by their libraries, through ctypes.

A codec turns 20 ms of samples at its rate into a payload and back; each direction of a stream needs one of its own.
"""
import ctypes
import math

from phone import amplitude_of


class Opus:
    """libopus, mono, at 48 kHz."""

    rate = 48000
    format = "111 opus/48000/2"

    def __init__(self):
        self.lib = ctypes.CDLL("libopus.so.0")
        self.lib.opus_encoder_create.restype = ctypes.c_void_p
        self.lib.opus_decoder_create.restype = ctypes.c_void_p
        problem = ctypes.c_int()
        self.encoder = ctypes.c_void_p(self.lib.opus_encoder_create(self.rate, 1, 2048, ctypes.byref(problem)))
        self.decoder = ctypes.c_void_p(self.lib.opus_decoder_create(self.rate, 1, ctypes.byref(problem)))

    def encode(self, samples):
        pcm = (ctypes.c_int16 * len(samples))(*samples)
        out = ctypes.create_string_buffer(1275)
        size = self.lib.opus_encode(self.encoder, pcm, len(samples), out, len(out))
        return out.raw[:size]

    def decode(self, payload):
        pcm = (ctypes.c_int16 * 5760)()
        count = self.lib.opus_decode(self.decoder, payload, len(payload), pcm, len(pcm), 0)
        return list(pcm[:max(count, 0)])


class G722:
    """spandsp, 64 kbit/s, at 16 kHz."""

    rate = 16000
    format = "9 G722/8000"

    def __init__(self):
        self.lib = ctypes.CDLL("libspandsp.so.2")
        self.lib.g722_encode_init.restype = ctypes.c_void_p
        self.lib.g722_decode_init.restype = ctypes.c_void_p
        self.encoder = ctypes.c_void_p(self.lib.g722_encode_init(None, 64000, 0))
        self.decoder = ctypes.c_void_p(self.lib.g722_decode_init(None, 64000, 0))

    def encode(self, samples):
        pcm = (ctypes.c_int16 * len(samples))(*samples)
        out = ctypes.create_string_buffer(len(samples))
        size = self.lib.g722_encode(self.encoder, out, pcm, len(samples))
        return out.raw[:size]

    def decode(self, payload):
        pcm = (ctypes.c_int16 * (2 * len(payload)))()
        count = self.lib.g722_decode(self.decoder, pcm, payload, len(payload))
        return list(pcm[:count])


def coded_tone(codec, frequency, amplitude=6000):
    """An endless tone as payloads of the codec."""
    sample, frame = 0, codec.rate // 50
    while True:
        yield codec.encode([int(amplitude * math.sin(2 * math.pi * frequency * (sample + i) / codec.rate))
                            for i in range(frame)])
        sample += frame


def heard_with(codec, phone, seconds):
    """What the phone has heard in the last seconds, as samples of the codec; comes in as it was sent, losses left out."""
    packets = sorted((packet[3], packet[4]) for packet in list(phone.received)
                     if packet[1] == int(codec.format.split()[0]))
    samples = []
    for _, payload in packets:
        samples += codec.decode(payload)
    return samples[-int(seconds * codec.rate):]


def level(samples, frequency, rate):
    """Amplitude of one frequency."""
    return amplitude_of(samples, 2 * math.cos(2 * math.pi * frequency / rate))
