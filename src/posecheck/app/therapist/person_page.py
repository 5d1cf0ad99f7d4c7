"""One person in ten seconds: pain and stops, asked for and done, left and right, the set-up, three things to watch."""

from datetime import date, timedelta
from html import escape

import streamlit as st

from posecheck.app.exporting import export_button
from posecheck.app.live import TOKEN
from posecheck.app.therapist import shown
from posecheck.app.therapist.desk import let_go_of
from posecheck.app.therapist.measures_form import measures_form
from posecheck.app.therapist.over_weeks import over_weeks
from posecheck.clinic.doses import done_and_seen
from posecheck.clinic.facts import facts_of, stopped_for
from posecheck.clinic.placing import set_up_of
from posecheck.clinic.recordings import camera_sets
from posecheck.clinic.wording import (
    MODES,
    ROLES,
    counted,
    day_of,
    exercise_name,
    flag_named,
    seen_from,
    sets_by_reps,
    side_named,
    site_named,
    told_day,
)
from posecheck.clinic.worth import named, worth_watching
from posecheck.errors import PosecheckError

_SESSIONS_SHOWN = 12
_DELETED = "person_deleted"
_NOTHING = {"imagery": "Imagined", "task": "Everyday task"}


def person_page(store, code, today=None):
    """The page.

    Parameters
    ----------
    store : Store
    code : str
    today : date, optional
    """
    today = today or date.today()
    if st.session_state.get(_DELETED) == code:
        st.title(code)
        st.success(f"Nothing of {code} is left here.")
        shown.links(("People", "/therapist"))
        return
    try:
        facts = facts_of(store, code, today=today)
    except PosecheckError as error:
        st.title("Person")
        st.info(str(error))
        shown.links(("People", "/therapist"))
        return
    _head(store, facts)
    _pain_and_stops(facts)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _asked_and_done(facts)
    with right:
        _sides(facts)
        _notes(facts)
    left, right = st.columns([2, 3], gap="large")
    with left:
        _set_up(store, code)
    with right:
        _worth(store, code, facts)
    over_weeks(store, code, facts.weaker_side)
    with st.expander("Type in a measure of the clinic"):
        measures_form(store, code)
    _sessions(store, code, facts.weaker_side)
    _leaving(store, code)


def _head(store, facts):
    st.title(facts.code)
    done = facts.adherence
    seen = camera_sets(store, facts.code)
    told, ways = st.columns([5, 4], vertical_alignment="center")
    with told:
        shown.facts(
            ("Weaker side", facts.weaker_side or "not known here"), ("Plan", facts.plan),
            ("Last session", _last(facts)),
            *([("In the last 7 days", f"{done.sessions} of {counted(done.planned, 'session')}")] if done else []),
        )  # fmt: skip
    with ways:
        shown.links(
            ("Plan", f"/plan?person={facts.code}"),
            ("Compare recordings", f"/compare?person={facts.code}"),
            *([("Newest report (PDF)", _report(seen[0][1], "pdf"))] if seen else []),
        )


def _report(one, kind):
    return f"/room/case/set-{one.id}/files/report.{kind}?token={TOKEN}"


def _last(facts):
    if facts.last_day is None:
        return "none yet"
    days = facts.days_since_last
    ago = "today" if not days else "yesterday" if days == 1 else f"{days} days ago"
    return f"{told_day(facts.last_day)}, {ago}"


def _pain_and_stops(facts):
    st.header("Pain and stops")
    told = [
        f"<strong>{told_day(one.day)}: {escape(flag_named(one.flag))}.</strong> The session ended there."
        for one in facts.red_flags
    ]
    told += [
        f"<strong>{told_day(one.day)}: pain, {escape(site_named(one.site))}, during "
        f"{escape(exercise_name(one.exercise))}.</strong>"
        + (" It stopped the set." if one.stopped else " Told after the exercise.")
        for one in facts.pains
    ]
    told += [
        f"{told_day(one.day)}: stopped during {escape(exercise_name(one.exercise))}: {stopped_for(one.reason)}."
        for one in facts.other_stops
    ]
    if told:
        shown.lines(told)
    elif facts.at_home:
        st.write(f"None told in {counted(facts.at_home, 'session')} of the last {facts.since_days} days.")
    elif facts.sessions:
        st.write(
            f"Not asked: no practice at home in the last {facts.since_days} days, only recordings brought here."
        )
    else:
        st.write(f"No session in the last {facts.since_days} days.")


def _asked_and_done(facts):
    st.header("Asked for, done, not seen")
    if not facts.doses:
        st.write(f"Nothing was practised in the last {facts.since_days} days.")
        return
    rows = [
        (_way(one), sets_by_reps(one.prescribed), sets_by_reps(one.done), _unseen(one)) for one in facts.doses
    ]
    shown.table(
        ("Way", "Asked for", "Done", "Not seen by the camera"), rows,
        caption=f"Sets × repetitions of {counted(facts.sessions, 'session')} in the last {facts.since_days} days.",
    )  # fmt: skip


def _way(dose):
    if dose.role in _NOTHING:
        return _NOTHING[dose.role]
    mode = (
        ""
        if dose.role in ("check", "both") and dose.mode == "active"
        else f", {MODES.get(dose.mode, dose.mode)}"
    )
    return f"{ROLES[dose.role]}{mode}"


def _unseen(dose):
    if dose.not_seen_reps is None:
        return "nothing to see"
    if not dose.done:
        return "–"
    if not dose.not_seen_reps:
        return "none"
    sets = f", {counted(dose.not_seen_sets, 'whole set')}" if dose.not_seen_sets else ""
    return f"{counted(dose.not_seen_reps, 'repetition')}{sets}"


