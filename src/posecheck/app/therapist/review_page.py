"""The review page: one recording, its film or its stick figure, its repetitions, and corrections."""

import streamlit as st

from posecheck.app.therapist.browser_part import browser_part
from posecheck.app.therapist.desk import desk
from posecheck.app.therapist.keeping_video import keep_or_close
from posecheck.app.therapist.shown import begin, links
from posecheck.clinic.wording import exercise_names
from posecheck.errors import PosecheckError


def review_page():
    """The page: ``/review?set=12`` or ``/review?upload=upload-1``."""
    asked = st.query_params
    key = f"set-{asked['set']}" if "set" in asked else asked.get("upload", "")
    shown = st.empty()
    try:
        title = desk().cases.title(key)
        if title is not None:  # the browser makes ready while the recording is still being opened
            with shown.container():
                st.title(title)
                if "kept" in asked:
                    st.success("Kept. What you change from now on is kept at once.")
                _show(key, rep=asked.get("rep", ""))
        case = desk().cases.get(key)
    except PosecheckError as error:
        shown.empty()
        st.title("Review")
        st.info(str(error))
        return
    if case is None:
        st.title("Review")
        st.info("This recording is not open any more. Choose one on the page of a person, or upload a video.")
        begin()
        links(("People", "/therapist"))
        return
    upload = desk().uploads.get(case.key)
    if upload is not None:
        keep_or_close(upload, case)


def _show(key, *, rep):
    """The review of a recording, within a page."""
    data = {
        "key": key, "rep": rep,
        "author": desk().store.setting("therapist_name", "") or "therapist",
        "exercises": exercise_names(),
    }  # fmt: skip
    browser_part("review", data, css="review", key=f"review_{key}")
