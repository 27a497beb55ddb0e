"""The log of what was shown, read for learning: the row of a trial as it was shown, and what coaches did with lists.

What became of a suggestion is known from trials that name it. The log holds no proposals, so what was put forward is
what became a trial; a person's choice has no logged chance (propensity NaN).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

import numpy as np
import numpy.typing as npt

from data.trials import Trial, went_well

from .learning.decisions import ShownDecisions

Row = npt.NDArray[np.float64]
FIRST_DAY_OF_LOG = date(1970, 1, 1).toordinal()
"""The log counts days from 1970-01-01, outcomes from the first day of the calendar."""


class LoggedLists(Protocol):
    """Suggestions that were shown, side by side, list after list, best rank first; ``day`` counts from 1970-01-01."""

    @property
    def rows(self) -> Row:
        """Give the features as they were on that day: (shown, features)."""

    @property
    def list_of(self) -> npt.NDArray[np.int64]:
        """Number the lists from 0."""

    @property
    def rank(self) -> npt.NDArray[np.int64]:
        """Give the rank in the list, from 1."""

    @property
    def run(self) -> npt.NDArray[np.int64]:
        """Give the number under which the list was logged."""

    @property
    def suggestions(self) -> tuple[str, ...]:
        """Give the id of each suggestion; it stands again where the same list was shown again."""

    @property
    def people(self) -> tuple[str, ...]:
        """Give the candidate's id."""

    @property
    def employers(self) -> tuple[str, ...]:
        """Give the employer's id."""

    @property
    def model(self) -> tuple[str, ...]:
        """Name what ordered the list."""

    @property
    def day(self) -> npt.NDArray[np.int64]:
        """Give the day on which it was shown."""


def places_of_trials(log: LoggedLists, trials: Sequence[Trial]) -> Mapping[str, int]:
    """Find where each trial stood in the log: the last time that it was shown to that person before it was decided.

    Trials that name no suggestion, or one that was never shown to that person by then, are not in the answer.
    """
    shown: dict[tuple[str, str], list[int]] = {}
    for at, key in enumerate(zip(log.people, log.suggestions, strict=True)):
        shown.setdefault(key, []).append(at)
    found = {}
    for trial in trials:
        by_then = trial.day_of_decision.toordinal() - FIRST_DAY_OF_LOG
        times = [at for at in shown.get((trial.candidate, trial.suggestion), ()) if log.day[at] <= by_then]
        if times:
            found[trial.id] = max(times, key=lambda at: (int(log.day[at]), at))
    return found


def shown_decisions(log: LoggedLists, trials: Sequence[Trial], simulated: bool) -> ShownDecisions:
    """Set what was shown beside what came of it."""
    count = len(log.rank)
    tried, well = np.zeros(count, np.bool_), np.full(count, np.nan)
    by_id = {trial.id: trial for trial in trials}
    for id_, at in places_of_trials(log, trials).items():
        tried[at] = True
        judged = went_well(by_id[id_]).went_well
        well[at] = np.nan if judged is None else float(judged)
    return ShownDecisions(
        rows=log.rows,
        list_of=log.list_of,
        rank=log.rank,
        people=log.people,
        employers=log.employers,
        model=log.model,
        day=log.day + FIRST_DAY_OF_LOG,
        put_forward=tried.copy(),
        tried=tried,
        went_well=well,
        propensity=np.full(count, np.nan),
        simulated=simulated,
    )
