"""Says every text that posecheck says and that has no clip yet, and removes the clips of texts that are gone.

    python bench/speak.py --model kokoro-v1.0.int8.onnx --style af_bella.bin [--all]

Kokoro speaks (docs/voice.md tells where its two files come from); espeak-ng, a Debian package, tells how words are
pronounced. The same files give the same clips on the same machine.
"""

import argparse
import hashlib
import re
import subprocess
from fractions import Fraction
from multiprocessing import Pool
from pathlib import Path

import av
import numpy as np
import onnxruntime
from scipy import signal
from tqdm import tqdm

from posecheck.voice import SHIPPED, file_stem, spoken_texts

SHA256 = {
    "model": "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
    "style": "f69d836209b78eb8c66e75e3cda491e26ea838a3674257e9d4e5703cbaf55c8b",
}
RATE = 24_000
SLOWED = 0.85  # afterwards: asked to speak slowly, the voice puts a vowel before "sit" and after "six"
MARGIN_S = 0.05
BETWEEN_SENTENCES_S = 0.35
LEVEL_DB, PEAK_DB = -21.0, -2.0
SHELF_HZ, SHELF_DB = 2500.0, -4.0
LOW_PASS_HZ = 8000.0
BITS_PER_S = 24_000

# Numbers of the model's symbols, as far as English needs them.
SYMBOLS = {
    " ": 16, ".": 4, ",": 3, "?": 6, "!": 5, "A": 24, "I": 25, "O": 31, "T": 36, "W": 39, "Y": 41, "b": 44,
    "d": 46, "f": 48, "h": 50, "i": 51, "j": 52, "k": 53, "l": 54, "m": 55, "n": 56, "p": 58, "s": 61, "t": 62,
    "u": 63, "v": 64, "w": 65, "z": 68, "æ": 72, "ð": 81, "ŋ": 112, "ɑ": 69, "ɔ": 76, "ə": 83, "ɛ": 86,
    "ɜ": 87, "ɡ": 92, "ɪ": 102, "ɹ": 123, "ʃ": 131, "ʊ": 135, "ʌ": 138, "ʒ": 147, "ʤ": 82, "ʧ": 133, "θ": 119,
    "ᵊ": 42, "ᵻ": 177, "ˈ": 156, "ˌ": 157,
}  # fmt: skip
# From espeak-ng's symbols to the model's; longer ones first.
SOUNDS = {
    "ʔˌn\u0329": "tn", "ʔn\u0329": "tn",
    "a͡ɪ": "I", "a͡ʊ": "W", "d͡ʒ": "ʤ", "e͡ɪ": "A", "t͡ʃ": "ʧ", "ɔ͡ɪ": "Y", "o͡ʊ": "O",
    "ə͡l": "ᵊl", "e": "A", "ɚ": "əɹ", "r": "ɹ", "ɐ": "ə", "ɜːɹ": "ɜɹ", "ɜː": "ɜɹ", "ɪə": "iə", "ː": "", "o": "ɔ",
    "ɾ": "T", "ʔ": "t", "͡": "",
}  # fmt: skip
# What was recognised better at another speed of the voice (bench/listen.py).
TAKES = {
    "18": 1.1, "Bend": 1.2, "Does a shoulder hurt?": 0.9, "Keep your knee still.": 1.1,
    "New shoulder or hand pain": 0.95, "Reach": 1.2, "Set 1 of 6": 1.1, "Set 2 of 5": 0.95,
    "Set 2 of 6": 1.1, "Set 3 of 6": 1.1, "Set 4 of 4": 0.95, "Set 4 of 6": 1.1, "Set 5 of 6": 1.1,
    "Set 6 of 6": 1.2, "Shorter today": 1.1, "Small knee bend": 1.1, "Tried 4": 0.95, "Tried 18": 0.95,
    "Tried 21": 0.85, "ankle": 1.2, "elbow": 0.9, "heel": 0.85, "hip": 1.1,
}  # fmt: skip
# Spelt for espeak-ng, which takes some verbs for other words.
SPELT = {r"\bclose\b(?!-)": "cloze", r"\buse\b": "yooze", r"\bposecheck\b": "pose check"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, required=True, help="Kokoro-82M v1.0, int8, as ONNX")
    parser.add_argument("--style", type=Path, required=True, help="its voice af_bella")
    parser.add_argument("--language", default="en", choices=["en"])
    parser.add_argument("--all", action="store_true", help="also those that have a clip")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time")
    chosen = parser.parse_args()
    for name, path in (("model", chosen.model), ("style", chosen.style)):
        if hashlib.sha256(path.read_bytes()).hexdigest() != SHA256[name]:
            parser.error(f"--{name} {path}: another file was expected, with SHA-256 {SHA256[name]}.")
    folder = SHIPPED / chosen.language
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {folder / f"{file_stem(text)}.ogg": text for text in spoken_texts(chosen.language)}
    stale = sorted(set(folder.glob("*.ogg")) - wanted.keys())
    for path in stale:
        path.unlink()
    missing = {path: text for path, text in wanted.items() if chosen.all or not path.exists()}
    with Pool(chosen.jobs, initializer=start, initargs=(chosen.model, chosen.style)) as pool:
        list(tqdm(pool.imap_unordered(speak, missing.items()), total=len(missing), unit="clip"))
    size = sum(path.stat().st_size for path in folder.glob("*.ogg"))
    print(f"{len(wanted)} texts: {len(missing)} said, {len(stale)} clips removed, {size / 1e6:.2f} MB in all")


