"""Where else a job would work: the other workplaces that hold work of its kinds, carved exactly, the best first.

An hour of a task is worth its likeness to the job (0-1); of each kind no more hours count than the job has. Whatever
carving must keep to is kept to: the person's limits, week and conditions, guidance, accommodations that the workplace
can have. So a workplace that looks alike but breaks a limit is no fit, and one that fits is proven to (decision 0011).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.accommodations import Accommodation
from data.candidates import Candidate
from features.market import Levels, Place

from ..carving.columns import Asked, MarketColumns, Measures
from ..carving.market_search import bound_sites
from ..carving.near_miss import bundle_demand
from ..carving.part_job import carve
from ..carving.problem import CarveProblem, CarveSolution
from ..carving.recheck import recheck
from ..check import Checked, check_tasks, task_reasons
from ..config import MatchConfig
from ..flags import Flag, raise_flags
from ..held_market import HeldMarket
from ..market_index import MarketIndex
from ..meeting import Meeting, Stages, meet
from ..one_site import site_number
from ..retrieval import Retrieved, retrieve
from ..scoring import Contribution, round_to_sum, site_contributions, support_terms
from ..search import Certificate, best_sites
from ..site_problem import SiteView, site_problem
from ..suggestion import TakenPart
from .job import TransferJob
from .near_fits import NearFit, near_fits
from .what_changes import Laid, ToChange, what_changes
from .work_kinds import LikeWork, WorkKind, kinds_of, like_work

SAME_WORK = ("activities", "loads", "words")
"""What makes an hour worth its likeness, in the order of the columns of ``LikeWork.parts``."""


@dataclass(frozen=True, slots=True)
class Fit:
    """One workplace where the job would work: the tasks there with the number of their kind, worth and what differs.

    ``terms`` add up to ``score`` exactly (value-hours a week). ``same_employer``: as where the job is now.
    """

    rank: int
    place: Place
    minutes: float | None
    tasks: tuple[tuple[TakenPart, int], ...]
    solution: CarveSolution
    score: float
    terms: tuple[Contribution, ...]
    changes: tuple[ToChange, ...]
    flags: tuple[Flag, ...]
    same_employer: bool


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The answer: the job's kinds of work, where it fits, where it just does not, what fell by reason, and the proof.

    ``sites_with_work``: workplaces within reach with at least one task of a kind of the job.
    """

    job: TransferJob
    kinds: tuple[WorkKind, ...]
    fits: tuple[Fit, ...]
    near: tuple[NearFit, ...]
    sites_with_work: int
    left_out: Mapping[str, int]
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class Carried:
    """A job laid over a market: the meeting with its person, its kinds, and the tasks that are like them."""

    job: TransferJob
    meeting: Meeting
    kinds: tuple[WorkKind, ...]
    like: LikeWork

    def problem(self, number: int, view: SiteView | None = None) -> tuple[SiteView, CarveProblem]:
        """Give one site's carving problem: tasks of the job's kinds, of each kind no more hours than the job has."""
        view = view or self.meeting.view(number)
        problem = site_problem(self.job.person, self.meeting.capacity, view)
        ids = {task.id for task in problem.tasks}
        return view, replace(problem, budgets=(*problem.budgets, *self._hours_of_kinds(number, view, ids)))

    def _hours_of_kinds(self, number: int, view: SiteView, ids: set[str]) -> list[tuple[Mapping[str, float], float]]:
        first = self.meeting.columns.first[number]
        numbers = {
            task.id: int(self.like.kind[first + row]) for row, task in enumerate(view.market.tasks) if task.id in ids
        }
        return [
            ({id_: 1.0 for id_, own in numbers.items() if own == kind}, one.hours)
            for kind, one in enumerate(self.kinds)
            if kind in numbers.values()
        ]