_HOW = {
    "raised_hand": "the stronger hand was raised",
    "by_touch": "answered by touch",
    "in_doubt": "in doubt: the other hand came up twice",
    "without_camera": "without camera",
}


def _sides(facts):
    st.header("How the sides were confirmed")
    if not facts.sides:
        st.write("Not asked in this time.")
        return
    newest = facts.sides[0]
    st.write(f"{told_day(newest.day)}: {_HOW[newest.how]}{_answered(newest)}.")
    doubts = [one for one in facts.sides[1:] if one.how == "in_doubt"]
    raised = sum(one.how == "raised_hand" for one in facts.sides)
    st.write(f"Confirmed by the raised hand in {raised} of {counted(len(facts.sides), 'session')}.")
    if doubts:
        shown.lines(f"{told_day(one.day)}: {_HOW[one.how]}{_answered(one)}." for one in doubts)


def _answered(one):
    return f"; “Is this your stronger hand?” {one.answer}" if one.answer else ""


def _notes(facts):
    if facts.notes or facts.questions:
        st.header("Also told")
        shown.lines(
            [escape(one) for one in (*facts.notes, *(f"Home asks: {one}" for one in facts.questions))]
        )


def _worth(store, code, facts):
    st.header("Worth watching")
    since = facts.today - timedelta(days=facts.since_days)
    lately = [
        one for session, one in camera_sets(store, code) if since < day_of(session.started_utc) <= facts.today
    ]
    found = worth_watching(store, lately)
    if not found:
        st.write("Nothing stands out." if lately else "The camera saw no set in this time.")
        return
    shown.lines(
        [
            f"<strong>{escape(one.reason)}</strong><br>{shown.anchor(named(one), _review(one))}"
            for one in found
        ],
        numbered=True,
    )


def _review(one):
    rep = f"&rep={one.side}%20{one.rep}" if one.rep is not None else ""
    return f"/review?set={one.set_id}{rep}"


def _set_up(store, code):
    st.header("Set-up against last time")
    found = set_up_of(store, code)
    if found is None:
        st.write("No exercise has been seen on two days yet.")
        return
    st.write(f"**{exercise_name(found.exercise)}.** {found.words}")
    for place, column in zip((found.before, found.now), st.columns(2), strict=True):
        alt = f"Stick figure at rest on {told_day(place.day)}, seen from {seen_from(place.view)}."
        with column:
            shown.picture(place.picture, alt, caption=told_day(place.day))


def _sessions(store, code, weaker_side):
    st.header("Sessions")
    sessions = list(reversed(store.sessions(code)))
    if not sessions:
        st.write("None yet.")
        return
    tables = []
    for session in sessions[:_SESSIONS_SHOWN]:
        day, sets = day_of(session.started_utc), store.sets(session.id)
        ended = {"done": "", "left": ", left early", "stopped": ", stopped", "running": ", not ended"}[
            session.state
        ]
        rows = [(_set_link(one), *_set_told(store, one, weaker_side), _reports(one)) for one in sets]
        tables.append((f"{told_day(day)} {day.year}: {counted(len(sets), 'set')}{ended}", rows))
    shown.folded(("Set", "Side", "Way", "Repetitions", "Seen", "Report"), tables)
    if len(sessions) > _SESSIONS_SHOWN:
        st.write(f"{counted(len(sessions) - _SESSIONS_SHOWN, 'session')} before that.")


def _set_link(one):
    name = exercise_name(one.exercise)
    return shown.anchor(name, f"/review?set={one.id}") if one.trial_folder else escape(name)


def _reports(one):
    if not one.trial_folder:
        return ""
    ways = (("PDF", _report(one, "pdf")), ("page", _report(one, "html")))
    return ", ".join(shown.anchor(*way) for way in ways)


def _set_told(store, one, weaker_side):
    done, seen = done_and_seen(one, store.reps(one.id) if one.trial_folder else ())
    weaker = one.result.get("provenance", {}).get("settings", {}).get("affected") or weaker_side
    planned = f" of {one.planned_reps}" if one.planned_reps else ""
    stopped = ", stopped" if one.state == "stopped" else ""
    return (
        side_named(one.side, weaker), "check set" if one.role == "check" else MODES.get(one.mode, one.mode),
        f"{done}{planned}{stopped}",
        f"{seen}, from {seen_from(one.view)}" if one.trial_folder else "no camera",
    )  # fmt: skip


def _leaving(store, code):
    """Everything of the person taken along, or deleted."""
    st.header("Take along, delete")
    export_button(store, code)
    with st.expander(f"Delete {code}"):
        st.write(
            "Sessions, recordings, answers, plans and measures of this person go from this computer and cannot be "
            "brought back. What was exported or shared stays where it is."
        )
        with st.form(f"delete.{code}", border=False):
            typed = st.columns(3)[0].text_input(f"To delete, type {code}", autocomplete="off")
            asked = st.form_submit_button("Delete for good")
        if asked and typed.strip() == code:
            delete_person(store, code)
            st.session_state[_DELETED] = code
            st.rerun()
        elif asked:
            st.info(f"Nothing was deleted: {code} was expected here, got {typed.strip() or 'nothing'}.")


def delete_person(store, code):
    """Delete somebody; when this computer is their home, the survivor's screen begins anew.

    Parameters
    ----------
    store : Store
    code : str
    """
    let_go_of(code)
    if store.setting("person") == code:
        from posecheck.app.server import room

        room().empty()
    else:
        store.delete_person(code)
