"""What a trial needs released so that it can go as planned: the smallest set, and what would be lost without each fact.

Measures that the person brings along or that the programme sets need no release. Which others must be told of is solved
exactly, as measures can stand in for each other; what is lost without one is carved anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from data.candidates import Candidate
from data.errors import InvalidInput
from data.releasable_facts import ArrangedBy, ReleasableFact, load_releasable_facts
from data.released_proposals import ProposedWork

from .asked import hours_limit
from .carving.part_job import carve
from .carving.problem import CarveMeasure, CarveProblem, CarveTask, TakenTask
from .facts_to_release import offered_facts
from .one_site import SiteQuestion
from .smallest_measures import SmallestMeasures, smallest_measures

ONE_MORE = 1.0
"""Hours: a limit is near when one hour more would pass it."""

LEAST_LOSS = 0.05
"""Hours: three minutes a week are no loss."""


@dataclass(frozen=True, slots=True)
class Without:
    """What becomes of the trial if a fact is not released.

    ``hours``: weekly hours that are left of it (0: none of it is possible). ``lost``: task -> hours that fall away.
    ``instead``: measures that would do in its place, to be told of instead. ``other_hours``: hours of another part-job
    at the same workplace, where nothing of this one is left (0: there is none).
    """

    hours: float
    lost: Mapping[str, float]
    instead: tuple[str, ...] = ()
    other_hours: float = 0.0


@dataclass(frozen=True, slots=True)
class NeededFact:
    """A fact that the trial needs released, and why: ``measure``, ``qualification`` or ``agreement``.

    ``about``: the dimensions that a measure eases; the person reads this, nobody else.
    """

    fact: ReleasableFact
    why: str
    about: tuple[str, ...]
    without: Without | None


@dataclass(frozen=True, slots=True)
class DisclosurePlan:
    """The smallest set that one trial needs released; and facts that protect it, but that it can go without.

    ``protecting``: the plan stands at a limit that the workplace does not know of (``hours_cap``, ``day_cap``,
    ``times``), or there is work beside it that the person must not do (``avoid``). ``without_release``: measures in use
    that need none; ``to_add``: those of them that the trial does not plan yet. ``not_needed``: planned measures that
    need not be told of, as the others do. ``too_high``: dimensions that no measure brings within the limits: a human
    judges. ``looked_at``: sets of measures looked at.
    """

    needed: tuple[NeededFact, ...]
    protecting: tuple[ReleasableFact, ...]
    without_release: tuple[str, ...]
    to_add: tuple[str, ...]
    not_needed: tuple[str, ...]
    too_high: tuple[str, ...]
    looked_at: int


def plan_disclosure(
    person: Candidate, asked: SiteQuestion, work: ProposedWork, measures: Collection[str]
) -> DisclosurePlan:
    """Plan what to release for one trial: its work, and the measures that are planned for it.

    InvalidInput for a task that is not open to this person at this workplace.
    """
    problem, planned = asked.problem, frozenset(measures)
    taken = _taken(problem, work)
    free = _free(problem)
    best = smallest_measures(problem, taken, free, planned)
    if not best.found:
        here = frozenset(measure.id for measure in problem.measures)
        told = tuple(sorted(id_ for id_ in planned & here if id_ not in free))
        best = replace(best, told=told, untold=tuple(sorted(planned & free)))
    offered = {fact.key: fact for fact in offered_facts(person, asked.view, work, {*planned, *best.told})}
    needed = [
        *_measures_needed(problem, work, best, offered, free, planned),
        *_qualifications_needed(problem, work, best, offered),
    ]
    if ("name", "") in offered:
        needed.append(NeededFact(offered["name", ""], "agreement", (), None))
    return DisclosurePlan(
        needed=tuple(needed),
        protecting=tuple(_protecting(person, asked, work, offered)),
        without_release=best.untold,
        to_add=tuple(sorted(set(best.untold) - planned)),
        not_needed=tuple(sorted(planned - best.used)),
        too_high=tuple(sorted({blocker.about for blocker in best.broken})),
        looked_at=best.looked_at,
    )


def _taken(problem: CarveProblem, work: ProposedWork) -> tuple[TakenTask, ...]:
    open_ = {task.id for task in problem.tasks}
    if closed := sorted(task.id for task in work.tasks if task.id not in open_):
        raise InvalidInput(
            "tasks", f"'{closed[0][:60]}' is not open to this person there", ", ".join(sorted(open_)[:5])
        )
    return tuple(TakenTask(task.id, task.hours, task.blocks) for task in sorted(work.tasks, key=lambda one: one.id))


def _free(problem: CarveProblem) -> frozenset[str]:
    by = load_releasable_facts().arranged_by
    ids = (measure.id for measure in problem.measures)
    return frozenset(id_ for id_ in ids if by.get(id_, ArrangedBy.EMPLOYER) is not ArrangedBy.EMPLOYER)


def _measures_needed(
    problem: CarveProblem,
    work: ProposedWork,
    best: SmallestMeasures,
    offered: Mapping[tuple[str, str], ReleasableFact],
    free: frozenset[str],
    planned: frozenset[str],
) -> Iterator[NeededFact]:
    effects = {measure.id: measure.effects for measure in problem.measures}
    for id_ in best.told:
        if ("measure", id_) in offered:
            others = replace(problem, measures=tuple(one for one in problem.measures if one.id != id_))
            other = smallest_measures(others, _taken(problem, work), free, planned)
            instead = tuple(sorted(set(other.told) - set(best.told))) if other.found and best.found else ()
            left = (best.used - {id_}) | free
            without = replace(_left(problem, work, left, frozenset()), instead=instead)
            yield NeededFact(offered["measure", id_], "measure", tuple(sorted(effects[id_])), without)


def _qualifications_needed(
    problem: CarveProblem,
    work: ProposedWork,
    best: SmallestMeasures,
    offered: Mapping[tuple[str, str], ReleasableFact],
) -> Iterator[NeededFact]:
    for (kind, key), fact in offered.items():
        if kind == "qualification":
            closed = frozenset(task.id for task in work.tasks if key in task.conditions)
            yield NeededFact(fact, "qualification", (), _left(problem, work, best.used, closed))


def _left(problem: CarveProblem, work: ProposedWork, measures: frozenset[str], closed: frozenset[str]) -> Without:
    """Carve what is left of the trial with these measures and without some tasks: as many of its hours as can be."""
    hours = {task.id: task.hours for task in work.tasks}
    tied = tuple(group for group in problem.tied if set(group) <= hours.keys())
    fallen = closed | {id_ for group in tied if closed & set(group) for id_ in group}
    usable = tuple(replace(one, cost=0.0) for one in problem.measures if one.id in measures)
    tasks = tuple(
        _at_most(task, hours[task.id]) for task in problem.tasks if task.id in hours and task.id not in fallen
    )
    least = min(problem.hours_min, work.hours)
    tied = tuple(group for group in tied if not fallen & set(group))
    rest = replace(problem, tasks=tasks, measures=usable, switch_cost=0.0, hours_min=least, tied=tied)
    carved = carve(rest)
    kept = {task.id: task.hours for task in carved.tasks}
    lost = {id_: round(h - kept.get(id_, 0.0), 2) for id_, h in hours.items() if h - kept.get(id_, 0.0) > LEAST_LOSS}
    other = 0.0 if kept else _another(problem, usable, closed)
    return Without(round(sum(kept.values()), 2), lost, other_hours=other)


def _another(problem: CarveProblem, usable: tuple[CarveMeasure, ...], closed: frozenset[str]) -> float:
    """Give the weekly hours of the best other part-job at the same workplace; 0: there is none."""
    fallen = closed | {id_ for group in problem.tied if closed & set(group) for id_ in group}
    tied = tuple(group for group in problem.tied if not fallen & set(group))
    tasks = tuple(task for task in problem.tasks if task.id not in fallen)
    return round(carve(replace(problem, measures=usable, tasks=tasks, tied=tied)).hours, 2)


def _at_most(task: CarveTask, hours: float) -> CarveTask:
    """Give a task of a trial: no more than its hours there, every hour worth the same."""
    return replace(task, hours=hours, min_hours=min(task.min_hours, hours), value=1.0)


def _protecting(
    person: Candidate, asked: SiteQuestion, work: ProposedWork, offered: Mapping[tuple[str, str], ReleasableFact]
) -> Iterator[ReleasableFact]:
    """Choose the facts without which nobody at the workplace would know where the plan ends."""
    near: dict[str, bool] = {
        "hours_cap": work.hours + ONE_MORE > hours_limit(person),
        "day_cap": _a_day_is_full(person, work),
        "times": _could_be_moved(person, asked, work),
        "avoid": True,
    }
    yield from (fact for (kind, _), fact in sorted(offered.items()) if near.get(kind, False))


def _a_day_is_full(person: Candidate, work: ProposedWork) -> bool:
    room: dict[str, float] = {}
    for block, hours in person.blocks.items():
        day = block.partition("_")[0]
        room[day] = room.get(day, 0.0) + hours
    worked: dict[str, float] = {}
    for block, hours in work.week.items():
        day = block.partition("_")[0]
        worked[day] = worked.get(day, 0.0) + hours
    return bool(room) and any(hours + ONE_MORE > room.get(day, 0.0) for day, hours in worked.items())


def _could_be_moved(person: Candidate, asked: SiteQuestion, work: ProposedWork) -> bool:
    """Tell whether the work could also be done at a half-day that the person does not have."""
    ids = {task.id for task in work.tasks}
    elsewhere = (block for task in asked.view.market.tasks if task.id in ids for block in task.blocks)
    return bool(person.blocks) and any(block not in person.blocks for block in elsewhere)
