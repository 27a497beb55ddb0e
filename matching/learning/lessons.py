"""What ended trials taught that a match list uses: effects of measures in force, and how trials at an employer went.

Real trials teach for real people, fictional ones for fictional people. What a list used is kept with it, so that it can
be made again after more trials have ended.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from data.accommodations import Accommodation

from .accommodation_effects import LearnedEffect

USUAL_SHARE = 0.6
PRIOR_TRIALS = 4.0
"""An employer's history is drawn to the usual share (60 % back to work, Finland 2016) as if it had four more trials."""


@dataclass(frozen=True, slots=True)
class EmployerHistory:
    """Ended trials of an employer before the day of the suggestion, and how many of them went well."""

    ended: int = 0
    went_well: int = 0

    @property
    def share(self) -> float:
        """Give the share gone well, drawn to the usual share; NaN before the first trial has ended.

        >>> EmployerHistory(ended=4, went_well=4).share
        0.8
        """
        if not self.ended:
            return float("nan")
        return (self.went_well + PRIOR_TRIALS * USUAL_SHARE) / (self.ended + PRIOR_TRIALS)


Histories = Callable[[Collection[str]], Mapping[str, EmployerHistory]]
"""Tells how trials went at some employers (ids); an employer without ended trials is not in the answer."""


@dataclass(frozen=True, slots=True)
class ReviewedSteps:
    """By how many steps a measure lowers a dimension since reviews moved it: in the catalogue, in force, reviews."""

    measure: str
    dimension: str
    catalogue: float
    steps: float
    reviews: int


@dataclass(frozen=True, slots=True)
class Lessons:
    """What ended trials have taught: effects that are in force other than in the catalogue, employers' histories."""

    steps: tuple[ReviewedSteps, ...] = ()
    histories: Mapping[str, EmployerHistory] = field(default_factory=dict)

    @classmethod
    def of(cls, effects: Sequence[LearnedEffect]) -> Lessons:
        """Keep of learned effects what lists count with: those whose steps in force are not the catalogue's."""
        moved = sorted(
            (one for one in effects if one.in_force != one.catalogue), key=lambda e: (e.measure, e.dimension)
        )
        return cls(tuple(ReviewedSteps(e.measure, e.dimension, e.catalogue, e.in_force, e.reviews) for e in moved))

    def in_force(self, catalogue: Sequence[Accommodation]) -> tuple[Accommodation, ...]:
        """Give the catalogue with the effects in force; what reviews did not move stays as it is.

        Steps keep their reasons; an effect of 0 is left out, because a measure that does not help opens no task.
        """
        if not self.steps:
            return tuple(catalogue)
        moved = {(one.measure, one.dimension): one.steps for one in self.steps}
        found = []
        for measure in catalogue:
            effects = tuple(replace(e, steps=moved.get((measure.id, e.dimension), e.steps)) for e in measure.effects)
            found.append(replace(measure, effects=tuple(effect for effect in effects if effect.steps > 0)))
        return tuple(found)

    def about(self, measures: Collection[str], dimensions: Collection[str]) -> tuple[ReviewedSteps, ...]:
        """Give what reviews moved of the effects of some measures on some dimensions (ids)."""
        return tuple(one for one in self.steps if one.measure in measures and one.dimension in dimensions)


NOTHING_LEARNED = Lessons()
"""No trial has taught anything yet: lists are made of the catalogue and know no employer's trials."""
