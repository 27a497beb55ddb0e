"""Laws of the match list: capacity only helps, bans only take away, order of input never matters, terms add up."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.match_json import match_as_json
from api.messages import Messages
from data.accommodations import load_accommodations
from data.candidates import Ban, Candidate
from data.dimensions import dimension_index
from data.levels import Level, Source
from features.market import Market, build_market
from matching import MatchConfig, MatchList, Stages, match
from matching.carving import CarveProblem, CarveSolution, carve
from matching.carving.columns import Asked, MarketColumns, Measures
from matching.search import BestSites, Solve, best_sites
from matching.suggestion import Suggestion
from tests.demo_region import demo_employers, demo_people

EMPLOYERS = demo_employers()[::4]
PEOPLE = demo_people()
SOME: Market = build_market(EMPLOYERS)
ALL_SITES = MatchConfig(top=100)
laws = settings(max_examples=20, deadline=None)
people = st.sampled_from(PEOPLE)


def _scores(found: MatchList) -> dict[str, float]:
    return {s.reach.place.site.id: s.score for s in found.suggestions}


@given(people, st.floats(0.5, 5), st.sampled_from(sorted(dimension_index())))
@laws
def test_more_capacity_never_lowers_a_score(person: Candidate, more: float, dimension: str) -> None:
    if dimension == "org_hours" or dimension not in person.capacity:
        return
    raised = tuple(
        Level(min(5, v.value + more), min(5, v.low + more), min(5, v.high + more), v.source)
        for v in person.capacity[dimension]
    )
    able = replace(person, capacity={**person.capacity, dimension: raised})
    before, after = _scores(match(person, SOME, ALL_SITES)), _scores(match(able, SOME, ALL_SITES))
    assert before.keys() <= after.keys()
    assert all(after[site] >= score - 2e-4 for site, score in before.items())


@given(people, st.sampled_from(sorted(set(dimension_index()) - {"org_hours"})), st.sampled_from([0.0, 1.0, 2.0]))
@laws
def test_an_added_ban_never_adds_a_suggestion_and_is_never_broken(
    person: Candidate, dimension: str, most: float
) -> None:
    banned = replace(person, bans=(*(b for b in person.bans if b.dimension != dimension), Ban(dimension, most)))
    if any(b.dimension == dimension and b.highest_level < most for b in person.bans):
        return
    before, after = match(person, SOME, ALL_SITES), match(banned, SOME, ALL_SITES)
    assert _scores(after).keys() <= _scores(before).keys()
    assert all(after_score <= _scores(before)[site] + 2e-4 for site, after_score in _scores(after).items())
    rows = {task.id: row for row, task in enumerate(SOME.tasks)}
    for suggestion in after.suggestions:
        for part in suggestion.tasks:
            high = SOME.high[rows[part.task.id], dimension_index()[dimension]]
            assert not high > most


@given(people, st.integers(0, 1000))
@laws
def test_the_order_of_input_never_changes_the_answer(person: Candidate, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - shuffles a test's input

    def shuffled(items):  # type: ignore[no-untyped-def]
        return tuple(rng.sample(list(items), len(items)))

    mixed = [
        replace(
            e,
            sites=shuffled(
                [replace(s, jobs=shuffled([replace(j, tasks=shuffled(j.tasks)) for j in s.jobs])) for s in e.sites]
            ),
        )
        for e in shuffled(EMPLOYERS)
    ]
    turned = replace(
        person, wishes=dict(shuffled(person.wishes.items())), capacity=dict(shuffled(person.capacity.items()))
    )
    messages = Messages("fi")
    one = match_as_json(match(person, SOME), messages)
    other = match_as_json(match(turned, build_market(mixed), catalogue=shuffled(load_accommodations())), messages)
    assert json.dumps(one) == json.dumps(other)


@given(people, st.sampled_from(["careful", "balanced", "exploratory"]))
@laws
def test_the_terms_add_up_to_the_score_and_to_the_three_readings(person: Candidate, caution: str) -> None:
    from matching import Caution

    for suggestion in match(person, SOME, MatchConfig(caution=Caution(caution))).suggestions:
        units = sum(round(term.value * 10_000) for term in suggestion.contributions)
        assert units == round(suggestion.score * 10_000)
        readings = sum(round(suggestion.reading(r) * 10_000) for r in ("can_do", "wants", "likely"))
        assert readings == units


@given(people)
@laws
def test_a_shorter_list_is_the_beginning_of_a_longer_one(person: Candidate) -> None:
    """The search stops early for a short list; its certificate says that nothing better was missed."""
    short, long = match(person, SOME, MatchConfig(top=3)), match(person, SOME, ALL_SITES)
    assert list(_scores(short).items()) == list(_scores(long).items())[:3]
    assert short.certificate.proven


@given(people)
@laws
def test_a_better_accommodation_never_lowers_a_score(person: Candidate) -> None:
    catalogue = load_accommodations()
    better = tuple(
        replace(m, effects=tuple(replace(e, steps=min(5.0, e.steps + 0.5)) for e in m.effects)) for m in catalogue
    )
    before = _scores(match(person, SOME, ALL_SITES, catalogue))
    after = _scores(match(person, SOME, ALL_SITES, better))
    assert all(after.get(site, -99.0) >= score - 2e-4 for site, score in before.items())


def test_each_stage_can_be_replaced() -> None:
    """A search that solves every site gives the same list as the one that stops early; a solver is called through."""
    solved: list[str] = []

    def noting(problem: CarveProblem) -> CarveSolution:
        solved.append(problem.tasks[0].site)
        return carve(problem)

    def every_site(market: MarketColumns, asked: Asked, measures: Measures, top: int, solve: Solve) -> BestSites:
        everything = best_sites(market, asked, measures, len(market.first), solve)
        return replace(everything, found=everything.found[:top], part_jobs={})

    usual = match(PEOPLE[2], SOME, MatchConfig(top=2))
    other = match(PEOPLE[2], SOME, MatchConfig(top=2), stages=Stages(carve=noting, rank=every_site))
    assert _scores(usual) == _scores(other)
    assert solved == [s.reach.place.site.id for s in other.suggestions]
    assert other.certificate.solved >= usual.certificate.solved


def test_a_list_shows_the_part_jobs_that_carving_finds_by_itself() -> None:
    """The search of the market gives its part-jobs along; carving each site anew leads to the same ones."""

    def forgetful(market: MarketColumns, asked: Asked, measures: Measures, top: int, solve: Solve) -> BestSites:
        best = best_sites(market, asked, measures, top, solve)
        assert best.part_jobs.keys() == {number for number, _ in best.found}
        return replace(best, part_jobs={})

    def shown(found: MatchList) -> list[Suggestion]:
        return [replace(one, solution=replace(one.solution, solver={})) for one in found.suggestions]

    for person in PEOPLE[::6]:
        found = match(person, SOME, ALL_SITES)
        assert shown(found) == shown(match(person, SOME, ALL_SITES, stages=Stages(rank=forgetful)))


def test_unknown_capacity_raises_a_flag_and_never_blocks() -> None:
    person = replace(PEOPLE[0], capacity={}, bans=())
    found = match(person, SOME)
    assert found.suggestions
    assert "task.capacity" not in found.left_out
    assert all("unknown_capacity" in {flag.kind for flag in s.flags} for s in found.suggestions)


def test_a_ban_on_something_nobody_has_confirmed_is_flagged_first() -> None:
    person = replace(PEOPLE[0], bans=(Ban("env_vib", 0.0),))
    unsure = [
        replace(e, sites=tuple(replace(s, jobs=tuple(replace(j, confirmed=False) for j in s.jobs)) for s in e.sites))
        for e in EMPLOYERS
    ]
    flags = [f for s in match(person, build_market(unsure)).suggestions for f in s.flags if f.kind == "ban_unverified"]
    assert flags
    assert all(flag.about == ("env_vib",) for flag in flags)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_sentence_is_there_in_every_language(language: str) -> None:
    """No placeholder is left open in any reason or flag of the demo region's lists."""
    messages = Messages(language)
    for person in PEOPLE[:12]:
        written = match_as_json(match(person, SOME), messages)
        for suggestion in written["suggestions"]:
            for text in [r["text"] for r in suggestion["reasons"]] + [f["text"] for f in suggestion["flags"]]:
                assert text
                assert not set("{}_") & set(text), text


def test_an_observed_level_beats_what_the_employer_said() -> None:
    employer = EMPLOYERS[0]
    site = employer.sites[0]
    task = next(t for j in site.jobs for t in j.tasks if "pos_stand" in t.levels)
    seen = (*task.levels["pos_stand"], Level(0.5, 0.5, 0.5, Source.OBSERVED))
    jobs = tuple(
        replace(j, tasks=tuple(replace(t, levels={**t.levels, "pos_stand": seen}) if t is task else t for t in j.tasks))
        for j in site.jobs
    )
    market = build_market([replace(employer, sites=(replace(site, jobs=jobs),))])
    row = [t.id for t in market.tasks].index(task.id)
    assert market.value[row, dimension_index()["pos_stand"]] == 0.5


def test_hours_that_leave_no_week_give_an_empty_list() -> None:
    person = replace(PEOPLE[0], hours_min=20.0, hours_max=12.0)
    found = match(person, SOME)
    assert not found.suggestions
    assert found.left_out
