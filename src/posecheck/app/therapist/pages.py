"""The therapist's pages by their addresses."""

import streamlit as st

from posecheck.app.therapist.compare_page import compare_page
from posecheck.app.therapist.desk import desk
from posecheck.app.therapist.people_page import people_page
from posecheck.app.therapist.person_page import person_page
from posecheck.app.therapist.plan_page import plan_page
from posecheck.app.therapist.review_page import review_page
from posecheck.app.therapist.shown import begin, links
from posecheck.app.therapist.upload_page import upload_page
from posecheck.errors import PosecheckError


def _people():
    people_page(desk().store)


def _person():
    _of_somebody(person_page, "code")


def _plan():
    _of_somebody(plan_page, "person")


def _compare():
    asked = [part for part in st.query_params.get("sets", "").split(",") if part.isdigit()]
    person = st.query_params.get("person", "")
    _told(lambda: compare_page(desk().store, tuple(map(int, asked)), person))


def _of_somebody(page, parameter):
    code = st.query_params.get(parameter, "")
    _told(lambda: page(desk().store, desk().store.person(code).code))


def _told(page):
    """What is not there gets a sentence and the way back."""
    try:
        page()
    except PosecheckError as error:
        st.info(str(error))
        begin()
        links(("People", "/therapist"))


def pages():
    """All of them, for the navigation."""
    review = st.Page(review_page, title="Review", url_path="review")
    st.session_state["review_page"] = review
    return [
        st.Page(_people, title="People", url_path="therapist"),
        st.Page(_person, title="Person", url_path="person"),
        st.Page(_plan, title="Plan", url_path="plan"),
        st.Page(_compare, title="Compare", url_path="compare"),
        review,
        st.Page(upload_page, title="Review a video", url_path="upload"),
    ]
