"""Which exercises a person may be offered, and in which way the weaker side does them."""

from posecheck.exercise import Exercise, Practice, practice_ids
from posecheck.exercise_parts import Mode
from posecheck.programme.plan import at_home, catalogued
from posecheck.programme.progress import eased, hurt, resting

ARM = ("arm", "hand")
STANDING = ("door", "stand_up")  # tasks that are done on one's feet
MODES: dict[str, tuple[Mode, ...]] = {
    "hardly": ("active", "assisted", "imagery"),
    "some": ("active", "assisted"),
    "well": ("active",),
}
IMAGERY: Mode = "imagery"
AT_ONCE: tuple[Mode, ...] = ("active", "assisted")  # ways of doing something with both sides


class Choice:
    """What may be offered on a day.

    Parameters
    ----------
    plan : Plan
    person : Person
    lately : tuple of DoneSession
        Since the last restart.
    past : tuple of DoneSession
    today : date
    """

    def __init__(self, plan, person, lately, past, today):
        self._plan, self._person, self._lately = plan, person, lately
        self._over = {name for one in past if one.day == today for name in one.pain_exercises}
        self.weaker_side = plan.weaker_side or person.weaker_side
        self.sling = person.sling is not False
        self.questions: list[str] = []
        self._ask()

    def _ask(self):
        person, plan = self._person, self._plan
        if person.therapist_yes is not True:
            self.questions.append(
                "Is practice at home right for this person? Until you say yes there is imagery only."
            )
        if person.new_stroke is not False and plan.therapist is None:
            self.questions.append(
                "Is the stroke less than 3 months ago? Then movement needs a plan from you."
            )
        if self.weaker_side is None:
            self.questions.append("Which side is weaker?")
        if person.feels_stuck:
            self.questions.append("Progress feels stuck. What would you change?")
        for one in plan.candidates:
            if resting(plan, self._lately, one.id):
                name = catalogued(one.id).name
                self.questions.append(f"{name} hurt twice running and rests. Is it right to go on with it?")
            elif self._lately and hurt(plan, self._lately[-1], one.id):
                self.questions.append(f"{catalogued(one.id).name} hurt. Is it right to go on with it?")

    def only_imagery(self):
        """Why there is imagery and breathing only; empty where movement may be offered."""
        if self._person.therapist_yes is not True:
            return "No therapist has said yes to practice at home: imagery and breathing."
        if self._person.new_stroke is not False and self._plan.therapist is None:
            return (
                "Within three months of the stroke movement needs a therapist's plan: imagery and breathing."
            )
        return ""

    def group(self, exercise):
        """Muscle group of an exercise."""
        return next(
            (one.group for one in self._plan.candidates if one.id == exercise and one.group), exercise
        )

    def may_offer(self, practice):
        """Whether an exercise may be offered: no ticked tag, unlocked where it must be, seated in a wheelchair."""
        if set(practice.contraindications) & set(self._person.ticked):
            return False
        return not (practice.unlock or practice.position != "seated") or self._unlocked(practice.id)

    def _unlocked(self, exercise):
        signed = self._plan.therapist is not None
        return signed and exercise in (*self._plan.unlocked(), *self._person.unlocked)

    def _today(self, one):
        """Whether an entry of the plan may be offered today, both in itself and as the weaker side's answer."""
        names = (one.id, one.weaker) if one.weaker else (one.id,)
        hurts = any(name in self._over or resting(self._plan, self._lately, name) for name in names)
        return not hurts and all(self.may_offer(catalogued(name)) for name in names)

    def stronger(self, count, *, turn):
        """Entries for the stronger side, in order of preference and no two of a muscle group.

        Parameters
        ----------
        count : int
        turn : int
            Sessions before this one. One exercise a session takes turns; for who feels stuck every second session
            brings another exercise of the same region in place of the first.
        """
        able = [one for one in self._plan.exercise if self._today(one)]
        chosen = self._of_different_groups(able, max(count, self._plan.week[0].exercises))
        if self._person.feels_stuck and turn % 2 and chosen:
            region = catalogued(chosen[0].id).region
            taken = {self.group(one.id) for one in chosen}
            other = next(
                (
                    one
                    for one in able
                    if catalogued(one.id).region == region and self.group(one.id) not in taken
                ),
                None,
            )
            chosen = chosen if other is None else [other, *chosen[1:]]
        if count < len(chosen):
            at = turn % len(chosen)
            chosen = (chosen[at:] + chosen[:at])[:count]
        return tuple(chosen)

    def _of_different_groups(self, able, count):
        by_group = {}
        for one in able:
            by_group.setdefault(self.group(one.id), one)
        return list(by_group.values())[:count]

    def weaker(self, one):
        """The exercise that the weaker side answers with."""
        return catalogued(one.weaker or one.id)

    def modes(self, practice, one=None) -> tuple[Mode, ...]:
        """In which ways the weaker side does an exercise, the first one first; they take turns."""
        known = practice.weaker_side.modes if practice.weaker_side else ("imagery",)
        if self.sling and practice.region in ARM:
            return (IMAGERY,)
        if one is not None and one.modes:
            return one.modes
        wanted = MODES[self._person.moves or "some"]
        return tuple(mode for mode in wanted if mode in known) or (IMAGERY,)

    def compared(self) -> Exercise | None:
        """What is compared over weeks: of what both sides may do by themselves, the one that is told best facing.

        What the plan has measured from elsewhere only is not compared: its check set would tell nothing.
        """
        if self._person.moves == "hardly" or self.weaker_side is None:
            return None
        able = [
            (one, catalogued(one.id)) for one in self._plan.exercise if self._today(one) and not one.weaker
        ]
        told = [
            practice
            for one, practice in able
            if isinstance(practice, Exercise) and "active" in self.modes(practice, one)
            and "front" in (one.views or practice.view) and (trust := practice.view.get("front"))
            and trust.trust == "range"
        ]  # fmt: skip
        return min(told, key=lambda practice: practice.view["front"].sigma_deg or 0.0, default=None)

    def both(self) -> tuple[Practice, Mode, int] | None:
        """Exercise of both sides, its mode, and by how many steps it is eased; None where none may be offered.

        A weaker side that hardly moves is helped along where the exercise allows it, else it is imagined.
        """
        able = [(one, catalogued(one.id)) for one in self._plan.both if self._today(one)]
        if not able:
            return None
        wanted: tuple[Mode, ...] = ("assisted",) if self._person.moves == "hardly" else AT_ONCE
        one, practice = next((pair for pair in able if self._both_modes(*pair, wanted)), able[0])
        modes = self._both_modes(one, practice, wanted)
        return practice, modes[0] if modes else IMAGERY, eased(self._plan, self._lately, one.id)[0]

    def _both_modes(self, one, practice, wanted) -> tuple[Mode, ...]:
        if self.sling and practice.region in ARM:
            return ()
        known = practice.weaker_side.modes if practice.weaker_side else ()
        return tuple(mode for mode in one.modes or wanted if mode in known)

    def imagined(self):
        """Ids of what may be imagined: the plan's exercises, then others that are for home."""
        plan = [one.id for one in self._plan.candidates if self._today(one)]
        home = [
            practice.id
            for practice in map(catalogued, practice_ids())
            if isinstance(practice, Exercise) and at_home(practice) and self.may_offer(practice)
        ]
        return [name for name in dict.fromkeys([*plan, *home]) if name not in self._over]

    def may_do(self, task, contraindications):
        """Whether an everyday task may be offered."""
        if set(contraindications) & set(self._person.ticked):
            return False
        if task in STANDING and self._person.wheelchair is not False:
            return False
        return task != "stand_up" or (
            self.may_offer(catalogued("sit_to_stand")) and self._unlocked("sit_to_stand")
        )