voice = None


def start(model, style):
    """A voice for each process."""
    global voice
    voice = Voice(model, style)


def speak(item):
    """Writes the clip of a text."""
    path, text = item
    write_opus(path, level(join([soften(voice.say(one)) for one in sentences(text)])))


def sentences(text):
    """One at a time, since the voice would run them together.

    Examples
    --------
    >>> sentences("Slower. Count 3.")
    ['Slower.', 'Count 3.']
    """
    return re.split(r"(?<=[.?!])\s+", text)


def sounds_of(text):
    """A sentence in the model's symbols.

    Examples
    --------
    >>> sounds_of("Close your eyes.")
    'klˈOz jʊɹ ˈIz.'
    """
    for pattern, spelt in SPELT.items():
        text = re.sub(pattern, spelt, text, flags=re.I)
    text = re.sub(r"\b\d{3}\b", lambda found: " ".join(found[0]), text)  # 112 is called one one two
    text = text if text.endswith((".", "?", "!")) else f"{text}."
    out = []
    for part in re.split(r"([.,?!]+\s*)", text):
        if not re.search(r"\w", part):
            out.append(part)
            continue
        command = ["espeak-ng", "-q", "--ipa", "--tie=͡", "-v", "en-us", part]
        told = " ".join(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
        for theirs, ours in SOUNDS.items():
            told = told.replace(theirs, ours)
        out.append(re.sub(r"(\S)\u0329", r"ᵊ\1", told))
    return "".join(out).strip()


class Voice:
    """Kokoro with one voice: text in, samples out."""

    def __init__(self, model, style):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # several would add up in an order of their own
        self.session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self.styles = np.fromfile(style, np.float32).reshape(-1, 256)

    def say(self, text):
        """float32 samples at `RATE`."""
        sounds = sounds_of(text)
        unknown = set(sounds) - SYMBOLS.keys()
        if unknown:
            raise SystemExit(
                f"{text!r} is pronounced {sounds!r}, in which the model does not know {unknown}."
            )
        tokens = [SYMBOLS[sound] for sound in sounds]
        given = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": self.styles[len(tokens)][None],
            "speed": np.array([TAKES.get(text, 1.0)], np.float32),
        }
        return np.ravel(self.session.run(None, given)[0])


def soften(samples):
    """Slowed down, trimmed, and with less of what is above 2 kHz."""
    samples = signal.sosfilt(shelf(SHELF_HZ, SHELF_DB), slowed(samples))
    return fade(trim(signal.sosfilt(signal.butter(2, LOW_PASS_HZ, fs=RATE, output="sos"), samples)))


