"""peer_codecs.py — codecs for test phones that are more than a table: by libopus and spandsp, through ctypes.

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


class Spandsp:
    """A codec of spandsp: `name` is how its functions begin, `makers` what makes an encoder and a decoder, with what."""

    rate = 8000
    bytes_max = 400  # of 20 ms

    def __init__(self):
        self.lib = ctypes.CDLL("libspandsp.so.2")
        self.encoder, self.decoder = (self.make(*maker) for maker in self.makers)

    def make(self, function, *arguments):
        maker = getattr(self.lib, function)
        maker.restype = ctypes.c_void_p
        return ctypes.c_void_p(maker(None, *arguments))

    def encode(self, samples):
        pcm = (ctypes.c_int16 * len(samples))(*samples)
        out = ctypes.create_string_buffer(self.bytes_max)
        size = getattr(self.lib, self.name + "_encode")(self.encoder, out, pcm, len(samples))
        return out.raw[:size]

    def decode(self, payload):
        pcm = (ctypes.c_int16 * 1600)()
        count = getattr(self.lib, self.name + "_decode")(self.decoder, pcm, payload, len(payload))
        return list(pcm[:count])


class G722(Spandsp):
    rate, format, name = 16000, "9 G722/8000", "g722"
    makers = ("g722_encode_init", 64000, 0), ("g722_decode_init", 64000, 0)


class Gsm(Spandsp):
    format, name = "3 GSM/8000", "gsm0610"
    makers = (("gsm0610_init", 2),) * 2  # 33 bytes a frame


class G726(Spandsp):
    format, name = "110 G726-32/8000", "g726"
    makers = (("g726_init", 32000, 0, 2),) * 2  # linear, the first nibble low


class G726Aal2(Spandsp):
    format, name = "112 AAL2-G726-32/8000", "g726"
    makers = (("g726_init", 32000, 0, 1),) * 2  # the first nibble high


class Dvi4(Spandsp):
    format, name = "5 DVI4/8000", "ima_adpcm"
    makers = (("ima_adpcm_init", 1, 0),) * 2


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
