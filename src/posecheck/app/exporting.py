"""Taking somebody's data along: a button that writes files which need no posecheck."""

from datetime import date
from itertools import chain, count
from pathlib import Path

import streamlit as st


def export_button(store, code):
    """A button that writes everything of one person into a new folder of this user, and says where.

    Parameters
    ----------
    store : Store
    code : str
    """
    if st.button("Export everything"):
        target = _free(Path.home() / f"posecheck-{code}-{date.today()}")
        with st.spinner("Writing"):
            store.export_all(target, person=code)
        st.success(f"Written: {target}. README.txt in it explains each file.")


def _free(place):
    """The place, or the first one after it that nobody has taken."""
    others = (place.with_name(f"{place.name}-{n}") for n in count(2))
    return next(one for one in chain([place], others) if not one.exists())
