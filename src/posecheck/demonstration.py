"""A figure that shows an exercise: one whole cycle, from the exercise's own start, target and tempo.

What is shown is what is asked: measured with `posecheck.signals`, the figure's own joints give the angles of the
exercise's file. Drawing is done elsewhere (``app/static/figure.js``).
"""

from dataclasses import dataclass

import numpy as np

from posecheck.demonstration_body import SIDES, Camera, Figure, unit
from posecheck.demonstration_props import furniture, shapes
from posecheck.demonstration_scenes import SCENES, Lead, at_rest
from posecheck.errors import ExerciseError
from posecheck.exercise_parts import Tempo

OWN_PACE_S = {"lift": 2.0, "hold": 0.0, "lower": 2.0, "rest": 2.0}  # where the tempo leaves it open
POSES = 25  # along the way from rest to top, for the browser, which goes straight from one to the next
PROFILE_DEG = 55.0  # from here on the far arm is behind the trunk
MARGIN = 0.05  # around what must be seen, figure heights
CLOSE_MARGIN = 0.075
ROUND_HEAD, FLOOR = 0.085, 0.035


@dataclass(frozen=True, eq=False)
class Demonstration:
    """One cycle of an exercise: rest, lift, hold, lowering, rest.

    Attributes
    ----------
    exercise, side, level : str
    moving : tuple of str
        What moves: ``left_arm``, ``right_arm``, ``left_leg``, ``right_leg``, ``trunk``.
    phases_s : dict of str to float, s
        ``lift``, ``hold``, ``lower``, ``rest``; half of the rest comes before, half after.
    t_s : (T,) array, s
        From the beginning of the cycle.
    part : (T,) array
        Of the way from rest (0) to top (1), minimum jerk.
    signal : (T,) array, deg or ratio
        What the exercise measures; NaN where the camera measures nothing.
    joints : dict of str to (T, 3) array, figure heights
        By name, as in `posecheck.demonstration_body.Figure`; things that are held are joints too.
    camera : Camera
    mirrored : bool
        The figure's right side is at the right of the picture, as in a mirror.
    """

    exercise: str
    side: str
    level: str
    moving: tuple[str, ...]
    phases_s: dict[str, float]
    t_s: np.ndarray
    part: np.ndarray
    signal: np.ndarray
    joints: dict[str, np.ndarray]
    camera: Camera
    mirrored: bool
    _way: dict[str, np.ndarray]
    _furniture: dict[str, list]

    @property
    def cycle_s(self):
        """How long one cycle lasts."""
        return sum(self.phases_s.values())

    def picture(self, *, camera=None, mirrored=None):
        """Joints as a picture has them, right, down and nearer, (T, 3) figure heights by name.

        The camera is the demonstration's own unless another is given.
        """
        camera, mirrored = camera or self.camera, self.mirrored if mirrored is None else mirrored
        return {name: camera.picture(place, mirrored=mirrored) for name, place in self.joints.items()}

    def to_json(self):
        """All that a browser needs to draw it, as plain data of less than 20 kB.

        Instead of every joint in every frame there are the joints in `POSES` poses along the way, in thousandths of the
        figure's height, and how far along the way each frame is: a browser may draw as many frames as it likes.
        """
        scene = SCENES[self.exercise]
        thousandths = {
            name: np.round(1000 * self.camera.picture(place, mirrored=self.mirrored)).astype(int)
            for name, place in self._way.items()
        }
        still = {name: flat[0].tolist() for name, flat in thousandths.items() if (flat == flat[0]).all()}
        return {
            "exercise": self.exercise,
            "side": self.side,
            "level": self.level,
            "moving": list(self.moving),
            "trails": _trails(self, scene),
            "phases_s": self.phases_s,
            "lift_begins_s": self.phases_s["rest"] / 2,
            "cycle_s": self.cycle_s,
            "rate_hz": round(1.0 / float(self.t_s[1] - self.t_s[0]), 3),
            "part": [round(float(p), 3) for p in self.part],
            "poses": {name: flat.tolist() for name, flat in thousandths.items() if name not in still},
            "still": still,
            "facing": [
                round(float(v), 3) for v in self.camera.picture([0.0, 0.0, 1.0], mirrored=self.mirrored)
            ],
            "order": _order(self, scene),
            "props": {
                name: shapes(parts, self.camera, mirrored=self.mirrored)
                for name, parts in self._furniture.items()
            },
            "frame": _frame(self, scene),
        }


