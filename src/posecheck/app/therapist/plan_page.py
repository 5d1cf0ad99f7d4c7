"""The plan of one person on the therapist's desk: changed, held against its limits, signed, and sent home as a file."""

from functools import partial
from typing import get_args

import streamlit as st

from posecheck.app.therapist.plan_draft import PlanDraft
from posecheck.app.therapist.plan_rows import (
    add_exercise,
    amount,
    exercise_fields,
    not_offered,
    overview,
    tags_in_words,
    week_facts,
    week_fields,
)
from posecheck.app.therapist.spoken import as_opus
from posecheck.errors import PosecheckError
from posecheck.exercise_parts import Contraindication
from posecheck.programme.drafting import known, limits
from posecheck.programme.plan import MESSAGE_WORDS

TAGS = get_args(Contraindication)
HEADS = {"exercise": "Stronger side, answered by the weaker side", "both": "Both sides together"}
STEPS = {"range": "a larger range", "reps": "a repetition more", "hold": "a longer hold", "tempo": "slower",
         "sets": "a set more", "load": "load", "variation": "another exercise"}  # fmt: skip
_OWN = "It becomes the exercise's own, from the first week of the table on, also after a break."
_FURTHER = "It comes as a further week at the end of the table."
EFFECTS = {"range": _OWN, "hold": _OWN, "tempo": _OWN, "reps": _FURTHER, "sets": _FURTHER,
           "load": "A band or weight is for you to give. Write it down among the measures of the clinic.",
           "variation": "It takes the place of the one before, which stays in the plan for later."}  # fmt: skip


def plan_page(store, code, drafts=None):
    """The page.

    Parameters
    ----------
    store : Store
    code : str
        Of the person.
    drafts : dict, optional
        What lasts from one drawing of the page to the next, by code; otherwise it lasts as long as the window.
    """
    if not any(one.code == code for one in store.people()):
        st.title("Plan")
        st.info("Choose on the page People whose plan it is.")
        return
    kept = (st.session_state.setdefault("plan.drafts", {}) if drafts is None else drafts).setdefault(code, {})
    page = _Page(PlanDraft(store, code, kept, forgotten=lambda key: key not in st.session_state))
    page.head()
    left, right = st.columns([5, 2], gap="medium")
    with left:
        page.exercises()
        page.contraindications()
        page.weeks()
    with right:
        page.proposals()
        page.message()
        page.more()
        page.sign()
    page.conclude()


