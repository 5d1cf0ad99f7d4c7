"""Which clips the accuracy bench films.

Every exercise that posecheck's catalogue offers and the renderer can show gets cells by view. They grow in rounds:

declared   the view an exercise's file names first; every round two clips: left and right of the same person where it
           is watched from the side, two people where it is watched from the front
facing     `FACING` from the front and, left and right in turn, obliquely; every round a clip of each
other      what else the catalogue offers, one view of each mirrored pair; three easy repetitions, first round only
nothing    sitting, standing, walking in, gestures: nothing may be counted by any exercise

It is not a factorial: the factors (`sets`, `people`) are dealt from shuffled decks. Rounds are added while the whole
stays below a number of pictures, but never fewer than `ROUNDS_MIN`. A clip depends on its exercise, view and round
only: adding an exercise or a round leaves the others as they were.

Held out: the seeds 1000-1999 belong to this grid. Whatever is fitted or learned from rendered people draws its bodies,
clothes, rooms and cameras with seeds outside of them, and with decks other than `people.DECKS_SEED`. The errors that
the catalogue tells are the exception: they are set from this grid.
"""

from dataclasses import dataclass, field

from posecheck.exercise import exercise_ids, load_exercise
from posecheck.records import SIDES, VIEWS
from render.movements import MOVEMENTS
from render.spec_file import make_spec
from validation import people
from validation.sets import SIT_DOWN_S, WALK_S, SetPlan, near_side, seconds_of

SEEDS = range(1000, 2000)
_SEEDS_EACH = 40  # of an exercise, in the order of the renderer's list, which only ever grows at its end
ROUNDS_MIN, ROUNDS_MAX = 2, 8
FRAMES = 90_000
FACING = ("elbow_flexion", "shoulder_flexion", "sit_to_stand", "mini_squat", "knee_extension", "mirror_elbow_bend",
          "seated_march", "ankle_dorsiflexion")  # fmt: skip
"""Exercises whose range is to be measured facing the camera as well, although it moves towards the lens."""
_MIRROR = {"left": "right", "right": "left", "oblique_left": "oblique_right", "oblique_right": "oblique_left"}
TIERS = ("declared", "facing", "other", "nothing")


@dataclass(frozen=True)
class Case:
    """One clip of the grid.

    Attributes
    ----------
    id : str
        Also the stem of its files.
    tier : str
        One of `TIERS`.
    exercise : str
        Empty where nothing is exercised.
    view : str
    round : int
        Counts the clips of a cell (pairs once), from 0.
    pair : str
        Shared by the two clips of one person filmed from both sides; empty elsewhere.
    weaker : str
        Side that moves less, told to the analysis as ``affected``; empty when none does.
    levels : dict
        The levels of the grid's factors.
    spec : Spec
    seconds : float, s
    """

    id: str
    tier: str
    exercise: str
    view: str
    round: int
    spec: object
    seconds: float
    pair: str = ""
    weaker: str = ""
    levels: dict = field(default_factory=dict)

    @property
    def frames(self):
        """About how many pictures it has."""
        return round(self.seconds * self.spec.film.rate_hz)


def exercises():
    """Ids of the exercises that posecheck offers and the renderer can show."""
    return [name for name in exercise_ids() if name in MOVEMENTS]


def declared_views(exercise):
    """The view that an exercise's file names first and its mirror image, in the order of `VIEWS`."""
    first = next(iter(exercise.view))
    return tuple(view for view in VIEWS if view in (first, _MIRROR.get(first)))


def planned(*, only=None, frames=FRAMES, rounds=None):
    """The clips of the grid.

    Parameters
    ----------
    only : sequence of str, optional
        Ids of exercises; clips without an exercise are left out then, unless ``nothing`` is among them.
    frames : int
        Rounds are added while the whole has fewer pictures than this.
    rounds : int, optional
        Exactly so many instead.

    Returns
    -------
    list of Case
    """
    names = [name for name in exercises() if not only or name in only]
    fixed = _nothing() if not only or "nothing" in only else []
    for name in names:
        fixed += _others(name)
    rounds_cases = []
    for number in range(rounds or ROUNDS_MAX):
        more = [case for name in names for case in _round(name, number)]
        total = sum(case.frames for case in [*fixed, *rounds_cases, *more])
        if rounds is None and number >= ROUNDS_MIN and total > frames:
            break
        rounds_cases += more
    order = {name: i for i, name in enumerate([*names, ""])}
    cases = [*rounds_cases, *fixed]
    return sorted(
        cases, key=lambda c: (order[c.exercise], TIERS.index(c.tier), VIEWS.index(c.view), c.round, c.id)
    )


def quick():
    """A few short clips that touch everything: one declared view, one facing, somebody walking in."""
    chosen = {}
    for case in planned(rounds=ROUNDS_MIN):
        kind = (case.tier, case.exercise) if case.tier == "declared" else (case.tier,)
        if kind not in chosen or case.frames < chosen[kind].frames:
            chosen[kind] = case
    return list(chosen.values())


def _round(name, number):
    exercise = load_exercise(name)
    declared, cell = declared_views(exercise), f"{name} declared"
    if len(declared) > 1:
        pair = f"{name} {number}"
        cases = [_case(exercise, "declared", cell, view, number, pair=pair) for view in declared]
    else:
        cases = [_case(exercise, "declared", cell, declared[0], 2 * number + i) for i in (0, 1)]
    if name in FACING:
        oblique = ("oblique_left", "oblique_right")[number % 2]
        for view in ("front", oblique):
            if view not in declared:
                family = "front" if view == "front" else "oblique"
                cases.append(_case(exercise, "facing", f"{name} {family}", view, number))
    return cases


