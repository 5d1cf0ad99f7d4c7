"""The survivor's screen: one component over the whole window; what it shows comes over the live route."""

from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from posecheck.app.live import TOKEN
from posecheck.words import words

HERE = Path(__file__).parent
_TEXTS = ("tried", "moved", "stop_exercise", "show_me", "show_figure", "softer", "mute", "sound", "helper",
          "other_window", "set_of", "use_this", "progress", "weeks", "balance", "task", "stronger", "weaker",
          "both", "filming")  # fmt: skip

# The screen's own files are modules beside this one; the component only finds them.
_START = """
export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".posecheck-root");
  if (root.started) return;
  root.started = true;
  let stop = null, gone = false;
  import(new URL("live/static/main.js", data.base)).then((module) => {
    if (!gone) stop = module.start(root, data);
  });
  return () => { gone = true; root.started = false; stop?.(); };
}
"""


@cache
def _component():
    css = (HERE / "static" / "screen.css").read_text(encoding="utf-8")
    html = '<div class="posecheck-root" lang="en"></div>'
    return st.components.v2.component(  # pyright: ignore[reportAttributeAccessIssue]
        "posecheck_practice", html=html, css=css, js=_START
    )


def practice():
    """The page."""
    address = urlsplit(st.context.url or "")
    base = f"{address.scheme}://{address.netloc}/"
    text = {key: words()["screen"][key] for key in _TEXTS} | {
        "question_of": words()["written"]["question_of"]
    }
    _component()(key="practice", data={"token": TOKEN, "base": base, "text": text})
