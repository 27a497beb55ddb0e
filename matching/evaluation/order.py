"""How well each method orders lists: against the truth where it is known, and in what can be seen without it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .bootstrap import Estimate, mean_of
from .lists import JudgedLists, numbered, side_by_side
from .methods import Method
from .ranking import (
    diversity,
    exposure,
    gini,
    grades,
    has_chance,
    mean_of_first,
    ndcg,
    precision,
    reciprocal_rank,
)

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

TOP = 10
"""So many of a list are looked at."""


@dataclass(frozen=True, slots=True)
class AgainstTruth:
    """One method against the true chances of a simulated world; figures are means over lists."""

    method: Method
    ndcg10: Estimate
    reciprocal_rank: Estimate
    precision3: Estimate
    chance_of_first_three: Estimate
    covered: Estimate
    behind_learned: Estimate | None
    """NDCG@10 of the learned scorer less this method's, list by list; None when there is no learned scorer."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Who is shown by a method: kinds of work and employers among the first of each list, attention by employer.

    ``exposure``: share of attention of each employer, rising, those never among the first included (sum 1).
    """

    method: Method
    groups_of_first: Estimate
    employers_of_first: Estimate
    exposure: Floats
    exposure_gini: float
    never_shown: int


def of_lists(lists: JudgedLists, scores: Floats, figure: Callable[[Floats, Numbers], Floats]) -> Floats:
    """Work out one figure a list, lists of one length together; lists in the order of length."""
    return np.concatenate([figure(scores[at], at) for at in side_by_side(lists.list_of)])


def against_truth(lists: JudgedLists, scores: Mapping[Method, Floats], seed: int) -> tuple[AgainstTruth, ...]:
    """Judge every method by the true order; ValueError without a truth."""
    if lists.truth is None:
        raise ValueError("lists: without a known truth there is no true order")
    truth = lists.truth
    ndcg_of = {
        name: of_lists(lists, each, lambda s, at: ndcg(s, grades(truth[at]), TOP)) for name, each in scores.items()
    }
    found = []
    for name, each in scores.items():

        def mean(figure: Callable[[Floats, Numbers], Floats], each: Floats = each) -> Estimate:
            return mean_of(of_lists(lists, each, figure), np.random.default_rng([seed, 21]))

        behind = None
        if Method.LEARNED in scores and name != Method.LEARNED:
            behind = mean_of(ndcg_of[Method.LEARNED] - ndcg_of[name], np.random.default_rng([seed, 21]))
        found.append(
            AgainstTruth(
                method=name,
                ndcg10=mean_of(ndcg_of[name], np.random.default_rng([seed, 21])),
                reciprocal_rank=mean(lambda s, at: reciprocal_rank(s, grades(truth[at]))),
                precision3=mean(lambda s, at: precision(s, grades(truth[at]))),
                chance_of_first_three=mean(lambda s, at: mean_of_first(s, truth[at])),
                covered=mean(lambda s, at: has_chance(s, truth[at])),
                behind_learned=behind,
            )
        )
    return tuple(found)


def spread(lists: JudgedLists, scores: Mapping[Method, Floats], seed: int) -> tuple[Spread, ...]:
    """Tell how evenly each method shows kinds of work and employers; needs no truth."""
    employer, employers = numbered(lists.asked.employers)
    group, _ = numbered(lists.asked.groups)
    found = []
    for name, each in scores.items():
        attention = _attention(lists, each, employer, employers)
        never = int((attention == 0).sum())
        by_group, by_employer = (_kinds(lists, each, kind, seed) for kind in (group, employer))
        found.append(Spread(name, by_group, by_employer, attention, gini(attention), never))
    return tuple(found)


def _attention(lists: JudgedLists, scores: Floats, employer: Numbers, employers: int) -> Floats:
    """Add up attention over lists of all lengths: each list gives what its length can give."""
    total = np.zeros(employers)
    for at in side_by_side(lists.list_of):
        given = len(at) * (1.0 / np.log2(np.arange(2, min(TOP, at.shape[1]) + 2))).sum()
        total += given * exposure(scores[at], employer[at], employers, TOP)
    return np.sort(total / total.sum())


def _kinds(lists: JudgedLists, scores: Floats, kind: Numbers, seed: int) -> Estimate:
    per_list = of_lists(lists, scores, lambda s, at: diversity(s, kind[at], TOP))
    return mean_of(per_list, np.random.default_rng([seed, 22]))


def covered_by_own_chance(lists: JudgedLists, scores: Floats, chances: Floats, seed: int) -> Estimate:
    """Give the share of people with a chance above half among their first three, by the scorer's own chance."""
    per_list = of_lists(lists, scores, lambda s, at: has_chance(s, chances[at]))
    return mean_of(per_list, np.random.default_rng([seed, 23]))
