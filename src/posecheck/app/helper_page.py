"""For a helper: the therapist's plan, the file for the therapist, set-up, voice, and what is kept."""

from datetime import date
from functools import cache
from itertools import count
from pathlib import Path

import streamlit as st

from posecheck.app.exporting import export_button
from posecheck.app.server import room
from posecheck.app.therapist.desk import let_go_of
from posecheck.app.therapist.shown import begin, ways
from posecheck.coach.set_up import FEWEST_DIGITS, MOST_DIGITS
from posecheck.errors import PosecheckError
from posecheck.exercise import list_practices, load_practice
from posecheck.words import words

STICKS = ("/media", "/run/media", "/Volumes")


def helper():
    """The page."""
    house = room().house
    begin()
    ways(("Back to practice", "/"), ("For a therapist", "/therapist"))
    st.title("For a helper")
    known = house.code is not None
    if house.trouble:
        st.info(f"Not saved yet; it is tried again by itself. {house.trouble}")
    if told := st.session_state.pop("deleted", ""):
        st.success(told)
    if not known:
        st.write(
            "Set-up comes first: answer the questions of the practice page together, or open a plan file in which the "
            "therapist has answered them."
        )
    for part in (_plan, _questions, _film, _share, _set_up, _voice, _kept) if known else (_plan,):
        st.divider()
        try:
            part(house)
        except PosecheckError as error:
            st.info(str(error), icon=None)


def _plan(house):
    from posecheck.programme import parse_plan

    st.header("Plan from the therapist")
    kept = house.store.plan(house.code) if house.code else None
    if house.code:
        st.write(f"In use: {house.plan().name}." if kept else "In use: the gentle plan for six weeks.")
    file = _chooser()(key="plan_file", on_file_change=lambda: None).file
    if not file:
        return
    text = file["text"]
    plan = parse_plan(text, where=file["name"])
    if kept is not None and kept.toml_text == text:
        st.success(f"“{plan.name}” is in use.")
        return
    known_side = house.person.weaker_side if house.code else None
    st.markdown("\n".join(f"- {line}" for line in plan_told(plan, known_side, date.today())))
    if st.button(f"Use “{plan.name}” from the next start"):
        first = house.code is None
        house.take_plan(text, where=file["name"])
        if first:
            room().begin_again()
        st.rerun()


def plan_told(plan, known_side, today):
    """What a helper should see before a plan is used: whose it is, which side, how long, which movements."""
    side = plan.weaker_side or (plan.person.weaker_side if plan.person else None)
    if plan.therapist:
        yield f"From {plan.therapist.name}."
    if side and known_side and side != known_side:
        yield f"**It is for a weaker {side} side; set-up says {known_side}.** Ask the therapist before it is used."
    elif side:
        yield f"Weaker side: {side}."
    yield f"{len(plan.week)} weeks, {plan.week[0].sessions} sessions in the first. {_begins(plan, today)}"
    yield "Movements: " + ", ".join(load_practice(one.id).name for one in (*plan.exercise, *plan.both)) + "."
    if unlocked := plan.unlocked():
        named = ", ".join(load_practice(one).name for one in unlocked)
        yield f"Allowed by the therapist's own tick: {named}."
    if plan.person is not None:
        yield from _answered(plan.person)
    if plan.emergency_number:
        yield f"Ambulance: {plan.emergency_number}."
    if plan.message:
        yield f"Message: “{plan.message}”"


def _answered(person):
    """The answers of the set-up that a plan brings, as far as it says them."""
    known, said = words()["written"], {True: "yes", False: "no", None: "not sure"}
    asked = ("therapist_yes", "new_stroke", "sling", "wheelchair", "tires_fast", "feels_stuck")
    told = [
        f"{known[name].lower()}: {said[getattr(person, name)]}"
        for name in asked
        if name in person.model_fields_set
    ]
    if told:
        yield f"Answers for the set-up: {', '.join(told)}."
    if "ticked" in person.model_fields_set:
        against = ", ".join(known[tag].lower() for tag in person.ticked)
        yield f"Speaks against some movements: {against or 'nothing'}."