def demonstrate(exercise, *, side, level="1", tempo=None, rate_hz=15, mirrored=True):
    """One cycle of an exercise as it is asked for.

    Parameters
    ----------
    exercise : Practice
        An entry of the catalogue (or a personal copy), whether the camera measures it or not.
    side : str
        ``left`` or ``right``: which limb moves, and where both move, which one leads.
    level : str
        ``"1"`` to ``"3"``.
    tempo : Tempo or mapping of str to float, s, optional
        ``lift_s``, ``hold_s``, ``lower_s``, ``rest_s``; what is missing is the level's, or `OWN_PACE_S`.
    rate_hz : float, Hz
    mirrored : bool
        As in a mirror: the figure's right side at the right of the picture.

    Returns
    -------
    Demonstration

    Raises
    ------
    ExerciseError
        For an exercise that no scene is known of, or a side that there is not.

    Examples
    --------
    >>> from posecheck.exercise import load_practice
    >>> shown = demonstrate(load_practice("elbow_flexion"), side="right")
    >>> shown.phases_s["lift"], round(shown.signal.min()), round(shown.signal.max())
    (2.0, 10, 90)
    """
    scene = _scene(exercise)
    if side not in SIDES:
        raise ExerciseError(f"A demonstration moves the 'left' or the 'right' side, not {side!r}.")
    start, peak = _from_to(exercise, scene, level, side)
    phases_s = _phases(exercise, level, tempo)
    t_s = np.arange(round(sum(phases_s.values()) * rate_hz)) / rate_hz
    part = course(t_s, phases_s)
    moved = (side,) if exercise.sides == "unilateral" else SIDES
    azimuth = scene.azimuth_deg if side == "right" else -scene.azimuth_deg
    way = np.linspace(0.0, 1.0, POSES)
    perform = lambda part: _performed(scene, side, moved, start, peak, part)  # noqa: E731
    return Demonstration(
        exercise=exercise.id,
        side=side,
        level=str(level),
        moving=(scene.limb,) if scene.limb == "trunk" else tuple(f"{one}_{scene.limb}" for one in moved),
        phases_s=phases_s,
        t_s=t_s,
        part=part,
        signal=start + (peak - start) * part if exercise.measured else np.full(len(part), np.nan),
        joints=perform(part),
        camera=Camera(azimuth, scene.elevation_deg),
        mirrored=mirrored,
        _way=perform(way),
        _furniture=furniture(scene, peak),
    )


def course(t_s, phases_s):
    """Part of the way from rest to top over one cycle that begins with half of the rest: minimum jerk.

    Parameters
    ----------
    t_s : (T,) array, s
    phases_s : dict of str to float, s

    Returns
    -------
    (T,) array
        0 at rest, 1 during the hold (Flash & Hogan 1985).
    """
    lifting = np.clip((t_s - phases_s["rest"] / 2) / phases_s["lift"], 0, 1)
    top_s = phases_s["rest"] / 2 + phases_s["lift"] + phases_s["hold"]
    lowering = np.clip((t_s - top_s) / phases_s["lower"], 0, 1)
    rise = lambda u: u**3 * (10 - 15 * u + 6 * u**2)  # noqa: E731
    return rise(lifting) - rise(lowering)


def _scene(exercise):
    if exercise.id not in SCENES:
        raise ExerciseError(
            f"No demonstration is known of {exercise.id!r}. Known: {', '.join(sorted(SCENES))}."
        )
    return SCENES[exercise.id]


def _from_to(exercise, scene, level, side):
    """The signal at rest and at the top."""
    if not exercise.measured:
        return scene.start, scene.peak
    target = exercise.target_of(str(level), side)
    start = target.peak - exercise.sign * target.range
    return start, target.peak if scene.ends_at is None else scene.ends_at


def _phases(exercise, level, tempo):
    given = tempo.model_dump() if isinstance(tempo, Tempo) else dict(tempo or {})
    asked = exercise.target[str(level)].tempo
    phases_s = {}
    for name, own in OWN_PACE_S.items():
        first = given.get(f"{name}_s")
        second = getattr(asked, f"{name}_s")
        phases_s[name] = float(first if first is not None else second if second is not None else own)
    return phases_s


