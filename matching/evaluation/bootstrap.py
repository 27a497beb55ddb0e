"""How sure a figure is: the same figure over and over on people drawn again, with a seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with a 95 % bootstrap interval and the number of units that it rests on."""

    value: float
    low: float
    high: float
    units: int

    def apart_from(self, other: Estimate) -> bool:
        """Tell whether the two intervals do not overlap."""
        return self.low > other.high or self.high < other.low


def bootstrap(
    units: int, figure: Callable[[npt.NDArray[np.intp]], float], rng: np.random.Generator, rounds: int = 500
) -> Estimate:
    """Estimate a figure of drawn units (people, lists, employers): percentiles 2.5 and 97.5.

    >>> bootstrap(3, lambda at: 1.0, np.random.default_rng(0), rounds=10)
    Estimate(value=1.0, low=1.0, high=1.0, units=3)
    """
    if not units:
        return Estimate(float("nan"), float("nan"), float("nan"), 0)
    drawn = [figure(rng.integers(0, units, units)) for _ in range(rounds)]
    if np.isnan(drawn).all():
        return Estimate(float(figure(np.arange(units))), float("nan"), float("nan"), units)
    low, high = np.nanquantile(drawn, (0.025, 0.975))
    return Estimate(float(figure(np.arange(units))), float(low), float(high), units)


def mean_of(values: npt.NDArray[np.float64], rng: np.random.Generator, rounds: int = 500) -> Estimate:
    """Estimate the mean of one value a unit."""
    return bootstrap(len(values), lambda at: float(values[at].mean()), rng, rounds)


def by_cluster(
    cluster: npt.NDArray[np.int64], figure: Callable[[npt.NDArray[np.intp]], float], rng: np.random.Generator,
    rounds: int = 300,
) -> Estimate:  # fmt: skip
    """Estimate a figure of rows that come in clusters (trials of one person): whole clusters are drawn, not rows.

    >>> by_cluster(np.array([0, 0, 1]), lambda at: float(len(at) > 0), np.random.default_rng(0), rounds=5)
    Estimate(value=1.0, low=1.0, high=1.0, units=2)
    """
    order = np.argsort(cluster, kind="stable")
    _, start, count = np.unique(cluster[order], return_index=True, return_counts=True)

    def of_clusters(drawn: npt.NDArray[np.intp]) -> float:
        sizes = count[drawn]
        inside = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return figure(order[np.repeat(start[drawn], sizes) + inside])

    return bootstrap(len(count), of_clusters, rng, rounds)
