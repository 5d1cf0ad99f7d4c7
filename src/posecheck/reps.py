"""Repetitions as excursions: a rise from rest, and the way back. Decided forward in time, never revised.

Nothing here uses a level taken from the whole recording. Rest is where the signal lately was lowest, so an arm that
rests differently after each repetition is still followed; every decision looks at most 0.4 s ahead.
"""

from dataclasses import dataclass

import numpy as np

FLOOR_S = 8.0  # rest is the lowest value of this long
RETURN_FRACTION = 0.25  # back at rest: within a quarter of the excursion (docs/basis.md)
SETTLE_S = 0.4  # lowering has ended when it gains nothing for this long
STILL_S = 1.0  # a new resting place is accepted after standing still this long
_CHUNK = 512  # samples looked at first; doubled until the excursion is decided


@dataclass(frozen=True)
class Excursion:
    """One movement away from rest and back, as ``[start, end)`` on the grid.

    Attributes
    ----------
    start, turn, end : int
        Last sample at rest, sample of greatest excursion, first sample back at rest (exclusive).
    complete : bool
    reason : str
        Why it is not complete; empty otherwise.
    next_from : int
        Where the search for the next one begins.
    """

    start: int
    turn: int
    end: int
    complete: bool
    reason: str
    next_from: int


@dataclass(frozen=True)
class Gap:
    """A stretch without sight that is long enough to end whatever was going on."""

    next_from: int


def next_excursion(y, begin, *, min_excursion, rate_hz, interrupt_s, rep_max_s, final):
    """The first excursion, or long gap, at or after `begin`.

    Parameters
    ----------
    y : (G,) array, deg
        Signal with lifting positive; NaN where not seen.
    begin : int
        End of the last one.
    min_excursion : float, deg
    rate_hz, interrupt_s, rep_max_s : float
        See `posecheck.records.Settings`.
    final : bool
        True when no further samples will come.

    Returns
    -------
    Excursion, Gap or None
        None when the samples so far do not decide (or hold nothing more, when `final`).
    """
    unseen = _begun_unseen(y, begin, min_excursion, rate_hz, interrupt_s)
    if unseen is not None:
        return _way_back_only(y, *unseen, rate_hz, interrupt_s, rep_max_s, final)
    chunk = _CHUNK
    while True:
        stop = min(begin + chunk, len(y))
        whole = stop == len(y)
        found = _decide(y[begin:stop], min_excursion, rate_hz, interrupt_s, rep_max_s, final and whole)
        if found is not None:
            return _shifted(found, begin)
        if whole:
            return None
        chunk *= 2


def _begun_unseen(y, begin, min_excursion, rate_hz, interrupt_s):
    """First sample after a long gap, the last before it and the rest there, if the limb was lifted meanwhile."""
    if begin == 0 or begin >= len(y) or np.isfinite(y[begin - 1]):
        return None
    after = np.flatnonzero(np.isfinite(y[begin:]))
    before = np.flatnonzero(np.isfinite(y[:begin]))
    if len(after) == 0 or len(before) == 0:
        return None
    first, last = begin + int(after[0]), int(before[-1])
    if first - last - 1 < max(round(interrupt_s * rate_hz), 1):
        return None
    low = float(np.nanmin(y[max(0, last + 1 - round(FLOOR_S * rate_hz)) : last + 1]))
    # Who was already up when the sight was lost has a repetition that ended there.
    return (first, last, low) if y[last] - low < min_excursion <= y[first] - low else None


