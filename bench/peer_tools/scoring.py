"""What a peer answered, and how far that is from the truth. The rules are the same for everybody, us included."""

from dataclasses import dataclass, field

import numpy as np

from peer_tools.clips import START_S

NOT_OFFERED = "does not offer"
WITHHELD = "withheld"
SLACK_S = 0.5  # around a true repetition in which one that is found belongs to it


@dataclass(frozen=True)
class Found:
    """One repetition that a peer found.

    Attributes
    ----------
    at_s : float, s
        An instant inside it: the event of a counter, the middle of the top of one who knows phases.
    range_deg, lift_s, lower_s : float
        NaN when withheld.
    """

    at_s: float
    range_deg: float = np.nan
    lift_s: float = np.nan
    lower_s: float = np.nan


@dataclass(frozen=True, eq=False)
class Answer:
    """What a peer says about one limb of one clip. None = it does not offer such a thing.

    Attributes
    ----------
    t_s, angle_deg : (T,) array or None
        The angle in our convention (docs/conventions.md).
    found : list of Found or None
    measures : frozenset of str
        Which of ``range`` and ``times`` are meant by its `found`.
    cpu_s : float, s
        CPU of its own part, landmarks in hand.
    note : str
    """

    t_s: np.ndarray | None = None
    angle_deg: np.ndarray | None = None
    found: list | None = None
    measures: frozenset = field(default_factory=frozenset)
    cpu_s: float = np.nan
    note: str = ""


# Column, its weight column. The pooled root-mean-square error is pooled as squares, the others as means.
_MEANS = {
    "angle_rmse_deg": "frames_compared",
    "angle_bias_deg": "frames_compared",
    "range_bias_deg": "ranges",
    "range_mae_deg": "ranges",
    "own_range_bias_deg": "own_ranges",
    "own_range_mae_deg": "own_ranges",
    "lift_mae_s": "times",
    "lower_mae_s": "times",
    "coverage_pct": "frames",
    "cpu_us_per_frame": "frames",
}
_SUMS = ("frames", "repetitions", "missed", "extra", "frames_compared", "ranges", "own_ranges", "times")
_GROUP = ("exercise", "view", "limb", "peer", "setting", "knows", "version")
CLIP_COLUMNS = ("clip", "side", *_GROUP, *_SUMS, *_MEANS, "note")
POOLED_COLUMNS = (*_GROUP, "limbs", *_SUMS, *_MEANS, "note")


def score(clip, side, answer):
    """Errors of an answer about one limb.

    Returns
    -------
    dict
        Numbers, or `NOT_OFFERED`, or `WITHHELD` where the peer offers it and gave none here. ``range_*`` reads the
        peer's curve where the truth says that the repetitions are; ``own_range_*`` and the times are what the peer
        itself says about the repetitions that it found.
    """
    true = clip.repetitions[side]
    row = dict.fromkeys(_MEANS, NOT_OFFERED) | {"frames": len(clip.track), "repetitions": len(true)}
    row |= dict.fromkeys(("frames_compared", "ranges", "own_ranges", "times"), 0)
    row |= {"missed": NOT_OFFERED, "extra": NOT_OFFERED, "note": answer.note}
    if np.isfinite(answer.cpu_s):
        row["cpu_us_per_frame"] = 1e6 * answer.cpu_s / len(clip.track)
    if answer.angle_deg is not None:
        row |= _curve_errors(clip, side, answer)
    if answer.found is not None:
        pairs, extra = paired(true, answer.found)
        row |= {"missed": len(true) - len(pairs), "extra": extra}
        if "range" in answer.measures:
            errors = [found.range_deg - rep["range_deg"] for rep, found in pairs]
            row |= _spread(errors, "own_range_bias_deg", "own_range_mae_deg", "own_ranges")
        if "times" in answer.measures:
            lift = [found.lift_s - (rep["top_start_s"] - rep["start_s"]) for rep, found in pairs]
            lower = [found.lower_s - (rep["end_s"] - rep["top_end_s"]) for rep, found in pairs]
            row |= _spread(lift, None, "lift_mae_s", "times") | _spread(lower, None, "lower_mae_s", "times")
    return row


