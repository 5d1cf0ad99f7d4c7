"""Which repetitions are worth a therapist's time: three at most, each with a reason that says its number."""

import math
from dataclasses import dataclass

from posecheck.clinic.recordings import camera_sets
from posecheck.clinic.wording import amount, counted, exercise_name, site_named
from posecheck.records import SIDES
from posecheck.scores import score_in_words

MOST = 3
GOOD_SCORE = 80.0  # from here on a repetition without any finding is worth showing to the person [U]
_SHORT_OF_TARGET = ("too_fast", "lower_fast", "small", "beyond_cap")
_LEFT_OUT = ("stop_start",)  # its number means something to nobody who has not read how it is made


@dataclass(frozen=True)
class Worth:
    """One repetition.

    Attributes
    ----------
    set_id : int
    side : str
    rep : int or None
        None where a set ended before its first repetition.
    kind : str
        ``pain``, ``target``, ``compensation`` or ``best``.
    reason : str
        One sentence.
    exercise : str
    role : str
        Of the set.
    """

    set_id: int
    side: str
    rep: int | None
    kind: str
    reason: str
    exercise: str
    role: str


def worth_watching(store, sets):
    """At most three repetitions worth watching.

    Parameters
    ----------
    store : Store
    sets : str or sequence of StoredSet
        Code of a person, for the sets of the newest session that the camera saw; or the sets meant.

    Returns
    -------
    tuple of Worth
        Where pain stopped a set, then the strongest compensation and what was furthest from the target, then the best
        one. A repetition comes once.
    """
    sets = newest_seen(store, sets) if isinstance(sets, str) else sets
    ordered = sorted((one for one in sets if one.trial_folder), key=lambda one: (one.started_utc, one.id))
    seen = [(one, store.reps(one.id)) for one in ordered]
    pains = _hurting(store, seen)
    found = _findings(seen)
    compensations = sorted((one for one in found if one[1].kind == "compensation"), key=lambda one: -one[0])
    short = sorted((one for one in found if one[1].kind == "target"), key=lambda one: -one[0])
    best = _best(seen, {(one.set_id, one.side, one.rep) for _, one in found})
    chosen: list[Worth] = []
    # The best one keeps its place: what went well is worth as much of the time.
    for one in (*pains[:2], *(one for _, one in (*compensations[:1], *short[:1])), *best):
        place = (one.set_id, one.side, one.rep)
        if place not in {(each.set_id, each.side, each.rep) for each in chosen}:
            chosen.append(one)
    if len(chosen) > MOST and best and chosen[-1] == best[0]:
        chosen = [*chosen[: MOST - 1], best[0]]
    return tuple(chosen[:MOST])


def newest_seen(store, code):
    """Sets of the newest session in which the camera saw any; empty where there is none."""
    sets = camera_sets(store, code)
    return tuple(one for session, one in reversed(sets) if session.id == sets[0][0].id)


def _hurting(store, seen):
    """Sets during or after which pain was told, newest first: the last repetition before it."""
    found, told = {}, {}
    for one, rows in seen:
        if one.session not in told:
            said = store.prompts(session=one.session, kind="pain")
            stops = store.events(session=one.session, kind="stopped")
            told[one.session] = (
                {p.value.get("exercise"): p.value.get("site", "") for p in said if p.value.get("pain")},
                {e.detail.get("exercise") for e in stops if e.detail.get("reason") == "pain"},
            )
        pains, stopped = told[one.session]
        if one.exercise not in pains or one.role == "check":
            continue
        whole = [row for row in rows if row["complete"]]
        last = max(whole, key=lambda row: row["end_s"], default=None)
        reps = sum(row["side"] == last["side"] for row in whole) if last else 0
        asked = f" of {one.planned_reps}" if one.planned_reps else ""
        site = site_named(pains[one.exercise])
        if one.state == "stopped" and one.exercise in stopped:
            why = f"Stopped for pain ({site}) after {counted(reps, 'repetition')}{asked}."
        elif one.exercise not in stopped:
            why = (
                f"Pain ({site}) was told after this exercise; its last set had {counted(reps, 'repetition')}."
            )
        else:
            continue
        side, rep = (last["side"], last["rep"]) if last else (one.side, None)
        # Of an exercise that hurt afterwards it is the last set that counts.
        found[one.session, one.exercise] = Worth(one.id, side, rep, "pain", why, one.exercise, one.role)
    return tuple(reversed(found.values()))


def _findings(seen):
    """What was found of single repetitions, each with how far it went, as a part of its limit."""
    found = []
    for one, rows in seen:
        there = {(row["side"], row["rep"]) for row in rows if row["complete"]}
        for finding in one.result.get("findings", ()):
            rule, value, limit = finding["rule"], finding["value"], finding["limit"]
            place = (finding["side"], finding["rep"])
            if rule in _LEFT_OUT or place not in there or not limit or value is None:
                continue
            kind = "target" if rule in _SHORT_OF_TARGET else "compensation"
            far = 1.0 - value / limit if rule in ("too_fast", "lower_fast", "small") else abs(value / limit)
            worth = Worth(one.id, *place, kind, _sentence(finding["why"]), one.exercise, one.role)
            found.append((far, worth))
    return found


def _sentence(why):
    """A finding as a sentence.

    Examples
    --------
    >>> _sentence("trunk_lean changed by 12 deg, from 8 deg on it is worth a cue")
    'Trunk lean changed by 12°, from 8° on it is worth a cue.'
    """
    why = why.replace(" deg", "°").replace("_", " ")
    return f"{why[:1].upper()}{why[1:]}."


def _best(seen, with_findings):
    """The scored repetition with the highest score and nothing found of it; empty where there is none."""
    scored = [
        (row["score"], one, row)
        for one, rows in seen
        for row in rows
        if row["scored"] and row["side"] in SIDES and math.isfinite(row["score"]) and row["score"] >= GOOD_SCORE
        and (one.id, row["side"], row["rep"]) not in with_findings
    ]  # fmt: skip
    if not scored:
        return ()
    _, one, row = max(scored, key=lambda each: each[0])
    score = score_in_words(row["score"], row.get("score_low", math.nan), row.get("score_high", math.nan))
    why = f"The best one: score {score} of 100{_measured(row)}."
    return (Worth(one.id, row["side"], row["rep"], "best", why, one.exercise, one.role),)


def _measured(row):
    """Lift and range beside what was asked for, where both are known."""
    told = []
    if math.isfinite(row["lift_s"]) and math.isfinite(row["target_lift_s"]):
        told.append(f"lift {row['lift_s']:.1f} s of {row['target_lift_s']:.1f} s asked for")
    unit = next((unit for unit in ("deg", "ratio") if math.isfinite(row[f"range_{unit}"])), None)
    if unit is not None and math.isfinite(row["target_range"]):
        told.append(f"range {amount(row[f'range_{unit}'], unit)} of {amount(row['target_range'], unit)}")
    return f": {', '.join(told)}" if told else ""


def named(worth):
    """Which repetition it is, in words.

    Examples
    --------
    >>> named(Worth(3, "right", 2, "best", "", "elbow_flexion", "stronger"))
    'Bend your elbow, stronger side (right), repetition 2'
    """
    which = f", repetition {worth.rep}" if worth.rep is not None else ""
    side = f"{worth.side} side" if worth.side in SIDES else "both sides"
    if worth.role in ("stronger", "weaker"):
        side = f"{worth.role} side ({worth.side})"
    return f"{exercise_name(worth.exercise)}, {side}{which}"
