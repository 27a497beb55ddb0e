"""The whole evaluation of a scorer, one part after the other; what cannot be measured says why instead of a number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from ..learning.decisions import ShownDecisions
from ..learning.outcomes import NoModel, TrialOutcomes
from ..learning.scorer import TrialScorer, learn
from ..learning.tables import UNITS_PER_LOG_ODDS
from .bootstrap import Estimate, mean_of
from .fairness import PeopleGroups
from .foretelling import SplitTested, latest_fifth, on_new, unseen_employers
from .groups import Fairness, judge_fairness
from .lists import JudgedLists, as_shown
from .methods import Method, chance, scores_by_method
from .order import AgainstTruth, Spread, against_truth, covered_by_own_chance, spread
from .peers import lightgbm_is_available
from .policies import PolicyJudged, judge_policies
from .robustness import Moved, moved_ratings

Floats = npt.NDArray[np.float64]

PARTS = ("learn", "time", "employer", "new_people", "order", "robustness", "fairness", "policies")
"""The parts of an evaluation, in the order in which they are worked out."""


@dataclass(frozen=True, slots=True, eq=False)
class PastTrials:
    """Everything that an evaluation looks at. ``source`` says in a sentence what the data are.

    ``shown`` and ``groups`` may be missing. The rest only a simulated world has: ``shown_truth`` (chance of all that
    was shown), ``lists`` of new people with their truth, ``chosen`` (places in ``lists`` that became trials),
    ``new_trials`` of other new people.
    """

    source: str
    outcomes: TrialOutcomes
    shown: ShownDecisions | None = None
    groups: PeopleGroups | None = None
    shown_truth: Floats | None = None
    lists: JudgedLists | None = None
    chosen: npt.NDArray[np.int64] | None = None
    new_trials: TrialOutcomes | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of 100 intervals of 90 % hold what can be known at best: of chosen trials and of all feasible ones."""

    chosen: Estimate
    all_feasible: Estimate


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """All that was measured. ``missing`` names parts that could not be, each with a reason (a stable code).

    Reasons: no_truth, nothing_shown, no_groups, no_model. ``refusal`` is the learner's report when nothing was learned.
    """

    source: str
    seed: int
    simulated: bool
    trials: int
    went_well: int
    fingerprint: str
    scorer: TrialScorer | None
    refusal: NoModel | None
    lightgbm: bool
    splits: tuple[SplitTested, ...]
    order: tuple[AgainstTruth, ...]
    lists: int
    spreads: tuple[Spread, ...]
    covered_by_own_chance: Estimate | None
    coverage: Coverage | None
    robustness: tuple[Moved, ...]
    fairness: Fairness | None
    policies: tuple[PolicyJudged, ...]
    missing: Mapping[str, str]


def evaluate(past: PastTrials, seed: int = 0, progress: Callable[[str], None] | None = None) -> Evaluation:
    """Measure a scorer learned from these trials, beside its peers; the same trials and seed give the same figures.

    ``progress`` is told the name of each part (``PARTS``) before it is worked out. Too few trials are no error: then
    ``refusal`` says why nothing was learned, and only what needs no learning is measured.
    """
    with threadpool_limits(limits=1):  # sums in another order would change last digits, and with them the bytes
        return _evaluate(past, seed, progress or _silent)


def _evaluate(past: PastTrials, seed: int, progress: Callable[[str], None]) -> Evaluation:
    progress("learn")
    scorer, refusal = _learned(past.outcomes)
    missing: dict[str, str] = {}
    splits: list[SplitTested] = []
    if scorer is None:
        missing |= {"splits": "no_model", "robustness": "no_model", "policies": "no_model", "fairness": "no_model"}
    else:
        splits = _splits(past, scorer, seed, progress)
    progress("order")
    lists = past.lists or (as_shown(past.shown, past.outcomes) if past.shown is not None and len(past.shown) else None)
    order, spreads = _orders(past, scorer, lists, seed)
    if not order:
        missing["order"] = "no_truth"
    if lists is None:
        missing["spread"] = "nothing_shown"
    coverage = None if scorer is None else _coverage(past, scorer, seed)
    if coverage is None:
        missing["coverage"] = "no_model" if scorer is None else "no_truth"
    progress("robustness")
    moved = moved_ratings(scorer, lists, seed) if scorer is not None and lists is not None else ()
    if scorer is not None and lists is None:
        missing["robustness"] = "nothing_shown"
    progress("fairness")
    fairness = _fairness(past, scorer, splits, seed, missing)
    progress("policies")
    policies = _policies(past, scorer, seed, missing)
    return Evaluation(
        source=past.source, seed=seed, simulated=past.outcomes.simulated, trials=len(past.outcomes),
        went_well=int(past.outcomes.went_well.sum()), fingerprint=past.outcomes.fingerprint(), scorer=scorer,
        refusal=refusal, lightgbm=lightgbm_is_available(), splits=tuple(splits), order=order,
        lists=lists.lists if lists is not None else 0, spreads=spreads,
        covered_by_own_chance=_own_chance(scorer, lists, seed), coverage=coverage, robustness=moved, fairness=fairness,
        policies=policies, missing=missing,
    )  # fmt: skip


