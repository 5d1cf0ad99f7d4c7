"""Streamlit's entry: which page, and nothing of its own around the survivor's screen."""

from pathlib import Path

import streamlit as st

from posecheck.app.helper_page import helper
from posecheck.app.practice_page import practice
from posecheck.app.therapist.pages import pages

HERE = Path(__file__).parent

st.set_page_config(page_title="posecheck", page_icon=str(HERE / "static" / "icon.png"), layout="wide")
st.navigation(
    [
        st.Page(practice, title="Practice", url_path="practice", default=True),
        st.Page(helper, title="For a helper", url_path="helper"),
        *pages(),
    ],
    position="hidden",
).run()
