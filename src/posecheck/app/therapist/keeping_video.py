"""Below the review of a video: keep it under a person, as of the day it was filmed, or let it go."""

import shutil

import streamlit as st

from posecheck.app.therapist.browser_part import go_to
from posecheck.app.therapist.desk import desk
from posecheck.clinic.brought import filmed_at, keep_review, on_day, same_film, weaker_side_of
from posecheck.clinic.wording import day_of, told_day
from posecheck.records import SIDES

_NEW = "A new person"


def keep_or_close(upload, case):
    """Ask under whom, from which day, with or without its film.

    Parameters
    ----------
    upload : Upload
    case : Case
    """
    store = desk().store
    codes = [person.code for person in store.people()]
    st.subheader("Keep it?")
    st.write("Nothing of it is kept so far: closing posecheck forgets it.")
    under, when = st.columns(2)
    with under:
        code = _whose(upload, codes)
    with when:
        filmed = filmed_at(case.review.track)
        day = st.date_input(
            "Filmed on" + (", as the file says" if filmed else ""), day_of(filmed) if filmed else "today",
            max_value="today", key=f"filmed_{upload.key}",
            help="What is told over the weeks goes by this day. The file may tell when it was copied or cut.",
        )  # fmt: skip
        if not filmed:
            st.write("The file does not say when. Choose the day if it was not today.")
    sure = code not in codes or _is_sure(store, code, case)
    film = upload.filmed and st.checkbox("Keep the film as well", key=f"film_{upload.key}")
    if st.button("Keep", type="primary", disabled=not (code and sure)):
        set_id = kept(store, upload, case, code, film=film, at=on_day(day, filmed))
        go_to(f"review?set={set_id}&kept=1")


def _whose(upload, codes):
    before = upload.chosen.get("person")
    code = st.selectbox("Under", [*codes, _NEW], index=codes.index(before) if before in codes else len(codes))
    if code == _NEW:
        # A field without a key of its own is another one as soon as what it begins with is another code.
        first = "" if codes else upload.chosen.setdefault("new_code", desk().store.new_code())
        code = st.text_input(
            "Code of the new person (no name)", first, max_chars=40, key=f"code_{upload.key}"
        )
    return str(code).strip()


def _is_sure(store, code, case):
    """Whether what is kept agrees with what is there of a person; somebody may know better."""
    side, known, sure = case.review.settings.affected, weaker_side_of(store, code), True
    if side in SIDES and known and side != known:
        st.info(
            f"The {known} side is the weaker one of {code} so far, and here it is the {side} one. Go back to the video "
            "to choose again, or tick that this is right."
        )
        sure = st.checkbox(f"The {side} side is the weaker one in this video", key=f"sure_{case.key}")
    if (before := same_film(store, code, case.review.result)) is not None:
        session, one = before
        day = told_day(day_of(session.started_utc))
        st.info(
            f"What was measured in this film is kept already: no. {one.id}, {day}. Kept again, it counts twice."
        )
    return sure


def kept(store, upload, case, code, *, film, at):
    """Keep a review as a set of a person; its number."""
    set_id = keep_review(store, case.review, code, name=upload.name, at=at)
    if film:
        shutil.copy2(upload.film, store.film_path(set_id, suffix=".mp4"))
    let_go(upload.key)
    return set_id


def let_go(key):
    """Nothing of a video is left but what was kept of it."""
    desk().cases.forget(key)
    desk().uploads.forget(key)
