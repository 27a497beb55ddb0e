"""Ways of ordering suggestions, all learned from the same trials and asked about the same suggestions.

Chance, the nearest profile, expert weights, logistic regression, LightGBM (where it is installed) and the scorer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from ..learning.outcomes import TrialOutcomes, enough_to_learn
from ..learning.scorer import TrialScorer, expert_scorer
from ..learning.tables import UNITS_PER_LOG_ODDS
from . import peers

Floats = npt.NDArray[np.float64]

TRIALS_A_QUERY = 20
"""Lambdarank learns orders within groups; trials of one time stand together, as they have no lists of outcomes."""


class Method(StrEnum):
    """What orders a list; ``ORACLE`` knows of a simulated world all that recorded features can tell."""

    RANDOM = "random"
    NEAREST = "nearest_profile"
    EXPERT = "expert_weights"
    LOGISTIC = "logistic_regression"
    LIGHTGBM = "lightgbm_lambdarank"
    LEARNED = "learned"
    LEARNED_STRANGE = "learned_employers_unknown"
    ORACLE = "oracle"


GIVES_CHANCE = (Method.LOGISTIC, Method.LEARNED)
"""Methods whose score is a log-odds, so that calibration can be asked of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Suggestions to score: ``rows`` (suggestions, features), employer and group of each."""

    rows: Floats
    employers: Sequence[str]
    groups: Sequence[str]


def chance(log_odds: Floats) -> Floats:
    """Turn log-odds into chances (0-1)."""
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))


def scores_by_method(past: TrialOutcomes, learned: TrialScorer | None, asked: Asked, seed: int) -> dict[Method, Floats]:
    """Score suggestions by every method that there is; log-odds where a method has them.

    ``learned``: the scorer learned from ``past``, None when nothing could be learned; logistic regression and LightGBM
    are left out then too, LightGBM also when it is not installed.
    """
    rows = asked.rows
    found = {
        Method.RANDOM: peers.at_random(rows, seed),
        Method.NEAREST: peers.nearest_profile(rows),
        Method.EXPERT: expert_scorer().score(rows) / UNITS_PER_LOG_ODDS,
    }
    if learned is None or enough_to_learn(past):
        return found
    found[Method.LOGISTIC] = peers.logistic(past.rows, past.went_well, rows)
    if peers.lightgbm_is_available():
        query = np.argsort(np.argsort(past.day, kind="stable"), kind="stable") // TRIALS_A_QUERY
        found[Method.LIGHTGBM] = peers.lightgbm_ranker(past.rows, past.went_well, query, rows)
    found[Method.LEARNED] = learned.score(rows, asked.employers, asked.groups) / UNITS_PER_LOG_ODDS
    return found
