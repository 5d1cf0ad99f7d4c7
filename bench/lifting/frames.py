"""Rendered pictures with known angles, as the pose model sees them: what the lifter learns from.

`python bench/lifting/frames.py --people 400 -o out/lifting` films people in rooms, each in an exercise and in poses
that no exercise shows, runs the engine on single pictures and stores landmarks beside the truth. Seeds begin at 20,000:
bodies, clothes, rooms and cameras are none of the validation grid's (bench/validation/grid.py).
"""

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from posecheck.engines import open_engine
from render.cast import camera_of, room_of
from render.clip import Set, record, take
from render.film import Sensor
from render.kinematics import joints, pose
from render.movements import MOVEMENTS
from render.spec_file import make_spec
from validation import people

SEEDS_FROM = 20_000
CAMERAS, EACH = 4, 24  # a person is seen by so many cameras, in so many pictures each
FREE_S, FREE_PART = 30.0, 0.3
PROPS_PART = 0.25  # of the people have a table before them at times, which hides much
# Most of what is hard: towards the lens, or half turned. From number `FROM_THE_SIDE` on people are seen side-on too.
AZIMUTHS_DEG = ((-22, 22), (22, 50), (-50, -22), (-112, 112))
SIDE_AZIMUTHS_DEG = ((-30, 30), (66, 112), (-112, -66), (70, 100))
FROM_THE_SIDE = 800
# From this number on they hardly rest: halfway between rest and top is where facing cameras tell least.
MOVING = 1200
# People do not move like the renderer's model of an exercise: most pictures stray from it, by so much (one sd, deg).
STRAYING_PART = 0.7
STRAY_DEG = {
    "shoulder_elevation": 7.0, "shoulder_plane": 18.0, "shoulder_rotation": 18.0, "elbow_flexion": 8.0,
    "forearm_pronation": 25.0, "hip_flexion": 5.0, "hip_abduction": 5.0, "knee_flexion": 6.0, "toe_out": 6.0,
    "trunk_lean": 3.0, "trunk_flexion": 5.0, "trunk_rotation": 5.0, "head_nod": 8.0, "head_turn": 10.0,
}  # fmt: skip
_HINGES = ("elbow_flexion", "knee_flexion")  # do not bend backwards
OFTEN = {
    "sit": ("elbow_flexion", "shoulder_flexion", "knee_extension", "sit_to_stand"),
    "stand": ("mini_squat", "mini_squat", "hamstring_curl"),
}


def spec_of(number):
    """One person in one room, in some exercises and in free poses."""
    rng = np.random.default_rng([SEEDS_FROM, number])
    deal = people.Decks("lifting", number)
    posture = "sit" if number % (2 if number >= MOVING else 3) else "stand"
    props = rng.random() < PROPS_PART
    others = [
        n
        for n, m in MOVEMENTS.items()
        if m.posture == posture and n not in OFTEN[posture] and (props or m.props in ((), ("counter",)))
    ]
    who, room, film = people.person(deal), people.room(deal), people.film(deal)
    who["face"] = int(rng.integers(1, 10_000))
    room["chair"] = rng.choice(["auto", "auto", "armchair", "wheelchair"]) if posture == "sit" else "auto"
    film |= {"dropped": 0.0, "jitter_s": 0.0}
    others = [] if number >= MOVING else rng.choice(others, 2, replace=False)
    acts = [_exercise(rng, name, number) for name in (*OFTEN[posture], *others)]
    acts.append({"do": "free", "posture": posture, "seconds": FREE_S})
    spec = {"seed": SEEDS_FROM + number, "person": who, "room": room, "film": film, "act": acts}
    return make_spec(spec | {"camera": _camera(number, rng, who, posture, 0)})


def _exercise(rng, name, number):
    movement = MOVEMENTS[name]
    span = movement.peak - movement.start
    start = movement.start + rng.uniform(-0.1, 0.15) * span
    lean = rng.uniform(-14, 14, 3) * (rng.random(3) < 0.5)
    sides = ("left", "right") if movement.in_turn else ("left", "right", "both")
    return {
        "do": "exercise",
        "exercise": name,
        "reps": 1,
        "side": str(rng.choice(sides)),
        "start_deg": round(float(start), 3),
        "peak_deg": round(float(movement.start + span * rng.uniform(0.4, 1.12)), 3),
        "tempo": {"lift_s": 2.0, "hold_s": 0.1 if number >= MOVING else 1.2, "lower_s": 2.0, "rest_s": 0.3},
        "still_before_s": 0.1 if number >= MOVING else 0.7,
        "still_after_s": 0.3,
        "compensation": {
            "trunk_lean_deg": float(lean[0]),
            "trunk_flexion_deg": float(lean[1]),
            "trunk_rotation_deg": float(lean[2]),
            "shoulder_hike_deg": float(rng.uniform(0, 12)),
            "elbow_drift_deg": float(rng.uniform(0, 20) * (rng.random() < 0.5)),
        },
    }