def _performed(scene, side, moved, start, peak, part):
    """Joints of the figure along the way, (P, 3) by name."""
    figure = Figure(len(part))
    at_rest(figure, scene)
    lead = Lead(start + (peak - start) * part, part, peak)
    for one in (side,) if scene.whole else moved:
        scene.move(figure, one, lead)
    figure.put("hips", figure.hips)
    return figure.joints


def _order(shown, scene):
    """Names of what is drawn, from the farthest to the nearest."""
    near = "left" if shown.camera.azimuth_deg > 0 else "right"
    far = "right" if near == "left" else "left"
    profile = abs(shown.camera.azimuth_deg) > PROFILE_DEG
    props = [*(["door"] if "door" in scene.props else []), "chair_back", "chair", "step"]
    legs, body = [f"{far}_leg", f"{near}_leg"], ["trunk", "head"]
    tops, arms = ["table", "counter", "rail", "towel"], [f"{far}_arm", f"{near}_arm"]
    if scene.stands:
        order = [*props, *legs, *body, *tops, *arms]
        if profile:
            order = [*props, *legs, *tops, arms[0], *body, arms[1]]
    elif not profile:
        order = [*props, *body, *legs, *tops, *arms]
    elif f"{far}_arm" in shown.moving:
        order = [*props, *legs, *tops, arms[0], *body, arms[1]]
    else:
        order = [*props, legs[0], arms[0], legs[1], *tops, *body, arms[1]]
    there = set(shown._furniture) | set(shown._way) | set(legs) | set(arms) | set(body)
    return [name for name in order if name in there]


def _frame(shown, scene):
    """Left, top, right, bottom of what must be seen, figure heights: over the whole way, with a margin."""
    picture = lambda place: shown.camera.picture(place, mirrored=shown.mirrored)[..., :2]  # noqa: E731
    if scene.frame:
        sides = SIDES if scene.limb == "leg" or "head" in scene.frame else (shown.side,)
        names = {part if part in shown._way else f"{side}_{part}" for side in sides for part in scene.frame}
        flat, margin = np.concatenate([picture(shown._way[name]) for name in names]), CLOSE_MARGIN
        low, high = flat.min(axis=0) - margin, flat.max(axis=0) + margin
    else:
        flat = np.concatenate([picture(place) for name, place in shown._way.items() if name != "anchor"])
        head = picture(shown._way["head"])
        low = np.minimum(flat.min(axis=0) - MARGIN, head.min(axis=0) - ROUND_HEAD - FLOOR)
        high = flat.max(axis=0) + np.array([MARGIN, FLOOR])
        for name, parts in shown._furniture.items():
            if name != "door":
                corners = np.concatenate([picture(part) for part in parts])
                low = np.minimum(low, corners.min(axis=0) - FLOOR)
                high = np.maximum(high, corners.max(axis=0) + FLOOR)
    return [round(float(v), 3) for v in (*low, *high)]


# Beyond which joint, seen from which other one, a trail is drawn, and how far: it must not hide what moves.
_BEYOND = {
    "hand": ("wrist", 0.05),
    "foot_index": ("heel", 0.045),
    "heel": ("foot_index", 0.04),
    "middle_3": ("middle_1", 0.03),
}
_ABOVE = {"knee": 0.085, "hips": 0.14}


def _trails(shown, scene):
    """The way of the moving end in the picture, (P, 2) thousandths: two where both sides show one each."""
    if not scene.end:
        return []
    both = len(shown.moving) == 2 and not scene.whole and abs(shown.camera.azimuth_deg) <= PROFILE_DEG
    trails = []
    for side in SIDES if both else (shown.side,):
        name = scene.end if scene.end in shown._way else f"{side}_{scene.end}"
        place = shown._way[name]
        if scene.end in _BEYOND:
            other, far = _BEYOND[scene.end]
            place = place + far * unit(place - shown._way[f"{side}_{other}"])
        place = place + np.array([0.0, _ABOVE.get(scene.end, 0.0), 0.0])
        flat = shown.camera.picture(place, mirrored=shown.mirrored)[:, :2]
        trails.append(np.round(1000 * flat, 1).tolist())
    return trails
