"""What coaches were shown and what they did with it: the past choices that evaluation looks at beside ended trials.

Trials alone cannot show a bias in who was put forward, nor what another order would have brought: for that one must
know what stood on the list, at which rank, and was left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.trial_features import trial_features

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class ShownDecisions:
    """Suggestions that were shown, side by side, list after list, best rank first.

    ``rows`` (shown, features) as they were on that day; ``list_of`` numbers the lists from 0; ``rank`` starts at 1;
    ``put_forward``: a human proposed it; ``tried``: it became a trial; ``went_well``: 1, 0, or NaN while there is no
    judged outcome; ``propensity``: the chance with which it was chosen to be tried, NaN where it was not logged (a
    human choice has none); ``model`` names what ordered the list; ``day`` counts as in ``TrialOutcomes``.
    """

    rows: Floats
    list_of: Numbers
    rank: Numbers
    people: tuple[str, ...]
    employers: tuple[str, ...]
    model: tuple[str, ...]
    day: Numbers
    put_forward: Flags
    tried: Flags
    went_well: Floats
    propensity: Floats
    simulated: bool = False

    def __len__(self) -> int:
        """Count what was shown."""
        return len(self.rank)

    def __post_init__(self) -> None:
        """Refuse columns that do not belong together."""
        count = len(self.rank)
        columns = (
            self.list_of, self.people, self.employers, self.model, self.day, self.put_forward, self.tried,
            self.went_well, self.propensity,
        )  # fmt: skip
        if self.rows.shape != (count, len(trial_features())) or any(len(column) != count for column in columns):
            raise ValueError("decisions: one row of all features, and one value of every column, for each suggestion")
