"""A market in columns: all that retrieving, checking, valuing and carving read of its sites and tasks.

Built once for a market; the same for every person. Texts and sets of things are numbered (``Names``), so that a
question is answered once for each different value instead of once for each task.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from data.conditions import Condition, Need
from data.levels import PER_STEP
from data.reference_files import read_reference
from data.workplaces import BLOCKS, Benefit, Employer, Job, Site, Task
from features.market import Levels, Market, Place

from .carving.branching import Flags, Floats
from .carving.columns import UNKNOWN, Bytes, MarketColumns, Words
from .carving.gate_bitmaps import build_bitmaps
from .config import Caution
from .task_words import TaskWords

Value = TypeVar("Value", bound=Hashable)
HALF_DAY = {block: 1 << at for at, block in enumerate(BLOCKS)}
EVERY_HALF_DAY = sum(HALF_DAY.values())
BENEFITS = (None, *Benefit)
DIGEST_BYTES = 16


@dataclass(slots=True)
class Names:
    """What the numbers in the columns stand for; new values are added at the end, none is ever moved."""

    regions: list[str] = field(default_factory=list)
    municipalities: list[str] = field(default_factory=list)
    employers: list[str] = field(default_factory=list)
    sectors: list[str] = field(default_factory=list)
    facilities: list[tuple[frozenset[str], frozenset[str]]] = field(default_factory=list)
    activities: list[tuple[str, ...]] = field(default_factory=list)
    conditions: list[tuple[Condition, ...]] = field(default_factory=list)
    words: TaskWords = field(default_factory=TaskWords)

    def copy(self) -> Names:
        """Give a copy to add to."""
        return Names(
            list(self.regions),
            list(self.municipalities),
            list(self.employers),
            list(self.sectors),
            list(self.facilities),
            list(self.activities),
            list(self.conditions),
            TaskWords(self.words[number] for number in range(len(self.words))),
        )


class SiteFacts(NamedTuple):
    """What stages read of a site: numbers into ``Names``, help from co-workers (NaN unknown), and a digest of it all.

    ``id`` are texts of one width. ``full``: known to have no place left. ``digest`` (sites, 16) changes with any fact.
    """

    id: npt.NDArray[np.str_]
    region: Words
    municipality: Words
    employer: Words
    sector: Words
    facilities: Words
    full: Flags
    support: Floats
    digest: Bytes


class TaskFacts(NamedTuple):
    """What stages read of a task besides loads and hours; ``site`` is -1 in a row where no task stands."""

    site: Words
    core: Flags
    activities: Words
    conditions: Words
    benefit: Words
    words: Words


@dataclass(frozen=True, slots=True)
class MarketIndex:
    """A market in columns. ``columns`` holds one set for each caution level that it was built for."""

    names: Names
    sites: SiteFacts
    tasks: TaskFacts
    columns: Mapping[Caution, MarketColumns]


def index_market(market: Market, cautions: Sequence[Caution] = tuple(Caution)) -> MarketIndex:
    """Lay a market out in columns, sites and tasks in its order."""
    names = Names()
    columns = columns_of(market, cautions)
    return MarketIndex(names, _site_facts(market, names), _task_facts(market, names), columns)


class _Numbering:
    """Numbers values in the order in which they come."""

    def __init__(self, known: list[Any]) -> None:
        self._known, self._numbers = known, {value: number for number, value in enumerate(known)}

    def __call__(self, value: Hashable) -> int:
        number = self._numbers.setdefault(value, len(self._known))
        if number == len(self._known):
            self._known.append(value)
        return number


def _site_facts(market: Market, names: Names) -> SiteFacts:
    region, municipality = _Numbering(names.regions), _Numbering(names.municipalities)
    employer, sector = _Numbering(names.employers), _Numbering(names.sectors)
    facilities = _Numbering(names.facilities)
    sites = [place.site for place in market.places]
    nan = float("nan")
    return SiteFacts(
        id=np.array([site.id for site in sites], np.str_),
        region=np.array([region(place.employer.region) for place in market.places], np.int32),
        municipality=np.array([municipality(site.municipality) for site in sites], np.int32),
        employer=np.array([employer(place.employer.id) for place in market.places], np.int32),
        sector=np.array([sector(place.employer.sector) for place in market.places], np.int32),
        facilities=np.array([facilities((site.has, site.lacks)) for site in sites], np.int32),
        full=np.array([site.places == 0 for site in sites], np.bool_),
        support=np.array([nan if s.natural_support is None else s.natural_support for s in sites], np.float64),
        digest=np.array([list(_digest(market, place)) for place in market.places], np.uint8).reshape(-1, DIGEST_BYTES),
    )


def _task_facts(market: Market, names: Names) -> TaskFacts:
    activities, conditions = _Numbering(names.activities), _Numbering(names.conditions)
    words = _Numbering(names.words.more)
    sizes = [len(place.rows) for place in market.places]
    both = list(zip(market.tasks, market.jobs, strict=True))
    return TaskFacts(
        site=np.repeat(np.arange(len(sizes), dtype=np.int32), sizes),
        core=np.array([task.core for task in market.tasks], np.bool_),
        activities=np.array([activities(task.activities) for task in market.tasks], np.int32),
        conditions=np.array([conditions(musts(task, job)) for task, job in both], np.int32),
        benefit=np.array([BENEFITS.index(task.benefit) for task in market.tasks], np.int32),
        words=np.array([words(f"{job.title} {task.text}".lower()) for task, job in both], np.int32),
    )


def musts(task: Task, job: Job) -> tuple[Condition, ...]:
    """List the conditions of a task that the employer cannot do without."""
    return tuple(condition for condition in (*job.conditions, *task.conditions) if condition.need is Need.MUST)


def columns_of(market: Market, cautions: Sequence[Caution]) -> dict[Caution, MarketColumns]:
    """Put tasks, ties and exclusions of every site into columns; caution levels share what they can."""
    first = np.array([place.rows.start for place in market.places], np.int32)
    last = np.array([place.rows.stop for place in market.places], np.int32)
    job, unit = np.zeros(len(market.tasks), np.int32), np.arange(len(market.tasks), dtype=np.int32)
    clash: list[tuple[int, int]] = []
    clash_start = [0]
    for place in market.places:
        _within_site(market, place, job, unit, clash)
        clash_start.append(len(clash))
    guidance = [place.site.supervision_hours_per_week for place in market.places]
    nothing = np.zeros((0, 0), np.uint8)
    shared = MarketColumns(
        first=first,
        last=last,
        end=last,
        level=nothing,
        ban_level=as_bytes(market.ban_levels()),
        above=np.zeros((0, 0), np.uint64),
        hours=np.array([task.most_hours_per_week for task in market.tasks], np.float64),
        least=np.array([least_hours(task) for task in market.tasks], np.float64),
        guidance=np.array([task.supervision for task in market.tasks], np.float64),
        job=job,
        unit=unit,
        half_days=np.array([sum(HALF_DAY[b] for b in task.blocks) for task in market.tasks], np.uint32),
        clash_start=np.array(clash_start, np.int32),
        clash=np.array(clash, np.int32).reshape(-1, 2),
        guidance_there=np.array([np.inf if hours is None else hours for hours in guidance], np.float64),
    )
    found = {}
    for caution in cautions:
        level = as_bytes(market.planned(caution.quantile))
        found[caution] = shared._replace(level=level, above=build_bitmaps(level))
    return found


def least_hours(task: Task) -> float:
    """Give the fewest weekly hours that can be taken of a task: all that is done now, or the smallest part.

    >>> least_hours(Task("t", "Postin jako", 4.0, divisible=False, extends_to_hours_per_week=6.0))
    4.0
    """
    if not task.divisible:
        return task.hours_per_week
    smallest: float = read_reference("weights.yaml")["minimum_hours_of_a_part"]
    return task.min_hours_per_week or min(task.hours_per_week, smallest)


def as_bytes(levels: Levels) -> Bytes:
    """Write levels as fiftieths of a step, rounded up; 255 where unknown."""
    fiftieths = np.ceil(np.nan_to_num(levels) * PER_STEP - 1e-6)
    return np.where(np.isnan(levels), UNKNOWN, fiftieths).astype(np.uint8)


def _within_site(market: Market, place: Place, job: Words, unit: Words, clash: list[tuple[int, int]]) -> None:
    """Number the jobs of a site, join tied tasks, note the pairs that exclude each other (rows within the site)."""
    row_of = {market.tasks[row].id: row for row in place.rows}
    numbers: dict[str, int] = {}
    start = place.rows.start
    for row in place.rows:
        job[row] = numbers.setdefault(market.jobs[row].id, len(numbers))
        unit[row] = row - start
    for one in {market.jobs[row].id: market.jobs[row] for row in place.rows}.values():
        for group in one.tied:
            rows = sorted(row_of[id_] for id_ in group if id_ in row_of)
            joined = {int(unit[row]) for row in rows}
            for row in place.rows:
                if int(unit[row]) in joined:
                    unit[row] = min(joined)
        clash += [(row_of[a] - start, row_of[b] - start) for a, b in one.excluded if {a, b} <= row_of.keys()]


def _digest(market: Market, place: Place) -> bytes:
    """Name the state of a site: any change of what decides about it, or is shown of it, changes the digest."""
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    digest.update(repr((_facts_of_owner(place.employer), _facts_of_site(place.site))).encode())
    for job in {market.jobs[row].id: market.jobs[row] for row in place.rows}.values():
        digest.update(repr(_facts_of_job(job)).encode())
    for row in place.rows:
        digest.update(repr((market.jobs[row].id, _facts_of_task(market.tasks[row]))).encode())
    rows = slice(place.rows.start, place.rows.stop)
    for levels in (market.value, market.low, market.high, market.direct):
        digest.update(np.ascontiguousarray(levels[rows]).tobytes())
    return digest.digest()


def _facts_of_owner(employer: Employer) -> tuple[object, ...]:
    return employer.id, employer.name, employer.region, employer.sector, employer.size


def _facts_of_site(site: Site) -> tuple[object, ...]:
    facilities = sorted(site.has), sorted(site.lacks)
    bounds = site.supervision_hours_per_week, site.places, site.natural_support
    return site.id, site.name, site.municipality, facilities, bounds


def _facts_of_job(job: Job) -> tuple[object, ...]:
    return job.id, job.title, job.confirmed, job.hours_assumed, _facts(job.conditions), job.tied, job.excluded


def _facts_of_task(task: Task) -> tuple[object, ...]:
    hours = task.hours_per_week, task.min_hours_per_week, task.extends_to_hours_per_week, task.divisible, task.core
    week = sum(HALF_DAY[block] for block in task.blocks)
    gain = None if task.benefit is None else task.benefit.value
    return task.id, task.text, hours, week, gain, task.supervision, task.activities, _facts(task.conditions)


def _facts(conditions: tuple[Condition, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple((c.type.value, c.value, c.need.value, c.language) for c in conditions)
