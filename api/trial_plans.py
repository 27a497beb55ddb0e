"""From a line of a shown list to a draft, one move at a time, what waits for a human: the lifecycle over a store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from data.accounts import Actor
from data.errors import InvalidInput, UnknownId
from data.pathways import load_guard_rules, load_pathways
from data.situation import Situation
from data.store import Store, add_plan, change_plan, get_plan, plans_of, trials_around
from data.store.accounts import tenant_of
from data.store.exposure import find_run, suggestions_of
from data.store.kept_contents import kept_for
from data.trial_document_facts import HalfDay
from data.trial_lifecycle import Asked, Origin, RaisedFlag, TrialPlan, TrialState, TrialTerms
from data.trials import TriedTask
from data.workplaces import BLOCKS
from matching.trial_lifecycle import Attention, LimitCheck, OpenMove, Surroundings, attention, limit_check, take
from matching.trial_lifecycle import new_plan as begin
from matching.trial_lifecycle import open_moves as moves_now

from .situations import situation_now
from .trial_words import seen_by_employer

SICKNESS_START = "sickness_start"
WAITING = tuple(
    state
    for state in TrialState
    if state not in (TrialState.DECLINED, TrialState.WITHDRAWN, TrialState.EXPIRED)
)  # fmt: skip
"""States in which a trial may wait for a human."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the caller knows of the person for the check of limits; without a situation the kept one is read."""

    situation: Situation | None = None
    levels: Mapping[str, float] | None = None


NOTHING_KNOWN = Known()


def draft_from_list(
    connection: sa.Connection, run_number: int, rank: int, actor: Actor, id_: str, at: datetime, candidate: str = ""
) -> TrialPlan:
    """Make a draft of a line of a list that was shown, with all of its flags; where it comes from can be replayed.

    ``connection`` is a writing one. ``id_``: 128 random bits as hex. For the rest see ``line_as_plan``. Who belongs to
    no organisation (one's own machine) makes it for that of the person: its coaches go on with it.
    """
    line = line_as_plan(connection, run_number, rank, actor.tenant, id_, candidate)
    plan = begin(replace(line, tenant=line.tenant or tenant_of(connection, line.candidate) or ""), actor, at)
    add_plan(connection, plan, actor)
    return plan


def line_as_plan(
    connection: sa.Connection, run_number: int, rank: int, tenant: str, id_: str, candidate: str = ""
) -> TrialPlan:
    """Give a line of a list that was shown as the trial that it would be; nothing is stored.

    ``candidate``: whose list it must be (empty: anybody's). UnknownId when there is no such list or line; InvalidInput
    for a what-if (nobody decides on one) and for a list whose answer is not kept any more.
    """
    run = find_run(connection, str(run_number))
    if run.number != run_number or (candidate and run.candidate != candidate):
        raise UnknownId("run", str(run_number))
    if run.what_if:
        raise InvalidInput(f"list {run_number}", "it is a what-if, nobody decides on it", "a list without changes")
    line = next((one for one in suggestions_of(connection, [run.number])[run.number] if one.rank == rank), None)
    if line is None:
        raise UnknownId("suggestion", f"{run_number}:{rank}")
    answer = kept_for(connection, run.candidate, run.answer)
    shown = None if answer is None else _line(json.loads(answer), rank, line.id)
    if shown is None:
        raise InvalidInput(f"list {run_number}", "what it showed is not kept", "a list that `worktrial replay` knows")
    return TrialPlan(
        id=id_,
        tenant=tenant,
        candidate=run.candidate,
        employer=line.employer,
        site=line.site,
        origin=Origin(run.number, run.run_id, rank, line.id),
        flags=tuple(RaisedFlag(flag["kind"], tuple(flag["about"])) for flag in shown["flags"]),
        terms=_terms(shown, str(run.question.get("pathway") or "")),
        group=shown["employer"]["sector"] or "",
        fictional=run.fictional,
    )


def move_trial(
    connection: sa.Connection,
    id_: str,
    seen: int | str,
    asked: Asked,
    actor: Actor,
    at: datetime,
    known: Known = NOTHING_KNOWN,
) -> TrialPlan:
    """Make one move of a trial and store it with its entry of the audit.

    ``connection`` is a writing one. ``seen``: the version that was read, or ``seen`` of what an employer was shown (who
    learns no version: it would count steps that are not for an employer). MoveRefused names the rule in the way,
    PlanChanged says that somebody was faster, UnknownId that there is no such trial.
    """

    def unchanged(plan: TrialPlan) -> bool:
        return plan.version == seen if isinstance(seen, int) else seen_by_employer(plan) == seen

    def change(connection: sa.Connection, plan: TrialPlan) -> TrialPlan:
        return take(plan, asked, actor, at, checks_of(connection, plan, known))

    return change_plan(connection, id_, unchanged, actor, change)


def what_next(store: Store, id_: str, on: date, known: Known = NOTHING_KNOWN) -> tuple[OpenMove, ...]:
    """Tell which moves are open to a trial, whose they are, and what is missing for each."""
    with store.read() as connection:
        plan = get_plan(connection, id_)
        return moves_now(plan, on, checks_of(connection, plan, known))


def needs_attention(
    store: Store, tenant: str | None, on: date, candidates: Iterable[str] | None = None
) -> tuple[Attention, ...]:
    """List what waits for a human in a caseload (None: the whole organisation), the earliest day first."""
    with store.read() as connection:
        plans = plans_of(connection, tenant, candidates, WAITING)
    return attention(plans, on, load_pathways())


def checks_of(connection: sa.Connection, plan: TrialPlan, known: Known) -> LimitCheck:
    """Give the check of a trial's limits among what the store and the caller know; reads only when it is asked."""

    def check(asked: TrialPlan, terms: TrialTerms, on: date) -> tuple[str, ...]:
        situation = known.situation or situation_now(connection, plan.candidate)
        around = Surroundings(
            facts=situation.facts,
            first_sick_day=situation.events.get(SICKNESS_START),
            history=trials_around(connection, plan.candidate, plan.employer),
            levels=known.levels or {},
        )
        return limit_check(load_pathways(), load_guard_rules(), around)(asked, terms, on)

    return check


def _line(answer: Mapping[str, Any], rank: int, suggestion: str) -> Mapping[str, Any] | None:
    lines = answer.get("suggestions", ())
    return next((one for one in lines if (one["rank"], one["id"]) == (rank, suggestion)), None)


def _terms(shown: Mapping[str, Any], pathway: str) -> TrialTerms:
    """Take over tasks, week and measures as they were shown; days, supervisor and goal are for the three to agree."""
    week: dict[str, float] = {}
    for task in shown["tasks"]:
        for block, hours in task["blocks"].items():
            week[block] = week.get(block, 0.0) + hours
    return TrialTerms(
        tasks=tuple(TriedTask(task["id"], float(task["hours"])) for task in shown["tasks"]),
        week=tuple(HalfDay(block, round(week[block], 4)) for block in BLOCKS if week.get(block)),
        measures=tuple(measure["id"] for measure in shown["accommodations"]),
        pathway=pathway,
    )
