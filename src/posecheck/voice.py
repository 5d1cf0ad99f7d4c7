"""What is said to a survivor, as sound: one short file for each text, from the package or recorded by the family.

A file is named after its text, so a text that changes is silent until it is said again (`bench/speak.py`).
"""

import csv
import hashlib
import io
import re
import struct
import wave
from itertools import product
from pathlib import Path

from posecheck.errors import PosecheckError
from posecheck.exercise import list_practices
from posecheck.lessons import lessons
from posecheck.words import words

SHIPPED = Path(__file__).parent / "voice"
SUFFIXES = (".wav", ".ogg")  # the first found is played: what somebody recorded is a .wav
SHEET = "index.csv"
COUNTS = tuple(str(n) for n in range(1, 31))
MOST_SETS = 6
# Said digit by digit. Where another number is set, "Call for help now." is said instead and the number is shown.
EMERGENCY = ("112", "911", "999", "000", "111", "119")
SLUG_LENGTH = 40


def file_stem(text):
    """Name of the file that says a text, without its ending: readable, and another one for each text.

    Examples
    --------
    >>> file_stem("Slower. Count 3.")
    'slower_count_3-3d8dbe'
    """
    slug = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:SLUG_LENGTH].rstrip("_")
    return f"{slug or 'text'}-{hashlib.sha256(text.encode()).hexdigest()[:6]}"


def clip(text, language="en", folder=None):
    """The file that says a text.

    Parameters
    ----------
    text : str
        As it is in the words, the catalogue or the lessons, with everything filled in.
    language : str
    folder : str or Path, optional
        The family's own recordings, which come first: named as in `recording_sheet`, or as the ``index.csv`` there says
        (columns ``file`` and ``text``).

    Returns
    -------
    Path or None
        None where nobody has said it.
    """
    if folder is not None:
        own = _recorded(Path(folder)).get(text) or _named(Path(folder), file_stem(text))
        if own is not None:
            return own
    return _named(SHIPPED / language, file_stem(text)) if _is_code(language) else None


def find_clip(name, language="en", folder=None):
    """The file of that name among the recordings or the shipped clips, or None: never one from elsewhere.

    Examples
    --------
    >>> find_clip("../voice.py") is None
    True
    """
    if Path(name).name != name or Path(name).suffix not in SUFFIXES or not _is_code(language):
        return None
    folders = [SHIPPED / language] if folder is None else [Path(folder), SHIPPED / language]
    return next((place / name for place in folders if (place / name).is_file()), None)


def _is_code(language):
    """A language is a code, not a path."""
    return re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]+)*", language) is not None


def _named(folder, stem):
    return next((path for end in SUFFIXES if (path := folder / f"{stem}{end}").is_file()), None)


def _recorded(folder):
    """Text to file of the index in a folder of recordings; files that are not there are left out."""
    sheet = folder / SHEET
    if not sheet.is_file():
        return {}
    # A spreadsheet program may put a mark at the beginning.
    rows = csv.DictReader(io.StringIO(sheet.read_text(encoding="utf-8-sig")))
    named = {row.get("text"): _lying_in(folder, row.get("file") or "") for row in rows}
    return {text: path for text, path in named.items() if text and path is not None}


def _lying_in(folder, name):
    """A sound file lying directly in a folder, or None."""
    if Path(name).name != name or Path(name).suffix.lower() not in SUFFIXES:
        return None
    return folder / name if (folder / name).is_file() else None


def spoken_texts(language="en"):
    """Every text that has to have audio, each once: words, numbers, the catalogue's own words, and lessons.

    Examples
    --------
    >>> {"Sit tall.", "7", "Set 1 of 2", "Show me your elbow."} <= set(spoken_texts())
    True
    """
    known = words(language)
    spoken = _strings(known, skip=("language", "written"))
    texts = [filled for text in spoken for filled in _fill(text, known["part"])]
    texts += COUNTS
    if language == "en":  # another language gives these in its own [exercise.ID]
        for practice in list_practices():
            texts += [practice.name, *practice.cues.values()]
            texts += [check.say for check in getattr(practice, "check", ()) if check.say]
    texts += lessons(language).spoken()
    return list(dict.fromkeys(texts))


def _strings(table, skip=()):
    for key, value in table.items():
        if key in skip:
            continue
        if isinstance(value, dict):
            yield from _strings(value)
        elif isinstance(value, str):
            yield value


def _fill(text, parts):
    """A text with everything filled in that may be: parts of the body, sides and numbers."""
    names = tuple(dict.fromkeys(re.findall(r"\{(\w+)\}", text)))
    sides = [said for name, said in parts.items() if name.endswith("side")]
    limbs = [said for name, said in parts.items() if not name.endswith("side")]
    sets = [str(n) for n in range(1, MOST_SETS + 1)]
    among = {"limb": limbs, "side": sides, "count": COUNTS, "number": EMERGENCY, "of": sets}
    if "of" in names:
        among["number"] = sets
    unknown = [name for name in names if name not in among]
    if unknown:
        raise PosecheckError(
            f"{text!r}: nothing says what {{{unknown[0]}}} may be. Known: {', '.join(among)}."
        )
    for chosen in product(*(among[name] for name in names)):
        values = dict(zip(names, chosen, strict=True))
        if "of" not in values or int(values.get("number", 1)) <= int(values["of"]):
            yield text.format(**values)


def recording_sheet(language="en"):
    """What a family member may say instead, as CSV: a file name and the text of each clip.

    Examples
    --------
    >>> recording_sheet().splitlines()[2]
    'slower_count_3-3d8dbe.wav,Slower. Count 3.'
    """
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(("file", "text"))
    sheet.writerows((f"{file_stem(text)}.wav", text) for text in spoken_texts(language))
    return out.getvalue()


def length_s(path):
    """How long a clip sounds.

    Parameters
    ----------
    path : Path
        WAV, or Ogg Opus.

    Returns
    -------
    float, s

    Raises
    ------
    PosecheckError
        For a file that is neither.
    """
    if Path(path).suffix.lower() != ".wav":
        return _opus_s(Path(path).read_bytes())
    try:
        with wave.open(str(path)) as sound:
            return sound.getnframes() / sound.getframerate()
    except (wave.Error, EOFError) as error:
        raise PosecheckError(
            f"{Path(path).name} is no plain WAV file ({error}). Record as WAV, 16-bit."
        ) from None


def _opus_s(data):
    """Position of the last page less the pre-skip: Opus counts 48000 samples a second whatever the rate (RFC 7845)."""
    head, last = data.find(b"OpusHead"), data.rfind(b"OggS")
    if head < 0 or last < 0:
        raise PosecheckError("An Ogg Opus file was expected. Record as WAV, 16-bit.")
    (skipped,) = struct.unpack_from("<H", data, head + 10)
    (position,) = struct.unpack_from("<q", data, last + 6)
    return (position - skipped) / 48000


def script_s(lines, language="en", folder=None):
    """How long some lines of an imagery script take, with their pauses.

    Parameters
    ----------
    lines : iterable of posecheck.lessons.Line

    Returns
    -------
    float, s
        A line without a clip counts 0.4 s a word.
    """
    total = 0.0
    for line in lines:
        path = clip(line.say, language, folder)
        total += line.pause_s + (0.4 * len(line.say.split()) if path is None else length_s(path))
    return total
