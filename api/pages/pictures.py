"""Lays out the pictures of pages: what the work asks against what the person manages, and the week of a part-job.

Only geometry and states are worked out here; templates draw them as SVG and write the same numbers into a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from data.candidates import Candidate
from data.levels import TOP, most_direct
from data.workplaces import BLOCKS, DAYS, PARTS
from matching import Suggestion
from matching.carving.near_miss import TIGHT
from matching.suggestion import Comparison

LEFT, STEP = 6.0, 40.0
"""Where level 0 lies and how wide one level is, in units of the picture."""

WIDTH = LEFT * 2 + STEP * TOP


class Fit(StrEnum):
    """How a demand stands to a capacity, as shown by colour, sign and word together."""

    FITS = "fits"
    TIGHT = "tight"
    BEYOND = "beyond"
    BANNED = "banned"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Bullet:
    """One dimension: what is asked before and after accommodations, what the person manages, and what must not be.

    Levels are steps 0-5; None is unknown. ``planned``: the level that the list reckons with at its caution.
    """

    dimension: str
    demand_before: float
    demand: float
    planned: float | None
    value: float | None
    low: float | None
    high: float | None
    ban: float | None
    fit: Fit

    @property
    def eased(self) -> bool:
        """Tell whether accommodations lower what is asked."""
        return self.demand_before > self.demand


@dataclass(frozen=True, slots=True)
class PlannedBlock:
    """A half-day of the week: its hours, and how full it is (0-1) against the fullest one."""

    hours: float
    share: float


def at_level(level: float) -> float:
    """Give the place of a level on the scale of a picture.

    >>> at_level(0), at_level(2.5), at_level(5)
    (6.0, 106.0, 206.0)
    """
    return round(LEFT + STEP * min(max(level, 0.0), TOP), 1)


def fit_of(demand: float, capacity: float | None, ban: float | None) -> Fit:
    """Tell how a demand stands to a capacity; a must-not comes first, and unknown is never a fit.

    >>> fit_of(2.0, 3.0, None), fit_of(2.0, 2.2, None), fit_of(2.0, None, None), fit_of(2.0, 5.0, 1.0)
    (<Fit.FITS: 'fits'>, <Fit.TIGHT: 'tight'>, <Fit.UNKNOWN: 'unknown'>, <Fit.BANNED: 'banned'>)
    """
    if ban is not None and demand > ban:
        return Fit.BANNED
    if capacity is None:
        return Fit.UNKNOWN
    if demand > capacity:
        return Fit.BEYOND
    return Fit.TIGHT if capacity < TOP and capacity - demand < TIGHT else Fit.FITS


def bullets(comparisons: Iterable[Comparison], person: Candidate) -> tuple[Bullet, ...]:
    """Lay out comparisons of a part-job with a person, in the order they come."""
    bans = {ban.dimension: ban.highest_level for ban in person.bans}
    found = []
    for one in comparisons:
        level, ban = most_direct(person.capacity.get(one.dimension, ())), bans.get(one.dimension)
        value, low, high = (None, None, None) if level is None else (level.value, level.low, level.high)
        fit = fit_of(one.demand, one.capacity, ban)
        found.append(Bullet(one.dimension, one.demand_before, one.demand, one.capacity, value, low, high, ban, fit))
    return tuple(found)


def week_of(blocks: Mapping[str, float]) -> Mapping[str, Mapping[str, PlannedBlock | None]]:
    """Lay out planned hours by half-day as rows of parts of the day by days; parts nobody works are left out.

    >>> week = week_of({"mon_am": 4.0, "wed_am": 2.0})
    >>> list(week), week["am"]["wed"].share, week["am"]["tue"]
    (['am'], 0.5, None)
    """
    fullest = max(blocks.values(), default=0.0)
    rows: dict[str, dict[str, PlannedBlock | None]] = {}
    for part in PARTS:
        row = {
            day: PlannedBlock(hours, hours / fullest) if (hours := blocks.get(f"{day}_{part}", 0.0)) >= 0.05 else None
            for day in DAYS
        }
        if any(row.values()):
            rows[part] = row
    return rows


def hours_by_block(suggestion: Suggestion) -> dict[str, float]:
    """Add up the hours of a part-job by half-day."""
    hours: dict[str, float] = {}
    for part in suggestion.tasks:
        for block, planned in part.blocks.items():
            hours[block] = hours.get(block, 0.0) + planned
    return {block: hours[block] for block in BLOCKS if block in hours}
