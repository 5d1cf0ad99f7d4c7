"""Two recordings side by side: before and after, or left and right, aligned by phase."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from posecheck.app.therapist import shown
from posecheck.app.therapist.browser_part import browser_part
from posecheck.clinic import pictures
from posecheck.clinic.own_error import judged, own_error
from posecheck.clinic.recordings import (
    TIMED_AT,
    UNTIMED_AT,
    aligned,
    angle_of,
    camera_sets,
    moments,
    of_side,
    recording_of,
    sides_of,
    timed,
)
from posecheck.clinic.trends import change_of
from posecheck.clinic.wording import amount, exercise_name, seen_from, side_named, told_day
from posecheck.errors import PosecheckError
from posecheck.symmetry import compare, fresh, seen_alike

_STEPS = {
    True: (("At rest", 0.0), ("Halfway up", 0.2), ("Top", 0.5), ("Halfway down", 0.8)),
    False: (("At rest", 0.0), ("On the way up", 0.25), ("Top", 0.5), ("On the way down", 0.75)),
}
_PHASES = {True: ("lift", "hold", "lower"), False: ("there", "back")}

_NOT_IN_IT = (
    "The interval of a change holds the scatter between repetitions. How the camera was placed and what the pose model "
    "errs by are not in it, but in the smallest change that can be detected."
)


def compare_page(store, set_ids, person="", sides: Sequence[str] = ()):
    """The page.

    Parameters
    ----------
    store : Store
    set_ids : sequence of int
        Two sets; fewer, and they are chosen here.
    person : str
        Code, where no set is given.
    sides : sequence of str
        Of the two, for sets in which both sides moved; those are chosen here otherwise.
    """
    shown.begin()
    st.title("Compare two recordings")
    try:
        chosen = [recording_of(store, set_id) for set_id in list(set_ids)[:2]]
        chosen = _chosen(store, chosen, person or (chosen[0].person if chosen else ""), sides)
        if chosen is None:
            return
        if chosen[0].side == chosen[1].side:  # of one limb the earlier one comes first
            in_time = sorted(chosen, key=lambda one: (one.one.started_utc, one.one.id))
            if in_time != chosen:
                st.write("Of one limb the earlier recording comes first, whichever was chosen first.")
            chosen = in_time
        _compared(store, *(judged(one, own_error(store, one.person, one)) for one in chosen))
    except PosecheckError as error:
        st.info(str(error))
        shown.links(("People", "/therapist"))


def _chosen(store, given, person, sides):
    """Two recordings: those that were asked for, or others that are chosen here."""
    if not person:
        st.write("Choose a person first, then two of their recordings.")
        shown.links(("People", "/therapist"))
        return None
    shown.links((person, f"/person?code={person}"))
    sets = {one.id: (session, one) for session, one in camera_sets(store, person)}
    if len(sets) < 2:
        st.write("Fewer than two sets of this person were seen by a camera.")
        return None
    ids = list(sets)
    asked = [one.one.id for one in given if one.one.id in sets]
    columns = st.columns(2)
    picked = []
    for number, (label, column) in enumerate(zip(("First", "Second"), columns, strict=True)):
        at = ids.index(asked[number]) if number < len(asked) else None
        name = lambda key: _named(*sets[key])  # noqa: E731
        picked.append(column.selectbox(label, ids, index=at, format_func=name, placeholder="Choose a set"))
    if None in picked:
        return None
    if picked[0] == picked[1]:
        st.write("This is the same recording twice. Choose another one.")
        return None
    st.query_params["sets"] = (
        f"{picked[0]},{picked[1]}"  # so that a reloaded or copied address shows the same two
    )
    return _sided([recording_of(store, key) for key in picked], columns, sides)


def _sided(recordings, columns, asked):
    """Each as one of a side; where both moved, the side is asked for, and is the same in both unless told."""
    told: list[str] = []
    for number, (one, column) in enumerate(zip(recordings, columns, strict=True)):
        sides, weaker = sides_of(one), one.settings.affected
        likely = [*asked[number : number + 1], *told[:1], weaker][0]
        at = sides.index(likely) if likely in sides else 0
        name = lambda side, weaker=weaker: side_named(side, weaker)  # noqa: E731
        told.append(
            sides[0] if len(sides) == 1 else column.radio(
                "Side", sides, index=at, format_func=name, horizontal=True, key=f"side_{number}_{one.one.id}_{likely}")
        )  # fmt: skip
    st.query_params["sides"] = ",".join(told)
    return [of_side(one, side) for one, side in zip(recordings, told, strict=True)]


def _named(session, one):
    """One recording among others; the time and the number tell apart what is alike in all else."""
    at = session.started_utc.astimezone()
    kind = "check set" if one.role == "check" else f"set {one.position + 1}"
    return (
        f"{told_day(at.date())} {at:%Y, %H:%M}: {exercise_name(one.exercise)}, {one.side}, {kind}, from "
        f"{seen_from(one.view)} (no. {one.id})"
    )


def _compared(store, first, other):
    outcome = compare(first, other)
    weaker = next(
        (one.settings.affected for one in (first, other) if one.settings.affected in pictures.COLOURS), None
    )
    _words(outcome, first, other, weaker)
    names = [f"{told_day(one.day)}, {side_named(one.side, weaker)}" for one in (first, other)]
    if first.exercise.id != other.exercise.id:
        return
    alike, by_phase = seen_alike(first, other), timed(first) and timed(other)
    where = "" if alike else (
        f" The first was seen from {seen_from(first.view)} and the second from {seen_from(other.view)}: their angles "
        "are not to be compared, and what looks different may be the camera."
    )  # fmt: skip
    mirrored = first.side != other.side and alike
    _side_by_side(first, other, names, where, mirrored=mirrored)
    _curves(store, first, other, names, where, by_phase)
    _numbers(outcome, first, other, names, weaker)
    _figures(store, first, other, names, weaker, by_phase, mirrored=mirrored)


def _words(outcome, first, other, weaker):
    """What the comparison says, in one sentence."""
    unit, name = first.exercise.unit, first.exercise.name
    if not outcome["comparable"]:
        st.info(f"{name}: the two are not compared: {outcome['reason']}.")
        return
    change = change_of(outcome, unit)
    if change is not None:
        limb = side_named(first.side, weaker)
        st.write(f"**{name}, {limb}: {change.words}.** {_kind(outcome)}")
        st.write(_NOT_IN_IT)
        return
    low, high = (100 * limit for limit in outcome["range_ratio_ci95"])
    over, under = (side_named(outcome[part], weaker) for part in ("numerator", "denominator"))
    raw = [amount(outcome[f"range_{part}"], unit) for part in ("numerator", "denominator")]
    share = f"{100 * outcome['range_ratio']:.0f} % (95 % interval {low:.0f} to {high:.0f} %, assumed)"
    note = f": {outcome['reason']}" if outcome["reason"] else ""
    st.write(f"**{name}: {over} {raw[0]} of the {raw[1]} of the {under}, {share}{note}.** {_kind(outcome)}")


def _kind(outcome):
    if outcome["set_kind"] == "check":
        return ""
    return "Practice follows a target, so it says less than check sets do."


def _side_by_side(first, other, names, where, *, mirrored):
    """Both at once, as film or as stick figures, under one button."""
    st.header("Side by side")
    st.write(
        "Both move by the same part of their own lift, hold and lowering; a phase lasts as long as in the slower "
        f"of the two. Blue: left, orange: right, grey: not measured.{where}"
    )
    pair = [
        {"key": f"set-{one.one.id}", "side": one.side, "name": name, "mirrored": mirrored and number == 1}
        for number, (one, name) in enumerate(zip((first, other), names, strict=True))
    ]
    key = f"{first.one.id}-{other.one.id}"
    data = {"key": key, "pair": pair, "timed_at": TIMED_AT, "untimed_at": UNTIMED_AT, "timed": _PHASES[True],
            "untimed": _PHASES[False]}  # fmt: skip
    browser_part("compare", data, css="compare", key=f"compare_{key}", box="compare")


def _curves(store, first, other, names, where, by_phase):
    curves = [aligned(store, one, by_phase=by_phase) for one in (first, other)]
    st.header("Aligned by phase")
    if None in curves:
        st.write("In one of them no repetition tells its angle surely enough for a curve.")
        return
    at, phases = (TIMED_AT if by_phase else UNTIMED_AT), _PHASES[by_phase]
    sides = (first.side, other.side)
    svg = pictures.by_phase(curves, sides=sides, unit=first.exercise.unit, at=at, names=phases)
    told = f"Full line: {names[0]}. Dashed: {names[1]}. Shaded: from the least to the most of each."
    shown.picture(svg, f"{first.exercise.name}, both recordings. {told}{where}", caption=f"{told}{where}")
    if not by_phase:
        st.write(
            "Where lift and hold end is not told from this view; they are aligned by beginning, top and end."
        )


def _figures(store, first, other, names, weaker, by_phase, *, mirrored):
    """Four moments of a typical repetition, one recording under the other."""
    st.header("Four moments")
    for number, (recording, name) in enumerate(zip((first, other), names, strict=True)):
        turned = mirrored and number == 1
        st.markdown(f"**{name}**{' (mirrored)' if turned else ''}")
        t_s, angle = angle_of(store, recording)
        knots = moments(recording, t_s, angle, by_phase=by_phase)
        if not knots:
            st.write("No repetition was counted in it.")
            continue
        typical = sorted(knots, key=lambda each: each[-1] - each[0])[
            len(knots) // 2
        ]  # the one of middle length
        track = store.load_set(recording.one.id).track
        for (step, part), column in zip(_STEPS[by_phase], st.columns(4), strict=True):
            at_s = np.interp(part, TIMED_AT if by_phase else UNTIMED_AT, typical)
            at = int(np.argmin(np.abs(track.t_s - at_s)))
            svg = pictures.stick_figure(track, at, weaker_side=weaker, close=True, mirrored=turned)
            with column:
                shown.picture(svg, f"{name}, {step.lower()}: stick figure.", caption=step)


def _numbers(outcome, first, other, names, weaker):
    """The numbers of both and what they are to each other; none of that where they are not compared."""
    st.header("In numbers")
    unit = first.exercise.unit
    rows = []
    for label, column, told in (
        ("Range", f"range_{unit}", lambda value: amount(value, unit)),
        ("Lift", "lift_s", "{:.1f} s".format),
        ("Hold", "hold_s", "{:.1f} s".format),
        ("Lower", "lower_s", "{:.1f} s".format),
    ):
        values = [_median(one, column) for one in (first, other)]
        if np.isfinite(values).any():
            rows.append((label, *(told(v) if np.isfinite(v) else "not measured" for v in values),
                         _ratio(outcome, label)))  # fmt: skip
    whole = [sum(row["scored"] for row in one.own_rows) for one in (first, other)]
    told = [
        f"{len(one.own_rows)}, {n} of them measured whole"
        for one, n in zip((first, other), whole, strict=True)
    ]
    rows.append(("Repetitions", *told, ""))
    rows.append(("Seen from", *(seen_from(one.view) for one in (first, other)), ""))
    shown.table(("Medians", *names, _over(outcome, first, other, weaker)), rows)


def _over(outcome, first, other, weaker):
    """What is divided by what."""
    if first.side == other.side:
        return "Second over first"
    if weaker:
        return f"{side_named(outcome['numerator'], weaker).capitalize()} over the other"
    return f"{outcome['numerator'].capitalize()} over {outcome['denominator']}"


def _median(recording, column):
    """Of the repetitions that are compared; of all that nobody helped where none of them was scored."""
    own = [row for row in fresh(recording.own_rows) if row["scored"]]
    own = own or [row for row in recording.own_rows if not row["assisted"]]
    values = np.array([row[column] for row in own], np.float64)
    values = values[np.isfinite(values)]
    return float(np.median(values)) if len(values) else np.nan


def _ratio(outcome, label):
    """Ratio with its interval; empty where nothing is compared."""
    name = {"Range": "range", "Lift": "lift_time", "Lower": "lower_time"}.get(label)
    if name is None or not outcome["comparable"] or outcome[f"{name}_ratio"] is None:
        return ""
    ratio, (low, high) = outcome[f"{name}_ratio"], outcome[f"{name}_ratio_ci95"]
    return f"{ratio:.2f} (95 % interval {low:.2f} to {high:.2f}, assumed)"
