"""What a trial needs released: enough to go as planned, nothing less is, and what is lost without is really lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from data.candidates import Ban, Candidate
from data.errors import InvalidInput
from data.releasable_facts import ArrangedBy, load_releasable_facts
from data.released_proposals import ProposedWork
from features.market import build_market
from matching import MatchConfig, match
from matching.carving.problem import CarveSolution, TakenTask
from matching.carving.recheck import recheck
from matching.disclosure import DisclosurePlan, plan_disclosure
from matching.effect_brief import proposed_work
from matching.facts_to_release import in_own_words, offered_facts
from matching.held_market import hold
from matching.one_site import SiteQuestion, ask_about
from matching.smallest_measures import LOADS
from tests.demo_region import demo_employers, demo_people

EMPLOYERS = {employer.id: employer for employer in demo_employers(fictional=False)}
HELD = hold(build_market(EMPLOYERS.values()))
PEOPLE = {person.id: person for person in demo_people(fictional=False)}
BY = load_releasable_facts().arranged_by

Case = tuple[Candidate, SiteQuestion, ProposedWork, tuple[str, ...]]


@cache
def cases() -> tuple[Case, ...]:
    """The best two suggestions of every fifth person, as trials."""
    return tuple(_cases())


def _cases() -> Iterator[Case]:
    for person in list(PEOPLE.values())[::5]:
        for one in match(person, HELD, MatchConfig(top=2)).suggestions:
            place = one.reach.place
            hours = {part.task.id: dict(part.blocks) or part.hours for part in one.tasks}
            work = proposed_work(EMPLOYERS[place.employer.id], place.site.id, hours)
            yield person, ask_about(person, HELD, place.site.id), work, tuple(measure.id for measure in one.measures)


def _plan(case: Case) -> DisclosurePlan:
    person, asked, work, measures = case
    return plan_disclosure(person, asked, work, measures)


def _keeps(asked: SiteQuestion, work: ProposedWork, measures: set[str]) -> bool:
    """Tell whether the planned tasks and hours keep within all limits of load with these measures, by definition."""
    taken = tuple(TakenTask(task.id, task.hours, task.blocks) for task in work.tasks)
    solution = CarveSolution("optimal", tasks=taken, accommodations=tuple(sorted(measures)))
    return not any(blocker.rule in LOADS for blocker in recheck(asked.problem, solution))


def _told(plan: DisclosurePlan) -> set[str]:
    return {one.fact.about for one in plan.needed if one.fact.kind == "measure"}


def test_the_trial_goes_as_planned_with_what_is_needed_and_not_with_less() -> None:
    seen = 0
    for case in cases():
        _, asked, work, _ = case
        plan = _plan(case)
        told, free = _told(plan), set(plan.without_release)
        assert plan.too_high == ()
        assert _keeps(asked, work, told | free)
        for id_ in told:
            seen += 1
            assert BY[id_] is ArrangedBy.EMPLOYER
            assert not _keeps(asked, work, (told | free) - {id_})
        assert all(BY[id_] is not ArrangedBy.EMPLOYER for id_ in free)
    assert seen > 10


def test_never_more_is_told_than_the_trial_plans_to_arrange() -> None:
    for case in cases():
        planned = {id_ for id_ in case[3] if BY[id_] is ArrangedBy.EMPLOYER}
        assert len(_told(_plan(case))) <= len(planned)


def test_what_is_lost_without_a_fact_is_what_carving_finds() -> None:
    lost_some = lost_all = 0
    for case in cases():
        _, asked, work, _ = case
        for one in _plan(case).needed:
            if one.without is None:
                assert one.fact.kind == "name"
                continue
            hours = {task.id: task.hours for task in work.tasks}
            assert set(one.without.lost) <= set(hours)
            assert all(0 < lost <= hours[id_] + 1e-6 for id_, lost in one.without.lost.items())
            left = round(sum(hours.values()) - sum(one.without.lost.values()), 2)
            assert one.without.hours == pytest.approx(left, abs=0.06 * len(hours))
            assert one.without.hours == 0 or one.without.hours >= min(asked.problem.hours_min, work.hours) - 0.01
            assert one.without.lost, "a fact without which nothing is lost is not needed"
            lost_all += one.without.hours == 0
            lost_some += one.without.hours > 0
            for instead in one.without.instead:
                assert instead != one.fact.about
                assert BY[instead] is ArrangedBy.EMPLOYER
    assert lost_some
    assert lost_all


def test_releasing_instead_really_does() -> None:
    seen = 0
    for case in cases():
        person, asked, work, measures = case
        plan = _plan(case)
        for one in plan.needed:
            if one.without is not None and one.without.instead:
                seen += 1
                others = replace(
                    asked,
                    problem=replace(
                        asked.problem,
                        measures=tuple(m for m in asked.problem.measures if m.id != one.fact.about),
                    ),
                )
                again = plan_disclosure(person, others, work, measures)
                assert again.too_high == ()
                assert set(one.without.instead) <= _told(again)
    assert seen


def test_a_task_that_is_not_open_to_the_person_cannot_be_planned() -> None:
    person, asked, work, measures = cases()[0]
    first = work.tasks[0].id
    others = tuple(task for task in asked.problem.tasks if task.id != first)
    closed = replace(asked, problem=replace(asked.problem, tasks=others))
    with pytest.raises(InvalidInput, match="not open"):
        plan_disclosure(person, closed, work, measures)


def test_a_load_that_no_measure_lowers_is_told_to_the_person_and_needs_no_made_up_release() -> None:
    person, asked, work, measures = cases()[0]
    tasks = tuple(replace(task, levels={**task.levels, "cog_spat": 5.0}) for task in asked.problem.tasks)
    harder = replace(asked.problem, tasks=tasks, capacity={**asked.problem.capacity, "cog_spat": 0.5}, measures=())
    plan = plan_disclosure(person, replace(asked, problem=harder), work, measures)
    assert "cog_spat" in plan.too_high
    assert _told(plan) == set()


def _with_ban(person: Candidate, level: float, ground: str = "medical") -> Candidate:
    return replace(person, bans=(Ban("str_lift", level, ground),))


def test_a_must_not_is_said_by_the_tasks_here_and_never_by_its_level_or_ground() -> None:
    person, asked, work, measures = next(case for case in cases() if case[0].id == "KS-001")
    said = {}
    for level in (2.0, 2.1, 2.2):
        offered = offered_facts(_with_ban(person, level, f"ground {level}"), asked.view, work, measures)
        (said[level],) = (fact for fact in offered if fact.kind == "avoid")
    assert len(set(said.values())) == 1, "levels between which no task here lies look the same"
    fact = said[2.0]
    assert fact.tasks
    assert set(fact.tasks) <= set(work.others)
    assert (fact.text, fact.hours) == ("", 0.0)
    none = offered_facts(_with_ban(person, 5.0), asked.view, work, measures)
    assert not [one for one in none if one.kind == "avoid"], "a must-not that closes nothing here is not necessary here"


def test_only_what_the_tasks_ask_for_is_offered() -> None:
    person, asked, work, measures = cases()[0]
    more = replace(
        person,
        permits={**person.permits, "guard_card": True, "welding_class": True},
        strengths=(*person.strengths, "saf_height"),
        criminal_record_ok=True,
    )
    offered = offered_facts(more, asked.view, work, measures)
    asked_for = {key for task in work.tasks for key in task.conditions}
    used = {one for task in work.tasks for one in (*task.activities, *task.asks)}
    for fact in offered:
        if fact.kind == "qualification":
            assert fact.about in asked_for
        if fact.kind in {"skill", "strength"}:
            assert fact.about in used


@pytest.mark.parametrize(
    ("kind", "text"),
    [("helps", "Masennuksen vuoksi hiljainen tila"), ("helps", "Diabetes, eväät mukaan"), ("call", "010190-123A")],
)
def test_own_words_that_name_an_illness_or_a_code_are_refused_without_quoting_them(kind: str, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        in_own_words(kind, text)
    assert text[:6] not in str(refused.value)
