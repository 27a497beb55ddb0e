"""Rows of real suggestions of the demo region: every feature is read as declared, unknown stays unknown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.candidates import Candidate
from features.market import Market
from features.trial_features import dimension_groups, feature_index, trial_features
from matching import MatchConfig, Suggestion, match
from matching.learning.lessons import EmployerHistory
from matching.learning.scorer import expert_scorer
from matching.suggestion import Comparison
from matching.trial_frame import trial_row, trial_rows

AT = feature_index()


@pytest.fixture(scope="module")
def suggested(people: tuple[Candidate, ...], market: Market) -> list[tuple[Candidate, Suggestion]]:
    return [(p, s) for p in people[::6] for s in match(p, market, MatchConfig(top=4)).suggestions]


def test_every_value_lies_in_its_declared_range_or_is_unknown(suggested: list[tuple[Candidate, Suggestion]]) -> None:
    assert len(suggested) >= 20
    rows = np.array([trial_row(person, suggestion) for person, suggestion in suggested])
    for spec, column in zip(trial_features(), rows.T, strict=True):
        known = column[~np.isnan(column)]
        if not spec.name.startswith(("reserve_", "flags_", "accommodations_", "supervision_")):
            assert ((known >= spec.low) & (known <= spec.high)).all(), spec.name
    seen = [spec.name for spec, column in zip(trial_features(), rows.T, strict=True) if not np.isnan(column).all()]
    assert set(AT) - set(seen) <= {"employer_history"}


def test_gap_and_reserve_are_the_suggestion_s_own_margins(suggested: list[tuple[Candidate, Suggestion]]) -> None:
    for person, suggestion in suggested:
        row = trial_row(person, suggestion)
        margins = [c.margin for c in suggestion.comparisons if c.margin is not None and c.demand_before > 0]
        reserves = [row[AT[f"reserve_{group}"]] for group in dimension_groups()]
        if margins:
            assert np.nanmin(reserves) == pytest.approx(min(5.0, *margins))


def test_unknown_capacity_is_unknown_and_no_demand_is_full_reserve(
    suggested: list[tuple[Candidate, Suggestion]],
) -> None:
    person, suggestion = suggested[0]
    bare = replace(suggestion, comparisons=(Comparison("env_noise", 3.0, 2.0, None),))
    row = trial_row(person, bare)
    assert np.isnan(row[AT["reserve_environment"]])
    assert np.isnan(row[AT["gap_environment"]])
    assert row[AT["reserve_strength"]] == 5.0
    assert row[AT["gap_strength"]] == 0.0


def test_who_has_stated_nothing_neither_agrees_nor_disagrees(suggested: list[tuple[Candidate, Suggestion]]) -> None:
    person, suggestion = suggested[0]
    silent = replace(person, wishes={}, preferences={}, strengths=(), skills=())
    row = trial_row(silent, suggestion)
    for name in ("wish_agreement", "strength_agreement", "skill_coded", "skill_words"):
        assert np.isnan(row[AT[name]])


def test_hours_in_the_middle_of_what_is_wanted_fit_fully(suggested: list[tuple[Candidate, Suggestion]]) -> None:
    person, suggestion = suggested[0]
    middle = replace(person, hours_min=suggestion.hours - 2, hours_max=suggestion.hours + 2)
    assert trial_row(middle, suggestion)[AT["hours_fit"]] == pytest.approx(1.0)
    edge = replace(person, hours_min=suggestion.hours, hours_max=suggestion.hours + 4)
    assert trial_row(edge, suggestion)[AT["hours_fit"]] == pytest.approx(0.0)


def test_an_employer_s_history_is_drawn_to_the_usual_share() -> None:
    assert np.isnan(EmployerHistory().share)
    assert EmployerHistory(1, 1).share < EmployerHistory(10, 10).share < 1.0
    assert EmployerHistory(1, 0).share > EmployerHistory(10, 0).share > 0.0


def test_more_room_on_a_dimension_never_lowers_the_expert_score(
    suggested: list[tuple[Candidate, Suggestion]],
) -> None:
    scorer = expert_scorer()
    for person, suggestion in suggested:
        before = scorer.score(trial_row(person, suggestion)[None])[0]
        for at, one in enumerate(suggestion.comparisons):
            if one.capacity is None:
                continue
            able = replace(one, capacity=min(5.0, one.capacity + 1.0))
            more = replace(
                suggestion, comparisons=(*suggestion.comparisons[:at], able, *suggestion.comparisons[at + 1 :])
            )
            assert scorer.score(trial_row(person, more)[None])[0] >= before


def test_rows_of_a_list_take_each_employer_s_own_history(suggested: list[tuple[Candidate, Suggestion]]) -> None:
    person = suggested[0][0]
    own = [s for p, s in suggested if p.id == person.id]
    employer = own[0].reach.place.employer.id
    rows = trial_rows(person, own, {employer: EmployerHistory(4, 4)})
    assert rows.shape == (len(own), len(trial_features()))
    assert rows[0, AT["employer_history"]] == pytest.approx(0.8)
    assert trial_rows(person, [], {}).shape == (0, len(trial_features()))
