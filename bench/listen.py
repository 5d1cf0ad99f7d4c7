"""Listens to every clip of the voice, and tells which text a recogniser would have written down.

    python bench/listen.py --whisper FOLDER [--every 1] [--clips FOLDER]

FOLDER is a Whisper model as faster-whisper reads it; the "base" one served for docs/voice.md. A single word is hard for
any recogniser, so a miss is a reason to look, not a fault: "Heal" for "Heel" sounds the same.
"""

import argparse
import re
from pathlib import Path

import av
import numpy as np

from machine import load, machine
from posecheck.voice import SHIPPED, file_stem, spoken_texts

RATE = 16_000
UNITS = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
TENS = {2: "twenty", 3: "thirty"}
# Spelt otherwise by the recogniser, and sounding the same.
ALIKE = {
    "practise": "practice", "heal": "heel", "tows": "toes", "everyone": "every one", "okay": "ok",
    "alright": "all right", "so so": "soso",
}  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--whisper", type=Path, required=True, help="folder of a model for faster-whisper")
    parser.add_argument("--clips", type=Path, default=SHIPPED / "en")
    parser.add_argument("--every", type=int, default=1, help="only each so many-th text")
    chosen = parser.parse_args()
    print(f"{machine()}\n{load()}\n")
    from faster_whisper import WhisperModel

    model = WhisperModel(str(chosen.whisper), device="cpu", compute_type="int8", cpu_threads=1)
    exact = missed = words = count = 0
    for text in spoken_texts()[:: chosen.every]:
        found = [
            path for end in (".ogg", ".wav") if (path := chosen.clips / (file_stem(text) + end)).exists()
        ]
        if not found:
            continue
        heard = written_down(model, samples_of(found[0]))
        said, got = spelt(text), spelt(heard)
        wrong = distance(said, got)
        count, words, missed, exact = count + 1, words + len(said), missed + wrong, exact + (wrong == 0)
        if wrong:
            print(f"  {text!r} heard as {heard.strip()!r}", flush=True)
    print(
        f"{count} clips: {exact / max(count, 1):.1%} word for word, {missed / max(words, 1):.1%} of words missed"
    )


def samples_of(path):
    """float32 samples at `RATE`, with silence around them, which the recogniser expects."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    with av.open(str(path)) as source:
        pieces = [part.to_ndarray() for frame in source.decode(audio=0) for part in resampler.resample(frame)]
    samples = np.concatenate(pieces, axis=1).ravel()
    return np.pad(0.7 * samples / np.abs(samples).max(), RATE // 2).astype(np.float32)


def written_down(model, samples):
    """What is heard, with no hint of what was said."""
    settings = {"language": "en", "beam_size": 3, "temperature": 0.0, "without_timestamps": True}
    return " ".join(
        part.text for part in model.transcribe(samples, condition_on_previous_text=False, **settings)[0]
    )


def spelt(text):
    """The words of a text, numbers written out and spellings that sound alike made one."""
    text = re.sub(r"\b\d{3}\b", lambda found: " ".join(found[0]), text.lower())
    text = re.sub(r"\d+", lambda found: f" {number(int(found[0]))} ", text)
    text = " ".join(re.findall(r"[a-z']+", text))
    for other, usual in ALIKE.items():
        text = re.sub(rf"\b{other}\b", usual, text)
    return text.split()


def number(n):
    """A number below 40 in words."""
    return UNITS[n] if n < 20 else f"{TENS.get(n // 10, str(n))} {UNITS[n % 10] if n % 10 else ''}"


def distance(said, heard):
    """How many words must be changed, added or left out."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1]


if __name__ == "__main__":
    main()
