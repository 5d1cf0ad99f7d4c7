"""The voice: every text has a sound of its own, soft and plain, and the family's recordings take its place."""

import csv
import io
import re
import shutil
import wave

import av
import numpy as np
import pytest

from posecheck import voice as module
from posecheck.errors import PosecheckError
from posecheck.exercise import list_practices
from posecheck.lessons import lessons
from posecheck.voice import (
    SHIPPED,
    clip,
    file_stem,
    find_clip,
    length_s,
    recording_sheet,
    script_s,
    spoken_texts,
)
from posecheck.words import cure, words

TEXTS = spoken_texts()
MOST_BYTES = 4_000_000
RATE = 48_000
RECOGNISED_MIN = 0.9


def decoded(path):
    """Samples and the number of channels of a clip."""
    with av.open(str(path)) as source:
        stream = source.streams.audio[0]
        to_float = av.AudioResampler(format="flt", rate=RATE)
        pieces = [part.to_ndarray() for frame in source.decode(stream) for part in to_float.resample(frame)]
        return np.concatenate(pieces, axis=1).ravel(), stream.channels


@pytest.fixture(scope="module")
def sounds():
    """Every clip, decoded once."""
    return {text: decoded(path) for text in TEXTS if (path := clip(text))}


def recording(folder, name, seconds=1.0):
    """A WAV file as a family member might make it."""
    path = folder / name
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 16_000, 0, "NONE", "not compressed"))
        sound.writeframes(bytes(int(2 * 16_000 * seconds)))
    return path


# Every text has its sound, and no more


def test_every_text_has_a_clip():
    silent = [text for text in TEXTS if clip(text) is None]
    assert not silent, "run bench/speak.py (docs/voice.md)"


def test_no_clip_is_stale():
    wanted = {file_stem(text) for text in TEXTS}
    assert {path.stem for path in (SHIPPED / "en").glob("*.ogg")} <= wanted, (
        "run bench/speak.py (docs/voice.md)"
    )


def test_the_clips_are_small_and_say_whose_voice_it_is():
    assert sum(path.stat().st_size for path in (SHIPPED / "en").iterdir()) <= MOST_BYTES
    licence = (SHIPPED / "en" / "LICENCE.txt").read_text(encoding="utf-8")
    assert "Apache License, Version 2.0" in licence
    assert "af_bella" in licence


def test_what_is_said_is_what_the_words_the_catalogue_and_the_lessons_say():
    assert set(words()["cue"].values()) <= set(TEXTS)
    assert {cure("hidden", limb=part) for part in ("elbow", "knee", "heel")} <= set(TEXTS)
    assert {cure("view_side", side=side) for side in ("stronger_side", "weaker_side")} <= set(TEXTS)
    assert {str(n) for n in range(1, 31)} <= set(TEXTS)
    for practice in list_practices():
        assert {practice.name, *practice.cues.values()} <= set(TEXTS)
        assert {check.say for check in getattr(practice, "check", ()) if check.say} <= set(TEXTS)
    assert set(lessons().spoken()) <= set(TEXTS)
    assert not any("{" in text for text in TEXTS)
    assert "English" not in TEXTS
    assert not {"{number} of {of}", "1 of 2"} & set(TEXTS)  # only read
    assert len(set(TEXTS)) == len(TEXTS)


def test_sets_are_counted_as_far_as_a_plan_goes():
    said = {text for text in TEXTS if re.fullmatch(r"Set \d of \d", text)}
    if "set_of" in words().get("screen", {}):
        assert {"Set 1 of 2", "Set 6 of 6"} <= said
        assert "Set 3 of 2" not in said


def test_a_part_that_nobody_can_fill_in_is_refused():
    with pytest.raises(PosecheckError, match=r"\{mood\}.*Known: limb"):
        list(module._fill("You look {mood}.", {}))


# How it sounds


def test_each_clip_is_mono_heard_and_not_clipped(sounds):
    for text, (samples, channels) in sounds.items():
        assert channels == 1, text
        spoken = np.sqrt(np.square(samples).mean())
        assert spoken > 0.02, text
        assert np.abs(samples).max() < 0.98, text
        assert abs(samples.mean()) < 0.01, text


def test_each_clip_takes_the_time_that_its_words_need(sounds):
    for text, (samples, _) in sounds.items():
        seconds, count = len(samples) / RATE, len(re.findall(r"[\w'’-]+", text))
        assert 0.3 <= seconds <= max(4.0, 0.75 * count), text
        assert seconds / count >= 0.15, text


def test_cues_are_short(sounds):
    said = [text for table in ("cue", "posture", "praise", "pacer") for text in words()[table].values()]
    said += [str(n) for n in range(1, 31)]
    for text in said:
        assert 0.3 <= len(sounds[text][0]) / RATE <= 4.0, text


def test_nobody_waits_for_a_clip_to_begin(sounds):
    for text, (samples, _) in sounds.items():
        heard = np.flatnonzero(np.abs(samples) > 0.02 * np.abs(samples).max())
        assert heard[0] / RATE <= 0.15, text
        assert (len(samples) - heard[-1]) / RATE <= 0.35, text