def carry(
    job: TransferJob,
    held: HeldMarket,
    config: MatchConfig,
    catalogue: Sequence[Accommodation] | None = None,
    before_limits: bool = False,
) -> Carried:
    """Lay a job over a market. ``before_limits``: tasks beyond the person's levels stay open, to see what misses."""
    index, columns = held.index, held.index.columns[config.caution]
    retrieved = _elsewhere(job, index, config.region)
    kinds = kinds_of(job.parts)
    reached = np.append(retrieved.reached, False)[index.tasks.site]
    like = like_work(kinds, index, columns.level, np.flatnonzero(reached))
    wanted = like.kind >= 0

    def check(
        person: Candidate,
        index: MarketIndex,
        columns: MarketColumns,
        _reached: object,
        asked: Asked,
        measures: Measures,
    ) -> Checked:
        if not before_limits:
            return check_tasks(person, index, columns, wanted, asked, measures)
        left = wanted.copy()
        for hit in task_reasons(person, index, columns, asked).values():
            left &= ~hit
        return Checked(left, Counter())

    stages = Stages(retrieve=lambda _person, _index, _region: retrieved, check=check)
    meeting = meet(job.person, held, config, None if catalogue is None else tuple(catalogue), stages=stages)
    asked = meeting.asked._replace(
        worth=np.where(meeting.asked.open, like.worth, 0.0),
        kind=like.kind,
        kind_hours=np.array([kind.hours for kind in kinds], np.float64),
    )
    if not job.known_person:
        asked = asked._replace(extra=support_terms(index.sites.support))
    return Carried(job, replace(meeting, asked=asked), kinds, like)


def _elsewhere(job: TransferJob, index: MarketIndex, region: str) -> Retrieved:
    """Keep the workplaces within reach but the one where the job is now."""
    found = retrieve(job.person, index, region)
    if job.site:
        found.reached[site_number(index, job.site)] = False
    return found


def transfer(
    job: TransferJob,
    held: HeldMarket,
    config: MatchConfig | None = None,
    near: int = 0,
    catalogue: Sequence[Accommodation] | None = None,
    progress: Callable[[str], None] = lambda _stage: None,
) -> Elsewhere:
    """Rank the other workplaces where a job would work, with proof that none is missed, and some that just miss.

    ``config.top`` fits and ``near`` near ones at most; order: score, then site. Deterministic: the same job, market,
    configuration and reference data give the same answer.
    """
    config = config or MatchConfig()
    progress("check")
    carried = carry(job, held, config, catalogue)
    meeting = carried.meeting
    progress("carve")

    def solve(number: int) -> tuple[float | None, bool]:
        solution = carve(carried.problem(number)[1])
        proven = solution.status in {"optimal", "infeasible"}
        worth = solution.objective
        return None if worth is None else worth + float(meeting.asked.extra[number]), proven

    best = best_sites(meeting.columns, meeting.asked, meeting.measures, config.top, solve)
    progress("explain")
    fits = tuple(_fit(carried, number, score, rank) for rank, (number, score) in enumerate(best.found, start=1))
    with_work = np.unique(held.index.tasks.site[carried.like.kind >= 0])
    not_fitting = _not_fitting(carried, with_work, best.without) if near else []
    left_out = meeting.retrieved.left_out + meeting.checked.left_out
    return Elsewhere(
        job,
        carried.kinds,
        fits,
        _near(carried, held, config, catalogue, not_fitting, near),
        len(with_work),
        dict(sorted(left_out.items())),
        best.certificate,
    )


def _not_fitting(carried: Carried, with_work: np.ndarray, without: Sequence[int]) -> list[int]:
    """List the sites with work of the job's kinds that are proven to hold no part-job."""
    meeting = carried.meeting
    bounds = bound_sites(meeting.columns, meeting.asked, meeting.asked.open)
    return sorted({int(site) for site in with_work if not np.isfinite(bounds[site])} | set(without))


