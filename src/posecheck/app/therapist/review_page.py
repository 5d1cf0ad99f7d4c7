"""The review page: one recording, its film or its stick figure, its repetitions, and corrections."""

from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from posecheck.app.live import TOKEN
from posecheck.app.therapist.desk import desk
from posecheck.app.therapist.shown import begin, links
from posecheck.app.therapist.upload_page import keep_or_close
from posecheck.errors import PosecheckError
from posecheck.exercise import list_exercises

STATIC = Path(__file__).parents[1] / "static"

# The screen's own files are modules beside this one; the component only finds them.
_START = """
export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".posecheck-review");
  if (root.key === data.key) return;
  root.stop?.();
  root.key = data.key;
  import(new URL("live/static/review/review.js", data.base)).then((module) => {
    if (root.key === data.key) root.stop = module.start(root, data);
  });
  return () => { root.stop?.(); root.key = root.stop = null; };
}
"""


@cache
def _component():
    css = (STATIC / "review" / "review.css").read_text(encoding="utf-8")
    return st.components.v2.component(  # pyright: ignore[reportAttributeAccessIssue]
        "posecheck_review", html='<div class="posecheck-review" lang="en"></div>', css=css, js=_START
    )


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
    address = urlsplit(st.context.url or "")
    _component()(
        key=f"review_{case.key}",
        data={
            "key": case.key, "rep": rep, "token": TOKEN, "base": f"{address.scheme}://{address.netloc}/",
            "author": desk().store.setting("therapist_name", "") or "therapist",
            "exercises": {one.id: one.name for one in list_exercises()},
        },
    )  # fmt: skip
