"""How well trials that were kept apart are foretold: by time, by employer, and on new people of a simulated world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..learning.outcomes import NoModel, TrialOutcomes
from ..learning.scorer import TrialScorer, learn
from .bootstrap import Estimate, by_cluster
from .calibration import (
    CalibrationNoise,
    ReliabilityBin,
    calibration_error,
    calibration_noise,
    concordance,
    log_loss,
    reliability,
)
from .lists import numbered
from .methods import GIVES_CHANCE, Asked, Method, chance, scores_by_method
from .splits import by_employer, by_time

Floats = npt.NDArray[np.float64]
Learner = Callable[[TrialOutcomes], TrialScorer]


@dataclass(frozen=True, slots=True)
class Foretold:
    """One method on held-out trials: concordance; log-loss, calibration error and its noise where it gives a chance."""

    method: Method
    concordance: Estimate
    log_loss: Estimate | None
    calibration_error: float | None
    noise: CalibrationNoise | None
    bins: tuple[ReliabilityBin, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SplitTested:
    """One split: how many trials it was learned from and tested on, and each method; or why nothing was measured.

    ``split``: time, employer or new_people. ``learned``: chances of the learned scorer, one for each tested trial.
    """

    split: str
    learned_from: int
    tested: int
    methods: tuple[Foretold, ...]
    test: TrialOutcomes | None = None
    learned: Floats | None = None
    refusal: str = ""


def latest_fifth(past: TrialOutcomes, seed: int, learner: Learner = learn) -> SplitTested:
    """Learn from earlier trials, test on the latest fifth."""
    train, test = by_time(past)
    return on_new("time", past.take(train), past.take(test), seed, learner)


def unseen_employers(past: TrialOutcomes, seed: int, learner: Learner = learn) -> SplitTested:
    """Test every trial once, each by what was learned without any trial of its employer (five folds)."""
    scores: dict[Method, Floats] = {}
    fewest = len(past)
    try:
        for train, test in by_employer(past):
            if not test.any():
                continue
            some = past.take(train)
            fewest = min(fewest, len(some))
            for name, each in _scored(some, past.take(test), seed, learner).items():
                scores.setdefault(name, np.full(len(past), np.nan))[test] = each
    except NoModel as error:
        return SplitTested("employer", fewest, len(past), (), refusal=str(error))
    return _judged("employer", fewest, past, scores, seed)


def on_new(split: str, train: TrialOutcomes, test: TrialOutcomes, seed: int, learner: Learner = learn) -> SplitTested:
    """Learn from some trials and test on others."""
    try:
        return _judged(split, len(train), test, _scored(train, test, seed, learner), seed)
    except NoModel as error:
        return SplitTested(split, len(train), len(test), (), refusal=str(error))


def _scored(train: TrialOutcomes, test: TrialOutcomes, seed: int, learner: Learner) -> dict[Method, Floats]:
    return scores_by_method(train, learner(train), Asked(test.rows, test.employers, test.groups), seed)


def _judged(split: str, train: int, test: TrialOutcomes, scores: Mapping[Method, Floats], seed: int) -> SplitTested:
    happened = test.went_well.astype(np.float64)
    person, _ = numbered(test.people)
    found = []
    for name, each in scores.items():

        def of(figure: Callable[[Floats, Floats], float], stream: int, each: Floats = each) -> Estimate:
            rng = np.random.default_rng([seed, stream])
            return by_cluster(person, lambda at: figure(each[at], happened[at]), rng)

        agreed = of(concordance, 31)
        if name not in GIVES_CHANCE:
            found.append(Foretold(name, agreed, None, None, None, ()))
            continue
        said = chance(each)
        noise = calibration_noise(said, np.random.default_rng([seed, 33]))
        bins = reliability(said, happened)
        found.append(Foretold(name, agreed, of(log_loss, 32), calibration_error(said, happened), noise, bins))
    learned = chance(scores[Method.LEARNED]) if Method.LEARNED in scores else None
    return SplitTested(split, train, len(test), tuple(found), test, learned)