def _begins(plan, today):
    if plan.starts is None:
        return "The first session begins them."
    if plan.starts > today:
        return f"They begin on {plan.starts:%d %B %Y}."
    begun = f"They began on {plan.starts:%d %B %Y}"
    week = (today - plan.starts).days // 7 + 1
    if week > len(plan.week):
        return f"{begun} and are over: what comes after them is practised. Ask the therapist if a newer plan is there."
    return f"{begun}: this is week {week}."


# Streamlit's own uploader is a drop zone that readers of screens stumble over; a browser's own field is not.
_CHOOSES = """
export default function ({ parentElement, setStateValue }) {
  const input = parentElement.querySelector("input");
  input.onchange = async () => {
    const [file] = input.files;
    setStateValue("file", file ? { name: file.name, text: file.size > 1_000_000 ? "" : await file.text() } : null);
  };
}
"""


@cache
def _chooser():
    """A field for one text file, which is read in the browser: its name and its text."""
    html = '<label>Plan file <input type="file" accept=".toml"></label>'
    # In lines: else it is taken for a path.
    css = "label, input { display: block; font: 1rem/1.6 var(--st-font, system-ui); }\ninput { min-height: 48px; }"
    return st.components.v2.component(  # pyright: ignore[reportAttributeAccessIssue]
        "posecheck_plan_file", html=html, css=css, js=_CHOOSES
    )


def _questions(house):
    st.header("Questions for the therapist")
    store, lines = house.store, []
    for prompt in store.prompts(house.code, kind="pain"):
        if prompt.value["pain"]:
            lines.append(
                "{at:%d %B}: pain, {site}, during {exercise}".format(
                    at=prompt.at_utc, **_in_words(prompt.value)
                )
            )
    for event in store.events(house.code):
        if event.kind in ("stopped", "red_flag", "question_for_therapist", "sides_in_doubt"):
            lines.append(f"{event.at_utc:%d %B}: {_TOLD[event.kind].format(**_in_words(event.detail))}")
    st.markdown("\n".join(f"- {line}" for line in lines) or "Nothing so far.")


def _in_words(detail):
    """What is kept by id, as a person calls it."""
    known = words()
    said = (
        known["red_flag"] | known["site"] | known["screen"] | {one.id: one.name for one in list_practices()}
    )
    return {
        name: said.get(value, value) if isinstance(value, str) else value for name, value in detail.items()
    }


_TOLD = {
    "stopped": "stopped in {exercise}: {reason}",
    "red_flag": "new that day: {flag}",
    "question_for_therapist": "{question}",
    "sides_in_doubt": "the other hand was raised as the stronger one ({answer})",
}


def _film(house):
    st.header("Film a set")
    st.write(
        "Nothing is filmed by itself. When the therapist wishes to see a movement, the next set that the camera counts "
        "can be filmed, without sound: the screen asks first, and says so while it films."
    )
    if house.film_wanted:
        st.info("It is asked before the next set.")
        if st.button("Do not ask"):
            house.wish_film(False)
            st.rerun()
    elif st.button("Ask before the next set"):
        house.wish_film()
        st.rerun()
    for film in house.store.films(house.code):
        told, delete = st.columns([4, 1])
        told.write(_film_told(film))
        if delete.button("Delete", key=f"delete_{film.path.name}"):
            film.path.unlink(missing_ok=True)
            st.rerun()


def _film_told(film):
    name = load_practice(film.exercise).name
    return f"{film.at_utc.astimezone():%d %B, %H:%M}: {name} ({film.size_bytes / 1e6:.0f} MB)"


