"""What one person asks of a market, and what could help them there, in the columns that the search takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from data.accommodations import Accommodation
from data.candidates import Candidate
from data.dimensions import HOURS_DIMENSION, Combine, dimension_index, load_dimensions, most_weekly_hours
from data.levels import PER_STEP
from data.reference_files import read_reference
from data.workplaces import BLOCKS
from features.accommodation_scope import effects_matrix, fits_activities, level_bounds, price_table

from .carving.columns import NO_LIMIT, Asked, Measures
from .carving.site_arrays import UNLIMITED
from .check import Capacity
from .market_index import MarketIndex

DOSE = np.array([dimension.combine is Combine.DOSE for dimension in load_dimensions()])


def hours_limit(person: Candidate) -> float:
    """Give the most weekly hours: what the person states, held within their capacity on weekly hours."""
    levels = person.capacity.get(HOURS_DIMENSION, ())
    stated = min((most_weekly_hours(level.value) for level in levels), default=person.hours_max)
    return min(person.hours_max, stated)


def ask(person: Candidate, capacity: Capacity, rows: int, sites: int) -> Asked:
    """Put a person's limits into columns; which of the ``rows`` tasks are open, and what is worth what, comes later."""
    rules = read_reference("weights.yaml")
    planned = np.where(np.isnan(capacity.planned), np.inf, np.floor(capacity.planned * PER_STEP + 1e-6))
    ban = np.full(len(planned), NO_LIMIT, np.int16)
    for one in person.bans:
        at = dimension_index()[one.dimension]
        ban[at] = min(int(ban[at]), int(np.floor(one.highest_level * PER_STEP + 1e-6)))
    return Asked(
        capacity=np.minimum(planned, NO_LIMIT).astype(np.int16),
        ban=ban,
        dose=DOSE,
        open=np.ones(rows, np.bool_),
        worth=np.zeros(rows),
        extra=np.zeros(sites),
        room=np.array([person.blocks.get(block, 0.0) for block in BLOCKS], np.float64),
        weekly=bool(person.blocks),
        hours_min=float(person.hours_min),
        hours_max=float(hours_limit(person)),
        most_tasks=_most(rules["limits"]["tasks"]),
        most_jobs=_most(rules["limits"]["jobs"]),
        most_measures=_most(rules["limits"]["accommodations"]),
        switch_cost=float(rules["switch_cost"]),
    )


def _most(limit: int | None) -> int:
    return UNLIMITED if limit is None else limit


def lay_measures_out(index: MarketIndex, catalogue: Sequence[Accommodation], declined: frozenset[str]) -> Measures:
    """Lay the catalogue over a market; what the person has declined is priced out everywhere."""
    columns = dimension_index()
    effect = np.round(effects_matrix(catalogue) * PER_STEP).astype(np.int16)
    touching = [np.flatnonzero(effect[:, d]) for d in range(effect.shape[1])]
    bounds = [level_bounds(measure.scope) for measure in catalogue]
    bound = [(columns[d], round(level * PER_STEP), 1 if below else -1) for some in bounds for d, level, below in some]
    refused = np.array([measure.id in declined for measure in catalogue], np.bool_)
    return Measures(
        effect=effect,
        price=np.where(refused, np.inf, price_table(catalogue, index.names.facilities)),
        site_kind=index.sites.facilities,
        fits=fits_activities(catalogue, index.names.activities),
        task_kind=index.tasks.activities,
        bound_start=_starts(len(some) for some in bounds),
        bound=np.array(bound, np.int32).reshape(-1, 3),
        touch_start=_starts(len(some) for some in touching),
        touching=np.concatenate([*touching, np.zeros(0)]).astype(np.int32),
    )


def _starts(sizes: Iterable[int]) -> npt.NDArray[np.int32]:
    return np.cumsum([0, *sizes]).astype(np.int32)
