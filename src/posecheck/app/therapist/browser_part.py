"""Parts of a page that live in the browser: a module beside the app's other files, within a box of its own."""

from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from posecheck.app.live import TOKEN

STATIC = Path(__file__).parents[1] / "static"
# The files are modules of their own beside Streamlit's; the component only finds them.
_START = """
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("[data-part]");
  if (root.key === data.key) return;
  root.stop?.();
  root.key = data.key;
  import(new URL("live/static/review/MODULE.js", data.base)).then((module) => {
    if (root.key === data.key) root.stop = module.start(root, data, (value) => setTriggerValue("value", value));
  });
  return () => { root.stop?.(); root.key = root.stop = null; };
}
"""


# Once: a page that is drawn again before it is left would begin the way anew each time.
_LEAVES = """
export default function ({ data }) {
  if (globalThis.posecheckLeaves === data.url) return;
  globalThis.posecheckLeaves = data.url;
  location.assign(data.url);
}
"""


def browser_part(module, data, *, css, key, box="", **more):
    """Show a part.

    Parameters
    ----------
    module : str
        Of ``static/review``; its ``start(root, data, told)`` gives what stops it, and ``told(value)`` tells the page.
    data : dict
        For it; ``key`` says what it shows: another one starts it anew. The server's address and token come along.
    css : str
        Name of its style there.
    key : str
        Streamlit's.
    box : str
        Class of its box.

    Returns
    -------
    Streamlit's result, with the ``value`` that was told.
    """
    return _component(module, css, box)(key=key, data={**data, "base": _base(), "token": TOKEN}, **more)


def _base():
    """The server's address, as this browser knows it."""
    address = urlsplit(st.context.url or "")
    return f"{address.scheme}://{address.netloc}/"


def go_to(path):
    """Have the browser leave for another page of the app; what would follow on this one is not drawn.

    Streamlit's own way loses the next page where this one is drawn anew by itself: what is still on its way for the
    page before then empties it.

    Parameters
    ----------
    path : str
        As ``review?set=3``.
    """
    _leaving()(key="leaving", data={"url": _base() + path})
    st.stop()


@cache
def _leaving():
    return st.components.v2.component(  # pyright: ignore[reportAttributeAccessIssue]
        "posecheck_leaving", js=_LEAVES
    )


@cache
def _component(module, css, box):
    style = (STATIC / "review" / f"{css}.css").read_text(encoding="utf-8")
    html = f'<div class="{box}" data-part="{module}" lang="en"></div>'
    return st.components.v2.component(  # pyright: ignore[reportAttributeAccessIssue]
        f"posecheck_{module}", html=html, css=style, js=_START.replace("MODULE", module)
    )