def _way_back_only(y, begin, last, low, rate_hz, interrupt_s, rep_max_s, final):
    """A repetition of which only the end was seen: from the last sample at rest to the first one back there."""
    longest = round(rep_max_s * rate_hz)
    z = y[begin : begin + longest]
    gap = _long_gap(z, round(interrupt_s * rate_hz))
    z = z[: None if gap is None else gap[0]]
    high = np.maximum.accumulate(np.where(np.isfinite(z), z, -np.inf))
    with np.errstate(invalid="ignore"):
        back = np.flatnonzero(z <= low + RETURN_FRACTION * (high - low))
    if len(back) == 0 and gap is None and not final and len(z) < longest:
        return None
    end = begin + (int(back[0]) + 1 if len(back) else len(z))
    turn = begin + int(np.nanargmax(y[begin:end]))
    return Excursion(last, turn, end, False, "its beginning was not seen", end)


def _shifted(found, by):
    if isinstance(found, Gap):
        return Gap(found.next_from + by)
    return Excursion(
        found.start + by, found.turn + by, found.end + by, found.complete, found.reason, found.next_from + by
    )


def _decide(z, min_excursion, rate_hz, interrupt_s, rep_max_s, final):
    gap = _long_gap(z, round(interrupt_s * rate_hz))
    m = len(z) if gap is None else gap[0]
    closed = final or gap is not None
    floor = trailing_min(np.where(np.isnan(z[:m]), np.inf, z[:m]), round(FLOOR_S * rate_hz))
    rising = np.flatnonzero(z[:m] - floor >= min_excursion)
    if len(rising) == 0:
        return Gap(gap[1]) if gap is not None and gap[1] < len(z) else None
    k = int(rising[0])
    last = min(m, k + round(rep_max_s * rate_hz))
    back = _way_back(z[:last], k, floor[k], rate_hz, min_excursion)
    if back is None:
        return _unfinished(z, k, floor[k], m, last, gap, closed, rate_hz)
    begin, fallen, returned, low, high = back
    settled = _settled(z[:m], returned, high - low, rate_hz)
    if settled is None:
        if not closed:
            return None
        settled = m - 1
    tolerance = _tolerance(high - low)
    tail = z[fallen : settled + 1]
    end = fallen + int(np.flatnonzero(tail <= np.nanmin(tail) + tolerance)[0]) + 1
    if end + round(SETTLE_S * rate_hz) > m and not closed:
        return None
    turn = begin + int(np.nanargmax(z[begin : returned + 1]))
    return Excursion(_start(z, turn, low, high, rate_hz), turn, end, True, "", end)


def _long_gap(z, length):
    """Start and end of the first run of at least `length` unseen samples (end may be the end of the data)."""
    unseen = np.isnan(z)
    if not unseen.any():
        return None
    edges = np.flatnonzero(np.diff(np.concatenate(([False], unseen, [False]))))
    starts, ends = edges[::2], edges[1::2]
    long = np.flatnonzero(ends - starts >= max(length, 1))
    return (int(starts[long[0]]), int(ends[long[0]])) if len(long) else None


def _way_back(z, k, low, rate_hz, min_excursion):
    """Where the rise began, the first sample past the top half-way down, the first back at rest, its level, the top's.

    Back at rest is also who stands still lower down, or stands still again where the limb stood still before it rose:
    who sits down with the hands in the lap rests there from then on, however straight the arms hung before.
    """
    after = z[k:]
    seen = np.isfinite(after)
    high = np.maximum.accumulate(np.where(seen, after, -np.inf))
    size = high - low
    with np.errstate(invalid="ignore"):
        at_rest = seen & (after <= low + RETURN_FRACTION * size)
        down = seen & (after <= high - 0.5 * size)
        still = _trailing_range(z, round(STILL_S * rate_hz))[k:] <= np.maximum(3.0, 0.1 * size)
    back = np.flatnonzero(at_rest | (down & still))
    again = _rest_again(after[: back[0] + 1 if len(back) else None], still, min_excursion)
    if again is not None:
        begin, returned = again
        low = float(after[begin])
        top = begin + int(np.nanargmax(after[begin : returned + 1]))
        peak = float(after[top])
        with np.errstate(invalid="ignore"):
            fallen = top + int(np.flatnonzero(after[top : returned + 1] <= 0.5 * (peak + low))[0])
        return k + begin, k + fallen, k + returned, low, peak
    if len(back) == 0:
        return None
    returned = int(back[0])
    top = int(np.argmax(np.where(seen, after, -np.inf)[: returned + 1]))
    fallen = top + int(np.flatnonzero(down[top : returned + 1])[0])
    return k, k + fallen, k + returned, low, float(high[returned])