def _share(house):
    from posecheck.store.sharing import new_passphrase, write_practice_file

    st.header("Share with my therapist")
    st.write(
        "One encrypted file with what was practised: numbers and moving dots, and no film that is not ticked here."
    )
    films = [
        film.path
        for film in house.store.films(house.code)
        if st.checkbox(f"Film of {_film_told(film)}", key=f"share_{film.path.name}")
    ]
    folder = st.selectbox("Where to put it", _folders(), format_func=str)
    if st.button("Write the file"):
        plan = house.plan()
        key = plan.therapist.key if plan.therapist else None
        words = None if key else new_passphrase()
        path = _free(Path(folder), f"{house.code}-{date.today()}")
        write_practice_file(house.store, house.code, path, recipient=key, passphrase=words, videos=films)
        st.session_state["shared"] = path, words  # until the page is left: nobody can look the words up again
    if "shared" not in st.session_state:
        return
    path, words = st.session_state["shared"]
    st.success(f"Written: {path}")
    if words:
        st.write("The therapist opens it with these four words. Tell them another way than with the file.")
        st.code(words, language=None)


def _free(folder, name):
    """Where the next file can lie: those of other days, and of this one, stay."""
    paths = (folder / f"{name}{f'-{number}' if number > 1 else ''}.posecheck" for number in count(1))
    return next(path for path in paths if not path.exists())


def _folders():
    sticks = [entry for root in STICKS if Path(root).is_dir() for entry in _inside(Path(root))]
    home = Path.home()
    return [
        *sticks,
        *(folder for folder in (home / "Downloads", home / "Documents", home) if folder.is_dir()),
    ]


def _inside(root):
    """Mounted sticks lie one or two folders down."""
    below = [entry for entry in root.iterdir() if entry.is_dir()]
    return [entry for one in below for entry in ([*(e for e in one.iterdir() if e.is_dir())] or [one])]


def _set_up(house):
    st.header("Set-up")
    profile = house.store.person(house.code).profile
    number = st.text_input("Emergency number", profile["emergency"], max_chars=12)
    typed = (number or "").strip()
    if typed and not (typed.isdecimal() and FEWEST_DIGITS <= len(typed) <= MOST_DIGITS):
        kept = f"{profile['emergency']} stays" if profile["emergency"] else "none is kept"
        st.info(
            f"{FEWEST_DIGITS} to {MOST_DIGITS} digits were expected, as in 112, and {typed} came: {kept}."
        )
    elif typed != profile["emergency"]:
        house.store.save_person(house.code, {**profile, "emergency": typed})
        st.success(
            f"Kept: {typed}." if typed else "Kept: the screen says to call for help, without a number."
        )
    if st.button("Answer the questions again"):
        house.store.save_setting("set_up_again", True)
        room().begin_again()
        st.success("They come when the practice page is opened next.")


def _voice(house):
    from posecheck.voice import recording_sheet

    st.header("Voice")
    st.write(
        "Somebody you know can be the voice: record each line of the list as a WAV file with the name beside it, and "
        "put them into one folder."
    )
    st.download_button("List of what is said", recording_sheet(), "recordings.csv", "text/csv")
    kept = house.store.setting("voice_folder") or ""
    folder = st.text_input("Folder with recordings", kept)
    if folder != kept:
        if folder and not Path(folder).is_dir():
            st.info(f"A folder was expected, and {folder} is none. Copy its path from the file manager.")
            return
        house.store.save_setting("voice_folder", folder)
        st.success("Used from the next start.")


def _kept(house):
    st.header("What is kept")
    sessions = house.store.sessions(house.code)
    films = house.store.films(house.code)
    filmed = f"Films: {len(films)}" if films else "No film"
    st.write(f"Sessions: {len(sessions)}, of {house.code}, in {house.store.folder}. {filmed}.")
    export_button(house.store, house.code)
    sure = st.checkbox("Delete all of it. I am sure.")
    if st.button("Delete everything", disabled=not sure):
        let_go_of(house.code)
        told = "Nothing of this home is left." if house.shared else "Nothing is left."
        room().empty()
        st.session_state["deleted"] = f"{told} Files that were written elsewhere stay where they are."
        st.rerun()
