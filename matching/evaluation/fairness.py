"""Whether people of some group got or get less: the only module that reads protected attributes.

Leaving an attribute out of the score does not make a score fair (features may stand in for it), so groups are compared
with what happened, with numbers and intervals. Groups under 20 people are shown as too few, never as a figure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
import numpy.typing as npt

from data.protected_attributes import ProtectedAttributes
from features.trial_features import trial_features

from ..learning.tables import Points
from .bootstrap import Estimate, bootstrap

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

FEWEST_PEOPLE = 20
SURE = 0.01
"""Below this chance of such a difference without any bias, bias counts as found; rarer than 1 in 20 even when several
groups are looked at."""


Column = Floats | tuple[str, ...]
Table = Mapping[str, Column]
"""Suggestions as columns by name, one value each."""


@dataclass(frozen=True, slots=True, eq=False)
class PeopleGroups:
    """The protected attributes of some people, by id; whoever is not here has none stated."""

    people: tuple[str, ...]
    attributes: tuple[ProtectedAttributes, ...]

    def of(self, people: Sequence[str]) -> tuple[ProtectedAttributes, ...]:
        """Give each of these people's attributes."""
        known = dict(zip(self.people, self.attributes, strict=True))
        nothing = ProtectedAttributes()
        return tuple(known.get(person, nothing) for person in people)

    def stated(self) -> tuple[str, ...]:
        """Name the attributes that anybody has stated."""
        return tuple(name for name in ProtectedAttributes.names() if self.values(name))

    def values(self, attribute: str) -> tuple[str, ...]:
        """Name the groups of one attribute."""
        return tuple(sorted({str(getattr(one, attribute)) for one in self.attributes} - {""}))


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """What happened to scores when everybody was given one value of one protected attribute (empty: not stated)."""

    attribute: str
    value: str
    suggestions: int
    people_changed: int
    scores_changed: int
    largest_change: float


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


def whole_record(
    rows: Floats, people: Sequence[str], groups: PeopleGroups, **ids: tuple[str, ...]
) -> dict[str, Column]:
    """Lay out everything that is known of suggestions as columns by name, protected attributes among them."""
    table: dict[str, Column] = {spec.name: rows[:, at] for at, spec in enumerate(trial_features())}
    persons = groups.of(people)
    table |= {name: tuple(getattr(one, name) for one in persons) for name in ProtectedAttributes.names()}
    return {**table, **ids}


def counterfactual(
    table: Table, groups: PeopleGroups, score: Callable[[Table], Points | Floats]
) -> tuple[Counterfactual, ...]:
    """Score the whole record again with each protected attribute set to each of its values, for everybody.

    ``score`` is handed the record with the protected columns in it, and takes what it reads by name: it could read
    them, and then scores would change.
    """
    before = np.asarray(score(table), np.float64)
    found = []
    for attribute in groups.stated():
        for value in (*groups.values(attribute), ""):
            after = np.asarray(score({**table, attribute: (value,) * len(before)}), np.float64)
            moved = np.abs(after - before)
            changed = sum(str(getattr(one, attribute)) != value for one in groups.attributes)
            found.append(
                Counterfactual(attribute, value, len(before), changed, int((moved > 0).sum()), float(moved.max()))
            )
    return tuple(found)


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
