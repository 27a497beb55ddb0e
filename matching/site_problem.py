"""Stage 3a: puts the carving problem of one site and one person together, in the form that the solver takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.accommodations import Accommodation
from data.candidates import Candidate
from data.dimensions import HOURS_DIMENSION, dimension_index
from data.reference_files import read_reference
from data.workplaces import BLOCKS
from features.accommodation_scope import applies_to, usable_at, value_cost
from features.hour_value import benefit_of
from features.market import Levels, Market, Place

from .asked import hours_limit
from .carving.problem import CarveLimits, CarveMeasure, CarveProblem, CarveTask, DayRule
from .check import Capacity
from .market_index import least_hours


@dataclass(frozen=True, slots=True)
class SiteView:
    """One site as one person meets it: records, planned levels, open tasks, what an hour is worth and strains (0-1)."""

    market: Market
    demand: Levels
    open: npt.NDArray[np.bool_]
    worth: Levels
    strain: Levels
    catalogue: tuple[Accommodation, ...]

    @property
    def place(self) -> Place:
        """Give the site itself."""
        return self.market.places[0]


def site_problem(
    person: Candidate,
    capacity: Capacity,
    view: SiteView,
    day: DayRule | None = None,
    chosen: Sequence[Accommodation] | None = None,
) -> CarveProblem:
    """Build the carving problem of one site: open tasks, usable measures, limits of person, site and pathway.

    ``chosen``: the measures that are decided already (None: all of the catalogue that are of use).
    """
    market, place = view.market, view.place
    rules = read_reference("weights.yaml")
    names, bans = list(dimension_index()), market.ban_levels()
    rows = [row for row in place.rows if view.open[row]]
    ids = {market.tasks[row].id for row in rows}
    jobs = {market.jobs[row].id: market.jobs[row] for row in place.rows}
    known = {
        n: float(c) for n, c in zip(names, capacity.planned, strict=True) if np.isfinite(c) and n != HOURS_DIMENSION
    }
    closed_ties = [group for job in jobs.values() for group in job.tied if not set(group) <= ids]
    dropped = {id_ for group in closed_ties for id_ in group}
    tasks = tuple(_carve_task(view, bans, row, names) for row in rows if market.tasks[row].id not in dropped)
    return CarveProblem(
        hours_min=person.hours_min,
        hours_max=hours_limit(person),
        tasks=tasks,
        capacity=known,
        bans={ban.dimension: ban.highest_level for ban in person.bans},
        blocks=tuple((b, person.blocks[b]) for b in BLOCKS if b in person.blocks) if person.blocks else None,
        tied=tuple(group for job in jobs.values() for group in job.tied if set(group) <= ids),
        excluded=tuple(pair for job in jobs.values() for pair in job.excluded),
        measures=_measures(person, view, view.catalogue if chosen is None else chosen, rows, known),
        limits=CarveLimits(
            rules["limits"]["tasks"],
            rules["limits"]["jobs"],
            rules["limits"]["accommodations"],
            place.site.supervision_hours_per_week,
        ),
        switch_cost=rules["switch_cost"],
        day=day,
    )


def _carve_task(view: SiteView, bans: Levels, row: int, names: list[str]) -> CarveTask:
    task = view.market.tasks[row]
    return CarveTask(
        id=task.id,
        hours=task.most_hours_per_week,
        value=float(view.worth[row]),
        levels={n: float(level) for n, level in zip(names, view.demand[row], strict=True) if level > 0},
        job=view.market.jobs[row].id,
        site=view.place.site.id,
        divisible=task.divisible or task.most_hours_per_week > task.hours_per_week,
        min_hours=least_hours(task),
        blocks=task.blocks if task.blocks != frozenset(BLOCKS) else None,
        supervision=task.supervision,
        ban_levels={n: float(level) for n, level in zip(names, bans[row], strict=True) if level > 0},
        hours_now=task.hours_per_week,
        benefit=benefit_of(task),
        strain=float(view.strain[row]),
    )


def _measures(
    person: Candidate, view: SiteView, catalogue: Sequence[Accommodation], rows: list[int], known: dict[str, float]
) -> tuple[CarveMeasure, ...]:
    """Take the measures that touch a dimension on which some open task asks more than the person's level."""
    columns, highest = dimension_index(), np.nan_to_num(view.demand[rows]).max(axis=0, initial=0.0)
    short = {dimension for dimension, level in known.items() if highest[columns[dimension]] > level}
    found = []
    for measure in catalogue:
        effects = {effect.dimension: effect.steps for effect in measure.effects if effect.dimension in short}
        if not effects or not usable_at(measure, view.place.site, person):
            continue
        tasks = frozenset(
            view.market.tasks[row].id
            for row in rows
            if applies_to(measure.scope, view.market.tasks[row], view.demand[row])
        )
        if tasks:
            found.append(CarveMeasure(measure.id, value_cost(measure, view.place.site), effects, tasks))
    return tuple(found)