def slowed(samples):
    """At the slower tempo and the same pitch."""
    graph = av.filter.Graph()
    steps = [
        graph.add_abuffer(sample_rate=RATE, format="flt", layout="mono", time_base=Fraction(1, RATE)),
        graph.add("atempo", str(SLOWED)),
        graph.add("aformat", "sample_fmts=flt"),
        graph.add("abuffersink"),
    ]
    graph.link_nodes(*steps).configure()
    frame = av.AudioFrame.from_ndarray(np.pad(samples, RATE // 10)[None].astype(np.float32), "flt", "mono")
    frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
    graph.push(frame)
    graph.push(None)
    pieces = []
    while True:
        try:
            pieces.append(graph.pull().to_ndarray().ravel())
        except (av.error.EOFError, av.error.BlockingIOError):
            return np.concatenate(pieces)


def join(spoken):
    """Sentences with a pause between."""
    pause = np.zeros(int((BETWEEN_SENTENCES_S - 2 * MARGIN_S) * RATE))
    return np.concatenate([part for one in spoken for part in (pause, one)][1:])


def level(samples):
    """All clips equally loud, and none near the edge."""
    gain = min(10 ** (LEVEL_DB / 20) / loudness(samples), 10 ** (PEAK_DB / 20) / np.abs(samples).max())
    return (samples * gain).astype(np.float32)


def shelf(corner_hz, gain_db):
    """A high shelf of second order (Bristow-Johnson's cookbook, slope 1)."""
    root = 10 ** (gain_db / 40)
    w = 2 * np.pi * corner_hz / RATE
    cos, alpha = np.cos(w), np.sin(w) / 2 * np.sqrt(2)
    b = root * np.array(
        [
            root + 1 + (root - 1) * cos + 2 * np.sqrt(root) * alpha,
            -2 * (root - 1 + (root + 1) * cos),
            root + 1 + (root - 1) * cos - 2 * np.sqrt(root) * alpha,
        ]
    )
    a = np.array(
        [
            root + 1 - (root - 1) * cos + 2 * np.sqrt(root) * alpha,
            2 * (root - 1 - (root + 1) * cos),
            root + 1 - (root - 1) * cos - 2 * np.sqrt(root) * alpha,
        ]
    )
    return np.concatenate([b, a])[None] / a[0]


def decibels(samples, step_s=0.01):
    """Power of each step, dB below the loudest one."""
    step = int(step_s * RATE)
    power = np.square(samples[: len(samples) // step * step]).reshape(-1, step).mean(axis=1)
    return 10 * np.log10(power / power.max() + 1e-12)


def trim(samples):
    """Silence of `MARGIN_S` before and after; a clip is never cut within 40 dB of its loudest part."""
    heard = np.flatnonzero(decibels(samples) > -40) * int(0.01 * RATE)
    margin = int(MARGIN_S * RATE)
    padded = np.pad(samples, margin)
    return padded[heard[0] : heard[-1] + int(0.01 * RATE) + 2 * margin]


def loudness(samples):
    """Root mean square of what is spoken, pauses left out."""
    step = int(0.05 * RATE)
    rows = samples[: len(samples) // step * step].reshape(-1, step)
    spoken = rows[decibels(samples, 0.05) > -20]
    return np.sqrt(np.square(spoken).mean())


def fade(samples):
    """Without a click at either end."""
    ramp = np.sin(np.linspace(0, np.pi / 2, int(0.02 * RATE))) ** 2
    samples = samples.copy()
    samples[: len(ramp)] *= ramp
    samples[-len(ramp) :] *= ramp[::-1]
    return samples


def write_opus(path, samples):
    """Ogg Opus, mono; without anything in it that differs from one run to the next."""
    with av.open(str(path), "w", format="ogg", options={"fflags": "+bitexact"}) as sink:
        stream = sink.add_stream("libopus", rate=RATE, layout="mono", options={"application": "voip"})
        stream.bit_rate = BITS_PER_S
        frame = av.AudioFrame.from_ndarray(samples[None], format="flt", layout="mono")
        frame.sample_rate = RATE
        for piece in (frame, None):
            sink.mux(stream.encode(piece))


if __name__ == "__main__":
    main()
