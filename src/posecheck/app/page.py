"""Streamlit's entry: which page, and nothing of its own around the survivor's screen."""

from pathlib import Path

import streamlit as st

from posecheck.app.helper_page import helper
from posecheck.app.practice_page import practice
from posecheck.app.therapist.review_page import review_page
from posecheck.app.therapist.upload_page import upload_page

HERE = Path(__file__).parent

st.set_page_config(page_title="posecheck", page_icon=str(HERE / "static" / "icon.png"), layout="wide")
review = st.Page(review_page, title="Review", url_path="review")
st.session_state["review_page"] = review
st.navigation(
    [
        st.Page(practice, title="Practice", url_path="practice", default=True),
        st.Page(helper, title="For a helper", url_path="helper"),
        review,
        st.Page(upload_page, title="Review a video", url_path="upload"),
    ],
    position="hidden",
).run()
