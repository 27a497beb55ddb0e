"""Reads from the store what is counted for research: person by person here, people together everywhere after.

Whoever objects to being matched is not counted. Endings and measures come from trials that the person has released for
learning; the rest is what the organisation did itself. Real and fictional people are never counted together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from ..accommodations import load_accommodations
from ..dimensions import load_dimensions
from ..levels import most_direct
from ..research import (
    LIMITATIONS,
    LIMITED_BELOW,
    NOT_KNOWN,
    NOT_LIMITED,
    Measure,
    ResearchFact,
    quarter_of,
)
from ..trial_lifecycle import Move
from ..trials import IN_WORK, Outcome
from .account_tables import objection
from .level_rows import levels_by_owner
from .schema import candidate, capacity, employer, job, match_run, shown_suggestion, task, trial, trial_task
from .trial_plan_tables import trial_plan, trial_plan_step, trial_plan_terms

_YES = {Move.CANDIDATE_ACCEPTS.value: "candidate", Move.EMPLOYER_ACCEPTS.value: "employer"}
_NO = {Move.DECLINE.value, Move.REFUSE_CHANGE.value, Move.INTERRUPT.value, Move.WITHDRAW.value}


def research_facts(
    connection: sa.Connection, measure: Measure, among: frozenset[str] | None, before: date
) -> tuple[tuple[ResearchFact, ...], bool]:
    """Give what is counted of people (None: everybody) before a day, and whether all of them are fictional."""
    people, fictional = counted_people(connection, among)
    facts = _OF[measure](connection, before)
    classes = _limitations(connection, people)
    return (
        tuple(replace(one, limitation=classes.get(one.person, NOT_KNOWN)) for one in facts if one.person in people),
        fictional,
    )


def counted_people(connection: sa.Connection, among: frozenset[str] | None) -> tuple[frozenset[str], bool]:
    """Give the people that are counted: real ones where there are any, and nobody who objects."""
    objecting = set(connection.scalars(sa.select(objection.c.candidate_id)))
    rows = connection.execute(sa.select(candidate.c.id, candidate.c.fictional)).all()
    seen = {row.id: row.fictional for row in rows if (among is None or row.id in among) and row.id not in objecting}
    real = frozenset(id_ for id_, fictional in seen.items() if not fictional)
    return (real, False) if real else (frozenset(seen), True)


def _suggestions(connection: sa.Connection, before: date) -> Iterable[ResearchFact]:
    regions = _regions(connection)
    query = (
        sa.select(match_run.c.candidate_id, match_run.c.shown_at, match_run.c.question, shown_suggestion.c.employer_id)
        .join(shown_suggestion, shown_suggestion.c.run_number == match_run.c.number)
        .where(match_run.c.what_if.is_(False) & (match_run.c.shown_at < before.isoformat()))
    )
    for row in connection.execute(query):
        yield ResearchFact(
            row.candidate_id, "", regions.get(row.employer_id, NOT_KNOWN),
            pathway=str(row.question.get("pathway") or NOT_KNOWN), quarter=_quarter(row.shown_at),
        )  # fmt: skip


def _steps(connection: sa.Connection, before: date) -> Iterable[tuple[Any, ResearchFact]]:
    """Give every step of planned trials before a day, in the order of time, with where it stands."""
    regions, codes = _regions(connection), _codes(connection)
    terms = {
        (row.plan_id, row.version): row.terms for row in connection.execute(sa.select(trial_plan_terms))
    }  # fmt: skip
    query = (
        sa.select(trial_plan_step, trial_plan.c.candidate_id, trial_plan.c.employer)
        .join(trial_plan, trial_plan.c.id == trial_plan_step.c.plan_id)
        .where(trial_plan_step.c.at < before.isoformat())
        .order_by(trial_plan_step.c.plan_id, trial_plan_step.c.number)
    )
    for row in connection.execute(query):
        said: Mapping[str, Any] = terms.get((row.plan_id, row.terms)) or {}
        tasks = [one["task"] for one in said.get("tasks", ())]
        yield row, ResearchFact(
            row.candidate_id, "", regions.get(row.employer, NOT_KNOWN), _first_figure(codes, tasks),
            pathway=str(said.get("pathway") or NOT_KNOWN), quarter=_quarter(row.at),
        )  # fmt: skip


def _proposals(connection: sa.Connection, before: date) -> Iterable[ResearchFact]:
    return (fact for step, fact in _steps(connection, before) if step.move == Move.PROPOSE.value)


def _decisions(connection: sa.Connection, before: date) -> Iterable[ResearchFact]:
    for step, fact in _steps(connection, before):
        if step.move in _YES:
            yield replace(fact, value=f"yes:{_YES[step.move]}")
        elif step.move in _NO:
            yield replace(fact, value=f"no:{step.party}:{step.reason or 'not_said'}")


def _trials(connection: sa.Connection, before: date) -> Iterable[ResearchFact]:
    latest = {step.plan_id: replace(fact, value=step.after) for step, fact in _steps(connection, before)}
    return latest.values()


def _tried(connection: sa.Connection, day: sa.Column[Any], before: date) -> Iterable[tuple[Any, ResearchFact]]:
    regions, codes = _regions(connection), _codes(connection)
    tasks: dict[str, list[str]] = {}
    for row in connection.execute(sa.select(trial_task).order_by(trial_task.c.trial_id, trial_task.c.position)):
        tasks.setdefault(row.trial_id, []).append(row.task)
    for row in connection.execute(sa.select(trial).where(trial.c.released.is_(True) & (day < before))):
        yield row, ResearchFact(
            row.candidate, "", regions.get(row.employer, NOT_KNOWN), _first_figure(codes, tasks.get(row.id, ())),
            pathway=row.pathway or NOT_KNOWN, quarter=quarter_of(row._mapping[day.name]),
        )  # fmt: skip


def _endings(connection: sa.Connection, before: date) -> Iterable[ResearchFact]:
    for row, fact in _tried(connection, trial.c.ended_on, before):
        broken = f"broken_off:{row.interruption}" if row.interruption else "outcome_not_known"
        yield replace(fact, value=row.outcome or broken)


def _accommodations(connection: sa.Connection, before: date) -> Iterable[ResearchFact]:
    kinds = {measure.id: measure.kind.value for measure in load_accommodations()}
    for row, fact in _tried(connection, trial.c.starts, before):
        kept = row.ended_on is not None and row.ended_on < before and row.outcome and Outcome(row.outcome) in IN_WORK
        for kind in sorted({kinds.get(measure, NOT_KNOWN) for measure in row.measures}):
            yield replace(fact, value=f"tried:{kind}")
            if kept:
                yield replace(fact, value=f"kept:{kind}")


_OF: Mapping[Measure, Callable[[sa.Connection, date], Iterable[ResearchFact]]] = {
    Measure.SUGGESTIONS: _suggestions,
    Measure.PROPOSALS: _proposals,
    Measure.DECISIONS: _decisions,
    Measure.TRIALS: _trials,
    Measure.ENDINGS: _endings,
    Measure.ACCOMMODATIONS: _accommodations,
}


def _limitations(connection: sa.Connection, people: Collection[str]) -> dict[str, str]:
    """Tell for each person in which of five classes they manage least; the first dimension where several are alike."""
    class_of = {group: name for name, groups in LIMITATIONS.items() for group in groups}
    known = levels_by_owner(connection.execute(sa.select(capacity).order_by(capacity.c.id)), "candidate_id")
    found = {}
    for person, levels in known.items():
        if person not in people:
            continue
        least = [
            (level.value, at, class_of[dimension.group])
            for at, dimension in enumerate(load_dimensions())
            if (level := most_direct(levels.get(dimension.id, ()))) is not None
        ]
        if least:
            value, _, name = min(least)
            found[person] = name if value < LIMITED_BELOW else NOT_LIMITED
    return found


def _regions(connection: sa.Connection) -> dict[str, str]:
    return {row.id: row.region for row in connection.execute(sa.select(employer.c.id, employer.c.region))}


def _codes(connection: sa.Connection) -> dict[str, str]:
    query = sa.select(task.c.id, job.c.isco).join(job, job.c.id == task.c.job_id)
    return {row.id: row.isco for row in connection.execute(query)}


def _first_figure(codes: Mapping[str, str], tasks: Iterable[str]) -> str:
    return next((codes[one][:1] for one in tasks if codes.get(one)), NOT_KNOWN)


def _quarter(at: str) -> str:
    return quarter_of(date.fromisoformat(at[:10]))
