"""Every figure of the validation page, computed from the recorded rows. A figure never goes without its coverage."""

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from posecheck.rules import STOP_START
from validation.scoring import VISIBLE_PCT
from validation.truth import COMPENSATIONS

VIEW_GROUPS = {
    "left": "side",
    "right": "side",
    "oblique_left": "oblique",
    "oblique_right": "oblique",
    "front": "front",
}
GROUPS = ("side", "front", "oblique")
TIMED_FROM_DEG = 30.0  # below this excursion only the whole repetition is timed
RESAMPLES, RESAMPLING_SEED = 2000, 7
_SHOWN = ["clip", "present", "excess", "cue"]
_TIMES = ("lift_s", "hold_s", "lower_s", "start_s", "top_start_s", "top_end_s", "end_s")


def errors_of(reps):
    """The recorded repetitions with their errors: measured minus true, NaN where there is no number.

    Parameters
    ----------
    reps : DataFrame
        With `validation.scoring.REP_COLUMNS`.

    Returns
    -------
    DataFrame
        With ``group`` (side, front, oblique), ``true`` (it was there), ``owed`` (there, truly visible, and of a limb
        that is measured), ``missed``, ``range_error``, errors of times, ``total_s_error``, ``..._z`` in sigmas told.
    """
    out = reps.copy()
    out["group"] = out["view"].map(VIEW_GROUPS)
    out["true"] = out["true_start_s"].notna()
    out["owed"] = out["true"] & out["asked"].astype(bool) & (out["visible_pct"] >= VISIBLE_PCT)
    out["missed"] = out["owed"] & (out["found"] != "yes")
    complete = out["found"] == "yes"
    out["range_error"] = (out["measured_range"] - out["true_range"]).where(complete)
    for name in _TIMES:
        out[f"{name}_error"] = (out[f"measured_{name}"] - out[f"true_{name}"]).where(complete)
    out["true_total_s"] = out["true_end_s"] - out["true_start_s"]
    out["total_s_error"] = out["end_s_error"] - out["start_s_error"]
    out["range_z"] = out["range_error"] / out["range_sigma"]
    for name in ("lift_s", "lower_s"):
        out[f"{name}_z"] = out[f"{name}_error"] / out["time_sigma_s"]
    return out


def accuracy(errors, column):
    """How exact one number is over the repetitions that are owed it.

    Parameters
    ----------
    errors : DataFrame
        From `errors_of`, already narrowed down.
    column : str
        Such as ``range_error``.

    Returns
    -------
    dict
        ``n`` with a number, ``owed``, ``coverage_pct``, ``bias``, ``mae``, and ``p95`` and ``worst`` of the absolute
        error; NaN when there is none.
    """
    owed = errors[errors["owed"]]
    x = owed[column].dropna().to_numpy(np.float64)
    size = np.abs(x)
    return {
        "n": len(x),
        "owed": len(owed),
        "coverage_pct": 100.0 * len(x) / len(owed) if len(owed) else np.nan,
        "bias": x.mean() if len(x) else np.nan,
        "mae": size.mean() if len(x) else np.nan,
        "p95": np.quantile(size, 0.95) if len(x) else np.nan,
        "worst": size.max() if len(x) else np.nan,
    }


def boundaries(errors):
    """`accuracy` of start and end taken together."""
    both = [errors.assign(edge=errors[f"{name}_error"]) for name in ("start_s", "end_s")]
    return accuracy(pd.concat(both), "edge")


def cells(errors):
    """(exercise, group, rows) of every cell, in the order of the recording and of `GROUPS`."""
    for exercise in dict.fromkeys(errors["exercise"]):
        for group in GROUPS:
            own = errors[(errors["exercise"] == exercise) & (errors["group"] == group)]
            if len(own):
                yield exercise, group, own


def angle_error(angles, exercise, group):
    """Root-mean-square error and bias of the angle over time in a cell, and the share of it that was seen (%)."""
    if not len(angles):
        return np.nan, np.nan, np.nan
    own = angles[(angles["exercise"] == exercise) & (angles["view"].map(VIEW_GROUPS) == group)]
    seen, samples = own["seen"].sum(), own["samples"].sum()
    if not seen:
        return np.nan, np.nan, 0.0 if samples else np.nan
    return np.sqrt(own["sum_square"].sum() / seen), own["sum_error"].sum() / seen, 100.0 * seen / samples


