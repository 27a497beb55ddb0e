"""Stage 3's view of the market: tasks and measures as columns, and what one person asks of them.

Built once for a market and a caution level; the same for every person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.accommodations import Accommodation
from data.candidates import Candidate
from data.dimensions import Combine, load_dimensions
from data.levels import PER_STEP
from data.reference_files import read_reference
from data.workplaces import BLOCKS
from features.accommodation_scope import applies_matrix, effects_matrix, price_table
from features.market import Levels, Market, Place

from .carving.columns import NO_LIMIT, UNKNOWN, Asked, MarketColumns, Measures
from .carving.gate_bitmaps import build_bitmaps
from .carving.site_arrays import UNLIMITED
from .check import Capacity

DOSE = np.array([dimension.combine is Combine.DOSE for dimension in load_dimensions()])
_HALF_DAY = {block: 1 << at for at, block in enumerate(BLOCKS)}


@dataclass(frozen=True, slots=True)
class MarketIndex:
    """A market in columns, with the catalogue laid over it.

    ``applies`` is (tasks, measures); ``prices`` is (kinds of site, measures), ``kind`` (sites) tells which row is a
    site's own: sites with the same facilities share one. Infinite: the site is known to lack what the measure needs.
    """

    columns: MarketColumns
    effect: npt.NDArray[np.int16]
    applies: npt.NDArray[np.bool_]
    prices: Levels
    kind: npt.NDArray[np.int32]
    touch_start: npt.NDArray[np.int32]
    touching: npt.NDArray[np.int32]


def index_market(market: Market, demand: Levels, catalogue: Sequence[Accommodation]) -> MarketIndex:
    """Lay a market out at the planned levels ``demand`` (tasks, dimensions; NaN unknown)."""
    effect = np.round(effects_matrix(catalogue) * PER_STEP).astype(np.int16)
    touching = [np.flatnonzero(effect[:, d]) for d in range(effect.shape[1])]
    kinds: dict[tuple[frozenset[str], frozenset[str]], int] = {}
    kind = np.array([kinds.setdefault((p.site.has, p.site.lacks), len(kinds)) for p in market.places], np.int32)
    shown = {kinds[p.site.has, p.site.lacks]: p.site for p in market.places}
    return MarketIndex(
        columns_of(market, demand),
        effect,
        applies_matrix(catalogue, market.tasks, demand),
        price_table(catalogue, [shown[k] for k in range(len(kinds))]),
        kind,
        np.cumsum([0, *(len(some) for some in touching)]).astype(np.int32),
        np.concatenate(touching).astype(np.int32),
    )


def columns_of(market: Market, demand: Levels) -> MarketColumns:
    """Put tasks, ties and exclusions of every site into columns."""
    rules = read_reference("weights.yaml")
    first = np.array([place.rows.start for place in market.places], np.int32)
    last = np.array([place.rows.stop for place in market.places], np.int32)
    job, unit = np.zeros(len(market.tasks), np.int32), np.arange(len(market.tasks), dtype=np.int32)
    clash: list[tuple[int, int]] = []
    clash_start = [0]
    for place in market.places:
        _within_site(market, place, job, unit, clash)
        clash_start.append(len(clash))
    hours = np.array([task.hours_per_week for task in market.tasks], float)
    least = np.array(
        [
            least_hours(task.divisible, task.hours_per_week, task.min_hours_per_week, rules["minimum_hours_of_a_part"])
            for task in market.tasks
        ],
        float,
    )
    guidance = [place.site.supervision_hours_per_week for place in market.places]
    level = as_bytes(demand)
    return MarketColumns(
        first=first,
        last=last,
        end=last,
        level=level,
        ban_level=level,
        above=build_bitmaps(level),
        hours=hours,
        least=least,
        guidance=np.array([task.supervision for task in market.tasks], float),
        job=job,
        unit=unit,
        half_days=np.array([sum(_HALF_DAY[b] for b in task.blocks) for task in market.tasks], np.uint32),
        clash_start=np.array(clash_start, np.int32),
        clash=np.array(clash, np.int32).reshape(-1, 2),
        guidance_there=np.array([np.inf if hours is None else hours for hours in guidance], float),
    )


def least_hours(divisible: bool, hours: float, stated: float, smallest_part: float) -> float:
    """Give the fewest weekly hours that can be taken of a task: all of it, or the smallest part."""
    return (stated or min(hours, smallest_part)) if divisible else hours


def as_bytes(levels: Levels) -> npt.NDArray[np.uint8]:
    """Write levels as fiftieths of a step, rounded up; 255 where unknown."""
    fiftieths = np.ceil(np.nan_to_num(levels) * PER_STEP - 1e-6)
    return np.where(np.isnan(levels), UNKNOWN, fiftieths).astype(np.uint8)


def _within_site(
    market: Market, place: Place, job: npt.NDArray[np.int32], unit: npt.NDArray[np.int32], clash: list[tuple[int, int]]
) -> None:
    """Number the jobs of a site, join tied tasks, note the pairs that exclude each other (rows within the site)."""
    row_of = {market.tasks[row].id: row for row in place.rows}
    numbers: dict[str, int] = {}
    for row in place.rows:
        job[row] = numbers.setdefault(market.jobs[row].id, len(numbers))
    for one in {market.jobs[row].id: market.jobs[row] for row in place.rows}.values():
        for group in one.tied:
            rows = sorted(row_of[id_] for id_ in group if id_ in row_of)
            joined = {int(unit[row]) for row in rows}
            for row in place.rows:
                if int(unit[row]) in joined:
                    unit[row] = min(joined)
        start = place.rows.start
        clash += [(row_of[a] - start, row_of[b] - start) for a, b in one.excluded if {a, b} <= row_of.keys()]


def ask(
    index: MarketIndex,
    person: Candidate,
    capacity: Capacity,
    open_: npt.NDArray[np.bool_],
    worth: Mapping[int, float],
    extra: Mapping[int, float],
    hours_max: float,
    catalogue: Sequence[Accommodation],
) -> tuple[Asked, Measures]:
    """Put a person's question into columns: open tasks with the worth of an hour, sites in reach and their terms."""
    rules = read_reference("weights.yaml")
    columns = index.columns
    values = np.zeros(len(columns.hours))
    values[list(worth)] = list(worth.values())
    terms = np.full(len(columns.first), 0.0)
    reached = np.zeros(len(open_), np.bool_)
    for site, term in extra.items():
        terms[site] = term
        reached[columns.first[site] : columns.last[site]] = True
    declined = np.array([measure.id in person.declined_accommodations for measure in catalogue], np.bool_)
    price = np.where(declined, np.inf, index.prices)[index.kind]
    planned = np.where(np.isnan(capacity.planned), np.inf, np.floor(capacity.planned * PER_STEP + 1e-6))
    asked = Asked(
        capacity=np.minimum(planned, NO_LIMIT).astype(np.int16),
        ban=np.full(len(planned), NO_LIMIT, np.int16),
        dose=DOSE,
        open=open_ & reached,
        worth=values,
        extra=terms,
        room=np.array([person.blocks.get(block, 0.0) for block in BLOCKS], float),
        weekly=bool(person.blocks),
        hours_min=float(person.hours_min),
        hours_max=float(hours_max),
        most_tasks=_most(rules["limits"]["tasks"]),
        most_jobs=_most(rules["limits"]["jobs"]),
        most_measures=_most(rules["limits"]["accommodations"]),
        switch_cost=float(rules["switch_cost"]),
    )
    return asked, Measures(index.effect, price, index.applies, index.touch_start, index.touching)


def _most(limit: int | None) -> int:
    return UNLIMITED if limit is None else limit
