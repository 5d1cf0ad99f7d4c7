"""What was asked for against what was done, and what of it no camera saw: sets times repetitions, by how."""

from dataclasses import dataclass

from posecheck.records import SIDES
from posecheck.rules import SEEN_TIMED_PCT

_ORDER = ("check", "stronger", "weaker", "both", "imagery", "task")
UNSEEN = ("imagery", "task")  # nobody looks: there is nothing to see


@dataclass(frozen=True)
class Dose:
    """One way of practising.

    Attributes
    ----------
    role, mode : str
        ``imagery`` is a role of its own: nobody moves.
    prescribed, done : tuple of int
        Repetitions of each set.
    not_seen_sets, not_seen_reps : int or None
        Of what was done: sets without any repetition that the camera saw, and repetitions that it did not see. None
        where there is nothing to see.
    """

    role: str
    mode: str
    prescribed: tuple[int, ...] = ()
    done: tuple[int, ...] = ()
    not_seen_sets: int | None = 0
    not_seen_reps: int | None = 0


def doses_of(store, sessions):
    """What some sessions asked for and what was done in them.

    Parameters
    ----------
    store : Store
    sessions : sequence of StoredSession

    Returns
    -------
    tuple of Dose
        Check sets first, then the stronger and the weaker side, both, imagery, everyday tasks.

    Notes
    -----
    Asked for is what the agenda of each session that was begun says; a session that was not begun asked for nothing.
    """
    prescribed, done, unseen = {}, {}, {}
    for session in sessions:
        sets = [one for one in store.sets(session.id) if one.state != "running"]
        for key, reps in _asked(session, sets):
            prescribed.setdefault(key, []).append(reps)
        for one in sets:
            key = _key(one.role, one.mode)
            reps, seen = done_and_seen(one, store.reps(one.id) if one.trial_folder else ())
            done.setdefault(key, []).append(reps)
            unseen.setdefault(key, []).append((seen == 0 and reps > 0, reps - seen))
    keys = sorted(prescribed.keys() | done.keys(), key=lambda key: (_ORDER.index(key[0]), key[1]))
    return tuple(_dose(key, prescribed.get(key, ()), done.get(key, ()), unseen.get(key, ())) for key in keys)


def _dose(key, prescribed, done, unseen):
    role, mode = key
    sets, reps = (None, None) if role in UNSEEN else (sum(s for s, _ in unseen), sum(r for _, r in unseen))
    return Dose(role, mode, tuple(prescribed), tuple(done), sets, reps)


def done_and_seen(one, rows):
    """Repetitions of a set: done, and those of them that the camera saw.

    Parameters
    ----------
    one : StoredSet
    rows : sequence of dict
        Its repetitions; empty where no camera saw it.

    Notes
    -----
    The pacer counts the tries of the weaker side whether or not anything is seen to move, so both numbers are kept
    apart; of work of both sides the one that was seen more often counts.
    """
    sides = (one.side,) if one.side in SIDES else SIDES
    whole = {side: [row for row in rows if row["side"] == side and row["complete"]] for side in sides}
    counts = max((len(found) for found in whole.values()), default=0)
    seen = max(
        (sum(row["seen_pct"] >= SEEN_TIMED_PCT for row in found) for found in whole.values()), default=0
    )
    done = max(one.attempts or 0, counts)
    return done, seen


def _asked(session, sets):
    """Way of practising and repetitions of each set that the agenda asks for."""
    blocks = session.agenda.get("agenda", {}).get("blocks") or ()
    asked = [
        (_key("check" if block["kind"] == "check" else block["role"], block["mode"]), block["reps"])
        for block in blocks
        if block["exercise"] and block["kind"] not in ("warm_up", "cool_down", "rest")
    ]
    asked += [(("imagery", "imagery"), 1) for b in blocks if b["kind"] == "imagery" and not b["exercise"]]
    asked += [(("task", "active"), 1) for b in blocks if b["kind"] == "task"]
    # A session that was put together by hand has no agenda; its sets say what was planned.
    return asked or [(_key(one.role, one.mode), one.planned_reps) for one in sets if one.planned_reps]


def _key(role, mode):
    return ("imagery", "imagery") if mode == "imagery" else (role if role in _ORDER else "both", mode)