def calibration(errors, column):
    """How often the truth lies within one and two of the sigmas told (%), and their number."""
    z = errors.loc[errors["owed"], column].dropna().abs().to_numpy(np.float64)
    if not len(z):
        return {"n": 0, "one_pct": np.nan, "two_pct": np.nan, "rms": np.nan}
    return {
        "n": len(z),
        "one_pct": 100.0 * np.mean(z <= 1),
        "two_pct": 100.0 * np.mean(z <= 2),
        "rms": float(np.sqrt(np.mean(np.square(z)))),
    }


def withheld(errors):
    """What became of the true repetitions of a cell, and whether rightly so.

    Returns
    -------
    dict
        ``told`` and ``withheld`` of those truly visible, ``why`` of the latter (reason to count, most frequent first);
        ``hidden_withheld`` and ``hidden_told`` of those not visible; ``far_withheld`` and ``far_told`` of far limbs.
    """
    true = errors[errors["true"]]
    told = true["range_error"].notna()
    far, visible = ~true["asked"].astype(bool), true["visible_pct"] >= VISIBLE_PCT
    why = true.loc[true["owed"] & ~told, "reason"].map(kind_of_reason).value_counts()
    return {
        "told": int((true["owed"] & told).sum()),
        "withheld": int((true["owed"] & ~told).sum()),
        "why": {str(reason): int(count) for reason, count in why.items()},
        "hidden_withheld": int((~far & ~visible & ~told).sum()),
        "hidden_told": int((~far & ~visible & told).sum()),
        "far_withheld": int((far & ~told).sum()),
        "far_told": int((far & told).sum()),
    }


def kind_of_reason(reason):
    """A reason with its numbers left out, so that like reasons are counted together; what was not found at all says so.

    Examples
    --------
    >>> kind_of_reason("not scored: left wrist hidden 38 % of the lift"), kind_of_reason("")
    ('not scored: left wrist hidden … % of the lift', 'not found')
    """
    return " ".join("…" if word[0].isdigit() else word for word in str(reason).split()) or "not found"


def auc(scores, present):
    """Area under the curve: how often a repetition with it scores above one without (Mann & Whitney 1947).

    Examples
    --------
    >>> auc([1.0, 2.0, 3.0, 4.0], [False, False, True, True])
    1.0
    """
    scores, present = np.asarray(scores, np.float64), np.asarray(present, bool)
    n, m = present.sum(), (~present).sum()
    if not n or not m:
        return np.nan
    return float((rankdata(scores)[present].sum() - n * (n + 1) / 2) / (n * m))


def detection(errors, checks):
    """How well each compensation is told from its absence.

    Parameters
    ----------
    errors : DataFrame
    checks : dict of exercise to list of dict
        ``id``, ``signal``, ``views``, ``start``, ``severe``, ``direction``: the catalogue when it was recorded.

    Returns
    -------
    list of dict
        For each signal of `COMPENSATIONS`, over ``all`` exercises and each that looks out for it, in the views in which
        it does: repetitions with a number in which it was ``present`` (true change at least severe) or ``absent``
        (below half of what is worth a cue), ``coverage_pct``, ``auc`` with a 95 % interval from resampled clips,
        ``sensitivity_pct`` and ``specificity_pct`` at what is worth a cue.
    """
    out = []
    for signal in COMPENSATIONS:
        parts = {
            exercise: pd.concat(
                _shown(errors[(errors["exercise"] == exercise) & errors["view"].isin(check["views"])], check)
                for check in own
                if check["signal"] == signal
            )
            for exercise, own in checks.items()
            if any(check["signal"] == signal for check in own)
        }
        every = pd.concat(parts.values()) if parts else pd.DataFrame(columns=_SHOWN)
        out += [{"signal": signal, "exercise": e, **_told(own)} for e, own in {"all": every, **parts}.items()]
    return out


