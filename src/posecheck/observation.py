"""Poses to signals on the uniform grid, as they arrive. A value once written never changes.

Every step looks a fixed, short time ahead, so extending by one frame or by a whole file writes the same bits.
"""

from functools import partial, reduce
from itertools import pairwise

import numpy as np

from posecheck.filters import ANGLE_REACH, PHASE_REACH, Sightings, grid_times, median3, resample, smooth
from posecheck.geometry import segment_distance, segment_length
from posecheck.in_space import Combined, Lifted
from posecheck.lifting import SHOWN_FROM_THE_SIDE, SIGNALS_LIFTED
from posecheck.records import OTHER_SIDE, SIDES, Signals
from posecheck.signals import SIGNALS, Body, bones_of, keypoints_of
from posecheck.world import IN_SPACE, InWorld, Known

_REACH = PHASE_REACH + 1  # the widest filter, and the median before it
_FRAME_MARGIN = 0.01  # of the image size
HELD = {
    "arm": ("shoulder", "elbow", "wrist"),
    "hand": ("shoulder", "elbow", "wrist"),
    "leg": ("hip", "knee", "ankle"),
    "ankle": ("knee", "ankle", "foot_index"),
    None: (),
}
"""Limb of each region, along which somebody may hold it; the person's own hand only beyond its middle joint."""
_TRUNK = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")