def _camera(number, rng, who, posture, i):
    deal = people.Decks("lifting", number)
    azimuths = SIDE_AZIMUTHS_DEG if number >= FROM_THE_SIDE else AZIMUTHS_DEG
    camera = people.camera(deal, "front", height_m=people.height_m(who), seated=posture == "sit")
    camera["azimuth_deg"] = float(rng.uniform(*azimuths[i]))
    camera["elevation_deg"] = float(rng.uniform(-8, 16))
    if i:
        camera["distance_m"] = round(camera["distance_m"] * float(rng.uniform(0.85, 1.5)), 2)
        camera["fovy_deg"] = round(camera["fovy_deg"] * float(rng.uniform(0.8, 1.15)), 1)
    return camera


def seen(number, engine):
    """Landmarks and truth of one person: dict of arrays with a leading axis of pictures."""
    spec, rng = spec_of(number), np.random.default_rng([SEEDS_FROM, number, 1])
    free_from_s = take(spec, [0.0]).staged[-1].begin_s
    free = rng.random(CAMERAS * EACH) < (0.1 if spec.seed - SEEDS_FROM >= MOVING else FREE_PART)
    t_s = np.where(free, free_from_s + FREE_S * rng.random(len(free)), free_from_s * rng.random(len(free)))
    scene = _strayed(take(spec, t_s), ~free & (rng.random(len(free)) < STRAYING_PART), rng)
    shown = Set(scene)
    posture = spec.act[-1].posture
    shots = []
    for i in range(CAMERAS):
        if i:
            camera = _camera(number, rng, spec.person.model_dump(), posture, i)
            scene = replace(
                scene, spec=spec.model_copy(update={"camera": spec.camera.model_copy(update=camera)})
            )
            scene = replace(scene, camera=camera_of(scene.spec, scene.staged, scene.home))
            shown.stage.look_from(scene.camera, room_of(scene.spec))
        shots.append(_shot(scene, shown, engine, slice(i * EACH, (i + 1) * EACH)))
    shown.close()
    rows = {name: np.concatenate([shot[name] for shot in shots]) for name in shots[0]}
    return {
        "number": np.full(len(t_s), number),
        "free": free,
        "joint_names": np.array(list(scene.joints_m)),
    } | rows


def _strayed(scene, stray, rng):
    """The same take with every joint a little elsewhere in the pictures `stray`, (T,) bool."""
    angles = {}
    for name, values in scene.motion.angles.items():
        joint = name.removeprefix("left_").removeprefix("right_")
        off = STRAY_DEG.get(joint, 0.0) * rng.standard_normal(len(values)) * stray
        angles[name] = np.maximum(values + off, np.minimum(values, 0.0)) if joint in _HINGES else values + off
    body, motion = scene.home.body, replace(scene.motion, angles=angles)
    posed = pose(body, angles).moved(motion.pelvis_m)
    return replace(scene, motion=motion, posed=posed, joints_m=joints(body, posed))


def _shot(scene, shown, engine, span):
    """What one camera sees."""
    spec, pictures = scene.spec, range(len(scene.t_s))[span]
    sensor = Sensor(noise=spec.film.noise, blur=spec.film.blur, seed=spec.seed)
    engine.reset()
    uv, xyz, visibility = (np.full((len(pictures), 33, n), np.nan, np.float32) for n in (2, 3, 1))
    inside = np.zeros((len(scene.t_s), len(scene.joints_m)), bool)
    points = np.stack(list(scene.joints_m.values()), axis=1)
    for k, i in enumerate(pictures):
        pose = engine.detect(k / 30, sensor(shown.picture(i)))
        uv[k], xyz[k], visibility[k, :, 0] = pose.uv_px, pose.xyz_m, pose.visibility
        inside[i] = shown.stage.visible(points[i])
    _, truth = record(scene, inside)
    angles = {name: values for name, values in truth.items() if name.endswith("_deg") and "image" not in name}
    camera = scene.camera
    return {
        "azimuth_deg": np.full(len(pictures), spec.camera.azimuth_deg),
        "size_px": np.tile(spec.film.size_px, (len(pictures), 1)),
        "camera_view": np.tile(camera.view, (len(pictures), 1, 1)),
        "focal_px": np.full(len(pictures), camera.focal_px),
        "uv_px": uv,
        "xyz_m": xyz,
        "visibility": visibility[..., 0],
    } | {
        name: values[span]
        for name, values in {
            "joints_m": truth["joints_m"],
            "joints_px": truth["joints_px"],
            "inside": inside,
            **angles,
        }.items()
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
