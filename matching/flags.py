"""What a human must look at before a suggestion goes further: unknowns, tight limits, open conditions, isolation.

A flag never blocks and never lowers the score; it asks somebody a question.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.accommodations import Accommodation
from data.candidates import Candidate
from data.dimensions import HOURS_DIMENSION, dimension_index
from data.levels import TOP
from data.reference_files import read_reference
from data.workplaces import Job, Task
from features.accommodation_scope import open_questions
from features.hour_value import ALONE
from features.market import Market

from .carving.near_miss import TIGHT, bundle_demand
from .carving.problem import CarveSolution
from .check import Capacity, unknown_conditions
from .retrieval import InReach

ASKED_FROM = 2.0
"""An unknown capacity is asked about when the bundle demands at least this level."""

LIMITED_BELOW = 4.0
"""An unknown demand is asked about when the person's level on it is below this."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One question or caution: its kind, what it is about (dimensions, conditions, facilities), whom to ask."""

    kind: str
    about: tuple[str, ...]
    ask: str


def raise_flags(
    person: Candidate,
    capacity: Capacity,
    market: Market,
    reach: InReach,
    rows: dict[str, int],
    solution: CarveSolution,
    measures: tuple[Accommodation, ...],
) -> tuple[Flag, ...]:
    """Collect the flags of one suggestion, the gravest kind first; ``rows`` are the market rows of its tasks."""
    taken = sorted(rows.values())
    tasks = [(market.tasks[row], market.jobs[row]) for row in taken]
    site = reach.place.site
    facilities = {facility for measure in measures for facility in open_questions(measure, site)}
    kinds = (
        ("ban_unverified", _unverified_bans(person, market, taken), "employer"),
        ("tight", _tight(capacity, solution), "candidate"),
        ("unknown_capacity", _unknown_capacity(capacity, solution), "candidate"),
        ("unknown_demand", _unknown_demand(capacity, market, taken), "employer"),
        ("condition_unknown", _conditions(person, tasks), "candidate"),
        ("facility_unknown", sorted(facilities), "employer"),
        ("isolating", [measure.id for measure in measures if measure.isolating], "coach"),
        ("alone", _alone(market, rows, solution), "coach"),
        ("quiet_hours", _quiet_hours(solution), "coach"),
        ("access_unknown", _access(person, reach), "employer"),
        ("travel_unknown", [""] if reach.minutes is None else [], "coach"),
        ("supervision_unknown", [""] if site.supervision_hours_per_week is None else [], "employer"),
        ("hours_assumed", [""] if any(job.hours_assumed for _, job in tasks) else [], "employer"),
        ("occupation_prior", [""] if _prior_only(market, taken) else [], "employer"),
    )
    return tuple(Flag(kind, tuple(a for a in about if a), ask) for kind, about, ask in kinds if about)


def _named(hits: np.ndarray) -> list[str]:
    return [name for name, hit in zip(dimension_index(), hits, strict=True) if hit and name != HOURS_DIMENSION]


def _unverified_bans(person: Candidate, market: Market, rows: list[int]) -> list[str]:
    """Name the must-nots of which nobody has confirmed that the tasks stay below them."""
    columns = dimension_index()
    high = market.high[rows]
    with np.errstate(invalid="ignore"):
        return [b.dimension for b in person.bans if (~(high[:, columns[b.dimension]] <= b.highest_level)).any()]


def _tight(capacity: Capacity, solution: CarveSolution) -> list[str]:
    columns = dimension_index()
    found = []
    for dimension, level in sorted(bundle_demand(solution).items()):
        own, least = capacity.planned[columns[dimension]], capacity.row.low[columns[dimension]]
        if np.isfinite(own) and own < TOP and 0 <= own - level < TIGHT and level > least:
            found.append(dimension)
    return found


def _unknown_capacity(capacity: Capacity, solution: CarveSolution) -> list[str]:
    columns = dimension_index()
    asked = [(level, d) for d, level in bundle_demand(solution).items() if level >= ASKED_FROM]
    return [d for _, d in sorted(asked, key=lambda pair: (-pair[0], pair[1])) if np.isnan(capacity.planned[columns[d]])]


def _unknown_demand(capacity: Capacity, market: Market, rows: list[int]) -> list[str]:
    unknown = np.isnan(market.value[rows]).any(axis=0)
    with np.errstate(invalid="ignore"):
        return _named(unknown & (capacity.planned < LIMITED_BELOW))


def _conditions(person: Candidate, tasks: list[tuple[Task, Job]]) -> list[str]:
    return sorted({key for task, job in tasks for key in unknown_conditions(person, task, job)})


def _alone(market: Market, rows: dict[str, int], solution: CarveSolution) -> list[str]:
    """Note a part-job that is worked all alone for most of its hours, as far as that is known."""
    rule = read_reference("weights.yaml")["inclusion"]["noted_from"]
    column = dimension_index()[ALONE]
    hours = sum(task.hours for task in solution.tasks if market.value[rows[task.id], column] >= rule["level"])
    return [ALONE] if hours >= rule["share_of_hours"] * solution.hours else []


def _quiet_hours(solution: CarveSolution) -> list[str]:
    """Note a week that lies wholly in the evening or at night, when there is hardly anybody else."""
    blocks = {block for task in solution.tasks for block in task.blocks}
    return [""] if blocks and all(block.endswith(("_eve", "_night")) for block in blocks) else []


def _access(person: Candidate, reach: InReach) -> list[str]:
    known = "step_free_access" in reach.place.site.has
    return ["step_free_access"] if person.step_free_needed and not known else []


def _prior_only(market: Market, rows: list[int]) -> bool:
    direct = market.direct[rows]
    return bool((direct <= 1).all() and (direct == 1).any())


def known_share(capacity: Capacity, market: Market, rows: list[int]) -> float:
    """Tell for what share of the bundle's demands both sides are known (0-1): how sure "can do" is."""
    demand = market.value[rows]
    asked = np.isnan(demand) | (demand >= 1.0)
    both = asked & np.isfinite(demand) & np.isfinite(capacity.planned)
    return round(float(both.sum() / asked.sum()), 3) if asked.any() else 1.0
