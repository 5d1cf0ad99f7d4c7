"""Over the weeks: check sets as the camera measured them, and under them what was measured by hand."""

from itertools import groupby

import streamlit as st

from posecheck.app.therapist import shown
from posecheck.clinic import pictures
from posecheck.clinic.trends import apart, trends_of
from posecheck.clinic.wording import amount, exercise_name, seen_from, side_named, told_day
from posecheck.store.clinic import KINDS


def over_weeks(store, code, weaker_side):
    """The trends of a person; both parts have the same days, and no line of one stands in the other."""
    trends, by_hand = trends_of(store, code), store.clinic_measures(code)
    st.header("Over the weeks")
    if not trends and not by_hand:
        st.write("No check set yet. They are offered at the beginning and after 3 and 6 weeks of the plan.")
        return
    days = pictures.days_of(
        *(point.day for trend in trends for point in trend.points), *(one.measured_on for one in by_hand)
    )
    if trends:
        st.write(
            "From check sets: a few repetitions at one's own pace, as far as is comfortable. Shaded: no measurable "
            "difference from the first one."
        )
    for (_, view), group in groupby(trends, key=lambda one: (one.exercise, one.view)):
        _trends(list(group), view, weaker_side, days)
    for sentence in apart(trends):
        st.info(sentence)
    if by_hand:
        st.subheader("Measured by hand in the clinic")
        st.write("Typed in. No camera took part in these, and they are not mixed with what it measured.")
        _by_hand(by_hand, days)


def _trends(trends, view, weaker_side, days):
    st.subheader(f"{trends[0].name}, seen from {seen_from(view)}")
    told = [f"{side_named(one.side, weaker_side).capitalize()}: {one.words}" for one in trends]
    left, right = st.columns([3, 2], gap="large")
    with left:
        shown.picture(pictures.over_weeks(trends, days=days), f"Range over the weeks. {' '.join(told)}")
        st.write("Left: blue, round. Right: orange, square.")
    with right:
        for one in trends:
            st.write(f"**{side_named(one.side, weaker_side).capitalize()}**: {one.words}")
        _compare(trends)
    rows = [
        (told_day(point.day), side_named(one.side, weaker_side), f"{amount(point.value, one.unit)} ± "
         f"{amount(point.band, one.unit)}", str(point.reps), _since(one, point))
        for one in trends for point in one.points
    ]  # fmt: skip
    with st.expander("As a table"):
        shown.table(("Day", "Side", "Range", "Repetitions", "Since the first one"), rows)


def _since(trend, point):
    if point is trend.points[0]:
        return "the first one"
    return point.change.words if point.change else f"not compared: {point.reason}"


def _compare(trends):
    """Ways on to the recordings: first against last of a side, and the sides of the last day."""
    pairs = [
        (
            f"Compare first and last, {one.side} side",
            f"/compare?sets={one.points[0].set_id},{one.points[-1].set_id}&sides={one.side},{one.side}",
        )
        for one in trends
        if len(one.points) > 1
    ]
    if len(trends) == 2:
        (first, other), sides = [one.points[-1].set_id for one in trends], [one.side for one in trends]
        if first != other:  # the review shows the sides of one set
            pairs.append(("Compare the sides", f"/compare?sets={first},{other}&sides={','.join(sides)}"))
    if pairs:
        shown.links(*pairs)


def _by_hand(measures, days):
    ordered = sorted(measures, key=lambda one: (one.kind, one.about, one.measured_on, one.id))
    for (kind, about), own in groupby(ordered, key=lambda one: (one.kind, one.about)):
        known, group = KINDS[kind], list(own)
        name = f"{known.name}, {exercise_name(about)}" if about else known.name
        told = "; ".join(
            f"{told_day(one.measured_on)}{f', {one.side}' if one.side else ''}: {one.value:g} {known.unit}".rstrip()
            for one in group
        )
        most = known.most if known.grades else max(1.25 * max(one.value for one in group), 1.0)
        values = [(one.measured_on, one.value, one.side) for one in group]
        left, right = st.columns([3, 2], gap="large")
        with left:
            svg = pictures.measured_by_hand(values, days=days, unit=known.unit, most=most)
            shown.picture(svg, f"{name}: {told}.")
        with right:
            st.write(f"**{name}**{f' ({known.unit})' if known.unit else ''}: {told}.")
