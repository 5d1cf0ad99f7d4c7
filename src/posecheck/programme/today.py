"""Today's session: which blocks, how many, in which order, and why; a pure function of plan, person, history, day."""

from dataclasses import dataclass, replace
from datetime import timedelta

from posecheck.lessons import lessons
from posecheck.programme.choice import Choice
from posecheck.programme.parts import Agenda, Block, Candidate, cycle_s
from posecheck.programme.plan import catalogued
from posecheck.programme.progress import (
    check_due,
    eased,
    proposals,
    session_load,
    sore_twice,
    standing,
    strengthening,
)

TASKS = ("cup", "towel", "door")  # for who has not chosen; what may not be offered is passed over
TURN = {
    "active": "weaker_turn",
    "assisted": "helped_turn",
    "passive": "passive_turn",
    "imagery": "imagine_turn",
}


def agenda(plan, person, history, *, today, kind="full"):
    """What is asked for today.

    Parameters
    ----------
    plan : Plan
    person : Person
    history : sequence of DoneSession
        What lies after `today` is left out.
    today : date
    kind : str
        ``full``, ``ten`` or ``three`` minutes, ``light`` or ``imagery``. A full session or ten minutes that come too
        early for the stronger side become a light day.

    Returns
    -------
    Agenda

    Examples
    --------
    >>> from datetime import date
    >>> from posecheck.programme import Person, load_plan
    >>> person = Person(weaker_side="left", therapist_yes=True, new_stroke=False, sling=False)
    >>> first = agenda(load_plan("gentle"), person, (), today=date(2026, 1, 5))
    >>> [(block.kind, block.exercise, block.reps) for block in first.blocks[1:3]]
    [('stronger', 'elbow_flexion', 5), ('weaker', 'elbow_flexion', 5)]
    >>> first.minutes < 8
    True
    """
    return _Day(plan, person, history, today).agenda(kind)


@dataclass(frozen=True)
class _Dose:
    """So many sets of an exercise for the stronger side."""

    one: Candidate
    sets: int
    reps: int


