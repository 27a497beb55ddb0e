"""Whether people of some group got or get less: the only module that reads protected attributes.

Leaving an attribute out of the score does not make a score fair (features may stand in for it), so groups are compared
with what happened, with numbers and intervals. Groups under 20 people are shown as too few, never as a figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
import numpy.typing as npt

from data.protected_attributes import ProtectedAttributes

from .bootstrap import Estimate, bootstrap

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

FEWEST_PEOPLE = 20
SURE = 0.01
"""Below this chance of such a difference without any bias, bias counts as found; rarer than 1 in 20 even when several
groups are looked at."""


@dataclass(frozen=True, slots=True)
class GroupFigure:
    """One group: number of people, and a figure with its interval (None: too few people to show)."""

    attribute: str
    group: str
    people: int
    figure: Estimate | None


@dataclass(frozen=True, slots=True)
class SelectionBias:
    """Whether a group's suggestions were put forward less (or more) than recorded features explain.

    ``gap``: difference of the chance to be put forward (share, negative: less than others), with a 95 % interval.
    """

    attribute: str
    group: str
    people: int
    gap: float
    low: float
    high: float
    p_value: float
    found: bool


def by_group(
    protected: Sequence[ProtectedAttributes], attribute: str, values: Floats, rng: np.random.Generator
) -> tuple[GroupFigure, ...]:
    """Give the mean of a value (one a person: probability, exposure, error ...) for each group."""
    if attribute not in ProtectedAttributes.names():
        raise ValueError(f"attribute: one of {', '.join(ProtectedAttributes.names())}")
    groups = np.array([getattr(person, attribute) for person in protected])
    found = []
    for group in sorted({str(name) for name in groups if name}):
        own = values[groups == group]

        def mean(at: npt.NDArray[np.intp], own: Floats = own) -> float:
            return float(own[at].mean())

        figure = bootstrap(len(own), mean, rng) if len(own) >= FEWEST_PEOPLE else None
        found.append(GroupFigure(attribute, group, len(own), figure))
    return tuple(found)


def selection_bias(
    protected: Sequence[ProtectedAttributes], attribute: str, group: str,
    person: Numbers, put_forward: Flags, rows: Floats,
) -> SelectionBias | None:  # fmt: skip
    """Test past choices for a bias against or for a group; None when it or the rest has too few people.

    ``person`` (decisions) is a place in ``protected``. Both being put forward and belonging to the group are cleared of
    what recorded features explain (Robinson 1988); what is left is compared, decisions of one person together.
    """
    belongs = np.array([getattr(one, attribute) == group for one in protected])
    seen = np.unique(person)
    if min(int(belongs[seen].sum()), int((~belongs[seen]).sum())) < FEWEST_PEOPLE:
        return None
    known = _spread_out(rows)
    chosen = _cleared(put_forward.astype(np.float64), known)
    member = _cleared(belongs[person].astype(np.float64), known)
    weight = float(member @ member)
    gap = float(member @ chosen) / weight
    by_person = np.bincount(person, member * (chosen - gap * member), len(protected))
    error = sqrt(float((by_person**2).sum())) / weight
    p_value = erfc(abs(gap) / error / sqrt(2.0))
    reach = 1.959964 * error
    return SelectionBias(
        attribute, group, int(belongs[seen].sum()), gap, gap - reach, gap + reach, p_value, p_value < SURE
    )


def _spread_out(rows: Floats) -> Floats:
    """Lay features out for a linear clearing: value, square and "unknown" of each, on one scale."""
    unknown = np.isnan(rows)
    with np.errstate(invalid="ignore"):
        count = np.maximum(1, (~unknown).sum(axis=0))
        middle = np.where(unknown, 0.0, rows).sum(axis=0) / count
    filled = np.where(unknown, middle, rows) - middle
    scale = filled.std(axis=0)
    filled = filled[:, scale > 0] / scale[scale > 0]
    some = unknown.any(axis=0) & ~unknown.all(axis=0)
    return np.column_stack([np.ones(len(rows)), filled, filled**2, unknown[:, some].astype(np.float64)])


def _cleared(values: Floats, known: Floats) -> Floats:
    ridge = 1e-6 * len(known) * np.eye(known.shape[1])
    return np.asarray(values - known @ np.linalg.solve(known.T @ known + ridge, known.T @ values))


def as_rows(found: Sequence[GroupFigure]) -> list[Mapping[str, object]]:
    """Write group figures as plain rows for a page; too few people says so instead of a figure."""
    return [
        {"attribute": one.attribute, "group": one.group, "people": one.people if one.figure else f"< {FEWEST_PEOPLE}",
         "mean": "too few" if one.figure is None else round(one.figure.value, 4),
         "low": None if one.figure is None else round(one.figure.low, 4),
         "high": None if one.figure is None else round(one.figure.high, 4)}
        for one in found
    ]  # fmt: skip
