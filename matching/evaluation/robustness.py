"""How much an order depends on ratings being just so: every rating moved, or rated again by another rater.

The suggestion stays as it is (tasks, measures); only what is recorded of margins moves. Carving again with other
ratings would change the suggestions too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.trial_features import dimension_groups, feature_index

from ..learning.scorer import TrialScorer
from ..learning.tables import UNITS_PER_LOG_ODDS
from .bootstrap import Estimate, mean_of
from .lists import JudgedLists
from .methods import chance
from .order import TOP, of_lists
from .ranking import first_kept, grades, ndcg

Floats = npt.NDArray[np.float64]

NOTHING_DEMANDED = 5.0
"""The reserve of a group of which nothing is demanded; no rating moves it."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What a change of ratings (steps) does: share of each list's first three that stay, change of chance, NDCG@10.

    ``change``: lower, higher, or the standard deviation (steps) of what another rater says. ``chance``: mean distance
    of the chance before and after (0-1). ``ndcg10``: only where the truth is known.
    """

    change: str
    first_three_kept: Estimate
    chance: float
    ndcg10: Estimate | None


def with_ratings_moved(rows: Floats, steps: Floats) -> Floats:
    """Move capacities by ``steps`` (rows, groups of dimensions): gaps shrink by as much as reserves grow.

    What is unknown stays unknown, and what is not demanded stays so.
    """
    moved = rows.copy()
    for at, group in enumerate(dimension_groups()):
        gap, reserve = feature_index()[f"gap_{group}"], feature_index()[f"reserve_{group}"]
        asked = moved[:, reserve] < NOTHING_DEMANDED
        moved[asked, gap] = np.maximum(0.0, moved[asked, gap] - steps[asked, at])
        moved[asked, reserve] += steps[asked, at]
    return moved


def moved_ratings(
    scorer: TrialScorer, lists: JudgedLists, seed: int, deviations: tuple[float, ...] = (0.5, 1.0)
) -> tuple[Moved, ...]:
    """Move every rating one step down and up, then rate every person again with noise in half steps."""
    asked = lists.asked
    before = scorer.score(asked.rows, asked.employers, asked.groups) / UNITS_PER_LOG_ODDS
    found = []
    for name, steps in _changes(lists, seed, deviations).items():
        rows = with_ratings_moved(asked.rows, steps)
        after = scorer.score(rows, asked.employers, asked.groups) / UNITS_PER_LOG_ODDS
        kept = mean_of(_kept(lists, before, after), np.random.default_rng([seed, 42]))
        away = float(np.abs(chance(after) - chance(before)).mean())
        found.append(Moved(name, kept, away, _ndcg(lists, after, seed)))
    return tuple(found)


def _changes(lists: JudgedLists, seed: int, deviations: tuple[float, ...]) -> dict[str, Floats]:
    """Give steps by suggestion and group of dimensions; one person's rating moves alike in the whole list."""
    shape = (len(lists.list_of), len(dimension_groups()))
    changes = {"lower": np.full(shape, -1.0), "higher": np.full(shape, 1.0)}
    _, person = np.unique(lists.list_of, return_inverse=True)
    for number, deviation in enumerate(deviations):
        rng = np.random.default_rng([seed, 41, number])
        changes[f"{deviation:g}"] = (np.rint(rng.normal(0.0, deviation, (lists.lists, shape[1])) * 2) / 2)[person]
    return changes


def _kept(lists: JudgedLists, before: Floats, after: Floats) -> Floats:
    return of_lists(lists, before, lambda s, at: first_kept(s, after[at]))


def _ndcg(lists: JudgedLists, scores: Floats, seed: int) -> Estimate | None:
    if lists.truth is None:
        return None
    truth = lists.truth
    per_list = of_lists(lists, scores, lambda s, at: ndcg(s, grades(truth[at]), TOP))
    return mean_of(per_list, np.random.default_rng([seed, 21]))
