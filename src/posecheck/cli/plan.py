"""``posecheck plan``: the home programme, held against its rules, and the next session of a person."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

PLAN = click.argument("plan", default="gentle", metavar="[PLAN]")
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")


@click.group()
def plan():
    """The home programme: what is practised, how much, and by which rules.

    PLAN is an id (`gentle`, six weeks, seated) or a TOML file of your own, which needs to hold only what differs
    from gentle. Nothing here is kept; the app keeps plans and sessions.

    \b
    Examples:
      posecheck plan show                                   the gentle plan and its rules, with sources
      posecheck plan check my_plan.toml                     is it sound, and which caps does it go beyond
      posecheck plan next my_plan.toml --person maria.toml  her next session, and why
    """


@plan.command()
@PLAN
@click.option("--toml", "as_toml", is_flag=True, help="The file itself: copy it and change it.")
@JSON
def show(plan, as_toml, as_json):
    """The weeks as a table, the exercises, and every rule with its source.

    \b
    Examples:
      posecheck plan show
      posecheck plan show --toml > my_plan.toml
    """
    from posecheck.programme import load_plan

    plan = load_plan(plan)
    if as_toml:
        click.echo(plan.toml_text.rstrip())
        return
    if as_json:
        click.echo(plan.model_dump_json(exclude_none=True))
        return
    click.echo(_heading(plan))
    for line in (*_table(plan), "", *_exercises(plan), "", *_rules(plan)):
        click.echo(line)


@plan.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.pass_context
def check(ctx, files):
    """Say whether plan files are sound, what needs attention, and which caps they go beyond, with the reasons.

    \b
    Example:
      posecheck plan check my_plan.toml
    """
    from posecheck.errors import PosecheckError
    from posecheck.programme import CAPS, load_plan

    status = 0
    for file in files:
        try:
            plan = load_plan(Path(file).absolute())  # an id is not a file to check
        except PosecheckError as error:
            click.echo(str(error), err=True)
            status = 1
            continue
        longest = plan.minutes_of(plan.longest)
        click.echo(
            f"{file}: in order ({plan.name}, {len(plan.week)} weeks, at most {longest:.0f} minutes a session)"
        )
        for one in plan.beyond:
            click.echo(
                f"  beyond a cap: {one.asked:.3g} {CAPS[one.cap]} (cap {one.limit:g}). Reason: {one.reason}"
            )
        used = {one.cap for one in plan.beyond}
        for one in (each for each in plan.exceed if each.cap not in used):
            click.echo(f"  not needed: [[exceed]] {one.cap}; the plan stays within that cap")
    ctx.exit(status)


@plan.command("next")
@PLAN
@click.option(
    "--person", required=True, type=click.Path(dir_okay=False), metavar="FILE.toml",
    help="Answers of the set-up; see docs/programme.md.",
)  # fmt: skip
@click.option(
    "--history",
    type=click.Path(dir_okay=False),
    metavar="FILE.json",
    help="Sessions done.  [default: none yet]",
)
@click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), default=None, metavar="YYYY-MM-DD", help="[default: today]"
)
@click.option(
    "--kind", type=click.Choice(("full", "ten", "three", "light", "imagery")), default="full", show_default=True,
    help="A full session, ten or three minutes, a light day, or imagery.",
)  # fmt: skip
@JSON
def next_(plan, person, history, day, kind, as_json):
    """The next session of a person, block by block, with the reasons for its dose.

    What has to wait for the therapist stands last: proposals change nothing until a new plan is loaded.

    \b
    Examples:
      posecheck plan next --person maria.toml
      posecheck plan next my_plan.toml --person maria.toml --history done.json --day 2026-03-02 --kind ten
    """
    from posecheck.programme import agenda, load_plan, read_history, read_person

    told = agenda(
        load_plan(plan),
        read_person(_text(person), where=Path(person).name),
        () if history is None else read_history(_text(history), where=Path(history).name),
        today=(day or datetime.now()).date(),
        kind=kind,
    )
    if as_json:
        blocks = [asdict(block) | {"tempo": block.tempo.model_dump()} for block in told.blocks]
        click.echo(json.dumps(asdict(told) | {"blocks": blocks, "load": told.load}))
        return
    for line in _session(told):
        click.echo(line)


def _text(path):
    from posecheck.errors import ProgrammeError

    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ProgrammeError(f"No readable file at {path}.") from None


# Words


def _heading(plan):
    by = f", by {plan.therapist.name}" if plan.therapist else ""
    return "\n  ".join([f"{plan.name} ({plan.id}{by}): {len(plan.week)} weeks", *_told(plan)])


def _told(plan):
    """What a therapist wrote for the whole plan, where there is any."""
    if plan.message:
        kind, sound = plan.spoken or ("", b"")
        yield f"says: {plan.message}" + (
            f" (also spoken: {kind}, {len(sound) / 1000:.0f} kB)" if sound else ""
        )
    if plan.weaker_side:
        yield f"weaker side: {plan.weaker_side}"
    if plan.starts:
        yield f"weeks count from {plan.starts}"
    if plan.effort_allowed:
        yield f"reported effort up to {plan.effort_allowed:g} holds nothing back"
    if plan.numeric_scales:
        yield "effort and pain are asked for from 0 to 10"
    if plan.therapist and plan.therapist.key:
        yield f"what home shares opens with the key {plan.therapist.key}"


def tempo_words(tempo):
    """A tempo in words: ``3 s up, 1 s hold, 3 s down, 1 s rest``."""
    names = (("lift_s", "up"), ("hold_s", "hold"), ("lower_s", "down"), ("rest_s", "rest"))
    given = [f"{getattr(tempo, name):g} s {word}" for name, word in names if getattr(tempo, name)]
    return ", ".join(given) or "at one's own pace"


def _table(plan):
    yield f"  {'week':<5}{'a week':>7}{'exercises':>11}{'sets x reps':>13}{'effort':>8}{'load':>7}{'minutes':>9}  tempo"
    for number, week in enumerate(plan.week, start=1):
        dose = f"{week.sets} x {week.reps}"
        yield (
            f"  {number:<5}{week.sessions:>7}{week.exercises:>11}{dose:>13}{week.effort:>8g}{week.load:>7g}"
            f"{plan.minutes_of(week):>9.0f}  {tempo_words(week.tempo)}"
        )
    yield f"  then {plan.maintenance.sessions} sessions a week"
    yield "  sets are of the stronger side in a session; load = sessions x sets x reps x planned effort (CR10)"


def _exercises(plan):
    from posecheck.exercise import load_practice

    for title, entries in (("stronger side, then the weaker one", plan.exercise), ("both sides", plan.both)):
        yield f"  {title}, in order of preference:"
        for one in entries:
            notes = [
                one.group,
                f"level {one.level}" if one.level else "",
                tempo_words(one.tempo) if one.tempo else "",
                f"range up to {one.range:g}" if one.range else "",
                f"weaker side: {', '.join(one.modes)}" if one.modes else "",
                f"allowed: {', '.join(one.allow)}" if one.allow else "",
                f"measured from: {', '.join(one.views)}" if one.views else "",
                f"answered with: {load_practice(one.weaker).name}" if one.weaker else "",
                "unlocked" if one.unlock else "",
            ]
            said = ", ".join(note for note in notes if note)
            yield f"    {one.id:<22}{load_practice(one.id).name}{f'  ({said})' if said else ''}"


def _rules(plan):
    yield "  rules, each with its source [S a source that was read, M well established, C computed, U to be reviewed]:"
    for name, source in plan.sources.items():
        table, _, key = name.partition(".")
        held = getattr(plan, table, None)
        value = getattr(held, key, None) if key else None
        yield f"    {name}{'' if value is None else f' = {_plain(value)}'}: {source}"
    for one in plan.beyond:
        yield f"    beyond {one.cap}: {one.asked:.3g} (cap {one.limit:g}). Reason: {one.reason}"


def _plain(value):
    each = [f"{one:g}" for one in value] if isinstance(value, tuple) else [f"{value:g}"]
    return (" to " if len(each) == 2 else ", ").join(each)


def _session(told):
    from posecheck.exercise import load_practice

    yield f"{told.kind} session, week {told.week}, about {told.minutes:.0f} minutes"
    for number, block in enumerate(told.blocks, start=1):
        name = "" if block.exercise is None else load_practice(block.exercise).name
        yield f"  {number:>2}  {_block_words(block, name)}"
    for title, lines in (("why", told.reasons), ("ask the therapist", told.questions)):
        for line in lines:
            yield f"  {title}: {line}"
    for one in told.proposals:
        yield f"  waits for the therapist: {one.exercise}, {one.step}: {one.now} -> {one.then}. {one.why}"


def _block_words(block, name):
    rest = f", then sit still {block.rest_after_s:.0f} s" if block.rest_after_s else ""
    if block.kind in ("warm_up", "cool_down"):
        return f"{'Warm up' if block.kind == 'warm_up' else 'Breathe, let go'}, {block.seconds:.0f} s"
    if block.kind == "task":
        return f"Everyday task: {block.say}, {block.seconds:.0f} s"
    if block.mode == "imagery":
        return f"Imagine: {name or 'breathing'}, {block.seconds:.0f} s{rest}"
    side = {"stronger": "stronger side", "weaker": "weaker side", "both": "both sides"}[block.role]
    if block.kind == "check":
        return f"Check, {name}, {side}: {block.reps} times as far as is comfortable, at one's own pace{rest}"
    how = f", {block.mode}" if block.kind != "stronger" else f", level {block.level}"
    of = f" (set {block.set_number} of {block.of_sets})" if block.of_sets > 1 else ""
    return f"{name}, {side}{of}: {block.reps} times{how}; {tempo_words(block.tempo)}{rest}"
