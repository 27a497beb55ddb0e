"""What another way of choosing would have brought, judged from logged choices; or why that cannot be said.

Choices were logged with their chance (propensity). Each logged trial counts by how much likelier the new policy makes
it: IPS (Horvitz and Thompson 1952), SNIPS (Swaminathan and Joachims 2015), doubly robust (Dudík, Langford, Li 2011).
When few trials carry the estimate, or the new policy wants what was hardly ever tried, there is no estimate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

FEWEST_EFFECTIVE = 100.0
"""Effective sample size (Kish) below which no estimate is given."""

SMALLEST_PROPENSITY = 1e-3
MOST_UNSUPPORTED = 0.05


@dataclass(frozen=True, slots=True)
class PolicyValue:
    """The mean outcome (share of trials gone well) under a policy, with a 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class OffPolicy:
    """Three estimates of the same value, the effective sample size, or why there is none (``refusal`` not empty)."""

    ips: PolicyValue | None
    snips: PolicyValue | None
    doubly_robust: PolicyValue | None
    effective_trials: float
    refusal: str = ""


def off_policy(
    logged: Floats, wanted: Floats, reward: Floats, predicted: Floats, predicted_under_wanted: Floats,
    unsupported: float = 0.0,
) -> OffPolicy:  # fmt: skip
    """Estimate the value of a policy from logged trials.

    ``logged``, ``wanted``: the chance of the logged trial under the old and the new policy, given that there is a
    trial; ``reward``: 1 gone well, 0 not; ``predicted``: a scorer's chance for it; ``predicted_under_wanted``: the
    scorer's mean chance of that person's whole list under the new policy; ``unsupported``: share of the new policy's
    choices that the old one never made.
    """
    if len(logged) == 0 or not (logged >= SMALLEST_PROPENSITY).all():  # NaN, a chance not logged, is missing too
        return OffPolicy(None, None, None, 0.0, "propensity_missing")
    weight = wanted / logged
    total = float(weight.sum())
    effective = total**2 / float((weight**2).sum()) if total > 0 else 0.0
    if unsupported > MOST_UNSUPPORTED:
        return OffPolicy(None, None, None, effective, "never_tried")
    if effective < FEWEST_EFFECTIVE:
        return OffPolicy(None, None, None, effective, "too_few_effective_trials")
    share = float((weight * reward).sum()) / total
    return OffPolicy(
        ips=_value(weight * reward),
        snips=_around(share, weight * (reward - share) / weight.mean()),
        doubly_robust=_value(predicted_under_wanted + weight * (reward - predicted)),
        effective_trials=effective,
    )


def _value(each: Floats) -> PolicyValue:
    return _around(float(each.mean()), each - each.mean())


def _around(value: float, influence: Floats) -> PolicyValue:
    reach = 1.959964 * float(influence.std(ddof=1)) / float(np.sqrt(len(influence)))
    return PolicyValue(value, value - reach, value + reach)
