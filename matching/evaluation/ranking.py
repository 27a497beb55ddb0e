"""How well lists are ordered: the best trials at the top, something for everybody, employers in turn.

Lists are matrices (people, suggestions); higher scores come first, ties keep the order of the list (which the engine
orders by id).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]


def order_of(scores: npt.NDArray[np.generic]) -> Numbers:
    """Give the places of each list from the highest score to the lowest."""
    return np.argsort(-np.asarray(scores, np.float64), axis=1, kind="stable")


def grades(worth: Floats, steps: int = 5) -> Floats:
    """Grade each list's suggestions by their true order: 0 (the lowest fifth) to ``steps - 1`` (the highest).

    >>> grades(np.array([[0.9, 0.1, 0.5, 0.6, 0.3]]))
    array([[4., 0., 2., 3., 1.]])
    """
    place = np.argsort(np.argsort(worth, axis=1, kind="stable"), axis=1, kind="stable")
    return np.asarray(np.floor(place * steps / worth.shape[1]), np.float64)


def ndcg(scores: npt.NDArray[np.generic], grade: Floats, top: int = 10) -> Floats:
    """Compare each list's first ``top`` with the best order (0-1), gains 2^grade - 1 (Järvelin, Kekäläinen 2002).

    >>> ndcg(np.array([[3, 2, 1]]), np.array([[2.0, 1.0, 0.0]]))
    array([1.])
    """
    top = min(top, grade.shape[1])
    discount = 1.0 / np.log2(np.arange(2, top + 2))
    gain = 2.0**grade - 1.0
    got = np.take_along_axis(gain, order_of(scores)[:, :top], axis=1) @ discount
    best = -np.sort(-gain, axis=1)[:, :top] @ discount
    return np.asarray(np.divide(got, best, out=np.ones(len(got)), where=best > 0))


def reciprocal_rank(scores: npt.NDArray[np.generic], grade: Floats, good: float = 4.0) -> Floats:
    """Give one over the rank of the first suggestion of at least grade ``good``; 0 when there is none.

    >>> reciprocal_rank(np.array([[3, 2, 1]]), np.array([[0.0, 4.0, 1.0]]))
    array([0.5])
    """
    hit = np.take_along_axis(grade, order_of(scores), axis=1) >= good
    return np.where(hit.any(axis=1), 1.0 / (1 + hit.argmax(axis=1)), 0.0)


def precision(scores: npt.NDArray[np.generic], grade: Floats, top: int = 3, good: float = 3.0) -> Floats:
    """Give the share of good ones among each list's first ``top``.

    >>> precision(np.array([[3, 2, 1]]), np.array([[4.0, 0.0, 3.0]]), top=2)
    array([0.5])
    """
    kept = np.take_along_axis(grade, order_of(scores)[:, :top], axis=1)
    return np.asarray((kept >= good).mean(axis=1))


def has_chance(scores: npt.NDArray[np.generic], probability: Floats, least: float = 0.5, top: int = 3) -> Floats:
    """Tell for each person whether there is a chance above ``least`` among the first ``top``: 1 or 0."""
    kept = np.take_along_axis(probability, order_of(scores)[:, :top], axis=1)
    return np.asarray(kept.max(axis=1) > least, np.float64)


def covered(scores: npt.NDArray[np.generic], probability: Floats, least: float = 0.5, top: int = 3) -> float:
    """Give the share of people who have a chance above ``least`` among their first ``top``."""
    return float(has_chance(scores, probability, least, top).mean())


def mean_of_first(scores: npt.NDArray[np.generic], worth: Floats, top: int = 3) -> Floats:
    """Give the mean worth of each list's first ``top``.

    >>> mean_of_first(np.array([[3, 2, 1]]), np.array([[0.5, 0.7, 0.0]]), top=2)
    array([0.6])
    """
    return np.asarray(np.take_along_axis(worth, order_of(scores)[:, :top], axis=1).mean(axis=1))


def first_kept(scores: npt.NDArray[np.generic], other: npt.NDArray[np.generic], top: int = 3) -> Floats:
    """Give the share of each list's first ``top`` that another order has among its first ``top`` too.

    >>> first_kept(np.array([[3, 2, 1]]), np.array([[3, 1, 2]]), top=2)
    array([0.5])
    """
    ours, theirs = order_of(scores)[:, :top], order_of(other)[:, :top]
    return np.asarray((ours[:, :, None] == theirs[:, None, :]).any(axis=2).mean(axis=1))


def diversity(scores: npt.NDArray[np.generic], kind: Numbers, top: int = 10) -> Floats:
    """Give the share of different kinds (sectors, employers) among each list's first ``top``."""
    kept = np.sort(np.take_along_axis(kind, order_of(scores)[:, :top], axis=1), axis=1)
    return np.asarray((1 + (np.diff(kept, axis=1) != 0).sum(axis=1)) / kept.shape[1])


def exposure(scores: npt.NDArray[np.generic], employer: Numbers, employers: int, top: int = 10) -> Floats:
    """Share attention over employers (sum 1): rank r gets 1 / log2(r + 1) (Singh, Joachims 2018)."""
    kept = np.take_along_axis(employer, order_of(scores)[:, :top], axis=1)
    weight = np.tile(1.0 / np.log2(np.arange(2, kept.shape[1] + 2)), (len(kept), 1))
    total = np.bincount(kept.ravel(), weight.ravel(), employers)
    return np.asarray(total / total.sum())


def gini(share: Floats) -> float:
    """Tell how unevenly shares are dealt: 0 all alike, near 1 all to one.

    >>> gini(np.array([0.5, 0.5])), gini(np.array([0.0, 1.0]))
    (0.0, 0.5)
    """
    rising = np.sort(share)
    count = len(rising)
    return round(float(2 * (np.arange(1, count + 1) * rising).sum() / (count * rising.sum()) - (count + 1) / count), 12)
