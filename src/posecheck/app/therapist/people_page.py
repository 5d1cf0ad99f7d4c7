"""Everybody who practises, with the facts of the last days; and the practice file from home, which is opened here."""

import base64
import binascii
from collections import Counter
from datetime import date
from functools import cache
from html import escape

import streamlit as st

from posecheck.app.therapist import shown
from posecheck.app.therapist.door_page import passcode_settings
from posecheck.clinic.arriving import opened, owner_of, take_in, therapist_key
from posecheck.clinic.facts import SINCE_DAYS, people_of, stopped_for
from posecheck.clinic.wording import flag_named, site_named
from posecheck.errors import PosecheckError
from posecheck.store.sharing import opened_by_words

_MOST_BYTES = 512 * 1024**2
_FILE, _ARRIVED, _NEW = "practice_file", "practice_told", "new_person"


def people_page(store, *, today=None, admitted=lambda: True):
    """The page.

    Parameters
    ----------
    store : Store
    today : date, optional
    admitted : callable
        Whether whoever looks may still see it: the field for a file is drawn without the page.
    """
    st.title("People")
    left, right = st.columns([5, 2], gap="large")
    with left:
        _people(people_of(store, today or date.today()))
        _somebody_new(store)
    with right:
        st.header("Practice file from home")
        _arriving(store, admitted)
        _key(store)
        passcode_settings(store)


def _people(everybody):
    if not everybody:
        st.write("Nobody yet. Open a practice file from home, and whoever practised is listed here.")
        return
    rows = [
        (
            shown.anchor(one.code, f"/person?code={one.code}"),
            _last(one), _practised(one), _told(one, (flag_named(flag.flag) for flag in one.red_flags)),
            _told(one, (site_named(pain.site) for pain in one.pains)),
            _told(one, (stopped_for(stop.reason) for stop in one.other_stops)),
        )
        for one in everybody
    ]  # fmt: skip
    shown.table(
        ("Code", "Last session", "Sessions, 7 days", "New symptom", "Pain", "Other stops"), rows, below=True,
        caption=f"New symptoms, pain and stops: as told in the last {SINCE_DAYS} days. First whom something happened "
        "to, then who has not practised for longest.",
    )  # fmt: skip


def _told(facts, entries):
    """What was told, each once, with how often; newest first. Who did not practise at home was not asked."""
    times = Counter(entries)
    said = ", ".join(f"{what} ({n} times)" if n > 1 else what for what, n in times.items())
    return f"<strong>{escape(said)}</strong>" if said else "none" if facts.at_home else "not asked"


def _last(facts):
    if facts.last_day is None:
        return "none yet"
    days = facts.days_since_last
    if days >= facts.gap_days:
        return f"<strong>no session for {days} days</strong>"
    return "today" if not days else "yesterday" if days == 1 else f"{days} days ago"


def _practised(facts):
    if facts.adherence is None:
        return "plan not readable" if facts.asked else "nothing asked yet"
    return f"{facts.adherence.sessions} of {facts.adherence.planned}"


def _somebody_new(store):
    """A code for somebody who has not practised yet, so that a plan can be written first."""
    if st.button("Add somebody new", help="Gives a code of two words; a name is never asked for."):
        code = store.new_code()
        store.save_person(code, {})
        st.session_state[_NEW] = code
        st.rerun()
    if code := st.session_state.get(_NEW):
        st.write(f"New here: {code}.")
        shown.links((f"Write a plan for {code}", f"/plan?person={code}"))


# ── the practice file ─────────────────────────────────────────────────────────────────────────────────────────

# Piece by piece: a file of some weeks has a hundred megabytes, and one message to the server takes no more than that.
_PIECES = """
const PIECE = 3_000_000;
export default function ({ parentElement, data, setTriggerValue }) {
  const input = parentElement.querySelector("input"), told = parentElement.querySelector("output");
  const send = (at) => {
    const file = input.file;
    input.sent = at;
    told.textContent = file.size > PIECE ? `${Math.round((100 * at) / file.size)} % read` : "";
    const reader = new FileReader();
    reader.onload = () => setTriggerValue("piece", {
      name: file.name, size: file.size, at, base64: reader.result.slice(reader.result.indexOf(",") + 1),
    });
    reader.onerror = () => { told.textContent = "This file cannot be read. Copy it from the stick first."; };
    reader.readAsDataURL(file.slice(at, at + PIECE));
  };
  const take = ([file]) => {
    input.file = file;
    told.textContent = "";
    if (file) send(0);
  };
  input.onchange = () => take(input.files);
  // The whole box takes what falls on it: beside the field itself a browser would leave the page.
  const box = parentElement.querySelector("label");
  box.ondragover = (event) => event.preventDefault();
  box.ondrop = (event) => { event.preventDefault(); take(event.dataTransfer.files); };
  if (input.file && data.at && data.name === input.file.name && data.at !== input.sent) {
    if (data.at < input.file.size) send(data.at);
    else told.textContent = "";
  }
}
"""


