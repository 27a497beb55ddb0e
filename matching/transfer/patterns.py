"""Kinds of job that recur over workplaces: carved jobs that are alike, clustered, named by what is done in them.

Two carved jobs are as alike as their hours are spent on the same activities (0.7) and as they load alike (0.3). Average
linkage (SciPy) on the distances, cut at a stated height: the same jobs in any order give the same patterns.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.candidates import Candidate
from data.dimensions import HOURS_DIMENSION, dimension_index
from data.errors import InvalidInput
from data.workplaces import Job, Task
from features.market import Levels
from features.work_likeness import shared_loads

from ..carving.near_miss import bundle_demand
from ..config import MatchConfig
from ..held_market import HeldMarket
from ..learning.lessons import NOTHING_LEARNED, Lessons
from ..learning.scorer import TrialScorer
from ..one_site import site_number
from ..pipeline import match
from ..suggestion import Suggestion
from .occupations import Occupation, likest_occupation

ACTIVITIES, LOADS = 0.7, 0.3
MOST_APART = 0.5
"""Carved jobs stay in one pattern while their groups are, on average, no further apart than this (0-1)."""

LEAST_SITES, LEAST_EMPLOYERS = 3, 2
"""A pattern recurs: it was found at so many workplaces of so many employers at least."""

NAMED_FROM, MOST_NAMED = 0.15, 3
"""A pattern is named by the activities that take at least this share of its hours, three at most."""

MOST_JOBS = 6_000
"""More carved jobs than this are not compared pair by pair."""

ANY_HOURS = (8.0, 20.0)
"""Weekly hours that are carved where nobody is known."""


@dataclass(frozen=True, slots=True)
class CarvedJob:
    """One carved job at a workplace, and the ids of the people to whom it was suggested.

    ``levels``: what it asks by dimension after accommodations; what is absent is nothing or unknown.
    """

    id: str
    employer: str
    employer_name: str
    site: str
    parts: tuple[tuple[Task, Job, float], ...]
    levels: Mapping[str, float]
    people: frozenset[str]

    @property
    def hours(self) -> float:
        """Add up the weekly hours."""
        return round(sum(hours for _, _, hours in self.parts), 4)

    @property
    def shares(self) -> dict[str, float]:
        """Give the share of hours that each activity takes; a task's hours are split over its activities."""
        return activity_shares((task, hours) for task, _, hours in self.parts)


@dataclass(frozen=True, slots=True)
class TypicalTask:
    """Tasks with the same activities: in how many workplaces, usual weekly hours, and the largest one as an example."""

    activities: tuple[str, ...]
    example: str
    sites: int
    hours_median: float


@dataclass(frozen=True, slots=True)
class TypicalLoad:
    """A load of a pattern: the quartiles over its jobs that ask something on it, and how many those are."""

    dimension: str
    low: float
    median: float
    high: float
    jobs: int


@dataclass(frozen=True, slots=True)
class JobPattern:
    """A kind of job that recurs. ``named``: the activities it is named by; ``likest``: the occupation it is most like.

    ``new``: it crosses employers and coincides with no occupation that is there (``occupations``).
    """

    id: str
    named: tuple[str, ...]
    shares: Mapping[str, float]
    tasks: tuple[TypicalTask, ...]
    loads: tuple[TypicalLoad, ...]
    hours: tuple[float, float, float]
    sites: tuple[str, ...]
    employers: tuple[str, ...]
    people: int
    jobs: tuple[CarvedJob, ...]
    likest: Occupation
    new: bool


@dataclass(frozen=True, slots=True)
class Patterns:
    """The patterns, those at most workplaces first; how many jobs were compared, and how many say no activity."""

    found: tuple[JobPattern, ...]
    compared: int
    without_activities: int
    in_no_pattern: int


