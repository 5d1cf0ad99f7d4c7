"""From a spec to a clip and its truth."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from render import truth
from render.cast import body_of, camera_of, companion, figure_of, props_of, room_of, seat_height_m
from render.film import Sensor, black, blurred, write_video
from render.kinematics import joints, pose
from render.obstacles import obstacles_of
from render.postures import Home
from render.spec import SIDES, Spec
from render.stage import Stage
from render.timeline import Motion, perform, phase_of, picture_times, stage_acts

SIGHT_EVERY = 3  # pictures between two looks at what stands before what
LIMB_MARGIN_M = 0.12  # a joint lies inside its limb: what is nearer by less than this does not hide it
# A joint is looked at as a limb is, not as a point: what leaves more than half of this about it in sight does not hide
# it. Behind the 3.5 cm rail of the standing exercises the pose model's landmarks are as exact as elsewhere.
LIMB_RADIUS_M = 0.10
SUB_PICTURES = 5  # that a blurred picture is made of
# Beyond this azimuth a person stands oblique, beyond that side-on: what posecheck calls the views (posecheck.view).
OBLIQUE_DEG, SIDE_DEG = 20.0, 65.0


@dataclass(frozen=True)
class Take:
    """A spec, acted out: everything but the pictures.

    Attributes
    ----------
    spec : Spec
    home : Home
    staged : list of Staged
    duration_s : float, s
    motion : Motion
    posed : Posed
    joints_m : dict of str to (T, 3) array, m
    camera : Camera
    """

    spec: Spec
    home: Home
    staged: list
    duration_s: float
    motion: Motion
    posed: object
    joints_m: dict
    camera: object

    @property
    def t_s(self):
        return self.motion.t_s

    @cached_property
    def joints_px(self):
        """Where the joints are in the picture, dict of str to (T, 2) array."""
        return {name: self.camera.project(xyz) for name, xyz in self.joints_m.items()}

    @cached_property
    def obstacles(self):
        """What stands before parts of the body, list of `Obstacle`."""
        return obstacles_of(self)


def take(spec, t_s=None):
    """Act a spec out, at the times of its pictures or at others."""
    staged = stage_acts(spec)
    duration_s = staged[-1].end_s
    home = Home(body_of(spec.person))
    motion = perform(
        spec, home, staged, picture_times(spec, duration_s) if t_s is None else np.asarray(t_s, np.float64)
    )
    posed = pose(home.body, motion.angles).moved(motion.pelvis_m)
    return Take(
        spec, home, staged, duration_s, motion, posed, joints(home.body, posed), camera_of(spec, staged, home)
    )


class Set:
    """A take on its stage, ready to be filmed.

    Parameters
    ----------
    take : Take
    """

    def __init__(self, take):
        spec = take.spec
        exercised = next((one for one in take.staged if one.movement), None)
        held, hand = (exercised.movement.held, exercised.act.side) if exercised else ("none", "right")
        self.take = take
        self.figure = figure_of(spec.person, take.home.body, held=held, held_side=hand, seed=spec.seed)
        self.others = [
            companion(other, i, spec.seed, take.t_s, take.joints_m) for i, other in enumerate(spec.other)
        ]
        props = props_of(spec, take.staged, take.home, seat_height_m(self.figure, take.home))
        self.stage = Stage(take.camera, room_of(spec), light=spec.room.light, quality=spec.film.quality)
        self.stage.enter([self.figure, *(o.figure for o in self.others)], props)

    def picture(self, i):
        """The picture at time i, (H, W, 3) uint8, before lens and sensor."""
        take = self.take
        main = take.motion.present[i]
        own = self.figure.skin(take.posed.rotations[i], take.posed.positions[i]) if main else None
        return self.stage.picture([own, *self._companions(i)])

    def in_sight(self, i):
        """Which joints at time i have little before them but the person's own body, (J,) bool."""
        self.stage.picture([None, *self._companions(i)])
        points = np.stack([xyz[i] for xyz in self.take.joints_m.values()])
        return self.stage.visible(points, LIMB_MARGIN_M, LIMB_RADIUS_M)

    def _companions(self, i):
        return [
            o.figure.skin(o.posed.rotations[i], o.posed.positions[i]) if o.present[i] else None
            for o in self.others
        ]

    def close(self):
        self.stage.close()


