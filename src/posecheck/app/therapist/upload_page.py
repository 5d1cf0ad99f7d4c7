"""Videos that a therapist brings: chosen, watched while the questions are answered, opened for review."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import streamlit as st

from posecheck.app.live import TOKEN
from posecheck.app.therapist.browser_part import browser_part, go_to
from posecheck.app.therapist.cases import Case
from posecheck.app.therapist.desk import desk
from posecheck.app.therapist.keeping_video import let_go
from posecheck.app.therapist.uploads import OVER, STILL_S
from posecheck.clinic.brought import weaker_side_of
from posecheck.clinic.pointing import person_at, side_at
from posecheck.clinic.suggest import suggested
from posecheck.clinic.wording import exercise_names
from posecheck.errors import PosecheckError
from posecheck.exercise import load_exercise
from posecheck.records import SIDES, Settings
from posecheck.reviewing import Review

_TO_REVIEW = "to_review"  # key of the upload that is to be opened
_KINDS = {"practice": "Practice, to a target", "check": "Check set, as far as comfortable"}


def _nothing():
    """What was told is read where it is asked for."""


def upload_page():
    """The page: ``/upload``, with ``?person=CODE`` where it is known whose videos they are."""
    if key := st.session_state.get(_TO_REVIEW):  # until the page is left, however often it is drawn meanwhile
        go_to(f"review?upload={key}")
    st.title("Review a video")
    browser_part("upload", {"key": TOKEN}, css="upload", box="box", key="upload", on_value_change=_nothing)
    uploads, drawn = desk().uploads, desk().uploads.drawn
    # Drawn anew when something came of a video and not each second: an answer must not meet a page on its way out.
    # Always there: what an upload tells the page can get lost on its way, and another window may bring one.
    browser_part(
        "watched", {"key": drawn, "drawn": drawn}, css="upload", key="watched", on_value_change=_nothing
    )
    for upload in uploads.all():
        if upload.state == "receiving":
            continue  # the page that sends it shows that
        with st.container(key=upload.key):
            st.divider()
            try:
                _video(upload)
            except PosecheckError as error:
                st.info(str(error))


def _video(upload):
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(upload.name, width="content")
        st.button("Close" if upload.state in OVER else "Cancel", key=f"close_{upload.key}", on_click=let_go,
                  args=(upload.key,))  # fmt: skip
    with st.container():
        if upload.trouble:
            st.info(upload.trouble)
        if upload.state not in OVER:
            browser_part("watching", {"key": upload.key}, css="upload", key=f"watching_{upload.key}")
    if not upload.still or upload.state == "stopped":
        return
    picture, questions = st.columns([1, 1], gap="large")
    with picture:
        _still(upload)
    with questions:
        _questions(upload)


def _still(upload):
    """Whom to follow, where there are several; then which arm or leg is the weaker one."""
    several = _several(upload)
    alt = "Click the person to follow." if several else "Click the weaker arm or leg."
    st.write(alt)
    picture = "data:image/jpeg;base64," + b64encode(upload.still).decode()
    mark = None if several else upload.chosen.get("click")
    told = {"key": f"{upload.key}{several}", "alt": alt, "picture": picture, "mark": mark}
    clicked = browser_part(
        "still",
        told,
        css="upload",
        box="still",
        key=f"still_{upload.key}_{several}",
        on_value_change=_nothing,
    ).value
    if clicked and several:
        desk().uploads.watch(upload, person=person_at(upload.people, clicked["x"]))
        st.rerun()
    if clicked:
        upload.chosen["click"] = (clicked["x"], clicked["y"])
        st.rerun()  # so that the mark stays where the click was
    if upload.track is not None:
        for warning in upload.track.source["warnings"]:
            st.write(f"{warning[:1].upper()}{warning[1:]}.")


def _several(upload):
    return len(upload.people) > 1 and upload.person is None


# ── questions ─────────────────────────────────────────────────────────────────────────────────────────────────


def _asked(upload, name, label, options, *, told: Callable = str, first=None, **further) -> Any:
    """A choice that belongs to the video and not to the page: a second page, or this one loaded again, shows it too."""
    options, chosen = list(options), upload.chosen
    answer = chosen.get(name, first)
    answer = answer if answer in options else first
    # A field is a new one when its answer changed elsewhere; one that is written to could cross with the hand.
    shown = st.session_state.setdefault(f"{name}_{upload.key}", {"answer": answer, "number": 0})
    if shown["answer"] != answer:
        shown |= {"answer": answer, "number": shown["number"] + 1}
    number = shown["number"]
    key = f"{name}_{upload.key}_{number}"

    def answered():
        if number == shown["number"]:  # a field that is gone may still speak once
            chosen[name] = shown["answer"] = st.session_state[key]

    index = None if answer is None else options.index(answer)
    st.selectbox(label, options, index=index, format_func=told, key=key, on_change=answered, **further)
    return answer


def _questions(upload):
    people = [person.code for person in desk().store.people()]
    asked = st.query_params.get("person")
    code = _asked(upload, "person", "Person", ["", *people], first=asked if asked in people else "",
                  told=lambda one: one or "Nobody yet")  # fmt: skip
    if _several(upload):
        numbers = range(1, len(upload.people) + 1)
        if whom := _asked(
            upload, "whom", "Whom to follow, counted from the left", numbers, placeholder="Click, or choose"
        ):
            desk().uploads.watch(upload, person=whom)
            st.rerun()
    mirrored = _asked(upload, "mirrored", "Is writing in the picture backwards (a selfie camera)?",
                      ["Not sure", "No", "Yes"], first="Not sure")  # fmt: skip
    if (mirrored == "Yes") != upload.mirrored:
        desk().uploads.watch(upload, mirrored=mirrored == "Yes")
        st.rerun()
    known = _asked(upload, "weaker", "Weaker side", ["", *SIDES], first=weaker_side_of(desk().store, code),
                   told=lambda side: side or "Not known")  # fmt: skip
    if upload.state != "ready":
        st.write("The exercise is suggested once the video has been watched.")
        return
    if "suggested" not in upload.chosen:
        upload.chosen["suggested"] = [name for name, _ in suggested(upload.track)]
    likely, names = upload.chosen["suggested"], exercise_names()
    order = [*likely, *(name for name in names if name not in likely)]
    if not likely:
        st.write("No repetition stood out in it, so no exercise is suggested.")
    exercise = _asked(upload, "exercise", "Exercise" + (" (suggested from the movement)" if likely else ""), order,
                      first=likely[0] if likely else None, told=names.get, placeholder="Choose")  # fmt: skip
    kind = _asked(upload, "kind", "Kind", list(_KINDS), first="practice", told=_KINDS.get)
    weaker, doubt = _weaker(upload, known, mirrored)
    if doubt:
        st.info(doubt)
    elif "click" in upload.chosen:
        st.write(f"Weaker side, as clicked: {weaker}.")
    # Acts before the page is drawn: a click while it is drawn anew must not get lost.
    label = "Review without a weaker side" if doubt else "Review"
    st.button(label, key=f"review_{upload.key}", type="primary", disabled=exercise is None, on_click=_open,
              args=(upload.key, exercise, Settings(affected=weaker, kind=kind), code))  # fmt: skip


def _weaker(upload, known, mirrored):
    """The weaker side, as far as it is sure; and what is in doubt, in a sentence. Without certainty there is none."""
    clicked = _clicked(upload)
    if "click" in upload.chosen and clicked is None:
        return "unknown", "There is no arm or leg where the click was. Click the middle of the weaker one."
    if mirrored == "Not sure" and (known or clicked) and clicked != known:
        if clicked and known:
            return "unknown", (
                f"The click is on the {clicked} side, and the {known} side is known as the weaker one. Is the film a "
                "mirror image? Until that is answered, no side is called weaker or stronger."
            )
        return (
            "unknown",
            "Answer whether the picture is mirrored; until then no side is called weaker or stronger.",
        )
    if clicked and known and clicked != known:
        return "unknown", (
            f"The click is on the {clicked} side, and the {known} side is chosen as the weaker one. Click again, or "
            "choose again; until they agree no side is called weaker or stronger."
        )
    return clicked or known or "unknown", ""


def _clicked(upload):
    """Side that the click on the still means, the person's own."""
    if "click" not in upload.chosen:
        return None
    x, y = upload.chosen["click"]
    # The still is as the film has it; the poses of a mirrored one are turned over.
    return side_at(upload.track, STILL_S, 1 - x if upload.mirrored else x, y)


def _open(key, exercise, settings, code):
    """Open the review; what was corrected in it stays where only the person or the weaker side is another now."""
    upload = desk().uploads.get(key)
    if upload is None or upload.state != "ready":
        return  # another window closed it, or has it watched anew
    before, edits = desk().cases.get(upload.key), ()
    if before is not None and before.review.track is upload.track and before.review.exercise.id == exercise:
        edits = before.review.edits
    review = Review(upload.track, load_exercise(exercise), settings=settings, edits=edits)
    upload.chosen["person"] = code
    st.session_state[_TO_REVIEW] = upload.key
    desk().cases.forget(upload.key)
    desk().cases.add(
        Case(
            upload.key,
            f"{review.exercise.name}, {upload.name}",
            review,
            video=lambda: upload.watchable,
            person=code,
        )
    )
