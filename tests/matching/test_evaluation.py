"""An evaluation measures what is there, says what it cannot measure, and never makes a number of too little."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from data.protected_attributes import ProtectedAttributes
from features.trial_features import dimension_groups, feature_index, trial_features
from matching.evaluation.bootstrap import by_cluster, mean_of
from matching.evaluation.calibration import calibration_error, calibration_noise, concordance
from matching.evaluation.evaluating import PARTS, Evaluation, PastTrials, evaluate
from matching.evaluation.fairness import FEWEST_PEOPLE, PeopleGroups, counterfactual, whole_record
from matching.evaluation.foretelling import SplitTested, unseen_employers
from matching.evaluation.groups import judge_fairness, scored_by_name
from matching.evaluation.lists import JudgedLists, as_shown, side_by_side
from matching.evaluation.methods import Asked, Method, scores_by_method
from matching.evaluation.off_policy import off_policy
from matching.evaluation.order import against_truth, spread
from matching.evaluation.policies import judge_policies
from matching.evaluation.ranking import grades, ndcg
from matching.evaluation.robustness import moved_ratings, with_ratings_moved
from matching.evaluation.simulated import simulated_past
from matching.learning.scorer import expert_scorer, learn
from matching.simulation import SimulationOptions, shown_decisions, simulate_trials

WIDTH = len(trial_features())


@pytest.fixture(scope="module")
def past() -> PastTrials:
    return simulated_past(3, 500, people=100, tested=200)


@pytest.fixture(scope="module")
def told() -> list[str]:
    return []


@pytest.fixture(scope="module")
def found(past: PastTrials, told: list[str]) -> Evaluation:
    return evaluate(past, 3, told.append)


def _real_like(past: PastTrials) -> PastTrials:
    """The same trials with all that a real past does not have taken away."""
    assert past.shown is not None
    silent = replace(past.shown, propensity=np.full(len(past.shown), np.nan))
    return PastTrials("trials of a test", past.outcomes, silent)


@given(st.integers(0, 2**32 - 1))
def test_concordance_is_the_area_under_the_curve(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores, well = rng.integers(0, 6, 40).astype(float), np.r_[0.0, 1.0, rng.integers(0, 2, 38)]
    assert concordance(scores, well) == pytest.approx(roc_auc_score(well, scores))


def test_true_chances_show_no_more_error_than_noise_and_wrong_ones_do() -> None:
    rng = np.random.default_rng(0)
    chances = rng.uniform(0.2, 0.9, 2_000)
    noise = calibration_noise(chances, rng)
    errors = np.array([calibration_error(chances, (rng.random(2_000) < chances).astype(float)) for _ in range(200)])
    assert errors.mean() == pytest.approx(noise.mean, rel=0.05)
    assert 0.90 <= (errors <= noise.high).mean() <= 0.99
    too_sure = np.clip(chances + 0.08, 0, 1)
    happened = (rng.random(2_000) < chances).astype(float)
    assert calibration_error(too_sure, happened) > calibration_noise(too_sure, rng).high


def test_an_interval_over_people_is_wider_than_one_over_their_repeated_trials() -> None:
    values = np.random.default_rng(1).normal(size=50)
    repeated, person = np.repeat(values, 8), np.repeat(np.arange(50), 8)
    by_person = by_cluster(person, lambda at: float(repeated[at].mean()), np.random.default_rng(2), 400)
    by_row = mean_of(repeated, np.random.default_rng(2), 400)
    assert by_person.units == 50
    assert by_person.value == pytest.approx(by_row.value)
    assert by_person.high - by_person.low > 2 * (by_row.high - by_row.low)


def test_the_log_of_a_simulated_region_holds_what_coaches_saw_and_no_truth() -> None:
    world = simulate_trials(SimulationOptions(trials=200, employers=20, months=6, list_length=12), 0)
    shown = shown_decisions(world)
    assert shown.simulated
    assert (np.isnan(shown.went_well) == ~shown.tried).all()
    assert (shown.tried <= shown.put_forward).all()
    for at in side_by_side(shown.list_of):
        assert (shown.rank[at] == np.arange(1, at.shape[1] + 1)).all()
        assert (shown.propensity[at].sum(axis=1) <= 1.0).all()
    tried = np.flatnonzero(shown.tried)[: len(world.outcomes)]
    assert (shown.day[tried] == world.outcomes.day).all()
    assert [shown.people[at] for at in tried] == list(world.outcomes.people)
    assert (shown.rows[tried] == world.outcomes.rows)[~np.isnan(world.outcomes.rows)].all()


def test_ndcg_of_an_evaluation_is_that_of_the_lists(past: PastTrials) -> None:
    lists, scorer = past.lists, learn(past.outcomes)
    assert lists is not None
    assert lists.truth is not None
    scores = scores_by_method(past.outcomes, scorer, lists.asked, 3)
    found = {one.method: one for one in against_truth(lists, scores, 3)}
    shape = (lists.lists, -1)
    direct = ndcg(scores[Method.LEARNED].reshape(shape), grades(lists.truth.reshape(shape)))
    assert found[Method.LEARNED].ndcg10.value == pytest.approx(direct.mean())
    assert found[Method.LEARNED].behind_learned is None
    behind = found[Method.RANDOM].behind_learned
    assert behind is not None
    assert behind.value == pytest.approx(found[Method.LEARNED].ndcg10.value - found[Method.RANDOM].ndcg10.value)


def test_nobody_beats_the_oracle_and_the_truth_is_asked_for(past: PastTrials, found: Evaluation) -> None:
    lists = past.lists
    assert lists is not None
    best = next(one for one in found.order if one.method is Method.ORACLE)
    assert all(one.ndcg10.value <= best.ndcg10.value for one in found.order)
    with pytest.raises(ValueError, match="no true order"):
        against_truth(JudgedLists(lists.asked, lists.list_of), {}, 0)


def test_attention_over_lists_of_different_length_adds_up_to_one() -> None:
    rng = np.random.default_rng(0)
    list_of = np.repeat([0, 1, 2, 3], [3, 12, 5, 3])
    count = len(list_of)
    asked = Asked(rng.random((count, WIDTH)), [f"e{n % 7}" for n in range(count)], ["s"] * count)
    (one,) = spread(JudgedLists(asked, list_of), {Method.RANDOM: rng.random(count)}, 0)
    assert one.exposure.sum() == pytest.approx(1.0)
    assert (np.diff(one.exposure) >= 0).all()
    assert one.groups_of_first.value == pytest.approx(np.mean([1 / 3, 1 / 10, 1 / 5, 1 / 3]))


def test_moved_ratings_leave_the_unknown_and_the_not_demanded_alone() -> None:
    index, group = feature_index(), dimension_groups()[0]
    gap, reserve = index[f"gap_{group}"], index[f"reserve_{group}"]
    rows = np.full((3, WIDTH), np.nan)
    rows[0, [gap, reserve]] = 0.5, 0.5
    rows[1, [gap, reserve]] = 0.0, 5.0
    lower = with_ratings_moved(rows, np.full((3, len(dimension_groups())), -1.0))
    assert lower[0, [gap, reserve]].tolist() == [1.5, -0.5]
    assert lower[1, [gap, reserve]].tolist() == [0.0, 5.0]
    assert np.isnan(lower[2]).all()
    assert (np.isnan(lower) == np.isnan(rows)).all()


def test_an_order_stays_when_no_rating_moves_and_less_of_it_with_more_noise(past: PastTrials) -> None:
    lists = past.lists
    assert lists is not None
    still, some, more = moved_ratings(learn(past.outcomes), lists, 0, (0.0, 0.5, 2.0))[2:]
    assert still.first_three_kept.value == 1.0
    assert still.chance == 0.0
    assert 1.0 > some.first_three_kept.value > more.first_three_kept.value


def test_no_protected_attribute_changes_a_score_and_a_score_that_reads_one_is_found(past: PastTrials) -> None:
    shown, groups, scorer = past.shown, past.groups, learn(past.outcomes)
    assert shown is not None
    assert groups is not None
    asked = as_shown(shown, past.outcomes).asked
    ids = {"employer": tuple(asked.employers), "group": tuple(asked.groups)}
    record = whole_record(asked.rows, shown.people, groups, **ids)
    found = counterfactual(record, groups, lambda one: scored_by_name(scorer, one))
    assert {one.attribute for one in found} == {"age_band", "sex", "language_group"}
    assert all(one.scores_changed == 0 and one.suggestions == len(shown) for one in found)
    assert any(one.people_changed for one in found)

    def unfair(one):  # type: ignore[no-untyped-def]
        return scored_by_name(scorer, one) - 5 * (np.array(one["sex"]) == "woman")

    by = {(one.attribute, one.value): one for one in counterfactual(record, groups, unfair)}
    assert by["sex", "man"].scores_changed > 0
    assert by["sex", "man"].largest_change == 5.0
    assert by["age_band", "30-44"].scores_changed == 0


def test_groups_under_twenty_get_no_figure_and_no_bias_test(past: PastTrials) -> None:
    shown = past.shown
    assert shown is not None
    people = tuple(dict.fromkeys(shown.people))
    few = tuple(ProtectedAttributes(sex="woman" if n < FEWEST_PEOPLE - 1 else "man") for n in range(len(people)))
    latest = SplitTested("time", 0, 0, ())
    fair = judge_fairness(past.outcomes, shown, PeopleGroups(people, few), learn(past.outcomes), latest, 0)
    for figures in (fair.chances, fair.put_forward):
        by = {one.group: one for one in figures}
        assert by["woman"].people == FEWEST_PEOPLE - 1
        assert by["woman"].figure is None
        assert by["man"].figure is not None
    assert [test for _, group, test in fair.bias if group == "woman"] == [None]


def test_what_happened_by_group_is_what_happened_less_what_was_foretold(past: PastTrials, found: Evaluation) -> None:
    assert found.fairness is not None
    latest = found.splits[0]
    assert latest.test is not None
    assert latest.learned is not None
    shares = {one.group: one for one in found.fairness.happened_less_foretold if one.attribute == "sex"}
    assert past.groups is not None
    sex = np.array([one.sex for one in past.groups.of(latest.test.people)])
    for group, one in shares.items():
        own = sex == group
        if one.figure is not None:  # one trial a person in this world
            assert one.figure.value == pytest.approx((latest.test.went_well - latest.learned)[own].mean())


def test_choosing_as_it_was_is_worth_what_it_brought_and_the_truth_lies_within(past: PastTrials) -> None:
    assert past.shown is not None
    by = {one.policy: one for one in judge_policies(past.outcomes, past.shown, 0, past.shown_truth)}
    same = by["as_it_was"]
    assert same.result.ips is not None
    assert same.result.doubly_robust is not None
    assert same.result.effective_trials == pytest.approx(same.lists)
    assert same.result.ips.value == pytest.approx(same.result.snips.value)  # type: ignore[union-attr]
    assert same.truth is not None
    assert same.result.doubly_robust.low < same.truth < same.result.doubly_robust.high
    assert by["learned_first_only"].result.effective_trials < by["learned_softly"].result.effective_trials


def test_choices_without_a_logged_chance_are_refused() -> None:
    ones = np.ones(500)
    assert off_policy(ones * np.nan, ones, ones, ones, ones).refusal == "propensity_missing"


def test_no_trial_of_an_employer_teaches_about_that_employer(past: PastTrials) -> None:
    taught: list[set[str]] = []

    def learner(some):  # type: ignore[no-untyped-def]
        taught.append(set(some.employers))
        return learn(some)

    found = unseen_employers(past.outcomes, 0, learner)
    assert found.tested == len(past.outcomes)
    assert set.intersection(*taught) == set()
    assert found.learned is not None
    assert not np.isnan(found.learned).any()


def test_real_data_get_no_figure_that_needs_a_truth(past: PastTrials) -> None:
    found = evaluate(_real_like(past), 0)
    assert found.order == ()
    assert found.coverage is None
    assert found.missing == {"order": "no_truth", "coverage": "no_truth", "fairness": "no_groups"}
    assert found.spreads
    assert {one.result.refusal for one in found.policies} == {"propensity_missing"}
    assert all(one.result.doubly_robust is None for one in found.policies)
    alone = evaluate(PastTrials("trials of a test", past.outcomes), 0)
    assert alone.missing["policies"] == alone.missing["spread"] == alone.missing["fairness"] == "nothing_shown"
    assert [one.split for one in alone.splits] == ["time", "employer"]


def test_ten_trials_give_a_report_and_no_figure(past: PastTrials) -> None:
    few = replace(_real_like(past), outcomes=past.outcomes.take(np.arange(10)))
    found = evaluate(few, 0)
    assert "at least 20 are needed" in str(found.refusal)
    assert found.scorer is None
    assert (found.splits, found.order, found.policies, found.robustness, found.fairness) == ((), (), (), (), None)
    assert found.missing["splits"] == "no_model"


def test_forty_trials_are_evaluated_as_far_as_they_reach(past: PastTrials) -> None:
    """A scorer is learned; a split whose rest teaches nothing says so; no probability is claimed."""
    found = evaluate(replace(_real_like(past), outcomes=past.outcomes.take(np.arange(40))), 0)
    assert found.scorer is not None
    assert found.scorer.refusal == "too_few_outcomes"
    assert found.covered_by_own_chance is None
    assert all(one.methods or one.refusal for one in found.splits)


def test_every_part_is_told_once_in_order(found: Evaluation, told: list[str]) -> None:
    assert found.splits
    assert tuple(told) == PARTS


def test_expert_weights_are_asked_as_they_are(past: PastTrials) -> None:
    lists = past.lists
    assert lists is not None
    scores = scores_by_method(past.outcomes, None, lists.asked, 0)
    assert set(scores) == {Method.RANDOM, Method.NEAREST, Method.EXPERT}
    order = np.argsort(scores[Method.EXPERT], kind="stable")
    assert (order == np.argsort(expert_scorer().score(lists.asked.rows), kind="stable")).all()
