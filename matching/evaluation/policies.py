"""What other ways of choosing from the same lists would have brought, by logged choices of coaches.

The scorer is learned from the first half of the time and judged on the lists of the second half, so that it never
meets a trial that it has seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..learning.decisions import ShownDecisions
from ..learning.outcomes import TrialOutcomes
from ..learning.scorer import TrialScorer, learn
from .lists import as_shown
from .methods import Asked, Method, chance, scores_by_method
from .off_policy import SMALLEST_PROPENSITY, OffPolicy, off_policy

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

SHARPNESS = 1.5
"""How strongly a soft policy prefers higher log-odds; a very sharp one leaves almost no logged choice to judge by."""


@dataclass(frozen=True, slots=True)
class PolicyJudged:
    """One way of choosing: estimates or refusal, lists looked at, and the true value of a simulated world."""

    policy: str
    lists: int
    result: OffPolicy
    truth: float | None


def judge_policies(
    past: TrialOutcomes, shown: ShownDecisions, seed: int, truth: Floats | None = None,
    learner: Callable[[TrialOutcomes], TrialScorer] = learn,
) -> tuple[PolicyJudged, ...]:  # fmt: skip
    """Judge choosing as it was, at random, softly and strictly by the learned scorer, and strictly by expert weights.

    ``truth``: the true chance of everything shown, in a simulated world. NoModel when the first half teaches nothing.
    """
    cut = int(np.quantile(past.day, 0.5, method="higher"))
    train = past.take(past.day < cut)
    scorer = learner(train)
    later = _judged_lists(shown, cut)
    if not later.any():
        return (PolicyJudged("as_it_was", 0, OffPolicy(None, None, None, 0.0, "propensity_missing"), None),)
    asked = as_shown(shown, past).asked
    some = np.flatnonzero(later)
    employers, groups = ([ids[at] for at in some.tolist()] for ids in (asked.employers, asked.groups))
    here = Asked(asked.rows[some], employers, groups)
    scores = scores_by_method(train, scorer, here, seed)
    log = _Log(
        list_of=np.unique(shown.list_of[some], return_inverse=True)[1],
        propensity=np.nan_to_num(shown.propensity[some]),
        tried=shown.tried[some],
        went_well=shown.went_well[some],
        predicted=chance(scores[Method.LEARNED]),
        truth=None if truth is None else truth[some],
    )
    wanted = {
        "as_it_was": log.within(log.propensity),
        "at_random": log.within(np.ones(len(some))),
        "learned_softly": log.softly(scores[Method.LEARNED]),
        "learned_first_only": log.first_only(scores[Method.LEARNED]),
        "expert_first_only": log.first_only(scores[Method.EXPERT]),
    }
    return tuple(log.judge(name, each) for name, each in wanted.items())


@dataclass(frozen=True, slots=True, eq=False)
class _Log:
    """Shown suggestions of lists that led to one judged trial each."""

    list_of: Numbers
    propensity: Floats
    tried: npt.NDArray[np.bool_]
    went_well: Floats
    predicted: Floats
    truth: Floats | None

    def _sum(self, values: Floats) -> Floats:
        return np.asarray(np.bincount(self.list_of, values), np.float64)

    def within(self, weight: Floats) -> Floats:
        """Share one choice over each list."""
        total = self._sum(weight)[self.list_of]
        return np.divide(weight, total, out=np.zeros(len(weight)), where=total > 0)

    def _best(self, scores: Floats) -> Floats:
        best = np.full(int(self.list_of.max()) + 1, -np.inf)
        np.maximum.at(best, self.list_of, scores)
        return best

    def softly(self, scores: Floats) -> Floats:
        return self.within(np.exp(SHARPNESS * (scores - self._best(scores)[self.list_of])))

    def first_only(self, scores: Floats) -> Floats:
        """Choose the best; equals share the choice."""
        return self.within((scores == self._best(scores)[self.list_of]).astype(np.float64))

    def judge(self, name: str, wanted: Floats) -> PolicyJudged:
        one = self.tried
        order = np.argsort(self.list_of[one], kind="stable")
        lists = int(self.list_of.max()) + 1
        logged = self.within(self.propensity)
        result = off_policy(
            logged[one][order], wanted[one][order], self.went_well[one][order], self.predicted[one][order],
            self._sum(wanted * self.predicted),
            float(wanted[logged < SMALLEST_PROPENSITY].sum()) / lists,
        )  # fmt: skip
        truth = None if self.truth is None else float(self._sum(wanted * self.truth).mean())
        return PolicyJudged(name, lists, result, truth)


def _judged_lists(shown: ShownDecisions, cut: int) -> npt.NDArray[np.bool_]:
    """Tell which suggestions stand on a list from the day ``cut`` on with exactly one judged trial."""
    _, place = np.unique(shown.list_of, return_inverse=True)
    judged = np.bincount(place, shown.tried & ~np.isnan(shown.went_well)) == 1
    lone = np.bincount(place, shown.tried) == 1
    return np.asarray((judged & lone)[place] & (shown.day >= cut))
