"""What a therapist's page says about one recording, as plain data: the same words for HTML, PDF and JSON.

Nothing is measured here. What is withheld says why; what a person corrected stands beside what was found.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from posecheck.editing import EXCLUDED
from posecheck.records import SIDES
from posecheck.report_appendix import Table, Text, appendix_of
from posecheck.report_lines import Line, amount, known, lines_of, measured_rows, merged, seconds, upward
from posecheck.report_stills import Still, stills_of
from posecheck.report_withheld import WITHHELD, missing, told_reason
from posecheck.result import plain
from posecheck.symmetry import measured_side

LIMITS = (
    "Accuracy was measured on computer-made people and a small healthy set, not on survivors.",
    "The camera cannot see strength, effort, load or spasticity.",
    "Coaching and research measurement, never diagnosis.",
)
VIEWS = {
    "front": "facing the camera", "left": "left side to the camera", "right": "right side to the camera",
    "oblique_left": "turned, left side nearer", "oblique_right": "turned, right side nearer",
}  # fmt: skip
ROLES = {"stronger": "stronger side", "affected": "weaker side"}
_AWAY = "side is away from the camera and was not measured."  # stands beside the table
_ALONE = (
    "Of the range the interval holds the scatter between repetitions only; placing the camera and the model's error "
    "are in the smallest change."
)
_RULES = {
    "too_fast": "lifted faster than asked", "lower_fast": "lowered faster than asked",
    "small": "range below what was asked", "stop_start": "stop-start movement",
    "beyond_cap": "further than the weaker side is asked to go",
}  # fmt: skip


@dataclass(frozen=True)
class Panel:
    """A comparison: a table whose last column is the ratio or change, or one sentence why there is none."""

    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Report:
    """One page and its appendix.

    Attributes
    ----------
    title, subtitle, person, recorded : str
    facts : tuple of (str, str)
        Label and value: who, what, when, from where.
    quality : tuple of str
        Sentences about the set-up.
    sides : tuple of str
        The measured ones, in the order of the cells.
    headings : tuple of str
        The same as column heads.
    lines : tuple of Line
    unmeasured : tuple of str
        Sides that were not measured, and why.
    notable : tuple of str
    symmetry, change : Panel
    note : str
        The therapist's own words; may be empty.
    limits : tuple of str
    corrected : str
        Who corrected what, in a sentence; empty without corrections.
    versions : str
    appendix : tuple of Table or Text
    stills : tuple of Still
        Repetitions in pictures, for the appendix.
    result, automatic : Result
        With and without a person's corrections; the same one where there are none.
    """

    title: str
    subtitle: str
    person: str
    recorded: str
    facts: tuple[tuple[str, str], ...]
    quality: tuple[str, ...]
    sides: tuple[str, ...]
    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    unmeasured: tuple[str, ...]
    notable: tuple[str, ...]
    symmetry: Panel
    change: Panel
    note: str
    limits: tuple[str, ...]
    corrected: str
    versions: str
    appendix: tuple[Table | Text, ...]
    stills: tuple[Still, ...]
    result: Any
    automatic: Any

    @property
    def edited(self):
        return self.automatic is not self.result

    def to_dict(self):
        """As JSON-able types, with the rows before and after corrections; NaN becomes None."""
        kept = {name: value for name, value in vars(self).items() if name not in ("result", "automatic")}
        kept |= {"lines": [asdict(x) for x in self.lines], "appendix": [asdict(x) for x in self.appendix]}
        kept |= {"symmetry": asdict(self.symmetry), "change": asdict(self.change)}
        kept |= {"stills": [x.to_dict() for x in self.stills]}
        results = {"result": self.result.to_dict(), "automatic": self.automatic.to_dict()}
        return plain({"schema": 1, **kept, **results})


def report_of(
    result, *, automatic=None, track=None, person="", recorded_utc=None, note="", change=None, title=None, seen=()
):  # fmt: skip
    """The report of one recording.

    Parameters
    ----------
    result : Result
        With a person's corrections, where there are any.
    automatic : Result, optional
        The same recording without them.
    track : PoseTrack, optional
        Its poses, for stick figures of its repetitions.
    person : str
        A code, never a name.
    recorded_utc : str, optional
        ISO 8601; without it the report tells when the recording was analysed.
    note : str
        The therapist's own words.
    change : dict, optional
        Of `posecheck.symmetry.compare` with an earlier recording, or with one of the other side.
    title : str, optional
        Without it the exercise's name.
    seen : sequence of Seen
        What the camera did not see well.

    Returns
    -------
    Report
    """
    exercise = result.exercise
    # Equal results of an unedited recording need not be told twice.
    automatic = automatic if automatic is not None and result.provenance["edits"] else result
    sides = tuple(side for side in SIDES if measured_rows(result, side) or measured_rows(automatic, side))
    # What a file was read at is not when it was filmed.
    at, filmed = result.provenance.get("created_utc"), result.provenance["source"].get("filmed_utc")
    if not recorded_utc and filmed:
        recorded = f"Filmed {_when(filmed)}, as the file says"
    else:
        recorded = _when(recorded_utc) if recorded_utc or not at else f"Analysed {_when(at)}"
    against = change if change and change.get("kind") == "change" else None
    # Both sides in one recording are compared more fairly than in two.
    other_side = change if change and change.get("kind") == "symmetry" else None
    two = other_side is not None and not result.symmetry.get("comparable")
    provenance, quality, notable = result.provenance, _quality(result, seen), _notable(result)
    in_words = [
        Text(title, told)
        for title, told in (("The set-up in words", quality), ("Worth a look", notable))
        if told
    ]
    return Report(
        title=title or exercise.name,
        subtitle=exercise.clinical_name,
        person=person or "no code given",
        recorded=recorded,
        facts=_facts(result),
        quality=quality,
        sides=sides,
        headings=tuple(side_heading(result, side) for side in sides),
        lines=merged(
            lines_of(result, sides), lines_of(automatic, sides) if automatic is not result else None
        ),
        unmeasured=_unmeasured(result, sides),
        notable=notable,
        symmetry=_symmetry(other_side if two else result.symmetry, result, two=two),
        change=_change(against, result, other_side is not None),
        note=note.strip(),
        limits=LIMITS,
        corrected=_corrected(provenance["edits"]) if automatic is not result else "",
        versions=f"posecheck {provenance['posecheck']}, {provenance['engine']} {provenance['model']} "
        f"{provenance['model_sha256'][:8]}, {exercise.id} {exercise.sha256[:8]}".replace(" ,", ","),
        appendix=(*appendix_of(result, automatic, change=change), *in_words),
        stills=stills_of(result, track) if track is not None else (),
        result=result,
        automatic=automatic,
    )


def side_heading(result, side):
    """``Left, weaker side``; only ``Left`` where nobody said which one is weaker."""
    role = ROLES.get(next((row["role"] for row in result.rows if row["side"] == side), ""))
    return side.capitalize() + (f", {role}" if role else "")


def _when(iso):
    if not iso:
        return "date not known"
    try:
        moment = datetime.fromisoformat(str(iso).replace("Z", "+00:00"))
    except ValueError:
        return str(iso)
    if len(str(iso)) <= len("2026-11-27"):
        return f"{moment.day} {moment:%B %Y}"
    moment = (
        moment if moment.utcoffset() is None else moment.astimezone()
    )  # the time of who reads it, and its zone
    return f"{moment.day} {moment:%B %Y, %H:%M %Z}".rstrip()


def _facts(result):
    settings, exercise = result.settings, result.exercise
    view = VIEWS.get(result.view, "not told")
    duration_s = result.provenance["source"].get("duration_s") or (
        float(result.signals.t_s[-1]) if len(result.signals.t_s) else 0.0
    )
    kind = "check set, at one's own pace" if settings.kind == "check" else f"practice, level {settings.level}"
    weaker = {"left": "left, as told", "right": "right, as told", "none": "none"}
    facts = [
        ("Set", kind),
        ("Weaker side", weaker.get(settings.affected, "not asked")),
        ("Seen from", view + (", as declared" if settings.view != "auto" else "")),
        ("Length", f"{duration_s:.0f} s"),
    ]
    if settings.kind == "practice":
        targets = {side: exercise.target_of(settings.level, side) for side in SIDES}
        facts.append(("Asked for", _pace(targets["left"].tempo)))
    return tuple(facts)


def _pace(tempo):
    parts = [(tempo.lift_s, "lift"), (tempo.hold_s, "hold"), (tempo.lower_s, "lower"), (tempo.rest_s, "rest")]
    return ", ".join(f"{name} {seconds:g} s" for seconds, name in parts if seconds) or "one's own pace"


def _quality(result, seen):
    quality = result.quality
    parts = [f"Person seen in {quality['detected_pct']:.0f} % of the pictures"]
    if quality["framing"] is not None:
        parts.append(f"head and trunk in the picture {quality['framing']:.0f} % of the time")
    if quality["fps_median"] is not None:
        parts.append(f"{quality['fps_median']:.0f} pictures a second")
    if quality["people"] > 1:
        parts.append(f"up to {quality['people']} people in view")
    told = [", ".join(parts) + "."]
    told += [sentence(warning) for warning in quality["warnings"] if not warning.endswith(_AWAY)]
    told += [sentence(f"To be seen better: {one.cure} ({one.why})") for one in seen if not one.ok]
    return tuple(told)


def sentence(text):
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _unmeasured(result, sides):
    wanted = SIDES if result.settings.side == "both" else (result.settings.side,)
    told = []
    for side in wanted:
        if side in sides:
            continue
        far = [row for row in result.rows if row["side"] == side]
        away = far or (result.view in SIDES and side != result.view and result.view in result.exercise.view)
        why = "away from the camera" if away else "no repetitions were counted"
        told.append(f"{side.capitalize()}: {WITHHELD}{why}.")
    return tuple(told)


def _notable(result):
    """What is worth a look: findings by rule, repetitions that were not scored by reason, signs of fatigue."""
    groups: dict[Any, list] = {}
    labels = {
        check.id: f"{check.id.replace('_', ' ')} beyond where it counts" for check in result.exercise.check
    }
    for finding in result.findings:
        name = _RULES.get(finding.rule) or labels.get(finding.rule, finding.rule.replace("_", " "))
        groups.setdefault(name, []).append((finding.side, finding.rep))
    for row in result.rows:
        if row["exclusion_reason"] and row["exclusion_reason"] != "far limb":
            if row["assisted"]:
                why = "helped by a hand"
            elif row["exclusion_reason"].endswith(EXCLUDED):
                why = "left out by a person"
            else:
                why = f"{WITHHELD}{told_reason(row['exclusion_reason'])}"
            groups.setdefault(why, []).append((row["side"], row["rep"]))
    told = [f"{sentence(name)[:-1]}: {_named(where)}." for name, where in groups.items()]
    for one in result.sets:
        for side in SIDES:
            for sign in (one.get(f"{side}_summary") or {}).get("fatigue", ()):
                told.append(f"Sign of fatigue: {sign['why']}, {side}, from repetition {sign['rep']} on.")
    for one in result.quality["not_this_exercise"]:
        told.append(f"Not counted: {one['side']} at {one['start_s']:.0f} s, {one['why']}.")
    return tuple(told)


def _named(where):
    """``left 1 to 3, 5; right 4``"""
    told = []
    for side in SIDES:
        runs: list[list[int]] = []
        for rep in sorted({rep for s, rep in where if s == side}):
            if runs and rep == runs[-1][1] + 1:
                runs[-1][1] = rep
            else:
                runs.append([rep, rep])
        if runs:
            told.append(f"{side} " + ", ".join(f"{a}" if a == b else f"{a} to {b}" for a, b in runs))
    return "; ".join(told)


def _symmetry(symmetry, result, *, two):
    title = "Symmetry" + (", two recordings" if two else "")
    if not symmetry.get("comparable"):
        return Panel(title, notes=(WITHHELD + (symmetry.get("reason") or "there is nothing to compare"),))
    over, under = symmetry["numerator"], symmetry["denominator"]
    roles = {result.settings.affected: " (weaker)"} if result.settings.affected in SIDES else {}
    if roles:
        roles |= {side: " (stronger)" for side in SIDES if side not in roles}
    heads = ("", over + roles.get(over, ""), under + roles.get(under, ""), "95 % interval, assumed", "ratio")
    rows: list[tuple[str, ...]] = []
    for name, label in (("range", "Range"), ("lift_time", "Lift"), ("lower_time", "Lowering")):
        raw = [symmetry.get(f"{name}_{part}") for part in ("numerator", "denominator")]
        if any(missing(value) for value in raw):
            rows.append((label, WITHHELD + "not timed in every repetition"))
            continue
        told = [amount(x, result.exercise.unit) if name == "range" else seconds(x) for x in raw]
        low, high = (100 * x for x in symmetry[f"{name}_ratio_ci95"])
        rows.append((label, *told, f"{low:.0f} to {high:.0f} %", f"{100 * symmetry[f'{name}_ratio']:.0f} %"))
    notes = [sentence(symmetry["reason"])] if symmetry["reason"] else []
    if symmetry.get("lag_s") is not None:
        low, high = symmetry["lag_s_ci95"]
        when = "later" if symmetry["lag_s"] >= 0 else "earlier"
        notes.append(f"{over.capitalize()} moves {abs(symmetry['lag_s']):.2f} s {when} "
                     f"(95 % interval {low:.2f} to {high:.2f} s; scatter only).".replace(" -", " −"))  # fmt: skip
    if symmetry["set_kind"] == "practice":
        notes.append(
            "Practice follows a target, which makes the sides look alike; a check set compares them."
        )
    return Panel(title, heads, tuple(rows), tuple(notes))


def _change(change, result, other_side):
    title = "Change since the other recording"
    if change is None:
        why = "the other recording shows the other side" if other_side else "no other recording was named"
        return Panel(title, notes=(WITHHELD + why,))
    if not change.get("comparable"):
        return Panel(title, notes=(WITHHELD + (change.get("reason") or "the recordings differ too much"),))
    unit = result.exercise.unit
    low, high = (amount(x, unit, sign=True) for x in change[f"range_change_{unit}_ci95"])
    raw = [amount(change[f"range_{part}"], unit) for part in ("denominator", "numerator")]
    moved = amount(change[f"range_change_{unit}"], unit, sign=True)
    rows: list[tuple[str, ...]] = [("Range", *raw, f"{low} to {high}", moved)]
    for name, label in (("lift_time", "Lift"), ("lower_time", "Lowering")):
        times = [change.get(f"{name}_{part}") for part in ("denominator", "numerator")]
        if any(missing(value) for value in times):
            rows.append((label, WITHHELD + "not timed in every repetition"))
            continue
        limits = " to ".join(f"{100 * x:.0f}" for x in change[f"{name}_ratio_ci95"])
        rows.append((label, *map(seconds, times), f"{limits} %", f"to {100 * change[f'{name}_ratio']:.0f} %"))
    least = f"{upward(change[f'mdc95_{unit}'], unit)}, {known(change['mdc95_measured'])}"
    verdict = "More than the smallest change that counts" if change["beyond_mdc"] else sentence(
        change["reason"] or "no measurable difference in range")[:-1]  # fmt: skip
    return Panel(
        title,
        ("", "before", "after", "95 % interval", "change"),
        tuple(rows),
        (f"{measured_side(result).capitalize()} side. {verdict} ({least}).", _ALONE),
    )


def _corrected(edits):
    """``3 corrections by anna, 27 November 2026, 10:41 UTC``"""
    people: dict[str, list] = {}
    for edit in edits:
        people.setdefault(edit["author"] or "somebody", []).append(edit["at_utc"])
    told = []
    for author, times in people.items():
        last = max(times)
        told.append(f"{len(times)} by {author}" + (f", the last on {_when(last)}" if last else ""))
    below = "Where that changed a value, what was found automatically stands below it."
    return f"Corrected by hand: {'; '.join(told)}. {below}"