def make_clip(spec, folder, stem, *, video=True, progress=None):
    """Film a spec and write the clip with its truth.

    Parameters
    ----------
    spec : Spec
    folder : Path
    stem : str
    video : bool
        False leaves the video as it is and writes the truth only, which takes a few seconds.
    progress : callable (done, pictures), optional

    Returns
    -------
    Path
        Of the video.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    scene = take(spec)
    path = folder / f"{stem}.mp4"
    set_ = Set(scene)
    visible = _in_picture(scene) & _in_sight(set_)
    if video:
        _film(set_, path, progress)
    set_.close()
    facts, arrays = record(scene, visible)
    if path.is_file():
        facts = {"video_sha256": hashlib.sha256(path.read_bytes()).hexdigest(), **facts}
    facts = {"format": "posecheck truth 2", "video": path.name, **facts}
    (folder / f"{stem}.truth.json").write_text(json.dumps(facts, indent=1) + "\n")
    with open(folder / f"{stem}.truth.npz", "wb") as file:
        np.savez_compressed(file, **arrays)
    return path


def _film(set_, path, progress):
    """Write the video."""
    scene = set_.take
    spec, film = scene.spec, scene.spec.film
    smear = _smeared(scene) if film.shutter else None
    sensor = Sensor(noise=film.noise, blur=film.blur, seed=spec.seed)

    def pictures():
        for i in range(len(scene.t_s)):
            if any(dark.from_s <= scene.t_s[i] < dark.to_s for dark in film.black):
                yield np.rot90(black(film.size_px), film.rotated_deg // 90)
                continue
            if smear is None:
                rgb = set_.picture(i)
            else:
                rgb = blurred([smear.picture(j) for j in range(i * SUB_PICTURES, (i + 1) * SUB_PICTURES)])
            for obstacle in scene.obstacles:
                rgb = obstacle.drawn(rgb, i)
            rgb = sensor(rgb)
            if progress:
                progress(i + 1, len(scene.t_s))
            rgb = rgb[:, ::-1] if film.mirrored else rgb
            yield np.rot90(rgb, film.rotated_deg // 90)  # stored the other way: the player turns it back

    write_video(path, scene.t_s, pictures(), crf=film.crf, rotation_deg=film.rotated_deg)
    if smear:
        smear.close()


def _in_sight(set_):
    """Where little but the person's own body stands before a joint, (T, J); looked at every few pictures."""
    scene = set_.take
    looks = [set_.in_sight(i) for i in range(0, len(scene.t_s), SIGHT_EVERY)]
    return np.repeat(looks, SIGHT_EVERY, axis=0)[: len(scene.t_s)]


def _smeared(scene):
    """The same set at the times within which each picture gathers light."""
    film = scene.spec.film
    open_s = film.shutter / film.rate_hz
    within = open_s * (np.arange(SUB_PICTURES) / (SUB_PICTURES - 1) - 0.5)
    return Set(take(scene.spec, (scene.t_s[:, None] + within).ravel()))


def _in_picture(scene):
    """Whether each joint lies inside the picture while somebody is there, is not black and nothing stands before it."""
    size = np.array(scene.spec.film.size_px)
    xy = np.stack(list(scene.joints_px.values()), axis=1)
    inside = (np.isfinite(xy) & (xy >= 0) & (xy <= size)).all(axis=-1) & scene.motion.present[:, None]
    for dark in scene.spec.film.black:
        inside[(scene.t_s >= dark.from_s) & (scene.t_s < dark.to_s)] = False
    for obstacle in scene.obstacles:
        inside &= ~obstacle.covers(xy)
    return inside


def view_of(azimuth_deg):
    """Name of the view from an azimuth, and the side nearer the camera (or None)."""
    size, side = abs(azimuth_deg), "left" if azimuth_deg > 0 else "right"
    if size <= OBLIQUE_DEG:
        return "front", None
    if size > 180.0 - SIDE_DEG:
        return "back", side
    return (side if size > SIDE_DEG else f"oblique_{side}"), side


