"""How good a scorer is on trials that it has not seen: other employers, and the latest trials.

A scorer is learned anew for every part that is held back. Intervals are 95 % bootstrap intervals over employers (trials
of one employer are drawn together), so that few employers give wide ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..learning.outcomes import NoModel, TrialOutcomes
from ..learning.scorer import expert_scorer, learn
from ..learning.tables import UNITS_PER_LOG_ODDS
from .bootstrap import bootstrap
from .calibration import calibration_error, concordance, log_loss
from .splits import by_employer, by_time

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

ROUNDS = 300
FEWEST_TRIALS = 20
"""Below so many trials held back, figures would be chance: none are given."""

FEWEST_FOR_CALIBRATION = 200
"""Below this the calibration error of the true chances themselves is large, and says nothing."""

_DECIMALS = 4


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """Trials that were held back, side by side: log-odds of the scorer, of experts, of the mere share, and how it went.

    ``without_model``: parts for which nothing could be learned from the rest; their trials are not here.
    """

    odds: Floats
    experts: Floats
    share: Floats
    well: Floats
    employers: tuple[str, ...]
    without_model: int


def hold_out(outcomes: TrialOutcomes, parts: Iterable[tuple[Flags, Flags]]) -> HeldOut:
    """Learn from each part's training trials and score those held back."""
    odds, experts, share, places, without = [], [], [], [], 0
    for train, test in parts:
        if not test.any():
            continue
        try:
            scorer = learn(outcomes.take(train))
        except NoModel:
            without += 1
            continue
        at = np.flatnonzero(test)
        held = outcomes.take(at)
        odds.append(scorer.score(held.rows, held.employers, held.groups) / UNITS_PER_LOG_ODDS)
        experts.append(expert_scorer().score(held.rows) / UNITS_PER_LOG_ODDS)
        well = (float(outcomes.went_well[train].sum()) + 1.0) / (int(train.sum()) + 2.0)
        share.append(np.full(len(at), np.log(well / (1.0 - well))))
        places.append(at)
    if not places:
        none = np.zeros(0)
        return HeldOut(none, none, none, none, (), without)
    at = np.concatenate(places)
    return HeldOut(
        np.concatenate(odds), np.concatenate(experts), np.concatenate(share),
        outcomes.went_well[at].astype(np.float64), tuple(outcomes.employers[i] for i in at), without,
    )  # fmt: skip


def held_out_metrics(outcomes: TrialOutcomes, seed: int = 0) -> dict[str, Any]:
    """Measure how good a scorer learned from these trials would be: by employer and by time.

    Each figure is [value, low, high]; a split with fewer than ``FEWEST_TRIALS`` held back says ``too_few`` instead.
    ``concordance`` compares the order with that of expert weights, ``log_loss`` with predicting the mere share.
    """
    splits: dict[str, Callable[[], Iterable[tuple[Flags, Flags]]]] = {
        "by_employer": lambda: by_employer(outcomes),
        "by_time": lambda: (by_time(outcomes),),
    }
    found: dict[str, Any] = {"seed": seed, "interval": f"95 % bootstrap over employers, {ROUNDS} rounds"}
    for number, (name, parts) in enumerate(splits.items()):
        found[name] = _figures(hold_out(outcomes, parts()), np.random.default_rng([seed, number]))
    return found


def _figures(held: HeldOut, rng: np.random.Generator) -> dict[str, Any]:
    count = len(held.well)
    found: dict[str, Any] = {"trials": count, "parts_without_model": held.without_model}
    if count < FEWEST_TRIALS:
        return found | {"withheld": "too_few"}
    _, unit = np.unique(np.array(held.employers), return_inverse=True)
    rows_of = [np.flatnonzero(unit == number) for number in range(int(unit.max()) + 1)]

    def note(name: str, of: Callable[[Floats, Floats], float], odds: Floats) -> None:
        def drawn(at: npt.NDArray[np.intp]) -> float:
            rows = np.concatenate([rows_of[i] for i in at])
            return of(odds[rows], held.well[rows])

        estimate = bootstrap(len(rows_of), drawn, rng, ROUNDS)
        figure = [round(value, _DECIMALS) for value in (estimate.value, estimate.low, estimate.high)]
        if np.isfinite(figure).all():
            found[name] = figure

    found["employers"] = len(rows_of)
    note("log_loss", log_loss, held.odds)
    note("log_loss_of_share", log_loss, held.share)
    if 0 < held.well.sum() < count:
        note("concordance", concordance, held.odds)
        note("concordance_of_experts", concordance, held.experts)
    if count >= FEWEST_FOR_CALIBRATION:
        note("calibration_error", lambda odds, well: calibration_error(_chance(odds), well), held.odds)
    return found


def _chance(odds: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-odds)))
