"""What an employer sees of a proposal: the released bundle, and facts that are both necessary and released.

Pure. The brief is worked out from the proposal and the facts that the ledger gives now, from nothing else: no profile,
no score, no rank reaches this module. A fact that is not there leaves no trace, whether it was not released or does not
exist.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from data.dimensions import dimension_index
from data.errors import InvalidInput
from data.releasable_facts import (
    BriefSection,
    FactKind,
    Purpose,
    Reader,
    ReleasableFact,
    load_releasable_facts,
)
from data.released_proposals import ProposedTask, ProposedWork, ReleasedProposal
from data.workplaces import Employer
from features.market import Market, build_market

from .market_index import musts

ASKS_FROM = 3.0
"""A task asks for something out of the ordinary from this level on."""


@dataclass(frozen=True, slots=True)
class BriefFact:
    """A fact of the brief, and the ids of the tasks that it is about: of the proposal, or others of the same jobs."""

    fact: ReleasableFact
    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EffectBrief:
    """A brief: the proposal, who reads it, and facts by section in the order of the catalogue, empty ones left out."""

    proposal: ReleasedProposal
    reader: Reader
    sections: Mapping[BriefSection, tuple[BriefFact, ...]]


def effect_brief(proposal: ReleasedProposal, facts: Collection[ReleasableFact], reader: Reader) -> EffectBrief:
    """Put a brief together from a released proposal and the facts that are released to its employer now.

    The same proposal and facts give the same brief, in whatever order the facts come.
    """
    catalogue = load_releasable_facts()
    order = {id_: place for place, id_ in enumerate(catalogue.kinds)}
    sections: dict[BriefSection, list[BriefFact]] = {section: [] for section in BriefSection}
    for fact in sorted(facts, key=lambda one: (order[one.kind], one)):
        kind = catalogue.kinds[fact.kind]
        if necessary_for(fact, proposal) and (kind.reaches is Reader.HANDLERS or reader is Reader.SUPERVISOR):
            sections[kind.section].append(BriefFact(fact, _tasks_of(fact, proposal)))
    return EffectBrief(proposal, reader, {section: tuple(found) for section, found in sections.items() if found})


def necessary_for(fact: ReleasableFact, proposal: ReleasedProposal) -> frozenset[Purpose]:
    """Tell for which purposes of its stage a proposal needs a fact; none: it is not shown, whoever released it.

    Only what the proposal asks is looked at, never what else is known of the person.
    """
    kind = load_releasable_facts().kind(fact.kind)
    now = kind.purposes & load_releasable_facts().stages[proposal.stage]
    return now if _called_for(kind, fact, proposal) else frozenset()


def _called_for(kind: FactKind, fact: ReleasableFact, proposal: ReleasedProposal) -> bool:
    match kind.id:
        case "measure" | "avoid":
            return bool(_tasks_of(fact, proposal))
        case "qualification":
            return any(fact.about in task.conditions for task in proposal.work.tasks)
        case "skill" | "strength":
            return any(fact.about in task.activities or fact.about in task.asks for task in proposal.work.tasks)
        case "day_cap" | "times":
            return bool(proposal.work.week)
        case _:
            return True


def _tasks_of(fact: ReleasableFact, proposal: ReleasedProposal) -> tuple[str, ...]:
    """Name the tasks: a measure is about those of the proposal, a rule of work about others of the same jobs."""
    of = set(proposal.work.others) if fact.kind == "avoid" else {task.id for task in proposal.work.tasks}
    return tuple(id_ for id_ in fact.tasks if id_ in of)


def proposed_work(employer: Employer, site: str, hours: Mapping[str, Mapping[str, float] | float]) -> ProposedWork:
    """Write the work of a proposal from an employer's own records; ``hours``: task -> a week, or hours by half-day.

    InvalidInput for a site or a task that the employer does not have there.
    """
    place = next((one for one in employer.sites if one.id == site), None)
    if place is None:
        raise InvalidInput("site", "the employer has no such site", ", ".join(one.id for one in employer.sites))
    market = build_market([replace(employer, sites=(place,))])
    rows = {task.id: row for row, task in enumerate(market.tasks)}
    if strange := sorted(set(hours) - set(rows)):
        raise InvalidInput("tasks", f"there is no task '{strange[0][:60]}' at the site", "ids of tasks of the site")
    tasks = [_proposed(market, rows[id_], hours[id_]) for id_ in hours]
    jobs = {market.jobs[rows[id_]].id for id_ in hours}
    pairs = zip(market.tasks, market.jobs, strict=True)
    return ProposedWork(
        employer=employer.id,
        employer_name=employer.name,
        site=place.id,
        site_name=place.name,
        tasks=tuple(sorted(tasks, key=lambda task: (-task.hours, task.id))),
        others={task.id: task.text for task, job in pairs if job.id in jobs and task.id not in hours},
        fictional=employer.fictional,
    )


def _proposed(market: Market, row: int, plan: Mapping[str, float] | float) -> ProposedTask:
    task, job = market.tasks[row], market.jobs[row]
    blocks = dict(plan) if isinstance(plan, Mapping) else {}
    hours = round(sum(blocks.values()) if isinstance(plan, Mapping) else plan, 2)
    asks = frozenset(name for name, at in dimension_index().items() if market.value[row, at] >= ASKS_FROM)
    conditions = frozenset(one.key for one in musts(task, job))
    return ProposedTask(task.id, task.text, hours, blocks, task.activities, asks, conditions)