@cache
def _field():
    """A browser's own field for one file of any size; a file that is dropped on it is taken as well."""
    html = '<label>Choose the file, or drop it here <input type="file" accept=".posecheck"></label><output></output>'
    css = """
      label, output { display: block; font: 1rem/1.6 var(--st-font, system-ui); }
      label { padding: 1rem; border: 2px dashed #4a5a72; border-radius: 0.5rem; }
      input { display: block; box-sizing: border-box; width: 100%; min-height: 48px; margin-top: 0.4rem; font: inherit }
    """
    return st.components.v2.component(  # pyright: ignore[reportAttributeAccessIssue]
        "posecheck_practice_file", html=html, css=css, js=_PIECES
    )


@st.fragment
def _arriving(store, admitted):
    if not admitted():
        st.rerun()
    kept = st.session_state.setdefault(_FILE, {})
    piece = _field()(
        key="practice_file_field", data={"at": kept.get("at", 0), "name": kept.get("name", "")},
        on_piece_change=lambda: None,
    ).piece  # fmt: skip
    if piece:
        st.session_state.pop(_ARRIVED, None)
        _take_piece(kept, piece)
        st.rerun(scope="fragment")
    _taken_in()
    if kept.get("trouble"):
        st.info(kept["trouble"])
    elif kept.get("whole"):
        try:
            _open(store, kept)
        except PosecheckError as error:
            st.info(str(error))


def _take_piece(kept, piece):
    """A piece of the file as it comes from the browser; pieces come in order, one asked for by the one before."""
    if piece["at"] == 0:
        kept.clear()
        kept |= {"name": str(piece["name"]), "content": bytearray(), "at": 0}
    if piece["at"] != kept.get("at"):
        return
    if piece["size"] > _MOST_BYTES:
        kept["trouble"] = (
            f"{kept['name']} is larger than {_MOST_BYTES // 1024**2} MB. Ask for the last weeks only."
        )
        return
    try:
        kept["content"] += base64.b64decode(piece["base64"], validate=True)
    except (binascii.Error, TypeError, ValueError):
        kept["trouble"] = f"{kept['name']} could not be read. Choose it again."
        return
    kept["at"] = len(kept["content"])
    kept["whole"] = kept["at"] >= piece["size"]


def _open(store, kept):
    """Ask for the words where it takes them, for whose it is where that is not known, and take it in."""
    content, words = bytes(kept["content"]), None
    if opened_by_words(content):
        with st.form("practice_words", border=False):
            words = st.text_input("The four words that came with it", autocomplete="off")
            st.form_submit_button("Open")
        if not words:
            return
    if kept.get("words") != (words or "key"):
        with st.spinner("Opening"):
            kept["contents"] = opened(store, kept["name"], content, words=words)
        kept["words"] = words or "key"
    contents = kept["contents"]
    person, here = owner_of(store, contents), [one.code for one in store.people()]
    if person is None and here:
        new = f"Somebody new ({contents.person})"
        choice = st.selectbox("Whose practice is it?", [new, *here], index=None, placeholder="Choose")
        if choice is None or not st.button("Take it in", type="primary"):
            return
        person = None if choice == new else choice
    arrived = take_in(store, contents, person=person)
    kept.clear()
    st.session_state[_ARRIVED] = arrived
    st.rerun()


def _taken_in():
    arrived = st.session_state.get(_ARRIVED)
    if arrived is not None:
        st.success(f"{arrived.person}: {arrived.words}")
        shown.links((f"Look at {arrived.person}", f"/person?code={arrived.person}"))


def _key(store):
    with st.expander("Your key for practice files"):
        st.write(
            "With this key in a plan, home shares practice files that open here by themselves, and nowhere else; plans "
            "that are signed here carry it. Without it each file comes with four words."
        )
        if store.setting("therapist_identity") or st.button("Make my key"):
            key = therapist_key(store)
            st.code(f'[therapist]\nname = "..."\nkey = "{escape(key)}"', language=None, wrap_lines=True)
