"""Whether a limb that moves only 15 degrees is counted, once a check set says that this is how far it goes.

    python bench/weak_limb.py          (a few minutes the first time)

The weaker limb of rendered people does five repetitions of 15 degrees, seen from the view that the exercise names first
and facing the camera. They are analysed as the catalogue has it, and with a personal baseline of 15 degrees, as
`posecheck calibrate` writes it. Seeds and people are none of the validation grid's.
"""

import argparse
import os
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("LP_NUM_THREADS", "1")

from tqdm import tqdm

import posecheck as pc
from posecheck.exercise_parts import Personal
from render.movements import MOVEMENTS
from render.spec_file import make_spec
from validation import clips, grid, people
from validation.sets import near_side, seconds_of
from validation.truth import load_truth

EXERCISES = ("elbow_flexion", "shoulder_abduction", "shoulder_flexion", "knee_extension")
SIZE_DEG, REPS, SEED = 15.0, 5, 3000


def case_of(name, view, number):
    """A clip of the grid's kind in which the near or left limb goes 15 degrees, the other one rests."""
    deal, movement = people.Decks("weak limb", number), MOVEMENTS[name]
    side, way = near_side(view) or "left", 1 if movement.peak > movement.start else -1
    act = {
        "do": "exercise", "exercise": name, "side": side, "reps": REPS,
        "peak_deg": {s: [movement.start + way * SIZE_DEG] * REPS for s in ("left", "right")},
        "tempo": {"lift_s": 2.0, "hold_s": 0.5, "lower_s": 2.0, "rest_s": 1.5},
        "still_before_s": 2.0, "still_after_s": 1.0,
    }  # fmt: skip
    who = people.person(deal)
    camera = people.camera(deal, view, height_m=people.height_m(who), seated=movement.posture == "sit")
    spec = make_spec(
        {"title": f"{name} {view}", "seed": SEED + number, "person": who, "camera": camera,
         "room": people.room(deal), "film": people.film(deal), "act": [act]},
        where=name,
    )  # fmt: skip
    levels = {"side": side}
    return grid.Case(f"weak-{name}-{view}", "other", name, view, 0, spec, seconds_of([act]), levels=levels)


def counted(track, exercise, side):
    """Repetitions and attempts that are found of the limb."""
    result = pc.analyse(track, exercise, settings=pc.Settings(affected=side))
    reps = sum(row["side"] == side and row["complete"] for row in result.rows)
    return reps, sum(one["side"] == side for set_ in result.sets for one in set_["attempts"])


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, default=clips.CACHE, help="default out/bench")
    options = parser.parse_args()
    views = [
        (e, v) for e in EXERCISES for v in dict.fromkeys([next(iter(pc.load_exercise(e).view)), "front"])
    ]
    print(
        f"{'exercise':<20}{'view':<8}{'true':>6}{'catalogue: counted, tried':>28}{'calibrated: counted, tried':>29}"
    )
    for number, (name, view) in enumerate(tqdm(views, unit="clip", leave=False)):
        case = case_of(name, view, number)
        clip, side = clips.clip_of(case, options.cache), case.levels["side"]
        track = clips.watched(case, clip)
        true = len(load_truth(clip.truth).repetitions[side])
        exercise = pc.load_exercise(name)
        own = Personal(baseline_deg=SIZE_DEG, source="known")
        found = [
            counted(track, e, side) for e in (exercise, exercise.model_copy(update={"personal": {side: own}}))
        ]
        tqdm.write(
            f"{name:<20}{view:<8}{true:>6}" + "".join(f"{f'{reps}, {tries}':>28}" for reps, tries in found)
        )


if __name__ == "__main__":
    main()
