"""Whether "6 of 10 such trials go well" is true: what was predicted against what happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Trials with similar predictions: how many, what was predicted, what happened."""

    trials: int
    predicted: float
    happened: float


def reliability(predicted: Floats, happened: Floats, bins: int = 10) -> tuple[ReliabilityBin, ...]:
    """Put trials into bins of equal number by prediction; fewer bins when there are fewer trials."""
    order = np.argsort(predicted, kind="stable")
    parts = np.array_split(order, min(bins, max(1, len(order))))
    return tuple(ReliabilityBin(len(p), float(predicted[p].mean()), float(happened[p].mean())) for p in parts if len(p))


def calibration_error(predicted: Floats, happened: Floats, bins: int = 10) -> float:
    """Give the expected calibration error: mean distance of predicted and happened over bins, by number of trials.

    Binning outcomes of trials gives more than 0 even for the true chances: about 0.02 with 4,000 trials in 10 bins.

    >>> calibration_error(np.array([0.5, 0.5]), np.array([1.0, 0.0]), bins=1)
    0.0
    """
    parts = reliability(predicted, happened, bins)
    return float(sum(p.trials * abs(p.predicted - p.happened) for p in parts) / max(1, len(predicted)))


@dataclass(frozen=True, slots=True)
class CalibrationNoise:
    """The calibration error that these very chances would show if all of them were true: mean, and 95 of 100 below.

    An error within ``high`` is no more than the play of so few trials; it does not say that nothing is wrong.
    """

    mean: float
    high: float


def calibration_noise(
    predicted: Floats, rng: np.random.Generator, bins: int = 10, rounds: int = 400
) -> CalibrationNoise:
    """Draw outcomes from the predicted chances themselves, over and over, and measure the error that is left.

    The line to read a plain calibration error against (consistency resampling; Bröcker and Smith 2007).

    >>> calibration_noise(np.array([1.0, 1.0, 0.0]), np.random.default_rng(0), rounds=5)
    CalibrationNoise(mean=0.0, high=0.0)
    """
    order = np.argsort(predicted, kind="stable")
    sizes = np.array([len(part) for part in np.array_split(order, min(bins, max(1, len(order))))])
    starts, chance = np.r_[0, np.cumsum(sizes)[:-1]], predicted[order]
    errors = np.empty(rounds)
    for at in range(rounds):
        off = (rng.random(len(chance)) < chance) - chance
        errors[at] = np.abs(np.add.reduceat(off, starts)).sum() / len(chance)
    return CalibrationNoise(float(errors.mean()), float(np.quantile(errors, 0.95)))


def concordance(scores: npt.NDArray[np.generic], happened: Floats) -> float:
    """Give the chance that a trial gone well scored above one that did not (AUC; ties count half); NaN for one kind.

    >>> concordance(np.array([3, 2, 1]), np.array([1.0, 0.0, 0.0])), concordance(np.zeros(2), np.array([1.0, 0.0]))
    (1.0, 0.5)
    """
    well = float(happened.sum())
    if well in (0.0, float(len(happened))):
        return float("nan")
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    return float((rank @ happened - well * (well + 1) / 2) / (well * (len(happened) - well)))


def log_loss(odds: Floats, happened: Floats) -> float:
    """Give the mean surprise of outcomes under predicted log-odds."""
    return float(np.mean(np.logaddexp(0.0, odds) - happened * odds))


def coverage(low: Floats, high: Floats, truth: Floats) -> float:
    """Give the share of intervals that hold the truth; only simulated data have one."""
    return float(((low <= truth) & (truth <= high)).mean())