def test_clips_are_equally_loud(sounds):
    """Of what is spoken: a whispered ending or a pause between sentences says nothing."""
    db = []
    for samples, _ in sounds.values():
        step = RATE // 20
        power = np.square(samples[: len(samples) // step * step]).reshape(-1, step).mean(axis=1)
        db.append(10 * np.log10(power[power > power.max() / 100].mean()))
    assert np.ptp(db) <= 6
    assert np.std(db) <= 1


def test_the_voice_is_soft(sounds):
    """Most of it lies below 2 kHz."""
    for text, (samples, _) in sounds.items():
        power = np.square(np.abs(np.fft.rfft(samples)))
        above = np.fft.rfftfreq(len(samples), 1 / RATE) > 2000
        assert power[above].sum() < 0.35 * power.sum(), text


def test_the_length_is_read_from_the_file(sounds):
    for text in ("Sit tall.", "7", TEXTS[0]):
        assert length_s(clip(text)) == pytest.approx(len(sounds[text][0]) / RATE, abs=0.03)


def test_short_cues_are_recognised(sounds):
    """By a recogniser that knows all of them and has to tell which: a slip shows up as another text."""
    pocketsphinx = pytest.importorskip("pocketsphinx", reason="needs the package pocketsphinx")
    cues = [t for table in ("cue", "posture", "praise", "pacer") for t in words()[table].values()]
    cues = {
        text: " ".join(re.findall(r"[a-z']+", text.lower())) for text in cues if not re.search(r"\d", text)
    }
    known = pocketsphinx.Decoder(samprate=16000, loglevel="FATAL")
    cues = {t: said for t, said in cues.items() if all(known.lookup_word(word) for word in said.split())}
    grammar = f"#JSGF V1.0;\ngrammar cues;\npublic <cue> = {' | '.join(sorted(set(cues.values())))};\n"
    known.add_jsgf_string("cues", grammar)
    known.activate_search("cues")
    right = 0
    for text, said in cues.items():
        samples = np.pad(sounds[text][0][::3] * 20_000, 8_000).astype(np.int16)
        known.start_utt()
        known.process_raw(samples.tobytes(), full_utt=True)
        known.end_utt()
        right += known.hyp() is not None and known.hyp().hypstr == said
    assert right / len(cues) >= RECOGNISED_MIN


# Which file


def test_a_text_that_changes_has_another_file():
    assert file_stem("Sit tall.") != file_stem("Sit tall!")
    assert file_stem("Sit tall.") == file_stem("Sit tall.")
    assert re.fullmatch(r"[a-z0-9_]{1,40}-[0-9a-f]{6}", file_stem("Keep it so. " * 9))
    assert clip("Nobody has ever said this.") is None
    assert len({file_stem(text) for text in TEXTS}) == len(TEXTS)


def test_an_unknown_language_has_no_clips():
    assert clip("Sit tall.", "xx") is None
    assert clip("Sit tall.", "../voice/en") is None


def test_a_file_is_found_by_its_name_and_none_elsewhere(tmp_path):
    name = clip("Sit tall.").name
    assert find_clip(name) == clip("Sit tall.")
    (tmp_path / "secret.txt").write_text("a diary")
    for asked in ("../en/" + name, "/etc/passwd", "", "LICENCE.txt", "..", "secret.txt", "nothing.ogg"):
        assert find_clip(asked, folder=tmp_path) is None
    own = recording(tmp_path, "mother.wav")
    assert find_clip("mother.wav", folder=tmp_path) == own
    assert find_clip(name, folder=tmp_path) == clip("Sit tall.")


# A voice of one's own


def test_a_recording_named_as_the_sheet_says_takes_the_place_of_the_clip(tmp_path):
    rows = {row["text"]: row["file"] for row in csv.DictReader(io.StringIO(recording_sheet()))}
    assert list(rows) == TEXTS
    own = recording(tmp_path, rows["Sit tall."])
    assert clip("Sit tall.", folder=tmp_path) == own
    assert clip("Face the screen.", folder=tmp_path) == clip("Face the screen.")


def test_a_recording_may_have_any_name_that_the_index_tells(tmp_path):
    own = recording(tmp_path, "Aufnahme 7.wav")
    (tmp_path / "index.csv").write_text(
        "\ufefffile,text\nAufnahme 7.wav,Sit tall.\nlost.wav,Face the screen.\n../x.wav,Rest\n",
        encoding="utf-8",
    )
    assert clip("Sit tall.", folder=tmp_path) == own
    assert clip("Face the screen.", folder=tmp_path) == clip("Face the screen.")
    assert clip("Rest", folder=tmp_path) == clip("Rest")


def test_a_copied_clip_works_as_a_recording_too(tmp_path):
    shutil.copy(clip("Sit tall."), tmp_path)
    assert clip("Sit tall.", folder=tmp_path).parent == tmp_path


def test_the_length_of_a_script_counts_the_familys_recordings(tmp_path):
    lines = lessons().imagery.lines("elbow_flexion")
    own = recording(tmp_path, f"{file_stem(lines[0].say)}.wav", seconds=3.0)
    longer = script_s(lines, folder=tmp_path) - script_s(lines)
    assert longer == pytest.approx(3.0 - length_s(clip(lines[0].say)), abs=1e-6)
    assert length_s(own) == 3.0


def test_a_broken_recording_is_refused_with_a_sentence(tmp_path):
    for name in ("broken.ogg", "broken.wav"):
        (tmp_path / name).write_bytes(b"something else")
        with pytest.raises(PosecheckError, match="WAV"):
            length_s(tmp_path / name)