class _Page:
    """One drawing of the page: every field is read, then what comes of them is said beside each."""

    def __init__(self, draft):
        self.draft, self._places, self._acts, self._ticked = draft, {}, [], draft.ticked

    def _place(self, *names):
        """Keep room for a sentence about a field, here beside it."""
        self._places |= dict.fromkeys(names, st.container())

    def _beside(self, place):
        """The room nearest to a field."""
        while place and place not in self._places:
            place = place.rpartition(".")[0]
        return self._places[place]

    def head(self):
        """Which plan this is, what the last click did, and a plan that came in meanwhile."""
        draft = self.draft
        st.title(f"Plan for {draft.code}")
        if draft.stored is None:
            st.write(
                "At home: the gentle plan for six weeks. What you change here becomes a plan of its own."
            )
        else:
            by = f", by {draft.plan.therapist.name}" if draft.plan.therapist else ""
            at = f"{draft.stored.active_from_utc.astimezone():%d %B %Y, %H:%M}"
            st.write(f"Newest plan here: “{draft.plan.name}”{by}, of {at}.")
        if said := st.session_state.pop(f"plan.{draft.code}.said", ""):
            st.success(said)
        if draft.overtaken:
            st.info("Another plan has come in since you began. Your draft is still here.")
            if st.button("Show the newer plan instead", key=draft.key("newer")):
                draft.begin()
                st.rerun()

    # ── left: what is practised ───────────────────────────────────────────────────────────────────────────────

    def exercises(self):
        """The exercises, in order of preference."""
        draft, self._glances = self.draft, {}
        for table, head in HEADS.items():
            st.header(head)
            self._glances[table], acts, rows = st.container(), [], draft.shown[table]
            draft.values[table] = []
            for number, row in enumerate(rows):
                self._place(f"{table}.{row['id']}")
                with st.expander(f"{number + 1}. {known(row['id'])['name']}"):
                    key = draft.key(f"{table}.{row['id']}")
                    draft.values[table].append(
                        exercise_fields(row, number, len(rows) - 1, key=key, table=table, acts=acts)
                    )
            add_exercise(rows, key=draft.key(table), table=table, acts=acts)
            self._acts += [partial(_to_rows, table, act) for act in acts]

    def contraindications(self):
        """Ticks: an exercise that has one of them is not offered, whatever else is ticked."""
        draft = self.draft
        st.header("Contraindications")
        with st.expander("Tick what speaks against an exercise"):
            boxes = st.columns(3)
            ticked = [
                tag
                for at, tag in enumerate(TAGS)
                if boxes[at % 3].checkbox(
                    tags_in_words([tag]), tag in draft.ticked, key=draft.key(f"tag.{tag}")
                )
            ]
        draft.tick(ticked)
        self._ticked = ticked
        rows = [*draft.values["exercise"], *draft.values["both"]]
        out = [known(row["id"])["name"] for row in rows if not_offered(row, ticked).startswith("not offered")]
        st.write(f"Ticked: {tags_in_words(ticked) or 'nothing'}. Not offered: {', '.join(out) or 'nothing'}.")

    def weeks(self):
        """The table, what it comes to, and the limits."""
        draft, shown, values = self.draft, self.draft.shown, self.draft.values
        st.header("Weeks")
        values["week"] = week_fields(shown["week"], key=draft.key("weeks"))
        self._place("week")
        self._facts = st.container()
        boxes = st.columns(3, vertical_alignment="bottom")
        values["maintenance"] = {
            "sessions": boxes[0].number_input(
                "Sessions a week after the table",
                1,
                7,
                shown["maintenance"]["sessions"],
                key=draft.key("after"),
            )
        }
        values["effort_allowed"] = boxes[1].number_input(
            "Reported effort that holds nothing back", value=shown.get("effort_allowed"), min_value=0.5,
            max_value=10.0, step=0.5, placeholder="as planned", key=draft.key("effort_allowed"), format="%g",
        )  # fmt: skip
        values["starts"] = boxes[2].date_input(
            "Weeks count from", shown.get("starts"), key=draft.key("starts"),
            help="Left open: from the first session.",
        )  # fmt: skip
        self._limits = st.container()

    # ── right: what waits, what is said, who signs ────────────────────────────────────────────────────────────

    def proposals(self):
        """What waits for a yes."""
        draft = self.draft
        st.header("Proposals")
        waiting = draft.waiting()
        if not waiting:
            st.write("Nothing waits.")
        for number, one in enumerate(waiting):
            with st.container(border=True):
                st.markdown(_in_words(one))
                if draft.taken(one):
                    st.write(
                        "In the draft. It counts once the plan is saved, and at home once it is loaded there."
                    )
                    continue
                yes, no, _ = st.columns([1, 1, 1])
                if one.step != "load" and yes.button("Approve", key=draft.key(f"yes.{number}")):
                    self._acts.append(partial(draft.approve, one))
                if no.button("Not now", key=draft.key(f"no.{number}")):
                    draft.put_off(one)
                    st.rerun()

    def message(self):
        """What home hears at the next start."""
        draft, shown = self.draft, self.draft.shown
        st.header("Message")
        text = st.text_input(
            "Said once, at the next start at home", shown["message"], key=draft.key("message")
        )
        draft.values["message"] = (text or "").strip()
        st.write(f"{len((text or '').split())} of {MESSAGE_WORDS} words")
        self._place("message", "message_audio")
        recorded = st.audio_input("The same words in your own voice, if you like", key=draft.key("audio"))
        sound = shown["message_audio"]
        if recorded is not None:
            try:
                sound = _small(recorded.getvalue())
            except PosecheckError as error:
                st.info(str(error))
        elif sound:
            if draft.plan.spoken and sound == draft.plan.message_audio:
                st.audio(draft.plan.spoken[1], format=draft.plan.spoken[0])
            if st.button("Take the recording out", key=draft.key("silent")):
                self._acts.append(lambda values: {**values, "message_audio": ""})
        draft.values["message_audio"] = sound

    def more(self):
        """Name, weaker side, scales."""
        draft, shown, values = self.draft, self.draft.shown, self.draft.values
        with st.expander("More of the plan"):
            values["name"] = st.text_input("Name of the plan", shown["name"], key=draft.key("name"))
            sides = ("", "left", "right")
            answered = draft.answers.weaker_side or "not sure"
            values["weaker_side"] = st.selectbox(
                "Weaker side", sides, sides.index(shown["weaker_side"] or ""), key=draft.key("weaker_side"),
                format_func=lambda side: side or f"as answered at set-up ({answered})",
            )  # fmt: skip
            values["weaker_side"] = values["weaker_side"] or None
            values["numeric_scales"] = st.checkbox(
                "Ask for effort and pain from 0 to 10 instead of three faces", shown["numeric_scales"],
                key=draft.key("scales"),
            )  # fmt: skip
            values["emergency_number"] = st.text_input(
                "Emergency number, for a new home", shown["emergency_number"], max_chars=12,
                key=draft.key("emergency"),
            )  # fmt: skip

    def sign(self):
        """Who answers for it."""
        st.header("Sign and send")
        self._place("therapist", "")
        self.draft.signed = st.text_input(
            "Your name", self.draft.signed, key=self.draft.key("signed"), help="It goes home with the plan."
        )
        if self.draft.key_before:
            self.draft.own_key = st.checkbox(
                "What home shares opens on this computer from now on, not on the one before", self.draft.own_key,
                key=self.draft.key("own_key"),
            )  # fmt: skip
        self._end = st.container()

    # ── what comes of it ──────────────────────────────────────────────────────────────────────────────────────

    def conclude(self):
        """Hold the draft against the limits, say what stands in the way, and let it be saved."""
        draft = self.draft
        draft.keep()
        try:
            values = draft.values
            for act in self._acts:
                values = act(values)
        except PosecheckError as error:
            self._end.info(str(error))
        else:
            if self._acts:
                draft.redraw(values)
                st.rerun()
        for cap in {one.cap for one in limits(draft.plan)}:
            if (typed := st.session_state.get(draft.key(f"reason.{cap}"))) is not None:
                draft.reasons[cap] = typed
        outcome = draft.outcome()
        for table, glance in self._glances.items():
            with glance:
                overview(draft.values[table], draft.values["week"], draft.person, self._ticked, table=table)
        with self._facts:
            week_facts(outcome.weeks)
        with self._limits:
            self._reasons(outcome)
        for problem in outcome.problems:
            if not problem.place.startswith("caps."):
                self._beside(problem.place).info(problem.sentence)
        with self._end:
            self._finish(outcome)

    def _reasons(self, outcome):
        """Limits that the draft goes beyond, each with a field for the reason; all of them with their sources."""
        draft = self.draft
        sentences = {one.place.removeprefix("caps."): one.sentence for one in outcome.problems}
        for one in (each for each in outcome.limits if each.exceeded):
            asked = f"{one.asked:.3g} {one.what}"
            st.info(sentences.get(one.cap, f"{asked}: beyond the limit of {one.limit:g}, with your reason."))
            st.text_input(
                f"Reason for {asked}", draft.reasons.get(one.cap, ""), key=draft.key(f"reason.{one.cap}")
            )
        with st.expander("Limits, and why they are there"):
            rows = [
                f"| {one.asked:.3g} {one.what} | {one.limit:g} | {one.why} |"
                for one in outcome.limits or limits(draft.plan)
            ]
            st.markdown("\n".join(["| asked for | limit | why |", "|---|---|---|", *rows]))
            st.write("S a source that was read, M well established, C computed, U to be reviewed by you.")

    def _finish(self, outcome):
        draft, text = self.draft, outcome.toml_text
        if any(problem.place != "therapist" for problem in outcome.problems):
            st.info(
                "It can be saved and sent once the sentences beside the fields are settled. Nothing is lost."
            )
        if st.button(
            f"Save as the plan of {draft.code}", type="primary", disabled=not text, key=draft.key("save")
        ):
            new = draft.save(text)
            told = (
                f"Saved. “{draft.plan.name}” is the plan of {draft.code} here."
                if new
                else "Nothing has changed."
            )
            st.session_state[f"plan.{draft.code}.said"] = told
            st.rerun()
        if draft.changed and st.button("Drop the changes", key=draft.key("drop")):
            draft.begin()
            st.rerun()
        if text:
            name = f"{draft.code}-plan.toml"
            st.download_button("Plan file for home", text, name, "application/toml", key=draft.key("file"))
            st.write(
                "At home it is opened on the helper's page, with one click. Until then nothing changes there."
            )


@st.cache_data(max_entries=8, show_spinner=False)
def _small(wav):
    return as_opus(wav)


def _to_rows(table, act, values):
    return {**values, table: act(values[table])}


def _in_words(one):
    """A proposal in words."""
    name, now, then = known(one.exercise)["name"], one.now, one.then
    if one.step == "variation":
        now, then = known(now)["name"], known(then)["name"]
    if one.step == "range" and (ranges := known(one.exercise)["ranges"]):
        now, then = (
            f"{text} ({amount(ranges[text[-1]], known(one.exercise)['unit'])})" for text in (now, then)
        )
    return f"**{name}**: {STEPS[one.step]}, {now} → {then}.\n\n{one.why} {EFFECTS[one.step]}"
