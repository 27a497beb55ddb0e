"""Laws of a list that heeds reviews of trials: exact as before; weaker effects take away, histories order nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.match_json import match_as_json
from api.messages import Messages
from data.accommodations import load_accommodations
from data.candidates import Candidate
from data.levels import PER_STEP
from data.record_json import record_from, record_text
from features.market import build_market
from features.trial_features import feature_index, trial_features
from matching import MatchConfig, MatchList, Stages, match
from matching.carving.columns import Asked, MarketColumns, Measures
from matching.held_market import hold
from matching.learning.accommodation_effects import LearnedEffect
from matching.learning.lessons import NOTHING_LEARNED, EmployerHistory, Lessons, ReviewedSteps
from matching.learning.scorer import TrialScorer, expert_scorer
from matching.search import BestSites, Solve, best_sites
from tests.demo_region import demo_employers, demo_people, learned_scorer

EMPLOYERS = demo_employers()
PEOPLE = demo_people()
SOME = hold(build_market(EMPLOYERS[::4]))
ALL_SITES = MatchConfig(top=100)
CATALOGUE = load_accommodations()
LEARNED = learned_scorer()
people = st.sampled_from(PEOPLE)


def lowered(seed: int) -> Lessons:
    """Half of all effects at a random fiftieth between nothing and the catalogue's steps."""
    rng = np.random.default_rng(seed)
    found = []
    for measure in CATALOGUE:
        for effect in measure.effects:
            steps = int(rng.integers(0, round(effect.steps * PER_STEP))) / PER_STEP
            if rng.random() < 0.5:
                found.append(ReviewedSteps(measure.id, effect.dimension, effect.steps, steps, 3))
    return Lessons(tuple(found))


def _scores(found: MatchList) -> dict[str, float]:
    return {s.reach.place.site.id: s.score for s in found.suggestions}


def test_where_nothing_was_learned_the_list_of_the_demo_is_the_one_that_was_always_shown() -> None:
    """The run id of this list without lessons; it changes with the reference data, not with trials."""
    market, config = build_market(EMPLOYERS), MatchConfig(top=3, region="keski_suomi")
    person = next(one for one in PEOPLE if one.id == "KS-001")
    plain, asked = match(person, market, config), match(person, market, config, histories=lambda _employers: {})
    assert plain.run_id == asked.run_id == "6fe6498c81a49366"
    assert plain == asked
    assert plain.lessons == NOTHING_LEARNED
    assert "reviewed" not in str(match_as_json(plain, Messages("en")))


@given(people, st.integers(0, 50))
@settings(max_examples=15, deadline=None)
def test_weaker_effects_only_take_away_and_the_search_still_misses_nothing(person: Candidate, seed: int) -> None:
    def every_site(market: MarketColumns, asked: Asked, measures: Measures, top: int, solve: Solve) -> BestSites:
        numbers = range(len(market.first))
        scores = {number: solve(number)[0] for number in numbers}
        found = sorted(((n, round(s, 4)) for n, s in scores.items() if s is not None), key=lambda o: (-o[1], o[0]))
        return replace(best_sites(market, asked, measures, top, solve), found=tuple(found[:top]))

    lessons = lowered(seed)
    usual, weaker = match(person, SOME, ALL_SITES), match(person, SOME, ALL_SITES, lessons=lessons)
    one_by_one = match(person, SOME, ALL_SITES, stages=Stages(rank=every_site), lessons=lessons)
    assert _scores(weaker) == pytest.approx(_scores(one_by_one), abs=1.5e-4)
    assert _scores(weaker).keys() <= _scores(usual).keys()
    assert all(score <= _scores(usual)[site] + 2e-4 for site, score in _scores(weaker).items())
    assert weaker.run_id != usual.run_id


@given(people, st.sampled_from([expert_scorer(), LEARNED]), st.integers(0, 20), st.integers(0, 20))
@settings(max_examples=15, deadline=None)
def test_how_an_employers_trials_went_moves_no_place_and_no_learned_chance(
    person: Candidate, scorer: TrialScorer, well: int, badly: int
) -> None:
    asked: list[Collection[str]] = []

    def histories(employers: Collection[str]) -> Mapping[str, EmployerHistory]:
        asked.append(employers)
        return {employer: EmployerHistory(well + badly, well) for employer in [*employers, "never shown"]}

    plain, told = match(person, SOME, scorer=scorer), match(person, SOME, scorer=scorer, histories=histories)
    shown = {s.reach.place.employer.id for s in plain.suggestions}
    assert [set(employers) for employers in asked] == [shown]
    assert told.lessons.histories.keys() == shown
    assert (plain.run_id, plain.certificate) == (told.run_id, told.certificate)
    for one, other in zip(plain.suggestions, told.suggestions, strict=True):
        assert replace(one, prospect=other.prospect) == other
        if scorer is LEARNED:
            assert one.prospect == other.prospect


def test_a_learned_scorer_has_no_table_for_how_an_employers_trials_went() -> None:
    at = feature_index()["employer_history"]
    assert not LEARNED.tables.units[at].any()
    assert expert_scorer().tables.units[at, : trial_features()[at].bins].any()


def test_the_same_lessons_in_another_order_are_the_same_run() -> None:
    def effect(at: int) -> LearnedEffect:
        measure = CATALOGUE[at]
        steps = measure.effects[0].steps
        return LearnedEffect(measure.id, measure.effects[0].dimension, steps, 3, 0.3, 0.1, 0.5, 0.2, False)

    effects = [effect(at) for at in range(6)]
    lessons = Lessons.of(effects)
    assert lessons == Lessons.of(effects[::-1])
    assert Lessons.of([replace(one, in_force=one.catalogue) for one in effects]) == NOTHING_LEARNED
    assert record_from(Lessons, record_text(lessons)) == lessons
    told = Lessons(lessons.steps, {"e": EmployerHistory(3, 1)})
    assert record_from(Lessons, record_text(told)) == told
