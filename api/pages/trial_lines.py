"""Lays out a trial for reading: terms in words, flags with their reasons, what can be done next, the timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

import sqlalchemy as sa

from data.accounts import Role
from data.dimensions import dimension_index
from data.pathways import load_pathways
from data.store import get_candidate
from data.store.workplaces import some_employers
from data.trial_lifecycle import Move, RaisedFlag, Step, TrialPlan, TrialTerms
from data.trial_moves import move_row
from data.workplaces import Employer, Site, Task
from matching.flags import Flag
from matching.trial_documents import country_of
from matching.trial_lifecycle import OpenMove

from ..local_time import day_text, moment_words
from ..messages import Messages
from ..pathway_wording import rule_text
from ..trial_words import reasons_as_json
from ..wording import accommodation_name, flag_text, workplace_name
from .pictures import PlannedBlock, week_of

ELSEWHERE_ON_THE_PAGE = frozenset((Move.GIVE_REASON, Move.REVISE, Move.ARRANGE, Move.REVIEW))
"""Moves that have a place of their own on the page of a trial."""

GRAVE_MOVES = frozenset((Move.DECLINE, Move.WITHDRAW, Move.INTERRUPT, Move.EXPIRE, Move.REOPEN, Move.REFUSE_CHANGE))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a trial is: names of the employer and the site, and the tasks there by id (empty: no longer known)."""

    employer: str
    site: str
    tasks: Mapping[str, Task]

    @property
    def name(self) -> str:
        """Name employer and site."""
        return workplace_name(self.employer, self.site)