def _near(
    carried: Carried,
    held: HeldMarket,
    config: MatchConfig,
    catalogue: Sequence[Accommodation] | None,
    not_fitting: Sequence[int],
    count: int,
) -> tuple[NearFit, ...]:
    if not not_fitting:
        return ()
    loose = carry(carried.job, held, config, catalogue, before_limits=True)
    return near_fits(loose.meeting, not_fitting, count, loose.problem)


def _fit(carried: Carried, number: int, score: float, rank: int) -> Fit:
    job, meeting = carried.job, carried.meeting
    view, problem = carried.problem(number)
    solution = carve(problem)
    market, site = view.market, view.place.site
    if broken := recheck(problem, solution):
        raise AssertionError(f"part-job at {site.id} breaks {broken[0].rule}")  # a fault of ours, never of the input
    rows = {market.tasks[row].id: row for row in view.place.rows}
    rows = {task.id: rows[task.id] for task in solution.tasks}
    first = int(meeting.columns.first[number])
    kinds = {id_: int(carried.like.kind[first + row]) for id_, row in rows.items()}
    by_kind: dict[int, float] = {}
    for task in solution.tasks:
        by_kind[kinds[task.id]] = by_kind.get(kinds[task.id], 0.0) + task.hours
    measures = tuple(measure for measure in meeting.catalogue if measure.id in solution.accommodations)
    tasks = tuple(
        (TakenPart(market.tasks[rows[t.id]], market.jobs[rows[t.id]], t.hours, t.blocks), kinds[t.id])
        for t in sorted(solution.tasks, key=lambda task: (kinds[task.id], -task.hours, task.id))
    )
    guidance = sum(part.hours * part.task.supervision for part, _ in tasks)
    laid = Laid(
        site, [(part.task, part.job) for part, _ in tasks], by_kind, guidance, bundle_demand(solution), measures
    )
    reach = meeting.reach(number, view)
    flags = raise_flags(job.person, meeting.capacity, market, reach, rows, solution, measures)
    return Fit(
        rank=rank,
        place=view.place,
        minutes=reach.minutes,
        tasks=tasks,
        solution=solution,
        score=score,
        terms=_terms(
            carried, view, problem, solution, {id_: first + row for id_, row in rows.items()}, reach.minutes, score
        ),
        changes=what_changes(job, carried.kinds, laid, meeting.catalogue),
        flags=tuple(flag for flag in flags if job.known_person or flag.kind != "travel_unknown"),
        same_employer=bool(job.site) and view.place.employer.id == _employer_of(meeting.held, job.site),
    )


def _employer_of(held: HeldMarket, site: str) -> str:
    return held.site(site_number(held.index, site)).places[0].employer.id


def _terms(
    carried: Carried,
    view: SiteView,
    problem: CarveProblem,
    solution: CarveSolution,
    rows: Mapping[str, int],
    minutes: float | None,
    score: float,
) -> tuple[Contribution, ...]:
    """Split a score into what likeness in activities, loads and words brings, and what all else brings or takes."""
    hours = np.array([task.hours for task in solution.tasks])
    added: Levels = hours @ carried.like.parts[[rows[task.id] for task in solution.tasks]]
    sums = {("same_work", name): float(value) for name, value in zip(SAME_WORK, added, strict=True)}
    costs = {measure.id: measure.cost for measure in problem.measures}
    sums |= {("accommodation", id_): -costs[id_] for id_ in solution.accommodations}
    if len(solution.jobs) > 1:
        sums["switch", ""] = -problem.switch_cost * (len(solution.jobs) - 1)
    for term in site_contributions(carried.job.person, view.place.site.natural_support, minutes):
        if term.kind != "travel" or carried.job.known_person:
            sums[term.kind, term.about] = term.value
    rounded = round_to_sum(sums, score)
    found = [Contribution(kind, about, value) for (kind, about), value in rounded.items() if value]
    return tuple(sorted(found, key=lambda term: (-abs(term.value), term.term)))
