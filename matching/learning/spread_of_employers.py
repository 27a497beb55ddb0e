"""How much employers differ in ways that no feature shows, judged from few trials each.

With a handful of trials an employer, the usual approximation (Laplace) makes the spread too small, and intervals with
it (Breslow and Lin 1995). Here the likelihood of each employer's trials is averaged over its effect on a fine grid,
exactly enough; the spread is the mean of what all trials leave likely, drawn to a first guess.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

_EFFECTS = np.linspace(-3.0, 3.0, 61)
_VARIANCES = np.exp(np.linspace(np.log(0.002), np.log(1.5), 120))


def variance_of_employers(
    odds: Floats, well: Floats, employer: Numbers, count: int, guess: float, belief: float
) -> float:
    """Estimate the variance of employers' effects (log-odds squared) beside what ``odds`` say of each trial.

    ``belief``: how many employers' worth of evidence the guess counts for.
    """
    likelihood = np.zeros((count, len(_EFFECTS)))
    for at, effect in enumerate(_EFFECTS):
        shifted = odds + effect
        likelihood[:, at] = np.bincount(employer, well * shifted - np.logaddexp(0.0, shifted), count)
    most = likelihood.max(axis=1, keepdims=True)
    ratio = np.exp(likelihood - most)
    told = np.empty(len(_VARIANCES))
    for at, variance in enumerate(_VARIANCES):
        weight = np.exp(-(_EFFECTS**2) / (2 * variance))
        told[at] = np.log(ratio @ (weight / weight.sum())).sum() - belief / 2 * (np.log(variance) + guess / variance)
    chance = np.exp(told - told.max())
    return float(chance @ _VARIANCES / chance.sum())
