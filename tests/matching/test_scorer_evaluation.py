"""Evaluation says what it should on tables small enough to check by hand, and refuses where it cannot say."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import ndcg_score

from data.protected_attributes import ProtectedAttributes
from features.trial_features import trial_features
from matching.evaluation import peers
from matching.evaluation.bootstrap import Estimate, mean_of
from matching.evaluation.calibration import calibration_error, coverage, log_loss, reliability
from matching.evaluation.fairness import FEWEST_PEOPLE, as_rows, by_group, selection_bias
from matching.evaluation.off_policy import off_policy
from matching.evaluation.ranking import covered, diversity, exposure, gini, grades, ndcg, order_of
from matching.evaluation.splits import by_employer, by_time
from matching.simulation import SimulationOptions, simulate_trials

RNG = np.random.default_rng(0)
SMALL = SimulationOptions(trials=600, employers=60, months=12, list_length=12)


def test_ndcg_is_the_one_of_scikit_learn() -> None:
    grade = RNG.integers(0, 5, (30, 12)).astype(float)
    scores = RNG.random((30, 12))
    theirs = [ndcg_score([2**g - 1], [s], k=10) for g, s in zip(grade, scores, strict=True)]
    assert ndcg(scores, grade) == pytest.approx(np.array(theirs))


def test_the_best_order_has_ndcg_one_and_ties_keep_their_places() -> None:
    worth = RNG.random((5, 20))
    assert ndcg(worth, grades(worth)) == pytest.approx(np.ones(5))
    assert order_of(np.zeros((1, 4))).tolist() == [[0, 1, 2, 3]]


def test_exposure_adds_up_and_a_list_of_one_employer_is_not_diverse() -> None:
    scores, employer = RNG.random((8, 10)), np.zeros((8, 10), np.int64)
    assert exposure(scores, employer, 4).tolist() == [1.0, 0.0, 0.0, 0.0]
    assert diversity(scores, employer).tolist() == [0.1] * 8
    assert gini(np.array([0.25] * 4)) == 0.0
    assert covered(scores, np.full((8, 10), 0.6)) == 1.0
    assert covered(scores, np.full((8, 10), 0.4)) == 0.0


def test_calibration_by_hand() -> None:
    predicted, happened = np.array([0.2, 0.2, 0.8, 0.8]), np.array([0.0, 1.0, 1.0, 1.0])
    assert calibration_error(predicted, happened, bins=2) == pytest.approx((0.3 + 0.2) / 2)
    assert [b.trials for b in reliability(predicted, happened, 10)] == [1, 1, 1, 1]
    assert log_loss(np.zeros(3), np.array([1.0, 0.0, 1.0])) == pytest.approx(np.log(2))
    assert coverage(np.zeros(2), np.ones(2), np.array([0.5, 2.0])) == 0.5


def test_splits_by_time_and_employer_share_nothing() -> None:
    past = simulate_trials(SMALL, 1).outcomes
    train, test = by_time(past)
    assert past.day[train].max() < past.day[test].min()
    seen = np.zeros(len(past), np.int64)
    for learn_from, kept in by_employer(past):
        employers = np.array(past.employers)
        assert not set(employers[learn_from]) & set(employers[kept])
        seen += kept
    assert (seen == 1).all()


def test_a_bootstrap_interval_holds_its_value_and_says_on_how_many_it_rests() -> None:
    found = mean_of(RNG.normal(1.0, 1.0, 200), np.random.default_rng(1))
    assert found.low < found.value < found.high
    assert found.units == 200
    assert found == mean_of(RNG.permutation([found.value] * 200), np.random.default_rng(1)) or found.apart_from(
        Estimate(9.0, 8.0, 10.0, 5)
    )


def _people(small: int, large: int) -> tuple[ProtectedAttributes, ...]:
    return (ProtectedAttributes(sex="woman"),) * small + (ProtectedAttributes(sex="man"),) * large


def test_groups_under_twenty_people_are_shown_as_too_few() -> None:
    found = by_group(_people(FEWEST_PEOPLE - 1, 40), "sex", np.linspace(0, 1, FEWEST_PEOPLE + 39), RNG)
    shown = {row["group"]: row for row in as_rows(found)}
    assert shown["woman"]["mean"] == "too few"
    assert shown["woman"]["people"] == "< 20"
    assert isinstance(shown["man"]["mean"], float)
    with pytest.raises(ValueError, match="one of age_band"):
        by_group(_people(30, 30), "shoe_size", np.zeros(60), RNG)


def test_a_bias_is_found_where_it_was_planted_and_not_where_it_was_not() -> None:
    for bias, expected in ((0.15, True), (0.0, False)):
        world = simulate_trials(SimulationOptions(trials=1_200, months=12, list_length=12, bias=bias), 2)
        seen = world.decisions
        found = selection_bias(world.protected, "language_group", "minority", seen.person, seen.put_forward, seen.rows)
        assert found is not None
        assert found.found is expected
        assert found.low < -bias < found.high
    few = selection_bias(world.protected[:30], "language_group", "minority", seen.person[:120] % 30,
                         seen.put_forward[:120], seen.rows[:120])  # fmt: skip
    assert few is None


def test_the_old_policy_itself_is_judged_as_it_went() -> None:
    chance, reward = np.full(400, 0.25), (RNG.random(400) < 0.6).astype(float)
    same = off_policy(chance, chance, reward, np.full(400, 0.5), np.full(400, 0.5))
    assert same.refusal == ""
    assert same.effective_trials == pytest.approx(400)
    for estimate in (same.ips, same.snips, same.doubly_robust):
        assert estimate is not None
        assert estimate.value == pytest.approx(reward.mean())
        assert estimate.low < 0.6 < estimate.high


def test_what_was_hardly_tried_cannot_be_judged() -> None:
    few = off_policy(np.full(500, 0.5), np.r_[np.ones(5), np.zeros(495)], np.ones(500), np.ones(500), np.ones(500))
    assert few.refusal == "too_few_effective_trials"
    assert few.doubly_robust is None
    assert off_policy(np.zeros(5), np.ones(5), np.ones(5), np.ones(5), np.ones(5)).refusal == "propensity_missing"
    ones = np.ones(500)
    assert off_policy(ones, ones, ones, ones, ones, unsupported=0.2).refusal == "never_tried"


def test_peers_score_every_suggestion() -> None:
    past = simulate_trials(SMALL, 1).outcomes
    assert np.isfinite(peers.logistic(past.rows, past.went_well, past.rows)).all()
    assert len(set(peers.at_random(past.rows, 1))) == len(past)
    nothing, gap = np.zeros((1, len(trial_features()))), np.zeros((1, len(trial_features())))
    gap[0, 0] = 1.0
    assert peers.nearest_profile(gap)[0] < peers.nearest_profile(nothing)[0]


def test_simulated_lists_know_what_can_be_known_at_best() -> None:
    """Among suggestions of similar expected chance, the mean true chance is the expected one."""
    from matching.simulation import simulate_lists

    lists = simulate_lists(simulate_trials(SMALL, 1), 1_500, 0, draws=60)
    bins = reliability(lists.expected.ravel(), lists.probability.ravel(), 8)
    assert max(abs(b.predicted - b.happened) for b in bins) < 0.03
