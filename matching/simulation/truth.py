"""What really decides a simulated trial: drawn anew for each seed, in the direction experts expect, of other sizes.

Curves are steep below the limit and flat above it, some features do not matter at all, employers differ in ways that no
feature shows, and so do people. None of this is read from expert weights, so that a scorer has something to learn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.trial_features import dimension_groups, trial_features

Floats = npt.NDArray[np.float64]

MATTERS = 0.75
"""The chance that a feature matters at all."""

SIZES: dict[str, float] = {
    "wish_agreement": 1.6,
    "strength_agreement": 0.6,
    "skill_coded": 0.4,
    "skill_words": 0.3,
    "hours_fit": 0.6,
    "travel_share": 0.8,
    "supervision_margin": 0.8,
    "accommodations_lead_days": 0.5,
    "inclusion": 0.6,
    "natural_support": 0.8,
    "flags_social": 0.5,
    "variety": 0.4,
}
"""Mean size of each effect over the feature's whole range, in log-odds; what is not here has none of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """Sizes of effects. ``margin`` (groups of dimensions): log-odds a unit of strain; ``size``, ``bend`` (features)."""

    margin: Floats
    size: Floats
    bend: Floats
    start: float

    def of_margins(self, margins: Floats) -> Floats:
        """Add up what true room or lack of it brings (..., groups of dimensions); NaN: nothing is demanded."""
        strain = np.logaddexp(0.0, -1.2 * np.where(np.isnan(margins), 10.0, margins))
        return np.asarray(-(strain @ self.margin))

    def of_features(self, rows: Floats) -> Floats:
        """Add up what the other features bring (..., features), all known."""
        total = np.zeros(rows.shape[:-1])
        for at, spec in enumerate(trial_features()):
            if self.size[at]:
                share = np.clip((rows[..., at] - spec.low) / (spec.high - spec.low), 0.0, 1.0)
                if spec.direction == 0:
                    total -= self.size[at] * 4 * (share - 0.3) ** 2
                else:
                    total += spec.direction * self.size[at] * share ** self.bend[at]
        return total


def draw_truth(seed: int) -> Truth:
    """Draw a truth; the same seed gives the same."""
    rng = np.random.default_rng([seed, 1])
    count = len(trial_features())
    margin = 0.40 * rng.gamma(1.5, 1 / 1.5, len(dimension_groups()))
    size = np.array([SIZES.get(spec.name, 0.0) for spec in trial_features()]) * rng.gamma(2.0, 0.5, count)
    size *= rng.random(count) < MATTERS
    return Truth(margin, size, rng.uniform(0.5, 2.0, count), 0.0)
