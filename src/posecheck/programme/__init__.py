"""The home programme: what to practise today, how much, why, and what waits for the therapist.

Rules and doses are data (``programmes/*.toml``, each number with its source); everything here is a pure function of
plan, person, history and day. docs/programme.md tells it for physiotherapists.
"""

from posecheck.programme.accounts import (
    Adherence,
    Balance,
    adherence,
    balance,
    may_add_stronger_set,
    week_load,
)
from posecheck.programme.parts import (
    Agenda,
    Block,
    Candidate,
    DoneSession,
    DoneSet,
    Exceed,
    Person,
    Proposal,
    Therapist,
    Week,
    cycle_s,
)
from posecheck.programme.plan import CAPS, Beyond, Plan
from posecheck.programme.progress import Standing, paired, standing
from posecheck.programme.reading import (
    load_plan,
    parse_plan,
    plan_ids,
    plan_in_force,
    read_history,
    read_person,
)
from posecheck.programme.today import agenda

__all__ = [
    "CAPS",
    "Adherence",
    "Agenda",
    "Balance",
    "Beyond",
    "Block",
    "Candidate",
    "DoneSession",
    "DoneSet",
    "Exceed",
    "Person",
    "Plan",
    "Proposal",
    "Standing",
    "Therapist",
    "Week",
    "adherence",
    "agenda",
    "balance",
    "cycle_s",
    "load_plan",
    "may_add_stronger_set",
    "paired",
    "parse_plan",
    "plan_ids",
    "plan_in_force",
    "read_history",
    "read_person",
    "standing",
    "week_load",
]
