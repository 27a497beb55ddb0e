"""Sets every dimension of a part-job beside the person, group by group: what is tight, beyond, forbidden or unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from data.candidates import Candidate
from data.dimensions import HOURS_DIMENSION, dimension_index, level_of_weekly_hours, load_dimensions
from data.reference_files import read_reference
from features.market import build_market
from matching import Caution, Suggestion
from matching.check import Capacity
from matching.flags import LIMITED_BELOW
from matching.suggestion import Comparison

from .pictures import Bullet, Fit, bullets


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One dimension. ``demand_known``: every task of the part-job says what it asks."""

    bullet: Bullet
    demand_known: bool

    @property
    def calm(self) -> bool:
        """Tell whether there is nothing to look at: it fits, and is neither tight nor to be asked."""
        return self.bullet.fit is Fit.FITS


@dataclass(frozen=True, slots=True)
class ComparedGroup:
    """One of the groups of dimensions, with its name and rows in their fixed order."""

    id: str
    name: str
    rows: tuple[ComparedRow, ...]

    @property
    def to_watch(self) -> int:
        """Count the rows that need a look."""
        return sum(not row.calm for row in self.rows)


def whole_comparison(
    suggestion: Suggestion, person: Candidate, caution: Caution, language: str
) -> tuple[ComparedGroup, ...]:
    """Compare a suggestion on all dimensions; what no task asks stands at 0, what some task does not say is to ask."""
    capacity = Capacity.of(person, caution.quantile)
    known = {one.dimension: one for one in suggestion.comparisons}
    unsaid = _not_said(suggestion)
    every = []
    for at, dimension in enumerate(load_dimensions()):
        own = float(capacity.planned[at])
        manages = round(own, 2) if np.isfinite(own) else None
        asks = level_of_weekly_hours(suggestion.hours) if dimension.id == HOURS_DIMENSION else 0.0
        every.append(known.get(dimension.id, Comparison(dimension.id, asks, asks, manages)))
    rows = {one.dimension: _row(one, one.dimension in unsaid) for one in bullets(every, person)}
    groups = read_reference("dimensions.yaml")["groups"]
    return tuple(
        ComparedGroup(id_, names[language], tuple(rows[d.id] for d in load_dimensions() if d.group == id_))
        for id_, names in groups.items()
    )


def _row(bar: Bullet, unsaid: bool) -> ComparedRow:
    """Judge one dimension: nothing asked is fine also where the person's level is not known, unknown work is not.

    Weekly hours lie within what the person wants, or there would be no part-job.
    """
    fit = bar.fit
    if fit is Fit.UNKNOWN and not unsaid and (bar.demand == 0 or bar.dimension == HOURS_DIMENSION):
        fit = Fit.FITS
    elif unsaid and fit in (Fit.FITS, Fit.TIGHT) and (bar.ban is not None or (bar.planned or 0.0) < LIMITED_BELOW):
        fit = Fit.UNKNOWN
    return ComparedRow(replace(bar, fit=fit), not unsaid)


def _not_said(suggestion: Suggestion) -> frozenset[str]:
    """Name the dimensions on which some task of the part-job says nothing."""
    place = suggestion.reach.place
    market = build_market((replace(place.employer, sites=(place.site,)),))
    taken = {part.task.id for part in suggestion.tasks}
    rows = [row for row, task in enumerate(market.tasks) if task.id in taken]
    unknown = np.isnan(market.value[rows])
    return frozenset(
        name for name, at in dimension_index().items() if name != HOURS_DIMENSION and unknown[:, at].any()
    )  # fmt: skip


def to_watch(groups: Iterable[ComparedGroup]) -> int:
    """Count the dimensions that need a look."""
    return sum(group.to_watch for group in groups)


def counted_fits(groups: Iterable[ComparedGroup]) -> tuple[tuple[Fit, int], ...]:
    """Count how many dimensions fit, are tight and so on."""
    counted = Counter(row.bullet.fit for group in groups for row in group.rows)
    return tuple((fit, counted[fit]) for fit in Fit if counted[fit])
