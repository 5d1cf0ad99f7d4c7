"""Rendered pictures with known angles, as the pose model sees them: what the lifter learns from.

`python bench/lifting/frames.py --people 400 -o out/lifting` films people in rooms, each in an exercise and in poses
that no exercise shows, runs the engine on single pictures and stores landmarks beside the truth. Seeds begin at 20,000:
bodies, clothes, rooms and cameras are none of the validation grid's (bench/validation/grid.py).
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from posecheck.engines import open_engine
from render.clip import Set, record, take
from render.film import Sensor
from render.movements import MOVEMENTS
from render.spec_file import make_spec
from validation import people

SEEDS_FROM = 20_000
EACH = 30  # pictures of the exercise, and as many of free poses
FREE_S = 40.0
AZIMUTH_DEG = 112.0  # people are seen from the front, from either side, and a little from behind


def spec_of(number):
    """One person in one room, in an exercise and in free poses."""
    rng = np.random.default_rng([SEEDS_FROM, number])
    deal = people.Decks("lifting", number)
    name = list(MOVEMENTS)[number % len(MOVEMENTS)]
    movement, who = MOVEMENTS[name], people.person(deal)
    room, film = people.room(deal), people.film(deal)
    who["face"] = int(rng.integers(1, 10_000))
    room["chair"] = (
        rng.choice(["auto", "auto", "armchair", "wheelchair"]) if movement.posture == "sit" else "auto"
    )
    film |= {"dropped": 0.0, "jitter_s": 0.0}
    camera = people.camera(deal, "front", height_m=people.height_m(who), seated=movement.posture == "sit")
    camera["azimuth_deg"] = float(rng.uniform(-AZIMUTH_DEG, AZIMUTH_DEG))
    camera["elevation_deg"] = float(rng.uniform(-8, 16))
    size = abs(movement.peak - movement.start)
    upwards = np.sign(movement.peak - movement.start)
    peak = float(movement.start + upwards * size * rng.uniform(0.4, 1.15))
    lean = rng.uniform(-14, 14, 3) * (rng.random(3) < 0.6)
    exercise = {
        "do": "exercise",
        "exercise": name,
        "reps": 3,
        "side": str(
            rng.choice(["left", "right"] if movement.plant == "other_foot" else ["left", "right", "both"])
        ),
        "peak_deg": peak,
        "tempo": {"lift_s": 2.0, "hold_s": 0.8, "lower_s": 2.0, "rest_s": 0.5},
        "compensation": {
            "trunk_lean_deg": float(lean[0]),
            "trunk_flexion_deg": float(lean[1]),
            "trunk_rotation_deg": float(lean[2]),
            "shoulder_hike_deg": float(rng.uniform(0, 12)),
            "elbow_drift_deg": float(rng.uniform(0, 20) * (rng.random() < 0.5)),
        },
    }
    acts = [exercise, {"do": "free", "posture": movement.posture, "seconds": FREE_S}]
    return make_spec(
        {
            "seed": SEEDS_FROM + number,
            "person": who,
            "camera": camera,
            "room": room,
            "film": film,
            "act": acts,
        }
    )


def seen(number, engine):
    """Landmarks and truth of one person: dict of arrays with a leading axis of pictures."""
    spec = spec_of(number)
    rng = np.random.default_rng([SEEDS_FROM, number, 1])
    whole = take(spec, [0.0])
    until_s = whole.staged[0].end_s
    t_s = np.concatenate([rng.uniform(1.0, until_s, EACH), rng.uniform(until_s, until_s + FREE_S, EACH)])
    t_s.sort()
    scene = take(spec, t_s)
    shown = Set(scene)
    sensor = Sensor(noise=spec.film.noise, blur=spec.film.blur, seed=spec.seed)
    engine.reset()
    uv, xyz, visibility = (np.full((len(t_s), 33, n), np.nan, np.float32) for n in (2, 3, 1))
    inside = np.zeros((len(t_s), len(scene.joints_m)), bool)
    points = np.stack(list(scene.joints_m.values()), axis=1)
    for i in range(len(t_s)):
        pose = engine.detect(i / 30, sensor(shown.picture(i)))
        uv[i], xyz[i], visibility[i, :, 0] = pose.uv_px, pose.xyz_m, pose.visibility
        inside[i] = shown.stage.visible(points[i])
    shown.close()
    _, truth = record(scene, inside)
    angles = {name: values for name, values in truth.items() if name.endswith("_deg") and "image" not in name}
    return {
        "number": np.full(len(t_s), number),
        "free": t_s >= until_s,
        "azimuth_deg": np.full(len(t_s), spec.camera.azimuth_deg),
        "size_px": np.tile(spec.film.size_px, (len(t_s), 1)),
        "uv_px": uv,
        "xyz_m": xyz,
        "visibility": visibility[..., 0],
        "joints_m": truth["joints_m"],
        "joints_px": truth["joints_px"],
        "inside": inside,
        **angles,
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=400)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--model", default="full")
    parser.add_argument("-o", "--output", type=Path, default=Path("out/lifting"))
    chosen = parser.parse_args()
    chosen.output.mkdir(parents=True, exist_ok=True)
    with open_engine("blazepose", chosen.model, mode="image", threads=1) as engine:
        for number in tqdm(range(chosen.first, chosen.first + chosen.people), unit="person"):
            path = chosen.output / f"{chosen.model}_{number:05d}.npz"
            if path.exists():
                continue
            np.savez_compressed(path, **seen(number, engine))


if __name__ == "__main__":
    main()