def carved_jobs(
    people: Sequence[Candidate],
    held: HeldMarket,
    config: MatchConfig | None = None,
    progress: Callable[[int], None] = lambda _done: None,
    lessons_for: Callable[[Candidate], Lessons] = lambda _person: NOTHING_LEARNED,
    scorer: TrialScorer | None = None,
) -> tuple[CarvedJob, ...]:
    """Carve for every person, and gather the part-jobs; the same tasks at the same workplace are one job of several.

    Without people, one job is carved at each workplace for somebody of whom nothing is known. ``lessons_for`` and
    ``scorer``: what their match lists are made with.
    """
    config = config or MatchConfig()
    if not people:
        people = (Candidate("", "", *ANY_HOURS, {}),)
        config = replace(config, top=max(1, len(held.index.sites.id)))
    found: dict[str, CarvedJob] = {}
    for done, person in enumerate(people, start=1):
        found_for = match(person, held, config, scorer=scorer, lessons=lessons_for(person))
        for suggestion in found_for.suggestions:
            job = _carved(suggestion, frozenset((person.id,) if person.id else ()))
            known = found.get(job.id)
            found[job.id] = job if known is None else _together(known, job)
        progress(done)
    return tuple(found[id_] for id_ in sorted(found))


def _together(one: CarvedJob, other: CarvedJob) -> CarvedJob:
    """Take the same tasks at the same workplace as one job of all those people, with the most hours of any of them."""
    first = min((one, other), key=lambda job: (-job.hours, sorted(job.people), sorted(job.levels.items())))
    return replace(first, people=one.people | other.people)


def _carved(suggestion: Suggestion, people: frozenset[str]) -> CarvedJob:
    place = suggestion.reach.place
    parts = tuple((part.task, part.job, part.hours) for part in suggestion.tasks if part.hours > 0)
    said = "\0".join([place.site.id, *sorted(task.id for task, _, _ in parts)])
    levels = bundle_demand(suggestion.solution)
    return CarvedJob(_short(said), place.employer.id, place.employer.name, place.site.id, parts, levels, people)


