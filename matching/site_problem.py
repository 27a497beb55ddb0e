"""Stage 3a: puts the carving problem of one site and one person together, in the form that the solver takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.accommodations import Accommodation
from data.candidates import Candidate
from data.dimensions import HOURS_DIMENSION, dimension_index, most_weekly_hours
from data.reference_files import read_reference
from data.workplaces import BLOCKS
from features.accommodation_scope import applies_to, usable_at, value_cost
from features.hour_value import HourValue
from features.market import Levels, Market, Place

from .carving.problem import CarveLimits, CarveMeasure, CarveProblem, CarveTask
from .check import Capacity
from .market_index import least_hours


@dataclass(frozen=True, slots=True)
class Pool:
    """What every site of a run shares: the market, planned levels, open tasks and their values by row."""

    market: Market
    demand: Levels
    ban_levels: Levels
    open: npt.NDArray[np.bool_]
    values: dict[int, HourValue]
    catalogue: tuple[Accommodation, ...]


def hours_limit(person: Candidate) -> float:
    """Give the most weekly hours: what the person states, held within their capacity on weekly hours."""
    levels = person.capacity.get(HOURS_DIMENSION, ())
    stated = min((most_weekly_hours(level.value) for level in levels), default=person.hours_max)
    return min(person.hours_max, stated)


def site_problem(person: Candidate, capacity: Capacity, pool: Pool, place: Place) -> CarveProblem:
    """Build the carving problem of one site: open tasks, usable measures, limits of person and site."""
    rules = read_reference("weights.yaml")
    names = list(dimension_index())
    rows = [row for row in place.rows if pool.open[row]]
    ids = {pool.market.tasks[row].id for row in rows}
    jobs = {pool.market.jobs[row].id: pool.market.jobs[row] for row in place.rows}
    known = {
        n: float(c) for n, c in zip(names, capacity.planned, strict=True) if np.isfinite(c) and n != HOURS_DIMENSION
    }
    closed_ties = [group for job in jobs.values() for group in job.tied if not set(group) <= ids]
    dropped = {id_ for group in closed_ties for id_ in group}
    tasks = tuple(
        _carve_task(pool, row, place, names, rules) for row in rows if pool.market.tasks[row].id not in dropped
    )
    return CarveProblem(
        hours_min=person.hours_min,
        hours_max=hours_limit(person),
        tasks=tasks,
        capacity=known,
        bans={ban.dimension: ban.highest_level for ban in person.bans},
        blocks=tuple((b, person.blocks[b]) for b in BLOCKS if b in person.blocks) if person.blocks else None,
        tied=tuple(group for job in jobs.values() for group in job.tied if set(group) <= ids),
        excluded=tuple(pair for job in jobs.values() for pair in job.excluded),
        measures=_measures(person, pool, place, rows, known),
        limits=CarveLimits(
            rules["limits"]["tasks"],
            rules["limits"]["jobs"],
            rules["limits"]["accommodations"],
            place.site.supervision_hours_per_week,
        ),
        switch_cost=rules["switch_cost"],
    )


def _carve_task(pool: Pool, row: int, place: Place, names: list[str], rules: dict[str, float]) -> CarveTask:
    task, demand, high = pool.market.tasks[row], pool.demand[row], pool.ban_levels[row]
    least = least_hours(task.divisible, task.hours_per_week, task.min_hours_per_week, rules["minimum_hours_of_a_part"])
    return CarveTask(
        id=task.id,
        hours=task.hours_per_week,
        value=pool.values[row].value,
        levels={n: float(level) for n, level in zip(names, demand, strict=True) if level > 0},
        job=pool.market.jobs[row].id,
        site=place.site.id,
        divisible=task.divisible,
        min_hours=least,
        blocks=task.blocks if task.blocks != frozenset(BLOCKS) else None,
        supervision=task.supervision,
        ban_levels={n: float(level) for n, level in zip(names, high, strict=True) if level > 0},
    )


def _measures(
    person: Candidate, pool: Pool, place: Place, rows: list[int], known: dict[str, float]
) -> tuple[CarveMeasure, ...]:
    """Take the measures that touch a dimension on which some open task asks more than the person's level."""
    columns = dimension_index()
    short = {
        dimension
        for dimension, level in known.items()
        if rows and np.nanmax(pool.demand[rows, columns[dimension]], initial=0.0) > level
    }
    found = []
    for measure in pool.catalogue:
        effects = {effect.dimension: effect.steps for effect in measure.effects if effect.dimension in short}
        if not effects or not usable_at(measure, place.site, person):
            continue
        tasks = frozenset(
            pool.market.tasks[row].id
            for row in rows
            if applies_to(measure.scope, pool.market.tasks[row], pool.demand[row])
        )
        if tasks:
            found.append(CarveMeasure(measure.id, value_cost(measure, place.site), effects, tasks))
    return tuple(found)
