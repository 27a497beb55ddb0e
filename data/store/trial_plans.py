"""Keeps planned trials: every step in one transaction with its entry of the audit and with the running trial.

Who changes a trial says which version was read; whoever was overtaken is told so, and nothing is changed. What was seen
and what came of a trial stands in the table ``trial``, under the same id, where learning reads it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from ..accounts import Actor, Role
from ..audit import AuditEvent
from ..errors import InvalidInput, UnknownId
from ..moments import moment_text
from ..record_json import record_from, record_text
from ..trial_lifecycle import (
    Channel,
    FlagReason,
    Move,
    Origin,
    PlanChanged,
    RaisedFlag,
    Step,
    TrialPlan,
    TrialState,
    TrialTerms,
)
from ..trials import Trial
from .audit import note
from .candidates import require_candidate
from .trial_plan_tables import trial_plan, trial_plan_reason, trial_plan_step, trial_plan_terms
from .trials import replace_trials, trials_by_id

_PLAIN = ("id", "tenant", "employer", "site", "group", "fictional", "terms_version", "agreed_version", "agreed_on",
          "answer_by", "released", "version")  # fmt: skip
_AT_ONCE = 500


def add_plan(connection: sa.Connection, plan: TrialPlan, actor: Actor) -> None:
    """Store a new draft with its first step; InvalidInput when the id is taken, UnknownId without the person."""
    require_candidate(connection, plan.candidate)
    if connection.scalar(sa.select(trial_plan.c.id).where(trial_plan.c.id == plan.id)) is not None:
        raise InvalidInput("trial", "there is a trial with this id already", "a new random id")
    connection.execute(sa.insert(trial_plan), _row(plan))
    connection.execute(sa.insert(trial_plan_terms), _terms_row(plan))
    _add_step(connection, plan, actor)


def change_plan(
    connection: sa.Connection,
    id_: str,
    unchanged: Callable[[TrialPlan], bool],
    actor: Actor,
    change: Callable[[sa.Connection, TrialPlan], TrialPlan],
) -> TrialPlan:
    """Make one step of a trial: read it, let ``change`` give it with one step more, write it.

    ``connection`` is a writing one. ``unchanged`` tells whether it is still as it was read, else PlanChanged. UnknownId
    when there is none; what ``change`` raises goes through. Then nothing is changed.
    """
    before = get_plan(connection, id_)
    if not unchanged(before):
        raise PlanChanged
    after = change(connection, before)
    if after.version != before.version + 1 or after.steps[:-1] != before.steps or after.id != id_:
        raise ValueError("a change of a trial adds exactly one step")
    _write(connection, before, after, actor)
    return after


def get_plan(connection: sa.Connection, id_: str) -> TrialPlan:
    """Give one trial; UnknownId when there is none (ids are random: nothing is close to one)."""
    found = _read(connection, trial_plan.c.id == id_)
    if not found:
        raise UnknownId("trial", id_)
    return found[0]


def plans_of(
    connection: sa.Connection,
    tenant: str | None,
    candidates: Iterable[str] | None = None,
    states: Iterable[TrialState] = tuple(TrialState),
) -> tuple[TrialPlan, ...]:
    """Give the trials of an organisation (None: of all; of some people only) that are in some states, by id."""
    whose = sa.true() if tenant is None else trial_plan.c.tenant == tenant
    of_tenant = whose & trial_plan.c.state.in_([state.value for state in states])
    if candidates is None:
        return _read(connection, of_tenant)
    ids = sorted(set(candidates))
    found = [
        plan
        for start in range(0, len(ids), _AT_ONCE)
        for plan in _read(connection, of_tenant & trial_plan.c.candidate_id.in_(ids[start : start + _AT_ONCE]))
    ]
    return tuple(sorted(found, key=lambda plan: plan.id))


def plans_at(connection: sa.Connection, sites: Iterable[str]) -> tuple[TrialPlan, ...]:
    """Give the trials at some sites, by id: what of them an employer may see is decided elsewhere."""
    ids = sorted(set(sites))
    found = [
        plan
        for start in range(0, len(ids), _AT_ONCE)
        for plan in _read(connection, trial_plan.c.site.in_(ids[start : start + _AT_ONCE]))
    ]
    return tuple(sorted(found, key=lambda plan: plan.id))


def overdue_plans(connection: sa.Connection, today: date) -> tuple[TrialPlan, ...]:
    """Give the proposals of all organisations whose last day for an answer is over, by id."""
    waiting = trial_plan.c.state.in_([TrialState.PROPOSED.value, TrialState.CANDIDATE_ACCEPTED.value])
    return _read(connection, waiting & (trial_plan.c.answer_by < today))


def terms_of(connection: sa.Connection, id_: str) -> dict[int, TrialTerms]:
    """Give every version of a trial's terms that was ever talked about, by its number."""
    query = sa.select(trial_plan_terms).where(trial_plan_terms.c.plan_id == id_).order_by(trial_plan_terms.c.version)
    return {row.version: _terms(row.terms) for row in connection.execute(query)}