def record(scene, visible):
    """The truth of a take: what goes into the JSON file and what into the arrays.

    Parameters
    ----------
    scene : Take
    visible : (T, J) bool array

    Returns
    -------
    facts : dict
    arrays : dict of str to array
    """
    spec, names = scene.spec, list(scene.joints_m)
    t_s, px = scene.t_s, scene.joints_px
    commands = {f"{s}_{n}": scene.motion.angles.get(f"{s}_{n}", np.zeros(len(t_s)))
                for s in SIDES for n in ("wrist_extension", "finger_curl", "forearm_pronation")}  # fmt: skip
    series = truth.curves(scene.joints_m, px, commands)
    first = next((one for one in scene.staged if one.movement), None)
    view, near = view_of(spec.camera.azimuth_deg)
    angle = first.movement.angle if first else None
    facts = {
        "title": spec.title,
        "exercise": first.act.exercise if first else None,
        "view": view,
        "near_side": near,
        "camera": spec.camera.model_dump(exclude_none=True),
        "width": spec.film.size_px[0],
        "height": spec.film.size_px[1],
        "frames": len(t_s),
        "duration_s": round(scene.duration_s, 4),
        "rotated_deg": spec.film.rotated_deg,
        "mirrored": spec.film.mirrored,
        "person": spec.person.model_dump() | {"height_m": round(float(scene.home.body.height_m), 3)},
        "angle": {
            "name": angle,
            "unit": truth.ANGLES[angle].unit,
            "definition": truth.ANGLES[angle].definition,
        }
        if angle
        else None,
        "acts": [_act_row(one) for one in scene.staged],
        "people": [
            {"do": o.do, "from_s": o.from_s, "to_s": min(o.to_s, scene.duration_s)} for o in spec.other
        ],
        "hidden": [{"part": h.part, "from_s": h.from_s, "to_s": h.to_s} for h in spec.hidden],
        "repetitions": _repetitions(scene, series, visible),
    }
    arrays = {
        "t_s": t_s,
        "joint_names": np.array(names),
        "joints_m": _rounded(np.stack([scene.joints_m[n] for n in names], axis=1), 2**-12),
        "joints_px": _rounded(np.stack([px[n] for n in names], axis=1), 2**-3),
        "visible": visible,
        "present": scene.motion.present,
        **{f"{side}_phase": phase for side, phase in phase_of(scene.staged, t_s).items()},
        **{name: _rounded(values, 2**-7) for name, values in series.items()},
    }
    return facts, arrays


def _rounded(values, step):
    """Multiples of a power of two: 0.2 mm, 0.1 px, 0.008 deg are more than anybody needs, and pack into a quarter."""
    return (np.round(np.asarray(values) / step) * step).astype(np.float32)


def _act_row(one):
    row = {"do": one.act.do, "start_s": round(one.begin_s, 4), "end_s": round(one.end_s, 4)}
    for name in ("exercise", "side", "picture"):
        if hasattr(one.act, name):
            row[name] = getattr(one.act, name)
    return row


def _repetitions(scene, series, visible):
    names = list(scene.joints_m)
    rows = {side: [] for side in SIDES}
    for number, one in enumerate(scene.staged, start=1):
        for side, reps in one.repetitions.items():
            angle = one.movement.angle
            seen = visible[:, [names.index(k) for k in truth.keypoints_of(angle, side)]].all(axis=1)
            for rep in reps:
                row = truth.true_repetition(rep, side, angle, scene.t_s, series, visible=seen)
                row |= {"act": number, "exercise": one.act.exercise, "helped": _helped(scene.spec, side, rep)}
                row["rep"] = len(rows[side]) + 1
                rows[side].append(row)
    return rows


def _helped(spec, side, rep):
    return any(
        o.do == "help" and o.helps_side == side and o.from_s < rep.end_s and o.to_s > rep.start_s
        for o in spec.other
    )