def _others(name):
    exercise = load_exercise(name)
    taken = {*declared_views(exercise)} | (
        {"front", "oblique_left", "oblique_right"} if name in FACING else set()
    )
    turn = list(MOVEMENTS).index(name) % 2
    views = ["front", ("oblique_left", "oblique_right")[turn], ("left", "right")[turn]]
    return [
        _case(exercise, "other", f"{name} other", view, i, brief=True)
        for i, view in enumerate(views)
        if view in exercise.view and view not in taken
    ]


def _case(exercise, tier, cell, view, number, *, pair="", brief=False):
    movement, deal = MOVEMENTS[exercise.id], people.Decks(cell, number)
    plan = SetPlan(deal, exercise, movement, view, brief=brief)
    hidden = [] if brief else plan.hidden()
    seed = _seed(exercise.id, tier, view, number)
    seated = movement.posture == "sit" and exercise.position == "seated"
    levels = {**plan.levels, "hidden": bool(hidden)}
    case = f"{exercise.id}-{view}-{number:02d}" if not brief else f"{exercise.id}-{view}-other"
    return _filmed(
        case, deal, view, plan.acts, seed, seated=seated, hidden=hidden, tier=tier, exercise=exercise.id,
        levels=levels, number=number, pair=pair, weaker=plan.weaker or "",
    )  # fmt: skip


def _seed(name, tier, view, number):
    """Left and right of a pair are the same person in the same room, so they share a seed."""
    place = {"declared": 0, "facing": 2 * ROUNDS_MAX, "other": 4 * ROUNDS_MAX}[tier] + number
    place += ROUNDS_MAX * (tier == "facing" and view != "front")
    return SEEDS.start + _SEEDS_EACH * list(MOVEMENTS).index(name) + place


def _filmed(
    case, deal, view, acts, seed, *, seated, tier, levels, number, exercise="", hidden=(), pair="", weaker=""
):
    who, film = people.person(deal), people.film(deal)
    seconds = seconds_of(acts)
    camera = people.camera(deal, view, height_m=people.height_m(who), seated=seated)
    beside, others = people.bystander(deal, camera["azimuth_deg"], seconds)
    spec = make_spec(
        {
            "title": case.replace("_", " ").replace("-", ", "),
            "seed": seed,
            "person": who,
            "camera": camera,
            "room": people.room(deal),
            "film": film,
            "act": acts,
            "other": others,
            "hidden": list(hidden),
        },
        where=case,
    )
    levels = {**levels, "bystander": beside, "person": f"{deal.cell} {deal.clip}"}
    return Case(
        id=case, tier=tier, exercise=exercise, view=view, round=number, spec=spec, seconds=seconds, pair=pair,
        weaker=weaker, levels=levels,
    )  # fmt: skip


def _nothing():
    """Clips in which no exercise is done, each from two or three views."""
    sit, stand = {"do": "sit", "seconds": 18.0}, {"do": "stand", "seconds": 18.0}
    short = {"do": "sit", "seconds": 2.5}
    gestures = [short, *({"do": d, "seconds": 4.0} for d in ("raise_hand", "hand_beside", "lean_in")), short]
    walk_in = {"do": "walk_in", "seconds": WALK_S}
    walking = [walk_in, {"do": "stand", "seconds": 4.0}, {"do": "leave", "seconds": WALK_S, "side": "right"}]
    sitting_down = [walk_in, {"do": "sit_down", "seconds": SIT_DOWN_S}, {"do": "sit", "seconds": 4.0},
                    {"do": "stand_up", "seconds": SIT_DOWN_S}, {"do": "leave", "seconds": WALK_S}]  # fmt: skip
    scenes = {
        "sits still": ([sit], True, ("front", "left")),
        "stands still": ([stand], False, ("front", "right")),
        "gestures": (gestures, True, ("front", "oblique_left", "right")),
        "walks in and leaves": (walking, False, ("front", "left", "right")),
        "sits down and gets up": (sitting_down, False, ("front", "left")),
    }
    cases, number = [], 0
    for name, (acts, seated, views) in scenes.items():
        for view in views:
            deal, seed = people.Decks("nothing", number), SEEDS.stop - 40 + number
            case = f"nothing-{name.replace(' ', '_')}-{view}"
            levels = {"before": name}
            cases.append(
                _filmed(
                    case, deal, view, acts, seed, seated=seated, tier="nothing", levels=levels, number=number
                )
            )
            number += 1
    return cases


def truly_does(case, exercise):
    """Whether what a clip shows may rightly be counted as `exercise`, although it was not meant.

    The same signal moved the same way from the same position is the same exercise to a camera: a drink bends the elbow.
    Getting up from a chair and sitting down is a sit-to-stand wherever it happens.
    """
    if case.exercise == exercise.id:
        return True
    if exercise.position == "seated_to_standing":
        return any(act.do in ("stand_up", "sit_down") for act in case.spec.act)
    if not case.exercise:
        return False
    shown = load_exercise(case.exercise)
    alike = lambda e: (e.movement.signal, e.movement.lift, e.position)  # noqa: E731
    return alike(shown) == alike(exercise)


__all__ = ["SIDES", "Case", "declared_views", "exercises", "near_side", "planned", "quick", "truly_does"]