def _rest_again(after, still, min_excursion):
    """Last sample of a stillness, and first of a later one at the same level after a whole rise; None without."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], still[: len(after)], [False]))))
    starts, ends = edges[::2], edges[1::2] - 1
    for later in range(1, len(starts)):
        for end in ends[later - 1 :: -1]:
            level, high = after[end], np.nanmax(after[end : starts[later] + 1])
            if high - level >= min_excursion and after[starts[later]] - level <= RETURN_FRACTION * (
                high - level
            ):
                return int(end), int(starts[later])
    return None


def _unfinished(z, k, low, m, last, gap, closed, rate_hz):
    if last < m:
        reason, end, resume = "the lift was held too long", last, last
    elif not closed:
        return None
    elif gap is not None:
        reason, end, resume = "it was not seen to the end", m, gap[1]
        if resume >= len(z):
            resume = m + (gap[1] - gap[0])
    else:
        reason, end, resume = "the recording ended", m, m
    turn = k + int(np.nanargmax(z[k:end]))
    return Excursion(_start(z, turn, low, z[turn], rate_hz), turn, end, False, reason, resume)


def _settled(z, returned, size, rate_hz):
    lag = round(SETTLE_S * rate_hz)
    from_ = max(returned, lag)
    with np.errstate(invalid="ignore"):
        quiet = np.flatnonzero(z[from_ - lag : max(len(z) - lag, 0)] - z[from_:] <= _tolerance(size))
    return from_ + int(quiet[0]) if len(quiet) else None


def _tolerance(size):
    return max(1.0, 0.015 * size)


def _start(z, turn, low, high, rate_hz):
    """Last sample near the level that the lift left from."""
    below = np.flatnonzero(z[:turn] < 0.5 * (low + high))
    middle = int(below[-1]) + 1 if len(below) else turn
    first = _left_rest(z, middle, low, high - low, rate_hz)
    before = z[first : middle + 1]
    near = np.flatnonzero(before <= np.nanmin(before) + _tolerance(high - low))
    return first + int(near[-1])


def _left_rest(z, middle, low, size, rate_hz):
    """From where on the lift is looked for: the last stillness near rest, and not longer ago than rest is remembered.

    Without the stillness one odd sample, such as a tracker's first picture, would pass for the level of rest.
    """
    first, lag = max(0, middle - round(FLOOR_S * rate_hz)), round(SETTLE_S * rate_hz)
    before = z[first : middle + 1]
    with np.errstate(invalid="ignore"):
        quiet = before[lag:] - before[: max(len(before) - lag, 0)] <= _tolerance(size)
        quiet &= before[lag:] <= low + RETURN_FRACTION * size
    still = np.flatnonzero(quiet)
    return first + int(still[-1]) if len(still) else first


def trailing_min(x, width):
    """Minimum of the last `width` samples, by doubling: exact, and the same for a prefix.

    Examples
    --------
    >>> trailing_min(np.array([3.0, 1.0, 2.0, 5.0, 4.0]), 2)
    array([3., 1., 1., 2., 4.])
    """
    out, span = x.copy(), 1
    while span < width:
        by = min(span, width - span)
        shifted = out.copy()
        shifted[by:] = np.minimum(out[by:], out[: len(out) - by]) if by < len(out) else out[by:]
        out, span = shifted, span + by
    return out


def _trailing_range(z, width):
    unseen = np.isnan(z)
    high = -trailing_min(np.where(unseen, np.inf, -z), width)
    spread = high - trailing_min(np.where(unseen, np.inf, z), width)
    spread[: width - 1] = np.inf
    return spread
