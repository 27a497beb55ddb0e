"""Figures on trials held back: nothing of them is learned from, few trials give none, and the order is told by hand."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.evaluation.calibration import concordance
from matching.evaluation.held_out import FEWEST_TRIALS, held_out_metrics, hold_out
from matching.evaluation.splits import by_employer
from matching.learning.outcomes import TrialOutcomes
from matching.learning.scorer import expert_scorer
from matching.learning.tables import UNITS_PER_LOG_ODDS
from matching.simulation import SimulationOptions, simulate_trials


@pytest.fixture(scope="module")
def outcomes() -> TrialOutcomes:
    return simulate_trials(SimulationOptions(trials=240, employers=40), 5).outcomes


@pytest.mark.parametrize(
    ("odds", "well", "expected"),
    [
        ([3, 2, 1, 0], [1, 1, 0, 0], 1.0),
        ([3, 2, 1, 0], [0, 0, 1, 1], 0.0),
        ([1, 1, 1, 1], [1, 0, 1, 0], 0.5),
        ([2, 1, 1, 0], [1, 0, 1, 0], 0.875),  # of four pairs three are told and one is a tie
    ],
)
def test_concordance_by_hand(odds: list[float], well: list[float], expected: float) -> None:
    assert concordance(np.array(odds, np.float64), np.array(well, np.float64)) == expected


@given(st.lists(st.tuples(st.integers(-5, 5), st.booleans()), min_size=1, max_size=30))
def test_concordance_counts_pairs(trials: list[tuple[int, bool]]) -> None:
    odds, well = np.array([o for o, _ in trials], np.float64), np.array([w for _, w in trials], np.float64)
    pairs = [(a > b) + 0.5 * (a == b) for a, w in trials for b, v in trials if w and not v]
    found = concordance(odds, well)
    assert np.isnan(found) if not pairs else found == pytest.approx(sum(pairs) / len(pairs))


def test_every_trial_is_held_back_once_and_judged_without_its_employer(outcomes: TrialOutcomes) -> None:
    held = hold_out(outcomes, by_employer(outcomes))
    assert sorted(held.employers) == sorted(outcomes.employers)
    assert held.well.sum() == outcomes.went_well.sum()
    assert held.without_model == 0
    parts = list(by_employer(outcomes))
    order = np.concatenate([np.flatnonzero(test) for _, test in parts])
    np.testing.assert_array_equal(held.experts, expert_scorer().score(outcomes.rows[order]) / UNITS_PER_LOG_ODDS)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 4))
def test_turning_the_outcomes_of_one_part_round_leaves_its_own_scores(part: int) -> None:
    """What is held back teaches nothing: with its outcomes turned round its scores are the same."""
    outcomes = simulate_trials(SimulationOptions(trials=120, employers=30), 6).outcomes
    one = list(by_employer(outcomes))[part]
    turned = replace(outcomes, went_well=np.where(one[1], ~outcomes.went_well, outcomes.went_well))
    before, after = hold_out(outcomes, [one]), hold_out(turned, [one])
    np.testing.assert_array_equal(before.odds, after.odds)
    np.testing.assert_array_equal(before.share, after.share)
    np.testing.assert_array_equal(before.well, 1 - after.well)


def test_the_same_trials_and_seed_give_the_same_figures_in_their_own_intervals(outcomes: TrialOutcomes) -> None:
    found = held_out_metrics(outcomes, seed=1)
    assert json.dumps(found, allow_nan=False) == json.dumps(held_out_metrics(outcomes, seed=1), allow_nan=False)
    for split in ("by_employer", "by_time"):
        figures = found[split]
        assert figures["trials"] >= FEWEST_TRIALS
        for name in ("log_loss", "log_loss_of_share", "concordance", "concordance_of_experts"):
            value, low, high = figures[name]
            assert low <= value <= high, (split, name)
    assert "calibration_error" in found["by_employer"]  # 240 trials
    assert "calibration_error" not in found["by_time"]  # 48 trials


def test_few_trials_give_no_figures(outcomes: TrialOutcomes) -> None:
    few = outcomes.take(np.arange(60))
    found = held_out_metrics(few)
    assert found["by_time"]["trials"] < FEWEST_TRIALS
    assert found["by_time"]["withheld"] == "too_few"
    assert "log_loss" not in found["by_time"]
    nothing = hold_out(outcomes.take(np.arange(12)), by_employer(outcomes.take(np.arange(12))))
    assert len(nothing.well) == 0
    assert nothing.without_model > 0
