"""The passcode of the therapist's pages: asked for at each of them; set, changed or taken away on the page People."""

from functools import cache
from urllib.parse import urlsplit

import streamlit as st

from posecheck.app.live import TOKEN
from posecheck.app.therapist.shown import links
from posecheck.store.passcode import LEAST, MOST, Passcode

# It goes to a route and not through the page: only an answer to the browser can leave the cookie that opens.
_SENDS = """
export default function ({ parentElement, data }) {
  const form = parentElement.querySelector("form"), told = parentElement.querySelector("output");
  const button = form.querySelector("button"), url = new URL(`room/door/${data.act}`, data.base);
  url.searchParams.set("token", data.token);
  form.onsubmit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    told.textContent = "";
    try {
      const answer = await fetch(url, { method: "POST", body: JSON.stringify(Object.fromEntries(new FormData(form))) });
      if (answer.ok && data.act === "open") return location.reload();
      if (answer.ok) {
        told.textContent = `Done. ${data.act === "set" ? "It" : "No passcode"} is asked for from now on.`;
        return setTimeout(() => location.reload(), 1800);
      }
      told.textContent = (await answer.json()).trouble;
    } catch {
      told.textContent = "The program does not answer. Is it still running?";
    }
    button.disabled = false;
    form.reset();
    form.querySelector("input").focus();
  };
}
"""
_STYLE = """
form { display: flex; flex-wrap: wrap; align-items: end; gap: 0.8rem; color: #10294d;
  font: 1rem/1.5 var(--st-font, system-ui); }
label { display: grid; gap: 0.2rem; }
input { box-sizing: border-box; width: 15rem; max-width: 100%; min-height: 44px; padding: 0 0.7rem; font: inherit;
  border: 1px solid #4a5a72; border-radius: 0.5rem; background: #fff; color: inherit; }
button { min-height: 44px; padding: 0 1.2rem; font: inherit; border: 1px solid #1f4e9e; border-radius: 0.5rem;
  background: #1f4e9e; color: #fff; cursor: pointer; }
button:disabled { opacity: 0.6; }
output { flex-basis: 100%; min-height: 1.5em; }
"""
_CURRENT = ("passcode", "Passcode", "current-password")
_NEW = (("new", "New passcode", "new-password"), ("again", "The new one once more", "new-password"))


@cache
def _form(act, fields, button):
    """A form that goes to a route of the door, as a component."""
    rows = "".join(
        f'<label>{label}<input type="password" name="{name}" autocomplete="{kind}" required maxlength="{MOST}"></label>'
        for name, label, kind in fields
    )
    html = f'<form>{rows}<button type="submit">{button}</button><output aria-live="polite"></output></form>'
    return st.components.v2.component(  # pyright: ignore[reportAttributeAccessIssue]
        f"posecheck_door_{act}_{len(fields)}", html=html, css=_STYLE, js=_SENDS
    )


def _show(act, fields, button):
    address = urlsplit(st.context.url or "")
    data = {"act": act, "token": TOKEN, "base": f"{address.scheme}://{address.netloc}/"}
    _form(act, fields, button)(key=f"door_{act}", data=data)


def ask():
    """In place of a page, for whoever has not given the passcode."""
    st.title("For a therapist")
    st.write("A passcode was set for these pages.")
    _show("open", (_CURRENT,), "Open")
    links(("Back to practice", "/"))
    st.write("Forgotten? On this computer, `posecheck data unlock` takes it away; nothing else is lost.")


def passcode_settings(store):
    """Fields to set, change or take away the passcode."""
    with st.expander("Passcode for these pages"):
        if not Passcode(store.folder).mark:
            st.write(
                "Whoever sits at this computer can open them. With a passcode they ask for it; practice never does. It "
                "keeps these pages from a curious eye, and does not encrypt what is kept on the disk. At least "
                f"{LEAST} letters or digits."
            )
            _show("set", _NEW, "Set the passcode")
            return
        st.write("It is asked for again after half an hour without use, and after *Lock*.")
        _show("set", (_CURRENT, *_NEW), "Change it")
        _show("remove", (_CURRENT,), "Take it away")