@dataclass(frozen=True, slots=True)
class FlagLine:
    """A flag by its number, in words, and the reasons written for it with who wrote them and when."""

    number: int
    text: str
    reasons: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class MoveForm:
    """A move that is open: whose word it can be, the reasons that can be given by party, and what is missing for it."""

    move: Move
    name: str
    parties: tuple[Role, ...]
    heard: bool
    reasons: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    grave: bool


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of the timeline: when, what, whose decision, who wrote it down and how it was heard, why, to where."""

    when: str
    move: str
    state: str
    party: str
    by: str
    channel: str
    reason: str
    note: str


def place_of(connection: sa.Connection, plan: TrialPlan) -> Place:
    """Look up where a trial is; a workplace that is gone stands there by its id."""
    owner: Employer | None = some_employers(connection, [plan.employer]).get(plan.employer)
    place: Site | None = None if owner is None else next((one for one in owner.sites if one.id == plan.site), None)
    tasks = {} if place is None else {task.id: task for job in place.jobs for task in job.tasks}
    return Place(plan.employer if owner is None else owner.name, plan.site if place is None else place.name, tasks)


def name_of_person(connection: sa.Connection, id_: str) -> str:
    """Name the person of a trial."""
    return get_candidate(connection, id_).name or id_


def flag_lines(plan: TrialPlan, messages: Messages, zone: tzinfo) -> tuple[FlagLine, ...]:
    """Say every flag with the reasons that humans have written for it."""
    found = []
    for number, flag in enumerate(plan.flags):
        written = tuple(
            (one.text, one.name, moment_words(one.at, messages, zone)) for one in plan.reasons if one.flag == flag
        )  # fmt: skip
        found.append(FlagLine(number, raised_text(flag, messages), written))
    return tuple(found)


def raised_text(flag: RaisedFlag, messages: Messages) -> str:
    """Say a flag as the list said it."""
    return flag_text(Flag(flag.kind, flag.about, ""), messages)


def move_forms(plan: TrialPlan, moves: Sequence[OpenMove], messages: Messages) -> tuple[MoveForm, ...]:
    """Give the moves that a coach may make or note down, those that are ready first."""
    found = []
    for one in moves:
        row = move_row(plan.state, one.move)
        if row is None or one.move in ELSEWHERE_ON_THE_PAGE:
            continue
        parties = tuple(role for role in one.who if role is Role.COACH or row.heard)
        if not parties:
            continue
        reasons: dict[str, str] = {}
        for party in parties:
            reasons |= {reason["id"]: reason["text"] for reason in reasons_as_json(one.move, party, messages)}
        found.append(
            MoveForm(
                move=one.move,
                name=messages.text(f"trial.move.{one.move.value}"),
                parties=parties,
                heard=row.heard and parties != (Role.COACH,),
                reasons=tuple(reasons.items()),
                missing=tuple(missing_text(rule, about, plan, messages) for rule, about in one.missing),
                grave=one.move in GRAVE_MOVES,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.grave, bool(one.missing))))


def missing_text(rule: str, about: Sequence[str], plan: TrialPlan, messages: Messages) -> str:
    """Say what stands in the way of a move, and what it is about."""
    said = messages.text(f"trial.rule.{rule}")
    if rule == "flags_answered":
        return f"{said}: {messages.number(len(plan.open_flags), 0)}"
    words = [about_text(one, messages) for one in about]
    return f"{said}: {', '.join(words)}" if words else said


def about_text(about: str, messages: Messages) -> str:
    """Name what a rule is about: a field of the terms, a party, a dimension, a rule of a pathway."""
    for key in (f"trial.term.{about}", f"trial.party.{about}"):
        if messages.has(key):
            return messages.text(key)
    if about in dimension_index():
        return messages.dimension(about)
    for country in load_pathways().countries.values():
        if about in country.rules and country.rules[about].versions:
            return rule_text(country.rules[about].versions[-1], messages)
    return about


def step_lines(plan: TrialPlan, messages: Messages, zone: tzinfo) -> tuple[StepLine, ...]:
    """Tell the steps of a trial, the latest first."""
    return tuple(_step(one, messages, zone) for one in reversed(plan.steps))


def _step(step: Step, messages: Messages, zone: tzinfo) -> StepLine:
    return StepLine(
        when=moment_words(step.at, messages, zone),
        move=messages.text(f"trial.done.{step.move.value}"),
        state=messages.text(f"trial.state.{step.after.value}"),
        party=messages.text(f"trial.party.{step.party.value}"),
        by=step.name,
        channel="" if step.channel is None else messages.text(f"trial.channel.{step.channel.value}"),
        reason="" if not step.reason else messages.text(f"trial.reason.{step.reason}"),
        note=step.note,
    )


def day(value: date | None, messages: Messages) -> str:
    """Write a day; nothing for one that is not said."""
    return "" if value is None else day_text(value, messages)


def terms_lines(terms: TrialTerms, place: Place, messages: Messages) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Say terms field by field, in the same order for every trial; what is not said stands there empty."""
    names = {id_: task.text for id_, task in place.tasks.items()}
    tasks = tuple(f"{messages.number(one.hours_per_week, 2)} h: {names.get(one.task, one.task)}" for one in terms.tasks)
    week = tuple(f"{messages.half_day(one.block)} {messages.number(one.hours, 2)} h" for one in terms.week)
    lines: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("tasks", tasks),
        ("hours", (messages.number(terms.hours_per_week, 2),) if terms.tasks else ()),
        ("week", (", ".join(week),) if week else ()),
        ("starts", _said(day(terms.starts, messages))),
        ("ends", _said(day(terms.ends, messages))),
        ("supervisor", _said(terms.supervisor)),
        ("goal", _said(terms.goal)),
        ("measures", tuple(accommodation_name(one, messages.language) for one in terms.measures)),
        ("reviews", (", ".join(day(one, messages) for one in terms.reviews),) if terms.reviews else ()),
        ("pathway", _said(pathway_name(terms.pathway, messages))),
    )
    return tuple((messages.text(f"trial.term.{name}"), said) for name, said in lines)


def pathway_name(id_: str, messages: Messages) -> str:
    """Name a pathway; nothing for none."""
    return "" if not id_ else country_of(load_pathways(), id_).pathway(id_).names[messages.language]


def week_of_terms(terms: TrialTerms) -> Mapping[str, Mapping[str, PlannedBlock | None]]:
    """Lay out the week of the terms."""
    return week_of({half.block: half.hours for half in terms.week})


def _said(text: str) -> tuple[str, ...]:
    return (text,) if text else ()