def _silent(_part: str) -> None:
    """Tell nobody."""


def _learned(past: TrialOutcomes) -> tuple[TrialScorer | None, NoModel | None]:
    try:
        return learn(past), None
    except NoModel as error:
        return None, error


def _splits(past: PastTrials, scorer: TrialScorer, seed: int, progress: Callable[[str], None]) -> list[SplitTested]:
    progress("time")
    found = [latest_fifth(past.outcomes, seed)]
    progress("employer")
    found.append(unseen_employers(past.outcomes, seed))
    if past.new_trials is not None:
        progress("new_people")
        found.append(on_new("new_people", past.outcomes, past.new_trials, seed, lambda _: scorer))
    return found


def _orders(
    past: PastTrials, scorer: TrialScorer | None, lists: JudgedLists | None, seed: int
) -> tuple[tuple[AgainstTruth, ...], tuple[Spread, ...]]:
    if lists is None:
        return (), ()
    scores = scores_by_method(past.outcomes, scorer, lists.asked, seed)
    spreads = spread(lists, scores, seed)
    if lists.truth is None:
        return (), spreads
    if scorer is not None:
        scores[Method.LEARNED_STRANGE] = scorer.score(lists.asked.rows) / UNITS_PER_LOG_ODDS
    if lists.expected is not None:
        scores[Method.ORACLE] = lists.expected
    return against_truth(lists, scores, seed), spreads


def _own_chance(scorer: TrialScorer | None, lists: JudgedLists | None, seed: int) -> Estimate | None:
    if scorer is None or lists is None or scorer.refusal:
        return None
    odds = scorer.score(lists.asked.rows, lists.asked.employers, lists.asked.groups) / UNITS_PER_LOG_ODDS
    return covered_by_own_chance(lists, odds, chance(odds), seed)


def _coverage(past: PastTrials, scorer: TrialScorer, seed: int) -> Coverage | None:
    """Hold intervals against what can be known at best, list by list."""
    lists = past.lists
    if lists is None or lists.expected is None or past.chosen is None:
        return None
    low, _, high = scorer.interval(lists.asked.rows, lists.asked.employers, lists.asked.groups)
    best = np.log(lists.expected) - np.log1p(-lists.expected)
    held = ((low <= best) & (best <= high)).astype(np.float64)
    per_list = np.bincount(lists.list_of, held) / np.bincount(lists.list_of)
    return Coverage(
        mean_of(held[past.chosen], np.random.default_rng([seed, 61])),
        mean_of(per_list, np.random.default_rng([seed, 62])),
    )


def _fairness(
    past: PastTrials, scorer: TrialScorer | None, splits: list[SplitTested], seed: int, missing: dict[str, str]
) -> Fairness | None:
    if scorer is None:
        return None
    if past.shown is None or not len(past.shown):
        missing["fairness"] = "nothing_shown"
        return None
    if past.groups is None or not past.groups.stated():
        missing["fairness"] = "no_groups"
        return None
    return judge_fairness(past.outcomes, past.shown, past.groups, scorer, splits[0], seed)


def _policies(
    past: PastTrials, scorer: TrialScorer | None, seed: int, missing: dict[str, str]
) -> tuple[PolicyJudged, ...]:
    if scorer is None:
        return ()
    if past.shown is None or not len(past.shown):
        missing["policies"] = "nothing_shown"
        return ()
    try:
        return judge_policies(past.outcomes, past.shown, seed, past.shown_truth)
    except NoModel:
        missing["policies"] = "no_model"
        return ()
