"""Tables of a study out of what was measured clip by clip: in the order of the manifest, so always the same."""

import contextlib
import csv
import io
import json
import os
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from posecheck.batch.columns import FAILURE_COLUMNS, pair_schema, rep_schema, trial_schema
from posecheck.batch.manifest import exercises_of
from posecheck.batch.study import FAILURES, PAIRS_TABLE, REPS_TABLE, TRIALS_TABLE, whole
from posecheck.records import SIDES

_CLIPS_AT_ONCE = 200  # become one row group: a study of any size is written with the memory of so many


def write_tables(study, clips, done):
    """Write reps.parquet and trials.parquet.

    Parameters
    ----------
    study : Study
    clips : list of Clip
    done : dict of str to Outcome
        By id of the clip; those that are not in it are left out.

    Returns
    -------
    paired : dict of str to dict
        What was measured of each clip with a participant, without its rows: for pairing.
    without : list of str
        Names of clips without a repetition.
    """
    ours = [clip for clip in clips if clip.id in done]
    carried = {name: [clip.carried.get(name) for clip in clips] for name in _carried_names(clips)}
    exercises = exercises_of(clips)
    kept, without = {}, []
    with (
        _table(study, REPS_TABLE, rep_schema(exercises, carried)) as add_reps,
        _table(study, TRIALS_TABLE, trial_schema(carried)) as add_trials,
    ):
        for begin in range(0, len(ours), _CLIPS_AT_ONCE):
            some = [
                (clip, done[clip.id], study.read_clip(done[clip.id].key))
                for clip in ours[begin : begin + _CLIPS_AT_ONCE]
            ]
            add_reps(row for clip, _, told in some for row in _rep_rows(clip, told))
            add_trials(_trial_row(study, *one) for one in some)
            kept |= {clip.id: _without_rows(told) for clip, _, told in some if clip.participant}
            without += [clip.id for clip, _, told in some if not told["reps"]]
    return kept, without


def _without_rows(told):
    return {name: told[name] for name in ("measured_side", "view")}


def _carried_names(clips):
    return list(dict.fromkeys(name for clip in clips for name in clip.carried))


@contextlib.contextmanager
def _table(study, name, schema):
    """A function that adds rows to a Parquet file, which appears once it is whole."""
    with (
        whole(study.folder / name, study=study.folder) as partial,
        parquet.ParquetWriter(partial, schema, compression="zstd") as writer,
    ):
        yield lambda rows: writer.write_table(pa.Table.from_pylist(list(rows), schema=schema))


def _whose(clip):
    return {"trial": clip.id, "participant": clip.participant or None, "session": clip.session or None}


def _rep_rows(clip, told):
    whose = {**clip.carried, **_whose(clip)}
    for row in told["reps"]:
        yield row | whose


def _trial_row(study, clip, outcome, told):
    quality, made, source = told["quality"], told["provenance"], told["provenance"]["source"]
    rows, settings = told["reps"], clip.settings
    counted = {f"{side}_reps": repetitions(rows, side) for side in SIDES}
    kept = study.poses_file(outcome.poses)
    # From the folder of the study, so that both can be moved together.
    stored = Path(os.path.relpath(kept, study.folder)).as_posix() if kept.is_file() else clip.place
    return {
        **clip.carried, **_whose(clip), "path": clip.place, "exercise": made["exercise"], "side": settings.side,
        "affected": settings.affected, "kind": settings.kind, "level": settings.level, "view": told["view"],
        "sets": len(told["sets"]), **counted, "scored_reps": sum(bool(r["scored"]) for r in rows),
        "attempts": sum(len(one["attempts"]) for one in told["sets"]),
        "not_this_exercise": len(quality["not_this_exercise"]),
        **{name: quality[name] for name in
           ("detected_pct", "framing", "trunk_px", "fps_median", "fps_gaps", "people", "mirrored")},
        "duration_s": source.get("duration_s"), "frames": source.get("frames"),
        "warnings": " ".join(quality["warnings"]) or None, **flat(told["symmetry"], before="symmetry_"),
        "video_sha256": outcome.sha256, **{n: made[n] for n in ("engine", "model", "model_sha256", "exercise_sha256",
        "posecheck")}, "runs_on": source.get("engine", {}).get("runs_on"),
        "settings": json.dumps(made["settings"], sort_keys=True), "poses": stored, "key": outcome.key,
    }  # fmt: skip


def repetitions(rows, side):
    """How many whole repetitions a limb did; of a limb away from the camera that is not known, None."""
    own = [row for row in rows if row["side"] == side]
    if own and all(row["exclusion_reason"] == "far limb" for row in own):
        return None
    return sum(bool(row["complete"]) for row in own)


def flat(symmetry, *, before=""):
    """A comparison as columns: an interval becomes two. What a table has no column for, its schema leaves out."""
    told = {}
    for name, value in symmetry.items():
        if name.endswith("_ci95"):
            low, high = value or (None, None)
            told |= {f"{before}{name}_low": low, f"{before}{name}_high": high}
        else:
            told[f"{before}{name}"] = value
    return told


def write_pairs(study, pairs, untold):
    """Write pairs.parquet, of a list of `PairJob`; `untold` says by key why one could not be compared."""
    rows = []
    for pair in pairs:
        told = None if pair.key in untold else study.read_clip(pair.key)
        whose = {"participant": pair.first.participant, "session": pair.first.session or None,
                 "exercise": pair.first.exercise.id, "kind": pair.first.settings.kind, "first": pair.first.id,
                 "other": pair.other.id}  # fmt: skip
        told = told or {
            "comparable": False,
            "reason": untold.get(pair.key, "what was compared cannot be read"),
        }
        rows.append({**flat(told), **whose})
    with _table(study, PAIRS_TABLE, pair_schema()) as add:
        add(rows)


def write_failures(study, failed):
    """Write failures.csv: ``(clip, reason)`` each; the header alone where there are none."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(FAILURE_COLUMNS)
    for clip, reason in failed:
        told = {
            **_whose(clip),
            "path": clip.place,
            "exercise": clip.exercise.id,
            "reason": " ".join(reason.split()),
        }
        writer.writerow([told[name] or "" for name in FAILURE_COLUMNS])
    with whole(study.folder / FAILURES, study=study.folder) as partial:
        partial.write_text(text.getvalue(), encoding="utf-8")


def keys_before(study):
    """Key of each trial in the tables that are there already."""
    path = study.folder / TRIALS_TABLE
    if not path.is_file():
        return {}
    try:
        table = parquet.read_table(path, columns=["trial", "key"]).to_pydict()
    except (OSError, KeyError, pa.ArrowException):
        return {}
    return dict(zip(table["trial"], table["key"], strict=True))