class _Day:
    """One day: what is known of it, and the session that follows from that."""

    def __init__(self, plan, person, history, today):
        self.plan, self.person, self.today = plan, person, today
        self.past = tuple(sorted((one for one in history if one.day <= today), key=lambda one: one.day))
        self.now = standing(plan, self.past, today)
        self.row = plan.week[self.now.row]
        self.choice = Choice(plan, person, self.now.lately, self.past, today)
        self.reasons, self.questions = [], []
        self._asked, self._weaker_turns, self.check = "full", 0, None

    # ── which session ─────────────────────────────────────────────────────────────────────────────────────────

    def agenda(self, kind):
        self._asked = kind
        kind, doses, extra = self._kind(kind)
        minutes = self._limit("three" if self._asked == "three" else kind)
        blocks = self._blocks(kind, doses, 60.0 * minutes)
        while self._seconds(blocks) > 60.0 * minutes and (less := _one_less(doses)):
            doses = less
            blocks = self._blocks(kind, doses, 60.0 * minutes)
            self._because(f"As many sets as {minutes:g} minutes hold.")
        return Agenda(
            kind=kind,
            week=self.now.week(self.plan),
            blocks=blocks,
            minutes=round(self._seconds(blocks) / 60.0, 1),
            reasons=tuple(self.reasons),
            proposals=extra,
            questions=(*self.questions, *self.choice.questions),
            greeting=self._greeting(),
            check=self.check,
            hard_stop_minutes=self.plan.rules.hard_stop_minutes,
        )

    def _kind(self, kind):
        """What the session comes to be, the doses of the stronger side, and what may come after the table."""
        barred = self.choice.only_imagery()
        if barred or kind == "imagery":
            self.reasons.append(barred or "Imagery was chosen.")
            return "imagery", (), ()
        self._told()
        if kind not in ("full", "ten"):
            return kind, (), ()
        doses = self._doses(kind)
        if not doses:
            return "light", (), ()
        extra = proposals(self.plan, self.now, [(dose.one, dose.sets) for dose in doses])
        return kind, doses, extra

    def _because(self, reason):
        if reason not in self.reasons:
            self.reasons.append(reason)

    def _limit(self, kind):
        """Minutes that a session may take."""
        minutes = self.plan.minutes
        if kind != "full":
            return getattr(minutes, kind)
        short = [minutes.first] if self.now.first else []
        short += [minutes.tires_fast] if self.person.tires_fast else []
        return min([*short, self.plan.limit("minutes")])

    def _short(self, kind):
        """Whether the session goes without the long warm-up."""
        return kind != "full" or self.now.first or bool(self.person.tires_fast)

    def _greeting(self):
        if not self.past:
            return "welcome"
        away = (self.today - self.past[-1].day).days
        return "welcome_back" if away >= self.plan.rules.gap_days else "ready"

    def _told(self):
        now, row = self.now, self.row
        if now.maintenance:
            self.reasons.append(f"After the table, {now.sessions(self.plan)} sessions a week.")
        self.reasons.append(now.why)
        if not now.first:
            self.reasons.append(
                f"Line {now.row + 1} of the table: {row.sets} sets of {row.reps}, effort {row.effort:g} of 10."
            )

    # ── the stronger side ─────────────────────────────────────────────────────────────────────────────────────

    def _doses(self, kind):
        """Sets and repetitions of the stronger side; none where it rests today."""
        if self.choice.weaker_side is None:
            self.reasons.append(
                "Which side is weaker is not known, so neither is trained as the stronger one."
            )
            return ()
        rest = self._rests()
        if rest:
            self.reasons.append(rest)
            return ()
        count = 1 if self._short(kind) else self.row.exercises
        chosen = self.choice.stronger(count, turn=len(strengthening(self.past)))
        recent = self._days_back(self.plan.rules.rest_days - 1)
        trained = {self.choice.group(each.exercise) for one in strengthening(recent) for each in one.sets
                   if each.role == "stronger"}  # fmt: skip
        early = [one for one in chosen if self.choice.group(one.id) in trained]
        if early:
            self.reasons.append("Less than 48 hours since this muscle group was trained: a light day.")
            return ()
        if not chosen:
            self.reasons.append("No exercise of the plan may be offered to the stronger side.")
            return ()
        if self.now.first:
            self.reasons.append("The very first session is one exercise and a few repetitions.")
            return (_Dose(chosen[0], 1, self.plan.rules.first_reps),)
        return self._within_the_week(self._eased(self._shared(chosen)))

    def _rests(self):
        """Why the stronger side rests, whatever the exercise."""
        week = strengthening(self._days_back(6))
        if len(week) >= self.now.sessions(self.plan):
            return f"{len(week)} strengthening sessions in seven days are done: a light day."
        return ""

    def _days_back(self, days):
        since = self.today - timedelta(days=days)
        return tuple(one for one in self.past if one.day >= since)

    def _shared(self, chosen):
        """The sets of the week, shared out over the exercises and never too many for one muscle group."""
        most = int(self.plan.limit("group_sets"))
        each, over = divmod(self.row.sets, len(chosen))
        doses = tuple(_Dose(one, min(most, each + (i < over)), self.row.reps) for i, one in enumerate(chosen))
        if len(chosen) < self.row.exercises and not self._short(self._asked):
            self._because("The plan has no other exercise that may be offered today.")
        if len(chosen) > 1 and sum(dose.sets for dose in doses) < self.row.sets:
            self.reasons.append(f"At most {most} sets of one muscle group.")
        return doses

    def _eased(self, doses):
        """One set less for each sign that it was too much; where there is one set, fewer repetitions."""
        rules, eased_doses = self.plan.rules, []
        for dose in doses:
            down, why = eased(self.plan, self.now.lately, dose.one.id)
            name = catalogued(dose.one.id).name
            if down:
                self.reasons.append(f"{name}: less, after {why}.")
            fewer = max(0, down - dose.sets + 1)
            reps = max(1, int(dose.reps * (1.0 - rules.reps_down_pct / 100.0) ** fewer))
            eased_doses.append(_Dose(dose.one, max(1, dose.sets - down), reps))
        if sore_twice(self.now.lately):
            self.reasons.append("The stronger side was sore twice running: one set less.")
            self.questions.append("The stronger side was sore twice running. Is the plan right?")
            return (
                _one_less(tuple(eased_doses)) if sum(d.sets for d in eased_doses) > 1 else tuple(eased_doses)
            )
        return tuple(eased_doses)

    def _within_the_week(self, doses):
        """No more than the week's load, together with what the last six days brought."""
        done = sum(session_load(one, effort=self.row.effort) for one in self._days_back(6))
        left = self.now.week_load(self.plan) - done
        while doses and sum(dose.sets * dose.reps for dose in doses) * self.row.effort > left + 1e-9:
            doses = _one_less(doses)
            self._because("The load of these seven days is nearly done.")
        return doses

    # ── the blocks ────────────────────────────────────────────────────────────────────────────────────────────

    def _blocks(self, kind, doses, limit_s):
        if kind == "imagery":
            return self._imagined(limit_s)
        times, blocks = self.plan.times, []
        short, self._weaker_turns = self._short(kind), 0
        if doses:
            blocks.append(
                Block("warm_up", seconds=times.short_warm_up_s if short else times.warm_up_s, say="warm_up")
            )
            blocks += self._checks(kind)
            blocks += [block for dose in doses for block in self._pairs(dose)]
            if not short:
                blocks += self._together()
            blocks += self._everyday()
        else:
            return self._light(kind, limit_s)
        return (*blocks, self._calm(short))

    def _checks(self, kind):
        """A few repetitions of each side before anybody is tired; which side begins changes from day to day."""
        self.check, exercise = check_due(self.plan, self.now, self.past), self.choice.compared()
        if kind != "full" or self.check is None or exercise is None:
            self.check = None
            return []
        when = f"after {self.check} weeks" if self.check else "at the beginning"
        self._because(f"Check sets {when}: what is compared over weeks.")
        turn = self.today.toordinal() % 2
        roles = (("stronger", "weaker"), ("weaker", "stronger"))[turn]
        rests_s = (self.plan.times.turn_s, self.plan.rules.pair_rest_s[0])
        return [
            Block("check", exercise.id, role, reps=self.plan.rules.check_reps, say="check_how", rest_after_s=rest_s)
            for role, rest_s in zip(roles, rests_s, strict=True)
        ]  # fmt: skip

    def _calm(self, short=True):
        times = self.plan.times
        return Block(
            "cool_down", seconds=times.short_cool_down_s if short else times.cool_down_s, say="cool_down"
        )

    def _pairs(self, dose):
        one, effort = dose.one, self.row.effort
        level, tempo = one.level or self.row.level, one.tempo_of(self.row)
        for number in range(1, dose.sets + 1):
            yield Block(
                "stronger", one.id, "stronger", reps=dose.reps, level=level, tempo=tempo, planned_effort=effort,
                set_number=number, of_sets=dose.sets, say="your_turn",
            )  # fmt: skip
            block = self._weaker(one, number, dose.sets, first=self.now.first)
            rest_s = self.plan.rest_s(self._work_s(block), effort)
            yield replace(block, rest_after_s=rest_s, planned_effort=effort)

    def _weaker(self, one, number=1, of=1, *, first=False):
        """What the weaker side answers with; modes take turns where it hardly moves."""
        practice = self.choice.weaker(one)
        modes = self.choice.modes(practice, one)
        mode = modes[self._weaker_turns % len(modes)]
        self._weaker_turns += 1
        low, high = self.plan.rules.weaker_reps
        reps = self.plan.rules.first_reps if first else high if self.person.moves == "well" else low
        imagined = mode == "imagery"
        return Block(
            "weaker", practice.id, "weaker", mode, reps=1 if imagined else reps, tempo=practice.target["1"].tempo,
            seconds=self.plan.times.imagery_s if imagined else None, planned_effort=self.row.effort,
            set_number=number, of_sets=of, say=TURN[mode],
        )  # fmt: skip

    def _together(self, reps=None):
        """Both sides at once; a limb that is not to move is imagined moving along."""
        found = self.choice.both()
        if found is None:
            return self._imagine_one()
        practice, mode, eased_by = found
        full = reps or self.plan.rules.both_reps
        imagined = mode == "imagery"
        reps = (
            1 if imagined else max(1, int(full * (1.0 - self.plan.rules.reps_down_pct / 100.0) ** eased_by))
        )
        return [Block(
            "both", practice.id, "both", mode, reps=reps, tempo=practice.target["1"].tempo,
            seconds=self.plan.times.imagery_s if imagined else None, planned_effort=self.row.effort,
            say="imagine_turn" if imagined else "both_turn",
        )]  # fmt: skip

    def _light(self, kind, limit_s):
        """Weaker side, both hands, imagery: as much as fits, and nothing for the stronger side."""
        one = next(iter(self.choice.stronger(1, turn=len(self.past))), None)
        blocks = []
        if one is not None and self.choice.weaker_side is not None:
            blocks.append(self._weaker(one))
        blocks += self._together(self.plan.rules.weaker_reps[0])
        if kind != "three":
            imagined = any(block.mode == "imagery" for block in blocks)
            blocks += [self._calm()] if imagined else [*self._imagine_one(), self._calm()]
        while len(blocks) > 1 and self._seconds(blocks) > limit_s:
            blocks.pop()
        return tuple(blocks)

    def _imagine_one(self):
        one = next(iter(self.choice.imagined()), None)
        return [self._imagery(None if one is None else one)]

    def _imagery(self, exercise):
        seconds = self.plan.times.imagery_s
        return Block("imagery", exercise, "weaker", "imagery", seconds=seconds, say="imagine_turn")

    def _imagined(self, limit_s):
        """As many scripts as fit, then breathing."""
        blocks = [self._imagery(None)]
        for name in self.choice.imagined():
            more = [*blocks[:-1], self._imagery(name), blocks[-1]]
            if self._seconds(more) > limit_s:
                break
            blocks = more
        return tuple(blocks)

    def _everyday(self):
        """One task of every day closes the session; with an arm in a sling it is imagined."""
        if self.choice.sling:
            return []
        known = lessons().task
        for name in dict.fromkeys([self.person.task or TASKS[0], *TASKS]):
            if name in known and self.choice.may_do(name, known[name].contraindications):
                return [Block("task", role="task", seconds=self.plan.times.task_s, say=name)]
        return []

    # ── time ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _work_s(self, block):
        return block.reps * cycle_s(block.tempo) if block.seconds is None else block.seconds

    def _seconds(self, blocks):
        times = self.plan.times
        asked = {b.exercise for b in blocks if b.exercise and b.mode != "imagery" and b.kind != "check"}
        turns = sum(block.kind not in ("warm_up", "cool_down") for block in blocks)
        work_s = sum(self._work_s(block) + block.rest_after_s for block in blocks)
        return times.check_in_s + work_s + turns * times.turn_s + len(asked) * times.faces_s


def _one_less(doses):
    """One set less of the exercise that has most, the last of them; of one set nothing is left."""
    if not doses:
        return ()
    most = max(dose.sets for dose in doses)
    at = max(i for i, dose in enumerate(doses) if dose.sets == most)
    fewer = replace(doses[at], sets=most - 1)
    return tuple(dose for dose in (*doses[:at], fewer, *doses[at + 1 :]) if dose.sets)
