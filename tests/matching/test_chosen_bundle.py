"""A bundle that a coach puts together is judged by the same rules as the best one, and every broken limit is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.candidates import Ban, Candidate
from data.imports.region import DEMO_CANDIDATES, DEMO_REGION, read_candidates, read_region
from features.market import build_market
from matching import MatchConfig, match
from matching.carving import carve, recheck
from matching.chosen_bundle import JudgedBundle, TaskFit, judge_bundle, task_fit
from matching.held_market import hold
from matching.meeting import Stages
from matching.one_site import SiteQuestion, ask_about, stages_at

HELD = hold(build_market(read_region(DEMO_REGION)))
PEOPLE = read_candidates(DEMO_CANDIDATES)


def _best(asked: SiteQuestion) -> dict[str, float]:
    return {task.id: task.hours for task in carve(asked.problem).tasks}


def _judged(asked: SiteQuestion, hours: dict[str, float]) -> JudgedBundle:
    return judge_bundle(asked, asked.whole, hours)


@pytest.mark.parametrize("person", PEOPLE[::9], ids=lambda p: p.id)
def test_one_workplace_alone_suggests_what_the_whole_list_suggests_there(person: Candidate) -> None:
    for suggestion in match(person, HELD, MatchConfig(top=4)).suggestions:
        (alone,) = match(person, HELD, MatchConfig(top=1), stages=stages_at(suggestion.reach.place.site.id)).suggestions
        assert (alone.solution, alone.score) == (suggestion.solution, suggestion.score)
        assert (alone.contributions, alone.flags) == (suggestion.contributions, suggestion.flags)


@pytest.mark.parametrize("person", PEOPLE[::9], ids=lambda p: p.id)
def test_the_best_bundle_is_possible_and_no_split_of_it_is_worth_more(person: Candidate) -> None:
    for suggestion in match(person, HELD, MatchConfig(top=4)).suggestions:
        asked = ask_about(person, HELD, suggestion.reach.place.site.id)
        best = _judged(asked, _best(asked))
        assert best.possible
        assert best.score == pytest.approx(suggestion.score, abs=1e-4)
        assert recheck(asked.problem, best.solution) == []
        for id_, hours in best.hours.items():
            other = _judged(asked, best.hours | {id_: hours / 2})
            assert not other.possible or (other.score or 0.0) <= (best.score or 0.0) + 1e-4


def test_what_is_taken_too_much_is_named_limit_by_limit() -> None:
    person = PEOPLE[0]
    asked = ask_about(person, HELD, match(person, HELD, MatchConfig(top=1)).suggestions[0].reach.place.site.id)
    everything = _judged(asked, {task.id: task.hours for task in asked.everything})
    assert not everything.possible
    assert everything.score is None
    assert {one.rule for one in everything.closed} == {one.rule for one in asked.closed}
    assert {("hours", "most"), ("limits", "tasks"), ("blocks", "week")} <= {
        (one.rule, one.about) for one in everything.broken
    }
    one = next(iter(_best(asked)))
    assert [(found.rule, found.about) for found in _judged(asked, {one: 1.0}).broken] == [("hours", "least")]
    nothing = _judged(asked, {})
    assert (nothing.broken, nothing.score, nothing.solution.tasks) == ((), None, ())


def test_accommodations_are_found_as_long_as_any_are_enough_and_then_the_load_is_named() -> None:
    eased = beyond = False
    for person in PEOPLE[:12]:
        for suggestion in match(person, HELD, MatchConfig(top=6)).suggestions:
            if not suggestion.measures:
                continue
            asked = ask_about(person, HELD, suggestion.reach.place.site.id)
            hours = _best(asked)
            judged = _judged(asked, hours)
            assert judged.solution.accommodations
            assert judged.possible
            eased = True
            bare = judge_bundle(asked, replace(asked.whole, measures=()), hours)
            assert {one.rule for one in bare.broken} <= {"dose", "peak"}
            assert bare.broken
            beyond = True
        if eased and beyond:
            return
    raise AssertionError("nobody needs an accommodation: the demo region has changed")


def test_every_task_says_how_it_stands_to_the_person() -> None:
    person = replace(PEOPLE[0], bans=(Ban("str_lift", 0.0, ""),))
    seen = set()
    for place in HELD.market.places[::7]:
        asked = ask_about(person, HELD, place.site.id)
        open_ = {task.id for task in asked.problem.tasks}
        for task in asked.everything:
            fit, about = task_fit(asked, task)
            seen.add(fit)
            if fit in (TaskFit.CORE, TaskFit.BANNED, TaskFit.CONDITION, TaskFit.SCHEDULE):
                assert task.id not in open_
            if fit is TaskFit.BANNED:
                assert about == ("str_lift",)
            if fit is TaskFit.BEYOND:
                hours = {task.id: task.hours}
                assert {"peak"} <= {one.rule for one in _judged(asked, hours).broken}
    assert {TaskFit.OK, TaskFit.TIGHT, TaskFit.CORE, TaskFit.BANNED} <= seen


def test_a_list_of_one_workplace_looks_at_no_other() -> None:
    site = HELD.market.places[3].site.id
    assert isinstance(stages_at(site), Stages)
    found = match(replace(PEOPLE[0], travel_minutes_max=1.0), HELD, MatchConfig(top=5), stages=stages_at(site))
    assert {one.reach.place.site.id for one in found.suggestions} <= {site}