def count_plans(connection: sa.Connection) -> dict[str, int]:
    """Count trials by state; states of which there is none are left out."""
    query = sa.select(trial_plan.c.state, sa.func.count()).group_by(trial_plan.c.state).order_by(trial_plan.c.state)
    return {row[0]: row[1] for row in connection.execute(query)}


def reasons_released(connection: sa.Connection) -> tuple[tuple[int, str, str, str, str], ...]:
    """Give what was said no to and why, of people who let it be learned from, in the order of time.

    Number of the list, suggestion, move, whose word it was, reason: what can be held against the weights. No ids of
    people, no texts.
    """
    query = (
        sa.select(
            trial_plan.c.run, trial_plan.c.suggestion, trial_plan_step.c.move, trial_plan_step.c.party,
            trial_plan_step.c.reason,
        )
        .join(trial_plan, trial_plan.c.id == trial_plan_step.c.plan_id)
        .where(trial_plan.c.released.is_(True) & (trial_plan_step.c.reason != ""))
        .where(trial_plan_step.c.move != Move.ASK_CHANGE.value)
        .order_by(trial_plan_step.c.at, trial_plan.c.id, trial_plan_step.c.number)
    )  # fmt: skip
    return tuple((row[0], row[1], row[2], row[3], row[4]) for row in connection.execute(query))


def _write(connection: sa.Connection, before: TrialPlan, after: TrialPlan, actor: Actor) -> None:
    mine = (trial_plan.c.id == after.id) & (trial_plan.c.version == before.version)
    if connection.execute(sa.update(trial_plan).where(mine).values(_row(after))).rowcount != 1:
        raise PlanChanged
    if after.versions > before.versions:
        connection.execute(sa.insert(trial_plan_terms), _terms_row(after))
    for number, reason in enumerate(after.reasons[len(before.reasons) :], start=len(before.reasons) + 1):
        connection.execute(sa.insert(trial_plan_reason), _reason_row(after.id, number, reason))
    if after.trial is not None and after.trial != before.trial:
        replace_trials(connection, [after.trial])
    _add_step(connection, after, actor)


def _add_step(connection: sa.Connection, plan: TrialPlan, actor: Actor) -> None:
    """Write the last step and its entry of the audit: numbers and states, no reason, no name, no text."""
    step = plan.steps[-1]
    connection.execute(sa.insert(trial_plan_step), _step_row(plan.id, step))
    facts = {
        "step": step.number,
        "from": None if step.before is None else step.before.value,
        "to": step.after.value,
        "party": step.party.value,
        "terms": step.terms,
    }
    about = f"trial:{plan.id}"
    note(connection, AuditEvent(f"trial.{step.move.value}", actor, step.at, plan.candidate, about, facts))


def _row(plan: TrialPlan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in _PLAIN} | {
        "candidate_id": plan.candidate,
        "run": plan.origin.run,
        "run_id": plan.origin.run_id,
        "rank": plan.origin.rank,
        "suggestion": plan.origin.suggestion,
        "flags": [[flag.kind, list(flag.about)] for flag in plan.flags],
        "state": plan.state.value,
        "signed": [role.value for role in plan.signed],
    }


