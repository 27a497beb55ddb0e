"""What reviews of ended trials say of a measure: by how many steps it really lowered a dimension.

The catalogue is the prior. Reviews of one measure move its effect, reviews of all measures say how far effects stray
from the catalogue and how unsure one review is (normal-normal, variances by moments; Efron and Morris 1975). An
effect in force may fall below the catalogue's by itself; above it, it never goes without a human: more effect opens
more tasks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor, sqrt

import numpy as np

from data.accommodations import Accommodation
from data.errors import InvalidInput
from data.levels import PER_STEP

LARGEST_STEPS = 5.0
FIRST_STRAY = 0.5
"""First guess of how far true effects lie from the catalogue's (standard deviation, steps); judgement."""

FIRST_NOISE = 1.0
"""First guess of the error of one review (standard deviation, steps): the difference of two ratings in half steps."""

_BELIEF = 10.0
_REACH = 1.6448536269514722


@dataclass(frozen=True, slots=True)
class Review:
    """One review: by how many steps a measure lowered a dimension in one trial (below 0: it made it worse)."""

    trial: str
    measure: str
    dimension: str
    steps: float


@dataclass(frozen=True, slots=True)
class LearnedEffect:
    """The effect of a measure on a dimension, in steps: catalogue, what reviews say with 90 % interval, in force.

    ``in_force`` is what match lists count with, in fiftieths of a step.
    ``asks_human``: reviews say more than the catalogue allows, or that the measure does harm.
    """

    measure: str
    dimension: str
    catalogue: float
    reviews: int
    mean: float
    low: float
    high: float
    in_force: float
    asks_human: bool


def learn_effects(catalogue: Sequence[Accommodation], reviews: Sequence[Review]) -> tuple[LearnedEffect, ...]:
    """Update all effects that have reviews; InvalidInput for a measure, dimension or number that cannot be."""
    told = {(m.id, e.dimension): e.steps for m in catalogue for e in m.effects}
    seen: dict[tuple[str, str], list[float]] = {}
    trials: set[tuple[str, str, str]] = set()
    for review in reviews:
        key = (review.measure, review.dimension)
        _check(review, key in told, (review.trial, *key) in trials)
        trials.add((review.trial, *key))
        seen.setdefault(key, []).append(review.steps)
    stray, noise = _variances(told, seen)
    return tuple(_effect(key, told[key], seen[key], stray, noise) for key in sorted(seen))


def reviews_of(
    catalogue: Sequence[Accommodation], seen: Mapping[tuple[str, str, str], float]
) -> tuple[Review, ...]:  # fmt: skip
    """Take as reviews what was seen in trials: (trial, measure, dimension) -> steps.

    What the catalogue does not name (any more) is left out.
    """
    told = {(measure.id, effect.dimension) for measure in catalogue for effect in measure.effects}
    return tuple(Review(*key, steps) for key, steps in seen.items() if key[1:] in told)


def effects_in_force(
    learned: Sequence[LearnedEffect], accepted: Mapping[tuple[str, str], float]
) -> tuple[LearnedEffect, ...]:
    """Let effects rise to what people have accepted, and no further; without that the catalogue is the most.

    ``accepted``: steps by measure and dimension. Reviews still lower an effect by themselves afterwards; what was
    accepted asks nobody again until reviews say even more.
    """
    found = []
    for one in learned:
        most = max(one.catalogue, accepted.get((one.measure, one.dimension), 0.0))
        in_force = steps_in_force(most, one.mean)
        found.append(replace(one, in_force=in_force, asks_human=one.low > most or one.high < 0.0))
    return tuple(found)


def steps_in_force(most: float, mean: float) -> float:
    """Hold what reviews say between nothing and the most that is allowed, on the fiftieths that lists plan with.

    Rounded down: a measure is never trusted with more than reviews say.

    >>> steps_in_force(2.0, 1.389), steps_in_force(2.0, 2.4), steps_in_force(2.0, -0.3)
    (1.38, 2.0, 0.0)
    """
    return floor(min(most, max(0.0, mean)) * PER_STEP + 1e-6) / PER_STEP


def _check(review: Review, known: bool, twice: bool) -> None:
    where = f"review of trial {review.trial[:60]}"
    if not known:
        what = f"'{review.measure[:60]}' has no effect on '{review.dimension[:60]}' in the catalogue"
        raise InvalidInput(where, what, "a measure of the catalogue and a dimension that it lowers")
    if not np.isfinite(review.steps) or abs(review.steps) > LARGEST_STEPS:
        raise InvalidInput(where, "steps are not a number of the scale", f"-{LARGEST_STEPS:g} to {LARGEST_STEPS:g}")
    if twice:
        raise InvalidInput(where, "the same measure and dimension stand twice", "one review each")


def _variances(told: dict[tuple[str, str], float], seen: dict[tuple[str, str], list[float]]) -> tuple[float, float]:
    """Estimate how far effects stray and how unsure a review is (variances), each drawn to its first guess."""
    within = sum(float(((np.array(v) - np.mean(v)) ** 2).sum()) for v in seen.values())
    degrees = sum(len(v) - 1 for v in seen.values())
    noise = (_BELIEF * FIRST_NOISE**2 + within) / (_BELIEF + degrees)
    excess = sum((float(np.mean(v)) - told[key]) ** 2 - noise / len(v) for key, v in seen.items())
    # reviews that agree by chance must not make one review count as certainty: evidence lowers the first guess, no more
    stray = (_BELIEF * FIRST_STRAY**2 + max(0.0, excess)) / (_BELIEF + len(seen))
    return max(stray, 0.01), noise


def _effect(key: tuple[str, str], catalogue: float, steps: list[float], stray: float, noise: float) -> LearnedEffect:
    precision = 1.0 / stray + len(steps) / noise
    mean = (catalogue / stray + sum(sorted(steps)) / noise) / precision
    reach = _REACH / sqrt(precision)
    low, high = mean - reach, mean + reach
    return LearnedEffect(
        measure=key[0],
        dimension=key[1],
        catalogue=catalogue,
        reviews=len(steps),
        mean=round(mean, 4),
        low=round(low, 4),
        high=round(high, 4),
        in_force=steps_in_force(catalogue, mean),
        asks_human=low > catalogue or high < 0.0,
    )