class Observation:
    """Signals of one exercise seen from one view, growing in time.

    Parameters
    ----------
    exercise : Exercise
    settings : Settings
    skeleton : Skeleton
    image_size_px : (2,) array
    view : str
        Frozen for the recording.
    watch : Watch
        How far the view can be trusted, and whether angles are taken in space.
    up : (3,) array
        Away from the ground, in the frame of the landmarks in metres.
    angles : PoseTrack, optional
        A recording of angles without keypoints.
    expected : int
        Samples to make room for.

    Attributes
    ----------
    lacking : tuple of str
        Keypoints that are asked for and that the skeleton does not have: NaN throughout.
    """

    def __init__(
        self, exercise, settings, skeleton, image_size_px, view, watch, up=(0.0, -1.0, 0.0), angles=None, *,
        expected=0,
    ):  # fmt: skip
        self.exercise, self.settings, self.view, self.watch = exercise, settings, view, watch
        self.sides = tuple(s for s in SIDES if settings.side in ("both", s))
        self.length = 0
        self.first_k = None
        self.skeleton, self._up, self._angles = skeleton, up, angles
        self._size = np.asarray(image_size_px, np.float64)
        names = {exercise.movement.signal}
        names |= {r.signal for r in exercise.require}
        names |= {c.signal for c in exercise.check if view in c.views}
        self.other_signals = sorted(names - {exercise.movement.signal})
        self._used = self._keypoints()
        self.lacking = tuple(name for name in self._used if name not in skeleton)
        self._has = np.array([name in skeleton for name in self._used])
        self._lifts = self._lifted_signals()
        self._lifted = self._estimator() if self._lifts else None
        self._sightings = Sightings(
            visibility_min=settings.visibility_min, visibility_regain=settings.visibility_regain
        )
        numbers, flags = self._channels()
        self._rows = {name: i for i, name in enumerate([*numbers, *flags])}
        room = max(expected, 1024)
        self._table, self._flags = np.empty((len(numbers), room)), np.empty((len(flags), room), bool)

    def _keypoints(self):
        used = [*self.skeleton.head, *_TRUNK]
        for side in SIDES:
            for signal in (self.exercise.movement.signal, *self.other_signals):
                used += keypoints_of(signal, side)
            used += [f"{side}_{part}" for part in HELD.get(self.exercise.region, ())] + [f"{side}_wrist"]
        return tuple(dict.fromkeys(used))

    def _estimator(self):
        if self.watch.estimator == "foreshortened":
            return Combined(self.skeleton, self._size, self._lifts, signal=self.exercise.movement.signal)
        if self._angles is not None:
            return Known(self._angles, self._lifts)
        if self.watch.estimator == "world_3d":
            return InWorld(self.skeleton, self._up, self._lifts)
        return Lifted(self.skeleton, self._size, self._lifts)

    def _lifted_signals(self):
        """(signal, side) of what is taken in space; nothing where the picture's own angles serve."""
        if self.watch is None or self.watch.estimator == "image_2d":
            return ()
        lifted = SIGNALS_LIFTED.difference(SHOWN_FROM_THE_SIDE if self.view in SIDES else ())
        wanted = IN_SPACE if self.watch.estimator == "world_3d" else lifted
        names = [n for n in (self.exercise.movement.signal, *self.other_signals) if n in wanted]
        lifts = tuple((name, side) for side in self.sides for name in names)
        if self._angles is None:
            return lifts
        return tuple((name, side) for name, side in lifts if f"{side}_{name}" in self._angles.angle_names)

    def _channels(self):
        """Names of channels: of numbers, and of what is either so or not."""
        own = ("raw", "angle", "phase", "speed", "proximal", "distal", "doubt", "helper", "own_hand")
        places = (f"{part}_{axis}" for part in ("chest", "hips") for axis in "xy")
        numbers = [
            *(f"{side} {c}" for side in SIDES for c in (*own, *self.other_signals)),
            *places,
            "trunk_px",
        ]
        flags = [f"{side} {c}" for side in SIDES for c in ("filled", "sighted")]
        return numbers, [*flags, *(f"sees {keypoint}" for keypoint in self._used), "framed"]

    def __getitem__(self, channel):
        """One channel, ``"left angle"``, ``"right trunk_lean"``, ``"framed"``..., as a (length,) array."""
        row = self._rows[channel]
        table = self._table if row < len(self._table) else self._flags
        return table[row - len(self._table) if table is self._flags else row, : self.length]

    @property
    def told(self):
        """(signal, side) of angles that no keypoint has to tell."""
        return () if self._angles is None else self._lifts

    @property
    def t_s(self):
        """Times of the grid samples so far."""
        return ((self.first_k or 0) + np.arange(self.length)) / self.settings.rate_hz

    @property
    def needs_from_s(self):
        """Of the frames before this time only the last is still needed."""
        if self.first_k is None:
            return -float("inf")
        return (
            self.first_k + self.length - _REACH - 1
        ) / self.settings.rate_hz - 3 * self.settings.fill_max_s

    def extend(self, t_s, uv_px, xyz_m, visibility, hands_px, *, final):
        """Write every grid sample that the frames so far settle.

        Parameters
        ----------
        t_s, uv_px, xyz_m, visibility, hands_px : arrays
            All frames, or those from `needs_from_s` on.
        final : bool
            True when no further frames will come.
        """
        if len(t_s) == 0:
            return
        rate_hz = self.settings.rate_hz
        if self.first_k is None:
            self.first_k = int(grid_times(t_s[0], t_s[0] + 2 / rate_hz, rate_hz)[0])
        keep = slice(first_needed(t_s, self.needs_from_s), None)
        t_s, uv_px, xyz_m, visibility = t_s[keep], uv_px[keep], xyz_m[keep], visibility[keep]
        hands_px = hands_px[keep].astype(np.float64)
        raw_px = self.skeleton.pick(uv_px, self._used).astype(np.float64)
        scores = self.skeleton.pick(visibility, self._used, absent=0.0)
        seen = self._sightings.extend(t_s, raw_px, scores, self._trunk_px(raw_px))
        points_px = np.where(seen[..., None], raw_px, np.nan)
        in_space = self._in_space(t_s, uv_px, xyz_m, visibility, seen)
        told_of = [points_px[:, self._has, 0], *(told[:, 0] for told in in_space.values())]
        known = np.isfinite(np.column_stack(told_of))
        done = self.first_k + self.length
        settled = int(
            grid_times(0, t_s[-1] if final else self._settled_s(t_s, known), rate_hz).max(initial=-1)
        )
        stop = settled + 1 if final else settled + 1 - _REACH
        if stop <= done:
            return
        begin = max(self.first_k, done - _REACH)
        grid_s = np.arange(begin, settled + 1) / rate_hz
        wanted = slice(done - begin, stop - begin)
        self._append(self._block(t_s, raw_px, points_px, in_space, hands_px, grid_s, wanted)[:, wanted])

    def _in_space(self, t_s, uv_px, xyz_m, visibility, seen):
        """Angles in space and their sigmas by signal and side, (T, 2) deg; NaN where a keypoint of it is not seen."""
        if self._lifted is None:
            return {}
        told = self._lifted.extend(t_s, uv_px, xyz_m, visibility)
        out = {}
        for i, (signal, side) in enumerate(self._lifts):
            far = {"left": "right_", "right": "left_"}.get(self.view, "none")
            if self._angles is not None:  # no keypoint stands behind it
                out[signal, side] = told[:, i]
                continue
            needed = [self._used.index(n) for n in keypoints_of(signal, side) if not n.startswith(far)]
            out[signal, side] = np.where(seen[:, needed].all(axis=1)[:, None], told[:, i], np.nan)
        return out

    def in_space_now(self, side):
        """The movement's angle in space in the latest picture, unsmoothed; NaN for a side that is not looked at."""
        key = (self.exercise.movement.signal, side)
        if self._lifted is None or key not in self._lifts:
            return np.nan
        return float(self._lifted.latest[self._lifts.index(key), 0])

    def _trunk_px(self, raw_px):
        """Length of the trunk as the model has it, also where it doubts it: a measure for leaps, not a result."""
        corners = [raw_px[:, self._used.index(name)] for name in _TRUNK]
        return segment_length(0.5 * (corners[0] + corners[1]), 0.5 * (corners[2] + corners[3]))

    def _settled_s(self, t_s, seen):
        """Time up to which all that is resampled has the two later sightings (or the long silence) that fix it."""
        horizon_s = t_s[-1] - 2 * self.settings.fill_max_s
        if len(t_s) < 2:
            return horizon_s
        recent = t_s[:, None] * np.where(seen, 1.0, np.nan)
        last_two = seen[-2:].all(axis=0)
        if last_two.all():
            return max(t_s[-2], horizon_s)
        return max(min(_second_last(recent[:, i]) for i in np.flatnonzero(~last_two)), horizon_s)

    def _block(self, t_s, raw_px, points_px, in_space, hands_px, grid_s, wanted):
        noisy, points, filled = {}, {}, {}
        for members in _alike(np.isfinite(points_px[..., 0])):
            xy, bridged = resample(
                t_s,
                points_px[:, members].reshape(len(t_s), -1),
                grid_s,
                fill_max_s=self.settings.fill_max_s,
            )
            calm = median3(xy)
            for j, i in enumerate(members):
                name, own = self._used[i], slice(2 * j, 2 * j + 2)
                noisy[name], points[name], filled[name] = xy[:, own], calm[:, own], bridged
        block = np.full((len(self._rows), len(grid_s)), np.nan)
        for name in self._used:
            block[self._rows[f"sees {name}"]] = np.isfinite(points[name][:, 0]) & ~filled[name]
        body, noisy_body = Body(points, self.view), Body(noisy, self.view)
        for key, told in in_space.items():
            angle, sigma = resample(t_s, told, grid_s, fill_max_s=self.settings.fill_max_s)[0].T
            noisy_body.in_space[key], body.in_space[key] = angle, median3(angle)
            if key[0] == self.exercise.movement.signal:
                block[self._rows[f"{key[1]} doubt"]] = sigma
        with np.errstate(invalid="ignore"):
            for side in self.sides:
                self._fill_side(block, body, noisy_body, filled, side, wanted)
            for part, joints in (("chest", "shoulder"), ("hips", "hip")):
                block[self._rows[f"{part}_x"]], block[self._rows[f"{part}_y"]] = body.middle(joints).T
            block[self._rows["trunk_px"]] = SIGNALS["trunk_length"].function(body, None)
        at = np.searchsorted(t_s, grid_s, side="right") - 1  # the frame at or before each sample
        block[self._rows["framed"]] = self._framed(raw_px, at)
        then = lambda of_frames: np.where((at >= 0)[:, None, None], of_frames[np.maximum(at, 0)], np.nan)  # noqa: E731
        others_px, guessed_px = then(hands_px), then(raw_px)
        for side in self.sides:
            self._fill_helper(block, others_px, guessed_px, side)
            self._fill_own_hand(block, body, side)
        return block

    def _fill_side(self, block, body, noisy_body, filled, side, wanted):
        row = lambda channel: self._rows[f"{side} {channel}"]  # noqa: E731
        smoothed = partial(smooth, rate_hz=self.settings.rate_hz, wanted=wanted)
        movement = self.exercise.movement.signal
        angle = body.angle(movement, side)
        block[row("raw")] = raw = noisy_body.angle(movement, side)
        block[row("angle")] = smoothed(angle, reach=ANGLE_REACH)
        # From the side the picture keeps the shape of a movement better than its size: times and speed are its.
        shape = SIGNALS[movement].function(body, side) if self.view in SIDES else angle
        block[row("phase")] = smoothed(shape, reach=PHASE_REACH)
        block[row("speed")] = smoothed(shape, reach=ANGLE_REACH, derivative=1)
        bridged = np.logical_or.reduce([filled[name] for name in keypoints_of(movement, side)])
        block[row("filled")] = bridged
        block[row("sighted")] = np.isfinite(raw) & ~bridged
        for channel, (one, other) in zip(("proximal", "distal"), bones_of(movement), strict=False):
            block[row(channel)] = segment_length(body(one, side), body(other, side))
        for signal in self.other_signals:
            block[row(signal)] = smoothed(body.angle(signal, side), reach=ANGLE_REACH)

    def _limb(self, side):
        """Keypoints along which a limb may be held; () where fewer than two are followed."""
        names = (f"{side}_{part}" for part in HELD[self.exercise.region])
        followed = tuple(name for name in names if name in self._used and name not in self.lacking)
        return followed if len(followed) > 1 else ()

    def _fill_helper(self, block, others_px, guessed_px, side):
        """Distance of somebody else's hands from the limb, in trunk lengths.

        The hand that holds a wrist hides it. So the limb is taken where the model guesses it, also where that is too
        doubtful to be measured: near enough to tell that somebody is there.
        """
        limb = [guessed_px[:, self._used.index(name), None] for name in self._limb(side)]
        if limb and np.isfinite(others_px).any():  # mostly nobody else is there
            to_others = [segment_distance(others_px, a, b) for a, b in pairwise(limb)]
            trunk_px = block[self._rows["trunk_px"]][:, None]
            nearest = np.fmin.reduce(np.concatenate(to_others, axis=1) / trunk_px, axis=1)
            block[self._rows[f"{side} helper"]] = nearest

    def _fill_own_hand(self, block, body, side):
        """Distance of the person's own other hand from the limb beyond its middle joint, in trunk lengths."""
        limb, own = self._limb(side), f"{OTHER_SIDE[side]}_wrist"
        if limb and self.view not in SIDES and not self.exercise.shared:
            ends = [body.points[name] for name in limb[-2:]]
            nearest = segment_distance(body.points[own], *ends)
            block[self._rows[f"{side} own_hand"]] = nearest / block[self._rows["trunk_px"]]

    def _framed(self, raw_px, at):
        """1 where head and trunk lie inside the picture, 0 where not, by the frame nearest before.

        Some models leave out what is hidden: then one point of the head, a shoulder and a hip must be seen.
        """
        margin = _FRAME_MARGIN * self._size
        if self.watch.estimator == "world_3d":  # no picture that anything could be outside of
            somebody = np.asarray(np.isfinite(raw_px[..., 0]).any(axis=1), np.float64)
            if self._angles is not None:
                somebody = np.ones(len(raw_px))
            return np.where(at >= 0, somebody[np.maximum(at, 0)], 0.0)
        groups = (self.skeleton.head, _TRUNK[:2], _TRUNK[2:])
        places = [
            [raw_px[:, self._used.index(name)] for name in names if name in self.skeleton] for names in groups
        ]
        known = [reduce(_first_known, part) for part in places if part]
        if not known:
            return np.zeros(len(at))
        seen = np.isfinite(np.stack(known, axis=1)).all(axis=(1, 2))
        # Of the head one point is enough, wherever it turns.
        xy = np.stack([*(known[:1] if places[0] else ()), *places[1], *places[2]], axis=1)
        outside = ((xy < margin) | (xy > self._size - margin)).any(axis=(1, 2))
        inside = np.asarray(seen & ~outside, np.float64)
        return np.where(at >= 0, inside[np.maximum(at, 0)], 0.0)

    def _append(self, block):
        need, count = self.length + block.shape[1], len(self._table)
        self._table, self._flags = (_with_room(x, self.length, need) for x in (self._table, self._flags))
        self._table[:, self.length : need] = block[:count]
        self._flags[:, self.length : need] = block[count:] == 1
        self.length = need

    def signals(self):
        """Everything observed so far as `Signals`, columns named ``left_elbow_flexion_deg`` and so on."""
        movement = self.exercise.movement.signal
        columns, names, units, filled = [], [], [], []
        for side in self.sides:
            for signal in (movement, *self.other_signals):
                channel = "angle" if signal == movement else signal
                columns.append(self[f"{side} {channel}"])
                units.append(SIGNALS[signal].unit)
                names.append(f"{side}_{signal}_{SIGNALS[signal].unit}")
                filled.append(self[f"{side} filled"])
        values, filled = (np.array(x).reshape(len(names), self.length) for x in (columns, filled))
        for array in (values, filled):
            array.setflags(write=False)  # or hours of them would be copied once more
        return Signals(self.t_s, values.T, tuple(names), tuple(units), filled.T)


def first_needed(t_s, needs_from_s):
    """Index of the first frame that is still needed: one more than those since then, which stands for a gap."""
    return max(int(np.searchsorted(t_s, needs_from_s)) - 1, 0)


def _with_room(table, used, need):
    """The table, or one of twice its length with the same beginning, for `need` columns."""
    if need <= table.shape[1]:
        return table
    grown = np.empty((len(table), max(need, 2 * table.shape[1])), table.dtype)
    grown[:, :used] = table[:, :used]
    return grown


def _first_known(one, other):
    """(T, 2) px: the first place where it is known, else the other."""
    return np.where(np.isfinite(one), one, other)


def _alike(seen):
    """Keypoints grouped by when they were seen, (T, K) to lists of indices: each group is resampled in one go."""
    groups = {}
    for i in range(seen.shape[1]):
        groups.setdefault(seen[:, i].tobytes(), []).append(i)
    return groups.values()


def _second_last(times):
    seen = times[np.isfinite(times)]
    return seen[-2] if len(seen) > 1 else -np.inf
