"""The draft of somebody's plan: what was shown, what stands in the fields now, and what comes of it."""

import copy
import re

from posecheck.app.therapist.check_sets import check_sets
from posecheck.clinic.arriving import therapist_key
from posecheck.clinic.history import done_sessions
from posecheck.programme import Person, parse_plan, plan_in_force
from posecheck.programme.drafting import checked, given
from posecheck.programme.proposing import approved, proposed

PUT_OFF = "proposal_put_off"
NAME = "therapist_name"  # a choice for this machine


class PlanDraft:
    """A draft of a plan.

    Parameters
    ----------
    store : Store
    code : str
        Of the person.
    kept : dict
        What lasts from one drawing of the page to the next; begun when it is empty.
    forgotten : callable
        Whether a field of the draft is not known to the page any more, by its key: somebody was elsewhere meanwhile.

    Attributes
    ----------
    stored : StoredPlan or None
        The newest plan of the person.
    plan : Plan
    answers, person : Person
        As answered at set-up; and with what the plan says of the person on top.
    shown : dict
        What the fields were drawn with.
    values : dict
        What is in them, as far as the page has read them.

    Notes
    -----
    What is typed stays in the draft whether or not it can be kept. Fields are drawn anew (another `turn`) only when
    something else than a hand on them changed the draft: a proposal taken up, an exercise added, a plan saved.
    """

    def __init__(self, store, code, kept, *, forgotten=lambda key: False):
        self.store, self.code, self._kept = store, code, kept
        self.stored = store.plan(code)
        self.plan = plan_in_force(self.stored)
        self.answers = Person.model_validate(store.person(code).profile.get("person", {}))
        told = self.plan.person
        said = {} if told is None else {name: getattr(told, name) for name in told.model_fields_set}
        self.person = self.answers.model_copy(update=said)
        self._take_up(forgotten)
        self.values = copy.deepcopy(self.shown)

    def _take_up(self, forgotten):
        """Begin with the newest plan, or go on with the draft."""
        kept, of = self._kept, self._of()
        if not kept or (kept["of"] != of and kept["values"] == kept["begun"]):
            self.begin()
        elif forgotten(self.key("signed")):
            kept["shown"] = kept["values"]
            kept["turn"] += 1

    def _of(self):
        return self.stored.uuid if self.stored else ""

    def begin(self):
        """Begin with the newest plan; what was drafted is gone."""
        values = self._named(given(self.plan))
        signed = self.plan.therapist.name if self.plan.therapist else self.store.setting(NAME, "")
        reasons = {one.cap: one.reason for one in self.plan.exceed}
        self._kept.update(of=self._of(), begun=values, shown=values, values=values, reasons=reasons, signed=signed,
                          own_key=False, taken=[], turn=self._kept.get("turn", 0) + 1)  # fmt: skip

    def _named(self, values):
        """The gentle plan becomes a plan of this person's."""
        if self.stored is not None:
            return values
        name = re.sub(r"[^a-z0-9]+", "_", self.code.lower()).strip("_")
        return {**values, "id": f"plan_{name}", "name": f"Plan for {self.code}"}

    def key(self, name):
        """Key of a field."""
        return f"plan.{self.code}.{self._kept['turn']}.{name}"

    @property
    def shown(self):
        return self._kept["shown"]

    @property
    def signed(self):
        """Name of who answers for it."""
        return self._kept["signed"]

    @signed.setter
    def signed(self, name):
        self._kept["signed"] = name

    @property
    def own_key(self):
        """Whether the key of this computer takes the place of another one."""
        return self._kept["own_key"]

    @own_key.setter
    def own_key(self, wanted):
        self._kept["own_key"] = wanted

    @property
    def changed(self):
        """Whether anything differs from the newest plan."""
        return self._kept["values"] != self._kept["begun"]

    @property
    def reasons(self):
        """Why limits are gone beyond, by cap."""
        return self._kept["reasons"]

    @property
    def overtaken(self):
        """Whether a newer plan came in since the draft was begun."""
        return self._kept["of"] != self._of()

    @property
    def ticked(self):
        """Contraindications, as the fields were drawn with."""
        own = self.shown["person"].get("ticked")
        return tuple(self.answers.ticked if own is None else own)

    def tick(self, ticked):
        """Other contraindications; what the answers say anyway need not stand in the plan."""
        if "ticked" in self.shown["person"] or set(ticked) != set(self.answers.ticked):
            self.values["person"] = {**self.shown["person"], "ticked": list(ticked)}

    def keep(self):
        """Remember what is in the fields."""
        self._kept["values"] = self.values

    def redraw(self, values):
        """Other values, which the fields are drawn with next."""
        self._kept.update(shown=values, values=values, turn=self._kept["turn"] + 1)

    def outcome(self):
        """What comes of the draft: see `posecheck.programme.drafting.checked`."""
        return checked(self.plan, self.values, therapist=self._therapist(), reasons=self.reasons)

    def _therapist(self):
        """Who answers for it, and the key with which home shares back: one that the plan has stays until asked."""
        if not self.signed.strip():
            return None
        own = therapist_key(self.store)
        return {"name": self.signed.strip(), "key": own if self.own_key else self.key_before or own}

    @property
    def key_before(self):
        """Key of another computer, which the plan has; None where there is none."""
        key = self.plan.therapist and self.plan.therapist.key
        return None if key is None or key == therapist_key(self.store) else key

    def save(self, text):
        """Keep a plan that is in order, and begin anew with it; whether it differs from the one before."""
        differs = self.stored is None or text.strip() != self.stored.toml_text.strip()
        if differs:
            message = parse_plan(text).message
            self.stored = self.store.save_plan(self.code, text, source="therapist", message=message)
            self.store.save_setting(NAME, self.signed.strip())
            self.plan = plan_in_force(self.stored)
        self.begin()
        return differs

    # Proposals

    def waiting(self):
        """Proposals that were not put off since the last practice.

        Returns
        -------
        tuple of Proposal

        Notes
        -----
        They are judged by the plan that the last session followed: a step that a newer plan would propose already
        waits until there is practice with that plan.
        """
        history, checks = done_sessions(self.store, self.code), check_sets(self.store, self.code)
        at = max((one.started_utc for one in self.store.sessions(self.code)), default=None)
        followed = self.plan if at is None else self._in_force(lambda kept: kept.active_from_utc <= at)
        day = max((one.day for one in checks), default=None)
        before = (
            None
            if day is None
            else self._in_force(lambda kept: kept.active_from_utc.astimezone().date() <= day)
        )
        judged = [
            proposed(each, self.person, history, checks, before=before) for each in (self.plan, followed)
        ]
        off = [event.detail for event in self.store.events(self.code, kind=PUT_OFF)]
        return tuple(
            one
            for one in judged[0]
            if one in judged[1] and {**_mark(one), "sessions": len(history)} not in off
        )

    def _in_force(self, held):
        """The newest plan that was there at a time."""
        return plan_in_force(next((one for one in reversed(self.store.plans(self.code)) if held(one)), None))

    def taken(self, one):
        """Whether a proposal is in the draft."""
        return _mark(one) in self._kept["taken"]

    def approve(self, one, values):
        """Values with a proposal taken up."""
        new = approved(values, one)
        self._kept["taken"] = [*self._kept["taken"], _mark(one)]
        return new

    def put_off(self, one):
        """Not now: until there is more practice to judge by."""
        sessions = len(done_sessions(self.store, self.code))
        self.store.event(self.code, PUT_OFF, {**_mark(one), "sessions": sessions})


def _mark(one):
    return {"exercise": one.exercise, "step": one.step, "then": one.then}
