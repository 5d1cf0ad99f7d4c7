"""Measures of the clinic, typed in with their day: what the camera cannot know; a slip is taken away again."""

from datetime import date

import streamlit as st

from posecheck.app.therapist.plan_draft import NAME
from posecheck.errors import PosecheckError
from posecheck.exercise import load_practice, practice_ids
from posecheck.store.clinic import KINDS, LONGEST


def measures_form(store, code):
    """What was measured by hand, and fields for more.

    Parameters
    ----------
    store : Store
    code : str
        Of the person.
    """
    st.subheader("Measures of the clinic")
    st.write("Typed in by hand. They stand beside what the camera measured and are never mixed with it.")
    if said := st.session_state.pop(f"measures.{code}.said", ""):
        st.success(said)
    _add(store, code)
    _kept(store, code)


def _add(store, code):
    key = f"measures.{code}"
    first, second = st.columns(4, vertical_alignment="bottom"), st.columns(3, vertical_alignment="bottom")
    kind = first[0].selectbox(
        "Measure", list(KINDS), format_func=lambda one: KINDS[one].name, key=f"{key}.kind"
    )
    known = KINDS[kind]
    side = first[1].selectbox(
        "Side", ("", "left", "right"), format_func=lambda one: one or ("choose" if known.sided else "none"),
        key=f"{key}.side",
    )  # fmt: skip
    value = first[2].number_input(
        f"Value ({known.allowed})", value=None, step=0.5, format="%g", key=f"{key}.value.{kind}",
        help=known.how or None, placeholder="",
    )  # fmt: skip
    day = first[3].date_input("Measured on", date.today(), max_value=date.today(), key=f"{key}.day")
    about = second[0].selectbox(
        "Exercise or joint",
        ["", *practice_ids()],
        format_func=_about,
        key=f"{key}.about",
        accept_new_options=True,
    )
    note = second[1].text_input("Note", max_chars=LONGEST["note"], key=f"{key}.note")
    author = second[2].text_input(
        "Your name", store.setting(NAME, ""), max_chars=LONGEST["author"], key=f"{key}.author"
    )
    if not st.button("Keep it", key=f"{key}.keep"):
        return
    if value is None:
        st.info("Type in the value first.")
        return
    try:
        one = store.save_clinic_measure(
            code,
            kind,
            value,
            measured_on=day,
            side=side or None,
            about=about or "",
            note=note or "",
            author=author or "",
        )
    except PosecheckError as error:
        st.info(str(error))
        return
    st.session_state[f"{key}.said"] = f"Kept: {in_words(one)}."
    del st.session_state[f"{key}.value.{kind}"]
    st.rerun()


def _kept(store, code):
    for one in reversed(store.clinic_measures(code)):
        told, away = st.columns([5, 1], vertical_alignment="center")
        told.write(in_words(one))
        if away.button("Take away", key=f"measures.{code}.away.{one.id}"):
            store.delete_clinic_measure(one.id)
            st.session_state[f"measures.{code}.said"] = f"Taken away: {in_words(one)}."
            st.rerun()


def in_words(one):
    """A clinic measure as it is read: ``02 March 2026: Dynamometer, left, grip: 12.5 kg (A. Keller)``."""
    known = KINDS[one.kind]
    what = ", ".join(part for part in (known.name, one.side or "", _about(one.about)) if part)
    told = "; ".join(part for part in (one.note, one.author) if part)
    value = f"{one.value:g} {known.unit}".strip()
    return f"{one.measured_on:%d %B %Y}: {what}: {value}{f' ({told})' if told else ''}"


def _about(about):
    return load_practice(about).name if about in practice_ids() else about