def _short(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def activity_shares(tasks: Iterable[tuple[Task, float]]) -> dict[str, float]:
    """Share hours out over activities; what says none is left out.

    >>> activity_shares([(Task("a", "", 2, activities=("laundry", "packing")), 2.0), (Task("b", "", 1), 9.0)])
    {'laundry': 0.5, 'packing': 0.5}
    """
    hours: dict[str, float] = {}
    for task, own in tasks:
        for activity in task.activities:
            hours[activity] = hours.get(activity, 0.0) + own / len(task.activities)
    total = sum(hours[activity] for activity in sorted(hours))
    return {activity: hours[activity] / total for activity in sorted(hours)} if total else {}


def overlap(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Tell what share of hours two jobs spend alike (0-1).

    >>> overlap({"laundry": 0.5, "packing": 0.5}, {"laundry": 0.25, "sorting": 0.75})
    0.25
    """
    return sum(min(share, other[activity]) for activity, share in sorted(one.items()) if activity in other)


def job_patterns(jobs: Sequence[CarvedJob], held: HeldMarket, least_sites: int = LEAST_SITES) -> Patterns:
    """Cluster carved jobs into patterns that recur over workplaces and employers.

    Raises InvalidInput for more than ``MOST_JOBS`` jobs. ``held`` is asked for the jobs that stand at those workplaces.
    """
    said = sorted((job for job in jobs if job.shares), key=lambda job: job.id)
    if len(said) > MOST_JOBS:
        raise InvalidInput(
            "patterns",
            f"{len(said)} carved jobs are too many to compare",
            f"{MOST_JOBS}: fewer with --top, or a --region",
        )
    groups: dict[int, list[CarvedJob]] = {}
    for job, number in zip(said, _clusters(said), strict=True):
        groups.setdefault(number, []).append(job)
    found = [
        _pattern(group, held)
        for group in groups.values()
        if len({job.site for job in group}) >= least_sites and len({job.employer for job in group}) >= LEAST_EMPLOYERS
    ]
    found.sort(key=lambda pattern: (-len(pattern.sites), -len(pattern.employers), pattern.id))
    recurring = sum(len(pattern.jobs) for pattern in found)
    return Patterns(tuple(found), len(said), len(jobs) - len(said), len(said) - recurring)


def _clusters(jobs: Sequence[CarvedJob]) -> list[int]:
    if len(jobs) < 2:
        return [1] * len(jobs)
    from scipy.cluster.hierarchy import fcluster, linkage

    apart = distances(jobs)
    tree = linkage(apart[np.triu_indices(len(jobs), 1)], method="average")
    return [int(number) for number in fcluster(tree, MOST_APART, criterion="distance")]


def distances(jobs: Sequence[CarvedJob]) -> Levels:
    """Tell how far carved jobs are apart (jobs, jobs), 0-1; loads count where both say one on some dimension."""
    names = sorted({activity for job in jobs for activity in job.shares})
    shares = np.array([[job.shares.get(name, 0.0) for name in names] for job in jobs])
    column = dimension_index()
    levels = np.full((len(jobs), len(column)), np.nan)
    for row, job in enumerate(jobs):
        for dimension, level in job.levels.items():
            levels[row, column[dimension]] = level
    apart = np.zeros((len(jobs), len(jobs)))
    for row in range(len(jobs)):
        done = np.minimum(shares, shares[row]).sum(axis=1)
        loads = shared_loads(levels[row], levels)
        alike = np.where(np.isnan(loads), done, ACTIVITIES * done + LOADS * np.nan_to_num(loads))
        apart[row] = np.clip(np.round(1 - alike, 6), 0.0, 1.0)
    np.fill_diagonal(apart, 0.0)
    return np.asarray(np.round((apart + apart.T) / 2, 6))


def _pattern(jobs: Sequence[CarvedJob], held: HeldMarket) -> JobPattern:
    shares = activity_shares((task, hours) for job in jobs for task, _, hours in job.parts)
    order = sorted(shares, key=lambda activity: (-shares[activity], activity))
    named = [activity for activity in order if shares[activity] >= NAMED_FROM] or order[:1]
    hours = np.array([job.hours for job in jobs])
    sites = sorted({job.site for job in jobs})
    markets = [held.site(site_number(held.index, site)) for site in sites]
    standing = [(job, task) for market in markets for task, job in zip(market.tasks, market.jobs, strict=True)]
    likest = likest_occupation(
        [(task, job, h) for one in jobs for task, job, h in one.parts], standing, shares, overlap
    )
    employers = sorted({job.employer for job in jobs})
    return JobPattern(
        id=_short("\0".join(job.id for job in jobs))[:8],
        named=tuple(named[:MOST_NAMED]),
        shares={activity: round(shares[activity], 4) for activity in order},
        tasks=_typical_tasks(jobs),
        loads=_typical_loads(jobs),
        hours=(float(hours.min()), round(float(np.median(hours)), 2), float(hours.max())),
        sites=tuple(sites),
        employers=tuple(employers),
        people=len(frozenset().union(*(job.people for job in jobs))),
        jobs=tuple(jobs),
        likest=likest,
        new=len(employers) >= LEAST_EMPLOYERS and not likest.coincides,
    )


def _typical_tasks(jobs: Sequence[CarvedJob]) -> tuple[TypicalTask, ...]:
    """List the kinds of task that most workplaces of the pattern have."""
    groups: dict[tuple[str, ...], list[tuple[float, str, str, str]]] = {}
    for job in jobs:
        for task, _, hours in job.parts:
            groups.setdefault(tuple(sorted(task.activities)), []).append((-hours, task.id, task.text, job.site))
    found = []
    for activities, several in groups.items():
        once = {id_: (less, text, site) for less, id_, text, site in sorted(several, reverse=True)}
        _, example, _ = once[min(once, key=lambda id_: (once[id_][0], id_))]
        median = float(np.median([-less for less, _, _ in once.values()]))
        found.append(TypicalTask(activities, example, len({site for *_, site in once.values()}), round(median, 2)))
    return tuple(sorted(found, key=lambda one: (-one.sites, -one.hours_median, one.activities)))


def _typical_loads(jobs: Sequence[CarvedJob]) -> tuple[TypicalLoad, ...]:
    found = []
    for dimension in dimension_index():
        levels = [job.levels[dimension] for job in jobs if dimension in job.levels]
        if levels and dimension != HOURS_DIMENSION:
            low, median, high = (round(float(np.quantile(levels, q)), 2) for q in (0.25, 0.5, 0.75))
            found.append(TypicalLoad(dimension, low, median, high, len(levels)))
    return tuple(sorted(found, key=lambda one: (-one.median, one.dimension)))
