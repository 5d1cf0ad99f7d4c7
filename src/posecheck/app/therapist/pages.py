"""The therapist's pages by their addresses; each is imported when it is opened, so that practice begins without."""

from contextlib import suppress
from functools import wraps

import streamlit as st

from posecheck.app.therapist.desk import desk
from posecheck.app.therapist.door import COOKIE
from posecheck.app.therapist.shown import begin, links, top
from posecheck.errors import PosecheckError


def _people():
    from posecheck.app.therapist.people_page import people_page

    people_page(desk().store, admitted=_admitted)


def _person():
    from posecheck.app.therapist.person_page import person_page

    person_page(desk().store, st.query_params.get("code", ""))


def _plan():
    from posecheck.app.therapist.plan_page import plan_page

    plan_page(desk().store, st.query_params.get("person", ""), desk().drafts)


def _compare():
    from posecheck.app.therapist.compare_page import compare_page

    asked = [part for part in st.query_params.get("sets", "").split(",") if part.isdigit()]
    sides = [side for side in st.query_params.get("sides", "").split(",") if side]
    compare_page(desk().store, tuple(map(int, asked)), st.query_params.get("person", ""), sides)


def _review():
    from posecheck.app.therapist.review_page import review_page

    review_page()


def _upload():
    from posecheck.app.therapist.upload_page import upload_page

    upload_page()


def _inside(page):
    """A page for whoever may see it; everybody else is asked for the passcode. What is not there gets a sentence."""

    @wraps(page)
    def guarded():
        begin()
        try:
            if _admitted():
                top(_somebody(), locks=desk().door.locked)
                page()
            else:
                _ask()
        except PosecheckError as error:
            st.info(str(error))
            links(("People", "/therapist"))

    return guarded


def _somebody():
    """Code of whom a page is about, as its address says."""
    asked, store = st.query_params, desk().store
    code = asked.get("code") or asked.get("person") or ""
    if not code and asked.get("set", "").isdigit():
        with suppress(PosecheckError):  # the page says what is not there
            code = store.session(store.set(int(asked["set"])).session).person
    return code if any(one.code == code for one in store.people()) else ""


def _admitted():
    return desk().door.admits(st.context.cookies.get(COOKIE))


def _ask():
    from posecheck.app.therapist.door_page import ask

    ask()


def pages():
    """All of them, for the navigation."""
    return [
        st.Page(_inside(_people), title="People", url_path="therapist"),
        st.Page(_inside(_person), title="Person", url_path="person"),
        st.Page(_inside(_plan), title="Plan", url_path="plan"),
        st.Page(_inside(_compare), title="Compare", url_path="compare"),
        st.Page(_inside(_review), title="Review", url_path="review"),
        st.Page(_inside(_upload), title="Review a video", url_path="upload"),
    ]
