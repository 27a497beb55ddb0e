"""Stage 4: what the score of a suggestion is made of: named contributions that add up to it exactly.

Expert weights, labelled so; with a learned scorer its terms of the order stand beside them (``learned_worth``). No
probability is claimed here. The unit is value-hours a week. Three readings stay apart: what
the person can do, what they want, and what makes it likely to go well.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from data.candidates import Candidate
from data.reference_files import read_reference
from features.hour_value import HourValue
from features.market import Levels

from .carving.problem import CarveProblem, CarveSolution
from .search import SCORE_DECIMALS

READING_OF = {
    "comfort": "can_do",
    "accommodation": "can_do",
    "wish": "wants",
    "skill": "likely",
    "benefit": "likely",
    "switch": "likely",
    "inclusion": "likely",
    "natural_support": "likely",
    "travel": "likely",
    "outcomes": "likely",
}
"""To which of the three readings a kind of term belongs."""

BASE_TERMS = frozenset({("wish", "neutral"), ("comfort", "room")})

MIDDLE_SUPPORT = 2.5


@dataclass(frozen=True, slots=True)
class Contribution:
    """One term of a score: its kind, what it is about, and how many value-hours a week it gives or takes."""

    kind: str
    about: str
    value: float

    @property
    def term(self) -> str:
        """Name the term stably, e.g. ``wish:garden``."""
        return f"{self.kind}:{self.about}" if self.about else self.kind

    @property
    def is_base(self) -> bool:
        """Tell whether every hour of work brings it alike: it says nothing about this suggestion."""
        return (self.kind, self.about) in BASE_TERMS

    @property
    def reading(self) -> str:
        """Name the reading it belongs to: can_do, wants or likely."""
        return READING_OF[self.kind]


def site_contributions(person: Candidate, support: float | None, minutes: float | None) -> tuple[Contribution, ...]:
    """Value what does not depend on the bundle: help from co-workers, and the way there.

    An unknown way counts as half of the longest that the person accepts, unknown support as the middle.
    """
    weights = read_reference("weights.yaml")["site"]
    support = MIDDLE_SUPPORT if support is None else support
    share = 0.5
    if minutes is not None and person.travel_minutes_max:
        share = min(1.0, minutes / person.travel_minutes_max)
    return (
        Contribution("natural_support", "", weights["natural_support"] * (support - MIDDLE_SUPPORT) / MIDDLE_SUPPORT),
        Contribution("travel", "", -weights["travel"] * share),
    )


def site_terms(person: Candidate, support: Levels, minutes: Levels) -> Levels:
    """Add up the terms of every site at once (NaN: unknown): the sums of ``site_contributions``."""
    weights = read_reference("weights.yaml")["site"]
    share = np.full(len(minutes), 0.5)
    if person.travel_minutes_max:
        share = np.where(np.isnan(minutes), 0.5, np.minimum(1.0, minutes / person.travel_minutes_max))
    return np.asarray(support_terms(support) - weights["travel"] * share)


def support_terms(support: Levels) -> Levels:
    """Value help from co-workers at every site (NaN: unknown), whoever comes."""
    weight = read_reference("weights.yaml")["site"]["natural_support"]
    known = np.where(np.isnan(support), MIDDLE_SUPPORT, support)
    return np.asarray(weight * (known - MIDDLE_SUPPORT) / MIDDLE_SUPPORT)


def contributions(
    problem: CarveProblem,
    solution: CarveSolution,
    values: Mapping[str, HourValue],
    site_terms: Sequence[Contribution],
    score: float,
) -> tuple[Contribution, ...]:
    """Split a score into its terms, the largest first; rounded so that they add up to ``score`` exactly."""
    sums: dict[tuple[str, str], list[float]] = {}
    for task in solution.tasks:
        for key, part in values[task.id].parts.items():
            sums.setdefault(key, []).append(task.hours * part)
    for measure in problem.measures:
        if measure.id in solution.accommodations:
            sums["accommodation", measure.id] = [-measure.cost]
    if len(solution.jobs) > 1:
        sums["switch", ""] = [-problem.switch_cost * (len(solution.jobs) - 1)]
    for term in site_terms:
        sums[term.kind, term.about] = [term.value]
    exact = {key: math.fsum(several) for key, several in sums.items()}
    rounded = round_to_sum(exact, score)
    found = [Contribution(kind, about, value) for (kind, about), value in rounded.items() if value]
    return tuple(sorted(found, key=lambda c: (-abs(c.value), c.term)))


def round_to_sum(terms: Mapping[tuple[str, str], float], total: float) -> dict[tuple[str, str], float]:
    """Round terms so that they add up to the rounded total: the largest remainders give way.

    >>> round_to_sum({("a", ""): 0.33335, ("b", ""): 0.33335}, 0.6667)
    {('a', ''): 0.3334, ('b', ''): 0.3333}
    """
    unit = 10**SCORE_DECIMALS
    keys = sorted(terms)
    floors = {key: math.floor(terms[key] * unit) for key in keys}
    missing = round(total * unit) - sum(floors.values())
    by_remainder = sorted(keys, key=lambda key: (-(terms[key] * unit - floors[key]), key))
    for step in range(abs(missing)):
        key = by_remainder[step % len(keys)] if missing > 0 else by_remainder[-1 - step % len(keys)]
        floors[key] += 1 if missing > 0 else -1
    return {key: floors[key] / unit for key in keys}