def _curve_errors(clip, side, answer):
    t_s, angle_deg = np.asarray(answer.t_s), np.asarray(answer.angle_deg)
    within = (t_s >= clip.t_s[0]) & (t_s <= clip.t_s[-1])
    truly = np.interp(t_s, clip.t_s, clip.curves_deg[side])
    seen = within & np.isfinite(angle_deg) & np.isfinite(truly)
    true = clip.repetitions[side]
    moving = np.logical_or.reduce([(t_s >= r["start_s"]) & (t_s <= r["end_s"]) for r in true] or [within])
    row = {"frames_compared": int(seen.sum()), "coverage_pct": 100.0 * float(seen[moving].mean())}
    if not seen.any():
        return row | dict.fromkeys(
            ("angle_rmse_deg", "angle_bias_deg", "range_bias_deg", "range_mae_deg"), WITHHELD
        )
    error = angle_deg[seen] - truly[seen]
    row |= {"angle_rmse_deg": float(np.sqrt(np.mean(error**2))), "angle_bias_deg": float(np.mean(error))}
    errors = [range_read(t_s, angle_deg, rep) - rep["range_deg"] for rep in true]
    return row | _spread(errors, "range_bias_deg", "range_mae_deg", "ranges")


def range_read(t_s, angle_deg, rep):
    """Range of a true repetition as a curve shows it, by the definition of the truth; NaN when too little is seen.

    Signed in the direction of the true movement: a curve that moves the other way has a negative range, so that a
    flipped sign shows.
    """
    rest = angle_deg[(t_s >= rep["start_s"] - START_S) & (t_s < rep["start_s"])]
    top = angle_deg[(t_s >= rep["top_start_s"]) & (t_s <= rep["top_end_s"])]
    # A turn without a hold may fall between two samples: then the nearest one is the top.
    top = top if len(top) else angle_deg[[np.argmin(np.abs(t_s - rep["top_start_s"]))]]
    if not np.isfinite(rest).any() or not np.isfinite(top).any():
        return np.nan
    return float(np.sign(rep["peak_deg"] - rep["start_deg"]) * (np.nanmedian(top) - np.nanmedian(rest)))


def _spread(errors, bias, mae, count):
    errors = np.array([e for e in errors if np.isfinite(e)])
    names = [name for name in (bias, mae) if name]
    if not len(errors):
        return dict.fromkeys(names, WITHHELD) | {count: 0}
    told = {bias: float(np.mean(errors)), mae: float(np.mean(np.abs(errors)))}
    return {name: told[name] for name in names} | {count: len(errors)}


def paired(true, found):
    """True repetitions with the first that was found in each, and how many further ones were found anywhere.

    One belongs to the repetition whose time, `SLACK_S` to each side, it lies in; where the rest between two is
    shorter than that, its middle divides them.

    Returns
    -------
    list of (dict, Found), int
    """
    ordered = sorted(found, key=lambda one: one.at_s)
    pairs, taken = [], set()
    for i, rep in enumerate(true):
        begin, end = rep["start_s"] - SLACK_S, rep["end_s"] + SLACK_S
        if i:
            begin = max(begin, 0.5 * (true[i - 1]["end_s"] + rep["start_s"]))
        if i + 1 < len(true):
            end = min(end, 0.5 * (rep["end_s"] + true[i + 1]["start_s"]))
        inside = [j for j, one in enumerate(ordered) if begin <= one.at_s < end and j not in taken]
        if inside:
            taken.add(inside[0])
            pairs.append((rep, ordered[inside[0]]))
    return pairs, len(ordered) - len(pairs)


def pooled(rows):
    """Rows of single limbs put together by exercise, view, limb, peer and setting, in the order they first appear."""
    groups = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in _GROUP), []).append(row)
    return [_pool(key, group) for key, group in groups.items()]


def _pool(key, group):
    together = dict(zip(_GROUP, key, strict=True)) | {"limbs": len(group)}
    for name in _SUMS:
        numbers = [row[name] for row in group if not isinstance(row[name], str)]
        together[name] = sum(numbers) if numbers else NOT_OFFERED
    for name, weight in _MEANS.items():
        told = [(row[name], row[weight]) for row in group if not isinstance(row[name], str)]
        if told and sum(w for _, w in told):
            values, weights = np.array(told).T
            square = name == "angle_rmse_deg"
            mean = np.average(values**2 if square else values, weights=weights)
            together[name] = float(np.sqrt(mean) if square else mean)
        else:
            together[name] = WITHHELD if any(row[name] == WITHHELD for row in group) else NOT_OFFERED
    together["note"] = "; ".join(dict.fromkeys(row["note"] for row in group if row["note"]))
    return together