def _terms_row(plan: TrialPlan) -> dict[str, Any]:
    return {"plan_id": plan.id, "version": plan.versions, "terms": json.loads(record_text(plan.terms))}


def _terms(kept: Any) -> TrialTerms:
    return record_from(TrialTerms, json.dumps(kept).encode())


def _step_row(plan: str, step: Step) -> dict[str, Any]:
    names = ("number", "account", "name", "reason", "terms", "note")
    return {name: getattr(step, name) for name in names} | {
        "plan_id": plan,
        "at": moment_text(step.at),
        "move": step.move.value,
        "before": None if step.before is None else step.before.value,
        "after": step.after.value,
        "party": step.party.value,
        "role": step.role.value,
        "channel": None if step.channel is None else step.channel.value,
        "facts": dict(step.facts),
    }


def _step(row: Any) -> Step:
    names = ("number", "account", "name", "reason", "terms", "facts", "note")
    return Step(
        at=datetime.fromisoformat(row.at),
        move=Move(row.move),
        before=None if row.before is None else TrialState(row.before),
        after=TrialState(row.after),
        party=Role(row.party),
        role=Role(row.role),
        channel=None if row.channel is None else Channel(row.channel),
        **{name: getattr(row, name) for name in names},
    )


def _reason_row(plan: str, number: int, reason: FlagReason) -> dict[str, Any]:
    return {
        "plan_id": plan,
        "number": number,
        "kind": reason.flag.kind,
        "about": list(reason.flag.about),
        "text": reason.text,
        "account": reason.account,
        "name": reason.name,
        "at": moment_text(reason.at),
    }


def _reason(row: Any) -> FlagReason:
    flag = RaisedFlag(row.kind, tuple(row.about))
    return FlagReason(flag, row.text, row.account, row.name, datetime.fromisoformat(row.at))


def _read(connection: sa.Connection, where: sa.ColumnElement[bool]) -> tuple[TrialPlan, ...]:
    """Read plans with all that hangs on them, in seven queries at most; nothing has begun before it is agreed on."""
    rows = connection.execute(sa.select(trial_plan).where(where).order_by(trial_plan.c.id)).all()
    ids = [row.id for row in rows]
    terms = _below(connection, trial_plan_terms, "version", ids)
    steps = _below(connection, trial_plan_step, "number", ids)
    written = _below(connection, trial_plan_reason, "number", ids)
    trials = trials_by_id(connection, [row.id for row in rows if row.agreed_version])
    return tuple(_plan(row, terms[row.id], steps[row.id], written.get(row.id, []), trials.get(row.id)) for row in rows)


def _below(connection: sa.Connection, table: sa.Table, order: str, ids: Sequence[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = table.c.plan_id.in_(ids[start : start + _AT_ONCE])
        for row in connection.execute(sa.select(table).where(some).order_by(table.c.plan_id, table.c[order])):
            found.setdefault(row.plan_id, []).append(row)
    return found


def _plan(
    row: Any, terms: Sequence[Any], steps: Sequence[Any], written: Sequence[Any], trial: Trial | None
) -> TrialPlan:
    kept = {one.version: _terms(one.terms) for one in terms if one.version in (row.terms_version, row.agreed_version)}
    return TrialPlan(
        **{name: getattr(row, name) for name in _PLAIN if name not in ("version", "released")},
        candidate=row.candidate_id,
        origin=Origin(row.run, row.run_id, row.rank, row.suggestion),
        flags=tuple(RaisedFlag(kind, tuple(about)) for kind, about in row.flags),
        terms=kept[row.terms_version],
        agreed=kept.get(row.agreed_version),
        state=TrialState(row.state),
        versions=terms[-1].version,
        signed=tuple(Role(role) for role in row.signed),
        reasons=tuple(_reason(one) for one in written),
        released=row.released if trial is None else trial.released,
        trial=trial,
        steps=tuple(_step(one) for one in steps),
    )
