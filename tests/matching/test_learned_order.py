"""Laws of a list that heeds outcomes: they hold whatever the tables say, and experts' weights order nothing."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.match_json import match_as_json
from api.messages import LANGUAGES, Messages
from data.candidates import Ban, Candidate
from data.dimensions import dimension_index
from data.levels import Level
from data.reference_files import read_reference
from data.workplaces import Employer
from features.market import build_market
from features.trial_features import trial_features
from matching import MatchConfig, MatchList, match
from matching.held_market import hold
from matching.learned_worth import KIND, hour_features
from matching.learning.scorer import TrialScorer, expert_scorer
from matching.learning.tables import UNITS_PER_LOG_ODDS, AdditiveTables
from matching.meeting import meet
from tests.demo_region import demo_employers, demo_people, learned_scorer

EMPLOYERS = demo_employers()[::5]
PEOPLE = demo_people()
SOME = hold(build_market(EMPLOYERS))
ALL_SITES = MatchConfig(top=100)
LEARNED = learned_scorer()
laws = settings(max_examples=12, deadline=None)
people = st.sampled_from(PEOPLE)


def drawn(seed: int) -> TrialScorer:
    """A scorer with tables at random: steep, in the directions declared, unknown anywhere, an opinion of employers."""
    rng = np.random.default_rng(seed)
    units = np.zeros_like(LEARNED.tables.units)
    for row, spec in zip(units, trial_features(), strict=True):
        steps = rng.exponential(2_000, spec.bins - 1)
        row[1 : spec.bins] = np.cumsum(steps * (spec.direction or rng.choice([-1, 1])))
        row[0] = rng.integers(-5_000, 5_000)
    employers = {e.id: int(rng.normal(0, 6_000)) for e in EMPLOYERS}
    sectors = {e.sector: int(rng.normal(0, 3_000)) for e in sorted(EMPLOYERS, key=lambda e: e.id)}
    return replace(LEARNED, name=f"drawn-{seed}", tables=AdditiveTables(units, 0, employers, sectors))


scorers = st.integers(0, 30).map(drawn) | st.just(LEARNED)


def _scores(found: MatchList) -> dict[str, float]:
    return {s.reach.place.site.id: s.score for s in found.suggestions}


@given(people, scorers, st.floats(0.5, 5), st.sampled_from(sorted(set(dimension_index()) - {"org_hours"})))
@laws
def test_more_capacity_never_lowers_a_total(person: Candidate, scorer: TrialScorer, more: float, dim: str) -> None:
    if dim not in person.capacity:
        return
    raised = tuple(
        Level(min(5, v.value + more), min(5, v.low + more), min(5, v.high + more), v.source)
        for v in person.capacity[dim]
    )
    able = replace(person, capacity={**person.capacity, dim: raised})
    before = _scores(match(person, SOME, ALL_SITES, scorer=scorer))
    after = _scores(match(able, SOME, ALL_SITES, scorer=scorer))
    assert before.keys() <= after.keys()
    assert all(after[site] >= score - 2e-4 for site, score in before.items())


@given(people, scorers, st.sampled_from(sorted(set(dimension_index()) - {"org_hours"})))
@laws
def test_a_new_ban_never_raises_a_total(person: Candidate, scorer: TrialScorer, dim: str) -> None:
    banned = replace(person, bans=(*(b for b in person.bans if b.dimension != dim), Ban(dim, 0.0)))
    before = _scores(match(person, SOME, ALL_SITES, scorer=scorer))
    after = _scores(match(banned, SOME, ALL_SITES, scorer=scorer))
    assert after.keys() <= before.keys()
    assert all(score <= before[site] + 2e-4 for site, score in after.items())


@given(people, scorers, st.integers(0, 10_000))
@laws
def test_a_task_closed_at_one_workplace_never_raises_its_rank(
    person: Candidate, scorer: TrialScorer, pick: int
) -> None:
    found = match(person, SOME, ALL_SITES, scorer=scorer)
    if not found.suggestions:
        return
    chosen = found.suggestions[pick % len(found.suggestions)]
    closed = chosen.tasks[pick % len(chosen.tasks)].task.id
    less = [_with_core(employer, closed) for employer in EMPLOYERS]
    after = list(_scores(match(person, build_market(less), ALL_SITES, scorer=scorer)))
    site = chosen.reach.place.site.id
    assert site not in after or after.index(site) >= chosen.rank - 1


def _with_core(employer: Employer, task: str) -> Employer:
    def of(site):  # type: ignore[no-untyped-def]
        jobs = tuple(
            replace(j, tasks=tuple(replace(t, core=True) if t.id == task else t for t in j.tasks)) for j in site.jobs
        )
        return replace(site, jobs=jobs)

    return replace(employer, sites=tuple(of(site) for site in employer.sites))


@given(people, scorers)
@laws
def test_terms_add_up_to_the_total_and_to_the_log_odds(person: Candidate, scorer: TrialScorer) -> None:
    for suggestion in match(person, SOME, MatchConfig(top=5), scorer=scorer).suggestions:
        units = sum(round(term.value * 10_000) for term in suggestion.contributions)
        assert units == round(suggestion.score * 10_000)
        owner, prospect = suggestion.reach.place.employer, suggestion.prospect
        assert sum(t.units for t in prospect.terms) == round(prospect.log_odds * UNITS_PER_LOG_ODDS)
        of_employer = {t.name: t.units for t in prospect.terms}.get("employer", 0)
        assert of_employer == scorer.tables.employers.get(owner.id, 0)


@given(people, scorers)
@laws
def test_a_short_list_begins_a_long_one_and_is_proven(person: Candidate, scorer: TrialScorer) -> None:
    short = match(person, SOME, MatchConfig(top=3), scorer=scorer)
    long = match(person, SOME, ALL_SITES, scorer=scorer)
    assert list(_scores(short).items()) == list(_scores(long).items())[:3]
    assert short.certificate.proven


@given(people, st.integers(0, 1000))
@laws
def test_the_order_of_input_never_changes_the_answer(person: Candidate, seed: int) -> None:
    mixed = random.Random(seed).sample(EMPLOYERS, len(EMPLOYERS))  # noqa: S311 - shuffles a test's input
    scorer, words = drawn(seed % 7), Messages("en")
    one = match_as_json(match(person, SOME, scorer=scorer), words)
    assert json.dumps(one) == json.dumps(match_as_json(match(person, build_market(mixed), scorer=scorer), words))


def test_a_total_moves_by_no_more_than_the_range_says() -> None:
    rules, steep = read_reference("weights.yaml")["outcomes"], drawn(3)
    for person in PEOPLE[::6]:
        for suggestion in match(person, SOME, scorer=steep).suggestions:
            terms = [t for t in suggestion.contributions if t.kind == KIND]
            hours = {*hour_features(), "limit"}
            of_hours = abs(sum(t.value for t in terms if t.about in hours))
            of_site = abs(sum(t.value for t in terms if t.about not in hours))
            assert of_hours <= rules["hour"]["weight"] * rules["hour"]["range"] * suggestion.hours + 5e-3
            assert of_site <= rules["site"]["weight"] * rules["site"]["range"] + 5e-3


def test_an_employer_where_trials_went_well_comes_forward() -> None:
    person = PEOPLE[0]
    plain = match(person, SOME, ALL_SITES, scorer=replace(LEARNED, tables=_nothing()))
    second = plain.suggestions[1].reach.place
    liked = replace(LEARNED, tables=replace(_nothing(), employers={second.employer.id: 10_000}))
    after = match(person, SOME, ALL_SITES, scorer=liked)
    gained = _scores(after)[second.site.id] - _scores(plain)[second.site.id]
    assert gained == pytest.approx(read_reference("weights.yaml")["outcomes"]["site"]["weight"], abs=2e-4)
    assert list(_scores(after)).index(second.site.id) == 0


def _nothing() -> AdditiveTables:
    return AdditiveTables(np.zeros_like(LEARNED.tables.units), 0)


def test_expert_weights_of_going_well_order_nothing_and_tables_that_say_nothing_change_nothing() -> None:
    for person in PEOPLE[::10]:
        usual = match(person, SOME)
        silent = match(person, SOME, scorer=replace(LEARNED, tables=_nothing()))
        assert _scores(usual) == _scores(silent)
        assert not usual.learned
        assert all(s.prospect.withheld == "expert_weights" for s in usual.suggestions)
        assert all(t.kind != KIND for s in usual.suggestions for t in s.contributions)


def test_another_model_is_another_run_and_says_so() -> None:
    person = PEOPLE[0]
    usual, learned = match(person, SOME), match(person, SOME, scorer=LEARNED)
    retrained = match(person, SOME, scorer=replace(LEARNED, tables=drawn(1).tables))
    assert len({usual.run_id, learned.run_id, retrained.run_id}) == 3
    assert learned.model == f"expert-3+{LEARNED.name}"
    assert usual.model == f"expert-3+{expert_scorer().name}"
    assert learned.learned
    assert learned.simulated


@pytest.mark.parametrize("language", LANGUAGES)
def test_chance_and_terms_are_written_in_every_language(language: str) -> None:
    messages, scorer = Messages(language), drawn(2)
    for person in PEOPLE[::8]:
        for written in match_as_json(match(person, SOME, scorer=scorer), messages)["suggestions"]:
            likely = written["likely"]
            assert sum(round(t["log_odds"] * 10_000) for t in likely["terms"]) == round(likely["log_odds"] * 10_000)
            assert (likely["probability"] is None) == (likely["withheld"] is not None)
            for text in [t["text"] for t in likely["terms"]] + [r["text"] for r in written["reasons"]]:
                assert text
                assert not set("{}") & set(text)


def test_the_worth_of_an_hour_is_never_below_zero() -> None:
    for person in PEOPLE[::10]:
        assert (meet(person, SOME, ALL_SITES, scorer=drawn(4)).asked.worth >= 0).all()
