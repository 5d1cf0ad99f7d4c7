"""The recorded outcome of a run: small CSV tables and one JSON file that says where they come from.

Everything on the validation page is computed from these files alone.
"""

import hashlib
import json
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "bench/results"
TABLES = ("clips", "reps", "angles", "sets", "foreign")
_PREFIX = "accuracy_"
_WORDS = {"reps": ("reason", "estimator"), "clips": ("exercise", "pair", "weaker"), "sets": ("reason",)}
"""Columns in which an empty cell is an empty word, not a number that is missing."""
_DECIMALS = 3  # a millisecond, a thousandth of a degree


@dataclass(frozen=True)
class Outcome:
    """What one run of the bench found.

    Attributes
    ----------
    clips : DataFrame
        One row a clip: what was filmed, how it was seen, how many foreign exercises were tried on it and found in it.
    reps : DataFrame
        One row a repetition; columns `validation.scoring.REP_COLUMNS`.
    angles : DataFrame
        One row a limb of a clip: sums of the error of its angle.
    sets : DataFrame
        One row a left-right ratio.
    foreign : DataFrame
        One row for each exercise that was counted in a clip which does not show it.
    facts : dict
        Where all of it comes from.
    """

    clips: pd.DataFrame
    reps: pd.DataFrame
    angles: pd.DataFrame
    sets: pd.DataFrame
    foreign: pd.DataFrame
    facts: dict


def outcome(tables, facts):
    """An `Outcome` from lists of rows, rounded as it will be stored: what is shown now is what is read back."""
    frames = {name: pd.DataFrame(tables[name]) for name in TABLES}
    for frame in frames.values():
        numbers = frame.select_dtypes("float").columns
        frame[numbers] = frame[numbers].round(_DECIMALS)
    return Outcome(**frames, facts=facts)


def write(found, folder=RESULTS):
    """Store an outcome; returns the paths."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name in TABLES:
        paths.append(folder / f"{_PREFIX}{name}.csv")
        getattr(found, name).to_csv(paths[-1], index=False, lineterminator="\n", float_format="%.12g")
    paths.append(folder / f"{_PREFIX}facts.json")
    paths[-1].write_text(json.dumps(found.facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return paths


def read(folder=RESULTS):
    """The stored outcome, or None when there is none."""
    folder = Path(folder)
    facts = folder / f"{_PREFIX}facts.json"
    if not facts.is_file():
        return None
    frames = {}
    for name in TABLES:
        try:
            frames[name] = pd.read_csv(folder / f"{_PREFIX}{name}.csv", keep_default_na=False, na_values=[""])
        except pd.errors.EmptyDataError:  # a table without a row
            frames[name] = pd.DataFrame()
    for table, names in _WORDS.items():
        for name in frames[table].columns.intersection(names):
            words = frames[table][name].astype(object)
            frames[table][name] = words.where(words.notna(), "")
    return Outcome(**frames, facts=json.loads(facts.read_text(encoding="utf-8")))


def facts_of_run(command, cases, *, model, machine):
    """Where an outcome comes from: code, models, machine, day and command."""
    from posecheck.exercise import load_exercise
    from posecheck.models import model_file
    from validation import clips, people

    names = sorted({case.exercise for case in cases if case.exercise})
    digest = hashlib.sha256("".join(clips.clip_of(case).stem for case in cases).encode())
    return {
        "command": command,
        "date_utc": f"{datetime.now(UTC):%Y-%m-%d}",
        "posecheck_commit": _commit(),
        "engine": "blazepose",
        "model": model,
        "model_sha256": model_file(f"pose_landmark_{model}").sha256,
        "exercises_sha256": {name: load_exercise(name).sha256 for name in names},
        "checks": {name: [_facts_of_check(check) for check in load_exercise(name).check] for name in names},
        "grid_sha256": digest.hexdigest(),
        "decks_seed": people.DECKS_SEED,
        "clips": len(cases),
        "machine": machine,
    }


def _facts_of_check(check):
    names = ("id", "signal", "views", "start", "severe", "direction")
    return {
        name: list(value) if isinstance(value := getattr(check, name), tuple) else value for name in names
    }


def _commit():
    """The commit that is checked out, with ``+`` when the files differ from it."""
    git = lambda *words: subprocess.run(  # noqa: E731
        ["git", *words], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    changed = git("status", "--porcelain", "--", "src", "bench", "models", ":!bench/results")
    return (git("rev-parse", "--short=12", "HEAD") or "unknown") + ("+" if changed else "")