def halts(errors, clips):
    """How well a repetition with a halt on the way is told from a smooth one, in the declared views.

    Parameters
    ----------
    errors, clips : DataFrame

    Returns
    -------
    list of dict
        As `detection`, by how far the repetition truly went: ``from_deg`` and ``to_deg``.
    """
    stops = clips.set_index("clip")["stops"].astype(float)
    own = errors[errors["owed"] & (errors["tier"] == "declared") & (errors["unit"] == "deg")]
    table = pd.DataFrame(
        {
            "clip": own["clip"],
            "present": own["clip"].map(stops) > 0,
            "excess": -own["measured_smoothness_delta"].astype(float),
            "cue": -STOP_START,
            "range": own["true_range"],
        }
    )
    bands = ((60.0, np.inf), (30.0, 60.0), (0.0, 30.0))
    return [
        {"from_deg": low, "to_deg": high, **_told(table[(table["range"] >= low) & (table["range"] < high)])}
        for low, high in bands
    ]


def _told(shown):
    """The figures of `detection` over repetitions from `_shown`."""
    known = shown.dropna(subset=["excess"])
    present, scores = known["present"].to_numpy(bool), known["excess"].to_numpy(np.float64)
    cue = known["cue"].to_numpy(np.float64)
    low, high = _resampled_auc(known)
    return {
        "present": int(present.sum()),
        "absent": int((~present).sum()),
        "coverage_pct": 100.0 * len(known) / len(shown) if len(shown) else np.nan,
        "auc": auc(scores / cue, present),
        "low": low,
        "high": high,
        "sensitivity_pct": 100.0 * np.mean(scores[present] >= cue[present]) if present.any() else np.nan,
        "specificity_pct": 100.0 * np.mean(scores[~present] < cue[~present]) if (~present).any() else np.nan,
    }


def _shown(errors, check):
    """Owed repetitions in which a compensation was clearly there or clearly not, with what was measured of it."""
    own = errors[errors["owed"]]
    in_direction = {"positive": lambda x: x, "negative": lambda x: -x, "either": np.abs}[check["direction"]]
    true = in_direction(own[f"true_{check['signal']}_deg"].astype(float))
    present, absent = true >= check["severe"], true < 0.5 * check["start"]
    excess = in_direction(own[f"measured_{check['signal']}_deg"].astype(float))
    table = pd.DataFrame({"clip": own["clip"], "present": present, "excess": excess, "cue": check["start"]})
    return table[present | absent]


def _resampled_auc(known):
    """95 % interval from drawing clips, not repetitions: those of one clip share a person, a room and a camera."""
    if not len(known):
        return np.nan, np.nan
    clips = [own for _, own in known.groupby("clip")]
    scores = [(own["excess"] / own["cue"]).to_numpy(np.float64) for own in clips]
    present = [own["present"].to_numpy(bool) for own in clips]
    rng = np.random.default_rng(RESAMPLING_SEED)
    drawn = []
    for _ in range(RESAMPLES):
        chosen = rng.integers(len(clips), size=len(clips))
        drawn.append(
            auc(np.concatenate([scores[i] for i in chosen]), np.concatenate([present[i] for i in chosen]))
        )
    drawn = np.array(drawn)[np.isfinite(drawn)]
    return tuple(np.quantile(drawn, [0.025, 0.975])) if len(drawn) else (np.nan, np.nan)


def ratios(sets, *, large):
    """Left-right ratios of sets in degrees whose stronger side moves far (``large``), or less far.

    Returns
    -------
    dict
        ``sets``, ``told``, ``coverage_pct``, ``mae`` and ``worst`` of the ratio's error, ``within_pct`` of 0.05, and
        ``held_pct``: how often the 95 % interval holds the truth.
    """
    empty = dict.fromkeys(("coverage_pct", "mae", "worst", "within_pct", "held_pct"), np.nan)
    if not len(sets):
        return {"sets": 0, "told": 0, **empty}
    own = sets[(sets["unit"] == "deg") & ((sets["stronger_range"] >= 60.0) == large)]
    told = own.dropna(subset=["measured_ratio"])
    if not len(told):
        return {"sets": len(own), "told": 0, **empty, "coverage_pct": 0.0 if len(own) else np.nan}
    error = (told["measured_ratio"] - told["true_ratio"]).abs()
    held = (told["low"] <= told["true_ratio"]) & (told["true_ratio"] <= told["high"])
    return {
        "sets": len(own),
        "told": len(told),
        "coverage_pct": 100.0 * len(told) / len(own),
        "mae": error.mean(),
        "worst": error.max(),
        "within_pct": 100.0 * (error <= 0.05).mean(),
        "held_pct": 100.0 * held.mean(),
    }
