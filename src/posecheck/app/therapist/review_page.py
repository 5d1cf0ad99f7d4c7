"""The review page: one recording, its film or its stick figure, its repetitions, and corrections."""

import streamlit as st

from posecheck.app.therapist.browser_part import browser_part
from posecheck.app.therapist.desk import desk
from posecheck.app.therapist.shown import begin, links
from posecheck.app.therapist.upload_page import keep_or_close
from posecheck.errors import PosecheckError
from posecheck.exercise import list_exercises


def review_page():
    """The page: ``/review?set=12`` or ``/review?upload=upload-1``."""
    asked = st.query_params
    key = f"set-{asked['set']}" if "set" in asked else asked.get("upload", "")
    try:
        case = desk().cases.get(key)
    except PosecheckError as error:
        st.title("Review")
        st.info(str(error))
        return
    if case is None:
        st.title("Review")
        st.info("This recording is not open any more. Choose one on the page of a person, or upload a video.")
        begin()
        links(("People", "/therapist"))
        return
    st.title(case.title)
    show_review(case, rep=asked.get("rep", ""))
    upload = desk().uploads.get(case.key)
    if upload is not None:
        keep_or_close(upload, case)


def show_review(case, *, rep=""):
    """The review of a recording, within a page."""
    data = {
        "key": case.key, "rep": rep,
        "author": desk().store.setting("therapist_name", "") or "therapist",
        "exercises": {one.id: one.name for one in list_exercises()},
    }  # fmt: skip
    browser_part("review", data, css="review", key=f"review_{case.key}")
